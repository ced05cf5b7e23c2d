//! What a client's frame asks for, and the action that does it.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use serde::Deserialize;

use super::encode::{encode, frame};
use super::present::Present;
use crate::actions::{
    Caller, Done, Refused, Update,
    live::{hello, signals},
    rooms::messages,
};
use crate::chat::{RoomId, Seq};
use crate::wire::{ClientFrame, ErrorCode, NewMessage, Object, ServerFrame};

/// An answer that comes when the disk has it.
pub(super) type PendingReply = Pin<Box<dyn Future<Output = Bytes> + Send>>;

pub(super) enum Reply {
    /// Nothing to say.
    Nothing,
    /// This, now.
    Frame(Bytes),
    /// Something, when the disk has it.
    Later(PendingReply),
    /// The answer to `hello`: live frames follow on it.
    Welcome(Vec<Update>),
}

/// Does what the frame says.
pub(super) async fn dispatch(present: &Present, caller: &Caller, text: &str) -> Reply {
    let asked = match serde_json::from_str::<Object<ClientFrame>>(text) {
        Ok(Object(asked)) => asked,
        Err(_) => return Reply::Frame(error(None, unparsed(text).into())),
    };
    let core = &present.state.core;
    // Rare and large ones are boxed, so that the many idle sessions stay small.
    let done: Done<Reply> = match asked {
        ClientFrame::Send { client_id, room, text, files, reply_to, voice } => {
            let id = client_id.clone();
            let message = NewMessage { client_id, text, files, reply_to, voice };
            let counter = present.state.metrics.messages.clone();
            return match Box::pin(messages::send(core, caller, RoomId(room), message)).await {
                Ok(receipt) => Reply::Later(Box::pin(acknowledge(counter, room, id, receipt))),
                Err(refused) => Reply::Frame(error(Some(id), refused)),
            };
        }
        ClientFrame::Hello { v, seen } => Box::pin(hello::hello(core, caller, v, seen)).await.map(Reply::Welcome),
        ClientFrame::Read { room, seq } => {
            Box::pin(messages::read(core, caller, RoomId(room), Seq(seq))).await.map(|()| Reply::Nothing)
        }
        ClientFrame::Received { rooms } => signals::received(core, caller, &rooms).map(|()| Reply::Nothing),
        ClientFrame::Typing { room } => {
            Box::pin(signals::typing(core, caller, RoomId(room))).await.map(|()| Reply::Nothing)
        }
        ClientFrame::Watch { room } => Box::pin(signals::watch(core, caller, &present.session, room.map(RoomId)))
            .await
            .map(|answer| answer.map_or(Reply::Nothing, |update| Reply::Frame(encode(&frame(update))))),
        ClientFrame::Ping {} => Ok(Reply::Frame(encode(&ServerFrame::Pong {}))),
    };
    done.unwrap_or_else(|refused| Reply::Frame(error(None, refused)))
}

async fn acknowledge(
    counter: prometheus_client::metrics::counter::Counter,
    room: i64,
    client_id: String,
    receipt: impl Future<Output = Done<crate::wire::SendReceipt>>,
) -> Bytes {
    match receipt.await {
        Ok(receipt) => {
            counter.inc();
            encode(&ServerFrame::Ack { client_id, room, seq: receipt.seq, at: receipt.at })
        }
        Err(refused) => error(Some(client_id), refused),
    }
}

fn error(client_id: Option<String>, refused: Refused) -> Bytes {
    encode(&ServerFrame::Error { client_id, error: refused.detail() })
}

/// Is it no JSON, or a frame that nobody knows?
fn unparsed(text: &str) -> ErrorCode {
    #[derive(Deserialize)]
    struct Tag {
        t: String,
    }
    const KNOWN: &[&str] = &["hello", "send", "read", "received", "typing", "watch", "ping"];
    match serde_json::from_str::<Tag>(text) {
        Ok(tag) if !KNOWN.contains(&tag.t.as_str()) => ErrorCode::UnknownFrame,
        _ => ErrorCode::BadRequest,
    }
}
