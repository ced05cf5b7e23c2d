//! System updates.

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::machine::update;
use crate::http::authentication::text;
use crate::http::json::{Json, Query};
use crate::http::{Admin, AppState, Problem};
use crate::wire::{Bytes, UpdateBundle, UpdateState};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    // The limit for the bundle is in the action, which counts what really arrives.
    let upload = OpenApiRouter::new().routes(routes!(upload, discard)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new().routes(routes!(get_update)).routes(routes!(install)).routes(routes!(go_back)).merge(upload)
}

/// Both system copies, the uploaded update, and the progress of its installation; ask every second meanwhile (admins)
#[utoipa::path(get, path = "/api/v1/admin/update", tag = "admin", responses((status = 200, body = UpdateState)))]
async fn get_update(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<UpdateState>, Problem> {
    Ok(Json(update::state(&state.core, &caller).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Named {
    /// Name of the file.
    #[serde(default)]
    name: String,
}

/// Upload an update; the body is the file itself, at most 512 MiB (admins)
///
/// Answered once its signature was found valid. An update that was uploaded before is removed.
#[utoipa::path(post, path = "/api/v1/admin/update/bundle", tag = "admin", params(Named),
    request_body(content = inline(Bytes), content_type = "application/octet-stream"), responses((status = 201, body = UpdateBundle)))]
async fn upload(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Query(named): Query<Named>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<UpdateBundle>), Problem> {
    let len = text(&headers, header::CONTENT_LENGTH).and_then(|len| len.parse().ok());
    let bundle = update::receive(&state.core, &caller, &named.name, len, body.into_data_stream()).await?;
    Ok((StatusCode::CREATED, Json(bundle)))
}

/// Remove the uploaded update (admins)
#[utoipa::path(delete, path = "/api/v1/admin/update/bundle", tag = "admin", responses((status = 204)))]
async fn discard(State(state): State<AppState>, Admin(caller): Admin) -> Result<StatusCode, Problem> {
    update::discard(&state.core, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Install the uploaded update into the slot that is not running (admins)
///
/// Continues by itself. When it is `done`, `restart_box` starts the new version.
#[utoipa::path(post, path = "/api/v1/admin/update/install", tag = "admin", responses((status = 202, body = UpdateState)))]
async fn install(
    State(state): State<AppState>,
    Admin(caller): Admin,
) -> Result<(StatusCode, Json<UpdateState>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(update::install(&state.core, &caller).await?)))
}

/// Go back to the previous version: the box restarts from the other slot at once (admins)
#[utoipa::path(post, path = "/api/v1/admin/update/back", tag = "admin", responses((status = 204)))]
async fn go_back(State(state): State<AppState>, Admin(caller): Admin) -> Result<StatusCode, Problem> {
    update::go_back(&state.core, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
