//! The answer that signs someone in is lost on the way. Were these to fail, nobody could ever own the box, an invite
//! would be used up by nobody, or someone would stand there twice; or a stranger could fetch the answer.

use futures_util::future::join_all;
use imd::config::JoinMode;
use imd::wire::{ErrorCode, InviteCreated, JoinRequest, Me, Role, SignInTicket, SignedIn, UserPage};
use serde_json::{Value, json};

use crate::door::Reply;
use crate::house::{House, OWNERS};
use crate::person::Person;

const SECRET: &str = "made by this browser";
const OTHER: &str = "made by another browser";

async fn claim(house: &House, code: &str, secret: &str) -> Reply {
    let claim = json!({"code": code, "name": "Olga", "box_name": "Rose Court", "password": OWNERS, "secret": secret});
    house.door.post("/api/v1/claim", &claim).await
}

async fn join(house: &House, join: Value) -> Reply {
    house.door.post("/api/v1/join", &join).await
}

async fn people(someone: &Person) -> usize {
    someone.get("/api/v1/users").await.ok::<UserPage>().users.len()
}

#[tokio::test]
async fn an_owner_who_lost_the_answer_asks_again_and_owns_the_box() {
    let mut house = House::fresh().await;
    let code = house.claim_code().to_owned();
    let lost: SignedIn = claim(&house, &code, SECRET).await.ok();
    // Who has read the code over the owner's shoulder has not the secret, and who guesses the secret not the code.
    claim(&house, &code, OTHER).await.refused(ErrorCode::AlreadyClaimed);
    claim(&house, "AAAA-AAAA", SECRET).await.refused(ErrorCode::AlreadyClaimed);
    house.door.post("/api/v1/claim", &json!({"code": code, "name": "Olga"})).await.refused(ErrorCode::AlreadyClaimed);
    house.restart().await;
    let typed = format!(" {} ", code.to_lowercase());
    // The page that asks again after a reload has the code and the secret, and neither name nor password any more.
    let again = json!({"code": typed, "name": "", "secret": SECRET});
    let owner = Person::new(&house.door, house.door.post("/api/v1/claim", &again).await.ok());
    assert_eq!((owner.id, owner.device), (lost.me.user.id, lost.me.device), "the same owner with the same device");
    assert_eq!(owner.get("/api/v1/me").await.ok::<Me>().user.role, Role::Owner);
    assert_eq!(people(&owner).await, 1);
    // It has arrived: the secret is worth nothing any more, not even to who has both.
    claim(&house, &code, SECRET).await.refused(ErrorCode::AlreadyClaimed);
    house.restart().await;
    claim(&house, &code, SECRET).await.refused(ErrorCode::AlreadyClaimed);
    owner.get("/api/v1/me").await.done();
    house.stop().await;
}

#[tokio::test]
async fn an_answer_that_comes_late_after_all_is_good_too() {
    let house = House::fresh().await;
    let code = house.claim_code().to_owned();
    let replies = join_all((0..8).map(|_| claim(&house, &code, SECRET))).await;
    let owners: Vec<_> = replies.iter().map(|reply| Person::new(&house.door, reply.ok())).collect();
    for owner in &owners {
        assert_eq!(owner.id, owners[0].id);
        owner.get("/api/v1/me").await.done();
    }
    assert_eq!(people(&owners[0]).await, 1);
    house.stop().await;
}

#[tokio::test]
async fn who_asks_on_and_on_keeps_a_few_answers_and_the_last_is_good() {
    let house = House::fresh().await;
    let code = house.claim_code().to_owned();
    let mut answers = Vec::new();
    for second in 0..10 {
        house.at(second * 1_000);
        answers.push(Person::new(&house.door, claim(&house, &code, SECRET).await.ok()));
    }
    answers[1].get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    answers[2].get("/api/v1/me").await.done();
    answers[9].get("/api/v1/me").await.done();
    house.stop().await;
}

#[tokio::test]
async fn an_invite_for_one_is_not_used_up_by_a_lost_answer() {
    let (house, owner) = House::owned().await;
    let made: InviteCreated = owner.post("/api/v1/invites", &json!({"max_uses": 1})).await.ok();
    let ask = |name: &str, secret: &str| json!({"name": name, "invite": made.invite.code, "secret": secret});
    let lost: SignedIn = join(&house, ask("Alice", SECRET)).await.ok();
    join(&house, ask("Mallory", OTHER)).await.refused(ErrorCode::InviteUsedUp);
    let alice = Person::new(&house.door, join(&house, ask("Alice Again", SECRET)).await.ok());
    assert_eq!(alice.id, lost.me.user.id);
    assert_eq!(alice.get("/api/v1/me").await.ok::<Me>().user.name, "Alice", "the first time counts");
    assert_eq!(people(&owner).await, 2);
    // A request that was only slow must not put another account in the place of the one that is in use.
    join(&house, ask("Alice", SECRET)).await.refused(ErrorCode::Conflict);
    assert_eq!(people(&owner).await, 2);
    house.stop().await;
}

#[tokio::test]
async fn who_asks_to_be_let_in_twice_stands_at_the_door_once() {
    let (house, owner) = House::owned().await;
    let ask = json!({"name": "Carol", "secret": SECRET});
    join(&house, ask.clone()).await.done();
    let carol = Person::new(&house.door, join(&house, ask.clone()).await.ok());
    let waiting: Vec<JoinRequest> = owner.get("/api/v1/requests").await.ok();
    assert_eq!(waiting.iter().map(|request| request.user).collect::<Vec<_>>(), [carol.id]);
    // Let in before the answer came: what comes now is the account that was let in.
    owner.post(&format!("/api/v1/requests/{}", carol.id), &json!({"approve": true})).await.done();
    let carol = Person::new(&house.door, join(&house, ask).await.ok());
    carol.say(house.hall(&carol).await, "1", "thank you").await;
    // "I was here before" is another question than "let me in", also from the same browser.
    let back = json!({"name": "Carol", "returning": true, "secret": SECRET});
    assert_ne!(join(&house, back).await.ok::<SignedIn>().me.user.id, carol.id);
    house.stop().await;
}

#[tokio::test]
async fn who_comes_twice_at_once_is_one_person() {
    let (house, owner) = House::owned_with(|config| config.join.mode = JoinMode::Open).await;
    let ask = json!({"name": "Alice", "secret": SECRET});
    let replies = join_all((0..6).map(|_| join(&house, ask.clone()))).await;
    let ids: Vec<i64> = replies.iter().map(|reply| reply.ok::<SignedIn>().me.user.id).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(people(&owner).await, 2);
    // Also when the first of them uses the invite up while the others are being looked at.
    for n in 0..10 {
        let made: InviteCreated = owner.post("/api/v1/invites", &json!({"max_uses": 1})).await.ok();
        let ask = json!({"name": format!("Guest {n}"), "invite": made.invite.code, "secret": SECRET});
        let replies = join_all((0..6).map(|_| join(&house, ask.clone()))).await;
        let ids: Vec<i64> = replies.iter().map(|reply| reply.ok::<SignedIn>().me.user.id).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    }
    assert_eq!(people(&owner).await, 12);
    for secret in ["", "too short", &"x".repeat(65)] {
        join(&house, json!({"name": "Bob", "secret": secret})).await.refused(ErrorCode::BadRequest);
    }
    // Without a secret each is somebody new, as ever.
    let without = json!({"name": "Bob"});
    join(&house, without.clone()).await.done();
    join(&house, without).await.done();
    assert_eq!(people(&owner).await, 14);
    house.stop().await;
}

#[tokio::test]
async fn an_admins_ticket_is_not_used_up_by_a_lost_answer() {
    let (house, owner, alice, _) = House::with_two().await;
    let issued: SignInTicket = owner.post(&format!("/api/v1/users/{}/ticket", alice.id), &json!({})).await.ok();
    let redeem = async |secret: &str| {
        house.door.post("/api/v1/tickets/redeem", &json!({"code": issued.code, "secret": secret})).await
    };
    let lost: SignedIn = redeem(SECRET).await.ok();
    redeem(OTHER).await.refused(ErrorCode::TicketInvalid);
    let back = Person::new(&house.door, redeem(SECRET).await.ok());
    assert_eq!((back.id, back.device), (alice.id, lost.me.device));
    back.get("/api/v1/me").await.done();
    redeem(SECRET).await.refused(ErrorCode::TicketInvalid);
    house.stop().await;
}
