//! The wire types that no REST route names, for the one published schema.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{OpenApi, PartialSchema, ToSchema};

use super::{ClientFrame, ErrorBody, ServerFrame};

/// Adds the WebSocket and its frames to the OpenAPI document, so that clients are generated from one place.
#[derive(Debug, OpenApi)]
#[openapi(paths(live), components(schemas(ClientFrame, ServerFrame, ErrorBody)))]
pub struct FrameSchemas;

/// Everything live: a WebSocket (RFC 6455)
///
/// Each message is the JSON text of one `ClientFrame` or `ServerFrame`; `PROTOCOL.md` says when. A browser's page must be the box's own.
#[utoipa::path(get, path = "/api/v1/ws", tag = "live",
    params(("Upgrade" = String, Header, description = "`websocket`."),
        ("Sec-WebSocket-Version" = u8, Header, description = "13."),
        ("Sec-WebSocket-Key" = String, Header, description = "16 random bytes in Base64.")),
    responses((status = 101, description = "From here on frames go both ways.")))]
#[expect(dead_code, reason = "the route is the WebSocket dialect's; this is what the schema says of it")]
fn live() {}

/// A body of bytes that are no JSON: a file, a picture, a backup.
#[derive(Debug)]
pub struct Bytes;

impl PartialSchema for Bytes {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Bytes {}
