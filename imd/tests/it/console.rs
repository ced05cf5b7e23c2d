//! `imd admin` at the box itself. Were these to fail, an owner who is locked out could not get in again, or somebody else on
//! the machine could.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use imd::wire::{
    BackupState, ClockState, ErrorCode, InstallState, InviteCreated, MoveBegun, MoveOut, MoveOutStage,
    NetworkChangeMade, NetworkState, OwnStorage, PersonPage, SetAside, SignInTicket, SignedIn, UpdateState,
};
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
    let (house, owner, alice, bob) = House::with_two().await;
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
    let hall = house.hall(&alice).await;
    let said_there = alice.say(hall, "1", "rude words").await.seq;
    bob.post(&format!("/api/v1/rooms/{hall}/events/{said_there}/report"), &json!({})).await.done();
    let reports = said(&admin(&house, &["reports"]).await);
    assert!(reports.contains("rude words") && reports.contains("author.name"), "{reports}");
    said(&admin(&house, &["answer-report", "1", "--delete", "--warn", "Please be kind."]).await);
    assert!(!said(&admin(&house, &["reports"]).await).contains("rude words"));
    assert!(said(&admin(&house, &["reports", "--answered"]).await).contains("deleted"));
    said(&admin(&house, &["quota", &bob.id.to_string(), "2000000"]).await);
    assert_eq!(bob.get("/api/v1/me/storage").await.ok::<OwnStorage>().quota_bytes, Some(2_000_000));
    said(&admin(&house, &["quota", &bob.id.to_string()]).await);
    assert_eq!(bob.get("/api/v1/me/storage").await.ok::<OwnStorage>().quota_bytes, None);
    let devices = said(&admin(&house, &["devices", "ali"]).await);
    assert!(devices.contains("Alice") && !devices.contains("Olga"), "{devices}");
    said(&admin(&house, &["sign-out", &alice.id.to_string(), &alice.device.to_string()]).await);
    alice.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
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

#[tokio::test]
async fn the_door_and_the_machine_are_looked_after_from_the_console() {
    let (house, owner, ..) = House::with_two().await;
    let (carol, dave) = (house.join("Carol", None).await, house.join("Dave", None).await);
    assert!(said(&admin(&house, &["requests"]).await).contains("Carol"));
    said(&admin(&house, &["let-in", &carol.id.to_string()]).await);
    said(&admin(&house, &["turn-away", &dave.id.to_string()]).await);
    carol.get("/api/v1/rooms").await.done();
    dave.get("/api/v1/rooms").await.refused(ErrorCode::NotSignedIn);
    let made: InviteCreated = owner.post("/api/v1/invites", &json!({})).await.ok();
    said(&admin(&house, &["revoke", &made.invite.id.to_string()]).await);
    house.door.get(&format!("/api/v1/invites/check/{}", made.invite.code)).await.refused(ErrorCode::InviteInvalid);

    let network: NetworkState = json_of(&house, &["network"]).await;
    let eth = &network.interfaces[0].name;
    let ipv4 = json!({"method": "fixed", "address": "192.168.1.60", "prefix": 24});
    let order = json!({"change": "addresses", "interface": eth, "ipv4": ipv4, "ipv6": {"method": "off"}});
    let change: NetworkChangeMade = owner.post("/api/v1/admin/network/changes", &order).await.ok();
    let wrong = admin(&house, &["network-confirm", "0"]).await;
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("no_such_network_change"), "{wrong:?}");
    said(&admin(&house, &["network-undo", &change.pending.unwrap().id.to_string()]).await);

    let clock: ClockState = json_of(&house, &["clock", "--zone", "Asia/Shanghai", "--ntp", "false"]).await;
    assert_eq!(
        (clock.zone.as_str(), json_of::<ClockState>(&house, &["clock"]).await.zone),
        ("Asia/Shanghai", clock.zone.clone())
    );
    let nowhere = admin(&house, &["clock", "--zone", "Nowhere/Land"]).await;
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("unknown_time_zone"), "{nowhere:?}");

    let bundle = house.folder().join("imbox-9.raucb");
    let missing = admin(&house, &["update-install", "/nowhere/x.raucb"]).await;
    assert_eq!(missing.status.code(), Some(imd::exit::USAGE.code.into()), "{missing:?}");
    std::fs::write(&bundle, vec![7_u8; 300_000]).unwrap();
    let begun: UpdateState = json_of(&house, &["update-install", bundle.to_str().unwrap()]).await;
    assert!(matches!(begun.install, Some(InstallState::Running { .. })), "{begun:?}");
    let ended = async {
        while matches!(json_of::<UpdateState>(&house, &["update"]).await.install, Some(InstallState::Running { .. })) {}
    };
    tokio::time::timeout(crate::PATIENCE, ended).await.expect("it is installed");
    said(&admin(&house, &["restart"]).await);
    assert_eq!(json_of::<UpdateState>(&house, &["update"]).await.current.name, "B");
    said(&admin(&house, &["update-back"]).await);
    assert_eq!(json_of::<UpdateState>(&house, &["update"]).await.current.name, "A");
    house.stop().await;
}

#[tokio::test]
async fn a_move_is_offered_and_what_was_put_aside_is_cleared_from_the_console() {
    let (house, owner) = House::owned().await;
    let begun: MoveBegun = json_of(&house, &["move", "offer"]).await;
    assert!(begun.code.len() > 20 && begun.state.stage != MoveOutStage::None, "{begun:?}");
    let packed = async || {
        let ready = async { while json_of::<MoveOut>(&house, &["move", "state"]).await.stage != MoveOutStage::Open {} };
        tokio::time::timeout(crate::PATIENCE, ready).await.expect("it is packed");
    };
    packed().await;
    let again = said(&admin(&house, &["move", "offer"]).await);
    assert!(again.starts_with("code: ") && !again.contains(&begun.code) && again.contains("state.stage: "), "{again}");
    packed().await;
    assert_eq!(json_of::<MoveOut>(&house, &["move", "stop"]).await.stage, MoveOutStage::None);
    assert_eq!(owner.get("/api/v1/admin/move").await.ok::<MoveOut>().stage, MoveOutStage::None);

    let aside = house.folder().join("damaged/001795000000000");
    std::fs::create_dir_all(&aside).unwrap();
    std::fs::write(aside.join("imd.db"), "damaged").unwrap();
    let there: Vec<SetAside> = json_of(&house, &["damaged", "list"]).await;
    assert_eq!((there[0].name.as_str(), there[0].bytes), ("001795000000000", 7));
    let wrong = admin(&house, &["damaged", "delete", "../imd.db"]).await;
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("not_found"), "{wrong:?}");
    assert!(aside.exists() && house.folder().join("imd.db").exists());
    said(&admin(&house, &["damaged", "delete", "001795000000000"]).await);
    assert!(!aside.exists());
    house.stop().await;
}

async fn json_of<T: serde::de::DeserializeOwned>(house: &House, arguments: &[&str]) -> T {
    serde_json::from_str(&said(&admin(house, &[arguments, &["--json"]].concat()).await)).unwrap()
}

#[tokio::test]
async fn a_backup_is_brought_back_from_the_console() {
    let (house, owner) = House::owned().await;
    said(&admin(&house, &["backup"]).await);
    let made = async {
        loop {
            let state: BackupState = json_of(&house, &["backups"]).await;
            if let (None, Some(backup)) = (state.under_way, state.backups.first()) {
                return backup.name.clone();
            }
        }
    };
    let name = tokio::time::timeout(crate::PATIENCE, made).await.expect("the backup is made");
    let bytes = owner.get(&format!("/api/v1/admin/backups/{name}")).await.body;
    house.stop().await;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(&name);
    std::fs::write(&file, bytes).unwrap();
    let mut fresh = House::fresh().await;
    let file = file.to_str().unwrap();
    let wrong = admin(&fresh, &["restore", file, "--code", "AAAA-AAAA"]).await;
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("wrong_claim_code"), "{wrong:?}");
    let code = fresh.claim_code().to_owned();
    assert!(said(&admin(&fresh, &["restore", file, "--code", &code]).await).contains("Rose Court"));
    fresh.restart().await;
    let same = Person { door: fresh.door.clone(), ..owner };
    same.get("/api/v1/me").await.done();
    fresh.stop().await;
}
