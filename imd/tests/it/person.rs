//! Someone with a device that is signed in: asks as a program does, with a bearer token.

use imd::wire::{AuditPage, EventPage, Me, Room, SendReceipt, SignedIn};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::door::{Door, Reply};
use crate::line::Line;

#[derive(Clone)]
pub struct Person {
    pub id: i64,
    pub device: i64,
    pub token: String,
    pub door: Door,
}

impl Person {
    pub fn new(door: &Door, signed_in: SignedIn) -> Self {
        let Me { user, device, .. } = signed_in.me;
        Self { id: user.id, device, token: signed_in.token.unwrap(), door: door.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.door.request(method, path).bearer_auth(&self.token)
    }

    /// As the browser would ask: with the cookie, and the page's origin.
    pub fn browser(&self, method: Method, path: &str) -> RequestBuilder {
        self.door.request(method, path).header("cookie", self.cookie()).header("origin", self.door.origin())
    }

    pub fn cookie(&self) -> String {
        format!("imbox={}", self.token)
    }

    pub async fn get(&self, path: &str) -> Reply {
        Reply::of(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        Reply::of(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        Reply::of(self.request(Method::POST, path).header("accept-token", "true").json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        Reply::of(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        Reply::of(self.request(Method::PATCH, path).json(body)).await
    }

    /// Sets a password, and so has entered it a moment ago: what an admin needs before they act.
    pub async fn with_password(&self, password: &str) {
        self.put("/api/v1/me/password", &json!({"new": password})).await.done();
    }

    /// Sends bytes as they are.
    pub async fn send(&self, method: Method, path: &str, body: impl Into<reqwest::Body>) -> Reply {
        Reply::of(self.request(method, path).body(body)).await
    }

    /// Uploads a file to a room.
    pub async fn upload(&self, room: i64, name: &str, body: impl Into<reqwest::Body>) -> Reply {
        let name: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
        self.send(Method::POST, &format!("/api/v1/rooms/{room}/files?name={name}"), body).await
    }

    /// Says something without a live connection.
    pub async fn say(&self, room: i64, client_id: &str, text: &str) -> SendReceipt {
        self.message(room, &json!({"client_id": client_id, "text": text})).await.ok()
    }

    pub async fn message(&self, room: i64, message: &Value) -> Reply {
        self.post(&format!("/api/v1/rooms/{room}/messages"), message).await
    }

    pub async fn room(&self, room: i64) -> Room {
        self.get(&format!("/api/v1/rooms/{room}")).await.ok()
    }

    /// A stretch of a room's log, as the query says.
    pub async fn events(&self, room: i64, query: &str) -> EventPage {
        self.get(&format!("/api/v1/rooms/{room}/events?{query}")).await.ok()
    }

    /// Makes a group or channel with these people.
    pub async fn make_room(&self, kind: &str, name: &str, members: &[&Self]) -> Room {
        let members: Vec<i64> = members.iter().map(|person| person.id).collect();
        self.post("/api/v1/rooms", &json!({"kind": kind, "name": name, "members": members})).await.ok()
    }

    /// What was done, oldest first, as the audit log says; how everybody came in (the claim, invites) is left out.
    pub async fn acts(&self) -> Vec<String> {
        let page: AuditPage = self.get("/api/v1/admin/audit?limit=200").await.ok();
        let acts = page.entries.into_iter().rev().map(|entry| entry.action);
        acts.filter(|action| !["box.claim", "invite.make"].contains(&action.as_str())).collect()
    }

    /// Connects, says hello as someone new, and has heard the answer to its end.
    pub async fn live(&self) -> Line {
        let mut line = self.connect().await;
        line.hello(&[]).await;
        line
    }

    /// Connects, and says nothing yet.
    pub async fn connect(&self) -> Line {
        Line::open(&self.door, &[("authorization", &format!("Bearer {}", self.token))]).await.unwrap()
    }
}
