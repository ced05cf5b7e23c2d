//! A client as `PROTOCOL.md` wants it: an outbox that is emptied only by acknowledgements, `hello` with what it has after
//! every reconnect, and the old `client_id` for what goes out again. It writes down all it was told.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use imd::wire::{ClientFrame, Event, EventBody, EventPage, Seen, ServerFrame};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest as _};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Messages on their way at once.
const WINDOW: usize = 8;

/// One life of the daemon.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Life {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Counts from 1.
    pub(crate) number: u32,
    /// In the last one nothing new is said, only what is left is sent.
    pub(crate) last: bool,
}

/// A message that was said, acknowledged or not. Its text is its `client_id`.
#[derive(Debug, Clone)]
struct Said {
    client_id: String,
    room: i64,
}

/// A client and its memory.
pub(crate) struct Client {
    name: usize,
    token: String,
    said: u64,
    outbox: VecDeque<Said>,
    /// Place of each acknowledged message, by `client_id`.
    pub(crate) acked: HashMap<String, (i64, u64)>,
    /// What it saw of each room, from seq 1: the text of messages, nothing for other events.
    pub(crate) seen: HashMap<i64, Vec<Option<String>>>,
    /// Messages found in the log after a reconnect whose acknowledgement had been lost.
    pub(crate) lost_acks: u64,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The connection is gone, as happens when a daemon is killed.
struct Broken;

impl Client {
    pub(crate) fn new(name: usize, token: String, rooms: &[i64]) -> Self {
        let seen = rooms.iter().map(|&room| (room, Vec::new())).collect();
        Self { name, token, said: 0, outbox: VecDeque::new(), acked: HashMap::new(), seen, lost_acks: 0 }
    }

    /// Talks through all lives of the daemon, and returns in the last one when everything said was acknowledged. Each
    /// acknowledgement is also told to `acks`.
    pub(crate) async fn run(mut self, mut lives: watch::Receiver<Life>, acks: mpsc::UnboundedSender<()>) -> Self {
        loop {
            let life = *lives.borrow_and_update();
            if let Ok(()) = self.converse(life, &acks).await {
                return self;
            }
            if life.number == lives.borrow().number && lives.changed().await.is_err() {
                panic!(
                    "client {}: the connection broke in the last life, {} unacknowledged",
                    self.name,
                    self.outbox.len()
                );
            }
        }
    }

    async fn converse(&mut self, life: Life, acks: &mpsc::UnboundedSender<()>) -> Result<(), Broken> {
        let mut request = format!("ws://{}/api/v1/ws", life.address).into_client_request().unwrap();
        request.headers_mut().insert("authorization", format!("Bearer {}", self.token).parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.map_err(|_| Broken)?;
        self.hello(&mut socket).await?;
        let (mut ready, mut caught_up) = (false, false);
        loop {
            match next_frame(&mut socket).await? {
                ServerFrame::Ready { .. } => ready = true,
                // What comes between connecting, or `resync`, and `ready` does not follow on what it has.
                ServerFrame::Events { .. } if !ready => {}
                ServerFrame::Events { room, events } => self.take(room, events, caught_up),
                ServerFrame::Gap { room, after, upto } => self.fill(life, room, after, upto).await?,
                ServerFrame::CaughtUp {} => {
                    caught_up = true;
                    for said in self.outbox.clone() {
                        send(&mut socket, said).await?;
                    }
                }
                ServerFrame::Ack { client_id, room, seq, .. } => {
                    let before = self.acked.insert(client_id.clone(), (room, seq));
                    assert!(
                        before.is_none_or(|before| before == (room, seq)),
                        "{client_id} acknowledged at {seq} and {before:?}"
                    );
                    self.outbox.retain(|said| said.client_id != client_id);
                    // The test may be over for the receiver.
                    let _ = acks.send(());
                }
                ServerFrame::Resync {} => {
                    (ready, caught_up) = (false, false);
                    self.hello(&mut socket).await?;
                }
                ServerFrame::Error { client_id, error } => {
                    panic!("client {}: {client_id:?} refused: {error:?}", self.name)
                }
                _ => {}
            }
            if caught_up && life.last && self.outbox.is_empty() {
                return Ok(());
            }
            while caught_up && !life.last && self.outbox.len() < WINDOW {
                let said = self.say();
                send(&mut socket, said).await?;
            }
        }
    }

    async fn hello(&self, socket: &mut Socket) -> Result<(), Broken> {
        let seen = self.seen.iter().map(|(&room, events)| Seen { room, seq: events.len() as u64 }).collect();
        write(socket, &ClientFrame::Hello { v: 1, seen }).await
    }

    /// Puts the next message into the outbox, for each room in turn.
    fn say(&mut self) -> Said {
        let mut rooms: Vec<i64> = self.seen.keys().copied().collect();
        rooms.sort_unstable();
        let room = rooms[(self.said as usize + self.name) % rooms.len()];
        let said = Said { client_id: format!("{}-{:06}", self.name, self.said), room };
        self.said += 1;
        self.outbox.push_back(said.clone());
        said
    }

    /// Writes down what came; what was shown must follow on without a gap, and never change.
    fn take(&mut self, room: i64, events: Vec<Event>, live: bool) {
        // The default room is not one of the test's.
        let Some(seen) = self.seen.get_mut(&room) else { return };
        for event in events {
            let text = text_of(event.body);
            if event.seq <= seen.len() as u64 {
                assert_eq!(
                    seen[event.seq as usize - 1],
                    text,
                    "client {}: room {room} seq {} has changed",
                    self.name,
                    event.seq
                );
                continue;
            }
            assert_eq!(event.seq, seen.len() as u64 + 1, "client {}: a gap in room {room} was shown", self.name);
            if !live && text.as_ref().is_some_and(|text| self.outbox.iter().any(|said| said.client_id == *text)) {
                self.lost_acks += 1;
            }
            seen.push(text);
        }
    }

    async fn fill(&mut self, life: Life, room: i64, after: u64, upto: u64) -> Result<(), Broken> {
        let have = self.seen.get(&room).map_or(upto, |seen| seen.len() as u64);
        assert!(
            have >= after,
            "client {}: the gap of room {room} begins after {after}, but only {have} were sent",
            self.name
        );
        let mut have = have;
        while have < upto {
            let page = page(life.address, &self.token, room, have).await.map_err(|_| Broken)?;
            assert!(!page.events.is_empty(), "room {room} has nothing after {have}, but {upto} was promised");
            self.take(room, page.events, false);
            have = self.seen[&room].len() as u64;
        }
        Ok(())
    }

    /// Every message it ever said, by `client_id`.
    pub(crate) fn all_said(&self) -> impl Iterator<Item = String> {
        (0..self.said).map(|number| format!("{}-{number:06}", self.name))
    }

    /// Says an acknowledged message once more and gives the place that is answered.
    pub(crate) async fn say_again(&self, address: SocketAddr, client_id: &str) -> u64 {
        let (room, _) = self.acked[client_id];
        let body = serde_json::json!({"client_id": client_id, "text": client_id});
        let url = format!("http://{address}/api/v1/rooms/{room}/messages");
        let answer = reqwest::Client::new().post(url).bearer_auth(&self.token).json(&body).send().await.unwrap();
        answer.error_for_status().unwrap().json::<imd::wire::SendReceipt>().await.unwrap().seq
    }
}

/// The next 200 events of a room after `after`.
pub(crate) async fn page(address: SocketAddr, token: &str, room: i64, after: u64) -> reqwest::Result<EventPage> {
    let url = format!("http://{address}/api/v1/rooms/{room}/events?after={after}&limit=200");
    reqwest::Client::new().get(url).bearer_auth(token).send().await?.error_for_status()?.json().await
}

/// The text of a message; nothing for any other event.
pub(crate) fn text_of(body: EventBody) -> Option<String> {
    match body {
        EventBody::Message { text, .. } => Some(text),
        _ => None,
    }
}

async fn send(socket: &mut Socket, said: Said) -> Result<(), Broken> {
    let text = said.client_id.clone();
    let frame = ClientFrame::Send {
        client_id: said.client_id,
        room: said.room,
        text,
        files: Vec::new(),
        reply_to: None,
        voice: None,
    };
    write(socket, &frame).await
}

async fn write(socket: &mut Socket, frame: &ClientFrame) -> Result<(), Broken> {
    let text = serde_json::to_string(frame).unwrap();
    socket.send(Message::text(text)).await.map_err(|_| Broken)
}

async fn next_frame(socket: &mut Socket) -> Result<ServerFrame, Broken> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                return Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}")));
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            _ => return Err(Broken),
        }
    }
}
