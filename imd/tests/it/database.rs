//! A database that another program holds, or that is not as it was left. Were these to fail, a message would be lost
//! without a word, or a damaged box would start and make it worse.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use imd::exit::{self, Exit};
use imd::wire::{DatabaseState, ErrorCode, Health};
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use crate::house::House;

fn hold(house: &House) -> Connection {
    let other = Connection::open(house.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

#[tokio::test]
async fn a_moment_locked_is_waited_out() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let other = hold(&house);
    let mut send = Box::pin(alice.say(hall, "1", "patience"));
    // Held for as long as somebody's backup program might.
    assert!(tokio::time::timeout(Duration::from_millis(300), &mut send).await.is_err(), "nothing is acknowledged");
    assert_eq!(bob.room(hall).await.unread, 0, "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    send.await;
    assert_eq!(bob.room(hall).await.unread, 1);
    house.stop().await;
}

/// Somebody takes `imd.db` off the card of a box that was shut down, and the last days are not in it.
#[tokio::test]
async fn a_box_that_was_stopped_leaves_everything_in_one_file() {
    let (house, alice) = House::owned().await;
    let hall = house.hall(&alice).await;
    alice.say(hall, "1", "in one file").await;
    let alone = TempDir::new().unwrap();
    house.app().store().close().await;
    std::fs::copy(house.database(), alone.path().join("imd.db")).unwrap();
    let said = "SELECT count(*) FROM events WHERE body LIKE '%in one file%'";
    let conn = Connection::open(alone.path().join("imd.db")).unwrap();
    assert_eq!(conn.query_row::<i64, _, _>(said, [], |row| row.get(0)).unwrap(), 1);
    house.stop().await;
}

#[tokio::test]
async fn locked_for_long_the_sender_is_told_and_may_send_again() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let other = hold(&house);
    let message = json!({"client_id": "1", "text": "is anybody there?"});
    let told = alice.message(hall, &message).await;
    told.refused(ErrorCode::Busy);
    assert!(!told.header("retry-after").is_empty());
    other.execute_batch("ROLLBACK").unwrap();
    alice.message(hall, &message).await.done();
    assert_eq!(bob.room(hall).await.unread, 1, "once");
    house.stop().await;
}

/// Starts the program on a folder that it should not start on.
fn start_on(folder: &Path) -> Output {
    let mut imd = Command::new(env!("CARGO_BIN_EXE_imd"));
    imd.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
    let mut child = imd.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It must end by itself; one that starts would print where it listens, and then we end it.
    let mut first = [0; 1];
    if child.stdout.take().unwrap().read(&mut first).unwrap() > 0 {
        child.kill().unwrap();
    }
    child.wait_with_output().unwrap()
}

#[track_caller]
fn refuses(folder: &Path, exit: Exit) -> String {
    let output = start_on(folder);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(exit.code.into()), "{message}");
    assert!(message.contains("imd.db") && message.trim_end().ends_with(exit.advice), "{message}");
    message
}

/// A folder with a database in which something was said.
pub async fn lived_in() -> TempDir {
    let folder = TempDir::new().unwrap();
    let house = House::fresh_in(TempDir::new().unwrap(), |_| {}).await;
    let owner = house.claim().await;
    let hall = house.hall(&owner).await;
    for n in 0..50 {
        owner.say(hall, &n.to_string(), &"worth keeping ".repeat(100)).await;
    }
    house.app().store().close().await;
    std::fs::copy(house.database(), folder.path().join("imd.db")).unwrap();
    house.stop().await;
    folder
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_told_and_left_alone() {
    let folder = lived_in().await;
    let path = folder.path().join("imd.db");
    let newer = Connection::open(&path).unwrap();
    newer.execute_batch("PRAGMA user_version = 1000").unwrap();
    newer.execute("UPDATE settings SET value = '999' WHERE key = 'min_program'", []).unwrap();
    drop(newer);
    let message = refuses(folder.path(), exit::DATABASE_NEWER);
    assert!(message.contains("1000"), "{message}");
    // One that says that this program still may is opened: the slot before an update must start.
    let allowed = Connection::open(&path).unwrap();
    allowed.execute("UPDATE settings SET value = '1' WHERE key = 'min_program'", []).unwrap();
    drop(allowed);
    let again = start_on(folder.path());
    assert_eq!(again.status.code(), None, "it started, and was ended by us");
}

#[tokio::test]
async fn a_card_that_lost_a_block_is_told_before_anyone_misses_what_is_gone() {
    let (mut house, owner) = House::owned().await;
    let health = async |house: &House| {
        let reply = house.door.get("/healthz").await;
        (reply.status, serde_json::from_slice::<Health>(&reply.body).unwrap())
    };
    let found = async |house: &House, wanted: DatabaseState| {
        let look = async {
            loop {
                let (status, health) = health(house).await;
                if health.database == wanted {
                    return (status, health);
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(crate::PATIENCE, look).await.expect("the look at the database ends")
    };
    assert_eq!(found(&house, DatabaseState::Sound).await.0, 200);
    house
        .restart_after(|database| {
            let conn = Connection::open(database).unwrap();
            let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'events_client'";
            let page: u32 = conn.query_row(sql, [], |row| row.get(0)).unwrap();
            let size: u32 = conn.query_row("PRAGMA page_size", [], |row| row.get(0)).unwrap();
            conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
            drop(conn);
            let mut file = std::fs::OpenOptions::new().write(true).open(database).unwrap();
            file.seek(SeekFrom::Start(u64::from((page - 1) * size))).unwrap();
            file.write_all(&[0xA5; 512]).unwrap();
        })
        .await;
    let (status, told) = found(&house, DatabaseState::Damaged).await;
    assert_eq!((status, told.status.as_str()), (503, "sick"));
    owner.get("/api/v1/me").await.done();
    house.stop().await;
}
