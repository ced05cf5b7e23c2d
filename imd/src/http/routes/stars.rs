//! Starred messages.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::rooms::stars;
use crate::chat::{EventId, RoomId, Seq, Star};
use crate::http::json::{Json, Path, Query};
use crate::http::{AppState, Authenticated, Problem};
use crate::wire::{StarPage, StarsInRoom};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(star, unstar)).routes(routes!(in_room)).routes(routes!(list))
}

/// Star a message for myself; nobody else learns of it
///
/// At most 1,000 messages (`limit_reached`). My other devices are told (`star`).
#[utoipa::path(put, path = "/api/v1/rooms/{room}/events/{seq}/star", tag = "rooms",
    params(("room" = i64, Path), ("seq" = u64, Path)), responses((status = 204)))]
async fn star(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path((room, seq)): Path<(i64, u64)>,
) -> Result<StatusCode, Problem> {
    stars::set(&state.core, &caller, RoomId(room), Seq(seq), Star::On).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take my star from a message
#[utoipa::path(delete, path = "/api/v1/rooms/{room}/events/{seq}/star", tag = "rooms",
    params(("room" = i64, Path), ("seq" = u64, Path)), responses((status = 204)))]
async fn unstar(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path((room, seq)): Path<(i64, u64)>,
) -> Result<StatusCode, Problem> {
    stars::set(&state.core, &caller, RoomId(room), Seq(seq), Star::Off).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What I have starred in a room
#[utoipa::path(get, path = "/api/v1/rooms/{room}/stars", tag = "rooms", params(("room" = i64, Path)),
    responses((status = 200, body = StarsInRoom)))]
async fn in_room(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
) -> Result<Json<StarsInRoom>, Problem> {
    Ok(Json(stars::in_room(&state.core, &caller, RoomId(room)).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// `next` of the page before.
    before: Option<i64>,
    /// Number of messages, 1 to 100; 20 by default.
    limit: Option<u32>,
}

/// What I have starred, in all my rooms
#[utoipa::path(get, path = "/api/v1/me/stars", tag = "me", params(Asked), responses((status = 200, body = StarPage)))]
async fn list(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Query(Asked { before, limit }): Query<Asked>,
) -> Result<Json<StarPage>, Problem> {
    Ok(Json(stars::list(&state.core, &caller, before.map(EventId), limit).await?))
}
