//! Files that come in parts. Were these to fail, a film sent over a weak Wi-Fi would begin anew at each break and never
//! arrive, or arrive broken.

use std::time::Duration;

use imd::wire::{ErrorCode, File, Upload};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::door::Reply;
use crate::house::{House, until};
use crate::person::Person;

const DAY_MS: i64 = 24 * 3_600_000;

/// Bytes that no two places have alike.
fn noise(len: usize) -> Vec<u8> {
    (0..len as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

async fn begin(person: &Person, room: i64, length: u64) -> Reply {
    let path = format!("/api/v1/uploads?room={room}&name=film.bin");
    let asked = person.request(Method::POST, &path).header("tus-resumable", "1.0.0");
    Reply::of(asked.header("upload-length", length)).await
}

fn part(person: &Person, upload: &str, at: u64) -> RequestBuilder {
    person
        .request(Method::PATCH, upload)
        .header("tus-resumable", "1.0.0")
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", at)
}

async fn send(person: &Person, upload: &str, at: u64, bytes: &[u8]) -> Reply {
    Reply::of(part(person, upload, at).body(bytes.to_vec())).await
}

/// How far the upload is, as a client that comes back asks.
async fn offset(person: &Person, upload: &str) -> u64 {
    let reply = Reply::of(person.request(Method::HEAD, upload).header("tus-resumable", "1.0.0")).await;
    assert_eq!((reply.status, reply.header("cache-control"), reply.body.len()), (200, "no-store", 0));
    reply.header("upload-offset").parse().unwrap()
}

/// Announces the whole rest, sends `bytes` of it, and holds the line.
async fn half(house: &House, person: &Person, upload: &str, at: u64, rest: u64, bytes: &[u8]) -> TcpStream {
    let mut line = TcpStream::connect(house.door.address()).await.unwrap();
    let head = format!(
        "PATCH {upload} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {at}\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: {rest}\r\n\r\n",
        house.door.address(),
        person.token
    );
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(bytes).await.unwrap();
    line
}

fn partials(house: &House) -> usize {
    std::fs::read_dir(house.folder().join("partial")).unwrap().count()
}

/// Bytes of uploads that are on the disk, whatever the daemon says of them.
fn arrived(house: &House) -> u64 {
    let files = std::fs::read_dir(house.folder().join("partial")).unwrap();
    files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

#[tokio::test]
async fn broken_off_anywhere_and_started_anew_it_arrives_whole() {
    let (mut house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    let content = noise(9 << 20);
    let len = content.len() as u64;
    let begun = begin(&owner, hall, len).await;
    assert_eq!((begun.status, begun.header("tus-resumable"), begun.header("upload-offset")), (201, "1.0.0", "0"));
    let upload = begun.header("location").to_owned();
    let mut at = 0;
    // Bytes sent before the line breaks: none, one, less and more than is written at once, more than is synced at once.
    for (round, bytes) in [0, 1, 1_000, 300_000, 8_500_000].into_iter().enumerate() {
        let line = half(&house, &owner, &upload, at, len - at, &content[at as usize..at as usize + bytes]).await;
        // Every second one is held open: who comes back by another way does not wait for the line that is dead.
        let _held = (round % 2 == 1).then_some(line);
        let now = offset(&owner, &upload).await;
        assert!((at..=at + bytes as u64).contains(&now), "{at} + {bytes} → {now}");
        at = now;
        if round == 3 {
            house.restart().await;
            // The line that was held open may have come to its turn only then.
            let after = offset(&owner, &upload).await;
            assert!((at..=at + bytes as u64).contains(&after), "a restart loses nothing of it: {at} → {after}");
            at = after;
        }
    }
    let last = send(&owner, &upload, at, &content[at as usize..]).await;
    assert_eq!((last.status, last.header("upload-offset")), (204, &*len.to_string()));
    let whole: Upload = owner.get(&upload).await.ok();
    let file: File = whole.file.unwrap();
    assert_eq!((file.size, file.blake3, &*file.name), (len, blake3::hash(&content).to_string(), "film.bin"));
    assert!(owner.get(&format!("/api/v1/files/{}", file.id)).await.body == content);
    // Asked again, it is the same file: the last answer may have been lost.
    send(&owner, &upload, len, b"").await.done();
    assert_eq!(owner.get(&upload).await.ok::<Upload>().file.unwrap().id, file.id);
    owner.message(hall, &json!({"client_id": "1", "files": [file.id]})).await.done();
    assert_eq!(partials(&house), 0);
    house.stop().await;
}

#[tokio::test]
async fn what_came_before_the_line_broke_is_not_sent_again() {
    let (house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    let content = noise(3 << 20);
    let upload = begin(&owner, hall, content.len() as u64).await.header("location").to_owned();
    let mut line = half(&house, &owner, &upload, 0, content.len() as u64, &content[..2 << 20]).await;
    until("most of it is there", || arrived(&house) >= 7 << 18).await;
    line.shutdown().await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(crate::PATIENCE, line.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert_eq!(offset(&owner, &upload).await, 2 << 20, "{answer}");
    send(&owner, &upload, 2 << 20, &content[2 << 20..]).await.done();
    assert_eq!(owner.get(&upload).await.ok::<Upload>().file.unwrap().blake3, blake3::hash(&content).to_string());
    house.stop().await;
}

#[tokio::test]
async fn who_is_in_the_middle_of_sending_does_not_hold_up_a_restart() {
    let (mut house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    let content = noise(3 << 20);
    let upload = begin(&owner, hall, content.len() as u64).await.header("location").to_owned();
    let _held = half(&house, &owner, &upload, 0, content.len() as u64, &content[..2 << 20]).await;
    until("it is sending", || arrived(&house) >= 7 << 18).await;
    house.restart().await;
    let at = offset(&owner, &upload).await;
    assert!((7 << 18..=2 << 20).contains(&at), "what came is not sent again: {at}");
    send(&owner, &upload, at, &content[at as usize..]).await.done();
    assert_eq!(owner.get(&upload).await.ok::<Upload>().file.unwrap().blake3, blake3::hash(&content).to_string());
    house.stop().await;
}

#[tokio::test]
async fn two_lines_at_once_do_not_mix_their_bytes() {
    let (house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    let content = noise(1 << 20);
    let upload = begin(&owner, hall, content.len() as u64).await.header("location").to_owned();
    let both = [0, 1].map(|_| send(&owner, &upload, 0, &content));
    let [one, two] = both;
    let (one, two) = tokio::join!(one, two);
    assert!([one.status, two.status].contains(&204) || offset(&owner, &upload).await < 1 << 20, "{one} {two}");
    let at = offset(&owner, &upload).await as usize;
    send(&owner, &upload, at as u64, &content[at..]).await.done();
    assert_eq!(owner.get(&upload).await.ok::<Upload>().file.unwrap().blake3, blake3::hash(&content).to_string());
    house.stop().await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_harms_nothing() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    begin(&alice, hall, u64::MAX).await.refused(ErrorCode::FileTooLarge);
    begin(&alice, 999, 10).await.refused(ErrorCode::NotFound);
    let unknown = alice.request(Method::POST, &format!("/api/v1/uploads?room={hall}"));
    Reply::of(unknown).await.refused(ErrorCode::BadRequest);
    let upload = begin(&alice, hall, 10).await.header("location").to_owned();
    send(&alice, &upload, 0, b"01234").await.done();
    for wrong in [0, 4, 6, 10, u64::MAX] {
        send(&alice, &upload, wrong, b"5").await.refused(ErrorCode::Conflict);
    }
    send(&alice, &upload, 5, b"567890").await.refused(ErrorCode::PayloadTooLarge);
    let untyped = alice.request(Method::PATCH, &upload).header("upload-offset", 5).body("56789");
    Reply::of(untyped).await.refused(ErrorCode::UnsupportedMediaType);
    let older = Reply::of(alice.request(Method::GET, &upload).header("tus-resumable", "0.2.2")).await;
    older.refused(ErrorCode::UnsupportedVersion);
    assert_eq!(older.header("tus-version"), "1.0.0");
    // Another's is as if it were not there.
    send(&bob, &upload, 5, b"56789").await.refused(ErrorCode::NotFound);
    bob.get(&upload).await.refused(ErrorCode::NotFound);
    bob.delete(&upload).await.refused(ErrorCode::NotFound);
    assert_eq!(offset(&alice, &upload).await, 5);
    send(&alice, &upload, 5, b"56789").await.done();
    let file = alice.get(&upload).await.ok::<Upload>().file.unwrap();
    assert_eq!(alice.get(&format!("/api/v1/files/{}", file.id)).await.body, b"0123456789");
    let empty: Upload = begin(&alice, hall, 0).await.ok();
    assert_eq!(empty.file.unwrap().size, 0, "nothing more is needed");
    let able = Reply::of(alice.request(Method::OPTIONS, "/api/v1/uploads")).await;
    assert_eq!((able.status, able.header("tus-extension")), (204, "creation,expiration,termination"));
    house.stop().await;
}

#[tokio::test]
async fn who_was_put_out_of_the_room_brings_nothing_in() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Gardeners", &[&bob]).await.id;
    let upload = begin(&bob, room, 2).await.header("location").to_owned();
    send(&bob, &upload, 0, b"a").await.done();
    alice.delete(&format!("/api/v1/rooms/{room}/members/{}", bob.id)).await.done();
    send(&bob, &upload, 1, b"b").await.refused(ErrorCode::NotFound);
    house.stop().await;
}

#[tokio::test]
async fn what_was_given_up_or_forgotten_leaves_nothing() {
    let (house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    let sweep = || imd::actions::files::sweep::sweep_files(house.app().core());
    let stored = || {
        let folders = std::fs::read_dir(house.folder().join("blobs")).unwrap();
        folders.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count()).sum::<usize>()
    };
    let given_up = begin(&owner, hall, 10).await.header("location").to_owned();
    send(&owner, &given_up, 0, b"01234").await.done();
    owner.delete(&given_up).await.done();
    owner.get(&given_up).await.refused(ErrorCode::NotFound);
    assert_eq!(partials(&house), 0);
    // Also one that is whole: whoever changes their mind before sending takes it back.
    let unsent = begin(&owner, hall, 1).await.header("location").to_owned();
    send(&owner, &unsent, 0, b"x").await.done();
    let file = owner.get(&unsent).await.ok::<Upload>().file.unwrap();
    owner.delete(&unsent).await.done();
    owner.get(&format!("/api/v1/files/{}", file.id)).await.refused(ErrorCode::NotFound);
    sweep().await.unwrap();
    assert_eq!(stored(), 0);
    // One that goes on lives on; one that nobody goes on with is forgotten.
    let slow = begin(&owner, hall, 10).await.header("location").to_owned();
    let forgotten = begin(&owner, hall, 10).await.header("location").to_owned();
    house.at(DAY_MS - 1);
    sweep().await.unwrap();
    send(&owner, &slow, 0, b"01234").await.done();
    house.at(2 * DAY_MS - 2);
    sweep().await.unwrap();
    owner.get(&forgotten).await.refused(ErrorCode::NotFound);
    assert_eq!((offset(&owner, &slow).await, partials(&house)), (5, 1));
    house.stop().await;
}

#[tokio::test]
async fn nobody_fills_the_box_with_what_they_never_send() {
    let (house, _, alice, bob) = {
        let (house, owner) = House::owned_with(|config| config.limits.max_file_bytes = 1_000).await;
        let alice = house.member(&owner, "Alice").await;
        let bob = house.member(&owner, "Bob").await;
        (house, owner, alice, bob)
    };
    let hall = house.hall(&alice).await;
    // By bytes: two of the largest, in parts or not.
    let first = begin(&alice, hall, 1_000).await.header("location").to_owned();
    let second: File = alice.upload(hall, "b", noise(1_000)).await.ok();
    begin(&alice, hall, 1).await.refused(ErrorCode::LimitReached);
    alice.upload(hall, "c", "x").await.refused(ErrorCode::LimitReached);
    begin(&bob, hall, 1_000).await.done();
    // What is sent counts no more, nor what is given up.
    alice.message(hall, &json!({"client_id": "1", "files": [second.id]})).await.done();
    begin(&alice, hall, 1_000).await.done();
    alice.delete(&first).await.done();
    // By number.
    for n in 0..199 {
        assert_eq!(begin(&alice, hall, 1).await.status, 201, "{n}");
    }
    begin(&alice, hall, 1).await.refused(ErrorCode::LimitReached);
    // And not for ever.
    house.at(DAY_MS + 1);
    imd::actions::files::sweep::sweep_files(house.app().core()).await.unwrap();
    begin(&alice, hall, 1).await.done();
    house.stop().await;
}

#[tokio::test]
async fn a_part_that_stands_still_is_ended_and_what_came_is_kept() {
    let (house, owner) = House::owned_with(|c| c.limits.upload_idle_timeout = Duration::from_millis(300)).await;
    let hall = house.hall(&owner).await;
    let upload = begin(&owner, hall, 1_000).await.header("location").to_owned();
    let mut line = half(&house, &owner, &upload, 0, 1_000, &[7; 400]).await;
    let mut answer = String::new();
    tokio::time::timeout(crate::PATIENCE, line.read_to_string(&mut answer)).await.expect("it hangs up").unwrap();
    assert!(answer.contains("\"upload_interrupted\""), "{answer}");
    assert_eq!(offset(&owner, &upload).await, 400);
    house.stop().await;
}

#[tokio::test]
async fn sweeping_does_not_wait_for_uploads_that_take_their_time() {
    let (house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    let file: File = owner.upload(hall, "a", "unneeded").await.ok();
    let receipt: imd::wire::SendReceipt =
        owner.message(hall, &json!({"client_id": "1", "files": [file.id]})).await.ok();
    owner.delete(&format!("/api/v1/rooms/{hall}/events/{}", receipt.seq)).await.done();
    // Someone is always uploading something.
    let upload = begin(&owner, hall, 1_000).await.header("location").to_owned();
    let slow = half(&house, &owner, &upload, 0, 1_000, &[7; 400]).await;
    let mut slower = TcpStream::connect(house.door.address()).await.unwrap();
    let head = format!(
        "POST /api/v1/rooms/{hall}/files?name=a HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Length: 1000\r\n\r\nx",
        house.door.address(),
        owner.token
    );
    slower.write_all(head.as_bytes()).await.unwrap();
    let incoming = || std::fs::read_dir(house.folder().join("incoming")).unwrap().count();
    until("both are under way", || incoming() == 1).await;
    imd::actions::files::sweep::sweep_files(house.app().core()).await.unwrap();
    let (folder, rest) = file.blake3.split_at(2);
    let unneeded = house.folder().join("blobs").join(folder).join(rest);
    assert!(!unneeded.exists(), "or a busy box would fill up with what was deleted");
    drop((slow, slower));
    until("it is gone", || incoming() == 0).await;
    house.stop().await;
}
