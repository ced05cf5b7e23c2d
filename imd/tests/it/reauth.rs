//! Fresh passwords. Were these to fail, whoever finds an admin's phone would run the box, or the admin could not.

use std::time::Duration;

use imd::wire::{BoxSettings, ErrorCode, SignedIn};
use serde_json::json;

use crate::house::{House, OWNERS};
use crate::person::Person;

const SETTINGS: &str = "/api/v1/admin/settings";

#[tokio::test]
async fn a_second_device_acts_only_once_the_password_was_entered_there() {
    let (house, owner) = House::owned().await;
    let ticket: imd::wire::SignInTicket =
        owner.post(&format!("/api/v1/users/{}/ticket", owner.id), &json!({})).await.ok();
    let redeem = json!({"code": ticket.code, "secret": "0123456789abcdef"});
    let tablet = Person::new(&house.door, house.door.post("/api/v1/tickets/redeem", &redeem).await.ok::<SignedIn>());
    tablet.get(SETTINGS).await.ok::<BoxSettings>();
    let rename = json!({"name": "Rose Court 2"});
    tablet.patch(SETTINGS, &rename).await.refused(ErrorCode::FreshPasswordRequired);
    let enter = async |password: &str| tablet.post("/api/v1/me/password/enter", &json!({"password": password})).await;
    enter("a wrong guess").await.refused(ErrorCode::WrongPassword);
    tablet.patch(SETTINGS, &rename).await.refused(ErrorCode::FreshPasswordRequired);
    enter(OWNERS).await.done();
    tablet.patch(SETTINGS, &rename).await.done();
    house.stop().await;
}

#[tokio::test]
async fn a_password_entered_too_long_ago_does_not_count() {
    let (house, owner) = House::owned_with(|config| config.limits.fresh_password = Duration::ZERO).await;
    owner.post("/api/v1/me/password/enter", &json!({"password": OWNERS})).await.done();
    owner.patch(SETTINGS, &json!({"name": "Mine"})).await.refused(ErrorCode::FreshPasswordRequired);
    house.stop().await;
}

#[tokio::test]
async fn after_a_restart_it_is_asked_for_again_and_signing_in_counts() {
    let (mut house, owner) = House::owned().await;
    owner.patch(SETTINGS, &json!({"name": "One"})).await.done();
    house.restart().await;
    owner.patch(SETTINGS, &json!({"name": "Two"})).await.refused(ErrorCode::FreshPasswordRequired);
    let sign_in = json!({"name": "Olga", "password": OWNERS});
    let again = Person::new(&house.door, house.door.post("/api/v1/sign-in", &sign_in).await.ok::<SignedIn>());
    again.patch(SETTINGS, &json!({"name": "Three"})).await.done();
    owner.patch(SETTINGS, &json!({"name": "Four"})).await.refused(ErrorCode::FreshPasswordRequired);
    house.stop().await;
}

/// Nobody can be asked for what there is not: an owner without a password sets one, and has entered it by that; one who
/// takes it away is asked at once.
#[tokio::test]
async fn an_owner_without_a_password_sets_one_and_one_who_removes_it_has_none() {
    let (house, owner) = House::owned().await;
    owner.put("/api/v1/me/password", &json!({"current": OWNERS, "new": null})).await.done();
    owner.patch(SETTINGS, &json!({"name": "One"})).await.refused(ErrorCode::FreshPasswordRequired);
    owner.post("/api/v1/me/password/enter", &json!({"password": ""})).await.refused(ErrorCode::WrongPassword);
    owner.with_password("a new password").await;
    owner.patch(SETTINGS, &json!({"name": "Two"})).await.done();
    owner.put("/api/v1/me/password", &json!({"current": "a new password", "new": null})).await.done();
    owner.patch(SETTINGS, &json!({"name": "Three"})).await.refused(ErrorCode::FreshPasswordRequired);
    house.stop().await;
}

#[tokio::test]
async fn letting_somebody_in_needs_none_but_as_somebody_else_does() {
    let (house, owner, alice, bob) = House::with_two().await;
    owner.patch(&format!("/api/v1/users/{}", alice.id), &json!({"role": "admin"})).await.done();
    let carol = house.join("Carol", None).await;
    let lost = house.join("Bob", None).await;
    alice.post(&format!("/api/v1/requests/{}", carol.id), &json!({"approve": true})).await.done();
    let path = format!("/api/v1/requests/{}", lost.id);
    let as_bob = json!({"approve": true, "existing_user": bob.id});
    alice.post(&path, &as_bob).await.refused(ErrorCode::FreshPasswordRequired);
    alice.with_password("alice's password").await;
    alice.post(&path, &as_bob).await.done();
    house.stop().await;
}
