//! The wire types that no REST route names, for the one published schema.

use utoipa::OpenApi;

use super::{ClientFrame, ErrorBody, ServerFrame};

/// Adds the WebSocket frames to the OpenAPI document, so that clients are generated from one place.
#[derive(Debug, OpenApi)]
#[openapi(components(schemas(ClientFrame, ServerFrame, ErrorBody)))]
pub struct FrameSchemas;
