//! One more device, or one more address, for someone who is here. Were these to fail, a photographed QR code would be
//! somebody's account, or people would lose themselves when the box's address changes.

use futures_util::future::join_all;
use imd::wire::{Device, ErrorCode, HandOverLink, Me, ServerFrame, SignInState, SignInTicket, SignedIn};
use serde_json::json;

use crate::door::Reply;
use crate::house::House;
use crate::line::Line;
use crate::person::Person;

const SECRET: &str = "the-new-device's-own";

async fn redeem(house: &House, code: &str, secret: &str) -> Reply {
    house.door.post("/api/v1/tickets/redeem", &json!({"code": code, "secret": secret})).await
}

async fn ticket(person: &Person) -> (SignInTicket, String) {
    let ticket: SignInTicket = person.post("/api/v1/me/tickets", &json!({})).await.ok();
    let code = ticket.code.clone().unwrap();
    assert!(ticket.links.iter().all(|link| link.ends_with(&format!("/#/ticket/{code}"))), "{:?}", ticket.links);
    (ticket, code)
}

async fn answer(person: &Person, ticket: &SignInTicket, way: &str) -> Reply {
    person.post(&format!("/api/v1/me/tickets/{}/{way}", ticket.id), &json!({})).await
}

async fn asked(line: &mut Line) -> SignInTicket {
    let wanted = |frame: &ServerFrame| match frame {
        ServerFrame::SignIn { ticket } => Some((**ticket).clone()),
        _ => None,
    };
    line.take("a device that wants in", wanted).await
}

async fn devices(person: &Person) -> usize {
    person.get("/api/v1/me/devices").await.ok::<Vec<Device>>().len()
}

#[tokio::test]
async fn a_scanned_code_signs_in_only_once_it_was_confirmed() {
    let (house, _, alice, bob) = House::with_two().await;
    let mut line = alice.live().await;
    let (made, code) = ticket(&alice).await;
    assert_eq!(made.state, SignInState::Open);
    answer(&alice, &made, "confirm").await.refused(ErrorCode::NotFound);

    let waits = redeem(&house, &code, SECRET).await;
    assert_eq!((waits.status, waits.ok::<SignInTicket>().state), (202, SignInState::Waiting));
    assert_eq!(asked(&mut line).await.id, made.id);
    assert_eq!(redeem(&house, &code, SECRET).await.status, 202, "asking again changes nothing");
    redeem(&house, &code, "someone-else's-secret").await.refused(ErrorCode::TicketInvalid);
    answer(&bob, &made, "confirm").await.refused(ErrorCode::NotFound);
    assert_eq!(devices(&alice).await, 1);

    answer(&alice, &made, "confirm").await.done();
    redeem(&house, &code, "someone-else's-secret").await.refused(ErrorCode::TicketInvalid);
    let second = Person::new(&house.door, redeem(&house, &code, SECRET).await.ok::<SignedIn>());
    assert_eq!(second.id, alice.id);
    assert_ne!(second.device, alice.device);
    second.get("/api/v1/me").await.done();
    redeem(&house, &code, SECRET).await.refused(ErrorCode::TicketInvalid);
    assert_eq!(devices(&alice).await, 2);
    house.stop().await;
}

#[tokio::test]
async fn a_refused_or_withdrawn_code_signs_nobody_in() {
    let (house, _, alice, _) = House::with_two().await;
    let (made, code) = ticket(&alice).await;
    assert_eq!(redeem(&house, &code, SECRET).await.status, 202);
    answer(&alice, &made, "refuse").await.done();
    answer(&alice, &made, "confirm").await.refused(ErrorCode::NotFound);
    redeem(&house, &code, SECRET).await.refused(ErrorCode::TicketRefused);

    let (made, code) = ticket(&alice).await;
    alice.delete(&format!("/api/v1/me/tickets/{}", made.id)).await.done();
    redeem(&house, &code, SECRET).await.refused(ErrorCode::TicketInvalid);
    redeem(&house, "NOSUCHTICKET", SECRET).await.refused(ErrorCode::TicketInvalid);
    for secret in ["", "too short", &"x".repeat(65)] {
        redeem(&house, &code, secret).await.refused(ErrorCode::BadRequest);
    }
    assert_eq!(devices(&alice).await, 1);
    house.stop().await;
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes_also_when_it_was_confirmed() {
    let (house, _, alice, _) = House::with_two().await;
    let (made, code) = ticket(&alice).await;
    house.at(600_000 - 1);
    assert_eq!(redeem(&house, &code, SECRET).await.status, 202);
    answer(&alice, &made, "confirm").await.done();
    house.at(600_000);
    redeem(&house, &code, SECRET).await.refused(ErrorCode::TicketExpired);
    assert_eq!(devices(&alice).await, 1);
    house.stop().await;
}

#[tokio::test]
async fn an_admins_code_brings_someone_back_who_has_no_device_left() {
    let (house, owner, alice, bob) = House::with_two().await;
    let path = format!("/api/v1/users/{}/ticket", alice.id);
    bob.post(&path, &json!({})).await.refused(ErrorCode::Forbidden);
    let issued: SignInTicket = owner.post(&path, &json!({})).await.ok();
    let code = issued.code.unwrap();
    alice.post("/api/v1/sign-out", &json!({})).await.done();

    let secrets: Vec<String> = (0..6).map(|n| format!("secret number {n:02}")).collect();
    let replies = join_all(secrets.iter().map(|secret| redeem(&house, &code, secret))).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!(won.len(), 1, "good once, however many scan it");
    lost.iter().for_each(|reply| reply.refused(ErrorCode::TicketInvalid));
    let back = Person::new(&house.door, won[0].ok());
    assert_eq!(back.id, alice.id);

    let issued: SignInTicket = owner.post(&path, &json!({})).await.ok();
    house.at(24 * 3_600_000);
    redeem(&house, &issued.code.unwrap(), SECRET).await.refused(ErrorCode::TicketExpired);
    house.stop().await;
}

#[tokio::test]
async fn an_admin_issues_no_owners_code_and_none_for_who_is_not_here() {
    let (house, owner, alice, bob) = House::with_two().await;
    owner.patch(&format!("/api/v1/users/{}", alice.id), &json!({"role": "admin"})).await.done();
    alice.with_password("alice's password").await;
    let carol = house.join("Carol", None).await;
    let issue = async |of: i64| alice.post(&format!("/api/v1/users/{of}/ticket"), &json!({})).await;
    issue(owner.id).await.refused(ErrorCode::Forbidden);
    issue(carol.id).await.refused(ErrorCode::NotFound);
    issue(999).await.refused(ErrorCode::NotFound);
    issue(bob.id).await.done();
    house.stop().await;
}

#[tokio::test]
async fn what_an_admin_issued_ends_with_their_being_one() {
    let (house, owner, alice, bob) = House::with_two().await;
    alice.with_password("alice's password").await;
    let set = async |person: &Person, change: serde_json::Value| {
        owner.patch(&format!("/api/v1/users/{}", person.id), &change).await.done();
    };
    let issue = async |of: &Person| {
        let issued = alice.post(&format!("/api/v1/users/{}/ticket", of.id), &json!({})).await;
        issued.ok::<SignInTicket>().code.unwrap()
    };
    for (out, back) in [
        (json!({"role": "member"}), json!({"role": "admin"})),
        (json!({"status": "suspended"}), json!({"status": "active"})),
    ] {
        set(&alice, json!({"role": "admin"})).await;
        let code = issue(&bob).await;
        set(&alice, out).await;
        redeem(&house, &code, SECRET).await.refused(ErrorCode::TicketInvalid);
        set(&alice, back).await;
        redeem(&house, &code, SECRET).await.refused(ErrorCode::TicketInvalid);
        let again = issue(&bob).await;
        redeem(&house, &again, SECRET).await.done();
    }
    // Who rose above the admin meanwhile is not theirs to sign in any more.
    let code = issue(&bob).await;
    set(&bob, json!({"role": "owner"})).await;
    redeem(&house, &code, SECRET).await.refused(ErrorCode::TicketInvalid);
    // One's own ticket is nobody's word but one's own.
    let (made, own) = ticket(&alice).await;
    set(&alice, json!({"role": "member"})).await;
    assert_eq!(redeem(&house, &own, SECRET).await.status, 202);
    answer(&alice, &made, "confirm").await.done();
    redeem(&house, &own, SECRET).await.done();
    house.stop().await;
}

#[tokio::test]
async fn moving_to_another_address_keeps_the_device() {
    let (house, _, alice, _) = House::with_two().await;
    let here = house.door.origin();
    let move_to = async |url: &str| alice.post("/api/v1/me/hand-over", &json!({"url": url})).await;
    let link = move_to(&here).await.ok::<HandOverLink>().link;
    let code = link.strip_prefix(&format!("{here}/#/ticket/")).unwrap().to_owned();
    let moved = Person::new(&house.door, redeem(&house, &code, SECRET).await.ok());
    assert_eq!((moved.id, moved.device), (alice.id, alice.device));
    assert_ne!(moved.token, alice.token);
    redeem(&house, &code, SECRET).await.refused(ErrorCode::TicketInvalid);
    // Both addresses are one device: a message repeated at the new one is the first one still.
    let hall = house.hall(&alice).await;
    let first = alice.say(hall, "outbox-1", "on the way").await;
    assert_eq!(moved.say(hall, "outbox-1", "on the way").await, first);

    let link = move_to(&here).await.ok::<HandOverLink>().link;
    house.at(60_000);
    redeem(&house, link.rsplit('/').next().unwrap(), SECRET).await.refused(ErrorCode::TicketExpired);
    for elsewhere in ["http://evil.example", "https://127.0.0.1", "javascript:alert(1)", "", "http://"] {
        move_to(elsewhere).await.refused(ErrorCode::HostNotAllowed);
    }
    // Signing out ends the device at all its addresses.
    moved.post("/api/v1/sign-out", &json!({})).await.done();
    alice.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    house.stop().await;
}

#[tokio::test]
async fn a_code_opened_in_an_app_that_forgets_stays_good_for_the_real_browser() {
    let (house, _, alice, _) = House::with_two().await;
    let (_, code) = ticket(&alice).await;
    let wechat =
        house.door.request(reqwest::Method::POST, "/api/v1/tickets/redeem").header("user-agent", "MicroMessenger");
    Reply::of(wechat.json(&json!({"code": code, "secret": "another-secret-0"})))
        .await
        .refused(ErrorCode::UseRealBrowser);
    assert_eq!(redeem(&house, &code, SECRET).await.status, 202);
    let qr = alice.get(&format!("/api/v1/me/tickets/qr.svg?code={code}")).await;
    assert!(qr.body.starts_with(b"<?xml"));
    for bad in ["", "a%2Fb", &"A".repeat(33), "%22%3E%3Cscript"] {
        assert!(alice.get(&format!("/api/v1/me/tickets/qr.svg?code={bad}")).await.status < 500);
    }
    assert_eq!(alice.get("/api/v1/me").await.ok::<Me>().user.id, alice.id);
    house.stop().await;
}
