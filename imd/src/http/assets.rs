//! The web app, embedded in the program: sent compressed where the browser accepts that, and cached by browsers for as
//! long as its file name stays the same.

use std::borrow::Cow;

use axum::extract::Request;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::fixed::Fixed;
use super::{Problem, accepts, problem};
use crate::wire::ErrorCode;

#[derive(RustEmbed)]
#[folder = "$IMBOX_DIST"]
struct Dist;

/// Every path that is no API route: a file of the web app, or the app's page.
pub(super) async fn asset(request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") && !matches!(path, "/api/docs" | "/api/docs/") {
        return Problem::from(ErrorCode::NotFound).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return problem::only_read();
    }
    let name = match path.trim_start_matches('/') {
        "" => "index.html",
        "api/docs" | "api/docs/" => "docs/index.html",
        name => name,
    };
    let packed = if accepts::gzip(request.headers()) { Dist::get(&format!("{name}.gz")) } else { None };
    let is_packed = packed.is_some();
    let Some(file) = packed.or_else(|| Dist::get(name)) else {
        return Problem::from(ErrorCode::NotFound).into_response();
    };
    fixed(name, file, is_packed).answer(request.headers())
}

fn fixed(name: &str, file: EmbeddedFile, packed: bool) -> Fixed {
    let tag = blake3::Hash::from_bytes(file.metadata.sha256_hash());
    let body = match file.data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    };
    let media_type = mime_guess::from_path(name).first_or_octet_stream();
    let media_type =
        if media_type.type_() == "text" { format!("{media_type}; charset=utf-8") } else { media_type.to_string() };
    // Vite names the files in assets/ after their content.
    let keep = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    Fixed { body, packed, tag, media_type, keep }
}
