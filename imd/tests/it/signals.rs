//! Who types, and who is there. Were these to fail, people would be shown typing to rooms that they are not in, or a
//! building's comings and goings would fill the log.

use imd::actions::live::signals;
use imd::wire::{ErrorCode, ServerFrame, User};
use serde_json::json;

use crate::house::House;
use crate::line::Line;

async fn watch(line: &mut Line, room: Option<i64>) {
    line.tell(&json!({"t": "watch", "room": room})).await;
}

/// Online, offline, count.
async fn presence(line: &mut Line, room: i64) -> (Vec<i64>, Vec<i64>, u32) {
    let here = |frame: &ServerFrame| match frame {
        ServerFrame::Presence { room: r, online, offline, count } if *r == room => {
            Some((online.clone(), offline.clone(), *count))
        }
        _ => None,
    };
    line.take("who is there", here).await
}

/// Room, user, seq.
async fn received(line: &mut Line) -> (i64, i64, u64) {
    let came = |frame: &ServerFrame| match frame {
        ServerFrame::Received { room, user, seq } => Some((*room, *user, *seq)),
        _ => None,
    };
    line.take("that it came", came).await
}

/// Senders would be shown as delivered what came to nobody, or strangers would learn who is there.
#[tokio::test]
async fn what_came_to_a_device_is_told_to_those_who_look_and_by_members_only() {
    let (house, owner, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[&bob]).await.id;
    let (mut alices, mut bobs, mut owners) = (alice.live().await, bob.live().await, owner.live().await);
    watch(&mut alices, Some(room)).await;
    presence(&mut alices, room).await;
    owners.tell(&json!({"t": "received", "rooms": [{"room": room, "seq": 9}]})).await;
    owners.settle().await;
    let hall = house.hall(&alice).await;
    bobs.tell(&json!({"t": "received", "rooms": [{"room": hall, "seq": 1}, {"room": room, "seq": 3}]})).await;
    assert_eq!(received(&mut alices).await, (room, bob.id, 3), "and nothing of who is not in the room");
    bobs.tell(&json!({"t": "received", "rooms": [{"room": room, "seq": 2}]})).await;
    bobs.tell(&json!({"t": "received", "rooms": [{"room": room, "seq": 4}]})).await;
    assert_eq!(received(&mut alices).await, (room, bob.id, 4), "and nothing that is older");
    // Who looks later is told what is known.
    let mut later = alice.live().await;
    watch(&mut later, Some(room)).await;
    assert_eq!(received(&mut later).await, (room, bob.id, 4));
    let many: Vec<_> = (0..201).map(|room| json!({"room": room, "seq": 1})).collect();
    bobs.tell(&json!({"t": "received", "rooms": many})).await;
    assert_eq!(bobs.refusal().await, ErrorCode::BadRequest);
    house.stop().await;
}

fn is_signal(frame: &ServerFrame) -> bool {
    matches!(frame, ServerFrame::Typing { .. } | ServerFrame::Presence { .. })
}

#[tokio::test]
async fn typing_is_shown_to_those_who_look_and_kept_nowhere() {
    let (mut house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let (mut alices, mut looks, mut elsewhere) = (alice.live().await, bob.live().await, owner.live().await);
    let before = alice.room(hall).await.last_seq;
    for line in [&mut alices, &mut looks] {
        watch(line, Some(hall)).await;
        presence(line, hall).await;
    }
    alices.tell(&json!({"t": "typing", "room": hall})).await;
    let who = looks.take("that she types", |frame| match frame {
        ServerFrame::Typing { room, user } => Some((*room, *user)),
        _ => None,
    });
    assert_eq!(who.await, (hall, alice.id));
    alices.say(hall, "done").await;
    for line in [&mut alices, &mut elsewhere] {
        assert_eq!(line.hear(hall).await, "done");
        assert!(!line.kept().iter().any(|frame| matches!(frame, ServerFrame::Typing { .. })), "{:?}", line.kept());
    }
    watch(&mut looks, None).await;
    looks.settle().await;
    alices.tell(&json!({"t": "typing", "room": hall})).await;
    alices.say(hall, "again").await;
    looks.hear(hall).await;
    assert_eq!(looks.hear(hall).await, "again");
    assert!(!looks.kept().iter().any(|frame| matches!(frame, ServerFrame::Typing { .. })));
    assert_eq!(alice.room(hall).await.last_seq, before + 2);
    drop((alices, looks, elsewhere));
    house.restart().await;
    assert_eq!(alice.room(hall).await.last_seq, before + 2);
    house.stop().await;
}

#[tokio::test]
async fn who_looks_at_a_room_sees_people_come_and_go() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let mut looks = alice.live().await;
    watch(&mut looks, Some(hall)).await;
    assert_eq!(presence(&mut looks, hall).await, (vec![alice.id], vec![], 1));
    let bobs = bob.live().await;
    assert_eq!(presence(&mut looks, hall).await, (vec![bob.id], vec![], 2));
    assert!(alice.get(&format!("/api/v1/users/{}", bob.id)).await.ok::<User>().online);
    let second = bob.live().await;
    drop(bobs);
    let owners = owner.live().await;
    assert_eq!(presence(&mut looks, hall).await, (vec![owner.id], vec![], 3), "one of two devices gone is nobody gone");
    drop(second);
    assert_eq!(presence(&mut looks, hall).await, (vec![], vec![bob.id], 2));
    assert!(!alice.get(&format!("/api/v1/users/{}", bob.id)).await.ok::<User>().online);
    drop(owners);
    presence(&mut looks, hall).await;
    house.stop().await;
}

#[tokio::test]
async fn who_is_put_out_of_a_room_sees_nobody_in_it_any_more() {
    let (house, owner, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[&bob, &owner]).await.id;
    let (mut bobs, mut alices) = (bob.live().await, alice.live().await);
    watch(&mut bobs, Some(room)).await;
    presence(&mut bobs, room).await;
    alice.delete(&format!("/api/v1/rooms/{room}/members/{}", bob.id)).await.done();
    bobs.take("that he is out", |f| matches!(f, ServerFrame::RoomGone { .. }).then_some(())).await;
    alices.tell(&json!({"t": "typing", "room": room})).await;
    let _owners = owner.live().await;
    watch(&mut bobs, Some(room)).await;
    assert_eq!(bobs.refusal().await, ErrorCode::NotFound);
    // The owner's coming is told to the hall, to which he looks now.
    let hall = house.hall(&bob).await;
    watch(&mut bobs, Some(hall)).await;
    presence(&mut bobs, hall).await;
    bobs.settle().await;
    assert!(!bobs.kept().iter().any(is_signal), "{:?}", bobs.kept());
    house.stop().await;
}

#[tokio::test]
async fn who_went_out_of_reach_is_shown_as_gone_and_who_is_there_stays() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let core = house.app().core();
    // Alice's phone left the building: her line stays open and nothing comes of it any more.
    let gone = alice.live().await;
    let mut looks = bob.live().await;
    watch(&mut looks, Some(hall)).await;
    assert!(presence(&mut looks, hall).await.0.contains(&alice.id));
    let asked = signals::sweep(core, imd::live::SessionId::default());
    looks.settle().await;
    // The idle limit is from one sweep to the next: who has not answered by then is gone.
    signals::sweep(core, asked);
    while !presence(&mut looks, hall).await.1.contains(&alice.id) {}
    let shown: User = bob.get(&format!("/api/v1/users/{}", alice.id)).await.ok();
    assert!(!shown.online);
    looks.settle().await;
    assert_eq!(signals::connected(core).sessions, 1, "the one that answers lives on");
    house.stop_before(gone).await;
}
