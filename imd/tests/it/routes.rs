//! Who may call what, for every route there is. Were these to fail, somebody outside would read what is said inside.

use imd::wire::ErrorCode;
use reqwest::Method;
use serde_json::json;

use crate::api::{Operation, operations};
use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

/// What anyone on the network may call. A route added here is open to every guest of the Wi-Fi: think twice.
const PUBLIC: &[&str] = &[
    "DELETE /api/v1/move",
    "GET /api/v1/box",
    "GET /api/v1/invites/check/{code}",
    "GET /api/v1/move",
    "GET /api/v1/move/offer",
    "GET /api/v1/move/offer/backup",
    "GET /api/v1/openapi.json",
    "GET /api/v1/probe/{word}",
    "GET /api/v1/restore/stored",
    "GET /healthz",
    "OPTIONS /api/v1/uploads",
    "OPTIONS /api/v1/uploads/{upload}",
    "POST /api/v1/claim",
    "POST /api/v1/claim/again",
    "POST /api/v1/claim/check",
    "POST /api/v1/claim/owners",
    "POST /api/v1/join",
    "POST /api/v1/move",
    "POST /api/v1/move/offer/arrived",
    "POST /api/v1/network/confirm",
    "POST /api/v1/restore",
    "POST /api/v1/restore/check",
    "POST /api/v1/restore/stored",
    "POST /api/v1/sign-in",
    "POST /api/v1/tickets/redeem",
];

/// What only admins and owners may call, beside all of `/api/v1/admin/`.
const ADMINS: &[&str] = &[
    "GET /api/v1/requests",
    "PATCH /api/v1/users/{user}",
    "POST /api/v1/requests/{user}",
    "POST /api/v1/users/{user}/ticket",
];

/// What every member may call; what they may do by it depends on whose and which it is. A route that is in no list is
/// one that nobody has thought about.
const MEMBERS: &[&str] = &[
    "DELETE /api/v1/invites/{invite}",
    "DELETE /api/v1/me/avatar",
    "DELETE /api/v1/me/devices/{device}",
    "DELETE /api/v1/me/tickets/{ticket}",
    "DELETE /api/v1/rooms/{room}/events/{seq}",
    "DELETE /api/v1/rooms/{room}/events/{seq}/star",
    "DELETE /api/v1/rooms/{room}/members/{user}",
    "DELETE /api/v1/rooms/{room}/messages/{seq}/reactions/{emoji}",
    "DELETE /api/v1/rooms/{room}/picture",
    "DELETE /api/v1/uploads/{upload}",
    "GET /api/v1/files/{file}",
    "GET /api/v1/files/{file}/thumbnail",
    "GET /api/v1/invites",
    "GET /api/v1/invites/{invite}",
    "GET /api/v1/invites/{invite}/qr.png",
    "GET /api/v1/invites/{invite}/qr.svg",
    "GET /api/v1/me",
    "GET /api/v1/me/devices",
    "GET /api/v1/me/mentions",
    "GET /api/v1/me/stars",
    "GET /api/v1/me/storage",
    "GET /api/v1/me/tickets/qr.svg",
    "GET /api/v1/rooms",
    "GET /api/v1/rooms/{room}",
    "GET /api/v1/rooms/{room}/events",
    "GET /api/v1/rooms/{room}/members",
    "GET /api/v1/rooms/{room}/messages/{seq}/edits",
    "GET /api/v1/rooms/{room}/messages/{seq}/reactions",
    "GET /api/v1/rooms/{room}/picture",
    "GET /api/v1/rooms/{room}/stars",
    "GET /api/v1/search",
    "GET /api/v1/uploads/{upload}",
    "GET /api/v1/users",
    "GET /api/v1/users/{user}",
    "GET /api/v1/users/{user}/avatar",
    "GET /api/v1/ws",
    "PATCH /api/v1/me",
    "PATCH /api/v1/rooms/{room}",
    "PATCH /api/v1/rooms/{room}/messages/{seq}",
    "PATCH /api/v1/rooms/{room}/mine",
    "PATCH /api/v1/uploads/{upload}",
    "POST /api/v1/direct",
    "POST /api/v1/invites",
    "POST /api/v1/me/hand-over",
    "POST /api/v1/me/password/enter",
    "POST /api/v1/me/tickets",
    "POST /api/v1/me/tickets/{ticket}/confirm",
    "POST /api/v1/me/tickets/{ticket}/refuse",
    "POST /api/v1/rooms",
    "POST /api/v1/rooms/{room}/events/{seq}/report",
    "POST /api/v1/rooms/{room}/files",
    "POST /api/v1/rooms/{room}/messages",
    "POST /api/v1/sign-out",
    "POST /api/v1/uploads",
    "PUT /api/v1/me/avatar",
    "PUT /api/v1/me/password",
    "PUT /api/v1/me/quiet",
    "PUT /api/v1/rooms/{room}/events/{seq}/star",
    "PUT /api/v1/rooms/{room}/keep",
    "PUT /api/v1/rooms/{room}/members/{user}",
    "PUT /api/v1/rooms/{room}/messages/{seq}/reactions/{emoji}",
    "PUT /api/v1/rooms/{room}/picture",
    "PUT /api/v1/rooms/{room}/read",
];

/// Admins' acts that need no fresh password: letting people in is done at the door, many times a day, and takes nothing
/// from anybody. (As whom somebody is let in does need one, see `fresh.rs`.)
const AT_THE_DOOR: &[&str] = &["POST /api/v1/requests/{user}"];

/// What even reading needs one for: everybody's secrets.
const FRESH_READS: &[&str] = &["GET /api/v1/admin/backups/{name}", "GET /api/v1/admin/damaged/{name}/{file}"];

/// What someone who waits or is suspended may still do: leave.
const ALWAYS: &str = "POST /api/v1/sign-out";

fn admins_only(operation: &Operation) -> bool {
    operation.path.starts_with("/api/v1/admin/") || ADMINS.contains(&operation.name().as_str())
}

fn closed() -> impl Iterator<Item = Operation> {
    operations().into_iter().filter(|operation| !operation.public)
}

/// Some bodies are checked first by whoever reads them; ones that fit, so that the refusal is about the person.
async fn ask(operation: &Operation, person: &Person) -> Reply {
    let body = match operation.name().as_str() {
        "POST /api/v1/rooms/{room}/events/{seq}/report" => json!({"reason": "rude"}),
        "POST /api/v1/rooms" => json!({"kind": "group", "name": "Mine"}),
        "POST /api/v1/direct" => json!({"user": 1}),
        "POST /api/v1/me/hand-over" => json!({"url": person.door.origin()}),
        "POST /api/v1/me/password/enter" => json!({"password": "a guess"}),
        "POST /api/v1/requests/{user}" => json!({"approve": true}),
        "POST /api/v1/rooms/{room}/messages" => json!({"client_id": "1", "text": "hello"}),
        "PATCH /api/v1/rooms/{room}/messages/{seq}" => json!({"text": "hello"}),
        "PUT /api/v1/rooms/{room}/keep" => json!({"days": 1}),
        "PUT /api/v1/rooms/{room}/read" => json!({"seq": 1}),
        "GET /api/v1/me/tickets/qr.svg" => {
            let path = "/api/v1/me/tickets/qr.svg?code=AAAAAAAAAAAA";
            return Reply::of(person.request(Method::GET, path)).await;
        }
        "POST /api/v1/uploads" => {
            let begin = person.request(Method::POST, "/api/v1/uploads?room=1").header("upload-length", "1");
            return Reply::of(begin).await;
        }
        "PATCH /api/v1/uploads/{upload}" => {
            let part = person.request(Method::PATCH, &operation.filled("1")).header("upload-offset", "0");
            return Reply::of(part.header("content-type", "application/offset+octet-stream")).await;
        }
        "GET /api/v1/ws" => {
            let upgrade = person.request(Method::GET, "/api/v1/ws").header("connection", "upgrade");
            let upgrade = upgrade.header("upgrade", "websocket").header("sec-websocket-version", "13");
            return Reply::of(upgrade.header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")).await;
        }
        _ => return operation.ask(&person.door, &person.token).await,
    };
    Reply::of(person.request(operation.method.clone(), &operation.filled("1")).json(&body)).await
}

#[test]
fn who_may_call_what_is_known() {
    let mut open: Vec<String> = operations().iter().filter(|o| o.public).map(Operation::name).collect();
    open.sort_unstable();
    assert_eq!(open, PUBLIC);
    let mut everyones: Vec<String> = closed().filter(|o| !admins_only(o)).map(|o| o.name()).collect();
    everyones.sort_unstable();
    assert_eq!(everyones, MEMBERS);
}

#[tokio::test]
async fn a_stranger_gets_nothing_anywhere() {
    let (house, _) = House::owned().await;
    for operation in closed() {
        let reply = Reply::of(operation.request(&house.door)).await;
        assert_eq!(reply.code(), ErrorCode::NotSignedIn, "{}: {reply}", operation.name());
        assert_eq!(reply.status, 401);
        assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"imbox\"", "RFC 9110, section 11.6.1");
        operation.ask(&house.door, &"0".repeat(64)).await.refused(ErrorCode::NotSignedIn);
    }
    house.stop().await;
}

#[tokio::test]
async fn someone_who_waits_can_do_nothing_but_leave() {
    let (house, _) = House::owned().await;
    let carol = house.join("Carol", None).await;
    for operation in closed().filter(|operation| operation.name() != ALWAYS) {
        let reply = ask(&operation, &carol).await;
        assert_eq!(reply.code(), ErrorCode::PendingApproval, "{reply}");
    }
    let headers = [("authorization", &*format!("Bearer {}", carol.token))];
    let refused = crate::line::Line::open(&house.door, &headers).await.err();
    assert_eq!(refused, Some((403, ErrorCode::PendingApproval)));
    carol.post("/api/v1/sign-out", &json!({})).await.done();
    house.stop().await;
}

#[tokio::test]
async fn someone_suspended_can_do_nothing_but_leave() {
    let (house, owner, alice, _) = House::with_two().await;
    owner.patch(&format!("/api/v1/users/{}", alice.id), &json!({"status": "suspended"})).await.done();
    for operation in closed().filter(|operation| operation.name() != ALWAYS) {
        let reply = ask(&operation, &alice).await;
        assert_eq!(reply.code(), ErrorCode::Suspended, "{reply}");
    }
    alice.post("/api/v1/sign-out", &json!({})).await.done();
    house.stop().await;
}

#[tokio::test]
async fn members_and_guests_administer_nothing() {
    let (house, owner, alice, bob) = House::with_two().await;
    let party = alice.make_room("group", "Party", &[]).await;
    let guest = house.guest(&alice, "Gustav", party.id).await;
    let admins: Vec<Operation> = closed().filter(admins_only).collect();
    assert!(admins.len() > ADMINS.len(), "the list is of routes that exist");
    for operation in admins {
        for person in [&alice, &guest] {
            let reply = ask(&operation, person).await;
            assert_eq!(reply.code(), ErrorCode::Forbidden, "{reply}");
        }
    }
    // Nor do they change the default room, take people into it, or put someone out of it.
    let hall = house.hall(&bob).await;
    alice.patch(&format!("/api/v1/rooms/{hall}"), &json!({"name": "Mine"})).await.refused(ErrorCode::Forbidden);
    alice.put(&format!("/api/v1/rooms/{hall}/members/{}", guest.id), &json!({})).await.refused(ErrorCode::Forbidden);
    for person in [&owner, &bob] {
        let path = format!("/api/v1/rooms/{hall}/members/{}", person.id);
        alice.delete(&path).await.refused(ErrorCode::Forbidden);
    }
    house.stop().await;
}

/// An unlocked phone on a table would run the box. A new admin route that changes something is tried here by itself.
#[tokio::test]
async fn an_admin_who_did_not_just_enter_their_password_changes_nothing() {
    let (house, owner, alice, _) = House::with_two().await;
    owner.patch(&format!("/api/v1/users/{}", alice.id), &json!({"role": "admin"})).await.done();
    for operation in closed().filter(admins_only) {
        let asked = operation.method != Method::GET && !AT_THE_DOOR.contains(&operation.name().as_str());
        if asked || FRESH_READS.contains(&operation.name().as_str()) {
            let reply = ask(&operation, &alice).await;
            assert_eq!(reply.code(), ErrorCode::FreshPasswordRequired, "{reply}");
            assert_eq!(reply.status, 403);
        }
    }
    house.stop().await;
}

#[tokio::test]
async fn a_route_asked_in_another_way_says_so() {
    let (house, owner) = House::owned().await;
    for (path, allowed) in [
        ("/api/v1/me", "GET, HEAD, PATCH"),
        ("/api/v1/rooms/1/messages", "POST"),
        ("/api/v1/claim", "POST"),
        ("/healthz", "GET, HEAD"),
        ("/metrics", "GET, HEAD"),
    ] {
        let reply = Reply::of(owner.request(Method::PUT, path)).await;
        reply.refused(ErrorCode::MethodNotAllowed);
        assert_eq!(reply.header("allow"), allowed, "{path}: RFC 9110, section 15.5.6");
    }
    for path in
        ["/api/v1/nothing", "/api/v1", "/api/v2/me", "/api/v1/rooms/x", "/api/v1/rooms/1/nothing", "/nothing.js"]
    {
        owner.get(path).await.refused(ErrorCode::NotFound);
    }
    house.stop().await;
}

#[tokio::test]
async fn every_answer_tells_the_browser_what_it_must_not_do() {
    let (house, owner) = House::owned().await;
    for path in ["/", "/api/v1/box", "/api/v1/nothing", "/api/v1/me", "/healthz"] {
        let reply = owner.get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"), "{policy}");
        if path.starts_with("/api/") {
            assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        }
    }
    house.stop().await;
}

#[tokio::test]
async fn a_page_of_another_origin_reads_nothing_but_that_it_is_the_same_box() {
    let (house, owner) = House::owned().await;
    let word = owner.get("/api/v1/box").await.ok::<imd::wire::BoxInfo>().probe;
    let same = house.door.get(&format!("/api/v1/probe/{word}")).await;
    assert_eq!((same.status, same.header("access-control-allow-origin")), (204, "*"));
    for path in ["/api/v1/probe/nothing", "/api/v1/box", "/"] {
        assert!(!house.door.get(path).await.headers.contains_key("access-control-allow-origin"), "{path}");
    }
    house.stop().await;
}

#[tokio::test]
async fn what_is_open_tells_no_stranger_who_lives_here_or_what_they_say() {
    let (house, owner, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Gardeners", &[&bob]).await.id;
    alice.say(room, "1", "the key is under the mat").await;
    let file: imd::wire::File = alice.upload(room, "plan.txt", "the plan").await.ok();
    let _live = [owner.live().await, alice.live().await];
    for path in ["/", "/api/v1/box", "/healthz", "/metrics", "/api/v1/openapi.json", "/api/docs", "/nothing"] {
        let reply = house.door.get(path).await;
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        for secret in ["Olga", "Alice", "Bob", "Gardeners", "under the mat", &file.blake3, &alice.token] {
            assert!(!text.contains(secret), "{path} tells {secret}");
        }
    }
    house.stop().await;
}

/// Anyone in the Wi-Fi could see when people are at home, and when the box's card is nearly full.
#[tokio::test]
async fn how_many_are_here_and_how_much_is_free_is_not_for_everyone() {
    let (house, owner, alice, _) = House::with_two().await;
    alice.say(house.hall(&alice).await, "1", "hello").await;
    let _live = [owner.live().await, alice.live().await];
    let neighbour = house.door.of(9);
    let ask = async |token: Option<&str>, path: &str| {
        let request = neighbour.request(Method::GET, path);
        Reply::of(token.map_or(request.try_clone().unwrap(), |token| request.bearer_auth(token))).await
    };
    for token in [None, Some(alice.token.as_str()), Some("0")] {
        ask(token, "/metrics").await.refused(ErrorCode::NotSignedIn);
        let health: serde_json::Value = ask(token, "/healthz").await.ok();
        assert_eq!(health, json!({"status": "ok"}), "{token:?}");
    }
    let made: serde_json::Value = owner.post("/api/v1/admin/scrape-token", &json!({})).await.ok();
    let scraper = made["token"].as_str().unwrap();
    for reply in [
        ask(Some(scraper), "/metrics").await,
        ask(Some(&owner.token), "/metrics").await,
        house.door.get("/metrics").await,
    ] {
        let metrics = String::from_utf8(reply.body.clone()).unwrap();
        for counted in ["imd_messages_total 1\n", "imd_sessions 2\n", "imd_people_online 2\n", "process_open_fds "] {
            assert!(metrics.contains(counted), "{counted} {metrics}");
        }
        assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    }
    let health: serde_json::Value = ask(Some(&owner.token), "/healthz").await.ok();
    assert!(health["free_bytes"].is_u64(), "{health}");
    ask(Some(scraper), "/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    let open = neighbour.request(Method::GET, "/metrics").bearer_auth(scraper);
    let open = Reply::of(open.header("accept", "application/openmetrics-text; version=1.0.0")).await;
    assert!(open.header("content-type").starts_with("application/openmetrics-text") && open.body.ends_with(b"# EOF\n"));
    owner.delete("/api/v1/admin/scrape-token").await.done();
    ask(Some(scraper), "/metrics").await.refused(ErrorCode::NotSignedIn);
    house.stop().await;
}
