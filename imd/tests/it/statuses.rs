//! 200, 201 and 202 as `PROTOCOL.md` promises them. Were these to fail, a client made from it would take what it has made for something
//! that was there, or show an empty list of rooms to somebody who waits at the door.

use imd::wire::{InviteCreated, Room, SignInTicket};
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn what_was_made_now_is_told_from_what_was_there() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let made = alice.post("/api/v1/rooms", &json!({"kind": "group", "name": "Party"})).await;
    let place = format!("/api/v1/rooms/{}", made.ok::<Room>().id);
    assert_eq!((made.status, made.header("location")), (201, place.as_str()));
    assert_eq!(alice.get(&place).await.ok::<Room>().name, "Party");
    let direct = async || alice.post("/api/v1/direct", &json!({"user": bob.id})).await;
    let (first, again) = (direct().await, direct().await);
    let room = first.ok::<Room>();
    assert_eq!((first.status, first.header("location")), (201, &*format!("/api/v1/rooms/{}", room.id)));
    assert_eq!((again.status, again.header("location"), again.ok::<Room>().id), (200, "", room.id));
    let invite = owner.post("/api/v1/invites", &json!({})).await;
    assert_eq!((invite.status, invite.header("location").is_empty()), (201, false));
    let found: InviteCreated = owner.get(invite.header("location")).await.ok();
    assert_eq!(found.invite, invite.ok::<InviteCreated>().invite);
    let ticket = alice.post("/api/v1/me/tickets", &json!({})).await;
    assert_eq!((ticket.status, ticket.ok::<SignInTicket>().code.is_some()), (201, true));
    alice.delete(ticket.header("location")).await.done();
    let file = alice.upload(hall, "plan.txt", "the plan").await;
    assert_eq!(file.status, 201);
    assert_eq!(alice.get(file.header("location")).await.body, b"the plan");
    assert_eq!(owner.post(&format!("/api/v1/users/{}/ticket", bob.id), &json!({})).await.status, 201);
    assert_eq!(owner.post("/api/v1/admin/scrape-token", &json!({})).await.status, 201);
    // Sent again, a message is stored once, and the answer is the same to the last byte.
    let say = async || alice.message(hall, &json!({"client_id": "1", "text": "hello"})).await;
    let (first, again) = (say().await, say().await);
    assert_eq!((first.status, again.status, first.body == again.body), (200, 200, true));
    house.stop().await;
}

#[tokio::test]
async fn who_waits_at_the_door_is_told_so_and_who_comes_in_too() {
    let (house, owner) = House::owned().await;
    let open: InviteCreated = owner.post("/api/v1/invites", &json!({})).await.ok();
    let join = async |name: &str, invite: Option<&str>| {
        house.door.post("/api/v1/join", &json!({"name": name, "invite": invite})).await
    };
    assert_eq!(join("Alice", Some(&open.invite.code)).await.status, 200);
    let waits = join("Dora", None).await;
    let token = waits.ok::<imd::wire::SignedIn>().token;
    assert_eq!((waits.status, token.is_some()), (202, true));
    owner.patch("/api/v1/admin/settings", &json!({"join_mode": "approval"})).await.done();
    assert_eq!(join("Egon", Some(&open.invite.code)).await.status, 202);
    house.stop().await;
}

/// As `?afer=5`, which would be answered with the first page once more: a client would go round for ever.
#[tokio::test]
async fn a_query_that_is_not_known_is_refused_and_a_known_one_taken() {
    let (house, owner) = House::owned().await;
    let mut asked = 0;
    for operation in crate::api::operations().into_iter().filter(|operation| !operation.query.is_empty()) {
        let path = format!("{}?afer=5", operation.filled("1"));
        let reply = crate::door::Reply::of(owner.request(operation.method.clone(), &path)).await;
        assert_eq!(reply.code(), imd::wire::ErrorCode::BadRequest, "{reply}");
        asked += 1;
    }
    assert!(asked > 10, "{asked}");
    for path in ["/api/v1/users?after=1&q=o", "/api/v1/rooms/1/events?after=0&limit=5", "/api/v1/admin/audit?before=9"]
    {
        owner.get(path).await.done();
    }
    house.stop().await;
}
