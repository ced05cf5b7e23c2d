//! Moving to another box over the LAN. Were these to fail, a house would lose what it said on the way to a new box, anybody on
//! the Wi-Fi would read it, or a box that nobody owns would ask whatever a stranger points it at.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use imd::wire::{BoxInfo, BoxState, ErrorCode, File, Me, MoveBegun, MoveIn, MoveInStage, MoveOut, MoveOutStage};
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::door::Reply;
use crate::house::{House, until};
use crate::person::Person;

const OUT: &str = "/api/v1/admin/move";
const HOUR: i64 = 3_600_000;
/// Packing and opening what is locked take a while on a busy machine.
const LOCKED_PATIENCE: Duration = crate::PATIENCE.saturating_mul(4);

/// The line between two boxes; it can be cut, and remembers all that went over it.
struct Line {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    task: JoinHandle<()>,
}

struct Shared {
    to: SocketAddr,
    /// Bytes from the old box that still go through.
    left: usize,
    seen: Vec<u8>,
    calls: usize,
}

impl Line {
    async fn to(house: &House) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Shared { to: house.door.address(), left: usize::MAX, seen: Vec::new(), calls: 0 };
        let shared = Arc::new(Mutex::new(shared));
        let ours = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, Arc::clone(&ours)));
            }
        });
        Self { address, shared, task }
    }

    /// From now on so many bytes of the old box go through, and then nothing.
    fn let_through(&self, bytes: usize) {
        self.shared.lock().unwrap().left = bytes;
    }

    fn leads_to(&self, house: &House) {
        self.shared.lock().unwrap().to = house.door.address();
    }

    fn carried(&self) -> usize {
        self.shared.lock().unwrap().seen.len()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(mut near: TcpStream, shared: Arc<Mutex<Shared>>) {
    let to = {
        let mut shared = shared.lock().unwrap();
        shared.calls += 1;
        (shared.left > 0).then_some(shared.to)
    };
    let Some(to) = to else { return };
    let Ok(mut far) = TcpStream::connect(to).await else { return };
    let (mut asked, mut answered) = (vec![0; 16 << 10], vec![0; 16 << 10]);
    loop {
        tokio::select! {
            read = near.read(&mut asked) => match read {
                Ok(bytes @ 1..) => {
                    shared.lock().unwrap().seen.extend_from_slice(&asked[..bytes]);
                    if far.write_all(&asked[..bytes]).await.is_err() { return }
                }
                _ => return,
            },
            read = far.read(&mut answered) => match read {
                Ok(bytes @ 1..) => {
                    let bytes = {
                        let mut shared = shared.lock().unwrap();
                        let bytes = bytes.min(shared.left);
                        shared.left -= bytes;
                        shared.seen.extend_from_slice(&answered[..bytes]);
                        bytes
                    };
                    if bytes == 0 || near.write_all(&answered[..bytes]).await.is_err() { return }
                }
                _ => return,
            },
        }
    }
}

/// Something that answers every request alike, for the path it was asked for.
async fn stranger(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let Ok(byte) = near.read_u8().await else { break };
                head.push(byte);
            }
            let head = String::from_utf8(head).unwrap();
            let _ = near.write_all(&answer(head.split(' ').nth(1).unwrap_or_default())).await;
        }
    });
    (address, task)
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn offer(change: &serde_json::Value) -> Vec<u8> {
    let mut offer = json!({"name": "x", "program": "9", "layout": 1, "min_program": 1, "tag": "abc", "size": 100});
    for (key, value) in change.as_object().unwrap() {
        offer[key] = value.clone();
    }
    answer("200 OK", "", offer.to_string().as_bytes())
}

async fn begin_out(owner: &Person) -> String {
    owner.post(OUT, &json!({})).await.ok::<MoveBegun>().code
}

async fn out(owner: &Person) -> MoveOut {
    owner.get(OUT).await.ok()
}

/// What `owner`'s box packed is there to be fetched.
async fn packed(owner: &Person) -> MoveOut {
    let wait = async {
        loop {
            let now = out(owner).await;
            if now.stage != MoveOutStage::Packing {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let now = tokio::time::timeout(LOCKED_PATIENCE, wait).await.expect("it is packed");
    assert_eq!((now.stage, now.failed), (MoveOutStage::Open, None));
    now
}

async fn ask(fresh: &House, method: Method, body: Option<serde_json::Value>) -> Reply {
    let request = fresh.door.request(method, "/api/v1/move").header("claim-code", fresh.claim_code());
    Reply::of(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

async fn begin_in(fresh: &House, from: SocketAddr, code: &str) -> Reply {
    ask(fresh, Method::POST, Some(json!({"address": format!("http://{from}"), "code": code}))).await
}

async fn stage(fresh: &House, wanted: MoveInStage) -> MoveIn {
    let wait = async {
        loop {
            let now: MoveIn = ask(fresh, Method::GET, None).await.ok();
            if now.stage == wanted {
                return now;
            }
            assert_ne!(now.stage, MoveInStage::Failed, "{now:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LOCKED_PATIENCE, wait).await.unwrap_or_else(|_| panic!("never {wanted:?}"))
}

fn left_behind(fresh: &House) -> bool {
    ["incoming-move", "restored"].iter().any(|name| fresh.folder().join(name).exists())
}

#[tokio::test]
async fn a_house_moves_over_a_line_that_breaks_while_both_boxes_are_switched_off_in_between() {
    const SECRET: &str = "the key is under the mat";
    let (mut old, owner, alice, bob) = House::with_two().await;
    let hall = old.hall(&alice).await;
    alice.say(hall, "1", SECRET).await;
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let file: File = bob.upload(hall, "holiday.bin", bytes.clone()).await.ok();
    bob.message(hall, &json!({"client_id": "f", "text": "look", "files": [file.id]})).await.done();
    let id = old.door.get("/api/v1/box").await.ok::<BoxInfo>().id;

    let code = begin_out(&owner).await;
    let line = Line::to(&old).await;
    line.let_through(1_000_000);
    let mut new = House::fresh().await;
    // Typed while it is still packed, or after; both are fine.
    let begun: MoveIn = begin_in(&new, line.address, &code.to_lowercase()).await.ok();
    assert_eq!(begun.address, line.address.to_string());
    let broken = stage(&new, MoveInStage::Broken).await;
    assert!((500_000..1_000_000).contains(&broken.done_bytes) && broken.name == "Rose Court", "{broken:?}");
    // The chat goes on meanwhile, and both are switched off.
    alice.say(hall, "2", "said after it was packed").await;
    old.restart().await;
    line.leads_to(&old);
    new.restart().await;
    line.let_through(usize::MAX);
    stage(&new, MoveInStage::Ready).await;
    let now = out(&owner).await;
    assert_eq!((now.stage, now.done_bytes), (MoveOutStage::Arrived, broken.total_bytes));
    assert!(line.carried() < bytes.len() + 600_000, "{} bytes: what had come did not come again", line.carried());
    let raw: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    {
        let shared = line.shared.lock().unwrap();
        for secret in [SECRET.as_bytes(), code.as_bytes(), raw.as_bytes(), &bytes[..64], b"imbox-backup-1"] {
            assert!(!shared.seen.windows(secret.len()).any(|part| part == secret), "it can be overheard");
        }
    }
    new.restart().await;
    for person in [&owner, &alice, &bob] {
        let same = Person { door: new.door.clone(), ..person.clone() };
        let me: Me = same.get("/api/v1/me").await.ok();
        assert_eq!((me.user.id, me.device), (person.id, person.device), "still signed in");
    }
    let there = Person { door: new.door.clone(), ..alice.clone() };
    let events = serde_json::to_string(&there.events(hall, "limit=50").await.events).unwrap();
    assert!(events.contains(SECRET) && !events.contains("said after"));
    assert_eq!(there.get(&format!("/api/v1/files/{}", file.id)).await.body, bytes);
    let info: BoxInfo = new.door.get("/api/v1/box").await.ok();
    assert_eq!((info.state, info.id), (BoxState::Claimed, id));
    assert!(!left_behind(&new), "the code and what came are gone");
    // The old one is as it was, and what was packed is gone.
    alice.say(hall, "3", "and it goes on").await;
    assert!(!old.folder().join("moving/backup.tar.age").exists());
    assert_eq!(owner.acts().await, ["move.begin", "move.arrived"]);
    old.stop().await;
    new.stop().await;
}

#[tokio::test]
async fn a_code_is_good_for_an_hour_from_when_it_was_last_used_until_it_is_taken_back() {
    let (old, owner) = House::owned().await;
    let code = begin_out(&owner).await;
    let size = packed(&owner).await.total_bytes;
    let new = House::fresh().await;
    let at = old.door.address();
    begin_in(&new, at, "AAAA-AAAA-AAAA-AAAA-AAAA").await.refused(ErrorCode::MoveWrongCode);
    begin_in(&new, at, "").await.refused(ErrorCode::MoveWrongCode);
    for _ in 0..2 {
        // Asked in time, it is another hour.
        old.pass(HOUR - 1);
        let token = blake3::derive_key(
            "imbox 2026-11 the token with which a box asks for what it takes over",
            code.replace('-', "").as_bytes(),
        );
        let request = old.door.request(Method::GET, "/api/v1/move/offer");
        let offer: imd::wire::MoveOffer =
            Reply::of(request.header("move-token", blake3::Hash::from_bytes(token).to_hex().as_str())).await.ok();
        assert_eq!(offer.size, size);
    }
    old.pass(HOUR);
    begin_in(&new, at, &code).await.refused(ErrorCode::MoveExpired);
    assert_eq!(out(&owner).await.stage, MoveOutStage::Expired);
    assert!(!old.folder().join("moving/backup.tar.age").exists(), "its room is free again");
    let other = begin_out(&owner).await;
    packed(&owner).await;
    begin_in(&new, at, &code).await.refused(ErrorCode::MoveWrongCode);
    owner.delete(OUT).await.done();
    assert_eq!(owner.acts().await.pop().as_deref(), Some("move.revoke"));
    assert_eq!(out(&owner).await.stage, MoveOutStage::None);
    begin_in(&new, at, &other).await.refused(ErrorCode::MoveWrongCode);
    assert!(!old.folder().join("moving").exists() && !left_behind(&new));
    old.stop().await;
    new.stop().await;
}

#[tokio::test]
async fn codes_cannot_be_tried_without_end() {
    let (old, _) = House::owned_with(|config| config.limits.sign_ins_per_minute_per_address = 10).await;
    let mut tries = 0;
    loop {
        let reply = old.door.get("/api/v1/move/offer").await;
        if reply.status == 429 {
            break;
        }
        reply.refused(ErrorCode::MoveWrongCode);
        tries += 1;
        assert!(tries <= 10);
    }
    old.stop().await;
}

/// Whoever stands before a fresh box could look through it at what else answers in the network.
#[tokio::test]
async fn a_fresh_box_asks_only_neighbours_for_its_holder_and_tells_nothing_of_what_else_answers() {
    let (old, owner) = House::owned().await;
    let code = begin_out(&owner).await;
    packed(&owner).await;
    let line = Line::to(&old).await;
    let new = House::fresh().await;
    let order = json!({"address": line.address.to_string(), "code": code});
    let request = new.door.request(Method::POST, "/api/v1/move").header("claim-code", "AAAA-AAAA").json(&order);
    Reply::of(request).await.refused(ErrorCode::WrongClaimCode);
    new.door.post("/api/v1/move", &order).await.refused(ErrorCode::WrongClaimCode);
    for method in [Method::GET, Method::DELETE] {
        Reply::of(new.door.request(method, "/api/v1/move")).await.refused(ErrorCode::WrongClaimCode);
    }
    // A box that others reach keeps away from what is on its own loopback.
    let reached = House::fresh_with(|config| config.listen = vec![SocketAddr::from(([0, 0, 0, 0], 0))]).await;
    begin_in(&reached, line.address, &code).await.refused(ErrorCode::MoveAddress);
    assert_eq!(line.shared.lock().unwrap().calls, 0, "nothing was asked");
    reached.stop().await;

    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let elsewhere = format!("location: http://{}/api/v1/move/offer\r\n", line.address);
    let mut told = vec![begin_in(&new, closed, &code).await.body];
    for said in [
        answer("200 OK", "", b"<h1>Router</h1>"),
        answer("401 Unauthorized", "", b"{\"error\":{\"code\":\"wrong_password\",\"message\":\"x.\"}}"),
        answer("302 Found", &elsewhere, b""),
        answer("200 OK", "", &vec![b' '; 20 << 10]),
        offer(&json!({"tag": "../../x"})),
        offer(&json!({"tag": ""})),
        offer(&json!({"size": 0})),
        b"SSH-2.0-OpenSSH\r\n".to_vec(),
        Vec::new(),
    ] {
        let (at, task) = stranger(move |_| said.clone()).await;
        let reply = begin_in(&new, at, &code).await;
        reply.refused(ErrorCode::MoveUnreachable);
        told.push(reply.body);
        task.abort();
    }
    assert!(told.iter().all(|body| *body == told[0]), "one answer for all of them");
    assert_eq!(line.shared.lock().unwrap().calls, 0, "no redirect was followed");
    for (change, code) in [
        (json!({"layout": 999, "min_program": 999}), ErrorCode::BackupNewer),
        (json!({"size": 1_u64 << 60}), ErrorCode::DiskFull),
    ] {
        let (at, task) = stranger(move |_| offer(&change)).await;
        begin_in(&new, at, "x").await.refused(code);
        task.abort();
    }
    assert!(!left_behind(&new));
    old.stop().await;
    new.stop().await;
}

/// Who overhears the token could answer in the old box's place, with a box of their own.
#[tokio::test]
async fn what_was_not_locked_with_the_code_is_not_taken() {
    let (old, owner, alice, _) = House::with_two().await;
    owner.post("/api/v1/admin/backups", &json!({})).await.done();
    let wait = async {
        loop {
            let now: imd::wire::BackupState = owner.get("/api/v1/admin/backups").await.ok();
            if let Some(made) = now.backups.first() {
                return made.name.clone();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let name = tokio::time::timeout(crate::PATIENCE, wait).await.unwrap();
    let theirs = owner.get(&format!("/api/v1/admin/backups/{name}")).await.body;
    drop(alice);
    old.stop().await;
    let new = House::fresh().await;
    let (at, task) = stranger(move |path| {
        let size = theirs.len();
        match path {
            "/api/v1/move/offer" => offer(&json!({"size": size})),
            _ => answer("206 Partial Content", &format!("content-range: bytes 0-{}/{size}\r\n", size - 1), &theirs),
        }
    })
    .await;
    begin_in(&new, at, "AAAA-AAAA-AAAA-AAAA-AAAA").await.done();
    let ended = async {
        loop {
            let now: MoveIn = ask(&new, Method::GET, None).await.ok();
            if now.stage == MoveInStage::Failed {
                return now;
            }
            assert_ne!(now.stage, MoveInStage::Ready);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let ended = tokio::time::timeout(crate::PATIENCE, ended).await.unwrap();
    assert_eq!(ended.failed, Some(ErrorCode::BackupDamaged));
    assert!(!left_behind(&new));
    assert_eq!(new.door.get("/api/v1/box").await.ok::<BoxInfo>().state, BoxState::Fresh);
    task.abort();
    new.stop().await;
}

#[tokio::test]
async fn a_move_is_broken_off_or_gives_way_to_who_sets_the_box_up() {
    let (old, owner) = House::owned().await;
    let code = begin_out(&owner).await;
    packed(&owner).await;
    let line = Line::to(&old).await;
    let new = House::fresh().await;
    for claimed in [false, true] {
        line.let_through(2_000);
        begin_in(&new, line.address, &code).await.done();
        stage(&new, MoveInStage::Broken).await;
        begin_in(&new, line.address, &code).await.refused(ErrorCode::BackupRunning);
        let restore = new.door.request(Method::POST, "/api/v1/restore").header("claim-code", new.claim_code());
        Reply::of(restore.body(vec![1])).await.refused(ErrorCode::BackupRunning);
        if claimed {
            new.claim().await;
        } else {
            assert_eq!(ask(&new, Method::DELETE, None).await.ok::<MoveIn>().stage, MoveInStage::None);
        }
        until("what came is gone", || !left_behind(&new)).await;
    }
    ask(&new, Method::GET, None).await.refused(ErrorCode::AlreadyClaimed);
    begin_in(&new, line.address, &code).await.refused(ErrorCode::AlreadyClaimed);
    old.stop().await;
    new.stop().await;
}
