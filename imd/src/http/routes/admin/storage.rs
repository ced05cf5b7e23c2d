//! What takes the space, making room, and starting all over.

use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::{quota, retention, storage};
use crate::http::json::Json;
use crate::http::{Admin, House, Problem};
use crate::wire::{CleanUp, CleanedUp, Expiring, FactoryReset, SetKeep, StorageLimits, StorageReport};

pub(super) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(get_storage))
        .routes(routes!(set_limits))
        .routes(routes!(set_keep))
        .routes(routes!(clean_up))
        .routes(routes!(factory_reset))
}

/// What takes the space (admins)
#[utoipa::path(get, path = "/api/v1/admin/storage", tag = "admin", responses((status = 200, body = StorageReport)))]
async fn get_storage(State(house): State<House>, Admin(caller): Admin) -> Result<Json<StorageReport>, Problem> {
    Ok(Json(storage::report(&house.core, &caller).await?))
}

/// Set what one person's files may take, and what all leave free (admins)
#[utoipa::path(put, path = "/api/v1/admin/storage/limits", tag = "admin", request_body = StorageLimits,
    responses((status = 200, body = StorageLimits)))]
async fn set_limits(
    State(house): State<House>,
    Admin(caller): Admin,
    Json(to): Json<StorageLimits>,
) -> Result<Json<StorageLimits>, Problem> {
    Ok(Json(quota::set(&house.core, &caller, to).await?))
}

/// Set how long the box keeps messages, or look what would go (admins)
#[utoipa::path(put, path = "/api/v1/admin/storage/keep", tag = "admin", request_body = SetKeep,
    responses((status = 200, body = Expiring)))]
async fn set_keep(
    State(house): State<House>,
    Admin(caller): Admin,
    Json(to): Json<SetKeep>,
) -> Result<Json<Expiring>, Problem> {
    Ok(Json(retention::set_box(&house.core, &caller, to).await?))
}

/// Delete old messages with their files, or say what would go (admins)
#[utoipa::path(post, path = "/api/v1/admin/storage/clean-up", tag = "admin", request_body = CleanUp,
    responses((status = 200, body = CleanedUp)))]
async fn clean_up(
    State(house): State<House>,
    Admin(caller): Admin,
    Json(wanted): Json<CleanUp>,
) -> Result<Json<CleanedUp>, Problem> {
    Ok(Json(storage::clean_up(&house.core, &caller, wanted).await?))
}

/// Forget everything and start all over; the program restarts with a new claim code (owners)
#[utoipa::path(post, path = "/api/v1/admin/factory-reset", tag = "admin", request_body = FactoryReset,
    responses((status = 204)))]
async fn factory_reset(
    State(house): State<House>,
    Admin(caller): Admin,
    Json(order): Json<FactoryReset>,
) -> Result<StatusCode, Problem> {
    storage::factory_reset(&house.core, &caller, order).await?;
    Ok(StatusCode::NO_CONTENT)
}
