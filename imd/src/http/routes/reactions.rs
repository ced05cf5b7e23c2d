//! Reactions to messages.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::rooms::reactions;
use crate::chat::{React, RoomId, Seq};
use crate::http::json::{Json, Path, Query};
use crate::http::{AppState, Authenticated, Problem};
use crate::wire::ReactionPage;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(who_reacted)).routes(routes!(react, take_reaction_back))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only who reacted with this emoji.
    emoji: Option<String>,
    /// `next` of the page before.
    #[serde(default)]
    after: u64,
}

/// Who reacted to a message, at most 100 at a time
#[utoipa::path(get, path = "/api/v1/rooms/{room}/messages/{seq}/reactions", tag = "rooms",
    params(("room" = i64, Path), ("seq" = u64, Path), Which), responses((status = 200, body = ReactionPage)))]
async fn who_reacted(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path((room, seq)): Path<(i64, u64)>,
    Query(Which { emoji, after }): Query<Which>,
) -> Result<Json<ReactionPage>, Problem> {
    Ok(Json(reactions::list(&state.core, &caller, RoomId(room), Seq(seq), emoji.as_deref(), Seq(after)).await?))
}

/// React to a message with one emoji
#[utoipa::path(put, path = "/api/v1/rooms/{room}/messages/{seq}/reactions/{emoji}", tag = "rooms",
    params(("room" = i64, Path), ("seq" = u64, Path), ("emoji" = String, Path)), responses((status = 204)))]
async fn react(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path((room, seq, emoji)): Path<(i64, u64, String)>,
) -> Result<StatusCode, Problem> {
    reactions::react(&state.core, &caller, RoomId(room), Seq(seq), React::Add, &emoji).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a reaction back
#[utoipa::path(delete, path = "/api/v1/rooms/{room}/messages/{seq}/reactions/{emoji}", tag = "rooms",
    params(("room" = i64, Path), ("seq" = u64, Path), ("emoji" = String, Path)), responses((status = 204)))]
async fn take_reaction_back(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path((room, seq, emoji)): Path<(i64, u64, String)>,
) -> Result<StatusCode, Problem> {
    reactions::react(&state.core, &caller, RoomId(room), Seq(seq), React::Remove, &emoji).await?;
    Ok(StatusCode::NO_CONTENT)
}
