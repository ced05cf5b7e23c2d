//! Getting access: claim, join, sign in, sign out.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::{
    access::{claim, reclaim, sign_in},
    joining::join,
};
use crate::http::authentication::{clear_cookie, set_cookie};
use crate::http::json::{Json, Path};
use crate::http::{AppState, Authenticated, Browser, Peer, Problem};
use crate::wire::{Claim, ClaimAgain, ClaimCheck, InviteCheck, Join, LookAgain, OwnersToBe, PasswordSignIn, SignedIn};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(claim))
        .routes(routes!(check_claim))
        .routes(routes!(claim_again))
        .routes(routes!(look_again))
        .routes(routes!(join_box))
        .routes(routes!(with_password))
        .routes(routes!(sign_out))
        .routes(routes!(check_invite))
}

/// How the new device wants to get its token.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Header)]
pub(super) struct Wants {
    /// `true`: the token is in the body, for programs; otherwise it comes as a cookie, for browsers.
    #[param(rename = "Accept-Token")]
    token: Option<bool>,
}

impl<S: Sync> FromRequestParts<S> for Wants {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self { token: parts.headers.get("accept-token").map(|value| value == "true") })
    }
}

/// A new device's token: as a cookie, or in the body for a client that sends `Accept-Token: true`.
pub(super) fn signed_in(wants: Wants, done: sign_in::SignedIn) -> Response {
    let token = done.token.reveal();
    if wants.token == Some(true) {
        return Json(SignedIn { me: done.me, token: Some(token.to_owned()) }).into_response();
    }
    let cookie = [(header::SET_COOKIE, set_cookie(token))];
    (cookie, Json(SignedIn { me: done.me, token: None })).into_response()
}

/// Become the first owner of a new box
#[utoipa::path(post, path = "/api/v1/claim", tag = "sign in", params(Wants), request_body = Claim, responses((status = 200, body = SignedIn)))]
async fn claim(
    State(state): State<AppState>,
    Peer(from): Peer,
    browser: Browser,
    wants: Wants,
    Json(claim): Json<Claim>,
) -> Result<Response, Problem> {
    Ok(signed_in(wants, claim::claim_box(&state.core, from, claim, browser.device()).await?))
}

/// Is this the claim code of this new box? The code stays valid
#[utoipa::path(post, path = "/api/v1/claim/check", tag = "sign in", request_body = ClaimCheck, responses((status = 204)))]
async fn check_claim(
    State(state): State<AppState>,
    Peer(from): Peer,
    _: Browser,
    Json(check): Json<ClaimCheck>,
) -> Result<StatusCode, Problem> {
    claim::check(&state.core, from, &check.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The owners, for whoever has the code of a reopened claim
#[utoipa::path(post, path = "/api/v1/claim/owners", tag = "sign in", request_body = LookAgain,
    responses((status = 200, body = OwnersToBe)))]
async fn look_again(
    State(state): State<AppState>,
    Peer(from): Peer,
    _: Browser,
    Json(look): Json<LookAgain>,
) -> Result<Json<OwnersToBe>, Problem> {
    Ok(Json(reclaim::owners(&state.core, from, &look.code).await?))
}

/// Become an owner with the code of a reopened claim: an existing owner with a new password, or an additional one
#[utoipa::path(post, path = "/api/v1/claim/again", tag = "sign in", params(Wants), request_body = ClaimAgain,
    responses((status = 200, body = SignedIn)))]
async fn claim_again(
    State(state): State<AppState>,
    Peer(from): Peer,
    browser: Browser,
    wants: Wants,
    Json(claim): Json<ClaimAgain>,
) -> Result<Response, Problem> {
    Ok(signed_in(wants, reclaim::claim_again(&state.core, from, claim, browser.device()).await?))
}

/// Join (200), or ask to be let in and wait (202)
#[utoipa::path(post, path = "/api/v1/join", tag = "sign in", params(Wants), request_body = Join,
    responses((status = 200, body = SignedIn), (status = 202, body = SignedIn, description = "An admin has to let you in: `me.user.status` is `pending`.")))]
async fn join_box(
    State(state): State<AppState>,
    Peer(from): Peer,
    browser: Browser,
    wants: Wants,
    Json(body): Json<Join>,
) -> Result<Response, Problem> {
    let in_app = browser.in_app;
    let done = join::join(&state.core, from, body, in_app, browser.device()).await?;
    let waits = done.me.user.status == "pending";
    let mut answer = signed_in(wants, done);
    if waits {
        *answer.status_mut() = StatusCode::ACCEPTED;
    }
    Ok(answer)
}

/// Sign in with name and password
#[utoipa::path(post, path = "/api/v1/sign-in", tag = "sign in", params(Wants), request_body = PasswordSignIn,
    responses((status = 200, body = SignedIn)))]
async fn with_password(
    State(state): State<AppState>,
    Peer(from): Peer,
    browser: Browser,
    wants: Wants,
    Json(body): Json<PasswordSignIn>,
) -> Result<Response, Problem> {
    Ok(signed_in(wants, sign_in::with_password(&state.core, from, body, browser.device()).await?))
}

/// Sign this device out
#[utoipa::path(post, path = "/api/v1/sign-out", tag = "sign in", responses((status = 204)))]
async fn sign_out(State(state): State<AppState>, Authenticated(caller): Authenticated) -> Result<Response, Problem> {
    sign_in::sign_out(&state.core, &caller).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, clear_cookie())]).into_response())
}

/// What an invite leads to
#[utoipa::path(get, path = "/api/v1/invites/check/{code}", tag = "sign in", params(("code" = String, Path)),
    responses((status = 200, body = InviteCheck)))]
async fn check_invite(
    State(state): State<AppState>,
    Peer(from): Peer,
    Path(code): Path<String>,
) -> Result<Json<InviteCheck>, Problem> {
    Ok(Json(join::check_invite(&state.core, from, &code).await?))
}
