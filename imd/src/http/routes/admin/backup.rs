//! Backups, and their public routes: restoring one on a box that nobody owns.

use std::net::IpAddr;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::backup::{destinations, list, make, restore, schedule, stored};
use crate::http::authentication::{ReauthenticatedAdmin, text};
use crate::http::blob_response::{BlobFile, Charset, Disposition, blob_response};
use crate::http::json::{Json, Path, Raw};
use crate::http::{Admin, AppState, Peer, Problem};
use crate::wire::{BackupSchedule, BackupState, Bytes, ErrorCode, MakeBackup, RestoreStored, Restored, StoredBackups};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let upload = OpenApiRouter::new().routes(routes!(restore_backup)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(get_backups, make_backup))
        .routes(routes!(set_schedule))
        .routes(routes!(eject_disk))
        .routes(routes!(download, delete_backup))
        .merge(upload)
        .routes(routes!(check_backup))
        .routes(routes!(stored_backups, restore_stored))
        .routes(routes!(restore_over))
}

/// The backups, the one being made, and the schedule; ask every second while one is being made (admins)
#[utoipa::path(get, path = "/api/v1/admin/backups", tag = "admin", responses((status = 200, body = BackupState)))]
async fn get_backups(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<BackupState>, Problem> {
    Ok(Json(list::state(&state.core, &caller).await?))
}

/// Make a backup while the chat goes on (admins)
#[utoipa::path(post, path = "/api/v1/admin/backups", tag = "admin", request_body = MakeBackup,
    responses((status = 202, body = BackupState)))]
async fn make_backup(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(order): Json<MakeBackup>,
) -> Result<(StatusCode, Json<BackupState>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(make::begin(&state.core, &caller, order).await?)))
}

/// Set when backups are made automatically, and how many are kept (admins)
#[utoipa::path(put, path = "/api/v1/admin/backups/schedule", tag = "admin", request_body = BackupSchedule,
    responses((status = 200, body = BackupState)))]
async fn set_schedule(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(to): Json<BackupSchedule>,
) -> Result<Json<BackupState>, Problem> {
    Ok(Json(schedule::set_schedule(&state.core, &caller, to).await?))
}

/// Eject a USB disk, so that it can be unplugged (admins)
#[utoipa::path(post, path = "/api/v1/admin/disks/{disk}/eject", tag = "admin", params(("disk" = String, Path)),
    responses((status = 204)))]
async fn eject_disk(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(disk): Path<Name>,
) -> Result<StatusCode, Problem> {
    destinations::eject(&state.core, &caller, &disk.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Download a backup; needs a recently entered password, because it contains everything that was said (admins)
///
/// It is saved under the box's name and when it was made, in UTC. Ranges and conditions as in RFC 9110. Enter the password first, then open this as a download.
#[utoipa::path(get, path = "/api/v1/admin/backups/{name}", tag = "admin", params(("name" = String, Path)),
    responses((status = 200, body = inline(Bytes), content_type = "application/x-tar"), (status = 206), (status = 304)))]
async fn download(
    State(state): State<AppState>,
    ReauthenticatedAdmin(caller): ReauthenticatedAdmin,
    Path(name): Path<Name>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let path = list::path(&state.core, &caller, &name.0).await?;
    if method == Method::GET && !headers.contains_key(header::RANGE) {
        list::note_download(&state.core, &caller, &name.0).await?;
    }
    let tag = name.0.clone();
    let media_type = if name.0.ends_with(".tar") { "application/x-tar" } else { "application/octet-stream" }.to_owned();
    let file = BlobFile {
        path,
        tag,
        name: list::download_name(&state.core, &name.0),
        media_type,
        disposition: Disposition::Attachment,
        charset: Charset::Said("UTF-8"),
    };
    blob_response(file, &method, &headers).await.map_err(|error| {
        tracing::error!(%error, "a backup cannot be read");
        ErrorCode::BackupMissing.into()
    })
}

/// Delete a backup (admins)
#[utoipa::path(delete, path = "/api/v1/admin/backups/{name}", tag = "admin", params(("name" = String, Path)),
    responses((status = 204)))]
async fn delete_backup(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(name): Path<Name>,
) -> Result<StatusCode, Problem> {
    list::delete(&state.core, &caller, &name.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A backup's name, or a disk's id.
#[derive(Debug, Clone, serde::Deserialize)]
struct Name(String);

/// Restore an uploaded backup on a box that nobody owns; the body is the file
///
/// The header `Claim-Code` has the box's claim code, `Backup-Passphrase` the passphrase of a locked backup,
/// percent-encoded. Every byte is checked before anything is replaced. Then the program restarts, and to its members
/// the box is the same as before, with their devices signed in.
#[utoipa::path(post, path = "/api/v1/restore", tag = "backup",
    params(("Claim-Code" = String, Header), ("Backup-Passphrase" = Option<String>, Header)),
    request_body(content = inline(Bytes), content_type = "application/x-tar"), responses((status = 200, body = Restored)))]
async fn restore_backup(
    State(state): State<AppState>,
    Peer(from): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Restored>, Problem> {
    let len = text(&headers, header::CONTENT_LENGTH).and_then(|len| len.parse().ok());
    let by = bringer(from, &headers)?;
    Ok(Json(restore::restore(&state.core, by, len, body.into_data_stream()).await?))
}

/// Could a backup with this beginning be restored? The body is its first 4 KiB
///
/// Ask this before uploading the whole file; the headers are the same as for restoring it.
#[utoipa::path(post, path = "/api/v1/restore/check", tag = "backup",
    params(("Claim-Code" = String, Header), ("Backup-Passphrase" = Option<String>, Header)),
    request_body(content = inline(Bytes), content_type = "application/x-tar"), responses((status = 204)))]
async fn check_backup(
    State(state): State<AppState>,
    Peer(from): Peer,
    headers: HeaderMap,
    Raw(beginning): Raw,
) -> Result<StatusCode, Problem> {
    restore::check_beginning(&state.core, bringer(from, &headers)?, beginning).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The backups on a box that nobody owns, and on the USB disks that are plugged in
#[utoipa::path(get, path = "/api/v1/restore/stored", tag = "backup", params(("Claim-Code" = String, Header)),
    responses((status = 200, body = StoredBackups)))]
async fn stored_backups(
    State(state): State<AppState>,
    Peer(from): Peer,
    headers: HeaderMap,
) -> Result<Json<StoredBackups>, Problem> {
    Ok(Json(stored::list(&state.core, bringer(from, &headers)?).await?))
}

/// Restore one of these backups on a box that nobody owns; continues if the client disconnects
#[utoipa::path(post, path = "/api/v1/restore/stored", tag = "backup", params(("Claim-Code" = String, Header)),
    request_body = RestoreStored, responses((status = 200, body = Restored)))]
async fn restore_stored(
    State(state): State<AppState>,
    Peer(from): Peer,
    headers: HeaderMap,
    Json(which): Json<RestoreStored>,
) -> Result<Json<Restored>, Problem> {
    let by = restore::Bringer { passphrase: which.passphrase.clone().unwrap_or_default(), ..bringer(from, &headers)? };
    Ok(Json(stored::restore(&state.core, by, which).await?))
}

/// Restore a backup on a box in use; everything newer than the backup is lost (owners)
///
/// Every byte is checked before anything is replaced; then the program restarts. Continues if the client disconnects.
#[utoipa::path(post, path = "/api/v1/admin/restore", tag = "admin", request_body = RestoreStored,
    responses((status = 200, body = Restored)))]
async fn restore_over(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(which): Json<RestoreStored>,
) -> Result<Json<Restored>, Problem> {
    Ok(Json(stored::restore_over(&state.core, &caller, which).await?))
}

fn bringer(from: IpAddr, headers: &HeaderMap) -> Result<restore::Bringer<'_>, Problem> {
    let of = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let passphrase = decoded(of("backup-passphrase")).ok_or(ErrorCode::BadRequest)?;
    Ok(restore::Bringer { from, code: of("claim-code"), passphrase })
}

/// Percent-decoded (RFC 3986, section 2.1), because a header cannot contain Chinese.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digits = [bytes.next()?, bytes.next()?];
        out.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    String::from_utf8(out).ok()
}
