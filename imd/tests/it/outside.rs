//! Running rooms from outside. Were these to fail, an admin would read what is none of their business, or a room would
//! go on that was put away, or be lost without a word of what is in it.

use imd::wire::{AuditPage, ErrorCode, File, Room, RoomRole, RoomSummary, RoomSummaryPage};
use serde_json::json;

use crate::house::House;

const ROOMS: &str = "/api/v1/admin/rooms";

#[tokio::test]
async fn all_rooms_are_seen_from_outside_and_no_direct_one() {
    let (house, owner, alice, bob) = House::with_two().await;
    let club = alice.make_room("group", "Book Club", &[&bob]).await.id;
    alice.say(club, "1", "the butler did it").await;
    let file: File = alice.upload(club, "book.txt", "twelve bytes").await.ok();
    alice.message(club, &json!({"client_id": "2", "text": "", "files": [file.id]})).await.done();
    alice.post("/api/v1/direct", &json!({"user": bob.id})).await.done();
    let reply = owner.get(ROOMS).await;
    assert!(!String::from_utf8_lossy(&reply.body).contains("butler"), "{reply}");
    let page: RoomSummaryPage = reply.ok();
    let names: Vec<_> = page.rooms.iter().map(|room| room.name.as_str()).collect();
    assert_eq!(names, ["Rose Court", "Book Club"]);
    let room: RoomSummary = owner.get(&format!("{ROOMS}/{club}")).await.ok();
    assert_eq!((room.member_count, room.files, room.bytes), (2, 1, 12));
    assert_eq!((room.owners[0].id, room.events), (alice.id, 5));
    let found: RoomSummaryPage = owner.get(&format!("{ROOMS}?q=book")).await.ok();
    assert_eq!(found.rooms, [room]);
    owner.get(&format!("/api/v1/rooms/{club}/events")).await.refused(ErrorCode::NotFound);
    house.stop().await;
}

#[tokio::test]
async fn an_archived_room_is_read_and_nothing_more_until_it_is_opened_again() {
    let (house, owner, alice, bob) = House::with_two().await;
    let club = alice.make_room("group", "Book Club", &[&bob]).await.id;
    alice.say(club, "1", "hello").await;
    let archive = async |yes: bool| owner.patch(&format!("{ROOMS}/{club}"), &json!({"archived": yes})).await;
    assert!(archive(true).await.ok::<RoomSummary>().archived);
    let say = async |id: &str| bob.message(club, &json!({"client_id": id, "text": "hello?"})).await;
    say("2").await.refused(ErrorCode::RoomArchived);
    alice.patch(&format!("/api/v1/rooms/{club}"), &json!({"name": "New"})).await.refused(ErrorCode::RoomArchived);
    assert!(bob.room(club).await.archived);
    assert!(!bob.events(club, "").await.events.is_empty());
    archive(false).await.done();
    say("3").await.done();
    let hall = house.hall(&owner).await;
    owner.patch(&format!("{ROOMS}/{hall}"), &json!({"archived": true})).await.refused(ErrorCode::Conflict);
    house.stop().await;
}

#[tokio::test]
async fn a_room_is_given_to_somebody_else() {
    let (house, owner, alice, bob) = House::with_two().await;
    let club = alice.make_room("group", "Book Club", &[&bob]).await.id;
    let room: RoomSummary = owner.patch(&format!("{ROOMS}/{club}"), &json!({"owner": bob.id})).await.ok();
    assert_eq!((room.owners.len(), room.owners[0].id, room.member_count), (1, bob.id, 2));
    assert_eq!(bob.room(club).await.role, RoomRole::Owner);
    assert_eq!(alice.room(club).await.role, RoomRole::Admin);
    owner.patch(&format!("{ROOMS}/{club}"), &json!({"owner": 999})).await.refused(ErrorCode::NotFound);
    // Whoever is not in it would read what was said in it: also who runs the box, and whom they choose.
    let carol = house.member(&owner, "Carol").await;
    for outsider in [&owner, &carol] {
        let give = json!({"owner": outsider.id});
        owner.patch(&format!("{ROOMS}/{club}"), &give).await.refused(ErrorCode::NotAMember);
        outsider.get(&format!("/api/v1/rooms/{club}/events")).await.refused(ErrorCode::NotFound);
    }
    house.stop().await;
}

#[tokio::test]
async fn a_deleted_room_is_gone_for_everyone_with_everything_in_it() {
    let (house, owner, alice, bob) = House::with_two().await;
    let club = alice.make_room("group", "Book Club", &[&bob]).await.id;
    let file: File = alice.upload(club, "book.txt", "bytes").await.ok();
    alice.message(club, &json!({"client_id": "2", "text": "", "files": [file.id]})).await.done();
    // One that is still on its way keeps nothing of the room.
    let begun = alice.request(reqwest::Method::POST, &format!("/api/v1/uploads?room={club}&name=film.bin"));
    crate::door::Reply::of(begun.header("tus-resumable", "1.0.0").header("upload-length", 1_000)).await.done();
    let mut live = bob.live().await;
    owner.delete(&format!("{ROOMS}/{club}")).await.done();
    let gone = |frame: &imd::wire::ServerFrame| match frame {
        imd::wire::ServerFrame::RoomGone { room } => Some(*room),
        _ => None,
    };
    assert_eq!(live.take("the room goes", gone).await, club);
    drop(live);
    let rooms: Vec<Room> = bob.get("/api/v1/rooms").await.ok();
    assert!(rooms.iter().all(|room| room.id != club));
    bob.get(&format!("/api/v1/files/{}", file.id)).await.refused(ErrorCode::NotFound);
    owner.get(&format!("{ROOMS}/{club}")).await.refused(ErrorCode::NotFound);
    let hall = house.hall(&owner).await;
    owner.delete(&format!("{ROOMS}/{hall}")).await.refused(ErrorCode::Conflict);
    owner.get(&format!("/api/v1/rooms/{hall}/events")).await.done();
    let page: AuditPage = owner.get("/api/v1/admin/audit").await.ok();
    assert_eq!(page.entries[0].action, "room.delete");
    assert!(page.entries[0].detail.starts_with("2 members, "), "{:?}", page.entries[0]);
    house.stop().await;
}
