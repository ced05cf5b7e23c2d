//! One step of chatting at a fixed rate, in an open loop: messages are due when the schedule says, whether or not the
//! server keeps up, and every latency counts from that moment. A stall of the server, or of this program, shows as latency.
//!
//! The runtime's timers tick in milliseconds, so a latency includes up to 1 ms of this program's own lateness (`lag`).

use std::rc::Rc;
use std::time::Duration;

use crate::frame::Opcode;
use crate::session::{MARK, Session};
use crate::tally::Tally;

/// How many due messages are sent before the readers get their turn.
const BURST: usize = 128;
/// How long the last messages may take to arrive, and how long nothing at all may arrive before they are given up.
const DRAIN_NS: u64 = 8_000_000_000;
const SILENCE_NS: u64 = 2_000_000_000;
/// Characters of a message's text.
const TEXT: usize = 100;

/// A client that may speak in a room.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    /// Place of the sender among the sessions.
    pub(crate) session: usize,
    /// Where it speaks.
    pub(crate) room: i64,
    /// How many sessions get what it says, its own included.
    pub(crate) receivers: u64,
}

/// At which rate, for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Messages per second.
    pub(crate) rate: f64,
    /// For how long they are scheduled.
    pub(crate) length: Duration,
}

/// What was sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    /// Messages.
    pub(crate) messages: u64,
    /// Deliveries that must come of them.
    pub(crate) deliveries: u64,
    /// From the first to when everything had arrived, or was given up.
    pub(crate) took: Duration,
}

/// Sends at `pace` over `routes` in a fixed pseudo-random order, and waits until everything has arrived or is given up.
pub(crate) async fn run(sessions: &[Rc<Session>], routes: &[Route], pace: Pace, run: u32, tally: &Tally) -> Sent {
    let began = tally.begin_step();
    let interval = 1e9 / pace.rate;
    let wanted = (pace.rate * pace.length.as_secs_f64()) as u64;
    let give_up = began + pace.length.as_nanos() as u64 * 3 / 2 + 2_000_000_000;
    let (mut messages, mut deliveries) = (0, 0);
    let mut choice = Choice(0x9e37_79b9_7f4a_7c15);
    let mut payload = Vec::with_capacity(512);
    while messages < wanted {
        let now = tally.now();
        if now > give_up {
            break;
        }
        let due = |message: u64| began + (message as f64 * interval) as u64;
        for _ in 0..BURST {
            let scheduled = due(messages);
            if messages == wanted || scheduled > now {
                break;
            }
            let route = &routes[choice.below(routes.len())];
            write_send(&mut payload, run, messages, scheduled, route.room);
            sessions[route.session].send(Opcode::Text, &payload);
            tally.count(&tally.lag, scheduled, tally.now());
            messages += 1;
            deliveries += route.receivers;
        }
        if due(messages) <= now {
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep_until(tally.moment(due(messages))).await;
        }
    }
    drain(messages, deliveries, tally).await;
    Sent { messages, deliveries, took: Duration::from_nanos(tally.now() - began) }
}

/// Waits until everything has arrived, or no more can be expected.
async fn drain(messages: u64, deliveries: u64, tally: &Tally) {
    let give_up = tally.now() + DRAIN_NS;
    let (mut before, mut changed) = ((0, 0), tally.now());
    loop {
        let arrived = (tally.acks.borrow().count(), tally.deliveries.borrow().count());
        let now = tally.now();
        if arrived != before {
            (before, changed) = (arrived, now);
        }
        let complete = arrived.0 >= messages && arrived.1 >= deliveries;
        if complete || now > give_up || now > changed + SILENCE_NS {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A `send` frame whose `client_id` ends in the scheduled time and whose text carries it.
fn write_send(payload: &mut Vec<u8>, run: u32, message: u64, scheduled: u64, room: i64) {
    use std::io::Write;
    payload.clear();
    // Writing to memory does not fail.
    let _ = write!(payload, r#"{{"t":"send","client_id":"{run:08x}.{message}.{scheduled}","room":{room},"text":""#);
    let text = payload.len();
    payload.extend_from_slice(MARK);
    let _ = write!(payload, "{scheduled};");
    payload.resize(text + TEXT, b'x');
    payload.extend_from_slice(b"\"}");
}

/// xorshift64: the same routes in every run.
struct Choice(u64);

impl Choice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((u128::from(self.0) * limit as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_the_protocols_and_carries_its_time() {
        let mut payload = Vec::new();
        write_send(&mut payload, 1, 2, 345, 6);
        let frame: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        assert_eq!(
            (&frame["t"], &frame["client_id"], &frame["room"]),
            (&"send".into(), &"00000001.2.345".into(), &6.into())
        );
        let text = frame["text"].as_str().unwrap();
        assert!(text.starts_with("@T=345;") && text.len() == TEXT);
    }

    #[test]
    fn every_route_is_taken() {
        let mut choice = Choice(1);
        let mut taken = [0; 7];
        (0..7000).for_each(|_| taken[choice.below(7)] += 1);
        assert!(taken.iter().all(|&times| (800..1200).contains(&times)), "{taken:?}");
    }
}
