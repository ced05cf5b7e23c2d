//! Becoming the owner of a fresh box. Were these to fail, the first visitor could take somebody's box, or its holder
//! could not.

use imd::wire::{BoxInfo, BoxState, ErrorCode, Me, Role, Room};
use serde_json::json;

use crate::door::Door;
use crate::house::{House, OWNERS};
use crate::person::Person;

async fn claim(door: &Door, code: &str, name: &str) -> crate::door::Reply {
    door.post("/api/v1/claim", &json!({"code": code, "name": name, "password": OWNERS})).await
}

/// Asked at the first step of the set-up; nobody types a password for nothing.
async fn check(door: &Door, code: &str) -> crate::door::Reply {
    door.post("/api/v1/claim/check", &json!({"code": code})).await
}

async fn state(door: &Door) -> BoxState {
    door.get("/api/v1/box").await.ok::<BoxInfo>().state
}

#[tokio::test]
async fn whoever_holds_the_code_owns_the_box_and_nobody_after_them() {
    let mut house = House::fresh().await;
    assert_eq!(state(&house.door).await, BoxState::Fresh);
    let code = house.claim_code().to_owned();
    for _ in 0..2 {
        check(&house.door, &code).await.done();
    }
    let owner = house.claim().await;
    check(&house.door, &code).await.refused(ErrorCode::AlreadyClaimed);
    assert_eq!(owner.get("/api/v1/me").await.ok::<Me>().user.role, Role::Owner);
    let info: BoxInfo = owner.get("/api/v1/box").await.ok();
    assert_eq!((info.state, info.name.as_str()), (BoxState::Claimed, "Rose Court"));
    let rooms: Vec<Room> = owner.get("/api/v1/rooms").await.ok();
    assert_eq!(
        rooms.iter().map(|room| (room.name.as_str(), room.is_default)).collect::<Vec<_>>(),
        [("Rose Court", true)]
    );

    claim(&house.door, &code, "Mallory").await.refused(ErrorCode::AlreadyClaimed);
    house.restart().await;
    assert!(house.app().claim_code().is_none());
    claim(&house.door, &code, "Mallory").await.refused(ErrorCode::AlreadyClaimed);
    assert_eq!(owner.get("/api/v1/me").await.ok::<Me>().user.role, Role::Owner);
    house.stop().await;
}

#[tokio::test]
async fn a_wrong_code_makes_nobody_owner_and_leaves_the_right_one_good() {
    let house = House::fresh().await;
    for wrong in ["", "AAAA-AAAA", "🙂", &"2".repeat(10_000)] {
        claim(&house.door, wrong, "Mallory").await.refused(ErrorCode::WrongClaimCode);
        check(&house.door, wrong).await.refused(ErrorCode::WrongClaimCode);
    }
    claim(&house.door, house.claim_code(), "\u{200b}").await.refused(ErrorCode::NameUnfit);
    for (password, refusal) in [
        (json!(null), ErrorCode::PasswordRequired),
        (json!(""), ErrorCode::PasswordRequired),
        (json!("seven77"), ErrorCode::PasswordTooShort),
        (json!("x".repeat(257)), ErrorCode::PasswordUnfit),
        (json!("olga1234"), ErrorCode::PasswordTooCommon),
        (json!("rosecourt!"), ErrorCode::PasswordTooCommon),
    ] {
        let claim = json!({"code": house.claim_code(), "name": "Olga", "box_name": "Rose Court", "password": password});
        house.door.post("/api/v1/claim", &claim).await.refused(refusal);
    }
    let without = json!({"code": house.claim_code(), "name": "Olga"});
    house.door.post("/api/v1/claim", &without).await.refused(ErrorCode::PasswordRequired);
    assert_eq!(state(&house.door).await, BoxState::Fresh);
    house.claim().await;
    house.stop().await;
}

#[tokio::test]
async fn the_code_is_understood_however_it_is_typed() {
    let house = House::fresh().await;
    let code = house.claim_code();
    let typed = format!("  {} {} -", code[..4].to_lowercase(), &code[4..]);
    claim(&house.door, &typed, "Olga").await.done();
    house.stop().await;
}

#[tokio::test]
async fn of_two_who_claim_at_once_exactly_one_is_owner() {
    let house = House::fresh().await;
    let code = house.claim_code();
    let names: Vec<String> = (0..8).map(|n| format!("Owner {n}")).collect();
    let replies = futures_util::future::join_all(names.iter().map(|name| claim(&house.door, code, name))).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!(won.len(), 1);
    lost.iter().for_each(|reply| reply.refused(ErrorCode::AlreadyClaimed));
    let owner = Person::new(&house.door, won[0].ok());
    let users: imd::wire::UserPage = owner.get("/api/v1/users").await.ok();
    assert_eq!(users.users.len(), 1, "the others left nothing behind");
    house.stop().await;
}

/// A box without a screen is switched off to read the code from its card: that code would be worth nothing.
#[tokio::test]
async fn a_code_that_was_read_before_a_restart_claims_and_none_does_afterwards() {
    let mut house = House::fresh().await;
    let read = house.claim_code().to_owned();
    house.restart().await;
    let shown = house.claim_code().to_owned();
    assert_ne!(shown, read);
    claim(&house.door, &read, "Olga").await.done();
    for code in [&read, &shown] {
        claim(&house.door, code, "Mallory").await.refused(ErrorCode::AlreadyClaimed);
    }
    house.stop().await;
}

#[tokio::test]
async fn guessing_the_code_is_slowed_down() {
    let house = House::fresh_with(|config| config.limits.sign_ins_per_minute_per_address = 3).await;
    for _ in 0..3 {
        claim(&house.door, "AAAA-AAAA", "Mallory").await.refused(ErrorCode::WrongClaimCode);
    }
    let slowed = claim(&house.door, house.claim_code(), "Mallory").await;
    slowed.refused(ErrorCode::RateLimited);
    assert!((1..=60).contains(&slowed.header("retry-after").parse::<u32>().unwrap()));
    // Others on the LAN still get pages: only sign-ins are counted here.
    assert_eq!(state(&house.door).await, BoxState::Fresh);
    house.stop().await;
}

#[tokio::test]
async fn nobody_joins_a_box_without_an_owner() {
    let house = House::fresh().await;
    house.door.post("/api/v1/join", &json!({"name": "Early"})).await.refused(ErrorCode::NotClaimed);
    house.stop().await;
}

/// Whoever gave the box a name before it was first switched on could never own it.
#[tokio::test]
async fn a_name_that_was_chosen_beforehand_makes_nobody_owner() {
    let preset = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(preset.path(), "name = \"Rose Court\"\nclaim_code = \"ROSE2345\"\nlanguage = \"en\"\n").unwrap();
    let mut house = House::fresh_with(|config| config.claim.preset = Some(preset.path().to_owned())).await;
    house.restart().await;
    let info: BoxInfo = house.door.get("/api/v1/box").await.ok();
    assert_eq!((info.state, info.name.as_str()), (BoxState::Fresh, "Rose Court"));
    assert_eq!(info.language, Some(imd::wire::BoxLanguage::En));
    claim(&house.door, "rose-2345", "Olga").await.done();
    assert_eq!(house.door.get("/api/v1/box").await.ok::<BoxInfo>().name, "Rose Court");
    house.stop().await;
}
