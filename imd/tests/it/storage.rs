//! What takes the space. Were these to fail, an admin would delete more than they were told, or not know what to delete;
//! or a box that was given away would still tell its new owner what the old ones said.

use imd::wire::{BoxInfo, BoxState, CleanedUp, ErrorCode, Event, EventBody, File, StorageReport};
use serde_json::json;

use crate::house::House;
use crate::person::Person;

const DAY: i64 = 24 * 3_600_000;

async fn send(person: &Person, room: i64, id: &str, bytes: usize) -> File {
    let file: File = person.upload(room, &format!("{id}.bin"), vec![bytes as u8; bytes]).await.ok();
    person.message(room, &json!({"client_id": id, "text": "", "files": [file.id]})).await.done();
    file
}

fn texts(events: &[Event]) -> Vec<&str> {
    events.iter().map(said).filter(|text| !text.is_empty()).collect()
}

fn said(event: &Event) -> &str {
    match &event.body {
        EventBody::Message { text, .. } => text,
        _ => "",
    }
}

#[tokio::test]
async fn what_takes_the_space_is_told_by_kind_room_and_person() {
    let (house, owner, alice, bob) = House::with_two().await;
    let club = alice.make_room("group", "Book Club", &[&bob]).await.id;
    send(&alice, club, "a", 1_000).await;
    send(&bob, club, "b", 500).await;
    let direct: imd::wire::Room = alice.post("/api/v1/direct", &json!({"user": bob.id})).await.ok();
    send(&alice, direct.id, "c", 200).await;
    let report: StorageReport = owner.get("/api/v1/admin/storage").await.ok();
    let shares = |shares: &[imd::wire::StorageShare]| -> Vec<_> {
        shares.iter().map(|share| (share.id, share.files, share.bytes)).collect()
    };
    assert_eq!(shares(&report.rooms), [(Some(club), 2, 1_500)]);
    assert_eq!(shares(&report.people), [(Some(alice.id), 2, 1_200), (Some(bob.id), 1, 500)]);
    assert_eq!((report.direct.files, report.direct.bytes), (1, 200));
    assert_eq!((report.kinds[0].name.as_str(), report.kinds[0].bytes), ("application", 1_700));
    assert_eq!(report.files_bytes, 1_700);
    assert!(report.database_bytes > 0 && report.total_bytes >= report.free_bytes);
    house.stop().await;
}

#[tokio::test]
async fn a_clean_up_takes_what_it_said_and_nothing_younger() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    alice.say(hall, "1", "long ago").await;
    let old = send(&alice, hall, "f", 1_000).await;
    house.at(40 * DAY);
    let kept = alice.say(hall, "2", "yesterday").await.seq;
    house.at(41 * DAY);
    let path = "/api/v1/admin/storage/clean-up";
    for wrong in [0, 36_501] {
        owner.post(path, &json!({"older_than_days": wrong})).await.refused(ErrorCode::InvalidSetting);
    }
    let check: CleanedUp = owner.post(path, &json!({"older_than_days": 30, "check": true})).await.ok();
    assert_eq!((check.files, check.bytes, check.events), (1, 1_000, kept - 1));
    assert!(texts(&bob.events(hall, "").await.events).contains(&"long ago"), "looking takes nothing");
    let elsewhere: CleanedUp = owner.post(path, &json!({"older_than_days": 30, "room": 999})).await.ok();
    assert_eq!(elsewhere.events, 0);
    let done: CleanedUp = owner.post(path, &json!({"older_than_days": 30})).await.ok();
    assert_eq!(done, check);
    let left = bob.events(hall, "").await;
    assert_eq!((texts(&left.events), left.events[0].seq), (vec!["yesterday"], kept));
    bob.get(&format!("/api/v1/files/{}", old.id)).await.refused(ErrorCode::NotFound);
    // Whoever was away is told where the log begins now, and the room goes on.
    let mut live = bob.live().await;
    live.say(hall, "and on").await;
    drop(live);
    let again: CleanedUp = owner.post(path, &json!({"older_than_days": 30})).await.ok();
    assert_eq!(again.events, 0);
    house.stop().await;
}

#[tokio::test]
async fn a_factory_reset_leaves_nothing_and_only_an_owner_who_means_it_gets_it() {
    let (mut house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    send(&alice, hall, "f", 1_000).await;
    let path = "/api/v1/admin/factory-reset";
    owner.post(path, &json!({"name": "Another"})).await.refused(ErrorCode::Conflict);
    owner.patch(&format!("/api/v1/users/{}", alice.id), &json!({"role": "admin"})).await.done();
    alice.with_password("alice's password").await;
    alice.post(path, &json!({"name": "Rose Court"})).await.refused(ErrorCode::Forbidden);
    let before: BoxInfo = house.door.get("/api/v1/box").await.ok();
    house.restart().await;
    let same: BoxInfo = house.door.get("/api/v1/box").await.ok();
    assert_eq!((same.state, same.id.as_str()), (BoxState::Claimed, before.id.as_str()));
    assert_eq!(same.id.len(), 32);

    owner.post("/api/v1/me/password/enter", &json!({"password": crate::house::OWNERS})).await.done();
    owner.post(path, &json!({"name": "Rose Court"})).await.done();
    house.restart().await;
    let info: BoxInfo = house.door.get("/api/v1/box").await.ok();
    assert_eq!((info.state, info.name.as_str()), (BoxState::Fresh, "imbox"));
    assert_ne!(info.id, before.id, "browsers must not take it for the box whose words they keep");
    owner.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    let folders = std::fs::read_dir(house.folder().join("blobs")).unwrap();
    let files: usize = folders.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count()).sum();
    assert_eq!(files, 0);
    house.claim().await;
    house.stop().await;
}
