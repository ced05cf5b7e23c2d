//! The self-check, and the charts.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::upkeep::{charts, patrol, repair_order};
use crate::http::json::{Json, Query};
use crate::http::{Admin, AppState, Problem};
use crate::wire::{Chart, DismissFinding, PatrolReport};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_patrol, look_now))
        .routes(routes!(dismiss))
        .routes(routes!(order_repair))
        .routes(routes!(get_chart))
}

/// Result of the self-check, at most five seconds old (admins)
#[utoipa::path(get, path = "/api/v1/admin/patrol", tag = "admin", responses((status = 200, body = PatrolReport)))]
async fn get_patrol(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<PatrolReport>, Problem> {
    Ok(Json(patrol::report(&state.core, &caller).await?))
}

/// Run the self-check now (admins)
#[utoipa::path(post, path = "/api/v1/admin/patrol", tag = "admin", responses((status = 200, body = PatrolReport)))]
async fn look_now(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<PatrolReport>, Problem> {
    Ok(Json(patrol::look_now(&state.core, &caller).await?))
}

/// Mark a finding about something that is over as read; it is not shown until it happens again (admins)
#[utoipa::path(post, path = "/api/v1/admin/patrol/dismiss", tag = "admin", request_body = DismissFinding,
    responses((status = 200, body = PatrolReport)))]
async fn dismiss(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(read): Json<DismissFinding>,
) -> Result<Json<PatrolReport>, Problem> {
    Ok(Json(patrol::dismiss(&state.core, &caller, read.finding).await?))
}

/// Restart the box into its repair page, where the repair code is needed (admins)
///
/// Answered when the order was accepted. Nobody can chat until somebody with the code has made a choice.
#[utoipa::path(post, path = "/api/v1/admin/repair", tag = "admin", responses((status = 204)))]
async fn order_repair(State(state): State<AppState>, Admin(caller): Admin) -> Result<StatusCode, Problem> {
    repair_order::order(&state.core, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Step {
    /// Seconds: 300 (kept for two days), 3600 (three months) or 86400 (five years).
    step: u32,
}

/// People online, messages, disk, temperature and memory over time (admins)
#[utoipa::path(get, path = "/api/v1/admin/chart", tag = "admin", params(Step), responses((status = 200, body = Chart)))]
async fn get_chart(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Query(step): Query<Step>,
) -> Result<Json<Chart>, Problem> {
    Ok(Json(charts::chart(&state.core, &caller, step.step).await?))
}
