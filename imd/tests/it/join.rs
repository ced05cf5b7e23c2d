//! Coming in with an invite, through an open door, or not at all. Were these to fail, a stranger would be in the
//! house's rooms, or a neighbour with a good code would stand outside.

use futures_util::future::join_all;
use imd::config::JoinMode;
use imd::wire::{BoxInfo, ErrorCode, InviteCheck, InviteCreated, JoinRequest, Me, Role, Room, User, UserPage};
use serde_json::{Value, json};

use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

async fn invite(host: &Person, invite: Value) -> InviteCreated {
    host.post("/api/v1/invites", &invite).await.ok()
}

async fn join(house: &House, name: &str, code: &str) -> Reply {
    house.door.post("/api/v1/join", &json!({"name": name, "invite": code})).await
}

async fn status(person: &Person) -> String {
    person.get("/api/v1/box").await.ok::<BoxInfo>().me.unwrap().user.status
}

#[tokio::test]
async fn an_invite_lets_straight_in_however_its_code_is_typed() {
    let (house, owner) = House::owned().await;
    let made = invite(&owner, json!({})).await;
    let code = &made.invite.code;
    assert_eq!((code.len(), made.links.is_empty()), (8, false));
    assert!(made.links.iter().all(|link| link.ends_with(&format!("/#/join/{code}"))), "{:?}", made.links);
    let check: InviteCheck = house.door.get(&format!("/api/v1/invites/check/{code}")).await.ok();
    assert_eq!(check.from, "Olga");
    let typed = format!(" {}-{} ", code[..4].to_lowercase(), &code[4..]);
    let alice = Person::new(&house.door, join(&house, "Alice", &typed).await.ok());
    assert_eq!(status(&alice).await, "active");
    assert_eq!(house.hall(&alice).await, house.hall(&owner).await);
    house.stop().await;
}

#[tokio::test]
async fn an_invite_ends_at_its_time_and_not_before() {
    let (house, owner) = House::owned().await;
    let code = invite(&owner, json!({"expires_in_s": 60})).await.invite.code;
    house.at(59_999);
    join(&house, "Alice", &code).await.done();
    house.at(60_000);
    join(&house, "Bob", &code).await.refused(ErrorCode::InviteExpired);
    house.door.get(&format!("/api/v1/invites/check/{code}")).await.refused(ErrorCode::InviteExpired);
    house.stop().await;
}

#[tokio::test]
async fn a_poster_lasts_but_a_members_invite_ends_after_a_week() {
    let (house, owner, alice, _) = House::with_two().await;
    let poster = invite(&owner, json!({})).await.invite;
    let week = invite(&alice, json!({})).await.invite;
    assert_eq!((poster.expires_at, week.expires_at), (None, Some(crate::house::BEGINNING + 7 * 86_400_000)));
    house.pass(10 * 365 * 86_400_000);
    join(&house, "Late", &week.code).await.refused(ErrorCode::InviteExpired);
    join(&house, "Late", &poster.code).await.done();
    house.stop().await;
}

#[tokio::test]
async fn an_invite_for_three_lets_in_three_however_many_come_at_once() {
    let (house, owner) = House::owned().await;
    let made = invite(&owner, json!({"max_uses": 3})).await.invite;
    let names: Vec<String> = (0..12).map(|n| format!("Neighbour {n}")).collect();
    let replies = join_all(names.iter().map(|name| join(&house, name, &made.code))).await;
    let (came, stayed): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!(came.len(), 3);
    stayed.iter().for_each(|reply| reply.refused(ErrorCode::InviteUsedUp));
    let users: UserPage = owner.get("/api/v1/users").await.ok();
    assert_eq!(users.users.len(), 4, "the owner and three; nothing is left of the others");
    let now: InviteCreated = owner.get(&format!("/api/v1/invites/{}", made.id)).await.ok();
    assert_eq!(now.invite.uses, 3);
    house.stop().await;
}

#[tokio::test]
async fn an_invite_taken_back_lets_nobody_in_and_those_who_came_stay() {
    let (house, owner) = House::owned().await;
    let made = invite(&owner, json!({})).await.invite;
    let alice = Person::new(&house.door, join(&house, "Alice", &made.code).await.ok());
    owner.delete(&format!("/api/v1/invites/{}", made.id)).await.done();
    join(&house, "Bob", &made.code).await.refused(ErrorCode::InviteInvalid);
    join(&house, "Bob", "NOSUCHCD").await.refused(ErrorCode::InviteInvalid);
    owner.delete(&format!("/api/v1/invites/{}", made.id)).await.refused(ErrorCode::NotFound);
    assert_eq!(status(&alice).await, "active");
    house.stop().await;
}

#[tokio::test]
async fn an_invite_out_of_range_is_refused() {
    let (house, owner) = House::owned().await;
    let guest_without_room = json!({"guest": true});
    let bad = [
        json!({"expires_in_s": 59}),
        json!({"expires_in_s": 31_536_001}),
        json!({"max_uses": 0}),
        json!({"max_uses": 10_001}),
    ];
    for body in bad.iter().chain([&guest_without_room, &json!({"rooms": vec![1; 21]})]) {
        owner.post("/api/v1/invites", body).await.refused(ErrorCode::BadRequest);
    }
    owner.post("/api/v1/invites", &json!({"rooms": [999]})).await.refused(ErrorCode::NotFound);
    house.stop().await;
}

#[tokio::test]
async fn an_invite_belongs_to_its_maker_and_the_admins() {
    let (house, owner, alice, bob) = House::with_two().await;
    let made = invite(&alice, json!({})).await.invite;
    let path = format!("/api/v1/invites/{}", made.id);
    for mine in [&alice, &owner] {
        mine.get(&path).await.done();
    }
    for way in ["", "/qr.svg", "/qr.png"] {
        bob.get(&format!("{path}{way}")).await.refused(ErrorCode::NotFound);
    }
    bob.delete(&path).await.refused(ErrorCode::NotFound);
    let his: Vec<imd::wire::Invite> = bob.get("/api/v1/invites").await.ok();
    assert!(his.is_empty());
    assert!(alice.get(&format!("{path}/qr.svg")).await.body.starts_with(b"<?xml"));
    assert!(alice.get(&format!("{path}/qr.png?link=0")).await.body.starts_with(b"\x89PNG"));
    alice.get(&format!("{path}/qr.svg?link=99")).await.refused(ErrorCode::NotFound);
    house.stop().await;
}

#[tokio::test]
async fn a_guest_sees_the_room_they_were_invited_to_and_nobody_else() {
    let (house, owner, alice, bob) = House::with_two().await;
    let party = alice.make_room("group", "Party", &[]).await;
    let guest = house.guest(&alice, "Gustav", party.id).await;
    let rooms: Vec<Room> = guest.get("/api/v1/rooms").await.ok();
    assert_eq!(rooms.iter().map(|room| room.id).collect::<Vec<_>>(), [party.id]);
    assert_eq!(guest.get("/api/v1/me").await.ok::<Me>().user.role, Role::Guest);
    let seen: UserPage = guest.get("/api/v1/users").await.ok();
    assert_eq!(seen.users.iter().map(|user| user.id).collect::<Vec<_>>(), [alice.id, guest.id]);
    for stranger in [&owner, &bob] {
        guest.get(&format!("/api/v1/users/{}", stranger.id)).await.refused(ErrorCode::NotFound);
        guest.post("/api/v1/direct", &json!({"user": stranger.id})).await.refused(ErrorCode::NotFound);
    }
    guest.get(&format!("/api/v1/users/{}", alice.id)).await.ok::<User>();
    guest.post("/api/v1/invites", &json!({})).await.refused(ErrorCode::Forbidden);
    guest.post("/api/v1/rooms", &json!({"kind": "group", "name": "Mine"})).await.refused(ErrorCode::Forbidden);
    let add = format!("/api/v1/rooms/{}/members/{}", party.id, bob.id);
    guest.put(&add, &json!({})).await.refused(ErrorCode::Forbidden);
    guest.say(party.id, "1", "hello").await;
    house.stop().await;
}

#[tokio::test]
async fn a_browser_that_forgets_makes_no_account() {
    let (house, owner) = House::owned_with(|config| config.join.mode = JoinMode::Open).await;
    let wechat = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116.0 MicroMessenger/8.0.42";
    let info = house.door.request(reqwest::Method::GET, "/api/v1/box").header("user-agent", wechat);
    assert!(Reply::of(info).await.ok::<BoxInfo>().in_app_browser);
    let join = house.door.request(reqwest::Method::POST, "/api/v1/join").header("user-agent", wechat);
    Reply::of(join.json(&json!({"name": "王芳"}))).await.refused(ErrorCode::UseRealBrowser);
    assert_eq!(owner.get("/api/v1/users").await.ok::<UserPage>().users.len(), 1);
    assert!(owner.get("/api/v1/requests").await.ok::<Vec<JoinRequest>>().is_empty());
    house.stop().await;
}

#[tokio::test]
async fn people_of_one_name_have_handles_of_their_own() {
    let (house, owner) = House::owned_with(|config| config.join.mode = JoinMode::Open).await;
    join_all((0..3).map(|_| house.join("王芳", None))).await;
    let users: UserPage = owner.get("/api/v1/users?q=%E7%8E%8B").await.ok();
    assert!(users.users.iter().all(|user| user.name == "王芳"));
    let mut handles: Vec<_> = users.users.iter().map(|user| user.handle.as_str()).collect();
    handles.sort_unstable();
    assert_eq!(handles, ["wang-fang", "wang-fang-2", "wang-fang-3"]);
    house.stop().await;
}

#[tokio::test]
async fn a_name_that_cannot_be_seen_is_refused() {
    let (house, _) = House::owned_with(|config| config.join.mode = JoinMode::Open).await;
    for name in ["", "   ", "\u{200b}", "\u{202e}", &"长".repeat(65)] {
        house.door.post("/api/v1/join", &json!({"name": name})).await.refused(ErrorCode::NameUnfit);
    }
    house.join(&"长".repeat(64), None).await;
    house.stop().await;
}

#[tokio::test]
async fn a_guest_who_becomes_a_member_lands_where_everyone_does_and_goes_when_a_guest_again() {
    let (house, owner, alice, _) = House::with_two().await;
    let party = alice.make_room("group", "Party", &[]).await.id;
    let hall = house.hall(&alice).await;
    let guest = house.guest(&alice, "Gustav", party).await;
    let role = async |role: &str| {
        owner.patch(&format!("/api/v1/users/{}", guest.id), &json!({"role": role})).await.done();
    };
    let mut line = guest.live().await;
    role("member").await;
    assert_eq!(guest.room(hall).await.id, hall);
    alice.say(hall, "1", "welcome").await;
    let told = |frame: &imd::wire::ServerFrame| match frame {
        imd::wire::ServerFrame::Events { room, events } if *room == hall => Some(events[0].body.clone()),
        _ => None,
    };
    while !matches!(line.take("the hall's talk", told).await, imd::wire::EventBody::Message { .. }) {}
    role("guest").await;
    guest.get(&format!("/api/v1/rooms/{hall}")).await.refused(ErrorCode::NotFound);
    guest.say(party, "1", "still here").await;
    let seen: UserPage = guest.get("/api/v1/users").await.ok();
    assert_eq!(seen.users.len(), 2);
    house.stop().await;
}

#[tokio::test]
async fn an_invite_takes_nobody_where_its_maker_could_not() {
    let (house, owner, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Council", &[&bob]).await.id;
    let code = invite(&bob, json!({"rooms": [room]})).await.invite.code;
    alice.delete(&format!("/api/v1/rooms/{room}/members/{}", bob.id)).await.done();
    let carol = Person::new(&house.door, join(&house, "Carol", &code).await.ok());
    carol.get(&format!("/api/v1/rooms/{room}")).await.refused(ErrorCode::NotFound);
    assert_eq!(carol.get("/api/v1/rooms").await.ok::<Vec<Room>>().len(), 1, "in the house, but not in that room");
    owner.patch(&format!("/api/v1/users/{}", bob.id), &json!({"status": "suspended"})).await.done();
    join(&house, "Dora", &code).await.refused(ErrorCode::InviteInvalid);
    house.stop().await;
}
