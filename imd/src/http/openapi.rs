//! The published schema: OpenAPI 3.1, made from the routes and the wire types.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use bytes::Bytes;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Content, Info, License, Ref, ResponseBuilder};

use super::routes;
use crate::wire::FrameSchemas;

/// The routes that anyone may call; every other one needs a signed-in device. A test calls each.
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
    "/api/v1/restore",
    "/api/v1/restore/check",
    "/api/v1/restore/stored",
    "/api/v1/tickets/redeem",
    "/healthz",
];

/// The whole document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, mut document) = routes::all().split_for_parts();
    document.merge(FrameSchemas::openapi());
    // Not what the macro takes from its own crate's manifest: a version and an author that are none of ours.
    document.info = Info::new("imbox", env!("CARGO_PKG_VERSION"));
    let mut licence = License::new(env!("CARGO_PKG_LICENSE"));
    licence.identifier = Some(env!("CARGO_PKG_LICENSE").to_owned());
    document.info.license = Some(licence);
    document.info.description = Some(
        "Chat, files and people of one box. Everything live goes over the WebSocket at /api/v1/ws (see PROTOCOL.md); \
         everything else is here. Sign in by cookie (browsers) or bearer token (programs)."
            .to_owned(),
    );
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("imbox")));
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("cookie", cookie);
    components.add_security_scheme("bearer", bearer);
    for (path, item) in &mut document.paths.paths {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            finish(operation, PUBLIC.contains(&path.as_str()));
        }
    }
    document
}

/// Every operation refuses in the one error shape, and says who may call it.
fn finish(operation: &mut Operation, public: bool) {
    let content = Content::new(Some(Ref::from_schema_name("ErrorBody")));
    let refused = ResponseBuilder::new().description("Refused").content("application/json", content).build();
    operation.responses.responses.insert("default".to_owned(), refused.into());
    // Handlers are named within their module; over the whole document the tag tells them apart.
    let tag = operation.tags.iter().flatten().next().map(|tag| tag.replace(' ', "_"));
    if let (Some(tag), Some(name)) = (tag, operation.operation_id.take()) {
        operation.operation_id = Some(format!("{tag}_{name}"));
    }
    operation.security = Some(if public {
        Vec::new()
    } else {
        let none: [String; 0] = [];
        vec![SecurityRequirement::new("cookie", none.clone()), SecurityRequirement::new("bearer", none)]
    });
}

/// The methods of a route, as `Allow` lists them. Those that are in no schema are only read.
pub(super) fn methods(path: &str) -> &'static str {
    static METHODS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
        let of = |item: &PathItem| {
            let given = [
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
    METHODS.get(path).map_or("GET, HEAD", String::as_str)
}

/// Made once: putting it together is work that anyone could ask for.
static JSON: LazyLock<Bytes> = LazyLock::new(|| {
    // Plain data with string keys: serialising it cannot fail.
    Bytes::from(document().to_json().unwrap_or_default())
});

pub(super) async fn json() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], JSON.clone())
}
