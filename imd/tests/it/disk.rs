//! A disk that is full, or refuses to be written. Were these to fail, a full card would stop the chat for good, or lose
//! what was acknowledged.
//!
//! Each runs on a small disk of its own, in a mount namespace that goes away with it.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use imd::wire::{ErrorCode, EventBody, File, Health};
use serde_json::json;
use tempfile::TempDir;

use crate::house::{House, until};
use crate::person::Person;

/// Runs the ignored test `name` of this program in an empty folder that is a disk of 12 MiB, where it may mount others.
pub fn on_a_small_disk(name: &str) {
    let folder = TempDir::new().unwrap();
    let script =
        "mount -t tmpfs -o size=12m small \"$1\" && cd \"$1\" && exec \"$2\" --exact --ignored --nocapture \"$3\"";
    let told = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(folder.path())
        .arg(std::env::current_exe().unwrap())
        .arg(name)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&told.stderr));
}

/// Takes all the space there is.
pub fn fill(ballast: &Path) {
    let mut file = std::fs::File::create(ballast).unwrap();
    for size in [1 << 16, 1 << 10, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

async fn said(person: &Person, room: i64, after: u64) -> Vec<(u64, String)> {
    let mut said = Vec::new();
    let mut after = after;
    loop {
        let page = person.events(room, &format!("after={after}&limit=200")).await;
        let Some(last) = page.events.last() else { return said };
        after = last.seq;
        said.extend(page.events.into_iter().map(|event| match event.body {
            EventBody::Message { client_id, .. } => (event.seq, client_id.unwrap()),
            other => panic!("{other:?}"),
        }));
    }
}

#[test]
fn a_full_disk_refuses_clearly_reads_on_and_takes_up_again() {
    on_a_small_disk("disk::full");
}

#[tokio::test]
#[ignore = "fills the disk it is started on; run by the test above"]
async fn full() {
    let root = std::env::current_dir().unwrap();
    let mut house = House::fresh_in(TempDir::new_in(&root).unwrap(), |_| {}).await;
    let owner = house.claim().await;
    let hall = house.hall(&owner).await;
    let begin = owner.room(hall).await.last_seq;
    let file: File = owner.upload(hall, "kept.txt", "kept").await.ok();
    let mut line = owner.live().await;
    until("there is ballast", || house.folder().join("ballast").exists()).await;
    let films = root.join("films");
    fill(&films);

    let mut acked = Vec::new();
    let long = "字".repeat(8_000);
    let refused = loop {
        let client_id = format!("m{}", acked.len());
        let reply = owner.message(hall, &json!({"client_id": client_id, "text": long})).await;
        if reply.status != 200 {
            break reply;
        }
        acked.push((reply.ok::<imd::wire::SendReceipt>().seq, client_id));
        assert!(acked.len() < 500, "the disk is full and messages still go in");
    };
    refused.refused(ErrorCode::DiskFull);
    assert!(!refused.header("retry-after").is_empty());
    for n in 0..20 {
        let frame = json!({"t": "send", "client_id": format!("late-{n}"), "room": hall, "text": long});
        line.tell(&frame).await;
        assert_eq!(line.answer(&format!("late-{n}")).await, Err(ErrorCode::DiskFull));
    }
    owner.upload(hall, "b.txt", "more").await.refused(ErrorCode::DiskFull);
    assert_eq!(said(&owner, hall, begin).await, acked, "all that was acknowledged, and nothing that was not");
    assert_eq!(owner.get(&format!("/api/v1/files/{}", file.id)).await.body, b"kept");
    owner.connect().await.hello(&[(hall, begin)]).await;
    let health: Health = serde_json::from_slice(&house.door.get("/healthz").await.body).unwrap();
    assert_eq!((health.status.as_str(), health.writer, health.writable), ("sick", true, false));
    assert!(!health.read_only, "it is full, and nothing else");
    drop(line);

    // A box that is switched off and on again with a full disk must still be there.
    house.restart().await;
    assert_eq!(said(&owner, hall, begin).await, acked);
    assert!(house.folder().join("ballast").exists(), "it is kept for when it is needed");

    // And one whose power was cut: its shared memory was never on the disk.
    house
        .restart_after(|database| {
            let memory = database.with_extension("db-shm");
            std::fs::write(&memory, "").unwrap();
            fill(&root.join("more-films"));
        })
        .await;
    assert_eq!(said(&owner, hall, begin).await, acked);

    std::fs::remove_file(&films).unwrap();
    for n in 0..20 {
        let client_id = format!("late-{n}");
        let receipt = owner.say(hall, &client_id, "there is space again").await;
        acked.push((receipt.seq, client_id));
    }
    let seqs: Vec<u64> = acked.iter().map(|(seq, _)| *seq).collect();
    assert!(seqs.iter().copied().eq(begin + 1..=begin + acked.len() as u64), "without a gap: {seqs:?}");
    assert_eq!(said(&owner, hall, begin).await, acked);
    owner.upload(hall, "b.txt", "more").await.done();
    let database = house.database();
    let sound = rusqlite::Connection::open(database).unwrap();
    let sound: String = sound.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    house.stop().await;
}

#[test]
fn a_folder_that_turns_read_only_refuses_files_clearly_and_the_chat_goes_on() {
    on_a_small_disk("disk::read_only");
}

#[tokio::test]
#[ignore = "mounts; run by the test above"]
async fn read_only() {
    let root = std::env::current_dir().unwrap();
    let house = House::fresh_in(TempDir::new_in(&root).unwrap(), |_| {}).await;
    let owner = house.claim().await;
    let hall = house.hall(&owner).await;
    let file: File = owner.upload(hall, "kept.txt", "kept").await.ok();
    let incoming = house.folder().join("incoming");
    let run = |program: &str, arguments: &[&str]| {
        let done = Command::new(program).args(arguments).arg(&incoming).status().unwrap();
        assert!(done.success(), "{program} {arguments:?}");
    };
    run("mount", &["--bind", incoming.to_str().unwrap()]);
    run("mount", &["-o", "remount,bind,ro"]);
    owner.upload(hall, "b.txt", "more").await.refused(ErrorCode::DiskReadOnly);
    let picture = crate::pictures::png(8, 8);
    owner.send(reqwest::Method::PUT, "/api/v1/me/avatar", picture).await.refused(ErrorCode::DiskReadOnly);
    assert_eq!(owner.get(&format!("/api/v1/files/{}", file.id)).await.body, b"kept");
    owner.say(hall, "1", "words go on").await;
    run("umount", &[]);
    owner.upload(hall, "b.txt", "more").await.done();
    house.stop().await;
}
