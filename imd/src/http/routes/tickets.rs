//! Sign-in tickets: another device for an existing person.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sign_in::{Wants, signed_in};
use crate::actions::access::tickets::{self, Decision, Redeem};
use crate::chat::{TicketId, UserId};
use crate::http::json::{Json, Made, Path, Query};
use crate::http::{Admin, AppState, Authenticated, Browser, Peer, Problem};
use crate::wire::{RedeemTicket, SignInTicket, SignedIn};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(make))
        .routes(routes!(withdraw))
        .routes(routes!(confirm))
        .routes(routes!(refuse))
        .routes(routes!(qr))
        .routes(routes!(issue))
        .routes(routes!(redeem))
}

/// Create a ticket for another device of mine
#[utoipa::path(post, path = "/api/v1/me/tickets", tag = "tickets",
    responses((status = 201, body = SignInTicket, headers(("Location" = String, description = "Where it can be withdrawn.")))))]
async fn make(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
) -> Result<Made<SignInTicket>, Problem> {
    let ticket = tickets::make_own(&state.core, &caller).await?;
    Ok(Made(format!("/api/v1/me/tickets/{}", ticket.id), ticket))
}

/// Withdraw my ticket
#[utoipa::path(delete, path = "/api/v1/me/tickets/{ticket}", tag = "tickets", params(("ticket" = i64, Path)),
    responses((status = 204)))]
async fn withdraw(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(ticket): Path<i64>,
) -> Result<StatusCode, Problem> {
    tickets::withdraw(&state.core, &caller, TicketId(ticket)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Confirm that the device that waits is mine
#[utoipa::path(post, path = "/api/v1/me/tickets/{ticket}/confirm", tag = "tickets", params(("ticket" = i64, Path)),
    responses((status = 204)))]
async fn confirm(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(ticket): Path<i64>,
) -> Result<StatusCode, Problem> {
    tickets::answer(&state.core, &caller, TicketId(ticket), Decision::Confirm).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuse the device that waits
#[utoipa::path(post, path = "/api/v1/me/tickets/{ticket}/refuse", tag = "tickets", params(("ticket" = i64, Path)),
    responses((status = 204)))]
async fn refuse(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(ticket): Path<i64>,
) -> Result<StatusCode, Problem> {
    tickets::answer(&state.core, &caller, TicketId(ticket), Decision::Refuse).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Shown {
    /// The ticket's code. The box keeps only its hash, so the client has to send it.
    code: String,
    /// Which of the box's addresses, counted from 0; the first is the best.
    #[serde(default)]
    link: usize,
}

/// The QR code of a ticket's link, as SVG
#[utoipa::path(get, path = "/api/v1/me/tickets/qr.svg", tag = "tickets", params(Shown),
    responses((status = 200, body = String, content_type = "image/svg+xml")))]
async fn qr(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Query(shown): Query<Shown>,
) -> Result<Response, Problem> {
    let svg = tickets::qr_svg(&state.core, &caller, &shown.code, shown.link)?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}

/// Create a sign-in ticket for an existing person (admins)
#[utoipa::path(post, path = "/api/v1/users/{user}/ticket", tag = "tickets", params(("user" = i64, Path)),
    responses((status = 201, body = SignInTicket)))]
async fn issue(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(user): Path<i64>,
) -> Result<(StatusCode, Json<SignInTicket>), Problem> {
    Ok((StatusCode::CREATED, Json(tickets::issue(&state.core, &caller, UserId(user)).await?)))
}

/// Redeem a ticket on the other device: it is signed in (200), or waits to be confirmed (202; ask again every 2 s)
#[utoipa::path(post, path = "/api/v1/tickets/redeem", tag = "tickets", params(Wants), request_body = RedeemTicket,
    responses((status = 200, body = SignedIn), (status = 202, body = SignInTicket)))]
async fn redeem(
    State(state): State<AppState>,
    Peer(from): Peer,
    browser: Browser,
    wants: Wants,
    Json(body): Json<RedeemTicket>,
) -> Result<Response, Problem> {
    let in_app = browser.in_app;
    Ok(match tickets::redeem(&state.core, from, body, in_app, browser.device()).await? {
        Redeem::SignedIn(done) => signed_in(wants, *done),
        Redeem::Waiting(ticket) => (StatusCode::ACCEPTED, Json(ticket)).into_response(),
    })
}
