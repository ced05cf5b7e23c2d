//! Invites and their QR codes.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::{joining::invites, qr};
use crate::chat::InviteId;
use crate::http::json::{Json, Made, Path, Query};
use crate::http::{AppState, Authenticated, Problem};
use crate::wire::{Bytes, ErrorCode, Invite, InviteCreated, NewInvite};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(get, revoke))
        .routes(routes!(qr_svg))
        .routes(routes!(qr_png))
}

/// My open invites; for admins everybody's
#[utoipa::path(get, path = "/api/v1/invites", tag = "invites", responses((status = 200, body = Vec<Invite>)))]
async fn list(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
) -> Result<Json<Vec<Invite>>, Problem> {
    Ok(Json(invites::list(&state.core, &caller).await?))
}

/// Create an invite
#[utoipa::path(post, path = "/api/v1/invites", tag = "invites", request_body = NewInvite,
    responses((status = 201, body = InviteCreated, headers(("Location" = String, description = "The invite.")))))]
async fn make(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Json(new): Json<NewInvite>,
) -> Result<Made<InviteCreated>, Problem> {
    let made = invites::make(&state.core, &caller, new).await?;
    Ok(Made(format!("/api/v1/invites/{}", made.invite.id), made))
}

/// An invite with its links
#[utoipa::path(get, path = "/api/v1/invites/{invite}", tag = "invites", params(("invite" = i64, Path)),
    responses((status = 200, body = InviteCreated)))]
async fn get(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(invite): Path<i64>,
) -> Result<Json<InviteCreated>, Problem> {
    Ok(Json(invites::get(&state.core, &caller, InviteId(invite)).await?))
}

/// Revoke an invite
#[utoipa::path(delete, path = "/api/v1/invites/{invite}", tag = "invites", params(("invite" = i64, Path)),
    responses((status = 204)))]
async fn revoke(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(invite): Path<i64>,
) -> Result<StatusCode, Problem> {
    invites::revoke(&state.core, &caller, InviteId(invite)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichLink {
    /// Which of the invite's links, counted from 0; the first is the best.
    #[serde(default)]
    link: usize,
}

/// The QR code of an invite's link, as SVG
#[utoipa::path(get, path = "/api/v1/invites/{invite}/qr.svg", tag = "invites", params(("invite" = i64, Path), WhichLink),
    responses((status = 200, body = String, content_type = "image/svg+xml")))]
async fn qr_svg(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(invite): Path<i64>,
    Query(which): Query<WhichLink>,
) -> Result<Response, Problem> {
    let made = invites::get(&state.core, &caller, InviteId(invite)).await?;
    let link = made.links.get(which.link).ok_or(ErrorCode::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], qr::svg(link)?).into_response())
}

/// The QR code of an invite's link, as PNG
#[utoipa::path(get, path = "/api/v1/invites/{invite}/qr.png", tag = "invites", params(("invite" = i64, Path), WhichLink),
    responses((status = 200, body = inline(Bytes), content_type = "image/png")))]
async fn qr_png(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(invite): Path<i64>,
    Query(which): Query<WhichLink>,
) -> Result<Response, Problem> {
    let made = invites::get(&state.core, &caller, InviteId(invite)).await?;
    let link = made.links.get(which.link).ok_or(ErrorCode::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "image/png")], qr::png(link)?).into_response())
}
