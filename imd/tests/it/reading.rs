//! How far people have read. Were these to fail, people would see messages as new that they know, or miss new ones.

use imd::wire::{ErrorCode, Member, ServerFrame};
use serde_json::json;

use crate::house::House;
use crate::line::Line;
use crate::person::Person;

async fn read(person: &Person, room: i64, seq: u64) -> crate::door::Reply {
    person.put(&format!("/api/v1/rooms/{room}/read"), &json!({"seq": seq})).await
}

async fn moved(line: &mut Line) -> (i64, i64, u64) {
    let cursor = |frame: &ServerFrame| match frame {
        ServerFrame::Read { room, user, seq } => Some((*room, *user, *seq)),
        _ => None,
    };
    line.take("a read cursor", cursor).await
}

#[tokio::test]
async fn unread_counts_what_others_said_since_and_stops_at_a_hundred() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[&bob]).await.id;
    assert_eq!(alice.room(room).await.unread, 0, "that people came in is nothing to read");
    let mut bobs = bob.live().await;
    let mut seqs = Vec::new();
    for n in 1..=101 {
        seqs.push(bobs.say(room, "news").await);
        if [1, 2, 99, 100, 101].contains(&n) {
            assert_eq!(alice.room(room).await.unread, n.min(100));
        }
    }
    assert_eq!(bob.room(room).await.unread, 0, "what one says oneself is read");
    read(&alice, room, seqs[98]).await.done();
    let seen = alice.room(room).await;
    assert_eq!((seen.unread, seen.read_seq), (2, seqs[98]));
    alice.say(room, "1", "an answer").await;
    assert_eq!(alice.room(room).await.unread, 2, "answering is not reading");
    let welcome = alice.connect().await.hello(&[]).await;
    assert_eq!(welcome.rooms.iter().find(|known| known.id == room).unwrap().unread, 2);
    house.stop().await;
}

#[tokio::test]
async fn a_cursor_goes_forward_only_and_not_beyond_the_end() {
    let (mut house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let first = bob.say(hall, "1", "one").await.seq;
    let second = bob.say(hall, "2", "two").await.seq;
    read(&alice, hall, second).await.done();
    read(&alice, hall, first).await.done();
    assert_eq!(alice.room(hall).await.read_seq, second);
    read(&alice, hall, 1 << 40).await.done();
    assert_eq!(alice.room(hall).await.read_seq, second);
    read(&alice, hall, u64::MAX).await.refused(ErrorCode::BadRequest);
    let third = bob.say(hall, "3", "three").await.seq;
    assert_eq!(alice.room(hall).await.unread, 1, "what comes later is not read before it is there");
    let mut line = alice.live().await;
    line.tell(&json!({"t": "read", "room": hall, "seq": third})).await;
    assert_eq!(moved(&mut line).await, (hall, alice.id, third));
    house.restart().await;
    assert_eq!(alice.room(hall).await.read_seq, third);
    house.stop().await;
}

#[tokio::test]
async fn ones_other_devices_know_and_of_others_only_who_looks() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let seq = bob.say(hall, "1", "read me").await.seq;
    let (mut second, mut looks, mut elsewhere) = (alice.live().await, bob.live().await, owner.live().await);
    looks.tell(&json!({"t": "watch", "room": hall})).await;
    looks.settle().await;
    read(&alice, hall, seq).await.done();
    for line in [&mut second, &mut looks] {
        assert_eq!(moved(line).await, (hall, alice.id, seq));
    }
    read(&alice, hall, seq).await.done();
    bob.say(hall, "2", "after it").await;
    for line in [&mut second, &mut looks, &mut elsewhere] {
        assert_eq!(line.hear(hall).await, "after it");
        assert!(!line.kept().iter().any(|frame| matches!(frame, ServerFrame::Read { .. })), "{:?}", line.kept());
    }
    let members: Vec<Member> = bob.get(&format!("/api/v1/rooms/{hall}/members")).await.ok();
    let alices = members.iter().find(|member| member.user.id == alice.id).unwrap();
    assert_eq!(alices.read_seq, seq);
    house.stop().await;
}

/// A sensor that reports all day and never reads: each look at its rooms would go through all it ever said.
#[tokio::test]
async fn ones_own_words_are_stepped_over_while_nothing_else_is_new() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Sensors", &[&bob]).await.id;
    let mut line = bob.live().await;
    let mut last = 0;
    for n in 0..100 {
        last = line.say(room, &format!("{n} degrees")).await;
    }
    let seen = bob.room(room).await;
    assert_eq!((seen.unread, seen.read_seq), (0, last), "there is nothing left to go through");
    assert_eq!(alice.room(room).await.unread, 100);
    // What somebody else says stays new, however much one says oneself after it.
    let new = alice.say(room, "1", "is that right?").await.seq;
    for n in 0..100 {
        line.say(room, &format!("{n} degrees")).await;
    }
    let seen = bob.room(room).await;
    assert_eq!((seen.unread, seen.read_seq), (1, last));
    read(&bob, room, new).await.done();
    assert_eq!(bob.room(room).await.unread, 0);
    house.stop().await;
}
