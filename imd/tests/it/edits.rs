//! Changing what was said. Were these to fail, somebody could not mend a wrong time, would change what another has said, or what was
//! agreed last year.

use imd::wire::{BoxInfo, BoxSettings, EarlierText, ErrorCode, EventBody, File, SearchPage, SendReceipt};
use serde_json::json;

use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

async fn edit(by: &Person, room: i64, seq: u64, text: &str) -> Reply {
    by.patch(&format!("/api/v1/rooms/{room}/messages/{seq}"), &json!({"text": text})).await
}

/// What the message says now, and when it was last edited.
async fn says(to: &Person, room: i64, seq: u64) -> (String, Option<i64>) {
    let page = to.events(room, &format!("after={}&limit=1", seq - 1)).await;
    match page.events.into_iter().next().unwrap().body {
        EventBody::Message { text, edited_at, .. } => (text, edited_at),
        other => panic!("not a message: {other:?}"),
    }
}

async fn earlier(asks: &Person, room: i64, seq: u64) -> Reply {
    asks.get(&format!("/api/v1/rooms/{room}/messages/{seq}/edits")).await
}

async fn found(asks: &Person, word: &str) -> Vec<u64> {
    let page: SearchPage = asks.get(&format!("/api/v1/search?q={word}")).await.ok();
    page.hits.into_iter().map(|hit| hit.seq).collect()
}

#[tokio::test]
async fn an_edited_message_says_the_new_words_to_all_and_is_found_by_them() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let seq = alice.say(hall, "1", "The plumber comes at nine").await.seq;
    let last = bob.say(hall, "1", "Thank you").await.seq;
    let mut line = bob.live().await;
    house.pass(60_000);
    edit(&alice, hall, seq, "The plumber comes at\r\neleven").await.done();
    let told = line.event_after(hall, last).await;
    let (text, mentions) = (Some("The plumber comes at\neleven".to_owned()), vec![]);
    assert_eq!((told.sender, &told.body), (alice.id, &EventBody::MessageEdited { target: seq, text, mentions }));
    for person in [&alice, &bob] {
        assert_eq!(says(person, hall, seq).await, ("The plumber comes at\neleven".to_owned(), Some(told.at)));
    }
    for _ in 0..2 {
        edit(&alice, hall, seq, "The plumber comes at noon").await.done();
    }
    assert_eq!(alice.room(hall).await.last_seq, told.seq + 1, "what changes nothing is not told");
    for (word, hits) in [("noon", vec![seq]), ("plumber", vec![seq]), ("eleven", vec![]), ("nine", vec![])] {
        assert_eq!(found(&bob, word).await, hits, "{word}");
    }
    // What was said before is for its author, and for who runs the room.
    for person in [&alice, &owner] {
        let texts: Vec<EarlierText> = earlier(person, hall, seq).await.ok();
        let texts: Vec<&str> = texts.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["The plumber comes at nine", "The plumber comes at\neleven"]);
    }
    earlier(&bob, hall, seq).await.refused(ErrorCode::Forbidden);
    assert_eq!(bob.room(hall).await.unread, 1, "it is no new message");
    house.stop().await;
}

#[tokio::test]
async fn only_ones_own_words_are_changed_and_only_into_words() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let seq = alice.say(hall, "1", "mine").await.seq;
    for other in [&bob, &owner] {
        edit(other, hall, seq, "theirs").await.refused(ErrorCode::Forbidden);
    }
    for nothing in [0, 1, 999, u64::MAX] {
        edit(&alice, hall, nothing, "x").await.refused(ErrorCode::NotFound);
        earlier(&alice, hall, nothing).await.refused(ErrorCode::NotFound);
    }
    for empty in ["", " \n", "\u{200b}"] {
        edit(&alice, hall, seq, empty).await.refused(ErrorCode::MessageEmpty);
    }
    for character in ["x", "字", "🙂"] {
        edit(&alice, hall, seq, &character.repeat(8_000)).await.done();
        edit(&alice, hall, seq, &character.repeat(8_001)).await.refused(ErrorCode::TextTooLong);
    }
    let photo: File = alice.upload(hall, "photo.png", crate::pictures::png(8, 8)).await.ok();
    let sent = json!({"client_id": "2", "text": "look", "files": [photo.id]});
    let with_photo = alice.message(hall, &sent).await.ok::<SendReceipt>().seq;
    edit(&alice, hall, with_photo, "").await.done();
    assert_eq!(says(&bob, hall, with_photo).await.0, "");
    bob.get(&format!("/api/v1/files/{}", photo.id)).await.done();
    alice.delete(&format!("/api/v1/rooms/{hall}/events/{seq}")).await.done();
    edit(&alice, hall, seq, "back").await.refused(ErrorCode::NotFound);
    earlier(&alice, hall, seq).await.refused(ErrorCode::NotFound);

    // Where one may not write any more, nor in a room that one is not in.
    let news = bob.make_room("group", "News", &[&alice]).await.id;
    let early = alice.say(news, "3", "hello").await.seq;
    bob.patch(&format!("/api/v1/rooms/{news}"), &json!({"write": "admins"})).await.done();
    edit(&alice, news, early, "no").await.refused(ErrorCode::Forbidden);
    owner.patch(&format!("/api/v1/admin/rooms/{news}"), &json!({"archived": true})).await.done();
    edit(&alice, news, early, "no").await.refused(ErrorCode::RoomArchived);
    edit(&owner, news, early, "no").await.refused(ErrorCode::NotFound);
    house.stop().await;
}

#[tokio::test]
async fn a_message_is_edited_as_long_as_the_box_lets_and_no_longer() {
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let box_info = async || house.door.get("/api/v1/box").await.ok::<BoxInfo>().edit_minutes;
    assert_eq!(box_info().await, 2_880);
    let set = async |minutes: u32| owner.patch("/api/v1/admin/settings", &json!({"edit_minutes": minutes})).await;
    let seq = alice.say(hall, "1", "0").await.seq;
    set(1).await.done();
    assert_eq!(box_info().await, 1);
    house.pass(60_000);
    edit(&alice, hall, seq, "in time").await.done();
    house.pass(1);
    edit(&alice, hall, seq, "late").await.refused(ErrorCode::TooLateToEdit);
    assert_eq!(says(&alice, hall, seq).await.0, "in time");
    assert_eq!(set(525_600).await.ok::<BoxSettings>().edit_minutes, 525_600);
    edit(&alice, hall, seq, "again").await.done();
    set(525_601).await.refused(ErrorCode::InvalidSetting);
    set(0).await.done();
    let fresh = alice.say(hall, "2", "now").await.seq;
    edit(&alice, hall, fresh, "never").await.refused(ErrorCode::TooLateToEdit);
    house.stop().await;
}

#[tokio::test]
async fn words_that_somebody_may_not_see_do_not_reach_them_by_an_edit() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[]).await.id;
    alice.patch(&format!("/api/v1/rooms/{room}"), &json!({"history": "since_joined"})).await.done();
    let seq = alice.say(room, "1", "before Bob").await.seq;
    alice.put(&format!("/api/v1/rooms/{room}/members/{}", bob.id), &json!({})).await.done();
    let last = bob.room(room).await.last_seq;
    let mut line = bob.live().await;
    edit(&alice, room, seq, "the surprise is on Friday").await.done();
    let told = line.event_after(room, last).await.body;
    assert_eq!(told, EventBody::MessageEdited { target: seq, text: None, mentions: vec![] });
    let raw = bob.get(&format!("/api/v1/rooms/{room}/events")).await;
    assert!(!String::from_utf8_lossy(&raw.body).contains("surprise"));
    assert_eq!(found(&bob, "surprise").await, [0_u64; 0]);
    assert_eq!(found(&alice, "surprise").await, [seq]);
    earlier(&bob, room, seq).await.refused(ErrorCode::NotFound);
    house.stop().await;
}
