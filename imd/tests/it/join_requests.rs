//! Those who wait at the door, and those who come back. Were these to fail, strangers would let themselves in, or
//! somebody who changed their phone would have lost their rooms.

use futures_util::future::join_all;
use imd::config::JoinMode;
use imd::wire::{
    BoxInfo, Device, ErrorCode, InviteCreated, JoinRequest, Me, Role, Room, ServerFrame, SignedIn, UserPage,
};
use serde_json::json;

use crate::house::House;
use crate::line::Line;
use crate::person::Person;

async fn returning(house: &House, name: &str) -> Person {
    let join = json!({"name": name, "returning": true});
    Person::new(&house.door, house.door.post("/api/v1/join", &join).await.ok())
}

async fn answer(admin: &Person, waiting: &Person, answer: serde_json::Value) -> crate::door::Reply {
    admin.post(&format!("/api/v1/requests/{}", waiting.id), &answer).await
}

async fn asked(line: &mut Line) -> JoinRequest {
    let request = |frame: &ServerFrame| match frame {
        ServerFrame::Request { request } => Some((**request).clone()),
        _ => None,
    };
    line.take("a join request", request).await
}

async fn answered(line: &mut Line) -> i64 {
    let gone = |frame: &ServerFrame| match frame {
        ServerFrame::RequestGone { user } => Some(*user),
        _ => None,
    };
    line.take("the end of a join request", gone).await
}

/// Someone who comes by such an invite of `host`'s.
async fn invited(house: &House, host: &Person, name: &str, invite: serde_json::Value) -> (InviteCreated, Person) {
    let made: InviteCreated = host.post("/api/v1/invites", &invite).await.ok();
    let person = house.join(name, Some(&made.invite.code)).await;
    (made, person)
}

async fn role(person: &Person) -> Role {
    person.get("/api/v1/me").await.ok::<Me>().user.role
}

async fn rooms(person: &Person) -> Vec<i64> {
    let rooms: Vec<Room> = person.get("/api/v1/rooms").await.ok();
    rooms.iter().map(|room| room.id).collect()
}

#[tokio::test]
async fn who_types_the_address_waits_until_an_admin_lets_them_in() {
    let (house, owner) = House::owned().await;
    let mut line = owner.live().await;
    let mut second = owner.live().await;
    let carol = house.join("Carol", None).await;
    assert_eq!(carol.get("/api/v1/box").await.ok::<BoxInfo>().me.unwrap().user.status, "pending");
    carol.get("/api/v1/rooms").await.refused(ErrorCode::PendingApproval);
    for line in [&mut line, &mut second] {
        let request = asked(line).await;
        assert_eq!((request.user, request.name.as_str(), request.returning), (carol.id, "Carol", false));
    }
    let again = owner.connect().await.hello(&[]).await;
    assert_eq!(again.requests.len(), 1, "an admin who comes later is told too");
    let seen: UserPage = owner.get("/api/v1/users").await.ok();
    assert_eq!(seen.users.len(), 1, "who waits is not among the people");

    answer(&owner, &carol, json!({"approve": true})).await.done();
    assert_eq!(answered(&mut second).await, carol.id);
    assert_eq!(rooms(&carol).await, rooms(&owner).await);
    carol.say(house.hall(&carol).await, "1", "thank you").await;
    answer(&owner, &carol, json!({"approve": true})).await.refused(ErrorCode::NotFound);
    house.stop().await;
}

#[tokio::test]
async fn who_is_sent_away_is_gone() {
    let (house, owner) = House::owned().await;
    let mallory = house.join("Mallory", None).await;
    answer(&owner, &mallory, json!({"approve": false})).await.done();
    mallory.get("/api/v1/rooms").await.refused(ErrorCode::NotSignedIn);
    assert!(mallory.get("/api/v1/box").await.ok::<BoxInfo>().me.is_none());
    assert!(owner.get("/api/v1/requests").await.ok::<Vec<JoinRequest>>().is_empty());
    answer(&owner, &mallory, json!({"approve": true})).await.refused(ErrorCode::NotFound);
    house.stop().await;
}

#[tokio::test]
async fn who_waits_may_give_up() {
    let (house, owner) = House::owned().await;
    let carol = house.join("Carol", None).await;
    carol.post("/api/v1/sign-out", &json!({})).await.done();
    carol.get("/api/v1/rooms").await.refused(ErrorCode::NotSignedIn);
    // Letting in an account that nobody can use any more would leave a ghost among the people.
    let waiting: Vec<JoinRequest> = owner.get("/api/v1/requests").await.ok();
    assert!(waiting.is_empty(), "{waiting:?}");
    house.stop().await;
}

#[tokio::test]
async fn only_a_closed_door_and_only_an_open_one_is_passed() {
    for (mode, invited, without) in [
        (JoinMode::Invite, "active", "pending"),
        (JoinMode::Approval, "pending", "pending"),
        (JoinMode::Open, "active", "active"),
    ] {
        let (house, owner) = House::owned_with(|config| config.join.mode = mode).await;
        let status = async |person: Person| person.get("/api/v1/box").await.ok::<BoxInfo>().me.unwrap().user.status;
        assert_eq!(status(house.member(&owner, "Invited").await).await, invited, "{mode:?}");
        assert_eq!(status(house.join("Not invited", None).await).await, without, "{mode:?}");
        assert_eq!(
            status(returning(&house, "Olga").await).await,
            "pending",
            "{mode:?}: nobody takes an account unasked"
        );
        house.stop().await;
    }
}

#[tokio::test]
async fn who_was_here_before_is_the_same_person_with_the_same_rooms() {
    let (house, owner, alice, bob) = House::with_two().await;
    let group = alice.make_room("group", "Balcony", &[&bob]).await;
    alice.say(group.id, "1", "mine").await;
    let back = returning(&house, "Alice").await;
    let waiting: Vec<JoinRequest> = owner.get("/api/v1/requests").await.ok();
    assert!(waiting[0].returning);
    answer(&owner, &back, json!({"approve": true, "existing_user": alice.id})).await.done();

    let me: Me = back.get("/api/v1/me").await.ok();
    assert_eq!((me.user.id, me.user.name.as_str()), (alice.id, "Alice"));
    assert_ne!(me.device, alice.device);
    assert_eq!(rooms(&back).await, rooms(&alice).await);
    assert_eq!(back.events(group.id, "").await, alice.events(group.id, "").await);
    assert_eq!(alice.get("/api/v1/me/devices").await.ok::<Vec<Device>>().len(), 2);
    assert_eq!(owner.get("/api/v1/users").await.ok::<UserPage>().users.len(), 3, "no second Alice");
    house.stop().await;
}

#[tokio::test]
async fn an_admin_hands_out_no_owners_account() {
    let (house, owner, alice, bob) = House::with_two().await;
    owner.patch(&format!("/api/v1/users/{}", alice.id), &json!({"role": "admin"})).await.done();
    alice.with_password("alice's password").await;
    let mallory = returning(&house, "Olga").await;
    answer(&alice, &mallory, json!({"approve": true, "existing_user": owner.id})).await.refused(ErrorCode::Forbidden);
    answer(&alice, &mallory, json!({"approve": true, "existing_user": 999})).await.refused(ErrorCode::NotFound);
    answer(&alice, &mallory, json!({"approve": true, "existing_user": mallory.id})).await.refused(ErrorCode::NotFound);
    owner.patch(&format!("/api/v1/users/{}", bob.id), &json!({"status": "suspended"})).await.done();
    answer(&alice, &mallory, json!({"approve": true, "existing_user": bob.id})).await.refused(ErrorCode::NotFound);
    mallory.get("/api/v1/rooms").await.refused(ErrorCode::PendingApproval);
    house.stop().await;
}

#[tokio::test]
async fn who_leans_on_the_bell_neither_fills_the_box_nor_keeps_others_from_ringing() {
    let (house, owner) = House::owned().await;
    let ring = async |neighbour: u8| house.door.of(neighbour).post("/api/v1/join", &json!({"name": "Ding"})).await;
    let mut last = ring(1).await.ok::<SignedIn>();
    for _ in 1..5 {
        last = ring(1).await.ok();
    }
    ring(1).await.refused(ErrorCode::LimitReached);
    ring(2).await.done();
    // A place that was given up is free again, at once.
    Person::new(&house.door, last).post("/api/v1/sign-out", &json!({})).await.done();
    ring(1).await.done();
    ring(1).await.refused(ErrorCode::LimitReached);
    join_all((3..=21).flat_map(|neighbour| [neighbour; 5]).map(ring)).await;
    let waiting = async || owner.get("/api/v1/requests").await.ok::<Vec<JoinRequest>>();
    // The network has fifty places: of the most crowded address the longest gives way, and who rang once stays.
    assert_eq!(waiting().await.len(), 50);
    let mut neighbours = Vec::new();
    for neighbour in 100..120 {
        let rung: SignedIn = ring(neighbour).await.ok();
        neighbours.push(rung.me.user.id);
    }
    join_all((1..=21).flat_map(|neighbour| [neighbour; 2]).map(ring)).await;
    let left = waiting().await;
    assert_eq!(left.len(), 50);
    assert!(neighbours.iter().all(|user| left.iter().any(|request| request.user == *user)), "{left:?}");
    // Who holds an invite and has to ask has a place of their own.
    owner.patch("/api/v1/admin/settings", &json!({"join_mode": "approval"})).await.done();
    let host: imd::wire::InviteCreated = owner.post("/api/v1/invites", &json!({})).await.ok();
    let invited = json!({"name": "Ines", "invite": host.invite.code});
    house.door.of(1).post("/api/v1/join", &invited).await.done();
    assert_eq!(waiting().await.len(), 51);
    owner.patch("/api/v1/admin/settings", &json!({"join_mode": "invite"})).await.done();
    // The neighbours with an invite come in all the same.
    house.member(&owner, "Alice").await.get("/api/v1/rooms").await.done();
    house.stop().await;
}

#[tokio::test]
async fn nobody_waits_for_ever_and_keeps_a_place_from_others() {
    const WEEK: i64 = 7 * 86_400_000;
    let (house, owner) = House::owned().await;
    let carol = house.join("Carol", None).await;
    for _ in 1..5 {
        house.join("Ding", None).await;
    }
    house.pass(WEEK - 1);
    assert_eq!(owner.get("/api/v1/requests").await.ok::<Vec<JoinRequest>>().len(), 5);
    house.door.post("/api/v1/join", &json!({"name": "Dora"})).await.refused(ErrorCode::LimitReached);
    carol.get("/api/v1/rooms").await.refused(ErrorCode::PendingApproval);
    house.pass(1);
    assert!(owner.get("/api/v1/requests").await.ok::<Vec<JoinRequest>>().is_empty());
    answer(&owner, &carol, json!({"approve": true})).await.refused(ErrorCode::NotFound);
    let dora = house.join("Dora", None).await;
    carol.get("/api/v1/rooms").await.refused(ErrorCode::NotSignedIn);
    answer(&owner, &dora, json!({"approve": true})).await.done();
    dora.get("/api/v1/rooms").await.done();
    house.stop().await;
}

#[tokio::test]
async fn who_was_invited_and_had_to_ask_lands_where_they_were_invited_to() {
    let (house, owner) = House::owned_with(|config| config.join.mode = JoinMode::Approval).await;
    let hall = house.hall(&owner).await;
    let party = owner.make_room("group", "Party", &[]).await.id;
    let guest = house.guest(&owner, "Gustav", party).await;
    let friend = invited(&house, &owner, "Friend", json!({"rooms": [party]})).await.1;
    for waiting in [&guest, &friend] {
        answer(&owner, waiting, json!({"approve": true})).await.done();
    }
    assert_eq!((rooms(&guest).await, role(&guest).await), (vec![party], Role::Guest));
    let mut of_friend = rooms(&friend).await;
    of_friend.sort_unstable();
    assert_eq!((of_friend, role(&friend).await), (vec![hall, party], Role::Member));
    house.stop().await;
}

#[tokio::test]
async fn an_invite_that_ended_while_someone_waited_opens_no_rooms_and_makes_no_guest_a_member() {
    let (house, owner) = House::owned_with(|config| config.join.mode = JoinMode::Approval).await;
    let hall = house.hall(&owner).await;
    let party = owner.make_room("group", "Party", &[]).await.id;
    let (revoked, friend) = invited(&house, &owner, "Friend", json!({"rooms": [party]})).await;
    let (guests, gustav) = invited(&house, &owner, "Gustav", json!({"rooms": [party], "guest": true})).await;
    for invite in [revoked, guests] {
        owner.delete(&format!("/api/v1/invites/{}", invite.invite.id)).await.done();
    }
    let (once, first) = invited(&house, &owner, "First", json!({"rooms": [party], "max_uses": 1})).await;
    let second = house.join("Second", Some(&once.invite.code)).await;
    // Its time alone does not matter: it was good when they asked, and the admin was slow.
    let (short, slow) = invited(&house, &owner, "Slow", json!({"rooms": [party], "expires_in_s": 60})).await;
    house.pass(60_000);
    house.door.get(&format!("/api/v1/invites/check/{}", short.invite.code)).await.refused(ErrorCode::InviteExpired);
    for waiting in [&friend, &gustav, &first, &second, &slow] {
        answer(&owner, waiting, json!({"approve": true})).await.done();
    }
    assert_eq!((rooms(&friend).await, role(&friend).await), (vec![hall], Role::Member));
    assert_eq!((rooms(&gustav).await, role(&gustav).await), (vec![], Role::Guest));
    assert_eq!((rooms(&first).await.len(), rooms(&second).await, rooms(&slow).await.len()), (2, vec![hall], 2));
    let once: InviteCreated = owner.get(&format!("/api/v1/invites/{}", once.invite.id)).await.ok();
    assert_eq!(once.invite.uses, 1);
    house.stop().await;
}

#[tokio::test]
async fn who_was_here_before_takes_no_more_devices_than_anyone() {
    let (house, owner, alice, _) = House::with_two().await;
    let recognise = async || {
        let back = returning(&house, "Alice").await;
        answer(&owner, &back, json!({"approve": true, "existing_user": alice.id})).await.done();
        back
    };
    let devices = async |of: &Person| of.get("/api/v1/me/devices").await.ok::<Vec<Device>>().len();
    for _ in 0..48 {
        house.pass(1);
        crate::devices::second_device(&owner, &alice).await;
    }
    let fiftieth = recognise().await;
    assert_eq!(devices(&alice).await, 50, "the first is still there");
    house.pass(1);
    let one_more = recognise().await;
    alice.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    assert_eq!(devices(&one_more).await, 50);
    assert_eq!(devices(&fiftieth).await, 50);
    house.stop().await;
}

#[tokio::test]
async fn an_answer_meant_for_who_was_sent_away_lets_nobody_else_in() {
    let (house, owner) = House::owned().await;
    let carol = house.join("Carol", None).await;
    answer(&owner, &carol, json!({"approve": false})).await.done();
    let mallory = house.join("Mallory", None).await;
    // Another admin still has Carol's request on the screen.
    answer(&owner, &carol, json!({"approve": true})).await.refused(ErrorCode::NotFound);
    mallory.get("/api/v1/rooms").await.refused(ErrorCode::PendingApproval);
    house.stop().await;
}

#[tokio::test]
async fn who_is_no_admin_any_more_hears_nothing_of_the_door() {
    let (house, owner, alice, _) = House::with_two().await;
    let role = async |role: &str| {
        owner.patch(&format!("/api/v1/users/{}", alice.id), &json!({"role": role})).await.done();
    };
    role("admin").await;
    let mut line = alice.live().await;
    house.join("Carol", None).await;
    asked(&mut line).await;
    role("member").await;
    house.join("Dora", None).await;
    assert!(line.hello(&[]).await.requests.is_empty());
    let told = |frame: &ServerFrame| matches!(frame, ServerFrame::Request { .. });
    assert!(!line.kept().iter().any(told), "{:?}", line.kept());
    house.stop().await;
}
