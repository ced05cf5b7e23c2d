//! The machine that the box runs on: power, clock, log, health.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::machine::{clock, journal, power, vitals};
use crate::http::json::{Json, Query};
use crate::http::{Admin, AppState, Problem};
use crate::wire::{ChangeClock, ClockState, LogPage, LogSeverity, MachineHealth, PowerOrder, SetTime};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(order_power))
        .routes(routes!(get_clock, change_clock))
        .routes(routes!(zones))
        .routes(routes!(set_time))
        .routes(routes!(log_page))
        .routes(routes!(log_file))
        .routes(routes!(machine_health))
}

/// Restart the box or its program, or shut it down (admins)
///
/// Answered when the order was accepted. Then `/healthz` stops answering, and after a restart answers again.
#[utoipa::path(post, path = "/api/v1/admin/power", tag = "admin", request_body = PowerOrder, responses((status = 204)))]
async fn order_power(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(with): Json<PowerOrder>,
) -> Result<StatusCode, Problem> {
    power::order(&state.core, &caller, with.order).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How the clock is set (admins)
#[utoipa::path(get, path = "/api/v1/admin/clock", tag = "admin", responses((status = 200, body = ClockState)))]
async fn get_clock(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<ClockState>, Problem> {
    Ok(Json(clock::state(&state.core, &caller).await?))
}

/// Change the time zone and the time servers (admins)
#[utoipa::path(patch, path = "/api/v1/admin/clock", tag = "admin", request_body = ChangeClock,
    responses((status = 200, body = ClockState)))]
async fn change_clock(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(change): Json<ChangeClock>,
) -> Result<Json<ClockState>, Problem> {
    Ok(Json(clock::change(&state.core, &caller, change).await?))
}

/// Names of all time zones (admins)
#[utoipa::path(get, path = "/api/v1/admin/clock/zones", tag = "admin", responses((status = 200, body = Vec<String>)))]
async fn zones(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<Vec<String>>, Problem> {
    Ok(Json(clock::zones(&state.core, &caller).await?))
}

/// Set the clock, for instance from a phone; refused while a time server sets it (admins)
#[utoipa::path(post, path = "/api/v1/admin/clock/set", tag = "admin", request_body = SetTime,
    responses((status = 200, body = ClockState)))]
async fn set_time(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(to): Json<SetTime>,
) -> Result<Json<ClockState>, Problem> {
    Ok(Json(clock::set(&state.core, &caller, to).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Lines {
    /// Only entries of this severity or worse.
    severity: Option<LogSeverity>,
    /// Only entries of this service, such as `imd.service`.
    unit: Option<String>,
    /// Only entries that contain this text; upper and lower case are the same.
    q: Option<String>,
    /// Present: only entries since the machine last started.
    this_start: Option<String>,
}

impl From<Lines> for journal::Wanted {
    fn from(lines: Lines) -> Self {
        Self {
            severity: lines.severity,
            unit: lines.unit,
            containing: lines.q,
            since: if lines.this_start.is_some() { journal::Since::ThisStart } else { journal::Since::Ever },
        }
    }
}

/// [`Lines`], and a page of them. The fields are repeated because serde cannot refuse unknown fields of a flattened
/// struct.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageOfLines {
    /// Only entries of this severity or worse.
    severity: Option<LogSeverity>,
    /// Only entries of this service, such as `imd.service`.
    unit: Option<String>,
    /// Only entries that contain this text; upper and lower case are the same.
    q: Option<String>,
    /// Present: only entries since the machine last started.
    this_start: Option<String>,
    /// Entries older than the one with this cursor.
    before: Option<String>,
    /// Entries newer than the one with this cursor; asked repeatedly, this follows the log.
    after: Option<String>,
    /// 1 to 500; default 100.
    limit: Option<usize>,
}

/// The system's log, one page at a time; without `before` and `after` the newest page (admins)
#[utoipa::path(get, path = "/api/v1/admin/log", tag = "admin", params(PageOfLines), responses((status = 200, body = LogPage)))]
async fn log_page(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Query(page): Query<PageOfLines>,
) -> Result<Json<LogPage>, Problem> {
    let PageOfLines { severity, unit, q, this_start, before, after, limit } = page;
    let lines = Lines { severity, unit, q, this_start };
    Ok(Json(journal::page(&state.core, &caller, lines.into(), journal::Where { before, after, limit }).await?))
}

/// The newest 20,000 entries of the log as a text file (admins)
#[utoipa::path(get, path = "/api/v1/admin/log.txt", tag = "admin", params(Lines),
    responses((status = 200, body = String, content_type = "text/plain")))]
async fn log_file(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Query(lines): Query<Lines>,
) -> Result<Response, Problem> {
    let text = journal::file(&state.core, &caller, lines.into()).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"imbox-log.txt\""),
    ];
    Ok((headers, text).into_response())
}

/// Readings of the machine (admins)
#[utoipa::path(get, path = "/api/v1/admin/health", tag = "admin", responses((status = 200, body = MachineHealth)))]
async fn machine_health(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<MachineHealth>, Problem> {
    Ok(Json(vitals::health(&state.core, &caller).await?))
}
