//! Files into the box. Were these to fail, a file would arrive broken, fill the disk, or take another's place.

use std::time::Duration;

use imd::wire::{ErrorCode, File};
use reqwest::{Body, Method};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::door::Reply;
use crate::house::{House, until};

/// A body that comes in pieces and does not say how long it is.
fn pieces(pieces: Vec<Vec<u8>>) -> Body {
    Body::wrap_stream(futures_util::stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>)))
}

/// Bytes that no two places have alike.
fn noise(len: usize) -> Vec<u8> {
    (0..len as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// Stored files below `blobs/`.
fn stored(house: &House) -> usize {
    let folders = std::fs::read_dir(house.folder().join("blobs")).unwrap();
    folders.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
}

fn under_way(house: &House) -> usize {
    std::fs::read_dir(house.folder().join("incoming")).unwrap().count()
}

#[tokio::test]
async fn a_file_comes_out_as_it_went_in() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    for (n, content) in [Vec::new(), b"x".to_vec(), noise(3 << 20)].into_iter().enumerate() {
        let uploaded = alice.upload(hall, &format!("{n}.bin"), content.clone()).await;
        assert_eq!(uploaded.status, 201);
        let file: File = uploaded.ok();
        assert_eq!((file.size, file.blake3), (content.len() as u64, blake3::hash(&content).to_string()));
        alice.message(hall, &json!({"client_id": n.to_string(), "files": [file.id]})).await.done();
        assert_eq!(bob.get(&format!("/api/v1/files/{}", file.id)).await.body, content);
    }
    let chunked: File =
        alice.upload(hall, "chunked", pieces(vec![noise(100_000), noise(1), noise(300_000)])).await.ok();
    assert_eq!(chunked.size, 400_001);
    house.stop().await;
}

#[tokio::test]
async fn a_name_is_only_a_name() {
    let (house, _, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    for name in [
        "../../etc/passwd",
        "..\\..\\windows\\system32\\cmd.exe",
        "/etc/shadow",
        "a\u{0}b\r\nSet-Cookie: x=1\u{7}",
        "photo\u{202e}gpj.exe",
        &"🙂".repeat(300),
        "..",
        "",
        "  ",
        "CON",
        "\"; filename=\"evil.html",
        "名片 (1).pdf",
    ] {
        let file: File = alice.upload(hall, name, "content").await.ok();
        let kept = &file.name;
        assert!(!kept.is_empty() && kept.len() <= 255 && kept != ".." && kept != ".", "{name:?} → {kept:?}");
        assert!(!kept.contains(['/', '\\', '\u{202e}']) && !kept.chars().any(char::is_control), "{name:?} → {kept:?}");
        let got = alice.get(&format!("/api/v1/files/{}?download", file.id)).await;
        assert_eq!((got.status, got.body.as_slice()), (200, &b"content"[..]), "{name:?}");
        let disposition = got.header("content-disposition");
        assert!(disposition.starts_with("attachment; filename"), "{disposition}");
        assert_eq!(got.header("set-cookie"), "");
    }
    assert_eq!(stored(&house), 1, "one content, however it is called");
    let file: File = alice.upload(hall, "名片 (1).pdf", "%PDF-1.7").await.ok();
    assert_eq!(file.name, "名片 (1).pdf");
    house.stop().await;
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_and_nothing_of_it_is_kept() {
    let (house, owner) = House::owned_with(|config| config.limits.max_file_bytes = 100_000).await;
    let hall = house.hall(&owner).await;
    owner.upload(hall, "fits", noise(100_000)).await.done();
    let before = stored(&house);
    let announced = owner.upload(hall, "announced", noise(100_001)).await;
    announced.refused(ErrorCode::FileTooLarge);
    let chunked = owner.upload(hall, "chunked", pieces(vec![noise(60_000), noise(40_001)])).await;
    chunked.refused(ErrorCode::FileTooLarge);
    assert_eq!((stored(&house), under_way(&house)), (before, 0));
    house.stop().await;
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let (house, _, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let before = stored(&house);
    let mut line = tokio::net::TcpStream::connect(house.door.address()).await.unwrap();
    let head = format!(
        "POST /api/v1/rooms/{hall}/files?name=a HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Length: 1000000\r\n\r\n",
        house.door.address(),
        alice.token
    );
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(&noise(600_000)).await.unwrap();
    until("the upload is under way", || under_way(&house) == 1).await;
    drop(line);
    until("the upload is gone", || under_way(&house) == 0).await;
    assert_eq!(stored(&house), before);
    // What stands for it is not there either: the next id is given to a whole file.
    let file: File = alice.upload(hall, "b", noise(600_000)).await.ok();
    alice.message(hall, &json!({"client_id": "1", "files": [file.id]})).await.done();
    house.stop().await;
}

#[tokio::test]
async fn an_upload_that_stands_still_is_cut_off_and_leaves_nothing() {
    let (house, owner) = House::owned_with(|c| c.limits.upload_idle_timeout = Duration::from_millis(300)).await;
    let hall = house.hall(&owner).await;
    let mut line = tokio::net::TcpStream::connect(house.door.address()).await.unwrap();
    let head = format!(
        "POST /api/v1/rooms/{hall}/files?name=a HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Length: 1000\r\n\r\nhalf",
        house.door.address(),
        owner.token
    );
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(crate::PATIENCE, line.read_to_end(&mut answer)).await.expect("the box hangs up").unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("\"upload_interrupted\""), "{answer}");
    assert_eq!(under_way(&house), 0);
    house.stop().await;
}

#[tokio::test]
async fn one_content_in_two_rooms_belongs_to_each_alone() {
    let (house, owner, alice, bob) = House::with_two().await;
    let first = alice.make_room("group", "First", &[&bob]).await.id;
    let second = alice.make_room("group", "Second", &[&owner]).await.id;
    let content = noise(50_000);
    let mut ids = Vec::new();
    for room in [first, second] {
        let file: File = alice.upload(room, "same.bin", content.clone()).await.ok();
        alice.message(room, &json!({"client_id": room.to_string(), "files": [file.id]})).await.done();
        ids.push(file.id);
    }
    assert_eq!(stored(&house), 1);
    let get = async |person: &crate::person::Person, id: i64| person.get(&format!("/api/v1/files/{id}")).await;
    assert_eq!((get(&bob, ids[0]).await.status, get(&bob, ids[1]).await.status), (200, 404));
    assert_eq!((get(&owner, ids[0]).await.status, get(&owner, ids[1]).await.status), (404, 200));
    // Deleting one leaves the other, also after the sweeper came by.
    let seq = alice.room(first).await.last_seq;
    alice.delete(&format!("/api/v1/rooms/{first}/events/{seq}")).await.done();
    imd::actions::files::sweep::sweep_files(house.app().core()).await.unwrap();
    get(&bob, ids[0]).await.refused(ErrorCode::NotFound);
    assert_eq!(get(&owner, ids[1]).await.body, content);
    let seq = alice.room(second).await.last_seq;
    alice.delete(&format!("/api/v1/rooms/{second}/events/{seq}")).await.done();
    imd::actions::files::sweep::sweep_files(house.app().core()).await.unwrap();
    assert_eq!(stored(&house), 0, "and with the last one the bytes are gone");
    house.stop().await;
}

#[tokio::test]
async fn a_file_not_sent_yet_is_its_uploaders_alone() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let file: File = alice.upload(hall, "draft.txt", "not yet").await.ok();
    let path = format!("/api/v1/files/{}", file.id);
    alice.get(&path).await.done();
    for other in [&bob, &owner] {
        other.get(&path).await.refused(ErrorCode::NotFound);
    }
    alice.message(hall, &json!({"client_id": "1", "files": [file.id]})).await.done();
    bob.get(&path).await.done();
    house.stop().await;
}

#[tokio::test]
async fn files_stop_before_the_disk_is_full_and_words_go_on() {
    let (house, owner) = House::owned_with(|config| config.limits.free_space_reserve_bytes = u64::MAX / 2).await;
    let hall = house.hall(&owner).await;
    owner.upload(hall, "a", "a").await.refused(ErrorCode::DiskFull);
    owner.send(Method::PUT, "/api/v1/me/avatar", crate::pictures::png(8, 8)).await.refused(ErrorCode::DiskFull);
    owner.say(hall, "1", "words go on").await;
    let well = house.door.get("/healthz").await;
    assert_eq!(well.status, 503, "whoever watches the box learns of it");
    let health: imd::wire::Health = serde_json::from_slice(&well.body).unwrap();
    assert!(health.writer && health.writable && !health.space);
    house.stop().await;
}

#[tokio::test]
async fn an_upload_without_a_name_or_to_nowhere_is_told_so() {
    let (house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    let nameless = owner.request(Method::POST, &format!("/api/v1/rooms/{hall}/files")).body("x");
    assert!(!Reply::of(nameless).await.ok::<File>().name.is_empty());
    owner.upload(999, "a", "x").await.refused(ErrorCode::NotFound);
    house.stop().await;
}
