//! One signed-in client: connects, says `hello`, reads everything as cheaply as it can, and sends.
//!
//! Frames are looked at, not parsed: the generator shares two cores with the server it measures. A received byte is
//! copied only when a frame is cut by the end of a read.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use crate::error::LoadError;
use crate::frame::{self, Frame, Opcode};
use crate::net::{Network, head_end};
use crate::tally::Tally;

/// Before the scheduled time in a message's text; `;` ends it.
pub(crate) const MARK: &[u8] = b"@T=";

const HELLO: &[u8] = br#"{"t":"hello","v":1}"#;

/// The nonce and its answer from RFC 6455, section 1.3: saves the run a SHA-1.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &[u8] = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

thread_local! {
    /// One buffer for all reads of the thread: a session holds none while it is idle.
    static READ: RefCell<Vec<u8>> = RefCell::new(vec![0; 64 << 10]);
}

/// The sending side of a client; its reading side is a task of its own.
#[derive(Debug)]
pub(crate) struct Session {
    write: OwnedWriteHalf,
    /// What the socket would not take at once.
    waiting: RefCell<Vec<u8>>,
    flushing: Cell<bool>,
    mask: Cell<u32>,
    closed: Cell<bool>,
}

impl Session {
    /// Connects with `token` and says `hello`. Its reading task counts the sign-in, from `scheduled`, when `caught_up` comes.
    pub(crate) async fn open(
        network: &Network,
        index: usize,
        token: &str,
        scheduled: u64,
        tally: &Rc<Tally>,
    ) -> Result<Rc<Self>, LoadError> {
        let mut stream = network.connect(index).await?;
        let request = format!(
            "GET /api/v1/ws HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n",
            network.server
        );
        stream.write_all(request.as_bytes()).await.map_err(LoadError::io("upgrade"))?;
        let mut answer = Vec::new();
        let end = loop {
            if let Some(end) = head_end(&answer) {
                break end;
            }
            if stream.read_buf(&mut answer).await.map_err(LoadError::io("upgrade"))? == 0 {
                break answer.len();
            }
        };
        let head = &answer[..end];
        if !head.starts_with(b"HTTP/1.1 101") || memchr::memmem::find(head, ACCEPT).is_none() {
            return Err(LoadError::Protocol(format!("upgrade refused: {:.400}", String::from_utf8_lossy(&answer))));
        }
        let (read, write) = stream.into_split();
        let session = Rc::new(Self {
            write,
            waiting: RefCell::new(Vec::new()),
            flushing: Cell::new(false),
            mask: Cell::new(getrandom::u32()? | 1),
            closed: Cell::new(false),
        });
        session.send(Opcode::Text, HELLO);
        let reader = Reader { session: Rc::clone(&session), tally: Rc::clone(tally), sign_in: Some(scheduled) };
        tokio::task::spawn_local(reader.run(read, answer.split_off(end)));
        Ok(session)
    }

    /// Writes one frame, or keeps what the socket does not take until it does.
    pub(crate) fn send(self: &Rc<Self>, opcode: Opcode, payload: &[u8]) {
        let mut waiting = self.waiting.borrow_mut();
        frame::encode(opcode, payload, self.next_mask(), &mut waiting);
        if self.flushing.get() || self.closed.get() {
            return;
        }
        match self.write.try_write(&waiting) {
            Ok(written) => drop(waiting.drain(..written)),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            // The reading side sees the end of the connection and counts it.
            Err(_) => waiting.clear(),
        }
        if !waiting.is_empty() {
            self.flushing.set(true);
            tokio::task::spawn_local(Rc::clone(self).flush());
        }
    }

    /// Has the connection ended?
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.get()
    }

    async fn flush(self: Rc<Self>) {
        while !self.waiting.borrow().is_empty() && self.write.writable().await.is_ok() {
            let mut waiting = self.waiting.borrow_mut();
            match self.write.try_write(&waiting) {
                Ok(written) => drop(waiting.drain(..written)),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => waiting.clear(),
            }
        }
        self.flushing.set(false);
    }

    /// A new mask for each frame (RFC 6455, section 5.3) from a xorshift generator: the load needs variety, not secrecy.
    fn next_mask(&self) -> [u8; 4] {
        let mut mask = self.mask.get();
        mask ^= mask << 13;
        mask ^= mask >> 17;
        mask ^= mask << 5;
        self.mask.set(mask);
        mask.to_ne_bytes()
    }
}

/// The reading side of a client.
struct Reader {
    session: Rc<Session>,
    tally: Rc<Tally>,
    /// When the sign-in that is under way was scheduled.
    sign_in: Option<u64>,
}

impl Reader {
    async fn run(mut self, mut read: OwnedReadHalf, mut rest: Vec<u8>) {
        let ended = loop {
            match poll_fn(|context| {
                READ.with_borrow_mut(|buffer| {
                    let mut buffer = ReadBuf::new(buffer);
                    match Pin::new(&mut read).poll_read(context, &mut buffer) {
                        Poll::Ready(Ok(())) if buffer.filled().is_empty() => Poll::Ready(Ok(false)),
                        Poll::Ready(Ok(())) => Poll::Ready(self.take_in(buffer.filled(), &mut rest).map(|()| true)),
                        Poll::Ready(Err(error)) => Poll::Ready(Err(LoadError::io("reading")(error))),
                        Poll::Pending => Poll::Pending,
                    }
                })
            })
            .await
            {
                Ok(true) => {}
                Ok(false) => break LoadError::Protocol("the server ended the connection".to_owned()),
                Err(error) => break error,
            }
        };
        self.session.closed.set(true);
        report_broken(&self.tally, &ended);
    }

    fn take_in(&mut self, bytes: &[u8], rest: &mut Vec<u8>) -> Result<(), LoadError> {
        let now = self.tally.now();
        if rest.is_empty() {
            let taken = self.take_frames(bytes, now)?;
            rest.extend_from_slice(&bytes[taken..]);
        } else {
            rest.extend_from_slice(bytes);
            let taken = self.take_frames(rest, now)?;
            rest.drain(..taken);
        }
        if rest.is_empty() && rest.capacity() > 4096 {
            *rest = Vec::new();
        }
        Ok(())
    }

    /// Looks at each whole frame; gives how many bytes they took.
    fn take_frames(&mut self, bytes: &[u8], now: u64) -> Result<usize, LoadError> {
        let mut taken = 0;
        while let Some(Frame { opcode, payload, length }) = frame::parse(&bytes[taken..])? {
            match opcode {
                Opcode::Text => self.take_text(payload, now)?,
                Opcode::Ping => self.session.send(Opcode::Pong, payload),
                Opcode::Pong => {}
                Opcode::Close => {
                    let code = payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code));
                    return Err(LoadError::Protocol(format!("the server closed with code {code}")));
                }
            }
            taken += length;
        }
        Ok(taken)
    }

    fn take_text(&mut self, payload: &[u8], now: u64) -> Result<(), LoadError> {
        let unfit = || LoadError::Protocol(format!("frame: {:.200}", String::from_utf8_lossy(payload)));
        match frame::kind(payload).ok_or_else(unfit)? {
            b"events" => {
                for at in memchr::memmem::find_iter(payload, MARK) {
                    let scheduled = frame::number(&payload[at + MARK.len()..]).ok_or_else(unfit)?;
                    self.tally.count(&self.tally.deliveries, scheduled, now);
                }
            }
            b"ack" => {
                let id = frame::text_field(payload, b"\"client_id\"").ok_or_else(unfit)?;
                let scheduled = id.rsplit(|byte| *byte == b'.').next().and_then(frame::number).ok_or_else(unfit)?;
                self.tally.count(&self.tally.acks, scheduled, now);
            }
            b"caught_up" => {
                if let Some(scheduled) = self.sign_in.take() {
                    self.tally.sign_ins.borrow_mut().record(now.saturating_sub(scheduled));
                }
            }
            b"error" => {
                let code = frame::text_field(payload, b"\"code\"").ok_or_else(unfit)?;
                *self.tally.errors.borrow_mut().entry(String::from_utf8_lossy(code).into_owned()).or_default() += 1;
            }
            b"resync" => {
                self.tally.resyncs.set(self.tally.resyncs.get() + 1);
                self.session.send(Opcode::Text, HELLO);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Counts a connection that ended or never came about, and says why for the first few.
#[allow(clippy::print_stderr, reason = "the one place where a run tells why connections break")]
pub(crate) fn report_broken(tally: &Tally, why: &LoadError) {
    tally.broken.set(tally.broken.get() + 1);
    if tally.broken.get() <= 3 {
        eprintln!("connection ended: {why}");
    }
}
