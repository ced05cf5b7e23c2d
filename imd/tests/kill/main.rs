//! The first promise: a message that was acknowledged is on the disk, once, and nobody ever sees a gap. The daemon is killed
//! with SIGKILL at random moments while many clients talk, again and again on the same folder. Were this to fail, someone
//! would have lost what they saw as sent.
//!
//! A failure names its seed; `IMD_KILL_SEED` repeats its moments.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the seed and what the run has shown")]

mod client;
mod daemon;
mod feed;
mod files;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::time::Duration;

use client::{Client, Life};
use daemon::Daemon;
use imd::wire::{Event, SignedIn};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

const KILLS: u32 = 60;
/// Of so many starts one is killed before it is done; a start takes about [`START_US`].
const STILLBORN_OF: u64 = 4;
const START_US: u64 = 40_000;
const CLIENTS: usize = 16;
const ROOMS: usize = 4;
/// Acknowledgements in one life of the daemon: at most two to this power, as often few as many.
const ACKS_LOG2: u64 = 12;
/// A kill comes up to so long after the last awaited acknowledgement, so that it can fall anywhere between two.
const MOMENT_US: u64 = 4_000;
const LIMIT: Duration = Duration::from_secs(100);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_by_kills() {
    let seed = seed();
    tokio::time::timeout(LIMIT, kill_again_and_again(seed)).await.expect("the run ends in time");
}

/// What the moments follow from.
fn seed() -> u64 {
    #[allow(clippy::disallowed_methods, reason = "a failed run is repeated by its seed")]
    let seed = std::env::var("IMD_KILL_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| getrandom::u64().unwrap());
    println!("IMD_KILL_SEED={seed}");
    seed
}

async fn kill_again_and_again(seed: u64) {
    let mut chance = Chance(seed | 1);
    let folder = tempfile::tempdir().unwrap();
    let mut daemon = Daemon::start(folder.path());
    let building = Building::set_up(&daemon).await;

    let life = |daemon: &Daemon, number, last| Life { address: daemon.address, number, last };
    let (lives, watched) = watch::channel(life(&daemon, 1, false));
    let (acks, mut acked) = mpsc::unbounded_channel();
    let mut talking = tokio::task::JoinSet::new();
    for (name, token) in building.tokens.iter().enumerate() {
        talking.spawn(Client::new(name, token.clone(), &building.rooms).run(watched.clone(), acks.clone()));
    }
    drop((watched, acks));
    for number in 1..=KILLS {
        let limit = 1 << chance.below(ACKS_LOG2 + 1);
        for _ in 0..=chance.below(limit) {
            let next = tokio::select! {
                next = acked.recv() => next,
                Some(ended) = talking.join_next() => panic!("a client ended early: {:?}", ended.map(|_| ())),
            };
            next.expect("clients talk");
        }
        tokio::time::sleep(Duration::from_micros(chance.below(MOMENT_US))).await;
        daemon.kill();
        while acked.try_recv().is_ok() {}
        if chance.below(STILLBORN_OF) == 0 {
            Daemon::kill_while_it_starts(folder.path(), Duration::from_micros(chance.below(START_US))).await;
        }
        daemon = Daemon::start(folder.path());
        lives.send_replace(life(&daemon, number + 1, number == KILLS));
    }
    let mut clients = Vec::new();
    drop(lives);
    while let Some(client) = talking.join_next().await {
        clients.push(client.expect("a client's own checks hold"));
    }

    let logs = building.read_logs(daemon.address).await;
    check(&clients, &logs);
    for client in &clients {
        let again = client.acked.keys().nth(chance.below(client.acked.len() as u64) as usize).unwrap();
        assert_eq!(client.say_again(daemon.address, again).await, client.acked[again].1, "{again} said once more");
    }
    assert_eq!(building.read_logs(daemon.address).await, logs, "what is said once more changes nothing");
    let lost_acks: u64 = clients.iter().map(|client| client.lost_acks).sum();
    let messages: usize = clients.iter().map(|client| client.acked.len()).sum();
    println!("{messages} messages, {KILLS} kills, {lost_acks} acknowledgements lost and found");
    assert!(lost_acks > 0, "no kill fell between a commit and its acknowledgement: the run has shown too little");
}

/// No gap, nothing missing, nothing twice, nothing moved, and nothing was ever shown that is not there.
fn check(clients: &[Client], logs: &BTreeMap<i64, Vec<Event>>) {
    let mut places: HashMap<String, Vec<(i64, u64)>> = HashMap::new();
    for (&room, log) in logs {
        let seqs: Vec<u64> = log.iter().map(|event| event.seq).collect();
        assert_eq!(seqs, (1..=log.len() as u64).collect::<Vec<_>>(), "room {room} has no gap");
        for event in log {
            if let Some(text) = client::text_of(event.body.clone()) {
                places.entry(text).or_default().push((room, event.seq));
            }
        }
    }
    for client in clients {
        let mut last: HashMap<i64, u64> = HashMap::new();
        for message in client.all_said() {
            let acked = client.acked.get(&message).unwrap_or_else(|| panic!("{message} was never acknowledged"));
            let found = places
                .remove(&message)
                .unwrap_or_else(|| panic!("{message} was acknowledged at {acked:?} and is lost"));
            assert_eq!(found, [*acked], "{message} is there once, where it was acknowledged");
            let before = last.insert(acked.0, acked.1);
            assert!(before.is_none_or(|before| before < acked.1), "{message} stands before what was said earlier");
        }
        for (room, seen) in &client.seen {
            for (shown, event) in seen.iter().zip(&logs[room]) {
                assert_eq!(
                    *shown,
                    client::text_of(event.body.clone()),
                    "room {room} seq {} is not what was shown",
                    event.seq
                );
            }
            assert!(seen.len() <= logs[room].len(), "room {room}: more was shown than there is");
        }
    }
    assert!(places.is_empty(), "nobody said {places:?}");
}

/// The people and rooms of the test.
struct Building {
    owner: String,
    tokens: Vec<String>,
    rooms: Vec<i64>,
}

impl Building {
    async fn set_up(daemon: &Daemon) -> Self {
        let code = daemon.claim_code.as_deref().expect("a fresh box has a claim code");
        let claim = json!({"code": code, "name": "Owner", "password": "correct horse battery"});
        let owner: SignedIn = post(daemon.address, "/claim", None, claim).await;
        let owner = owner.token.expect("the token was asked for");
        let (mut tokens, mut people) = (Vec::new(), Vec::new());
        for number in 0..CLIENTS {
            let joined: SignedIn =
                post(daemon.address, "/join", None, json!({"name": format!("Client {number}")})).await;
            people.push(joined.me.user.id);
            tokens.push(joined.token.expect("the token was asked for"));
        }
        let mut rooms = Vec::new();
        for number in 0..ROOMS {
            let room = json!({"kind": "group", "name": format!("Room {number}"), "members": people});
            rooms.push(post::<imd::wire::Room>(daemon.address, "/rooms", Some(&owner), room).await.id);
        }
        Self { owner, tokens, rooms }
    }

    /// The whole log of each room, over REST.
    async fn read_logs(&self, address: SocketAddr) -> BTreeMap<i64, Vec<Event>> {
        let mut logs = BTreeMap::new();
        for &room in &self.rooms {
            let mut log: Vec<Event> = Vec::new();
            loop {
                let page = client::page(address, &self.owner, room, log.len() as u64).await.unwrap();
                let more = !page.events.is_empty();
                log.extend(page.events);
                if !more {
                    assert_eq!((page.first_seq, page.last_seq), (1, log.len() as u64), "room {room}'s own word");
                    break;
                }
            }
            logs.insert(room, log);
        }
        logs
    }
}

async fn post<T: DeserializeOwned>(address: SocketAddr, path: &str, token: Option<&str>, body: Value) -> T {
    let request = reqwest::Client::new()
        .post(format!("http://{address}/api/v1{path}"))
        .header("Accept-Token", "true")
        .json(&body);
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error} in {text}"))
}

/// SplitMix64: the moments of a seed are always the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }
}
