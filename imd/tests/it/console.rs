//! `imd admin` at the box itself. Were these to fail, an owner who is locked out could not get in again, or somebody else on
//! the machine could.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use imd::wire::{ErrorCode, PersonPage, SignInTicket, SignedIn};
use serde_json::json;

use crate::house::House;
use crate::person::Person;

pub async fn admin(house: &House, arguments: &[&str]) -> Output {
    let folder = house.folder().to_str().unwrap();
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_imd"));
    let run = command.args(["admin", "--data", folder]).args(arguments).output();
    tokio::time::timeout(crate::PATIENCE, run).await.expect("it answers").unwrap()
}

pub fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[tokio::test]
async fn the_box_is_run_from_its_console_without_a_password() {
    let (house, owner, alice, _) = House::with_two().await;
    let table = said(&admin(&house, &["people", "ali"]).await);
    assert!(table.contains("user.name") && table.contains("Alice") && !table.contains("Olga"), "{table}");
    let page: PersonPage = serde_json::from_str(&said(&admin(&house, &["people", "--json"]).await)).unwrap();
    assert_eq!(page.people.len(), 3);
    said(&admin(&house, &["suspend", &alice.id.to_string()]).await);
    alice.get("/api/v1/me").await.refused(ErrorCode::Suspended);
    said(&admin(&house, &["reinstate", &alice.id.to_string()]).await);
    alice.get("/api/v1/me").await.done();
    for act in [&["patrol"][..], &["rooms"], &["storage"], &["backups"], &["invites"], &["invite"], &["audit"]] {
        said(&admin(&house, act).await);
    }
    let audit = owner.get("/api/v1/admin/audit.csv").await.body;
    assert_eq!(String::from_utf8(audit).unwrap().matches("person.change").count(), 2);

    let last = admin(&house, &["role", &owner.id.to_string(), "member"]).await;
    assert_eq!(last.status.code(), Some(imd::exit::REFUSED.code.into()));
    assert!(String::from_utf8_lossy(&last.stderr).contains("last_owner"), "{last:?}");
    house.stop().await;
}

#[tokio::test]
async fn an_owner_who_lost_everything_gets_in_by_the_console() {
    let (house, owner) = House::owned().await;
    let ticket = said(&admin(&house, &["ticket", &owner.id.to_string(), "--json"]).await);
    let ticket: SignInTicket = serde_json::from_str(&ticket).unwrap();
    let redeem = json!({"code": ticket.code, "secret": "0123456789abcdef"});
    let back = Person::new(&house.door, house.door.post("/api/v1/tickets/redeem", &redeem).await.ok::<SignedIn>());
    assert_eq!(back.id, owner.id);
    house.stop().await;
}

#[tokio::test]
async fn the_socket_is_its_users_alone_and_goes_with_the_daemon() {
    let house = House::fresh().await;
    let socket = house.folder().join("admin.sock");
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let nobody = admin(&house, &["people"]).await;
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("not_claimed"), "{nobody:?}");
    // What the socket can, the network cannot: no header makes a request one of the box's own.
    house.door.get("/api/v1/admin/people").await.refused(ErrorCode::NotSignedIn);
    let elsewhere = tempfile::tempdir().unwrap();
    let arguments = ["admin", "--data", elsewhere.path().to_str().unwrap(), "people"];
    let away = tokio::process::Command::new(env!("CARGO_BIN_EXE_imd")).args(arguments).output().await.unwrap();
    assert_eq!(away.status.code(), Some(imd::exit::NO_DAEMON.code.into()), "{away:?}");
    house.stop().await;
    assert!(!socket.exists());
}

#[tokio::test]
async fn the_claim_is_reopened_from_the_console_and_from_nowhere_else() {
    let (house, owner) = House::owned().await;
    owner.post("/api/v1/admin/claim/reopen", &json!({})).await.refused(ErrorCode::Forbidden);
    let said = said(&admin(&house, &["claim", "reopen", "--json"]).await);
    let reopened: imd::wire::ClaimReopened = serde_json::from_str(&said).unwrap();
    assert_eq!(reopened.seconds, 900);
    house.door.post("/api/v1/claim/owners", &json!({"code": reopened.code})).await.done();
    house.stop().await;
}
