//! The box itself, for anyone: what it is, and its health.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::{identity::probe, joining::box_info, upkeep::health};
use crate::http::authentication::{Inside, MaybeAsker};
use crate::http::json::{Json, Path};
use crate::http::{AppState, Browser, Problem};
use crate::wire::{BoxInfo, ErrorCode, HealthAnswer, WellOrNot};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_box)).routes(routes!(answer_probe)).routes(routes!(healthz))
}

/// What anyone may know before signing in, and who you are if you are signed in
#[utoipa::path(get, path = "/api/v1/box", tag = "box", responses((status = 200, body = BoxInfo)))]
async fn get_box(
    State(state): State<AppState>,
    MaybeAsker(caller): MaybeAsker,
    browser: Browser,
) -> Result<Json<BoxInfo>, Problem> {
    Ok(Json(box_info::box_info(&state.core, caller, browser.in_app).await?))
}

/// Is this the box that gave out the word? Asked by its own page at another address
///
/// The only response that pages of other origins can read, and it tells them nothing unless they have the word.
#[utoipa::path(get, path = "/api/v1/probe/{word}", tag = "box", params(("word" = String, Path, description = "`probe` of `GET /api/v1/box`.")),
    responses((status = 204)))]
async fn answer_probe(State(state): State<AppState>, Path(word): Path<String>) -> Result<Response, Problem> {
    if !probe::is_ours(&state.core, &word) {
        return Err(ErrorCode::NotFound.into());
    }
    let any = (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Ok((StatusCode::NO_CONTENT, [any]).into_response())
}

/// Health of the box
///
/// Everyone is told whether it is well; admins and requests from the box itself get the details.
#[utoipa::path(get, path = "/healthz", tag = "box", responses((status = 200, body = HealthAnswer), (status = 503, body = HealthAnswer, description = "Something is wrong.")))]
async fn healthz(State(state): State<AppState>, inside: Inside) -> (StatusCode, Json<HealthAnswer>) {
    let health = health::health(&state.core).await;
    let status = if health.status == "ok" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let answer = match inside {
        Inside::Yes => HealthAnswer::Inside(health),
        Inside::No => HealthAnswer::Outside(WellOrNot { status: health.status }),
    };
    (status, Json(answer))
}
