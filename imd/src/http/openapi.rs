//! The published schema: OpenAPI 3.1, made from the routes and the wire types.

mod operations;
mod schemas;

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::response::Response;
use blake3::Hash;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use utoipa::OpenApi;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Info, License, Server};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fixed::Fixed;
use super::metrics::{__path_metrics, metrics};
use super::{AppState, accepts, routes};
use crate::wire::FrameSchemas;

/// The routes that anyone may call; every other route needs a signed-in device. A test calls each of them.
pub(super) const PUBLIC: &[&str] = &[
    "/api/v1/box",
    "/api/v1/probe/{word}",
    "/api/v1/claim",
    "/api/v1/claim/again",
    "/api/v1/claim/check",
    "/api/v1/claim/owners",
    "/api/v1/join",
    "/api/v1/sign-in",
    "/api/v1/invites/check/{code}",
    "/api/v1/move",
    "/api/v1/move/offer",
    "/api/v1/move/offer/arrived",
    "/api/v1/move/offer/backup",
    "/api/v1/network/confirm",
    "/api/v1/openapi.json",
    "/api/v1/restore",
    "/api/v1/restore/check",
    "/api/v1/restore/stored",
    "/api/v1/tickets/redeem",
    "/healthz",
];

/// Every route except the WebSocket's, with its documentation.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    routes::all().routes(routes!(json)).routes(routes!(metrics))
}

/// The whole document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, mut document) = routes().split_for_parts();
    document.merge(FrameSchemas::openapi());
    // Replaces what the macro takes from its own crate's manifest, which is a version and an author that are not ours.
    document.info = Info::new("imbox", env!("CARGO_PKG_VERSION"));
    let mut licence = License::new(env!("CARGO_PKG_LICENSE"));
    licence.identifier = Some(env!("CARGO_PKG_LICENSE").to_owned());
    document.info.license = Some(licence);
    document.servers = Some(vec![Server::new("/")]);
    document.info.description = Some(
        "Chat, files and people of one box. Live messages and events use the WebSocket at /api/v1/ws (see PROTOCOL.md); \
         everything else is here. Clients authenticate with a cookie (browsers) or a bearer token (programs)."
            .to_owned(),
    );
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("imbox")));
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("cookie", cookie);
    components.add_security_scheme("bearer", bearer);
    schemas::plain(&mut components.schemas);
    for (path, item) in &mut document.paths.paths {
        let public = PUBLIC.contains(&path.as_str());
        operations::of(item).for_each(|(operation, what)| operations::finish(operation, what, public));
    }
    document
}

/// The methods of a route, as `Allow` lists them; `None` when the schema does not contain it.
pub(super) fn methods(path: &str) -> Option<&'static str> {
    static METHODS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
        let of = |item: &PathItem| {
            // A path that answers HEAD also has a GET.
            let given = [
                (&item.options, "OPTIONS"),
                (&item.get, "GET, HEAD"),
                (&item.put, "PUT"),
                (&item.post, "POST"),
                (&item.delete, "DELETE"),
                (&item.patch, "PATCH"),
            ];
            given
                .into_iter()
                .filter(|(operation, _)| operation.is_some())
                .map(|(_, name)| name)
                .collect::<Vec<_>>()
                .join(", ")
        };
        document().paths.paths.iter().map(|(path, item)| (path.clone(), of(item))).collect()
    });
    METHODS.get(path).map(String::as_str)
}

/// Built once: building it is work that anyone could otherwise cause.
static JSON: LazyLock<(Bytes, Hash)> = LazyLock::new(|| {
    // Plain data with string keys: serialising it cannot fail.
    hashed(document().to_json().unwrap_or_default().into_bytes())
});

/// The same, compressed to a tenth.
static PACKED: LazyLock<(Bytes, Hash)> = LazyLock::new(|| {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    // Compressing into memory cannot fail either.
    let packed = packed.write_all(&JSON.0).and_then(|()| packed.finish());
    hashed(packed.unwrap_or_default())
});

fn hashed(bytes: Vec<u8>) -> (Bytes, Hash) {
    let hash = blake3::hash(&bytes);
    (Bytes::from(bytes), hash)
}

/// This document
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "box", responses((status = 200, body = Object), (status = 304)))]
async fn json(headers: HeaderMap) -> Response {
    let packed = accepts::gzip(&headers);
    let (body, tag) = if packed { PACKED.clone() } else { JSON.clone() };
    let media_type = "application/json".to_owned();
    Fixed { body, packed, tag, media_type, keep: "no-cache" }.answer(&headers)
}
