//! Deleting what was said. Were these to fail, a photo sent by mistake would stay, or anyone could unsay for others.

use imd::wire::{ErrorCode, Event, EventBody, File};
use serde_json::json;

use crate::house::House;
use crate::person::Person;

async fn delete(by: &Person, room: i64, seq: u64) -> crate::door::Reply {
    by.delete(&format!("/api/v1/rooms/{room}/events/{seq}")).await
}

async fn at(person: &Person, room: i64, seq: u64) -> Event {
    let page = person.events(room, &format!("after={}&limit=1", seq - 1)).await;
    page.events.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_deleted_message_is_gone_for_everyone_and_leaves_its_place() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let file: File = alice.upload(hall, "photo.png", crate::pictures::png(8, 8)).await.ok();
    let message = json!({"client_id": "1", "text": "oh no", "files": [file.id]});
    let sent: imd::wire::SendReceipt = alice.message(hall, &message).await.ok();
    let mut line = bob.live().await;
    bob.get(&format!("/api/v1/files/{}/thumbnail", file.id)).await.done();
    delete(&alice, hall, sent.seq).await.done();

    let told = line.event(hall).await;
    assert_eq!((told.seq, &told.body), (sent.seq + 1, &EventBody::MessageDeleted { target: sent.seq }));
    for person in [&alice, &bob] {
        let stone = at(person, hall, sent.seq).await;
        assert_eq!((stone.sender, stone.body), (alice.id, EventBody::Deleted { by: alice.id }));
        for path in ["", "/thumbnail"] {
            person.get(&format!("/api/v1/files/{}{path}", file.id)).await.refused(ErrorCode::NotFound);
        }
    }
    let raw = bob.get(&format!("/api/v1/rooms/{hall}/events")).await;
    assert!(!String::from_utf8_lossy(&raw.body).contains("oh no"));
    delete(&alice, hall, sent.seq).await.done();
    assert_eq!(alice.room(hall).await.last_seq, told.seq, "deleted twice is told once");
    house.stop().await;
}

#[tokio::test]
async fn only_its_sender_and_those_who_run_the_room_delete_a_message() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let alices = alice.say(hall, "1", "mine").await.seq;
    delete(&bob, hall, alices).await.refused(ErrorCode::Forbidden);
    delete(&owner, hall, alices).await.done();
    assert_eq!(at(&bob, hall, alices).await.body, EventBody::Deleted { by: owner.id });

    let direct: imd::wire::Room = alice.post("/api/v1/direct", &json!({"user": bob.id})).await.ok();
    let bobs = bob.say(direct.id, "1", "between us").await.seq;
    delete(&alice, direct.id, bobs).await.refused(ErrorCode::Forbidden);
    delete(&bob, direct.id, bobs).await.done();
    for nothing in [0, 999, u64::MAX] {
        delete(&owner, hall, nothing).await.refused(ErrorCode::NotFound);
    }
    // That someone came in cannot be unsaid.
    delete(&owner, hall, 1).await.refused(ErrorCode::NotFound);
    house.stop().await;
}

#[tokio::test]
async fn a_deleted_message_is_not_unread_and_not_the_last_word() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    alice.say(hall, "1", "stays").await;
    let second = alice.say(hall, "2", "goes").await.seq;
    assert_eq!(bob.room(hall).await.unread, 2);
    delete(&alice, hall, second).await.done();
    let room = bob.room(hall).await;
    assert_eq!(room.unread, 1);
    assert!(!serde_json::to_string(&room).unwrap().contains("goes"));
    house.stop().await;
}
