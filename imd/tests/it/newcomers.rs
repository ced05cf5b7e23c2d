//! A room whose newcomers see only what comes after them. Were these to fail, what was said among others would be
//! read by someone it was not said to.

use imd::wire::{ErrorCode, Event, EventBody, File, Room};
use serde_json::json;

use crate::house::House;
use crate::person::Person;

fn texts(events: &[Event]) -> Vec<&str> {
    events.iter().filter_map(text_of).collect()
}

fn text_of(event: &Event) -> Option<&str> {
    match &event.body {
        EventBody::Message { text, .. } => Some(text),
        _ => None,
    }
}

async fn take_in(by: &Person, room: i64, who: &Person) {
    by.put(&format!("/api/v1/rooms/{room}/members/{}", who.id), &json!({})).await.done();
}

#[tokio::test]
async fn what_was_said_before_someone_came_is_not_for_them() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Council", &[]).await.id;
    alice.patch(&format!("/api/v1/rooms/{room}"), &json!({"history": "since_joined"})).await.done();
    let file: File = alice.upload(room, "plan.txt", "the plan").await.ok();
    alice.message(room, &json!({"client_id": "1", "text": "before", "files": [file.id]})).await.done();
    take_in(&alice, room, &bob).await;

    let seen: Room = bob.room(room).await;
    assert_eq!(seen.unread, 0);
    assert_eq!(seen.last.as_ref().map(|event| &event.body), Some(&EventBody::Added { user: bob.id }));
    assert_eq!(seen.last.unwrap().seq, seen.first_seq);
    for query in ["", "after=0", "before=3", "before=99999", "limit=200&after=1"] {
        let page = bob.events(room, query).await;
        assert!(texts(&page.events).is_empty(), "{query}: {:?}", page.events);
        assert_eq!(page.first_seq, seen.first_seq, "{query}");
    }
    bob.get(&format!("/api/v1/files/{}", file.id)).await.refused(ErrorCode::NotFound);
    let welcome = bob.connect().await.hello(&[(room, 0)]).await;
    assert_eq!(welcome.events.iter().map(|(_, event)| event.seq).collect::<Vec<_>>(), [seen.first_seq]);
    assert!(welcome.gaps.is_empty());
    // Nor can it be answered by deleting, or found out by trying.
    bob.delete(&format!("/api/v1/rooms/{room}/events/{}", seen.first_seq - 1)).await.refused(ErrorCode::NotFound);

    alice.say(room, "2", "after").await;
    assert_eq!(texts(&bob.events(room, "").await.events), ["after"]);
    assert_eq!(texts(&alice.events(room, "").await.events), ["before", "after"]);
    house.stop().await;
}

#[tokio::test]
async fn who_comes_back_has_missed_what_was_said_meanwhile() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Council", &[&bob]).await.id;
    alice.patch(&format!("/api/v1/rooms/{room}"), &json!({"history": "since_joined"})).await.done();
    alice.say(room, "1", "with Bob").await;
    assert_eq!(texts(&bob.events(room, "").await.events), ["with Bob"]);
    alice.delete(&format!("/api/v1/rooms/{room}/members/{}", bob.id)).await.done();
    alice.say(room, "2", "without Bob").await;
    take_in(&alice, room, &bob).await;
    alice.say(room, "3", "again with Bob").await;
    assert_eq!(texts(&bob.events(room, "").await.events), ["again with Bob"]);
    house.stop().await;
}

#[tokio::test]
async fn where_the_room_shows_everything_newcomers_read_everything() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[]).await.id;
    let file: File = alice.upload(room, "plan.txt", "the plan").await.ok();
    alice.message(room, &json!({"client_id": "1", "text": "before", "files": [file.id]})).await.done();
    take_in(&alice, room, &bob).await;
    assert_eq!(texts(&bob.events(room, "").await.events), ["before"]);
    assert_eq!(bob.get(&format!("/api/v1/files/{}", file.id)).await.body, b"the plan");
    assert_eq!(bob.room(room).await.unread, 0, "what was said before counts as read");
    house.stop().await;
}
