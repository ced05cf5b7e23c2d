//! One live session: reads frames, sends what its outbox holds, and says goodbye.
//!
//! One task, no timer of its own: the hub asks all sessions now and then whether they are there.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use bytes::Bytes;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::error::{Error as WsError, ProtocolError};

use super::command::{self, PendingReply, Reply};
use super::encode::{encode, encode_shared, frame};
use super::present::Present;
use crate::actions::{Caller, Session, Update};
use crate::live::Item;
use crate::wire::{ErrorCode, ServerFrame};

/// Sends that may wait for the disk before no more is read from this session.
const MAX_PENDING: usize = 64;
/// A client that takes nothing for so long is gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// WebSocket close codes (RFC 6455 §7.4.1).
const GOING_AWAY: u16 = 1001;
const PROTOCOL: u16 = 1002;
const UNSUPPORTED: u16 = 1003;
const NOT_UTF8: u16 = 1007;
const POLICY: u16 = 1008;
const TOO_BIG: u16 = 1009;

/// Why the session ends.
enum End {
    /// The client went, or the line broke.
    Gone,
    /// The client closed, and is answered in kind (RFC 6455 §5.5.1).
    Closed,
    /// We close, with this code and reason.
    Close(u16, &'static str),
}

pub(super) async fn run(present: Present, caller: Caller, mut socket: WebSocket) {
    let end = talk(&present, &caller, &mut socket).await;
    if matches!(end, End::Closed) {
        // The answer waits in the socket already.
        let _ = tokio::time::timeout(Duration::from_secs(2), socket.close()).await;
        return;
    }
    if let End::Close(code, reason) = end {
        let goodbye = async {
            let bye = encode(&ServerFrame::Bye { reason: reason.to_owned() });
            feed(&mut socket, bye).await?;
            socket.send(Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }))).await
        };
        // Politeness has its limits.
        let _ = tokio::time::timeout(Duration::from_secs(2), goodbye).await;
    }
}

async fn talk(present: &Present, caller: &Caller, socket: &mut WebSocket) -> End {
    let mut pending: FuturesUnordered<PendingReply> = FuturesUnordered::new();
    let mut answers = Vec::new();
    let mut out = VecDeque::new();
    let mut greeted = false;
    loop {
        tokio::select! {
            () = drained(&present.session, &mut out) => {
                if !greeted {
                    // What happened before `hello` is in its answer.
                    out.retain(|item| !matches!(item, Item::Update(_) | Item::Resync));
                }
            }
            Some(answer) = pending.next(), if !pending.is_empty() => {
                answers.push(answer);
                // All answers that came with the same commit go out in one write.
                while let Some(Some(answer)) = pending.next().now_or_never() {
                    answers.push(answer);
                }
            }
            message = socket.recv(), if pending.len() < MAX_PENDING => {
                present.session.note_heard();
                let text = match message {
                    Some(Ok(Message::Text(text))) => text,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Binary(_))) => return End::Close(UNSUPPORTED, "not_text"),
                    Some(Ok(Message::Close(_))) => return End::Closed,
                    None => return End::Gone,
                    Some(Err(error)) => return broken(&error),
                };
                present.state.metrics.frames_in.inc();
                match command::dispatch(present, caller, text.as_str()).await {
                    Reply::Nothing => {}
                    Reply::Frame(answer) => answers.push(answer),
                    Reply::Later(answer) => pending.push(answer),
                    Reply::Welcome(updates) => {
                        greeted = true;
                        present.session.note_greeted();
                        answers.extend(updates.into_iter().map(|update| encode(&frame(update))));
                    }
                }
            }
        }
        match tokio::time::timeout(WRITE_TIMEOUT, write(socket, &mut answers, &mut out)).await {
            Ok(None) => {}
            Ok(Some(end)) => return end,
            Err(_) => return End::Gone,
        }
    }
}

/// A line that broke, or a client that is wrong: that one is told how.
fn broken(error: &axum::Error) -> End {
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<WsError>());
    match cause {
        Some(WsError::Capacity(_)) => End::Close(TOO_BIG, "frame_too_large"),
        Some(WsError::Utf8(_)) => End::Close(NOT_UTF8, "not_utf8"),
        // The line broke where no frame ends.
        Some(WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => End::Gone,
        Some(WsError::Protocol(_)) => End::Close(PROTOCOL, "protocol_error"),
        _ => End::Gone,
    }
}

/// Waits until the outbox has something and takes all of it.
async fn drained(session: &Session, out: &mut VecDeque<Item<Update>>) {
    std::future::poll_fn(|cx| session.outbox.poll_drain(cx, out)).await;
}

/// Everything in one go; `Some` when the session ends with it.
async fn write(socket: &mut WebSocket, answers: &mut Vec<Bytes>, out: &mut VecDeque<Item<Update>>) -> Option<End> {
    if answers.is_empty() && out.is_empty() {
        return None;
    }
    for answer in std::mem::take(answers) {
        if feed(socket, answer).await.is_err() {
            return Some(End::Gone);
        }
    }
    while let Some(item) = out.pop_front() {
        let sent = match item {
            Item::Update(update) => feed(socket, encode_shared(&update)).await,
            Item::Resync => feed(socket, encode(&ServerFrame::Resync {})).await,
            Item::Ping => socket.feed(Message::Ping(Bytes::new())).await,
            Item::Close("restart") => return Some(End::Close(GOING_AWAY, "restart")),
            Item::Close("silent") => return Some(End::Gone),
            Item::Close(reason) => return Some(End::Close(POLICY, reason)),
        };
        if sent.is_err() {
            return Some(End::Gone);
        }
    }
    // An idle session keeps no buffer.
    if out.capacity() > 8 {
        *out = VecDeque::new();
    }
    match Pin::new(socket).flush().await {
        Ok(()) => None,
        Err(_) => Some(End::Gone),
    }
}

async fn feed(socket: &mut WebSocket, frame: Bytes) -> Result<(), axum::Error> {
    match Utf8Bytes::try_from(frame) {
        Ok(text) => socket.feed(Message::Text(text)).await,
        // Our own JSON is UTF-8.
        Err(_) => {
            tracing::error!(code = ?ErrorCode::Internal, "a frame was not UTF-8");
            Ok(())
        }
    }
}
