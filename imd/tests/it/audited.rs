//! Whatever those who run the box do is written down. A new route that changes something and leaves no row fails here: were this to
//! fail, somebody could open the door of a house, and nobody could tell who it was.

use std::collections::BTreeSet;

use imd::wire::{AuditPage, InviteCreated, NetworkChangeMade};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::operations;
use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

/// Routes that are not an admin's alone and run the box all the same.
const OTHERS: &[&str] = &[
    "DELETE /api/v1/invites/{invite}",
    "PATCH /api/v1/users/{user}",
    "POST /api/v1/claim",
    "POST /api/v1/claim/again",
    "POST /api/v1/invites",
    "POST /api/v1/requests/{user}",
    "POST /api/v1/users/{user}/ticket",
];

/// They change nothing, or leave nothing behind that could hold a row.
const NOTHING: &[&str] = &["POST /api/v1/admin/factory-reset", "POST /api/v1/admin/patrol"];

/// Done by another test, which looks for the row: the route, the row's action, and that test's source.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("DELETE /api/v1/admin/backups/{name}", "backup.delete", include_str!("backups.rs")),
    ("DELETE /api/v1/admin/damaged/{name}", "damaged.delete", include_str!("storage.rs")),
    ("DELETE /api/v1/admin/move", "move.revoke", include_str!("moving.rs")),
    ("DELETE /api/v1/admin/people/{user}/devices/{device}", "person.sign_out", include_str!("removing.rs")),
    ("DELETE /api/v1/admin/storage/place", "storage.give_up_disk", include_str!("files_place.rs")),
    ("DELETE /api/v1/admin/update/bundle", "update.discard", include_str!("updates.rs")),
    ("POST /api/v1/admin/claim/reopen", "claim.reopen", include_str!("reclaim.rs")),
    ("POST /api/v1/admin/clock/set", "clock.set", include_str!("machine.rs")),
    ("POST /api/v1/admin/disks/{disk}/eject", "disk.eject", include_str!("usb.rs")),
    ("POST /api/v1/admin/move", "move.begin", include_str!("moving.rs")),
    ("POST /api/v1/admin/patrol/dismiss", "patrol.dismiss", include_str!("updates.rs")),
    ("POST /api/v1/admin/reports/{report}", "report.answer", include_str!("reports.rs")),
    ("POST /api/v1/admin/restore", "backup.restore", include_str!("stored.rs")),
    ("POST /api/v1/admin/update/back", "update.back", include_str!("updates.rs")),
    ("POST /api/v1/admin/update/bundle", "update.upload", include_str!("updates.rs")),
    ("POST /api/v1/admin/update/install", "update.install", include_str!("updates.rs")),
    ("POST /api/v1/claim/again", "claim.again", include_str!("reclaim.rs")),
    ("PUT /api/v1/admin/storage/place", "storage.to_disk", include_str!("files_place.rs")),
];

/// Does things, and looks each time for the row that says so.
struct Watcher<'a> {
    owner: &'a Person,
    seen: BTreeSet<String>,
}

impl Watcher<'_> {
    /// `route` as published, with `ids` in its places; answers what it answered.
    async fn does(&mut self, route: &str, ids: &[i64], body: Value, action: &str) -> Reply {
        let (method, path) = route.split_once(' ').unwrap();
        let mut ids = ids.iter();
        let filled: Vec<String> = path
            .split('/')
            .map(|part| if part.starts_with('{') { ids.next().unwrap().to_string() } else { part.to_owned() })
            .collect();
        let method: Method = method.parse().unwrap();
        let request = self.owner.request(method, &filled.join("/"));
        let request = match body {
            Value::String(csv) => request.header("content-type", "text/csv").body(csv),
            body => request.json(&body),
        };
        let before = rows(self.owner).await.entries.first().map_or(0, |newest| newest.id);
        let reply = Reply::of(request).await;
        assert!(reply.status < 300, "{route}: {reply}");
        let after = rows(self.owner).await;
        let new: Vec<_> = after.entries.iter().filter(|entry| entry.id > before).collect();
        assert!(new.iter().any(|entry| entry.action == action && entry.actor == self.owner.id), "{route}: {new:?}");
        self.seen.insert(route.to_owned());
        reply
    }
}

async fn rows(owner: &Person) -> AuditPage {
    owner.get("/api/v1/admin/audit?limit=200").await.ok()
}

#[tokio::test]
async fn every_act_of_those_who_run_the_box_leaves_a_row() {
    let (house, owner, alice, bob) = House::with_two().await;
    let mut it = Watcher { owner: &owner, seen: BTreeSet::new() };
    let claim = rows(&owner).await.entries.pop().unwrap();
    assert_eq!((claim.action.as_str(), claim.target.as_str(), claim.actor), ("box.claim", "Rose Court", owner.id));
    it.seen.insert("POST /api/v1/claim".to_owned());

    let made = it.does("POST /api/v1/invites", &[], json!({"max_uses": 3}), "invite.make").await.ok::<InviteCreated>();
    let row = rows(&owner).await.entries.remove(0);
    assert_eq!((row.target, row.detail.as_str()), (made.invite.id.to_string(), "member, 3 at most, for ever"));
    it.does("DELETE /api/v1/invites/{invite}", &[made.invite.id], json!({}), "invite.revoke").await;
    // A member's own invite is their own business.
    let before = rows(&owner).await.entries.len();
    bob.post("/api/v1/invites", &json!({})).await.done();
    assert_eq!(rows(&owner).await.entries.len(), before);

    let carol = house.join("Carol", None).await;
    it.does("POST /api/v1/requests/{user}", &[carol.id], json!({"approve": true}), "request.approve").await;
    it.does("PATCH /api/v1/users/{user}", &[carol.id], json!({"role": "admin"}), "person.change").await;
    it.does("POST /api/v1/users/{user}/ticket", &[carol.id], json!({}), "person.ticket").await;
    carol.with_password("a password of hers").await;
    it.does("DELETE /api/v1/admin/people/{user}/password", &[carol.id], json!({}), "person.password").await;
    it.does("DELETE /api/v1/admin/people/{user}/devices", &[carol.id], json!({}), "person.sign_out").await;
    let quota = json!({"quota_bytes": 2_000_000});
    it.does("PUT /api/v1/admin/people/{user}/quota", &[alice.id], quota, "person.quota").await;
    it.does("POST /api/v1/admin/people/{user}/remove", &[carol.id], json!({"messages": "keep"}), "person.remove").await;
    it.does("POST /api/v1/admin/people/import", &[], json!("name\nDora\n"), "person.import").await;

    let party = alice.make_room("group", "Party", &[]).await.id;
    it.does("PATCH /api/v1/admin/rooms/{room}", &[party], json!({"archived": true}), "room.archive").await;
    it.does("PATCH /api/v1/admin/rooms/{room}", &[party], json!({"archived": false}), "room.unarchive").await;
    it.does("DELETE /api/v1/admin/rooms/{room}", &[party], json!({}), "room.delete").await;

    it.does("PATCH /api/v1/admin/settings", &[], json!({"name": "Rose Court 3"}), "box.settings").await;
    it.does("PATCH /api/v1/admin/clock", &[], json!({"zone": "Europe/Berlin"}), "clock.change").await;
    it.does("PUT /api/v1/admin/network/country", &[], json!({"country": "DE"}), "network.country").await;
    let ipv4 = json!({"method": "fixed", "address": "192.168.1.60", "prefix": 24, "gateway": "192.168.1.1", "dns": []});
    let change = json!({"change": "addresses", "interface": "eth0", "ipv4": ipv4, "ipv6": {"method": "automatic"}});
    let made: NetworkChangeMade =
        it.does("POST /api/v1/admin/network/changes", &[], change, "network.change").await.ok();
    let id = i64::try_from(made.pending.unwrap().id).unwrap();
    it.does("DELETE /api/v1/admin/network/changes/{change}", &[id], json!({}), "network.undo").await;

    let often = json!({"every": "week", "keep": 3, "disk": null});
    it.does("PUT /api/v1/admin/backups/schedule", &[], often, "backup.schedule").await;
    it.does("POST /api/v1/admin/backups", &[], json!({}), "backup.make").await;
    it.does("PUT /api/v1/admin/storage/keep", &[], json!({"days": 365}), "storage.keep").await;
    let limits = json!({"quota_bytes": 1_000_000_000, "reserve_bytes": 20_000_000});
    it.does("PUT /api/v1/admin/storage/limits", &[], limits, "storage.limits").await;
    it.does("POST /api/v1/admin/search/rebuild", &[], json!({}), "search.rebuild").await;
    it.does("POST /api/v1/admin/storage/clean-up", &[], json!({"older_than_days": 30}), "storage.clean_up").await;
    it.does("POST /api/v1/admin/scrape-token", &[], json!({}), "box.scrape_token").await;
    it.does("DELETE /api/v1/admin/scrape-token", &[], json!({}), "box.scrape_token").await;
    it.does("POST /api/v1/admin/power", &[], json!({"order": "restart_daemon"}), "power.restart_daemon").await;
    it.does("POST /api/v1/admin/repair", &[], json!({}), "box.repair").await;

    for (route, action, source) in ELSEWHERE {
        assert!(source.contains(&format!("\"{action}\"")), "{route}: no test looks for {action}");
        it.seen.insert((*route).to_owned());
    }
    it.seen.extend(NOTHING.iter().map(|route| (*route).to_owned()));
    let all: BTreeSet<String> = operations()
        .iter()
        .filter(|operation| operation.method != Method::GET && operation.path.starts_with("/api/v1/admin/"))
        .map(crate::api::Operation::name)
        .chain(OTHERS.iter().map(|route| (*route).to_owned()))
        .collect();
    assert_eq!(it.seen, all);
    house.stop().await;
}
