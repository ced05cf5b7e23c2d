//! Starred messages. Were these to fail, people would not find again what they marked, or others would see it.

use futures_util::future::join_all;
use imd::wire::{ErrorCode, Member, ServerFrame, StarPage, StarsInRoom};
use serde_json::json;

use crate::door::Reply;
use crate::house::House;
use crate::line::Line;
use crate::person::Person;

async fn star(person: &Person, room: i64, seq: u64) -> Reply {
    person.put(&format!("/api/v1/rooms/{room}/events/{seq}/star"), &json!({})).await
}

async fn unstar(person: &Person, room: i64, seq: u64) -> Reply {
    person.delete(&format!("/api/v1/rooms/{room}/events/{seq}/star")).await
}

async fn shown(person: &Person, query: &str) -> (Vec<(i64, u64)>, Option<i64>) {
    let page: StarPage = person.get(&format!("/api/v1/me/stars?{query}")).await.ok();
    (page.hits.into_iter().map(|hit| (hit.room, hit.seq)).collect(), page.next)
}

async fn told(line: &mut Line) -> (i64, u64, bool) {
    let frame = |frame: &ServerFrame| match frame {
        ServerFrame::Star { room, seq, starred } => Some((*room, *seq, *starred)),
        _ => None,
    };
    line.take("a star", frame).await
}

#[tokio::test]
async fn a_star_is_ones_own_and_comes_to_ones_other_devices() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let seq = alice.say(hall, "1", "the code of the gate is on the back").await.seq;
    let (mut tablet, mut bobs) = (alice.live().await, bob.live().await);
    for _ in 0..2 {
        star(&alice, hall, seq).await.done();
    }
    assert_eq!(told(&mut tablet).await, (hall, seq, true));
    assert_eq!(alice.get(&format!("/api/v1/rooms/{hall}/stars")).await.ok::<StarsInRoom>().seqs, [seq]);
    assert_eq!(shown(&alice, "").await.0, [(hall, seq)]);
    assert_eq!(shown(&bob, "").await.0, []);
    for _ in 0..2 {
        unstar(&alice, hall, seq).await.done();
    }
    assert_eq!(told(&mut tablet).await, (hall, seq, false));
    tablet.settle().await;
    bobs.settle().await;
    for line in [&tablet, &bobs] {
        let more = line.kept().iter().any(|frame| matches!(frame, ServerFrame::Star { .. }));
        assert!(!more, "what is so already is not told, and nothing to others");
    }
    assert_eq!(shown(&alice, "").await.0, []);
    house.stop().await;
}

#[tokio::test]
async fn only_messages_that_one_may_see_are_starred_and_shown() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[&bob]).await.id;
    let seq = alice.say(room, "1", "here").await.seq;
    // What is no message, what is not there, and where one is not.
    for nothing in [1, seq + 1, 0, u64::MAX] {
        star(&bob, room, nothing).await.refused(ErrorCode::NotFound);
    }
    let own = alice.make_room("group", "Hers", &[]).await.id;
    star(&bob, own, 1).await.refused(ErrorCode::NotFound);
    star(&bob, room, seq).await.done();
    bob.delete(&format!("/api/v1/rooms/{room}/members/{}", bob.id)).await.done();
    assert_eq!(shown(&bob, "").await.0, [], "who has left sees nothing of it");
    alice.put(&format!("/api/v1/rooms/{room}/members/{}", bob.id), &json!({})).await.ok::<Member>();
    assert_eq!(shown(&bob, "").await.0, [(room, seq)]);
    alice.delete(&format!("/api/v1/rooms/{room}/events/{seq}")).await.done();
    assert_eq!(shown(&bob, "").await.0, []);
    star(&bob, room, seq).await.refused(ErrorCode::NotFound);
    house.stop().await;
}

#[tokio::test]
async fn a_thousand_are_starred_and_listed_in_pages() {
    let (house, _, alice, _) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[]).await.id;
    let mut line = alice.live().await;
    let mut seqs = Vec::new();
    for _ in 0..=1_000 {
        seqs.push(line.say(room, "x").await);
    }
    for some in seqs[..1_000].chunks(50) {
        join_all(some.iter().map(async |seq| star(&alice, room, *seq).await.done())).await;
    }
    star(&alice, room, seqs[1_000]).await.refused(ErrorCode::LimitReached);
    star(&alice, room, seqs[0]).await.done();
    unstar(&alice, room, seqs[0]).await.done();
    star(&alice, room, seqs[1_000]).await.done();
    let (mut listed, mut next) = (Vec::new(), Some(i64::MAX));
    while let Some(before) = next {
        let (page, more) = shown(&alice, &format!("limit=100&before={before}")).await;
        listed.extend(page.into_iter().map(|(_, seq)| seq));
        next = more;
    }
    seqs.remove(0);
    seqs.reverse();
    assert_eq!(listed, seqs);
    for limit in ["0", "101"] {
        alice.get(&format!("/api/v1/me/stars?limit={limit}")).await.refused(ErrorCode::InvalidSetting);
    }
    house.stop().await;
}
