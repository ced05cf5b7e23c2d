//! People as admins see them.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::people::admin;
use crate::actions::people::import::{self, Import};
use crate::actions::people::quota;
use crate::chat::{DeviceId, UserId};
use crate::http::json::{Json, Path, Query};
use crate::http::{Admin, AppState, Problem};
use crate::wire::{ImportReport, OwnStorage, PersonDetails, PersonPage, RemovePerson, SetQuota, SignedInDevicePage};

/// Enough for a thousand lines with long names.
const CSV_BYTES: usize = 1 << 20;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let import = OpenApiRouter::new().routes(routes!(import)).layer(DefaultBodyLimit::max(CSV_BYTES));
    OpenApiRouter::new()
        .routes(routes!(list_people))
        .routes(routes!(get_person))
        .routes(routes!(people_csv))
        .routes(routes!(drop_password))
        .routes(routes!(sign_out_all))
        .routes(routes!(list_devices))
        .routes(routes!(sign_out_one))
        .routes(routes!(set_quota))
        .routes(routes!(remove))
        .merge(import)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// People with a larger id.
    #[serde(default)]
    after: i64,
    /// Part of the name or handle.
    #[serde(default)]
    q: String,
    /// `active`, `suspended` or `removed`; left out: active and suspended.
    status: Option<String>,
}

/// People with their devices and when they were last seen, at most 100 at a time (admins)
#[utoipa::path(get, path = "/api/v1/admin/people", tag = "admin", params(Which), responses((status = 200, body = PersonPage)))]
async fn list_people(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Query(which): Query<Which>,
) -> Result<Json<PersonPage>, Problem> {
    let after = UserId(which.after);
    Ok(Json(admin::list(&state.core, &caller, after, &which.q, which.status.as_deref()).await?))
}

/// One person and their devices (admins)
#[utoipa::path(get, path = "/api/v1/admin/people/{user}", tag = "admin", params(("user" = i64, Path)),
    responses((status = 200, body = PersonDetails)))]
async fn get_person(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(user): Path<i64>,
) -> Result<Json<PersonDetails>, Problem> {
    Ok(Json(admin::get(&state.core, &caller, UserId(user)).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichDevices {
    /// Devices that signed in before the one with this id.
    before: Option<i64>,
    /// Part of the person's name or handle.
    #[serde(default)]
    q: String,
}

/// Everybody's signed-in devices, the most recent sign-in first, at most 50 at a time (admins)
#[utoipa::path(get, path = "/api/v1/admin/devices", tag = "admin", params(WhichDevices),
    responses((status = 200, body = SignedInDevicePage)))]
async fn list_devices(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Query(which): Query<WhichDevices>,
) -> Result<Json<SignedInDevicePage>, Problem> {
    Ok(Json(admin::devices(&state.core, &caller, which.before, &which.q).await?))
}

/// Everybody who is active or suspended, as a CSV file (admins)
#[utoipa::path(get, path = "/api/v1/admin/people.csv", tag = "admin",
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn people_csv(State(state): State<AppState>, Admin(caller): Admin) -> Result<Response, Problem> {
    let csv = admin::csv(&state.core, &caller).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"imbox-people.csv\""),
    ];
    Ok((headers, csv).into_response())
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct How {
    /// Present: create nobody, only report who would be created.
    check: Option<String>,
}

/// Create people from a CSV file in UTF-8 with up to 1,000 lines (admins)
///
/// The first line names the columns: `name`, and optionally `handle` and `role` (`member`, `guest`, `admin`), separated
/// by commas, semicolons or tabs. These people sign in with tickets (`POST /api/v1/users/{user}/ticket`).
#[utoipa::path(post, path = "/api/v1/admin/people/import", tag = "admin", params(How),
    request_body(content = String, content_type = "text/csv"), responses((status = 200, body = ImportReport)))]
async fn import(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Query(how): Query<How>,
    csv: Bytes,
) -> Result<Json<ImportReport>, Problem> {
    let how = if how.check.is_some() { Import::Check } else { Import::Make };
    Ok(Json(import::import(&state.core, &caller, &csv, how).await?))
}

/// Remove a person's password; they can sign in with a ticket and set a new one (admins)
#[utoipa::path(delete, path = "/api/v1/admin/people/{user}/password", tag = "admin", params(("user" = i64, Path)),
    responses((status = 204)))]
async fn drop_password(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(user): Path<i64>,
) -> Result<StatusCode, Problem> {
    admin::drop_password(&state.core, &caller, UserId(user)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign all of a person's devices out (admins)
#[utoipa::path(delete, path = "/api/v1/admin/people/{user}/devices", tag = "admin", params(("user" = i64, Path)),
    responses((status = 204)))]
async fn sign_out_all(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(user): Path<i64>,
) -> Result<StatusCode, Problem> {
    admin::sign_out(&state.core, &caller, UserId(user), None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign one of a person's devices out (admins)
#[utoipa::path(delete, path = "/api/v1/admin/people/{user}/devices/{device}", tag = "admin",
    params(("user" = i64, Path), ("device" = i64, Path)), responses((status = 204)))]
async fn sign_out_one(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path((user, device)): Path<(i64, i64)>,
) -> Result<StatusCode, Problem> {
    admin::sign_out(&state.core, &caller, UserId(user), Some(DeviceId(device))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give one person a storage limit of their own (admins)
#[utoipa::path(put, path = "/api/v1/admin/people/{user}/quota", tag = "admin", params(("user" = i64, Path)),
    request_body = SetQuota, responses((status = 200, body = OwnStorage)))]
async fn set_quota(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(user): Path<i64>,
    Json(to): Json<SetQuota>,
) -> Result<Json<OwnStorage>, Problem> {
    Ok(Json(quota::set_own(&state.core, &caller, UserId(user), to).await?))
}

/// Remove a person permanently; their messages are kept or deleted (admins)
///
/// Their devices are signed out, and they leave all rooms but direct ones. A room that only they owned goes to the next
/// in line. To be able to undo it, suspend them instead (`PATCH /api/v1/users/{user}`).
#[utoipa::path(post, path = "/api/v1/admin/people/{user}/remove", tag = "admin", params(("user" = i64, Path)),
    request_body = RemovePerson, responses((status = 204)))]
async fn remove(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(user): Path<i64>,
    Json(with): Json<RemovePerson>,
) -> Result<StatusCode, Problem> {
    admin::remove(&state.core, &caller, UserId(user), with.messages).await?;
    Ok(StatusCode::NO_CONTENT)
}
