//! What stays among those who are in a room. Were these to fail, whoever runs the box would read what others say to each
//! other, which they are promised they cannot.

use imd::wire::ErrorCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Operation, operations};
use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

/// Routes after which there would be nothing left to be read, or the one who asks be signed out or without a password.
const ENDINGS: &[&str] = &[
    "DELETE /api/v1/admin/people/{user}/devices",
    "DELETE /api/v1/admin/people/{user}/devices/{device}",
    "DELETE /api/v1/admin/people/{user}/password",
    "DELETE /api/v1/admin/rooms/{room}",
    "DELETE /api/v1/me/devices/{device}",
    "POST /api/v1/admin/factory-reset",
    "POST /api/v1/admin/people/{user}/remove",
    "POST /api/v1/sign-out",
    "PUT /api/v1/me/password",
];

/// Bodies that some route might take for "let me in".
fn bodies(owner: &Person, room: i64) -> Vec<Value> {
    vec![
        json!({}),
        json!({"owner": owner.id}),
        json!({"owner": owner.id, "archived": false}),
        json!({"user": owner.id}),
        json!({"role": "owner"}),
        json!({"role": "admin"}),
        json!({"approve": true}),
        json!({"rooms": [room]}),
        json!({"history": "all", "invite": "everyone"}),
        json!({"days": 1}),
        json!({"seq": 1}),
        json!({"client_id": "1", "text": "hello"}),
    ]
}

/// Asks a route with the room and a person in every place where one may stand.
async fn ask(operation: &Operation, by: &Person, room: i64, whom: i64, body: &Value) -> Reply {
    let part = |part: &str| match part {
        "{room}" => room.to_string(),
        "{user}" => whom.to_string(),
        other if other.starts_with('{') => "1".to_owned(),
        other => other.to_owned(),
    };
    let path = operation.path.split('/').map(part).collect::<Vec<_>>().join("/");
    let request = by.request(operation.method.clone(), &path);
    Reply::of(if operation.takes_json { request.json(body) } else { request }).await
}

#[tokio::test]
async fn nothing_that_an_admin_may_do_ends_in_reading_a_room_they_are_not_in() {
    let (house, owner, alice, bob) = House::with_two().await;
    let group = alice.make_room("group", "Gardeners", &[&bob]).await.id;
    let direct: imd::wire::Room = alice.post("/api/v1/direct", &json!({"user": bob.id})).await.ok();
    let rooms = [group, direct.id];
    for room in rooms {
        alice.say(room, &format!("first in {room}"), "the key is under the mat").await;
    }
    let outside = async |after: &str| {
        for room in rooms {
            for path in [format!("/api/v1/rooms/{room}"), format!("/api/v1/rooms/{room}/events")] {
                let reply = owner.get(&path).await;
                assert_eq!(reply.status, 404, "after {after}: {reply}");
            }
        }
    };
    for operation in operations() {
        let name = operation.name();
        if operation.method == Method::GET || ENDINGS.contains(&name.as_str()) {
            continue;
        }
        for room in rooms {
            for body in bodies(&owner, room) {
                for whom in [owner.id, alice.id] {
                    ask(&operation, &owner, room, whom, &body).await;
                }
            }
        }
        outside(&name).await;
    }
    // It is still there, and who asked can still do what admins do, so that the above says something.
    assert_eq!(alice.events(group, "").await.events.len(), alice.room(group).await.last_seq as usize);
    owner.patch(&format!("/api/v1/admin/rooms/{group}"), &json!({"archived": false})).await.done();
    let invite = owner.post("/api/v1/invites", &json!({"rooms": [group]})).await;
    assert!(matches!(invite.code(), ErrorCode::NotFound | ErrorCode::Forbidden), "{invite}");
    house.stop().await;
}
