//! Reported messages, for admins.

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::rooms::reports::{self, Answered};
use crate::http::json::{Json, Path, Query};
use crate::http::routes::files::{self, How};
use crate::http::{Admin, AppState, Problem};
use crate::wire::{AnswerReport, Bytes, ReportPage};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_reports))
        .routes(routes!(answer_report))
        .routes(routes!(reported_file))
        .routes(routes!(reported_thumbnail))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Stretch {
    /// Older than the report with this id.
    before: Option<i64>,
    /// `true`: reports that were answered; left out: open reports.
    #[serde(default)]
    answered: bool,
}

/// Reported messages, newest first, at most 50 at a time, without those written by the admin who asks (admins)
#[utoipa::path(get, path = "/api/v1/admin/reports", tag = "admin", params(Stretch), responses((status = 200, body = ReportPage)))]
async fn list_reports(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Query(stretch): Query<Stretch>,
) -> Result<Json<ReportPage>, Problem> {
    let which = if stretch.answered { Answered::Already } else { Answered::NotYet };
    Ok(Json(reports::list(&state.core, &caller, which, stretch.before).await?))
}

/// Delete the message, warn its author, suspend them, or close the report without any of it (admins)
#[utoipa::path(post, path = "/api/v1/admin/reports/{report}", tag = "admin", params(("report" = i64, Path)),
    request_body = AnswerReport, responses((status = 204)))]
async fn answer_report(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(report): Path<i64>,
    Json(answer): Json<AnswerReport>,
) -> Result<StatusCode, Problem> {
    reports::answer(&state.core, &caller, report, answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A file of a message whose report is open; ranges and conditions as in RFC 9110 (admins)
#[utoipa::path(get, path = "/api/v1/admin/reports/{report}/files/{place}", tag = "admin",
    params(("report" = i64, Path), ("place" = usize, Path), How),
    responses((status = 200, body = inline(Bytes), content_type = "*/*"), (status = 206), (status = 304)))]
async fn reported_file(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path((report, place)): Path<(i64, usize)>,
    Query(how): Query<How>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = reports::file(&state.core, &caller, report, place).await?;
    files::content(&state, file, how, &method, &headers).await
}

/// The thumbnail of a photo in a reported message: JPEG, at most 640 pixels a side (admins)
#[utoipa::path(get, path = "/api/v1/admin/reports/{report}/files/{place}/thumbnail", tag = "admin",
    params(("report" = i64, Path), ("place" = usize, Path)),
    responses((status = 200, body = inline(Bytes), content_type = "image/jpeg"), (status = 206), (status = 304)))]
async fn reported_thumbnail(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path((report, place)): Path<(i64, usize)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = reports::file(&state.core, &caller, report, place).await?;
    files::small(&state, &file, &method, &headers).await
}
