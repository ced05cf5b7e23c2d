//! Editing messages, and what they said before.

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rooms::MESSAGE_BYTES;
use crate::actions::rooms::messages;
use crate::chat::{RoomId, Seq};
use crate::http::json::{Json, Path};
use crate::http::{AppState, Authenticated, Problem};
use crate::wire::{EarlierText, EditMessage};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(edit_message))
        .layer(DefaultBodyLimit::max(MESSAGE_BYTES))
        .routes(routes!(earlier_texts))
}

/// Change what a message of mine says, as long after it was sent as the box allows
#[utoipa::path(patch, path = "/api/v1/rooms/{room}/messages/{seq}", tag = "rooms",
    params(("room" = i64, Path), ("seq" = u64, Path)), request_body = EditMessage, responses((status = 204)))]
async fn edit_message(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path((room, seq)): Path<(i64, u64)>,
    Json(new): Json<EditMessage>,
) -> Result<StatusCode, Problem> {
    messages::edit(&state.core, &caller, RoomId(room), Seq(seq), new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a message said before it was edited, oldest first (its author, and the admins of the room)
#[utoipa::path(get, path = "/api/v1/rooms/{room}/messages/{seq}/edits", tag = "rooms",
    params(("room" = i64, Path), ("seq" = u64, Path)), responses((status = 200, body = Vec<EarlierText>)))]
async fn earlier_texts(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path((room, seq)): Path<(i64, u64)>,
) -> Result<Json<Vec<EarlierText>>, Problem> {
    Ok(Json(messages::earlier(&state.core, &caller, RoomId(room), Seq(seq)).await?))
}
