//! The same message sent again, because the answer to the first was lost. Were these to fail, it would stand there twice,
//! or not at all.

use futures_util::future::join_all;
use imd::wire::{ErrorCode, EventBody};
use serde_json::json;

use crate::house::House;
use crate::person::Person;

async fn messages(person: &Person, room: i64) -> Vec<String> {
    let page = person.events(room, "limit=200").await;
    let text = |event: imd::wire::Event| match event.body {
        EventBody::Message { text, .. } => Some(text),
        _ => None,
    };
    page.events.into_iter().filter_map(text).collect()
}

#[tokio::test]
async fn a_repeated_message_is_the_first_one_also_after_a_restart() {
    let (mut house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let first = alice.say(hall, "outbox-1", "hello").await;
    house.at(5_000);
    assert_eq!(alice.say(hall, "outbox-1", "hello").await, first, "its time too is the first one's");
    assert_eq!(alice.say(hall, "outbox-1", "something else").await, first);
    house.restart().await;
    let mut line = alice.live().await;
    line.tell(&json!({"t": "send", "client_id": "outbox-1", "room": hall, "text": "hello"})).await;
    assert_eq!(line.acked("outbox-1").await, first.seq);
    // The name is the device's own: another's is another message.
    bob.say(hall, "outbox-1", "hello from Bob").await;
    assert_eq!(messages(&bob, hall).await, ["hello", "hello from Bob"]);
    house.stop().await;
}

#[tokio::test]
async fn two_tabs_that_send_the_same_outbox_send_it_once() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let mut tabs = [alice.live().await, alice.live().await, alice.live().await];
    let seqs = join_all(tabs.iter_mut().map(async |tab| {
        let mut seqs = Vec::new();
        for n in 0..30 {
            tab.tell(&json!({"t": "send", "client_id": n.to_string(), "room": hall, "text": n.to_string()})).await;
        }
        for n in 0..30 {
            seqs.push(tab.acked(&n.to_string()).await);
        }
        seqs
    }));
    let seqs = seqs.await;
    assert!(seqs.iter().all(|tab| *tab == seqs[0]), "{seqs:?}");
    assert_eq!(messages(&bob, hall).await.len(), 30);
    house.stop().await;
}

#[tokio::test]
async fn a_name_used_for_another_rooms_message_is_refused() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let room = alice.make_room("group", "Garden", &[&bob]).await.id;
    alice.say(hall, "1", "to all").await;
    alice.message(room, &json!({"client_id": "1", "text": "to some"})).await.refused(ErrorCode::ClientIdReused);
    let mut line = alice.live().await;
    line.tell(&json!({"t": "send", "client_id": "1", "room": room, "text": "to some"})).await;
    assert_eq!(line.answer("1").await, Err(ErrorCode::ClientIdReused));
    assert!(messages(&bob, room).await.is_empty());
    house.stop().await;
}

#[tokio::test]
async fn a_message_with_a_file_sent_again_is_the_first_one() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let file: imd::wire::File = alice.upload(hall, "a.txt", "a").await.ok();
    let message = json!({"client_id": "1", "text": "look", "files": [file.id]});
    let first: imd::wire::SendReceipt = alice.message(hall, &message).await.ok();
    assert_eq!(alice.message(hall, &message).await.ok::<imd::wire::SendReceipt>(), first);
    assert_eq!(messages(&bob, hall).await, ["look"]);
    house.stop().await;
}

#[tokio::test]
async fn a_deleted_message_does_not_come_back_when_it_is_sent_again() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let first = alice.say(hall, "1", "a mistake").await;
    alice.delete(&format!("/api/v1/rooms/{hall}/events/{}", first.seq)).await.done();
    assert_eq!(alice.say(hall, "1", "a mistake").await, first);
    assert!(messages(&bob, hall).await.is_empty());
    house.stop().await;
}
