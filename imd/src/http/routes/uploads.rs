//! Files that are uploaded in parts: tus 1.0.0 (<https://tus.io/protocols/resumable-upload>), the core with the
//! extensions `creation`, `expiration` and `termination`. Room and name are in the query. Of `Upload-Metadata` only
//! `filename` is used, and only when the query has no name.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use base64ct::{Base64, Encoding};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::files::uploads;
use crate::chat::{RoomId, UploadId};
use crate::http::authentication::text;
use crate::http::json::{Json, Path, Query};
use crate::http::{AppState, Authenticated, Problem};
use crate::wire::{Bytes, ErrorCode, Upload};

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const EXTENSIONS: HeaderValue = HeaderValue::from_static("creation,expiration,termination");
const PART_TYPE: &str = "application/offset+octet-stream";

/// The last second of the year 9999: an HTTP date cannot express more.
const LATEST_MS: i64 = 253_402_300_799_000;

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let append = OpenApiRouter::new().routes(routes!(append)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(begin, abilities))
        .routes(routes!(get, look, give_up, abilities_here))
        .merge(append)
        .layer(map_response(|mut response: Response| async move {
            response.headers_mut().insert(TUS_RESUMABLE, VERSION);
            response.headers_mut().insert(TUS_VERSION, VERSION);
            response
        }))
}

/// A client that names a version must name ours.
struct Tus;

impl FromRequestParts<AppState> for Tus {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        match parts.headers.get(TUS_RESUMABLE) {
            Some(version) if version != VERSION => Err(ErrorCode::UnsupportedVersion.into()),
            _ => Ok(Self),
        }
    }
}

/// What this tus server supports; anyone may ask
#[utoipa::path(options, path = "/api/v1/uploads", tag = "uploads", responses((status = 204, headers(
    ("Tus-Version" = String, description = "`1.0.0`."), ("Tus-Extension" = String, description = "Its extensions, separated by commas."),
    ("Tus-Max-Size" = u64, description = "Size of the largest file in bytes.")))))]
async fn abilities(State(state): State<AppState>) -> Response {
    can_do(&state)
}

/// The same, asked at an upload's URL
#[utoipa::path(options, path = "/api/v1/uploads/{upload}", tag = "uploads", params(("upload" = i64, Path)), responses((status = 204, headers(
    ("Tus-Version" = String, description = "`1.0.0`."), ("Tus-Extension" = String, description = "Its extensions, separated by commas."),
    ("Tus-Max-Size" = u64, description = "Size of the largest file in bytes.")))))]
async fn abilities_here(State(state): State<AppState>, _: Path<i64>) -> Response {
    can_do(&state)
}

fn can_do(state: &AppState) -> Response {
    let max = HeaderValue::from(uploads::max_bytes(&state.core));
    (StatusCode::NO_CONTENT, [(TUS_EXTENSION, EXTENSIONS), (TUS_MAX_SIZE, max)]).into_response()
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Where {
    /// The room whose message will carry it.
    room: i64,
    /// Name of the file; path parts and invisible characters are removed.
    #[serde(default)]
    name: String,
}

/// Begin an upload in parts (tus 1.0.0, Creation)
///
/// An empty file is complete at once.
#[utoipa::path(post, path = "/api/v1/uploads", tag = "uploads",
    params(Where, ("Upload-Length" = u64, Header, description = "Size of the file in bytes."),
        ("Upload-Metadata" = Option<String>, Header, description = "Only `filename` (or `name`) is used, and only when the query has no name."),
        ("Tus-Resumable" = Option<String>, Header, description = "`1.0.0`, or left out.")),
    responses((status = 201, body = Upload, headers(
        ("Location" = String, description = "Where to send the parts."), ("Upload-Offset" = u64, description = "Bytes that are stored: 0."),
        ("Upload-Length" = u64, description = "Size of the file in bytes."), ("Upload-Expires" = String, description = "When the upload is forgotten unless more of it arrives.")))))]
async fn begin(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    _: Tus,
    Query(to): Query<Where>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let length = number(&headers, UPLOAD_LENGTH)?;
    let name = if to.name.is_empty() { named(&headers).unwrap_or_default() } else { to.name };
    let upload = uploads::begin(&state.core, &caller, RoomId(to.room), &name, length).await?;
    let location = HeaderValue::try_from(format!("/api/v1/uploads/{}", upload.id)).map_err(|_| ErrorCode::Internal)?;
    let place = place(&upload);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], place, Json(upload)).into_response())
}

/// Progress of an upload, without a body, as tus defines it
///
/// Ends a part that is still being sent, so that the progress is certain.
#[utoipa::path(head, path = "/api/v1/uploads/{upload}", tag = "uploads",
    params(("upload" = i64, Path), ("Tus-Resumable" = Option<String>, Header, description = "`1.0.0`, or left out.")),
    responses((status = 200, headers(
        ("Upload-Offset" = u64, description = "Bytes that are stored; the next part begins there."),
        ("Upload-Length" = u64, description = "Size of the file in bytes."), ("Upload-Expires" = String, description = "When the upload is forgotten unless more of it arrives.")))))]
async fn look(state: State<AppState>, asker: Authenticated, tus: Tus, upload: Path<i64>) -> Result<Response, Problem> {
    get(state, asker, tus, upload).await
}

/// Progress of an upload, and the file it became
///
/// Ends a part that is still being sent, so that the progress is certain.
#[utoipa::path(get, path = "/api/v1/uploads/{upload}", tag = "uploads", params(("upload" = i64, Path)),
    responses((status = 200, body = Upload)))]
async fn get(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    _: Tus,
    Path(upload): Path<i64>,
) -> Result<Response, Problem> {
    let upload = uploads::get(&state.core, &caller, UploadId(upload)).await?;
    Ok((place(&upload), Json(upload)).into_response())
}

/// Send a part of an upload: any number of bytes from `Upload-Offset` on
///
/// `Upload-Offset` must be where the upload stands; otherwise the answer is `conflict`: ask with `HEAD` and continue
/// from there. When the last byte has arrived, `GET` returns the file.
#[utoipa::path(patch, path = "/api/v1/uploads/{upload}", tag = "uploads",
    params(("upload" = i64, Path), ("Upload-Offset" = u64, Header, description = "Where the part begins."),
        ("Tus-Resumable" = Option<String>, Header, description = "`1.0.0`, or left out.")),
    request_body(content = inline(Bytes), content_type = "application/offset+octet-stream"), responses((status = 204, headers(
        ("Upload-Offset" = u64, description = "Bytes that are stored; the next part begins there."),
        ("Upload-Length" = u64, description = "Size of the file in bytes."), ("Upload-Expires" = String, description = "When the upload is forgotten unless more of it arrives.")))))]
async fn append(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    _: Tus,
    Path(upload): Path<i64>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    if text(&headers, header::CONTENT_TYPE) != Some(PART_TYPE) {
        return Err(ErrorCode::UnsupportedMediaType.into());
    }
    let at = number(&headers, UPLOAD_OFFSET)?;
    let len = text(&headers, header::CONTENT_LENGTH).and_then(|len| len.parse().ok());
    let core = &Arc::clone(&state.core);
    let upload = uploads::append(core, &caller, UploadId(upload), at, len, body.into_data_stream()).await?;
    Ok((StatusCode::NO_CONTENT, place(&upload)).into_response())
}

/// Abandon an upload, and delete the file it became unless a message carries it (tus 1.0.0, Termination)
#[utoipa::path(delete, path = "/api/v1/uploads/{upload}", tag = "uploads", params(("upload" = i64, Path)),
    responses((status = 204)))]
async fn give_up(
    State(state): State<AppState>,
    Authenticated(caller): Authenticated,
    _: Tus,
    Path(upload): Path<i64>,
) -> Result<StatusCode, Problem> {
    uploads::give_up(&state.core, &caller, UploadId(upload)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Progress of an upload, as headers.
fn place(upload: &Upload) -> HeaderMap {
    let expires = UNIX_EPOCH + Duration::from_millis(upload.expires_at.clamp(0, LATEST_MS).cast_unsigned());
    let mut headers = HeaderMap::new();
    headers.insert(UPLOAD_OFFSET, HeaderValue::from(upload.offset));
    headers.insert(UPLOAD_LENGTH, HeaderValue::from(upload.length));
    // A formatted date consists of digits, letters and punctuation only.
    if let Ok(expires) = HeaderValue::try_from(httpdate::fmt_http_date(expires)) {
        headers.insert(UPLOAD_EXPIRES, expires);
    }
    headers
}

/// `filename` (or `name`) of `Upload-Metadata`, as common clients send it: pairs separated by commas, values in Base64.
fn named(headers: &HeaderMap) -> Option<String> {
    let pairs = text(headers, UPLOAD_METADATA)?.split(',').map(|pair| pair.trim().split_once(' ').unwrap_or_default());
    let value = |wanted: &str| pairs.clone().find(|(key, _)| *key == wanted).map(|(_, value)| value.trim());
    let value = value("filename").or_else(|| value("name"))?;
    String::from_utf8(Base64::decode_vec(value).ok()?).ok()
}

fn number(headers: &HeaderMap, name: HeaderName) -> Result<u64, Problem> {
    Ok(text(headers, name).and_then(|text| text.parse().ok()).ok_or(ErrorCode::BadRequest)?)
}
