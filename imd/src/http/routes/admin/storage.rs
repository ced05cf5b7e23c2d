//! What uses the storage, making room, and the factory reset.

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::{
    files::{place, set_aside},
    people::quota,
    rooms::retention,
    upkeep::storage,
};
use crate::http::authentication::ReauthenticatedAdmin;
use crate::http::blob_response::{BlobFile, Charset, Disposition, blob_response};
use crate::http::json::{Json, Path};
use crate::http::{Admin, AppState, Problem};
use crate::wire::{
    Bytes, CleanUp, CleanedUp, ErrorCode, Expiring, FactoryReset, FilesPlace, KeepFiles, SetAside, SetKeep,
    StorageLimits, StorageReport,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_storage))
        .routes(routes!(set_limits))
        .routes(routes!(set_keep))
        .routes(routes!(clean_up))
        .routes(routes!(get_place, choose_place, give_up_place))
        .routes(routes!(list_damaged))
        .routes(routes!(delete_damaged))
        .routes(routes!(download_damaged))
        .routes(routes!(factory_reset))
}

/// What uses the storage (admins)
#[utoipa::path(get, path = "/api/v1/admin/storage", tag = "admin", responses((status = 200, body = StorageReport)))]
async fn get_storage(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<StorageReport>, Problem> {
    Ok(Json(storage::report(&state.core, &caller).await?))
}

/// Set how much each person may store, and how much must stay free (admins)
#[utoipa::path(put, path = "/api/v1/admin/storage/limits", tag = "admin", request_body = StorageLimits,
    responses((status = 200, body = StorageLimits)))]
async fn set_limits(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(to): Json<StorageLimits>,
) -> Result<Json<StorageLimits>, Problem> {
    Ok(Json(quota::set(&state.core, &caller, to).await?))
}

/// Set how long the box keeps messages, or see what that would delete (admins)
#[utoipa::path(put, path = "/api/v1/admin/storage/keep", tag = "admin", request_body = SetKeep,
    responses((status = 200, body = Expiring)))]
async fn set_keep(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(to): Json<SetKeep>,
) -> Result<Json<Expiring>, Problem> {
    Ok(Json(retention::set_box(&state.core, &caller, to).await?))
}

/// Delete old messages with their files, or see what would be deleted (admins)
#[utoipa::path(post, path = "/api/v1/admin/storage/clean-up", tag = "admin", request_body = CleanUp,
    responses((status = 200, body = CleanedUp)))]
async fn clean_up(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(wanted): Json<CleanUp>,
) -> Result<Json<CleanedUp>, Problem> {
    Ok(Json(storage::clean_up(&state.core, &caller, wanted).await?))
}

/// Where files are stored, how far moving them has got, and which USB disks there are (admins)
#[utoipa::path(get, path = "/api/v1/admin/storage/place", tag = "admin", responses((status = 200, body = FilesPlace)))]
async fn get_place(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<FilesPlace>, Problem> {
    Ok(Json(place::state(&state.core, &caller).await?))
}

/// Store the files on a USB disk, or on the box's card again (admins)
///
/// New files are stored there at once; the others are moved while everything else goes on. Ordering the opposite in the
/// meantime makes them turn around. To unplug the disk, `POST /api/v1/admin/disks/{disk}/eject`.
#[utoipa::path(put, path = "/api/v1/admin/storage/place", tag = "admin", request_body = KeepFiles,
    responses((status = 200, body = FilesPlace)))]
async fn choose_place(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(to): Json<KeepFiles>,
) -> Result<Json<FilesPlace>, Problem> {
    Ok(Json(place::choose(&state.core, &caller, to).await?))
}

/// Go on without a USB disk that is lost, and without the files on it (owners)
#[utoipa::path(delete, path = "/api/v1/admin/storage/place", tag = "admin", responses((status = 200, body = FilesPlace)))]
async fn give_up_place(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<FilesPlace>, Problem> {
    Ok(Json(place::give_up(&state.core, &caller).await?))
}

/// Databases that repairs have set aside, newest first (admins)
#[utoipa::path(get, path = "/api/v1/admin/damaged", tag = "admin", responses((status = 200, body = Vec<SetAside>)))]
async fn list_damaged(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<Vec<SetAside>>, Problem> {
    Ok(Json(set_aside::list(&state.core, &caller).await?))
}

/// Delete what a repair has set aside (admins)
#[utoipa::path(delete, path = "/api/v1/admin/damaged/{name}", tag = "admin", params(("name" = String, Path)),
    responses((status = 204)))]
async fn delete_damaged(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    set_aside::delete(&state.core, &caller, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Download a file that a repair has set aside; needs a recently entered password (admins)
///
/// It contains everything that was said. Ranges and conditions as in RFC 9110. Enter the password first, then open this as a download.
#[utoipa::path(get, path = "/api/v1/admin/damaged/{name}/{file}", tag = "admin",
    params(("name" = String, Path), ("file" = String, Path)),
    responses((status = 200, body = inline(Bytes), content_type = "application/octet-stream"), (status = 206), (status = 304)))]
async fn download_damaged(
    State(state): State<AppState>,
    ReauthenticatedAdmin(caller): ReauthenticatedAdmin,
    Path((name, file)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let path = set_aside::download(&state.core, &caller, &name, &file).await?;
    // Names consist of letters, digits and dots, and the content never changes.
    let tag = format!("{name}-{}", file.replace('.', "-"));
    let media_type = "application/octet-stream".to_owned();
    let file = BlobFile {
        path,
        tag,
        name: format!("{name}-{file}"),
        media_type,
        disposition: Disposition::Attachment,
        charset: Charset::Said("UTF-8"),
    };
    blob_response(file, &method, &headers).await.map_err(|error| {
        tracing::error!(%error, "what was set aside cannot be read");
        ErrorCode::NotFound.into()
    })
}

/// Reset the box: delete everything; the program restarts with a new claim code (owners)
#[utoipa::path(post, path = "/api/v1/admin/factory-reset", tag = "admin", request_body = FactoryReset,
    responses((status = 204)))]
async fn factory_reset(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(order): Json<FactoryReset>,
) -> Result<StatusCode, Problem> {
    storage::factory_reset(&state.core, &caller, order).await?;
    Ok(StatusCode::NO_CONTENT)
}
