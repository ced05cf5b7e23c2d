//! How many reports are kept, open or answered, beyond the rate at which one person may make them. Were this to fail,
//! somebody who reports everything would bury what others report, or reported texts would stay on the box for ever.

use super::*;
use crate::chat::{Seq, UserId};
use crate::store::{Act, Answered, Reported, StoreError, UnsentLimits};

const DAY_MS: i64 = 24 * 3_600_000;

/// A room with 21 messages by Ann, the `seq` of the last one, and Bob.
async fn talk(house: &House) -> (RoomId, u64, Caller) {
    let (ann, bob) = (house.member("Ann").await, house.member("Bob").await);
    let room = house.group(&ann, &[&bob]).await;
    for n in 0..21 {
        house.say(&ann, room, &n.to_string(), "words").await.unwrap();
    }
    let last = rooms::history::page(&house.core, &ann, room, rooms::history::Window::default()).await.unwrap().last_seq;
    (room, last, bob)
}

async fn report(house: &House, room: RoomId, seq: u64, by: UserId) -> Result<(), StoreError> {
    house.core.store.report(room, Seq(seq), by, String::new(), 0).await
}

/// Answers the newest open report.
async fn answer(house: &House, at: i64) {
    let owner = house.owner;
    let newest = house.core.store.reports(owner.user, Answered::NotYet, i64::MAX, 1).await.unwrap().remove(0);
    let act = Act { at, ..owner.act(&house.core, "report.answer", String::new(), String::new()) };
    house.core.store.close_report(newest.id, Reported::Stays, String::new(), act).await.unwrap();
}

async fn answered(house: &House) -> usize {
    house.core.store.reports(house.owner.user, Answered::Already, i64::MAX, 500).await.unwrap().len()
}

#[tokio::test]
async fn one_person_has_twenty_reports_waiting_and_others_are_heard_beside_them() {
    let house = House::new().await;
    let (room, last, bob) = talk(&house).await;
    for seq in last - 20..last {
        report(&house, room, seq, bob.user).await.unwrap();
    }
    assert!(matches!(report(&house, room, last, bob.user).await, Err(StoreError::LimitReached)));
    report(&house, room, last - 1, bob.user).await.unwrap();
    assert_eq!(house.core.store.open_reports(house.owner.user).await.unwrap(), 20, "the same again is the same one");
    report(&house, room, last, house.owner.user).await.unwrap();
    answer(&house, 0).await;
    answer(&house, 0).await;
    report(&house, room, last, bob.user).await.unwrap();
}

/// Somebody sends a file of this size, has it reported by a friend, and deletes it; returns whether it is kept for the
/// admins.
async fn kept(house: &House, client_id: &str, content: u8, size: u64) -> bool {
    let (room, owner) = (RoomId(1), house.owner);
    let file = crate::store::NewFile {
        room,
        uploader: owner.user,
        blake3: blake3::hash(&[content]).to_string(),
        name: "film.bin".to_owned(),
        media_type: "application/octet-stream".to_owned(),
        size,
        pixels: None,
        thumbnail: false,
    };
    let limits = UnsentLimits { count: 10, bytes: u64::MAX >> 2 };
    let file = house.core.store.add_file(file, limits, 0).await.unwrap();
    let message = crate::chat::NewMessage::check(client_id.to_owned(), String::new(), vec![file.id], None).unwrap();
    let sent = house.core.store.append_message(room, owner.user, owner.device, message, 0).await.unwrap();
    let seq = sent.await.unwrap().unwrap().seq;
    let friend = house.member("Friend").await;
    report(house, room, seq.0, friend.user).await.unwrap();
    let newest = house.core.store.reports(friend.user, Answered::NotYet, i64::MAX, 1).await.unwrap().remove(0);
    let in_use = house.core.store.blob_in_use(blake3::hash(&[content]).to_string()).await.unwrap();
    assert!(in_use, "the message stands");
    house.core.store.delete_message(room, seq, owner.user, 0).await.unwrap();
    let kept = newest.files[0].kept.is_some();
    let in_use = house.core.store.blob_in_use(blake3::hash(&[content]).to_string()).await.unwrap();
    assert_eq!(in_use, kept);
    kept
}

/// Were this to fail, two friends could fill the disk beyond every limit.
#[tokio::test]
async fn reports_keep_one_gibibyte_of_files() {
    let house = House::new().await;
    assert!(kept(&house, "a", 1, (1 << 30) - 1).await);
    assert!(!kept(&house, "b", 2, 2).await);
    assert!(kept(&house, "c", 3, 1).await);
    assert!(!kept(&house, "d", 4, 1).await);
    assert!(kept(&house, "e", 1, (1 << 30) - 1).await, "the same bytes are kept once");
}

#[tokio::test]
async fn answers_are_kept_for_ninety_days_and_two_hundred_of_them() {
    let house = House::new().await;
    let (room, last, bob) = talk(&house).await;
    for _ in 0..200 {
        // A message whose report was answered may be reported again.
        report(&house, room, last, bob.user).await.unwrap();
        answer(&house, 7).await;
    }
    assert_eq!(answered(&house).await, 200);
    report(&house, room, last, bob.user).await.unwrap();
    answer(&house, 8).await;
    assert_eq!(answered(&house).await, 200);
    house.core.store.forget_reports(90 * DAY_MS + 7).await.unwrap();
    assert_eq!(answered(&house).await, 200);
    house.core.store.forget_reports(90 * DAY_MS + 8).await.unwrap();
    assert_eq!(answered(&house).await, 1);
}
