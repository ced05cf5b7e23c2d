//! What the routes do not bring into the published schema by themselves: the WebSocket and its frames, and types of query
//! parameters.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{OpenApi, PartialSchema, ToSchema};

use super::{Carries, ClientFrame, ErrorBody, ServerFrame};

/// Adds the WebSocket and its frames to the OpenAPI document, so that clients can be generated from one document.
#[derive(Debug, OpenApi)]
#[openapi(paths(live), components(schemas(ClientFrame, ServerFrame, ErrorBody, Carries)))]
pub struct FrameSchemas;

/// The live connection: a WebSocket (RFC 6455)
///
/// Each message is the JSON text of one `ClientFrame` or `ServerFrame`; `PROTOCOL.md` says which is sent when. A
/// browser may only connect from a page of the box itself.
#[utoipa::path(get, path = "/api/v1/ws", tag = "live",
    params(("Upgrade" = String, Header, description = "`websocket`."),
        ("Sec-WebSocket-Version" = u8, Header, description = "13."),
        ("Sec-WebSocket-Key" = String, Header, description = "16 random bytes in Base64.")),
    responses((status = 101, description = "From here on frames go both ways.")))]
#[expect(dead_code, reason = "the route is the WebSocket dialect's; this is what the schema says of it")]
fn live() {}

/// A body of raw bytes: a file, a picture, a backup.
#[derive(Debug)]
pub struct Bytes;

impl PartialSchema for Bytes {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Bytes {}
