//! Rooms as admins see them, without what is said in them.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::rooms::admin;
use crate::chat::RoomId;
use crate::http::json::{Json, Path, Query};
use crate::http::{Admin, AppState, Problem};
use crate::wire::{ChangeRoomFromOutside, RoomSummary, RoomSummaryPage};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_rooms)).routes(routes!(get_room, change_room, delete_room))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Rooms with a larger id.
    #[serde(default)]
    after: i64,
    /// Part of the name.
    #[serde(default)]
    q: String,
}

/// All groups and channels without what is said in them, at most 100 at a time; no direct rooms (admins)
#[utoipa::path(get, path = "/api/v1/admin/rooms", tag = "admin", params(Which), responses((status = 200, body = RoomSummaryPage)))]
async fn list_rooms(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Query(which): Query<Which>,
) -> Result<Json<RoomSummaryPage>, Problem> {
    Ok(Json(admin::list(&state.core, &caller, RoomId(which.after), &which.q).await?))
}

/// One group or channel, and how much deleting it would delete (admins)
#[utoipa::path(get, path = "/api/v1/admin/rooms/{room}", tag = "admin", params(("room" = i64, Path)),
    responses((status = 200, body = RoomSummary)))]
async fn get_room(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(room): Path<i64>,
) -> Result<Json<RoomSummary>, Problem> {
    Ok(Json(admin::get(&state.core, &caller, RoomId(room)).await?))
}

/// Archive a room, open it again, or give it to one of its members (admins)
#[utoipa::path(patch, path = "/api/v1/admin/rooms/{room}", tag = "admin", params(("room" = i64, Path)),
    request_body = ChangeRoomFromOutside, responses((status = 200, body = RoomSummary)))]
async fn change_room(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(room): Path<i64>,
    Json(change): Json<ChangeRoomFromOutside>,
) -> Result<Json<RoomSummary>, Problem> {
    Ok(Json(admin::change(&state.core, &caller, RoomId(room), change).await?))
}

/// Delete a room with everything in it (admins)
#[utoipa::path(delete, path = "/api/v1/admin/rooms/{room}", tag = "admin", params(("room" = i64, Path)),
    responses((status = 204)))]
async fn delete_room(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(room): Path<i64>,
) -> Result<StatusCode, Problem> {
    admin::delete(&state.core, &caller, RoomId(room)).await?;
    Ok(StatusCode::NO_CONTENT)
}
