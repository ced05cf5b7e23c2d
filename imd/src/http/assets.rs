//! The web app, embedded: precompressed where the browser takes it, kept by browsers as long as its name stands.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::Problem;
use super::asker::text;
use crate::wire::ErrorCode;

#[derive(RustEmbed)]
#[folder = "$IMBOX_DIST"]
struct Dist;

/// Everything that is no API route: a file of the web app, or its page.
pub(super) async fn asset(request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") && !matches!(path, "/api/docs" | "/api/docs/") {
        return Problem::from(ErrorCode::NotFound).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::from(ErrorCode::MethodNotAllowed).into_response();
    }
    let name = match path.trim_start_matches('/') {
        "" => "index.html",
        "api/docs" | "api/docs/" => "docs/index.html",
        name => name,
    };
    let gzip = text(request.headers(), header::ACCEPT_ENCODING)
        .is_some_and(|e| e.split(',').any(|e| e.trim().starts_with("gzip")));
    let packed = if gzip { Dist::get(&format!("{name}.gz")) } else { None };
    let is_packed = packed.is_some();
    let Some(file) = packed.or_else(|| Dist::get(name)) else {
        return Problem::from(ErrorCode::NotFound).into_response();
    };
    respond(&request, name, file, is_packed)
}

fn respond(request: &Request, name: &str, file: EmbeddedFile, packed: bool) -> Response {
    let etag = format!("\"{}\"", blake3::Hash::from_bytes(file.metadata.sha256_hash()).to_hex());
    let known =
        text(request.headers(), header::IF_NONE_MATCH).is_some_and(|tags| tags.split(',').any(|t| t.trim() == etag));
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { file.data.into_owned().into_response() };
    let headers = response.headers_mut();
    let media_type = mime_guess::from_path(name).first_or_octet_stream();
    let media_type =
        if media_type.type_() == "text" { format!("{media_type}; charset=utf-8") } else { media_type.to_string() };
    if let Ok(value) = HeaderValue::try_from(media_type) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    // Vite names files in assets/ after their content.
    let keep = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if let Ok(value) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, value);
    }
    response
}
