//! Bad input everywhere. Were this to fail, one strange request would show as a fault of the box, or be one.

use std::time::Duration;

use imd::config::Config;
use imd::wire::{ErrorBody, ErrorCode, Health};
use reqwest::Method;

use crate::api::{Operation, operations};
use crate::door::Reply;
use crate::house::House;

const BODIES: &[&str] = &[
    "",
    "{",
    "null",
    "[]",
    "\"x\"",
    "{}",
    "{\"name\":null}",
    "{\"name\":\"\\u0000\",\"kind\":\"group\"}",
    "{\"kind\":\"direct\",\"name\":\"x\",\"members\":[-1,9223372036854775807]}",
    "{\"kind\":\"group\",\"name\":\"x\",\"members\":[-9223372036854775808]}",
    "{\"user\":-9223372036854775808}",
    "{\"user\":1e999}",
    "{\"seq\":18446744073709551615}",
    "{\"seq\":-1}",
    "{\"role\":\"emperor\"}",
    "{\"role\":\"owner\",\"unknown\":1}",
    "{\"approve\":true,\"existing_user\":-9223372036854775808}",
    "{\"client_id\":\"\\ud83d\",\"text\":\"half a pair\"}",
    "{\"client_id\":\"1\",\"files\":[-1,0,9223372036854775807],\"reply_to\":18446744073709551615}",
    "{\"client_id\":\"2\",\"text\":\"to nowhere\",\"reply_to\":18446744073709551615}",
    "{\"expires_in_s\":4294967296}",
    "{\"max_uses\":-1,\"rooms\":[9223372036854775807]}",
    "{\"current\":\"\",\"new\":\"\"}",
    "{\"url\":\"\\u0000\"}",
    "{\"code\":\"\\u0000\",\"secret\":\"0123456789abcdef\"}",
    "{\"name\":\"' OR 1=1 --\",\"password\":\"x\"}",
];

const IDS: &[&str] = &[
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551615",
    "1.5",
    "x",
    "%00",
    "%ff",
    "..%2f..%2fetc%2fpasswd",
    "%F0%9F%99%82",
];

const QUERIES: &[&str] = &[
    "-1",
    "0",
    "9223372036854775807",
    "18446744073709551615",
    "99999999999999999999",
    "x",
    "%00",
    "%ff",
    "",
    "%F0%9F%99%82",
];

/// Refused with a code, or done; never a fault inside.
fn sensible(reply: &Reply) {
    assert!(reply.status < 500, "{reply}");
    if reply.status >= 400 {
        let body = serde_json::from_slice::<ErrorBody>(&reply.body);
        assert!(body.is_ok_and(|body| body.error.code != ErrorCode::Internal), "{reply}");
    }
}

fn each() -> impl Iterator<Item = Operation> {
    // Asked last in each test: it would end the asker.
    operations().into_iter().filter(|operation| !operation.path.ends_with("/sign-out"))
}

/// Each look around for a Wi-Fi would take a second.
fn impatient(config: &mut Config) {
    config.system.confirm_within = Duration::from_secs(1);
}

async fn still_well(house: &House) {
    assert_eq!(house.door.get("/healthz").await.ok::<Health>().status, "ok");
}

#[tokio::test]
async fn a_body_that_makes_no_sense_is_refused_and_breaks_nothing() {
    let (house, owner) = House::owned_with(impatient).await;
    let members = [&owner, &house.member(&owner, "Alice").await];
    for operation in each() {
        for body in BODIES {
            for person in members {
                let request = person.request(operation.method.clone(), &operation.filled("1"));
                let request = request.header("content-type", "application/json").body(*body);
                sensible(&Reply::of(request).await);
            }
        }
    }
    still_well(&house).await;
    house.stop().await;
}

#[tokio::test]
async fn an_id_that_makes_no_sense_is_nothing_and_breaks_nothing() {
    let (house, owner) = House::owned_with(impatient).await;
    for operation in each() {
        for id in IDS {
            let request = owner.request(operation.method.clone(), &operation.filled(id));
            let request = if operation.takes_json { request.json(&serde_json::json!({})) } else { request.body("x") };
            let reply = Reply::of(request).await;
            sensible(&reply);
            if operation.path.contains('{') && operation.method == Method::GET {
                assert!(reply.status >= 400, "there is no such thing: {reply}");
            }
        }
        for name in &operation.query {
            for value in QUERIES {
                let path = format!("{}?{name}={value}", operation.filled("1"));
                sensible(&Reply::of(owner.request(operation.method.clone(), &path)).await);
            }
        }
    }
    still_well(&house).await;
    house.stop().await;
}

#[tokio::test]
async fn a_body_of_another_type_or_too_large_is_told_so() {
    let (house, owner) = House::owned_with(|config| config.limits.max_json_bytes = 4 << 10).await;
    for operation in each().filter(|operation| operation.takes_json) {
        let request = || owner.request(operation.method.clone(), &operation.filled("1"));
        let other = Reply::of(request().header("content-type", "text/xml").body("{}")).await;
        assert_eq!(other.code(), ErrorCode::UnsupportedMediaType, "{other}");
        // The longest text has to fit, however it is spelt.
        let texts = ["POST /api/v1/rooms/{room}/messages", "PATCH /api/v1/rooms/{room}/messages/{seq}"];
        let limit = if texts.contains(&operation.name().as_str()) { 128 << 10 } else { 4 << 10 };
        let large = format!("{{\"x\":\"{}\"}}", "x".repeat(limit));
        let large = Reply::of(request().header("content-type", "application/json").body(large)).await;
        assert_eq!(large.code(), ErrorCode::PayloadTooLarge, "{large}");
    }
    house.stop().await;
}
