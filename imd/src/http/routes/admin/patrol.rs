//! What is not well with the box, and what is plotted.

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

/// What the self-check finds, at most five seconds old (admins)
#[utoipa::path(get, path = "/api/v1/admin/patrol", tag = "admin", responses((status = 200, body = PatrolReport)))]
async fn get_patrol(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<PatrolReport>, Problem> {
    Ok(Json(patrol::report(&state.core, &caller).await?))
}

/// Look at everything now (admins)
#[utoipa::path(post, path = "/api/v1/admin/patrol", tag = "admin", responses((status = 200, body = PatrolReport)))]
async fn look_now(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<PatrolReport>, Problem> {
    Ok(Json(patrol::look_now(&state.core, &caller).await?))
}

/// Say that a finding about something that is over was read: it is not shown again until it happens again (admins)
#[utoipa::path(post, path = "/api/v1/admin/patrol/dismiss", tag = "admin", request_body = DismissFinding,
    responses((status = 200, body = PatrolReport)))]
async fn dismiss(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(read): Json<DismissFinding>,
) -> Result<Json<PatrolReport>, Problem> {
    Ok(Json(patrol::dismiss(&state.core, &caller, read.finding).await?))
}

/// Restart the box into its repair page; needs the repair code there (admins)
///
/// Answered when the order is taken. Until somebody with the code has chosen, nobody can chat.
#[utoipa::path(post, path = "/api/v1/admin/repair", tag = "admin", responses((status = 204)))]
async fn order_repair(State(state): State<AppState>, Admin(caller): Admin) -> Result<StatusCode, Problem> {
    repair_order::order(&state.core, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Step {
    /// Seconds: 300 (two days are kept), 3600 (three months) or 86400 (five years).
    step: u32,
}

/// Online, messages, disk, temperature and memory over time (admins)
#[utoipa::path(get, path = "/api/v1/admin/chart", tag = "admin", params(Step), responses((status = 200, body = Chart)))]
async fn get_chart(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Query(step): Query<Step>,
) -> Result<Json<Chart>, Problem> {
    Ok(Json(charts::chart(&state.core, &caller, step.step).await?))
}
