//! The administration of the box, for admins: settings and the audit log here, everything else by subject.

mod backup;
mod machine;
mod moving;
mod network;
mod patrol;
mod people;
mod reports;
mod rooms;
mod storage;
mod update;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::{
    access::reclaim,
    identity::settings,
    upkeep::{audit, scrape},
};
use crate::http::authentication::AtTheBox;
use crate::http::json::{Json, Query};
use crate::http::{Admin, AppState, Problem};
use crate::wire::{AuditPage, BoxSettings, ChangeBoxSettings, ClaimReopened, ScrapeToken};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_settings, change_settings))
        .routes(routes!(audit_page))
        .routes(routes!(audit_csv))
        .routes(routes!(reopen_claim))
        .routes(routes!(make_scrape_token, drop_scrape_token))
        .merge(backup::routes())
        .merge(machine::routes())
        .merge(moving::routes())
        .merge(network::routes())
        .merge(patrol::routes())
        .merge(people::routes())
        .merge(reports::routes())
        .merge(rooms::routes())
        .merge(storage::routes())
        .merge(update::routes())
}

/// Create a token with which a program can read `/metrics`, replacing the previous one (admins)
#[utoipa::path(post, path = "/api/v1/admin/scrape-token", tag = "admin", responses((status = 201, body = ScrapeToken)))]
async fn make_scrape_token(
    State(state): State<AppState>,
    Admin(caller): Admin,
) -> Result<(StatusCode, Json<ScrapeToken>), Problem> {
    Ok((StatusCode::CREATED, Json(scrape::make(&state.core, &caller).await?)))
}

/// Revoke that token (admins)
#[utoipa::path(delete, path = "/api/v1/admin/scrape-token", tag = "admin", responses((status = 204)))]
async fn drop_scrape_token(State(state): State<AppState>, Admin(caller): Admin) -> Result<StatusCode, Problem> {
    scrape::drop_token(&state.core, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Settings of the whole box (admins)
#[utoipa::path(get, path = "/api/v1/admin/settings", tag = "admin", responses((status = 200, body = BoxSettings)))]
async fn get_settings(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<BoxSettings>, Problem> {
    Ok(Json(settings::get(&state.core, &caller).await?))
}

/// Change the box's name or how people join (admins)
#[utoipa::path(patch, path = "/api/v1/admin/settings", tag = "admin", request_body = ChangeBoxSettings,
    responses((status = 200, body = BoxSettings)))]
async fn change_settings(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(change): Json<ChangeBoxSettings>,
) -> Result<Json<BoxSettings>, Problem> {
    Ok(Json(settings::change(&state.core, &caller, change).await?))
}

/// Reopen the claim for a quarter of an hour: with a new code, whoever has the box in their hands can become an owner
///
/// Only at the box's own console (`imd admin claim reopen`): on the network it is `forbidden` to everyone. A file on
/// the card does the same. Members are told.
#[utoipa::path(post, path = "/api/v1/admin/claim/reopen", tag = "admin", responses((status = 200, body = ClaimReopened)))]
async fn reopen_claim(
    State(state): State<AppState>,
    AtTheBox(caller): AtTheBox,
) -> Result<Json<ClaimReopened>, Problem> {
    Ok(Json(reclaim::open(&state.core, &caller).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Stretch {
    /// Older than the entry with this id.
    before: Option<i64>,
    /// 1 to 200; default 50.
    limit: Option<u32>,
}

/// What admins have done, newest first (admins)
#[utoipa::path(get, path = "/api/v1/admin/audit", tag = "admin", params(Stretch), responses((status = 200, body = AuditPage)))]
async fn audit_page(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Query(stretch): Query<Stretch>,
) -> Result<Json<AuditPage>, Problem> {
    Ok(Json(audit::page(&state.core, &caller, stretch.before, stretch.limit).await?))
}

/// The audit log as a CSV file (admins)
#[utoipa::path(get, path = "/api/v1/admin/audit.csv", tag = "admin",
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn audit_csv(State(state): State<AppState>, Admin(caller): Admin) -> Result<Response, Problem> {
    let csv = audit::csv(&state.core, &caller).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"imbox-audit.csv\""),
    ];
    Ok((headers, csv).into_response())
}
