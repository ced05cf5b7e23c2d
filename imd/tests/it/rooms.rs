//! Rooms: making them, who may do what in them, and not being in them. Were these to fail, people would be put into
//! rooms, out of rooms, or would read rooms that they are not in.

use futures_util::future::join_all;
use imd::wire::{ErrorCode, EventBody, Member, Room, RoomKind, RoomRole, ServerFrame};
use reqwest::Method;
use serde_json::json;

use crate::door::Reply;
use crate::house::House;
use crate::line::Line;
use crate::person::Person;

async fn role(by: &Person, room: i64, of: &Person, role: &str) -> Reply {
    by.put(&format!("/api/v1/rooms/{room}/members/{}", of.id), &json!({"role": role})).await
}

async fn add(by: &Person, room: i64, who: &Person) -> Reply {
    by.put(&format!("/api/v1/rooms/{room}/members/{}", who.id), &json!({})).await
}

async fn remove(by: &Person, room: i64, who: &Person) -> Reply {
    by.delete(&format!("/api/v1/rooms/{room}/members/{}", who.id)).await
}

async fn members(by: &Person, room: i64) -> Vec<(i64, RoomRole)> {
    let members: Vec<Member> = by.get(&format!("/api/v1/rooms/{room}/members")).await.ok();
    members.into_iter().map(|member| (member.user.id, member.role)).collect()
}

async fn told_of(line: &mut Line, room: i64) -> Room {
    let wanted = |frame: &ServerFrame| match frame {
        ServerFrame::Room { room: told } if told.id == room => Some((**told).clone()),
        _ => None,
    };
    line.take("the room", wanted).await
}

#[tokio::test]
async fn a_group_is_there_at_once_for_everyone_taken_in() {
    let (house, owner, alice, bob) = House::with_two().await;
    let mut bobs = bob.live().await;
    let new = json!({"kind": "group", "name": " Garden ", "topic": "Tomatoes", "members": [bob.id, bob.id]});
    let made: Room = alice.post("/api/v1/rooms", &new).await.ok();
    assert_eq!((made.kind, made.name.as_str(), made.topic.as_str()), (RoomKind::Group, "Garden", "Tomatoes"));
    assert_eq!(members(&bob, made.id).await, [(alice.id, RoomRole::Owner), (bob.id, RoomRole::Member)]);
    assert_eq!(told_of(&mut bobs, made.id).await.member_count, 2);
    alice.say(made.id, "1", "first").await;
    let told = loop {
        let event = bobs.event(made.id).await;
        if let EventBody::Message { text, .. } = event.body {
            break text;
        }
    };
    assert_eq!(told, "first");
    owner.get(&format!("/api/v1/rooms/{}", made.id)).await.refused(ErrorCode::NotFound);

    let named = |name: &str, topic: &str| json!({"kind": "group", "name": name, "topic": topic});
    alice.post("/api/v1/rooms", &named("", "")).await.refused(ErrorCode::NameUnfit);
    alice.post("/api/v1/rooms", &named("x", &"x".repeat(257))).await.refused(ErrorCode::TopicTooLong);
    alice.post("/api/v1/rooms", &json!({"kind": "direct", "name": "x"})).await.refused(ErrorCode::BadRequest);
    let nobody = json!({"kind": "group", "name": "x", "members": [bob.id, 999]});
    alice.post("/api/v1/rooms", &nobody).await.refused(ErrorCode::NotFound);
    let crowd = json!({"kind": "group", "name": "x", "members": vec![bob.id; 201]});
    alice.post("/api/v1/rooms", &crowd).await.refused(ErrorCode::LimitReached);
    assert_eq!(alice.get("/api/v1/rooms").await.ok::<Vec<Room>>().len(), 2, "no half-made room");
    house.stop().await;
}

#[tokio::test]
async fn in_a_channel_few_write_and_all_read() {
    let (house, owner, alice, bob) = House::with_two().await;
    let channel = alice.make_room("channel", "Notices", &[&bob]).await;
    let message = json!({"client_id": "1", "text": "me too"});
    alice.say(channel.id, "1", "The lift is being repaired.").await;
    bob.message(channel.id, &message).await.refused(ErrorCode::Forbidden);
    bob.upload(channel.id, "x.txt", "x").await.refused(ErrorCode::Forbidden);
    add(&bob, channel.id, &owner).await.refused(ErrorCode::Forbidden);
    let mut line = bob.live().await;
    line.tell(&json!({"t": "send", "client_id": "2", "room": channel.id, "text": "me too"})).await;
    assert_eq!(line.answer("2").await, Err(ErrorCode::Forbidden));
    line.tell(&json!({"t": "typing", "room": channel.id})).await;
    assert_eq!(line.refusal().await, ErrorCode::Forbidden);
    assert_eq!(bob.events(channel.id, "").await.last_seq, alice.events(channel.id, "").await.last_seq);
    role(&alice, channel.id, &bob, "admin").await.done();
    bob.message(channel.id, &message).await.done();

    let path = format!("/api/v1/rooms/{}", channel.id);
    alice.patch(&path, &json!({"write": "everyone"})).await.done();
    role(&alice, channel.id, &bob, "member").await.done();
    bob.say(channel.id, "3", "now I may").await;
    house.stop().await;
}

#[tokio::test]
async fn a_room_is_changed_by_those_who_run_it_and_everyone_sees_it() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[&bob]).await;
    let path = format!("/api/v1/rooms/{}", room.id);
    bob.patch(&path, &json!({"name": "Mine"})).await.refused(ErrorCode::Forbidden);
    let mut line = bob.connect().await;
    line.hello(&[(room.id, room.last_seq)]).await;
    let change = json!({"name": "Roof", "topic": "Bees", "invite": "admins"});
    let changed: Room = alice.patch(&path, &change).await.ok();
    assert_eq!((changed.name.as_str(), changed.topic.as_str()), ("Roof", "Bees"));
    assert_eq!(line.event(room.id).await.body, EventBody::RoomRenamed { name: "Roof".into() });
    assert_eq!(line.event(room.id).await.body, EventBody::TopicChanged { topic: "Bees".into() });
    assert_eq!(line.event(room.id).await.body, EventBody::RulesChanged {});
    let again: Room = alice.patch(&path, &change).await.ok();
    assert_eq!(again.last_seq, changed.last_seq, "what does not change is not told");
    alice.patch(&path, &json!({"name": " "})).await.refused(ErrorCode::NameUnfit);

    let picture = alice.send(Method::PUT, &format!("{path}/picture"), crate::pictures::png(40, 30)).await;
    let url = picture.ok::<Room>().picture.unwrap();
    assert_eq!(line.event(room.id).await.body, EventBody::PictureChanged {});
    assert_eq!(bob.get(&url).await.header("content-type"), "image/jpeg");
    bob.send(Method::PUT, &format!("{path}/picture"), crate::pictures::png(40, 30)).await.refused(ErrorCode::Forbidden);
    assert_eq!(alice.delete(&format!("{path}/picture")).await.ok::<Room>().picture, None);
    bob.get(&url).await.refused(ErrorCode::NotFound);
    house.stop().await;
}

#[tokio::test]
async fn people_are_taken_in_put_out_and_leave() {
    let (house, owner, alice, bob) = House::with_two().await;
    let carol = house.member(&owner, "Carol").await;
    let room = alice.make_room("group", "Garden", &[&bob]).await.id;
    let mut carols = carol.live().await;
    add(&bob, room, &carol).await.done();
    assert_eq!(told_of(&mut carols, room).await.role, RoomRole::Member);
    add(&bob, room, &carol).await.done();
    assert_eq!(members(&alice, room).await.len(), 3, "twice in is once in");
    add(&alice, room, &owner).await.done();
    remove(&bob, room, &carol).await.refused(ErrorCode::Forbidden);
    role(&bob, room, &bob, "owner").await.refused(ErrorCode::Forbidden);

    remove(&alice, room, &carol).await.done();
    let gone = |frame: &ServerFrame| matches!(frame, ServerFrame::RoomGone { room: r } if *r == room).then_some(());
    carols.take("that she is out", gone).await;
    carols.tell(&json!({"t": "send", "client_id": "1", "room": room, "text": "still here"})).await;
    assert_eq!(carols.answer("1").await, Err(ErrorCode::NotFound));
    alice.say(room, "secret", "she is gone").await;
    carols.settle().await;
    let heard = carols.kept().iter().any(|f| matches!(f, ServerFrame::Events { room: r, events } if *r == room && matches!(events[0].body, EventBody::Message { .. })));
    assert!(!heard, "what is said after someone was put out is not for them");
    remove(&alice, room, &carol).await.refused(ErrorCode::NotFound);

    remove(&bob, room, &bob).await.done();
    let log = alice.events(room, "limit=3").await;
    let bodies: Vec<_> = log.events.into_iter().map(|event| event.body).collect();
    assert!(matches!(bodies[1], EventBody::Message { .. }));
    assert_eq!((&bodies[0], &bodies[2]), (&EventBody::Removed { user: carol.id }, &EventBody::Left { user: bob.id }));
    house.stop().await;
}

#[tokio::test]
async fn a_room_with_people_keeps_an_owner() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[&bob]).await.id;
    remove(&alice, room, &alice).await.refused(ErrorCode::LastOwner);
    role(&alice, room, &alice, "member").await.refused(ErrorCode::LastOwner);
    role(&alice, room, &bob, "admin").await.done();
    remove(&bob, room, &alice).await.refused(ErrorCode::Forbidden);
    role(&alice, room, &bob, "owner").await.done();
    // Two owners who leave at once would leave the room to nobody but themselves.
    let carol = house.member(&alice, "Carol").await;
    add(&alice, room, &carol).await.done();
    let left = join_all([remove(&alice, room, &alice), remove(&bob, room, &bob)]).await;
    assert_eq!(left.iter().filter(|reply| reply.status == 204).count(), 1);
    let owners = members(&carol, room).await.into_iter().filter(|(_, role)| *role == RoomRole::Owner).count();
    assert_eq!(owners, 1);
    house.stop().await;
}

#[tokio::test]
async fn nobody_leaves_the_room_that_everyone_lands_in() {
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    remove(&alice, hall, &alice).await.refused(ErrorCode::Forbidden);
    remove(&owner, hall, &alice).await.refused(ErrorCode::Forbidden);
    owner.patch(&format!("/api/v1/users/{}", alice.id), &json!({"role": "admin"})).await.done();
    alice.patch(&format!("/api/v1/rooms/{hall}"), &json!({"topic": "by an admin"})).await.done();
    house.stop().await;
}

#[tokio::test]
async fn two_people_have_one_conversation_however_it_begins() {
    let (house, _, alice, bob) = House::with_two().await;
    let open = async |me: &Person, with: i64| me.post("/api/v1/direct", &json!({"user": with})).await.ok::<Room>();
    let (alices, bobs) =
        (join_all((0..4).map(|_| open(&alice, bob.id))), join_all((0..4).map(|_| open(&bob, alice.id))));
    let (alices, bobs) = tokio::join!(alices, bobs);
    let room = alices[0].id;
    assert!(alices.iter().chain(&bobs).all(|found| found.id == room && found.member_count == 2));
    assert_eq!(alices[0].peer.as_ref().unwrap().id, bob.id);
    assert_eq!(bobs[0].peer.as_ref().unwrap().id, alice.id);
    alice.post("/api/v1/direct", &json!({"user": alice.id})).await.refused(ErrorCode::BadRequest);
    alice.post("/api/v1/direct", &json!({"user": 999})).await.refused(ErrorCode::NotFound);
    // It stays theirs.
    alice.patch(&format!("/api/v1/rooms/{room}"), &json!({"name": "x"})).await.refused(ErrorCode::Forbidden);
    let carol = house.member(&alice, "Carol").await;
    add(&alice, room, &carol).await.refused(ErrorCode::Forbidden);
    remove(&alice, room, &bob).await.refused(ErrorCode::Forbidden);
    remove(&alice, room, &alice).await.refused(ErrorCode::Forbidden);
    role(&alice, room, &bob, "member").await.refused(ErrorCode::Forbidden);
    house.stop().await;
}

#[tokio::test]
async fn who_is_not_in_a_room_learns_nothing_of_it() {
    let (house, owner, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Secret", &[]).await.id;
    let file: imd::wire::File = alice.upload(room, "secret.txt", "secret").await.ok();
    alice.message(room, &json!({"client_id": "1", "text": "secret", "files": [file.id]})).await.done();
    let routes = crate::api::operations().into_iter().filter(|o| o.path.contains("{room}"));
    // Who runs the box sees rooms from outside, and is the only one there: see `outside.rs`.
    let routes = routes.filter(|o| !o.path.starts_with("/api/v1/admin/"));
    for operation in routes {
        let path = operation.filled(&room.to_string());
        for outsider in [&bob, &owner] {
            let request = outsider.request(operation.method.clone(), &path);
            let body = match operation.path.rsplit('/').next().unwrap() {
                "messages" => json!({"client_id": "1", "text": "x"}),
                "keep" => json!({"days": 1}),
                "read" => json!({"seq": 1}),
                _ if operation.name() == "PATCH /api/v1/rooms/{room}/messages/{seq}" => json!({"text": "x"}),
                _ => json!({}),
            };
            let request = if operation.takes_json { request.json(&body) } else { request.body("x") };
            let reply = Reply::of(request).await;
            assert_eq!(reply.code(), ErrorCode::NotFound, "not even that it is there: {reply}");
        }
    }
    for path in [format!("/api/v1/files/{}", file.id), format!("/api/v1/files/{}/thumbnail", file.id)] {
        bob.get(&path).await.refused(ErrorCode::NotFound);
    }
    let mut line = bob.live().await;
    for frame in [
        json!({"t": "read", "room": room, "seq": 1}),
        json!({"t": "typing", "room": room}),
        json!({"t": "watch", "room": room}),
    ] {
        line.tell(&frame).await;
        assert_eq!(line.refusal().await, ErrorCode::NotFound, "{frame}");
    }
    let welcome = line.hello(&[(room, 0)]).await;
    assert!(welcome.events.is_empty() && welcome.rooms.iter().all(|known| known.id != room));
    house.stop().await;
}

/// A page that saves what nobody changed would tell the whole room, and make the box look up everyone's rights anew.
#[tokio::test]
async fn a_change_that_changes_nothing_tells_nobody() {
    let (house, _, alice, _) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[]).await;
    let path = format!("/api/v1/rooms/{}", room.id);
    let same = json!({"name": "Garden", "topic": "", "write": "everyone"});
    for nothing in [json!({}), same] {
        alice.patch(&path, &nothing).await.done();
        assert_eq!(alice.room(room.id).await.last_seq, room.last_seq);
    }
    alice.delete(&format!("{path}/picture")).await.done();
    assert_eq!(alice.room(room.id).await.last_seq, room.last_seq, "there was no picture to take away");
    alice.patch(&path, &json!({"name": "Yard"})).await.done();
    assert_eq!(alice.room(room.id).await.last_seq, room.last_seq + 1);
    house.stop().await;
}
