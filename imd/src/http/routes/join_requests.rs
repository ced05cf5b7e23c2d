//! Join requests: who waits to be let in, and an admin's answer.

use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::joining::join_requests;
use crate::chat::UserId;
use crate::http::json::{Json, Path};
use crate::http::{AppState, Authenticated, Problem};
use crate::wire::{JoinRequest, ResolveJoinRequest};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(waiting)).routes(routes!(answer))
}

/// Open join requests (admins)
#[utoipa::path(get, path = "/api/v1/requests", tag = "people", responses((status = 200, body = Vec<JoinRequest>)))]
async fn waiting(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
) -> Result<Json<Vec<JoinRequest>>, Problem> {
    Ok(Json(join_requests::list(&state.core, &caller).await?))
}

/// Let someone in, or refuse them (admins)
#[utoipa::path(post, path = "/api/v1/requests/{user}", tag = "people", params(("user" = i64, Path)),
    request_body = ResolveJoinRequest, responses((status = 204)))]
async fn answer(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(user): Path<i64>,
    Json(body): Json<ResolveJoinRequest>,
) -> Result<StatusCode, Problem> {
    join_requests::resolve(&state.core, &caller, UserId(user), body).await?;
    Ok(StatusCode::NO_CONTENT)
}
