//! A clock that is wrong. Were these to fail, a box without a battery would mix up its messages or sign people out.

use imd::wire::{EventBody, InviteCreated, Me};
use serde_json::json;

use crate::house::{BEGINNING, House};

const YEAR: i64 = 365 * 86_400_000;

#[tokio::test]
async fn set_back_a_year_nothing_is_mixed_up_and_nobody_is_signed_out() {
    let (mut house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let mut line = bob.live().await;
    let before = alice.say(hall, "1", "before").await;
    house.at(-YEAR);
    let after = alice.say(hall, "2", "after").await;
    assert_eq!((after.seq, after.at), (before.seq + 1, BEGINNING - YEAR));
    assert_eq!([line.hear(hall).await, line.hear(hall).await], ["before", "after"]);
    house.at(YEAR);
    assert_eq!(alice.say(hall, "3", "much later").await.seq, after.seq + 1);
    // The clock has never been set: the epoch, and before it.
    for (n, time) in [0, -1, -YEAR].into_iter().enumerate() {
        house.clock.set(time);
        assert_eq!(alice.say(hall, &format!("{}", 4 + n), "without a clock").await.seq, after.seq + 2 + n as u64);
    }
    house.restart().await;
    for person in [&owner, &alice, &bob] {
        person.get("/api/v1/me").await.ok::<Me>();
    }
    let page = bob.events(hall, &format!("after={}", before.seq - 1)).await;
    let texts: Vec<_> = page
        .events
        .into_iter()
        .map(|event| match event.body {
            EventBody::Message { text, .. } => text,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts[..3], ["before", "after", "much later"]);
    assert_eq!(alice.say(hall, "1", "before").await, before, "and a repeated one is still the first");
    house.stop().await;
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_signs_nobody_out_and_can_go_back() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let invite: InviteCreated = alice.post("/api/v1/invites", &json!({})).await.ok();
    let check = format!("/api/v1/invites/check/{}", invite.invite.code);
    house.at(30 * YEAR);
    alice.get("/api/v1/me").await.ok::<Me>();
    house.door.get(&check).await.refused(imd::wire::ErrorCode::InviteExpired);
    house.at(0);
    house.door.get(&check).await.done();
    alice.say(hall, "1", "now again").await;
    assert_eq!(bob.room(hall).await.unread, 1);
    house.stop().await;
}
