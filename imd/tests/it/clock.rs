//! A clock that is wrong. Were these to fail, a box without a battery would mix up its messages or sign people out.

use imd::actions::upkeep::deadlines;
use imd::wire::{ErrorCode, EventBody, InviteCreated, JoinRequest, Me, SignInTicket};
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
    house.at(30 * YEAR);
    alice.get("/api/v1/me").await.ok::<Me>();
    house.at(0);
    alice.say(hall, "1", "now again").await;
    assert_eq!(bob.room(hall).await.unread, 1);
    house.stop().await;
}

/// A box without a battery starts in 1970 or when its system was made, and learns the time once it has a network.
#[tokio::test]
async fn what_was_made_before_the_clock_was_set_lasts_as_long_as_was_said() {
    const WEEK: i64 = 7 * 86_400_000;
    for set_at in [BEGINNING, BEGINNING + 30 * YEAR] {
        let (mut house, owner, alice, _) = House::with_two().await;
        house.clock.set(0);
        deadlines::keep(house.app().core()).await.unwrap();
        let invite: InviteCreated = alice.post("/api/v1/invites", &json!({})).await.ok();
        assert_eq!(invite.invite.expires_at, Some(WEEK));
        let ticket: SignInTicket = owner.post(&format!("/api/v1/users/{}/ticket", alice.id), &json!({})).await.ok();
        let carol = house.join("Carol", None).await;
        let check = format!("/api/v1/invites/check/{}", invite.invite.code);
        let requests = async || owner.get("/api/v1/requests").await.ok::<Vec<JoinRequest>>().len();

        house.clock.set(set_at);
        // Whoever looks before the deadlines were moved sees no difference.
        house.door.get(&check).await.done();
        assert_eq!(requests().await, 1);
        deadlines::keep(house.app().core()).await.unwrap();
        let moved: InviteCreated = alice.get(&format!("/api/v1/invites/{}", invite.invite.id)).await.ok();
        assert_eq!(moved.invite.expires_at, Some(set_at + WEEK));
        let redeem = json!({"code": ticket.code, "secret": "0123456789abcdef"});
        house.door.post("/api/v1/tickets/redeem", &redeem).await.done();

        house.restart().await;
        house.pass(WEEK - 1);
        house.door.get(&check).await.done();
        carol.get("/api/v1/rooms").await.refused(ErrorCode::PendingApproval);
        house.pass(1);
        house.door.get(&check).await.refused(ErrorCode::InviteExpired);
        house.stop().await;
    }
}

#[tokio::test]
async fn an_invite_that_ended_does_not_come_back_when_the_box_forgets_the_time() {
    let (mut house, _, alice, _) = House::with_two().await;
    let invite: InviteCreated = alice.post("/api/v1/invites", &json!({"expires_in_s": 60})).await.ok();
    let check = format!("/api/v1/invites/check/{}", invite.invite.code);
    house.pass(2 * 3_600_000);
    house.door.get(&check).await.refused(ErrorCode::InviteExpired);
    deadlines::keep(house.app().core()).await.unwrap();
    for time in [0, BEGINNING] {
        house.clock.set(time);
        house.restart().await;
        house.door.get(&check).await.refused(ErrorCode::InviteExpired);
        deadlines::keep(house.app().core()).await.unwrap();
        house.door.get(&check).await.refused(ErrorCode::InviteExpired);
    }
    house.stop().await;
}

#[tokio::test]
async fn time_for_which_the_box_was_off_counts() {
    let (mut house, _, alice, _) = House::with_two().await;
    let invite: InviteCreated = alice.post("/api/v1/invites", &json!({})).await.ok();
    house.at(8 * 86_400_000);
    house.restart().await;
    let check = format!("/api/v1/invites/check/{}", invite.invite.code);
    house.door.get(&check).await.refused(ErrorCode::InviteExpired);
    house.stop().await;
}
