//! Updates of the whole system, on the imagined machine. Were these to fail, a box would be left on an old version, or
//! take one from a stranger.

use imd::wire::{
    AuditPage, ErrorCode, Finding, FindingId, InstallState, NextStart, PatrolReport, SlotHealth, UpdateBundle,
    UpdateFailure, UpdateOutcome, UpdateState,
};
use reqwest::Method;
use serde_json::json;

use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

const UPDATE: &str = "/api/v1/admin/update";

async fn upload(owner: &Person, name: &str) -> Reply {
    owner.send(Method::POST, &format!("{UPDATE}/bundle?name={name}"), vec![7_u8; 300_000]).await
}

async fn state(owner: &Person) -> UpdateState {
    owner.get(UPDATE).await.ok()
}

async fn installed(owner: &Person) -> UpdateState {
    let wait = async {
        loop {
            let now = state(owner).await;
            if !matches!(now.install, Some(InstallState::Running { .. })) {
                return now;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(crate::PATIENCE, wait).await.expect("the installation ends")
}

fn kept(house: &House) -> usize {
    std::fs::read_dir(house.folder().join("update")).map_or(0, Iterator::count)
}

#[tokio::test]
async fn an_update_is_looked_at_installed_started_and_gone_back_from() {
    let (house, owner) = House::owned().await;
    owner.post(&format!("{UPDATE}/install"), &json!({})).await.refused(ErrorCode::UpdateMissing);
    let bundle: UpdateBundle = upload(&owner, "imbox-9.raucb").await.ok();
    assert_eq!((bundle.version.as_str(), bundle.size, bundle.fits), ("9.9.9", 300_000, true));
    assert_eq!(state(&owner).await.bundle, Some(bundle));
    let begun: UpdateState = owner.post(&format!("{UPDATE}/install"), &json!({})).await.ok();
    assert!(matches!(begun.install, Some(InstallState::Running { .. })), "{begun:?}");
    upload(&owner, "other").await.refused(ErrorCode::UpdateRunning);
    owner.delete(&format!("{UPDATE}/bundle")).await.refused(ErrorCode::UpdateRunning);
    owner.post(&format!("{UPDATE}/back"), &json!({})).await.refused(ErrorCode::UpdateRunning);
    let done = installed(&owner).await;
    assert_eq!((done.install, done.next), (Some(InstallState::Done {}), NextStart::Other));
    owner.post("/api/v1/admin/power", &json!({"order": "restart_box"})).await.done();
    let new = state(&owner).await;
    assert_eq!((new.current.name.as_str(), new.current.version.as_deref()), ("B", Some("9.9.9")));
    owner.post(&format!("{UPDATE}/back"), &json!({})).await.done();
    assert_eq!(state(&owner).await.current.name, "A");
    owner.delete(&format!("{UPDATE}/bundle")).await.done();
    assert_eq!((state(&owner).await.bundle, kept(&house)), (None, 0));
    assert_eq!(
        owner.acts().await,
        ["update.upload", "update.install", "power.restart_box", "update.back", "update.discard"]
    );
    house.stop().await;
}

#[tokio::test]
async fn what_is_not_ours_or_not_whole_is_not_kept() {
    let (house, owner) = House::owned().await;
    upload(&owner, "unsigned").await.refused(ErrorCode::UpdateSignature);
    upload(&owner, "damaged").await.refused(ErrorCode::UpdateDamaged);
    upload(&owner, "../../imd.db").await.done();
    assert!(house.database().is_file() && kept(&house) == 1, "a name leads nowhere else");
    let other: UpdateBundle = upload(&owner, "other").await.ok();
    assert!(!other.fits);
    owner.post(&format!("{UPDATE}/install"), &json!({})).await.refused(ErrorCode::UpdateIncompatible);
    let huge = owner.request(Method::POST, &format!("{UPDATE}/bundle")).header("content-length", 600 << 20);
    Reply::of(huge.body("x")).await.refused(ErrorCode::FileTooLarge);
    house.stop().await;
}

/// A bundle of which a byte is missing would be written over the system that works.
#[tokio::test]
async fn an_update_that_lies_about_its_size_is_not_kept() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (house, owner) = House::owned().await;
    let send = async |said: &str, body: &[u8]| {
        let mut line = tokio::net::TcpStream::connect(house.door.address()).await.unwrap();
        let head = format!(
            "POST {UPDATE}/bundle?name=imbox-9.raucb HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n{said}\r\n\r\n",
            house.door.address(),
            owner.token
        );
        let talk = async {
            let _ = line.write_all(&[head.as_bytes(), body].concat()).await;
            let _ = line.shutdown().await;
            let mut answer = Vec::new();
            let _ = line.read_to_end(&mut answer).await;
            String::from_utf8_lossy(&answer).into_owned()
        };
        tokio::time::timeout(crate::PATIENCE, talk).await.expect("an end")
    };
    let body = vec![7_u8; 100_000];
    let chunked = [&b"186a0\r\n"[..], &body[..], b"\r\n"].concat();
    for (said, body) in [
        ("Content-Length: 300000", &body[..]),
        ("Transfer-Encoding: chunked", &chunked[..]),
        ("Transfer-Encoding: chunked", &chunked[..5_000]),
        ("Transfer-Encoding: chunked", &b"ffffffffffffffff\r\nx"[..]),
    ] {
        let answer = send(said, body).await;
        assert!(!answer.starts_with("HTTP/1.1 2"), "{said}: {answer}");
        let gone = async || state(&owner).await.bundle.is_none() && kept(&house) == 0;
        let wait = async { while !gone().await {} };
        tokio::time::timeout(crate::PATIENCE, wait).await.unwrap_or_else(|_| panic!("{said}: something was kept"));
    }
    for (said, code) in [("99999999999999999999999", 400), ("9223372036854775807", 413), ("536870913", 413)] {
        let answer = send(&format!("Content-Length: {said}"), b"x").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {code} ")), "{said}: {answer}");
    }
    // What comes beyond what was announced is not part of it.
    let answer = send("Content-Length: 60000", &body).await;
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert_eq!(state(&owner).await.bundle.map(|bundle| bundle.size), Some(60_000));
    house.stop().await;
}

#[tokio::test]
async fn a_version_that_does_not_start_is_left_by_itself_and_shown_as_bad() {
    let (house, owner) = House::owned().await;
    upload(&owner, "broken").await.done();
    owner.post(&format!("{UPDATE}/install"), &json!({})).await.done();
    installed(&owner).await;
    owner.post("/api/v1/admin/power", &json!({"order": "restart_box"})).await.done();
    let now = state(&owner).await;
    assert_eq!((now.current.name.as_str(), now.other.unwrap().health), ("A", SlotHealth::Bad));
    owner.post(&format!("{UPDATE}/back"), &json!({})).await.refused(ErrorCode::NoOtherVersion);
    house.stop().await;
}

/// What patrol finds about `id`.
async fn finding(owner: &Person, id: FindingId) -> Option<Finding> {
    let report: PatrolReport = owner.post("/api/v1/admin/patrol", &json!({})).await.ok();
    report.findings.into_iter().find(|finding| finding.id == id)
}

/// Nobody would know that the box runs the version before, or why; or be told of it for ever.
#[tokio::test]
async fn an_admin_is_told_why_a_version_was_put_back_until_it_was_read() {
    let (mut house, owner) = House::owned().await;
    assert_eq!(state(&owner).await.last, None);
    upload(&owner, "broken-network").await.done();
    owner.post(&format!("{UPDATE}/install"), &json!({})).await.done();
    installed(&owner).await;
    owner.post("/api/v1/admin/power", &json!({"order": "restart_box"})).await.done();
    let last = state(&owner).await.last.unwrap();
    assert_eq!((last.outcome, last.reason), (UpdateOutcome::RolledBack, Some(UpdateFailure::NoNetwork)));
    assert_eq!((last.version.as_str(), last.slot.as_str()), ("9.9.9", "B"));
    let found = finding(&owner, FindingId::UpdateFellBack).await.unwrap();
    assert!(found.dismissible);
    assert_eq!(found.update, Some(last.clone()));

    let dismiss = async |finding: &str| owner.post("/api/v1/admin/patrol/dismiss", &json!({"finding": finding})).await;
    dismiss("no_backup").await.refused(ErrorCode::NotFound);
    dismiss("card_mended").await.refused(ErrorCode::NotFound);
    let left: PatrolReport = dismiss("update_fell_back").await.ok();
    assert!(left.findings.iter().all(|finding| finding.id != FindingId::UpdateFellBack), "{left:?}");
    assert_eq!(state(&owner).await.last, Some(last), "the page of updates still says it");
    let page: AuditPage = owner.get("/api/v1/admin/audit").await.ok();
    assert_eq!((page.entries[0].action.as_str(), page.entries[0].target.as_str()), ("patrol.dismiss", "update"));

    // Another one is news.
    upload(&owner, "broken-daemon").await.done();
    owner.post(&format!("{UPDATE}/install"), &json!({})).await.done();
    installed(&owner).await;
    owner.post("/api/v1/admin/power", &json!({"order": "restart_box"})).await.done();
    let again = finding(&owner, FindingId::UpdateFellBack).await.unwrap();
    assert_eq!(again.update.unwrap().reason, Some(UpdateFailure::DaemonFailed));
    house.restart().await;
    house.stop().await;
}

#[tokio::test]
async fn a_version_that_stays_is_said_to_and_is_no_finding() {
    let (house, owner) = House::owned().await;
    upload(&owner, "good").await.done();
    owner.post(&format!("{UPDATE}/install"), &json!({})).await.done();
    installed(&owner).await;
    owner.post("/api/v1/admin/power", &json!({"order": "restart_box"})).await.done();
    let last = state(&owner).await.last.unwrap();
    assert_eq!((last.outcome, last.reason), (UpdateOutcome::Committed, None));
    assert_eq!(finding(&owner, FindingId::UpdateFellBack).await, None);
    house.stop().await;
}

/// A card that is about to die would be trusted.
#[tokio::test]
async fn an_admin_is_told_that_the_card_was_mended_until_it_was_read() {
    let (house, owner) = House::owned().await;
    assert_eq!(finding(&owner, FindingId::CardMended).await, None);
    owner.post("/api/v1/admin/power", &json!({"order": "shut_down"})).await.done();
    let found = finding(&owner, FindingId::CardMended).await.unwrap();
    assert_eq!((found.value, found.dismissible), (Some(0), true));
    owner.post("/api/v1/admin/patrol/dismiss", &json!({"finding": "card_mended"})).await.done();
    assert_eq!(finding(&owner, FindingId::CardMended).await, None);
    owner.post("/api/v1/admin/power", &json!({"order": "shut_down"})).await.done();
    assert!(finding(&owner, FindingId::CardMended).await.is_some(), "it happened again");
    house.stop().await;
}
