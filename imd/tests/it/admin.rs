//! Running the box. Were these to fail, an admin would shut a door that stays open, or nobody could tell who opened it.

use imd::wire::{AuditPage, BoxInfo, ErrorCode, InviteCreated, JoinMode, SignInTicket};
use serde_json::json;

use crate::house::{House, OWNERS};
use crate::person::Person;

async fn audit(admin: &Person, query: &str) -> AuditPage {
    admin.get(&format!("/api/v1/admin/audit?{query}")).await.ok()
}

#[tokio::test]
async fn a_door_shut_by_an_admin_is_shut_at_once_and_after_a_restart() {
    let (mut house, owner) = House::owned().await;
    let set = async |settings: serde_json::Value| owner.patch("/api/v1/admin/settings", &settings).await;
    let status = async |person: Person| person.get("/api/v1/box").await.ok::<BoxInfo>().me.unwrap().user.status;
    assert_eq!(status(house.join("Early", None).await).await, "pending");
    set(json!({"join_mode": "open", "name": "Rose Court 3"})).await.done();
    assert_eq!(status(house.join("Alice", None).await).await, "active");
    set(json!({"join_mode": "approval"})).await.done();
    house.restart().await;
    assert_eq!(status(house.member(&owner, "Bob").await).await, "pending");
    let info: BoxInfo = house.door.get("/api/v1/box").await.ok();
    assert_eq!((info.name.as_str(), info.join_mode), ("Rose Court 3", JoinMode::Approval));
    owner.post("/api/v1/me/password/enter", &json!({"password": OWNERS})).await.done();
    set(json!({"name": " "})).await.refused(ErrorCode::NameUnfit);
    set(json!({"join_mode": "ajar"})).await.refused(ErrorCode::BadRequest);
    house.stop().await;
}

#[tokio::test]
async fn what_admins_did_is_written_down_without_their_secrets() {
    let (house, owner, alice, _) = House::with_two().await;
    let path = format!("/api/v1/users/{}", alice.id);
    owner.patch(&path, &json!({"role": "admin"})).await.done();
    let ticket: SignInTicket = owner.post(&format!("{path}/ticket"), &json!({})).await.ok();
    let carol = house.join("=Carol()", None).await;
    house.at(60_000);
    alice.post(&format!("/api/v1/requests/{}", carol.id), &json!({"approve": true})).await.done();
    let invite: InviteCreated = alice.post("/api/v1/invites", &json!({})).await.ok();
    owner.delete(&format!("/api/v1/invites/{}", invite.invite.id)).await.done();
    alice.with_password("alice's password").await;
    // What was refused was not done.
    alice.patch(&format!("/api/v1/users/{}", owner.id), &json!({"role": "member"})).await.refused(ErrorCode::Forbidden);

    let page = audit(&owner, "").await;
    // After the claim, and the invites by which everybody came.
    let acts = page.entries.iter().rev().map(|entry| (entry.actor, entry.action.as_str()));
    let acts: Vec<_> = acts.skip_while(|(_, action)| *action != "person.change").collect();
    assert_eq!(
        acts,
        [
            (owner.id, "person.change"),
            (owner.id, "person.ticket"),
            (alice.id, "request.approve"),
            (alice.id, "invite.make"),
            (owner.id, "invite.revoke")
        ]
    );
    assert_eq!(page.entries[1].at, crate::house::BEGINNING + 60_000);
    assert!(page.entries.iter().all(|entry| entry.address == "127.0.0.1"));
    let csv = owner.get("/api/v1/admin/audit.csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    for text in [String::from_utf8(csv.body).unwrap(), serde_json::to_string(&page).unwrap()] {
        for secret in [&ticket.code.clone().unwrap(), &owner.token, &alice.token] {
            assert!(!text.contains(secret.as_str()), "{text}");
        }
        assert_eq!(text.matches("request.approve").count(), 1);
    }

    let newest = audit(&owner, "limit=1").await;
    let older = audit(&owner, &format!("limit=200&before={}", newest.next.unwrap())).await;
    assert_eq!([newest.entries, older.entries].concat(), page.entries);
    owner.get("/api/v1/admin/audit?limit=201").await.refused(ErrorCode::BadRequest);
    house.stop().await;
}
