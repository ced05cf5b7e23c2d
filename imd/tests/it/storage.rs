//! What takes the space. Were these to fail, an admin would delete more than they were told, or not know what to delete;
//! or a box that was given away would still tell its new owner what the old ones said.

use imd::wire::{AuditPage, BoxInfo, BoxState, CleanedUp, ErrorCode, Event, EventBody, File, SetAside, StorageReport};
use serde_json::json;

use crate::house::House;
use crate::person::Person;

const DAMAGED: &str = "/api/v1/admin/damaged";
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

#[tokio::test]
async fn what_a_repair_put_aside_is_seen_downloaded_and_deleted_and_nothing_else_is() {
    let (house, owner, _, _) = House::with_two().await;
    let list = async || owner.get(DAMAGED).await.ok::<Vec<SetAside>>();
    assert!(list().await.is_empty());
    let folder = house.folder().join("damaged");
    let (old, new) = ("000001795000000000", "001795000000001");
    let (old_at, new_at) = (&old[3..], new);
    for (at, files) in [(old_at, &["imd.db", "imd.db-wal", "report.json"][..]), (new_at, &["imd.db"])] {
        std::fs::create_dir_all(folder.join(at).join("blobs/aa")).unwrap();
        for file in files {
            std::fs::write(folder.join(at).join(file), format!("{file} of {at}")).unwrap();
        }
    }
    std::fs::write(folder.join(new_at).join("blobs/aa/bb"), [0; 1000]).unwrap();
    // What nobody of the box put there is neither shown nor touched.
    for stranger in ["17", "notes", old] {
        std::fs::create_dir_all(folder.join(stranger)).unwrap();
        std::fs::write(folder.join(stranger).join("imd.db"), "a stranger's").unwrap();
    }
    std::os::unix::fs::symlink(house.folder(), folder.join("001795000000002")).unwrap();
    std::os::unix::fs::symlink(house.folder().join("imd.db"), folder.join(new_at).join("imd.db-wal")).unwrap();

    let seen = list().await;
    let names: Vec<_> = seen.iter().map(|one| (one.name.as_str(), one.at)).collect();
    assert_eq!(names, [(new_at, 1_795_000_000_001), (old_at, 1_795_000_000_000)]);
    let files: Vec<_> = seen[1].files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(files, ["imd.db", "imd.db-wal", "report.json"]);
    assert_eq!((seen[0].files.len(), seen[0].bytes), (1, 1000 + "imd.db of 001795000000001".len() as u64));

    let wal = owner.get(&format!("{DAMAGED}/{old_at}/imd.db-wal")).await;
    assert_eq!(wal.body, format!("imd.db-wal of {old_at}").as_bytes());
    assert!(wal.header("content-disposition").starts_with("attachment"), "{}", wal.header("content-disposition"));
    for wrong in [
        format!("{old_at}/blobs"),
        format!("{new_at}/imd.db-wal"),
        format!("{old_at}/..%2F..%2Fimd.db"),
        "..%2F/imd.db".to_owned(),
        "%2E%2E/imd.db".to_owned(),
        "001795000000002/imd.db".to_owned(),
        "17/imd.db".to_owned(),
        format!("{old}/imd.db"),
    ] {
        let reply = owner.get(&format!("{DAMAGED}/{wrong}")).await;
        assert_eq!(reply.status, 404, "{wrong}");
    }
    for wrong in ["..%2F", "%2E", "001795000000002", "17", "notes", old] {
        let reply = owner.delete(&format!("{DAMAGED}/{wrong}")).await;
        assert_eq!(reply.status, 404, "{wrong}");
    }
    owner.delete(&format!("{DAMAGED}/{new_at}")).await.done();
    owner.delete(&format!("{DAMAGED}/{new_at}")).await.refused(ErrorCode::NotFound);
    assert_eq!(list().await.len(), 1);
    assert!(
        !folder.join(new_at).exists() && folder.join("17/imd.db").exists() && house.folder().join("imd.db").exists()
    );
    let audit: AuditPage = owner.get("/api/v1/admin/audit").await.ok();
    let acts: Vec<_> =
        audit.entries.iter().take(2).map(|entry| (entry.action.as_str(), entry.target.as_str())).collect();
    assert_eq!(acts, [("damaged.delete", new_at), ("damaged.download", old_at)]);
    house.stop().await;
}
