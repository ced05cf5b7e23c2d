//! Devices, their cookies and tokens, and being cut off. Were these to fail, a lost phone would go on reading, or a
//! page of another site would have one's cookie.

use imd::actions::live::signals::sessions_of;
use imd::wire::{Device, ErrorCode, Me, UserPage};
use reqwest::Method;
use serde_json::json;

use crate::door::Reply;
use crate::house::House;
use crate::line::Line;
use crate::person::Person;

async fn devices(person: &Person) -> Vec<Device> {
    person.get("/api/v1/me/devices").await.ok()
}

/// One more device of someone's, signed in by an admin's ticket.
pub async fn second_device(admin: &Person, of: &Person) -> Person {
    let ticket: imd::wire::SignInTicket = admin.post(&format!("/api/v1/users/{}/ticket", of.id), &json!({})).await.ok();
    let redeem = json!({"code": ticket.code, "secret": "0123456789abcdef"});
    Person::new(&admin.door, admin.door.post("/api/v1/tickets/redeem", &redeem).await.ok())
}

#[tokio::test]
async fn a_browsers_cookie_is_for_this_box_and_for_no_script() {
    let (house, owner) = House::owned().await;
    let invite: imd::wire::InviteCreated = owner.post("/api/v1/invites", &json!({})).await.ok();
    let join = house.door.request(Method::POST, "/api/v1/join").header("origin", house.door.origin());
    let join = join.json(&json!({"name": "Alice", "invite": invite.invite.code}));
    let reply = Reply::of(join).await;
    assert_eq!(reply.ok::<imd::wire::SignedIn>().token, None, "a script must not see it");
    let cookie = reply.header("set-cookie");
    let mut parts = cookie.split("; ");
    let (name, token) = parts.next().unwrap().split_once('=').unwrap();
    assert_eq!((name, token.len()), ("imbox", 64));
    let flags: Vec<_> = parts.collect();
    assert_eq!(flags, ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=34560000"]);

    let me = house.door.request(Method::GET, "/api/v1/me").header("cookie", format!("other=1; imbox={token}"));
    assert_eq!(Reply::of(me).await.ok::<Me>().user.name, "Alice");
    let out = house.door.request(Method::POST, "/api/v1/sign-out").header("cookie", format!("imbox={token}"));
    let out = Reply::of(out.header("origin", house.door.origin())).await;
    out.done();
    assert_eq!(out.header("set-cookie"), "imbox=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    house.stop().await;
}

#[tokio::test]
async fn a_program_that_asks_for_its_token_gets_no_cookie() {
    let (house, owner) = House::owned().await;
    assert_eq!(owner.token.len(), 64);
    let reply = house.door.post("/api/v1/join", &json!({"name": "Panel"})).await;
    assert_eq!((reply.status, reply.header("set-cookie")), (202, ""));
    for wrong in ["", "x", &"f".repeat(64), &"f".repeat(10_000), "null", "' OR 1=1 --"] {
        let ask = house.door.request(Method::GET, "/api/v1/me").bearer_auth(wrong);
        Reply::of(ask).await.refused(ErrorCode::NotSignedIn);
    }
    house.stop().await;
}

#[tokio::test]
async fn a_device_signed_out_from_another_is_out_at_once_and_the_other_stays() {
    let (house, owner, alice, _) = House::with_two().await;
    let lost = second_device(&owner, &alice).await;
    assert_eq!(lost.id, alice.id);
    let (mut line, mut lost_line) = (alice.live().await, lost.live().await);
    let list = devices(&alice).await;
    assert_eq!(
        list.iter().map(|d| (d.id, d.current, d.online)).collect::<Vec<_>>(),
        [(lost.device, false, true), (alice.device, true, true)]
    );
    alice.delete(&format!("/api/v1/me/devices/{}", lost.device)).await.done();
    lost.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    assert_eq!(lost_line.ended().await, (Some("signed_out".to_owned()), Some(1008)));
    let refused = Line::open(&house.door, &[("authorization", &format!("Bearer {}", lost.token))]).await.err();
    assert_eq!(refused, Some((401, ErrorCode::NotSignedIn)));
    line.settle().await;
    assert_eq!(devices(&alice).await.len(), 1);
    house.stop().await;
}

#[tokio::test]
async fn nobody_signs_out_anothers_device() {
    let (house, _, alice, bob) = House::with_two().await;
    bob.delete(&format!("/api/v1/me/devices/{}", alice.device)).await.refused(ErrorCode::NotFound);
    alice.get("/api/v1/me").await.done();
    house.stop().await;
}

#[tokio::test]
async fn signing_out_ends_this_device_alone() {
    let (house, owner, alice, _) = House::with_two().await;
    let second = second_device(&owner, &alice).await;
    let mut line = second.live().await;
    second.post("/api/v1/sign-out", &json!({})).await.done();
    assert_eq!(line.ended().await.0.as_deref(), Some("signed_out"));
    second.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    alice.get("/api/v1/me").await.done();
    house.stop().await;
}

#[tokio::test]
async fn someone_suspended_is_cut_off_everywhere_at_once_and_keeps_everything() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let second = second_device(&owner, &alice).await;
    let mut lines = [alice.live().await, second.live().await];
    let mut bobs = bob.live().await;
    let change = |status: &str| json!({"status": status});
    let path = format!("/api/v1/users/{}", alice.id);
    owner.patch(&path, &change("suspended")).await.done();
    for line in &mut lines {
        assert_eq!(line.ended().await, (Some("suspended".to_owned()), Some(1008)));
    }
    for device in [&alice, &second] {
        device.get("/api/v1/rooms").await.refused(ErrorCode::Suspended);
        device.message(hall, &json!({"client_id": "x", "text": "still here"})).await.refused(ErrorCode::Suspended);
        let headers = [("authorization", &*format!("Bearer {}", device.token))];
        assert_eq!(Line::open(&house.door, &headers).await.err(), Some((403, ErrorCode::Suspended)));
    }
    let told = bobs.take("that Alice is suspended", |frame| match frame {
        imd::wire::ServerFrame::User { user } if user.id == alice.id => Some(user.status.clone()),
        _ => None,
    });
    assert_eq!(told.await, "suspended");

    owner.patch(&path, &change("active")).await.done();
    assert_eq!(alice.room(hall).await.id, hall);
    alice.say(hall, "x", "back").await;
    house.stop().await;
}

#[tokio::test]
async fn the_box_keeps_an_owner() {
    let (house, owner, alice, bob) = House::with_two().await;
    let path = |person: &Person| format!("/api/v1/users/{}", person.id);
    for less in [json!({"role": "member"}), json!({"status": "suspended"})] {
        owner.patch(&path(&owner), &less).await.refused(ErrorCode::LastOwner);
    }
    owner.patch(&path(&alice), &json!({"role": "admin"})).await.done();
    alice.with_password("alice's password").await;
    alice.patch(&path(&owner), &json!({"role": "member"})).await.refused(ErrorCode::Forbidden);
    alice.patch(&path(&alice), &json!({"role": "owner"})).await.refused(ErrorCode::Forbidden);
    bob.patch(&path(&bob), &json!({"role": "admin"})).await.refused(ErrorCode::Forbidden);
    owner.patch(&path(&bob), &json!({"status": "nonsense"})).await.refused(ErrorCode::BadRequest);
    owner.patch(&path(&alice), &json!({"role": "owner"})).await.done();
    owner.patch(&path(&owner), &json!({"role": "member"})).await.done();
    owner.patch(&path(&bob), &json!({"role": "admin"})).await.refused(ErrorCode::Forbidden);
    assert_eq!(alice.get("/api/v1/users").await.ok::<UserPage>().users.len(), 3);
    house.stop().await;
}

#[tokio::test]
async fn of_too_many_devices_the_one_unused_for_longest_is_signed_out() {
    let (house, owner, alice, _) = House::with_two().await;
    let mut newest = alice.clone();
    for _ in 0..50 {
        newest = second_device(&owner, &alice).await;
    }
    assert_eq!(devices(&newest).await.len(), 50);
    alice.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    house.stop().await;
}

#[tokio::test]
async fn a_device_signed_out_while_it_connects_does_not_stay() {
    let (house, owner, alice, _) = House::with_two().await;
    let core = house.app().core();
    for _ in 0..20 {
        let lost = second_device(&owner, &alice).await;
        let bearer = format!("Bearer {}", lost.token);
        let headers = [("authorization", &*bearer)];
        // Some are in before, some come too late, and some are just being asked who they are.
        let connecting = futures_util::future::join_all((0..12).map(|_| Line::open(&house.door, &headers)));
        let path = format!("/api/v1/me/devices/{}", lost.device);
        let (mut lines, gone) = tokio::join!(connecting, alice.delete(&path));
        gone.done();
        for line in lines.iter_mut().flatten() {
            line.ended().await;
        }
        crate::house::until("none is left", || sessions_of(core, imd::chat::UserId(alice.id)) == 0).await;
    }
    house.stop().await;
}
