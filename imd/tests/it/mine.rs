//! What people arrange about their rooms for themselves. Were this to fail, a list would not look as its owner has put it, or others would
//! see how.

use imd::wire::{ErrorCode, Mine, Notify, Room, ServerFrame};
use serde_json::{Value, json};

use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

async fn arrange(person: &Person, room: i64, change: &Value) -> Reply {
    person.patch(&format!("/api/v1/rooms/{room}/mine"), change).await
}

#[tokio::test]
async fn what_is_arranged_is_ones_own_and_on_all_of_ones_devices() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[&bob]).await.id;
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    let change =
        json!({"pinned": true, "marked_unread": true, "notify": "mentions", "muted_until": 253_402_300_799_000_i64});
    let arranged: Room = arrange(&alice, room, &change).await.ok();
    assert!(arranged.mine.pinned_at.is_some());
    assert_eq!((arranged.mine.notify, arranged.mine.muted_until), (Notify::Mentions, Some(253_402_300_799_000)));
    let told = alices.take("room", |frame| match frame {
        ServerFrame::Room { room } => Some(room.mine.clone()),
        _ => None,
    });
    assert_eq!(told.await, arranged.mine, "the other device");
    assert_eq!(alice.room(room).await.mine, arranged.mine);
    let ready = alice.connect().await.hello(&[]).await;
    assert_eq!(ready.rooms.iter().find(|one| one.id == room).unwrap().mine, arranged.mine);
    assert_eq!(bob.room(room).await.mine, Mine::default());
    // The next that Bob hears of the room is what is said in it.
    alice.say(room, "1", "hello").await;
    bobs.event(room).await;
    let back = json!({"pinned": false, "marked_unread": false, "notify": "all", "muted_until": 0});
    assert_eq!(arrange(&alice, room, &back).await.ok::<Room>().mine, Mine::default());
    for refused in [
        json!({"muted_until": -1}),
        json!({"muted_until": 253_402_300_799_001_i64}),
        json!({"notify": "some"}),
        json!({"pin": true}),
    ] {
        assert_eq!(arrange(&alice, room, &refused).await.code(), ErrorCode::BadRequest, "{refused}");
    }
    let others = alice.make_room("group", "Alone", &[]).await.id;
    assert_eq!(arrange(&bob, others, &json!({"pinned": true})).await.code(), ErrorCode::NotFound);
    house.stop().await;
}

#[tokio::test]
async fn a_message_brings_a_room_back_unless_it_is_muted() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[&bob]).await.id;
    let archived = async || alice.room(room).await.mine.archived;
    arrange(&alice, room, &json!({"archived": true})).await.ok::<Room>();
    assert!(archived().await);
    bob.say(room, "1", "still there?").await;
    assert!(!archived().await);
    arrange(&alice, room, &json!({"archived": true, "notify": "none"})).await.ok::<Room>();
    bob.say(room, "2", "hello?").await;
    assert!(archived().await, "of a muted room nothing is to be heard");
    arrange(&alice, room, &json!({"notify": "all"})).await.ok::<Room>();
    assert!(!archived().await);
    // A time that is over mutes nothing.
    arrange(&alice, room, &json!({"archived": true, "muted_until": 1})).await.ok::<Room>();
    bob.say(room, "3", "last call").await;
    let mine = alice.room(room).await.mine;
    assert_eq!((mine.archived, mine.muted_until), (false, None));
    house.stop().await;
}
