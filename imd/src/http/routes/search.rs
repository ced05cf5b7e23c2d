//! Finding messages, and the index as admins see it.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions;
use crate::actions::search::Question;
use crate::chat::{RoomId, UserId};
use crate::http::json::{Json, Query};
use crate::http::{Admin, AppState, Authenticated, Problem};
use crate::wire::{Carries, SearchPage, SearchState};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(find)).routes(routes!(get_state)).routes(routes!(rebuild))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Words that a message or the names of its files must have, at most 200 characters. What stands in quotation marks must be
    /// found exactly so; a word of three letters or more is also found as the beginning of a longer one. May be left out when
    /// there is a filter other than `room`.
    #[serde(default)]
    q: String,
    /// Only in this room.
    room: Option<i64>,
    /// Only what this user sent.
    from: Option<i64>,
    /// Only messages that carry this.
    has: Option<Carries>,
    /// Only messages sent at this time or later, milliseconds since 1970.
    after: Option<i64>,
    /// Only messages sent before this time, milliseconds since 1970.
    before: Option<i64>,
    /// `next` of the page before.
    cursor: Option<i64>,
    /// Number of hits, 1 to 100; 20 by default.
    limit: Option<u32>,
}

/// Find messages in my rooms
///
/// Case, accents and widths make no difference. Chinese and Japanese are found down to a single character.
#[utoipa::path(get, path = "/api/v1/search", tag = "rooms", params(Asked), responses((status = 200, body = SearchPage)))]
async fn find(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Query(asked): Query<Asked>,
) -> Result<Json<SearchPage>, Problem> {
    let question = Question {
        typed: asked.q,
        room: asked.room.map(RoomId),
        sender: asked.from.map(UserId),
        has: asked.has.map(actions::search::carried),
        from: asked.after,
        to: asked.before,
        cursor: asked.cursor,
        limit: asked.limit,
    };
    Ok(Json(actions::search::find(&state.core, &caller, question).await?))
}

/// The index of messages (admins)
#[utoipa::path(get, path = "/api/v1/admin/search", tag = "admin", responses((status = 200, body = SearchState)))]
async fn get_state(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<SearchState>, Problem> {
    Ok(Json(actions::search::state(&state.core, &caller).await?))
}

/// Make the index of messages anew, while people chat and search (admins)
#[utoipa::path(post, path = "/api/v1/admin/search/rebuild", tag = "admin", responses((status = 202, body = SearchState)))]
async fn rebuild(
    State(state): State<AppState>,
    Admin(caller): Admin,
) -> Result<(StatusCode, Json<SearchState>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(actions::search::rebuild(&state.core, &caller).await?)))
}
