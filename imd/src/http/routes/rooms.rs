//! Rooms, members, history, and sending messages without a WebSocket.

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::files::picture;
use crate::actions::rooms::history::{self, Window};
use crate::actions::rooms::members::Asked;
use crate::actions::rooms::{self, manage, members, messages, reports, retention};
use crate::chat::{RoomId, Seq, UserId};
use crate::http::json::{Json, Made, Path, Picture, Query};
use crate::http::{AppState, Authenticated, Problem};
use crate::wire::{
    AddMember, Bytes, ChangeMine, ChangeRoom, ErrorCode, EventPage, Expiring, Member, NewMessage, NewRoom, OpenDirect,
    ReadCursor, ReportMessage, Room, SendReceipt, SetKeep,
};

/// Enough for the longest text with twelve bytes a character, and everything around it.
pub(super) const MESSAGE_BYTES: usize = 128 << 10;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let pictures = OpenApiRouter::new()
        .routes(routes!(get_picture, put_picture, delete_picture))
        .layer(DefaultBodyLimit::disable());
    let message = OpenApiRouter::new().routes(routes!(send)).layer(DefaultBodyLimit::max(MESSAGE_BYTES));
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(get, change))
        .routes(routes!(arrange))
        .routes(routes!(set_keep))
        .routes(routes!(direct))
        .routes(routes!(list_members))
        .routes(routes!(put_member, remove_member))
        .routes(routes!(events))
        .routes(routes!(delete_event))
        .routes(routes!(report))
        .routes(routes!(read))
        .merge(pictures)
        .merge(message)
}

/// My rooms
#[utoipa::path(get, path = "/api/v1/rooms", tag = "rooms", responses((status = 200, body = Vec<Room>)))]
async fn list(State(state): State<AppState>, Authenticated(caller): Authenticated) -> Result<Json<Vec<Room>>, Problem> {
    Ok(Json(manage::list(&state.core, &caller).await?))
}

/// Create a group or channel
#[utoipa::path(post, path = "/api/v1/rooms", tag = "rooms", request_body = NewRoom,
    responses((status = 201, body = Room, headers(("Location" = String, description = "The room.")))))]
async fn make(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Json(new): Json<NewRoom>,
) -> Result<Made<Room>, Problem> {
    Ok(made(manage::make(&state.core, &caller, new).await?))
}

fn made(room: Room) -> Made<Room> {
    Made(format!("/api/v1/rooms/{}", room.id), room)
}

/// Open the conversation with one person; it is created the first time (201)
#[utoipa::path(post, path = "/api/v1/direct", tag = "rooms", request_body = OpenDirect, responses((status = 200, body = Room),
    (status = 201, body = Room, headers(("Location" = String, description = "The room.")))))]
async fn direct(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Json(with): Json<OpenDirect>,
) -> Result<Response, Problem> {
    let (room, is_new) = manage::open_direct(&state.core, &caller, with).await?;
    Ok(if is_new { made(room).into_response() } else { Json(room).into_response() })
}

/// One of my rooms
#[utoipa::path(get, path = "/api/v1/rooms/{room}", tag = "rooms", params(("room" = i64, Path)),
    responses((status = 200, body = Room)))]
async fn get(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
) -> Result<Json<Room>, Problem> {
    Ok(Json(manage::get(&state.core, &caller, RoomId(room)).await?))
}

/// Change the room's name, topic or rules
#[utoipa::path(patch, path = "/api/v1/rooms/{room}", tag = "rooms", params(("room" = i64, Path)), request_body = ChangeRoom,
    responses((status = 200, body = Room)))]
async fn change(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
    Json(change): Json<ChangeRoom>,
) -> Result<Json<Room>, Problem> {
    Ok(Json(manage::change(&state.core, &caller, RoomId(room), change).await?))
}

/// Pin, archive or mute the room, or mark it as unread, for yourself alone
///
/// Your other devices learn of it by a `room` frame.
#[utoipa::path(patch, path = "/api/v1/rooms/{room}/mine", tag = "rooms", params(("room" = i64, Path)), request_body = ChangeMine,
    responses((status = 200, body = Room)))]
async fn arrange(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
    Json(change): Json<ChangeMine>,
) -> Result<Json<Room>, Problem> {
    Ok(Json(manage::arrange(&state.core, &caller, RoomId(room), change).await?))
}

/// Set how long the room keeps messages, or see what that would delete (admins of the room)
///
/// At most as long as the box keeps them.
#[utoipa::path(put, path = "/api/v1/rooms/{room}/keep", tag = "rooms", params(("room" = i64, Path)), request_body = SetKeep,
    responses((status = 200, body = Expiring)))]
async fn set_keep(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
    Json(to): Json<SetKeep>,
) -> Result<Json<Expiring>, Problem> {
    Ok(Json(retention::set_room(&state.core, &caller, RoomId(room), to).await?))
}

/// The room's picture, 256 pixels a side
#[utoipa::path(get, path = "/api/v1/rooms/{room}/picture", tag = "rooms", params(("room" = i64, Path)),
    responses((status = 200, body = inline(Bytes), content_type = "image/jpeg"), (status = 206), (status = 304)))]
async fn get_picture(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let hash = rooms::picture::hash(&state.core, &caller, RoomId(room)).await?;
    picture(&state, &hash, &method, &headers).await
}

/// Set the room's picture; the body is the image (at most 16 MiB)
#[utoipa::path(put, path = "/api/v1/rooms/{room}/picture", tag = "rooms", params(("room" = i64, Path)),
    request_body(content = inline(Bytes), content_type = "image/*"), responses((status = 200, body = Room)))]
async fn put_picture(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
    Picture(image): Picture,
) -> Result<Json<Room>, Problem> {
    Ok(Json(rooms::picture::set(&state.core, &caller, RoomId(room), image).await?))
}

/// Remove the room's picture
#[utoipa::path(delete, path = "/api/v1/rooms/{room}/picture", tag = "rooms", params(("room" = i64, Path)),
    responses((status = 200, body = Room)))]
async fn delete_picture(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
) -> Result<Json<Room>, Problem> {
    Ok(Json(rooms::picture::remove(&state.core, &caller, RoomId(room)).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AskedMembers {
    /// Members with a larger user id.
    #[serde(default)]
    after: i64,
    /// Only those whose name or handle has this in it. Names in other letters are found as they are typed in Latin ones, by words or
    /// initials: `wang`, `wf`.
    #[serde(default)]
    q: String,
    /// 1 to 500; default 500.
    limit: Option<u32>,
}

/// The room's members, at most 500 at a time
#[utoipa::path(get, path = "/api/v1/rooms/{room}/members", tag = "rooms", params(("room" = i64, Path), AskedMembers),
    responses((status = 200, body = Vec<Member>)))]
async fn list_members(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
    Query(AskedMembers { after, q, limit }): Query<AskedMembers>,
) -> Result<Json<Vec<Member>>, Problem> {
    let asked = Asked { after: UserId(after), query: q, limit };
    Ok(Json(members::list(&state.core, &caller, RoomId(room), asked).await?))
}

/// Add someone, or change a member's role
#[utoipa::path(put, path = "/api/v1/rooms/{room}/members/{user}", tag = "rooms",
    params(("room" = i64, Path), ("user" = i64, Path)), request_body = AddMember, responses((status = 200, body = Member)))]
async fn put_member(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path((room, user)): Path<(i64, i64)>,
    Json(add): Json<AddMember>,
) -> Result<Json<Member>, Problem> {
    Ok(Json(members::put(&state.core, &caller, RoomId(room), UserId(user), add).await?))
}

/// Remove someone, or leave
#[utoipa::path(delete, path = "/api/v1/rooms/{room}/members/{user}", tag = "rooms",
    params(("room" = i64, Path), ("user" = i64, Path)), responses((status = 204)))]
async fn remove_member(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path((room, user)): Path<(i64, i64)>,
) -> Result<StatusCode, Problem> {
    members::remove(&state.core, &caller, RoomId(room), UserId(user)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Stretch {
    /// The newest events before this `seq`.
    before: Option<u64>,
    /// The oldest events after this `seq`.
    after: Option<u64>,
    /// 1 to 200; default 50.
    limit: Option<u32>,
}

/// A range of the room's log; its end when neither `before` nor `after` is given
#[utoipa::path(get, path = "/api/v1/rooms/{room}/events", tag = "rooms", params(("room" = i64, Path), Stretch),
    responses((status = 200, body = EventPage)))]
async fn events(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
    Query(Stretch { before, after, limit }): Query<Stretch>,
) -> Result<Json<EventPage>, Problem> {
    // As in the schema: a `seq` is an int64.
    if before.into_iter().chain(after).any(|seq| i64::try_from(seq).is_err()) {
        return Err(ErrorCode::BadRequest.into());
    }
    Ok(Json(history::page(&state.core, &caller, RoomId(room), Window { before, after, limit }).await?))
}

/// Send a message; answered when it is stored durably
#[utoipa::path(post, path = "/api/v1/rooms/{room}/messages", tag = "rooms", params(("room" = i64, Path)),
    request_body = NewMessage, responses((status = 200, body = SendReceipt)))]
async fn send(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
    Json(message): Json<NewMessage>,
) -> Result<Json<SendReceipt>, Problem> {
    let receipt = messages::send(&state.core, &caller, RoomId(room), message).await?.await?;
    state.metrics.messages.inc();
    Ok(Json(receipt))
}

/// Delete a message; a tombstone stays in its place
#[utoipa::path(delete, path = "/api/v1/rooms/{room}/events/{seq}", tag = "rooms",
    params(("room" = i64, Path), ("seq" = u64, Path)), responses((status = 204)))]
async fn delete_event(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path((room, seq)): Path<(i64, u64)>,
) -> Result<StatusCode, Problem> {
    messages::delete(&state.core, &caller, RoomId(room), Seq(seq)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Report somebody else's message to the admins
#[utoipa::path(post, path = "/api/v1/rooms/{room}/events/{seq}/report", tag = "rooms",
    params(("room" = i64, Path), ("seq" = u64, Path)), request_body = ReportMessage, responses((status = 204)))]
async fn report(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path((room, seq)): Path<(i64, u64)>,
    Json(body): Json<ReportMessage>,
) -> Result<StatusCode, Problem> {
    reports::report(&state.core, &caller, RoomId(room), Seq(seq), body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Move my read cursor: everything up to here was read
#[utoipa::path(put, path = "/api/v1/rooms/{room}/read", tag = "rooms", params(("room" = i64, Path)), request_body = ReadCursor,
    responses((status = 204)))]
async fn read(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
    Json(cursor): Json<ReadCursor>,
) -> Result<StatusCode, Problem> {
    messages::read(&state.core, &caller, RoomId(room), Seq(cursor.seq)).await?;
    Ok(StatusCode::NO_CONTENT)
}
