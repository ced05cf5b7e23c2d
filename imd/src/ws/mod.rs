//! The WebSocket dialect (RFC 6455): frames in, frames out, for as long as a person is there.
//!
//! Parses, calls `actions`, encodes; `PROTOCOL.md` describes every frame. Nothing here decides what people may do.

mod command;
mod encode;
mod present;
mod session;

use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Extension, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;

use crate::http::{AppState, Authenticated, ConnectionPermit, Problem};
use crate::wire::ErrorCode;

/// Largest frame a client may send: the longest text, spelt with twelve bytes a character (`\ud83d\ude00`), and all around it.
pub const MAX_FRAME_BYTES: usize = 128 << 10;
/// A connection's read buffer: what idle sessions cost. Larger frames grow it for the moment.
const READ_BUFFER: usize = 1 << 10;
/// Frames are gathered up to this many bytes before they are written: a burst is one write.
const WRITE_BUFFER: usize = 16 << 10;
/// What may wait in the socket's own buffer before the session counts as stuck.
/// One `ready` of as many rooms as a person may be in has to fit, or they could not connect at all.
const MAX_WRITE_BUFFER: usize = 16 << 20;

/// `GET /api/v1/ws`.
pub fn route() -> MethodRouter<AppState> {
    axum::routing::get(upgrade)
}

async fn upgrade(
    State(state): State<AppState>,
    asker: Authenticated,
    place: Option<Extension<Arc<ConnectionPermit>>>,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(_) => {
            // RFC 6455 §4.4: whoever speaks another version is told which one is spoken here.
            let mut refused = Problem::from(ErrorCode::BadRequest).into_response();
            refused.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
            return Ok(refused);
        }
    };
    let Authenticated(caller) = asker;
    let session = crate::actions::live::hello::connect(&state.core, &caller).await?;
    // From here on the session is in the hub: whatever happens, it must leave it again.
    let guest = present::Present::new(state, session);
    crate::actions::live::hello::still_in(&guest.state.core, &caller).await?;
    let upgrade = upgrade
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(MAX_WRITE_BUFFER);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let _place = place;
        session::run(guest, caller, socket).await;
    }))
}
