//! Backups, and the one public route of them: bringing one back on a box that nobody owns.

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::backup::{make, restore};
use crate::http::asker::{FreshAdmin, text};
use crate::http::blob_response::{BlobFile, Disposition, blob_response};
use crate::http::json::{Json, Path};
use crate::http::{Admin, House, Peer, Problem};
use crate::wire::{BackupSchedule, BackupState, ErrorCode, Restored};

pub(super) fn routes() -> OpenApiRouter<House> {
    let upload = OpenApiRouter::new().routes(routes!(restore_backup)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(get_backups, make_backup))
        .routes(routes!(set_schedule))
        .routes(routes!(download, delete_backup))
        .merge(upload)
}

/// The backups on the box, the one under way, and the schedule; to be asked every second meanwhile (admins)
#[utoipa::path(get, path = "/api/v1/admin/backups", tag = "admin", responses((status = 200, body = BackupState)))]
async fn get_backups(State(house): State<House>, Admin(caller): Admin) -> Result<Json<BackupState>, Problem> {
    Ok(Json(make::state(&house.core, &caller).await?))
}

/// Make a backup while the chat goes on (admins)
#[utoipa::path(post, path = "/api/v1/admin/backups", tag = "admin", responses((status = 202, body = BackupState)))]
async fn make_backup(
    State(house): State<House>,
    Admin(caller): Admin,
) -> Result<(StatusCode, Json<BackupState>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(make::begin(&house.core, &caller).await?)))
}

/// Set when backups are made by themselves, and how many are kept (admins)
#[utoipa::path(put, path = "/api/v1/admin/backups/schedule", tag = "admin", request_body = BackupSchedule,
    responses((status = 200, body = BackupState)))]
async fn set_schedule(
    State(house): State<House>,
    Admin(caller): Admin,
    Json(to): Json<BackupSchedule>,
) -> Result<Json<BackupState>, Problem> {
    Ok(Json(make::set_schedule(&house.core, &caller, to).await?))
}

/// A backup's file; needs a fresh password, because it holds everything that was said (admins)
///
/// Ranges and conditions as in RFC 9110. Enter the password first, then open this as a download.
#[utoipa::path(get, path = "/api/v1/admin/backups/{name}", tag = "admin", params(("name" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/x-tar"), (status = 206)))]
async fn download(
    State(house): State<House>,
    FreshAdmin(caller): FreshAdmin,
    Path(name): Path<Name>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let path = make::path(&house.core, &caller, &name.0).await?;
    if method == Method::GET && !headers.contains_key(header::RANGE) {
        make::note_download(&house.core, &caller, &name.0).await?;
    }
    let tag = name.0.trim_end_matches(".tar").to_owned();
    let media_type = "application/x-tar".to_owned();
    let file = BlobFile { path, tag, name: name.0, media_type, disposition: Disposition::Attachment };
    blob_response(file, &method, &headers).await.map_err(|error| {
        tracing::error!(%error, "a backup cannot be read");
        ErrorCode::BackupMissing.into()
    })
}

/// Delete a backup (admins)
#[utoipa::path(delete, path = "/api/v1/admin/backups/{name}", tag = "admin", params(("name" = String, Path)),
    responses((status = 204)))]
async fn delete_backup(
    State(house): State<House>,
    Admin(caller): Admin,
    Path(name): Path<Name>,
) -> Result<StatusCode, Problem> {
    make::delete(&house.core, &caller, &name.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A backup's name.
#[derive(Debug, Clone, serde::Deserialize)]
struct Name(String);

/// Bring a backup back on a box that nobody owns; the body is the file
///
/// The header `Claim-Code` holds the box's claim code. Every byte is checked before anything is put in its place; then the
/// program restarts, and the box is the same as before to its members, their devices signed in.
#[utoipa::path(post, path = "/api/v1/restore", tag = "backup", params(("Claim-Code" = String, Header)),
    request_body(content = Vec<u8>, content_type = "application/x-tar"), responses((status = 200, body = Restored)))]
async fn restore_backup(
    State(house): State<House>,
    Peer(from): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Restored>, Problem> {
    let code = headers.get("claim-code").and_then(|code| code.to_str().ok()).unwrap_or_default();
    let len = text(&headers, header::CONTENT_LENGTH).and_then(|len| len.parse().ok());
    Ok(Json(restore::restore(&house.core, from, code, len, body.into_data_stream()).await?))
}
