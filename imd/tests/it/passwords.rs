//! Passwords. Were these to fail, a neighbour could guess their way in, or the right password would not open.

use imd::wire::{BoxInfo, BoxSettings, ErrorCode, Me, SignedIn};
use serde_json::{Value, json};

use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

async fn sign_in(house: &House, name: &str, password: &str) -> Reply {
    house.door.post("/api/v1/sign-in", &json!({"name": name, "password": password})).await
}

async fn set(person: &Person, current: Value, new: Value) -> Reply {
    person.put("/api/v1/me/password", &json!({"current": current, "new": new})).await
}

#[tokio::test]
async fn a_password_is_set_changed_used_and_removed() {
    let (house, _, alice, _) = House::with_two().await;
    sign_in(&house, "alice", "").await.refused(ErrorCode::WrongPassword);
    set(&alice, Value::Null, json!("seven77")).await.refused(ErrorCode::PasswordTooShort);
    set(&alice, Value::Null, json!("x".repeat(257))).await.refused(ErrorCode::PasswordUnfit);
    for common in ["12345678", "alice2024", "Rose Court", "P@ssw0rd!"] {
        set(&alice, Value::Null, json!(common)).await.refused(ErrorCode::PasswordTooCommon);
    }
    set(&alice, Value::Null, json!("我家的密码有八字")).await.done();
    assert!(alice.get("/api/v1/me").await.ok::<Me>().has_password);

    let second = Person::new(&house.door, sign_in(&house, " Alice ", "我家的密码有八字").await.ok::<SignedIn>());
    assert_eq!(second.id, alice.id);
    set(&second, Value::Null, json!("a new password")).await.refused(ErrorCode::WrongPassword);
    set(&second, json!("我家的密码有八字"), json!("a new password")).await.done();
    sign_in(&house, "alice", "我家的密码有八字").await.refused(ErrorCode::WrongPassword);
    sign_in(&house, "ALICE", "a new password").await.done();

    set(&alice, json!("a new password"), Value::Null).await.done();
    sign_in(&house, "alice", "a new password").await.refused(ErrorCode::WrongPassword);
    alice.get("/api/v1/me").await.done();
    house.stop().await;
}

#[tokio::test]
async fn a_name_that_nobody_has_or_several_have_opens_nothing() {
    let (house, owner, alice, _) = House::with_two().await;
    set(&alice, Value::Null, json!("correct horse")).await.done();
    sign_in(&house, "Nobody", "correct horse").await.refused(ErrorCode::WrongPassword);
    let other = house.member(&owner, "Alice").await;
    set(&other, Value::Null, json!("battery staple")).await.done();
    // The name is the first one's handle too, in another spelling: handles go first.
    assert_eq!(sign_in(&house, "alice", "correct horse").await.ok::<SignedIn>().me.user.id, alice.id);
    assert_eq!(sign_in(&house, "alice-2", "battery staple").await.ok::<SignedIn>().me.user.id, other.id);
    house.stop().await;
}

#[tokio::test]
async fn guessing_is_slowed_down_for_the_one_guessed_at_wherever_it_comes_from() {
    let (house, _, alice, bob) = House::with_two().await;
    set(&alice, Value::Null, json!("correct horse")).await.done();
    set(&bob, Value::Null, json!("battery staple")).await.done();
    let mut slowed = None;
    for _ in 0..10 {
        let reply = sign_in(&house, "alice", "a wrong guess").await;
        if reply.code() == ErrorCode::RateLimited {
            slowed = Some(reply);
            break;
        }
        reply.refused(ErrorCode::WrongPassword);
    }
    let slowed = match slowed {
        Some(reply) => reply,
        None => sign_in(&house, "alice", "correct horse").await,
    };
    slowed.refused(ErrorCode::RateLimited);
    assert!(!slowed.header("retry-after").is_empty());
    sign_in(&house, "bob", "battery staple").await.done();
    alice.get("/api/v1/me").await.done();
    house.stop().await;
}

/// Whoever asks could find out who lives here, and then whose password to guess.
#[tokio::test]
async fn a_name_that_nobody_has_is_refused_just_as_one_that_somebody_has() {
    let (house, _, alice, _) = House::with_two().await;
    set(&alice, Value::Null, json!("correct horse")).await.done();
    let refusals = async |name: &str| {
        let mut refusals = Vec::new();
        for _ in 0..11 {
            let reply = sign_in(&house, name, "a wrong guess").await;
            refusals.push((reply.status, String::from_utf8(reply.body.clone()).unwrap().replace(char::is_numeric, "")));
        }
        refusals
    };
    let (here, nobody) = (refusals("alice").await, refusals("nobody").await);
    assert_eq!(here, nobody);
    assert_eq!(here.iter().filter(|(status, _)| *status == 429).count(), 1, "{here:?}");
    house.stop().await;
}

#[tokio::test]
async fn guessing_is_slowed_down_for_an_address_whoever_is_guessed_at() {
    let house = House::fresh_with(|config| config.limits.sign_ins_per_minute_per_address = 4).await;
    let owner = house.claim().await;
    for name in ["a", "b", "c"] {
        sign_in(&house, name, "a wrong guess").await.refused(ErrorCode::WrongPassword);
    }
    sign_in(&house, "d", "a wrong guess").await.refused(ErrorCode::RateLimited);
    house.door.get("/api/v1/invites/check/AAAAAAAA").await.refused(ErrorCode::RateLimited);
    owner.get("/api/v1/me").await.done();
    house.stop().await;
}

#[tokio::test]
async fn someone_suspended_or_waiting_does_not_get_in_by_password() {
    let (house, owner, alice, _) = House::with_two().await;
    set(&alice, Value::Null, json!("correct horse")).await.done();
    owner.patch(&format!("/api/v1/users/{}", alice.id), &json!({"status": "suspended"})).await.done();
    let reply = sign_in(&house, "alice", "correct horse").await;
    if reply.status == 200 {
        Person::new(&house.door, reply.ok()).get("/api/v1/rooms").await.refused(ErrorCode::Suspended);
    } else {
        reply.refused(ErrorCode::Suspended);
    }
    house.stop().await;
}

#[tokio::test]
async fn the_owners_first_password_works() {
    let house = House::fresh().await;
    let claim = json!({"code": house.claim_code(), "name": "Olga", "password": "first password"});
    house.door.post("/api/v1/claim", &claim).await.done();
    sign_in(&house, "olga", "first password").await.done();
    house.stop().await;
}

#[tokio::test]
async fn an_admin_asks_for_longer_passwords_and_never_for_shorter_ones_than_eight() {
    let (house, owner, alice, _) = House::with_two().await;
    let ask = async |length: u32| owner.patch("/api/v1/admin/settings", &json!({"password_min_length": length})).await;
    for wrong in [0, 7, 65] {
        ask(wrong).await.refused(ErrorCode::InvalidSetting);
    }
    set(&alice, Value::Null, json!("12 letters..")).await.done();
    assert_eq!(ask(64).await.ok::<BoxSettings>().password_min_length, 64);
    assert_eq!(ask(13).await.ok::<BoxSettings>().password_min_length, 13);
    assert_eq!(house.door.get("/api/v1/box").await.ok::<BoxInfo>().password_min_length, 13);
    // Nobody is locked out; whoever chooses a new one chooses a longer one.
    sign_in(&house, "alice", "12 letters..").await.done();
    let change = async |new: &str| set(&alice, json!("12 letters.."), json!(new)).await;
    change("or 12 others").await.refused(ErrorCode::PasswordTooShort);
    change("or 13 of them").await.done();
    ask(8).await.done();
    let audit = String::from_utf8(owner.get("/api/v1/admin/audit.csv").await.body).unwrap();
    assert!(audit.contains("password_min_length 8 -> 64") && audit.contains("password_min_length 13 -> 8"), "{audit}");
    house.stop().await;
}
