//! A live connection: says frames, and waits for the ones a test is about while keeping the others for later.

use std::collections::VecDeque;

use futures_util::{SinkExt as _, StreamExt as _};
use imd::wire::{ErrorCode, Event, EventBody, Me, Room, ServerFrame};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::PATIENCE;
use crate::door::Door;

pub struct Line {
    socket: WebSocketStream<TcpStream>,
    /// What came and was not asked for yet; each event alone.
    kept: VecDeque<ServerFrame>,
    said: u32,
}

/// The answer to hello.
pub struct Welcome {
    pub me: Me,
    pub rooms: Vec<Room>,
    /// What was missed, in the order it came.
    pub events: Vec<(i64, Event)>,
    /// Room, after, upto.
    pub gaps: Vec<(i64, u64, u64)>,
    pub requests: Vec<imd::wire::JoinRequest>,
}

impl Line {
    /// Opens a connection with these headers; the status and code of a refusal.
    pub async fn open(door: &Door, headers: &[(&str, &str)]) -> Result<Self, (u16, ErrorCode)> {
        Self::open_on(door, headers, TcpSocket::new_v4().unwrap()).await
    }

    /// As [`Self::open`], for a receiver that the kernel keeps hardly anything for.
    pub async fn open_narrow(door: &Door, headers: &[(&str, &str)]) -> Result<Self, (u16, ErrorCode)> {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4 << 10).unwrap();
        Self::open_on(door, headers, socket).await
    }

    async fn open_on(door: &Door, headers: &[(&str, &str)], socket: TcpSocket) -> Result<Self, (u16, ErrorCode)> {
        let mut request = format!("ws://{}/api/v1/ws", door.address()).into_client_request().unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        }
        let stream = socket.connect(door.address()).await.unwrap();
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((socket, _)) => Ok(Self { socket, kept: VecDeque::new(), said: 0 }),
            Err(Error::Http(answer)) => {
                let body: imd::wire::ErrorBody = serde_json::from_slice(answer.body().as_deref().unwrap()).unwrap();
                Err((answer.status().as_u16(), body.error.code))
            }
            Err(other) => panic!("{other}"),
        }
    }

    pub async fn tell(&mut self, frame: &Value) {
        self.tell_raw(Message::text(frame.to_string())).await;
    }

    pub async fn tell_raw(&mut self, message: Message) {
        tokio::time::timeout(PATIENCE, self.socket.send(message)).await.expect("the box takes what is said").unwrap();
    }

    /// Says hello with what it has of each room, and hears the answer to its end.
    pub async fn hello(&mut self, seen: &[(i64, u64)]) -> Welcome {
        let seen: Vec<Value> = seen.iter().map(|(room, seq)| json!({"room": room, "seq": seq})).collect();
        self.tell(&json!({"t": "hello", "v": 1, "seen": seen})).await;
        self.welcomed().await
    }

    /// Hears the answer to hello to its end.
    pub async fn welcomed(&mut self) -> Welcome {
        let (me, rooms, requests) = self
            .take("ready", |frame| match frame {
                ServerFrame::Ready { me, rooms, requests, .. } => Some((*me.clone(), rooms.clone(), requests.clone())),
                _ => None,
            })
            .await;
        let mut welcome = Welcome { me, rooms, events: Vec::new(), gaps: Vec::new(), requests };
        loop {
            let frame = self.read().await;
            for frame in frame {
                match frame {
                    ServerFrame::Events { room, mut events } => welcome.events.push((room, events.remove(0))),
                    ServerFrame::Gap { room, after, upto } => welcome.gaps.push((room, after, upto)),
                    ServerFrame::CaughtUp {} => return welcome,
                    other => self.kept.push_back(other),
                }
            }
        }
    }

    /// The first frame that `wanted` takes, of those kept and those to come; the others are kept.
    pub async fn take<T>(&mut self, what: &str, wanted: impl Fn(&ServerFrame) -> Option<T>) -> T {
        for place in 0..self.kept.len() {
            if let Some(found) = wanted(&self.kept[place]) {
                self.kept.remove(place);
                return found;
            }
        }
        loop {
            let mut found = None;
            for frame in self.read_for(what).await {
                match wanted(&frame) {
                    Some(one) if found.is_none() => found = Some(one),
                    _ => self.kept.push_back(frame),
                }
            }
            if let Some(found) = found {
                return found;
            }
        }
    }

    /// The next event of a room.
    pub async fn event(&mut self, room: i64) -> Event {
        self.take(&format!("an event of room {room}"), |frame| match frame {
            ServerFrame::Events { room: here, events } if *here == room => Some(events[0].clone()),
            _ => None,
        })
        .await
    }

    /// The next event of a room after `seq`: what was said before the line was there may still come.
    pub async fn event_after(&mut self, room: i64, seq: u64) -> Event {
        loop {
            let event = self.event(room).await;
            if event.seq > seq {
                return event;
            }
        }
    }

    /// The text of the next message of a room, which must be its next event.
    pub async fn hear(&mut self, room: i64) -> String {
        let event = self.event(room).await;
        match event.body {
            EventBody::Message { text, .. } => text,
            other => panic!("not a message: {other:?}"),
        }
    }

    /// Says something and waits until it is on the disk; its place.
    pub async fn say(&mut self, room: i64, text: &str) -> u64 {
        self.said += 1;
        let client_id = format!("line-{}", self.said);
        self.tell(&json!({"t": "send", "client_id": client_id, "room": room, "text": text})).await;
        self.acked(&client_id).await
    }

    /// Waits until this message is on the disk; its place.
    pub async fn acked(&mut self, client_id: &str) -> u64 {
        self.answer(client_id).await.unwrap_or_else(|code| panic!("{client_id} was refused: {code:?}"))
    }

    /// The answer to a message: its place, or why it was refused.
    pub async fn answer(&mut self, client_id: &str) -> Result<u64, ErrorCode> {
        self.take(&format!("the answer to {client_id}"), |frame| match frame {
            ServerFrame::Ack { client_id: id, seq, .. } if id == client_id => Some(Ok(*seq)),
            ServerFrame::Error { client_id: Some(id), error } if id == client_id => Some(Err(error.code)),
            _ => None,
        })
        .await
    }

    /// The code of the next refusal.
    pub async fn refusal(&mut self) -> ErrorCode {
        let code = |frame: &ServerFrame| match frame {
            ServerFrame::Error { error, .. } => Some(error.code),
            _ => None,
        };
        self.take("an error", code).await
    }

    /// Waits for the answer to a question of ours: all that the box had to say before has come now.
    pub async fn settle(&mut self) {
        self.tell(&json!({"t": "ping"})).await;
        self.take("pong", |frame| matches!(frame, ServerFrame::Pong {}).then_some(())).await;
    }

    /// What came and was not asked for.
    pub fn kept(&self) -> &VecDeque<ServerFrame> {
        &self.kept
    }

    /// Waits for the end: the reason in `bye` and the close code, each if there was one.
    pub async fn ended(&mut self) -> (Option<String>, Option<u16>) {
        let bye = |frame: &ServerFrame| match frame {
            ServerFrame::Bye { reason } => Some(reason.clone()),
            _ => None,
        };
        let mut reason = self.kept.iter().find_map(bye);
        let end = async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Text(text))) => {
                        let frame: ServerFrame = serde_json::from_str(text.as_str()).unwrap();
                        reason = reason.take().or_else(|| bye(&frame));
                    }
                    Some(Ok(Message::Close(close))) => return close.map(|close| u16::from(close.code)),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        };
        let code = tokio::time::timeout(PATIENCE, end).await.expect("the connection ends");
        (reason, code)
    }

    /// What comes last: the frame that closes, if one does.
    pub async fn closed(&mut self) -> Option<Message> {
        let end = async {
            let mut last = None;
            while let Some(Ok(message)) = self.socket.next().await {
                last = Some(message);
            }
            last
        };
        tokio::time::timeout(PATIENCE, end).await.expect("the connection ends")
    }

    async fn read(&mut self) -> Vec<ServerFrame> {
        self.read_for("a frame").await
    }

    /// The next frame; events one by one.
    async fn read_for(&mut self, what: &str) -> Vec<ServerFrame> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next());
            let Ok(next) = next.await else { panic!("{what} never came; this did: {:?}", self.kept) };
            match next {
                Some(Ok(Message::Text(text))) => {
                    return match serde_json::from_str(text.as_str()).unwrap() {
                        ServerFrame::Events { room, events } => {
                            events.into_iter().map(|e| ServerFrame::Events { room, events: vec![e] }).collect()
                        }
                        other => vec![other],
                    };
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("{what} never came: {other:?}; before that: {:?}", self.kept),
            }
        }
    }
}
