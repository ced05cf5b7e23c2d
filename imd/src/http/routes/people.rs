//! People: who they are, their pictures, and what admins change about them.

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::files::picture;
use crate::actions::people::{avatar, directory};
use crate::chat::UserId;
use crate::http::json::{Json, Path, Query};
use crate::http::{Admin, AppState, Authenticated, Problem};
use crate::wire::{Bytes, ChangeUser, User, UserPage};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get, change)).routes(routes!(avatar))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// People with a larger id.
    #[serde(default)]
    after: i64,
    /// Part of the name or handle.
    #[serde(default)]
    q: String,
}

/// The people of the box, at most 200 at a time
#[utoipa::path(get, path = "/api/v1/users", tag = "people", params(Which), responses((status = 200, body = UserPage)))]
async fn list(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Query(which): Query<Which>,
) -> Result<Json<UserPage>, Problem> {
    Ok(Json(directory::list(&state.core, &caller, UserId(which.after), &which.q).await?))
}

/// One person
#[utoipa::path(get, path = "/api/v1/users/{user}", tag = "people", params(("user" = i64, Path)),
    responses((status = 200, body = User)))]
async fn get(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(user): Path<i64>,
) -> Result<Json<User>, Problem> {
    Ok(Json(directory::get(&state.core, &caller, UserId(user)).await?))
}

/// Change a person's role or status (admins)
#[utoipa::path(patch, path = "/api/v1/users/{user}", tag = "people", params(("user" = i64, Path)), request_body = ChangeUser,
    responses((status = 200, body = User)))]
async fn change(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(user): Path<i64>,
    Json(change): Json<ChangeUser>,
) -> Result<Json<User>, Problem> {
    Ok(Json(directory::change(&state.core, &caller, UserId(user), change).await?))
}

/// A person's picture, 256 pixels a side
#[utoipa::path(get, path = "/api/v1/users/{user}/avatar", tag = "people", params(("user" = i64, Path)),
    responses((status = 200, body = inline(Bytes), content_type = "image/jpeg"), (status = 206), (status = 304)))]
async fn avatar(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(user): Path<i64>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let hash = avatar::hash(&state.core, &caller, UserId(user)).await?;
    picture(&state, &hash, &method, &headers).await
}
