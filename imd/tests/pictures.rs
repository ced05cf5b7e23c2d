//! Pictures that were made to break what decodes them, sent to the real daemon.
//!
//! If this fails, a guest with a small file ends everybody's connection, or fills the memory of a small board.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(unreachable_pub, dead_code, reason = "one harness for several tests")]

#[path = "pictures/corpus.rs"]
mod corpus;
#[path = "kill/daemon.rs"]
mod daemon;

use std::process::{Command, Stdio};

use daemon::Daemon;
use serde_json::{Value, json};

/// What any picture may make the daemon itself take, in KiB.
const MAY_TAKE: u64 = 16 << 10;

/// Somebody who came in by the open door.
struct Guest {
    http: reqwest::Client,
    base: String,
    token: String,
    room: i64,
}

impl Guest {
    async fn comes(daemon: &Daemon) -> Self {
        let (http, base) = (reqwest::Client::new(), format!("http://{}", daemon.address));
        let claim =
            json!({"code": daemon.claim_code, "name": "Olga", "box_name": "Rose Court", "password": "olga's password"});
        let post = async |path: &str, body: &Value| -> Value {
            let answer =
                http.post(format!("{base}{path}")).json(body).header("Accept-Token", "true").send().await.unwrap();
            assert!(answer.status().is_success(), "{path}: {}", answer.status());
            answer.json().await.unwrap()
        };
        post("/api/v1/claim", &claim).await;
        let joined = post("/api/v1/join", &json!({"name": "Gus"})).await;
        let token = joined["token"].as_str().unwrap().to_owned();
        let rooms = http.get(format!("{base}/api/v1/rooms")).bearer_auth(&token).send().await.unwrap();
        let rooms: Value = rooms.json().await.unwrap();
        Self { room: rooms[0]["id"].as_i64().unwrap(), http, base, token }
    }

    /// A file, and what the box says of it.
    async fn sends(&self, name: &str, file: Vec<u8>) -> Value {
        let url = format!("{}/api/v1/rooms/{}/files?name={name}", self.base, self.room);
        let answer = self.http.post(url).bearer_auth(&self.token).body(file).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{name}");
        answer.json().await.unwrap()
    }

    async fn puts_as_avatar(&self, file: Vec<u8>) -> reqwest::StatusCode {
        let put = self.http.put(format!("{}/api/v1/me/avatar", self.base)).bearer_auth(&self.token);
        put.body(file).send().await.unwrap().status()
    }
}

/// The most memory that the process has held so far, in KiB.
fn peak(daemon: &Daemon) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap()
}

/// The daemon would be ended by a 48 KB file, and with it everybody's connection.
#[tokio::test]
async fn no_picture_takes_more_than_its_own_thumbnail() {
    let folder = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(folder.path());
    let guest = Guest::comes(&daemon).await;
    // What sending files takes at all is no picture's fault.
    guest.sends("plain.bin", vec![7; 4 << 20]).await;
    let photo = guest.sends("photo.png", corpus::grey(7_000, 7_000)).await;
    assert_eq!((photo["width"].as_u64(), photo["thumbnail"].as_bool()), (Some(7_000), Some(true)), "{photo}");
    let before = peak(&daemon);
    let strip = corpus::grey(50_000_000, 1);
    assert!(strip.len() < 64 << 10, "small to send");
    for file in [strip.clone(), corpus::grey(25_000_000, 2), corpus::grey(760, 65_535)] {
        guest.sends("strip.png", file).await;
    }
    assert_eq!(guest.puts_as_avatar(strip).await, 400);
    for (name, file) in corpus::headers() {
        guest.sends(&name, file).await;
    }
    let taken = peak(&daemon) - before;
    assert!(taken <= MAY_TAKE, "the daemon took {taken} KiB");
    let still = guest.sends("photo.png", corpus::grey(100, 50)).await;
    assert_eq!(still["thumbnail"], true, "thumbnails are made as before: {still}");
    daemon.kill();
}

/// A decoder that was taken over could read the database beside it, or write over it.
#[test]
fn a_picture_is_decoded_where_nothing_else_can_be_reached() {
    let folder = tempfile::tempdir().unwrap();
    let run = |task: &str, limits: [&str; 3], file: &[u8]| {
        let path = folder.path().join("picture");
        std::fs::write(&path, file).unwrap();
        Command::new(env!("CARGO_BIN_EXE_imd"))
            .args(["picture", task, "64"])
            .args(limits)
            .stdin(std::fs::File::open(&path).unwrap())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
            .unwrap()
    };
    let picture = corpus::grey(640, 320);
    let done = run("thumbnail", ["1000000", "1000000", "10000000"], &picture);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let (sides, jpeg) = done.stdout.split_at(8);
    assert_eq!(sides, [0, 0, 2, 128, 0, 0, 1, 64]);
    assert_eq!(image::load_from_memory(jpeg).unwrap().into_rgb8().dimensions(), (64, 32));
    for refused in [["100", "1000000", "10000000"], ["1000000", "204799", "10000000"], ["1000000", "1000000", "200000"]]
    {
        let done = run("square", refused, &picture);
        assert_eq!((done.status.code(), done.stdout.len()), (Some(1), 0), "{refused:?}");
        assert!(!done.stderr.is_empty(), "{refused:?}");
    }
}
