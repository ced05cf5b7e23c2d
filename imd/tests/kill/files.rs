//! Files on their way to a disk and back while the daemon is killed, again and again. Were this to fail, somebody's photos would
//! be gone because a plug was pulled in the wrong moment.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use imd::wire::{File, FilesPlace, Room, SignedIn};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::daemon::Daemon;
use crate::{Chance, post, seed};

const KILLS: u64 = 16;
const FILES: u64 = 40;
/// One of them takes several pieces.
const LARGE: usize = 3 << 20;
/// So long files are on their way before the next kill, at most.
const MOMENT_US: u64 = 60_000;
const PASSWORD: &str = "correct horse battery";
const LIMIT: Duration = Duration::from_secs(150);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_file_is_lost_on_its_way_to_a_disk_and_back() {
    let seed = seed();
    tokio::time::timeout(LIMIT, kill_again_and_again(seed)).await.expect("the run ends in time");
}

async fn kill_again_and_again(seed: u64) {
    let mut chance = Chance(seed | 1);
    let folder = tempfile::tempdir().unwrap();
    let mut daemon = Daemon::start(folder.path());
    let code = daemon.claim_code.clone().expect("a fresh box has a claim code");
    let claim = json!({"code": code, "name": "Owner", "password": PASSWORD});
    let owner: SignedIn = post(daemon.address, "/claim", None, claim).await;
    let mut owner = Owner { token: owner.token.unwrap(), address: daemon.address };
    let rooms: Vec<Room> = owner.ask(Method::GET, "/rooms", None).await;
    let room = rooms.iter().find(|room| room.is_default).unwrap().id;
    let mut files = Vec::new();
    for number in 0..FILES {
        let size = if number == 0 { LARGE } else { chance.below(60_000) as usize };
        files.push(owner.upload(room, number, size).await);
    }
    for number in 0..KILLS {
        let disk = if chance.below(2) == 0 { json!("USB-0001") } else { Value::Null };
        owner.ask::<Value>(Method::POST, "/me/password/enter", Some(json!({"password": PASSWORD}))).await;
        owner.ask::<FilesPlace>(Method::PUT, "/admin/storage/place", Some(json!({"disk": disk}))).await;
        files.push(owner.upload(room, FILES + number, chance.below(60_000) as usize).await);
        tokio::time::sleep(Duration::from_micros(chance.below(MOMENT_US))).await;
        daemon.kill();
        if chance.below(4) == 0 {
            Daemon::kill_while_it_starts(folder.path(), Duration::from_micros(chance.below(MOMENT_US))).await;
        }
        daemon = Daemon::start(folder.path());
        owner.address = daemon.address;
        for file in &files {
            owner.reads(file).await;
        }
    }
    owner.ask::<Value>(Method::POST, "/me/password/enter", Some(json!({"password": PASSWORD}))).await;
    owner.ask::<FilesPlace>(Method::PUT, "/admin/storage/place", Some(json!({"disk": "USB-0001"}))).await;
    let data = folder.path().join("data");
    // Nothing is left behind on the card, and nothing that was cut off in either.
    while in_folder(&data, "blobs") > 0 || in_folder(&data, "incoming") > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let disk = data.join("imagined-usb/USB-0001/files");
    assert_eq!((in_folder(&disk, "blobs"), in_folder(&disk, "incoming")), (files.len(), 0));
    for file in &files {
        owner.reads(file).await;
    }
    daemon.kill();
}

/// Files below a folder, and one folder deeper.
fn in_folder(root: &Path, name: &str) -> usize {
    let below = |folder: &Path| -> Vec<_> { std::fs::read_dir(folder).into_iter().flatten().flatten().collect() };
    let inner = |path: &Path| if path.is_dir() { below(path).len() } else { 1 };
    below(&root.join(name)).iter().map(|entry| inner(&entry.path())).sum()
}

struct Owner {
    token: String,
    address: SocketAddr,
}

/// A file that was answered as stored.
struct Stored {
    id: i64,
    number: u64,
    size: usize,
}

/// No two are alike.
fn content(number: u64, size: usize) -> Vec<u8> {
    let mut content = vec![0; size];
    blake3::Hasher::new().update(&number.to_le_bytes()).finalize_xof().fill(&mut content);
    content.extend(number.to_le_bytes());
    content
}

impl Owner {
    async fn ask<T: DeserializeOwned>(&self, method: Method, path: &str, body: Option<Value>) -> T {
        let request = reqwest::Client::new().request(method, format!("http://{}/api/v1{path}", self.address));
        let request = request.bearer_auth(&self.token);
        let answer = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = answer.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        let text = if text.is_empty() { "null" } else { &text };
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{path}: {error} in {text}"))
    }

    async fn upload(&self, room: i64, number: u64, size: usize) -> Stored {
        let url = format!("http://{}/api/v1/rooms/{room}/files?name={number}.bin", self.address);
        let sent = reqwest::Client::new().post(url).bearer_auth(&self.token).body(content(number, size));
        let answer = sent.send().await.unwrap();
        assert!(answer.status().is_success(), "{number}: {}", answer.status());
        let file: File = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        Stored { id: file.id, number, size }
    }

    async fn reads(&self, file: &Stored) {
        let url = format!("http://{}/api/v1/files/{}", self.address, file.id);
        let answer = reqwest::Client::new().get(url).bearer_auth(&self.token).send().await.unwrap();
        assert_eq!(answer.status(), 200, "file {}", file.number);
        assert!(answer.bytes().await.unwrap() == content(file.number, file.size), "file {} is whole", file.number);
    }
}
