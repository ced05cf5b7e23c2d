//! Uploading and downloading files.

use std::io;
use std::path::PathBuf;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, header};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::files::transfer;
use crate::chat::{FileId, FileRef, RoomId};
use crate::http::authentication::text;
use crate::http::blob_response::{BlobFile, Charset, Disposition, blob_response};
use crate::http::json::{Made, Path, Query};
use crate::http::{AppState, Authenticated, Problem};
use crate::wire::{Bytes, ErrorCode, File};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    // The limit for uploads is in the files layer, which counts what really arrives.
    let upload = OpenApiRouter::new().routes(routes!(upload)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(thumbnail)).merge(upload)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Named {
    /// Name of the file; path parts and invisible characters are removed.
    #[serde(default)]
    name: String,
}

/// Upload a file to a room; a message can then carry it
///
/// The body is the file itself. Answered when it is stored durably.
#[utoipa::path(post, path = "/api/v1/rooms/{room}/files", tag = "files", params(("room" = i64, Path), Named),
    request_body(content = inline(Bytes), content_type = "application/octet-stream"),
    responses((status = 201, body = File, headers(("Location" = String, description = "The file.")))))]
async fn upload(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(room): Path<i64>,
    Query(named): Query<Named>,
    headers: HeaderMap,
    body: Body,
) -> Result<Made<File>, Problem> {
    let len = text(&headers, header::CONTENT_LENGTH).and_then(|len| len.parse().ok());
    let file = transfer::upload(&state.core, &caller, RoomId(room), &named.name, len, body.into_data_stream()).await?;
    Ok(Made(format!("/api/v1/files/{}", file.id), file))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct How {
    /// Present: the file is to be saved, not shown.
    download: Option<String>,
    /// The encoding of a text (`gbk`, `windows-1252`, …), when detecting it gives a wrong result.
    charset: Option<String>,
}

/// A file's content; ranges and conditions as in RFC 9110
#[utoipa::path(get, path = "/api/v1/files/{file}", tag = "files", params(("file" = i64, Path), How),
    responses((status = 200, body = inline(Bytes), content_type = "*/*"), (status = 206), (status = 304)))]
async fn get(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(file): Path<i64>,
    Query(how): Query<How>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = transfer::get(&state.core, &caller, FileId(file)).await?;
    content(&state, file, how, &method, &headers).await
}

/// The content of a file that the caller may have.
pub(super) async fn content(
    state: &AppState,
    file: FileRef,
    how: How,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let disposition = if how.download.is_some() { Disposition::Attachment } else { Disposition::Inline };
    let charset = match how.charset {
        None => Charset::Shown(transfer::likely(&state.core).await?),
        Some(label) => Charset::Said(transfer::encoding_called(&label).ok_or(ErrorCode::BadRequest)?),
    };
    let (tag, name, media_type) = (file.blake3.clone(), file.name, file.media_type);
    let blob = BlobFile { path: PathBuf::new(), tag, name, media_type, disposition, charset };
    stored(state, &file.blake3, blob, method, headers).await
}

/// A photo's thumbnail: JPEG, at most 640 pixels a side
#[utoipa::path(get, path = "/api/v1/files/{file}/thumbnail", tag = "files", params(("file" = i64, Path)),
    responses((status = 200, body = inline(Bytes), content_type = "image/jpeg"), (status = 206), (status = 304)))]
async fn thumbnail(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    Path(file): Path<i64>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = transfer::get(&state.core, &caller, FileId(file)).await?;
    small(&state, &file, &method, &headers).await
}

/// The thumbnail of a file that the caller may have.
pub(super) async fn small(
    state: &AppState,
    file: &FileRef,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let path = transfer::thumbnail(&state.core, file).await?;
    let blob = jpeg(path, format!("{}-thumbnail", file.blake3));
    answer(state, blob_response(blob, method, headers).await).await
}

/// The picture of a person or room.
pub(super) async fn picture(
    state: &AppState,
    hash: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    stored(state, hash, jpeg(PathBuf::new(), hash.to_owned()), method, headers).await
}

fn jpeg(path: PathBuf, tag: String) -> BlobFile {
    let (name, media_type) = ("picture.jpg".to_owned(), "image/jpeg".to_owned());
    BlobFile { path, tag, name, media_type, disposition: Disposition::Inline, charset: Charset::Said("UTF-8") }
}

/// Stored content, wherever it is.
async fn stored(
    state: &AppState,
    blake3: &str,
    mut blob: BlobFile,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    blob.path = transfer::path(&state.core, blake3).await?;
    let mut found = blob_response(blob.clone(), method, headers).await;
    if found.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        // It may have been moved between the card and a disk since it was looked up.
        blob.path = transfer::path(&state.core, blake3).await?;
        found = blob_response(blob, method, headers).await;
    }
    answer(state, found).await
}

async fn answer(state: &AppState, found: io::Result<Response>) -> Result<Response, Problem> {
    match found {
        Ok(response) => Ok(response),
        Err(error) => Err(transfer::unreadable(&state.core, error).await.into()),
    }
}
