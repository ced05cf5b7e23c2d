//! What is measured: signing in, durable sends, fan-out, and everyone chatting.

use std::rc::Rc;
use std::time::Duration;

use crate::cast::{Cast, Room};
use crate::chat::{self, Pace, Route};
use crate::error::LoadError;
use crate::net::Network;
use crate::process::{Memory, Usage};
use crate::report::{Chat, Cores, JudgedBy, Latency, MemoryUse, SignIns, round};
use crate::session::{Session, report_broken};
use crate::tally::Tally;

/// How long the slowest sign-in may take beyond its schedule.
const SIGN_IN_NS: u64 = 60_000_000_000;
/// How long memory is watched for the least it falls to once everyone is quiet.
const SETTLE: Duration = Duration::from_secs(3);

/// What every scenario needs.
#[derive(Debug)]
pub(crate) struct Stage {
    /// The server's address and ours.
    pub(crate) network: Network,
    /// The server's process id.
    pub(crate) server: u32,
    /// Who takes part.
    pub(crate) cast: Cast,
    /// Names this run in every `client_id`, which must be new for ever.
    pub(crate) run: u32,
}

/// Rates to try, ascending, each for as long.
#[derive(Debug)]
pub(crate) struct Ladder {
    /// Messages per second.
    pub(crate) rates: Vec<f64>,
    /// Length of each step.
    pub(crate) length: Duration,
}

impl Stage {
    /// `users` sign in at `rate` per second; then, idle, their memory is taken. With `chat`, everyone chats in rooms of 20
    /// at that pace, and memory is taken again.
    pub(crate) async fn everyone(&self, users: usize, rate: f64, chat: Option<Pace>) -> Result<(), LoadError> {
        let tally = Rc::new(Tally::new());
        let before = Memory::of(self.server)?;
        let sessions = self.sign_in(users, rate, &tally).await?;
        self.memory("idle", sessions.len(), &before).await?;
        if let Some(pace) = chat {
            let routes = routes(&self.cast.circles, sessions.len());
            self.step("mixed", &sessions, &routes, pace, JudgedBy::Delivery, &tally).await?;
            self.memory("chatted", sessions.len(), &before).await?;
        }
        Ok(())
    }

    /// 200 clients send to their neighbour, at rising rates, until the acknowledgement is too slow.
    pub(crate) async fn durable(&self, ladder: &Ladder) -> Result<(), LoadError> {
        let routes = routes(&self.cast.pairs, self.cast.hall.members.len());
        self.climb("durable", &routes, ladder, JudgedBy::Ack).await
    }

    /// Members of the hall send to all of it, at rising rates, until delivery is too slow.
    pub(crate) async fn fan_out(&self, ladder: &Ladder) -> Result<(), LoadError> {
        let routes = routes(std::slice::from_ref(&self.cast.hall), self.cast.hall.members.len());
        self.climb("fan-out", &routes, ladder, JudgedBy::Delivery).await
    }

    async fn climb(
        &self,
        name: &'static str,
        routes: &[Route],
        ladder: &Ladder,
        judge: JudgedBy,
    ) -> Result<(), LoadError> {
        let tally = Rc::new(Tally::new());
        let sessions = self.sign_in(self.cast.hall.members.len(), 200.0, &tally).await?;
        for &rate in &ladder.rates {
            let pace = Pace { rate, length: ladder.length };
            let mut held = self.step(name, &sessions, routes, pace, judge, &tally).await?;
            if !held && !sessions.iter().any(|session| session.is_closed()) {
                // Once more: a machine that stalls is not a server that does. Both are reported.
                held = self.step(name, &sessions, routes, pace, judge, &tally).await?;
            }
            if !held {
                break;
            }
        }
        Ok(())
    }

    async fn step(
        &self,
        name: &'static str,
        sessions: &[Rc<Session>],
        routes: &[Route],
        pace: Pace,
        judge: JudgedBy,
        tally: &Tally,
    ) -> Result<bool, LoadError> {
        if routes.is_empty() {
            return Err(LoadError::Unfit("nobody online shares a room".to_owned()));
        }
        let before = Usage::now(self.server)?;
        let sent =
            chat::run(sessions, routes, pace, self.run ^ pace.rate.to_bits() as u32 ^ tally.now() as u32, tally).await;
        let spent = before.until(&Usage::now(self.server)?);
        let found = Chat::new(name, sessions.len(), pace, sent, &spent, judge, tally);
        found.print();
        Ok(found.held)
    }

    /// The first `users` of the cast come at `rate` per second, open loop, until each is caught up.
    async fn sign_in(&self, users: usize, rate: f64, tally: &Rc<Tally>) -> Result<Vec<Rc<Session>>, LoadError> {
        let users = &self.cast.users[..users.min(self.cast.users.len())];
        let before = Usage::now(self.server)?;
        let began = tally.begin_step();
        let mut arriving = tokio::task::JoinSet::new();
        for (index, user) in users.iter().enumerate() {
            let scheduled = began + (index as f64 * 1e9 / rate) as u64;
            tokio::time::sleep_until(tally.moment(scheduled)).await;
            let (network, token, tally) = (self.network, user.token.clone(), Rc::clone(tally));
            arriving
                .spawn_local(async move { (index, Session::open(&network, index, &token, scheduled, &tally).await) });
        }
        let mut sessions: Vec<Option<Rc<Session>>> = vec![None; users.len()];
        while let Some(arrived) = arriving.join_next().await {
            match arrived.map_err(|error| LoadError::Protocol(error.to_string()))? {
                (index, Ok(session)) => sessions[index] = Some(session),
                (_, Err(error)) => report_broken(tally, &error),
            }
        }
        let give_up = tally.now() + SIGN_IN_NS;
        let there = || tally.sign_ins.borrow().count() + tally.broken.get();
        while there() < users.len() as u64 && tally.now() < give_up {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let spent = before.until(&Usage::now(self.server)?);
        let latency = Latency::from(&*tally.sign_ins.borrow());
        let count = tally.sign_ins.borrow().count();
        SignIns {
            step: "sign-in",
            users: users.len(),
            rate,
            broken: tally.broken.get(),
            latency,
            server_cpu_ms_per_sign_in: round(spent.server_s * 1e3 / count.max(1) as f64),
            cores: Cores::from(&spent),
        }
        .print();
        let sessions: Option<Vec<_>> = sessions.into_iter().collect();
        sessions
            .filter(|sessions| count == users.len() as u64 && !sessions.iter().any(|session| session.is_closed()))
            .ok_or_else(|| LoadError::Unfit(format!("only {count} of {} could sign in", users.len())))
    }

    async fn memory(&self, step: &'static str, users: usize, before: &Memory) -> Result<(), LoadError> {
        tokio::time::sleep(SETTLE).await;
        let now = Memory::of(self.server)?;
        let per_user = |now: u64, before: u64| round((now as f64 - before as f64) / users.max(1) as f64);
        MemoryUse {
            step,
            users,
            server_rss_kib: now.rss_kib,
            rss_kib_per_user: per_user(now.rss_kib, before.rss_kib),
            anonymous_kib_per_user: per_user(now.anonymous_kib, before.anonymous_kib),
        }
        .print();
        Ok(())
    }
}

/// Every member of a room may speak there, if at least two of it are among the first `online` users.
fn routes(rooms: &[Room], online: usize) -> Vec<Route> {
    let mut routes = Vec::new();
    for room in rooms {
        let there: Vec<usize> = room.members.iter().copied().filter(|&place| place < online).collect();
        if there.len() > 1 {
            let receivers = there.len() as u64;
            routes.extend(there.into_iter().map(|session| Route { session, room: room.id, receivers }));
        }
    }
    routes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_is_online_speaks_and_is_counted() {
        let rooms = [Room { id: 7, members: vec![0, 1, 2] }, Room { id: 8, members: vec![2, 3] }];
        let found: Vec<_> =
            routes(&rooms, 3).iter().map(|route| (route.session, route.room, route.receivers)).collect();
        assert_eq!(found, [(0, 7, 3), (1, 7, 3), (2, 7, 3)]);
    }
}
