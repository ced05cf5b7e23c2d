//! One's own profile, password, devices, and moving between the box's addresses.

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::{
    access::{devices, hand_over, own_password, reauth},
    people::{avatar, profile, quiet, quota},
    rooms::mentions,
};
use crate::chat::{DeviceId, EventId};
use crate::http::json::{Json, Path, Picture, Query};
use crate::http::{AppState, Authenticated, Problem};
use crate::wire::{
    Bytes, ChangeMe, Device, EnterPassword, HandOver, HandOverLink, Me, MentionPage, OwnStorage, Quiet, SetPassword,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let pictures = OpenApiRouter::new().routes(routes!(put_avatar, delete_avatar)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(get_me, change_me))
        .routes(routes!(set_password))
        .routes(routes!(enter_password))
        .routes(routes!(put_quiet))
        .routes(routes!(get_storage))
        .routes(routes!(get_mentions))
        .routes(routes!(list_devices))
        .routes(routes!(revoke_device))
        .routes(routes!(move_to))
        .merge(pictures)
}

/// Who am I?
#[utoipa::path(get, path = "/api/v1/me", tag = "me", responses((status = 200, body = Me)))]
async fn get_me(State(state): State<AppState>, Authenticated(caller): Authenticated) -> Result<Json<Me>, Problem> {
    Ok(Json(profile::me(&state.core, &caller).await?))
}

/// How much have I stored, and how much may I?
#[utoipa::path(get, path = "/api/v1/me/storage", tag = "me", responses((status = 200, body = OwnStorage)))]
async fn get_storage(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
) -> Result<Json<OwnStorage>, Problem> {
    Ok(Json(quota::mine(&state.core, &caller).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AskedMentions {
    /// `next` of the page before.
    before: Option<i64>,
    /// Number of messages, 1 to 100; 20 by default.
    limit: Option<u32>,
}

/// Messages that mention me, in all my rooms
///
/// By name, or as one of all who were in the room then. Conversations of two are not searched.
#[utoipa::path(get, path = "/api/v1/me/mentions", tag = "me", params(AskedMentions), responses((status = 200, body = MentionPage)))]
async fn get_mentions(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Query(AskedMentions { before, limit }): Query<AskedMentions>,
) -> Result<Json<MentionPage>, Problem> {
    Ok(Json(mentions::list(&state.core, &caller, before.map(EventId), limit).await?))
}

/// Change my name or handle
#[utoipa::path(patch, path = "/api/v1/me", tag = "me", request_body = ChangeMe, responses((status = 200, body = Me)))]
async fn change_me(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Json(change): Json<ChangeMe>,
) -> Result<Json<Me>, Problem> {
    Ok(Json(profile::change_me(&state.core, &caller, change).await?))
}

/// Say when I do not want to be disturbed
///
/// All of it: what is left out is no more.
#[utoipa::path(put, path = "/api/v1/me/quiet", tag = "me", request_body = Quiet, responses((status = 204)))]
async fn put_quiet(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Json(set): Json<Quiet>,
) -> Result<StatusCode, Problem> {
    quiet::set(&state.core, &caller, set).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Set, change or remove my password
#[utoipa::path(put, path = "/api/v1/me/password", tag = "me", request_body = SetPassword, responses((status = 204)))]
async fn set_password(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Json(set): Json<SetPassword>,
) -> Result<StatusCode, Problem> {
    own_password::set_password(&state.core, &caller, set).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enter my password again on this device
///
/// Changes by admins are refused with `fresh_password_required` when that was over ten minutes ago. Signing in with the
/// password and setting it count as well.
#[utoipa::path(post, path = "/api/v1/me/password/enter", tag = "me", request_body = EnterPassword, responses((status = 204)))]
async fn enter_password(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Json(with): Json<EnterPassword>,
) -> Result<StatusCode, Problem> {
    reauth::enter(&state.core, &caller, with).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Set my picture; the body is the image (JPEG, PNG, WebP, GIF; at most 16 MiB)
#[utoipa::path(put, path = "/api/v1/me/avatar", tag = "me", request_body(content = inline(Bytes), content_type = "image/*"),
    responses((status = 200, body = Me)))]
async fn put_avatar(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Picture(image): Picture,
) -> Result<Json<Me>, Problem> {
    Ok(Json(avatar::set(&state.core, &caller, image).await?))
}

/// Remove my picture
#[utoipa::path(delete, path = "/api/v1/me/avatar", tag = "me", responses((status = 200, body = Me)))]
async fn delete_avatar(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
) -> Result<Json<Me>, Problem> {
    Ok(Json(avatar::remove(&state.core, &caller).await?))
}

/// My devices
#[utoipa::path(get, path = "/api/v1/me/devices", tag = "me", responses((status = 200, body = Vec<Device>)))]
async fn list_devices(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
) -> Result<Json<Vec<Device>>, Problem> {
    Ok(Json(devices::list(&state.core, &caller).await?))
}

/// Sign one of my devices out
#[utoipa::path(delete, path = "/api/v1/me/devices/{device}", tag = "me", params(("device" = i64, Path)),
    responses((status = 204)))]
async fn revoke_device(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(device): Path<i64>,
) -> Result<StatusCode, Problem> {
    devices::revoke(&state.core, &caller, DeviceId(device)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A link that keeps this device signed in at another address of the box
#[utoipa::path(post, path = "/api/v1/me/hand-over", tag = "me", request_body = HandOver,
    responses((status = 200, body = HandOverLink)))]
async fn move_to(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Json(to): Json<HandOver>,
) -> Result<Json<HandOverLink>, Problem> {
    Ok(Json(hand_over::hand_over(&state.core, &caller, to).await?))
}
