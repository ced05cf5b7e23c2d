//! The network, on the imagined machine. Were these to fail, an admin would lock everybody out with a mistyped address,
//! or anybody could keep a change that should be taken back.

use imd::wire::{
    AuditPage, ChangeStage, ChangeUndone, ConfirmedBy, ErrorBody, ErrorCode, NetworkChangeConfirmed, NetworkChangeMade,
    NetworkState, SignedIn, WifiNetwork,
};
use serde_json::{Value, json};

use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

const NETWORK: &str = "/api/v1/admin/network";

async fn state(owner: &Person) -> NetworkState {
    owner.get(NETWORK).await.ok()
}

async fn change(owner: &Person, change: Value) -> Reply {
    owner.post(&format!("{NETWORK}/changes"), &change).await
}

async fn confirm(house: &House, token: &str) -> Reply {
    house.door.post("/api/v1/network/confirm", &json!({"token": token})).await
}

fn fixed(address: &str) -> Value {
    let ipv4 = json!({"method": "fixed", "address": address, "prefix": 24, "gateway": "192.168.1.1", "dns": []});
    json!({"change": "addresses", "interface": "eth0", "ipv4": ipv4, "ipv6": {"method": "automatic"}})
}

/// Waits until the network is as wished.
async fn until(owner: &Person, what: &str, wished: impl Fn(&NetworkState) -> bool) -> NetworkState {
    let wait = async {
        loop {
            let now = state(owner).await;
            if wished(&now) {
                return now;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(crate::PATIENCE, wait).await.unwrap_or_else(|_| panic!("never: {what}"))
}

#[tokio::test]
async fn a_fixed_address_is_confirmed_from_there_without_a_cookie_and_once() {
    let (house, owner) = House::owned().await;
    let made: NetworkChangeMade = change(&owner, fixed("192.168.1.60")).await.ok();
    let (pending, token) = (made.pending.unwrap(), made.token.unwrap());
    assert_eq!(
        (pending.confirmed_by, pending.new_addresses.as_slice()),
        (ConfirmedBy::Person, &["192.168.1.60".to_owned()][..])
    );
    assert!((110..=120).contains(&pending.seconds_left), "{pending:?}");
    let port = house.door.address().port();
    assert_eq!(made.links[0], format!("http://192.168.1.60:{port}/#/network/{token}"));
    assert_eq!(token.len(), 64);
    change(&owner, fixed("192.168.1.61")).await.refused(ErrorCode::NetworkChangePending);
    for wrong in ["", &"0".repeat(64), &pending.id.to_string()] {
        confirm(&house, wrong).await.refused(ErrorCode::NoSuchNetworkChange);
    }
    confirm(&house, &token).await.refused(ErrorCode::NetworkChangeUnfinished);
    until(&owner, "the change is up", |now| now.pending.as_ref().is_some_and(|p| p.stage == ChangeStage::Up)).await;
    let confirmed: NetworkChangeConfirmed = confirm(&house, &token).await.ok();
    // There it is the same device of the same person, once.
    let redeem = json!({"code": confirmed.ticket, "secret": "0123456789abcdef"});
    let there: SignedIn = house.door.post("/api/v1/tickets/redeem", &redeem).await.ok();
    assert_eq!((there.me.user.id, there.me.device), (owner.id, owner.device));
    confirm(&house, &token).await.refused(ErrorCode::NoSuchNetworkChange);
    let now = until(&owner, "it is kept", |now| now.pending.is_none()).await;
    assert_eq!(now.last.unwrap().undone, None);
    assert_eq!(now.interfaces[0].addresses, ["192.168.1.60/24"]);
    assert_eq!(owner.acts().await, ["network.change", "network.confirm"]);
    let page: AuditPage = owner.get("/api/v1/admin/audit").await.ok();
    let asked = page.entries.iter().find(|entry| entry.action == "network.change").unwrap();
    assert_eq!(asked.detail, "eth0 ipv4 192.168.1.60/24 via 192.168.1.1, ipv6 automatic", "as people write it");
    house.stop().await;
}

#[tokio::test]
async fn a_change_that_was_taken_back_cannot_be_confirmed() {
    let (house, owner) = House::owned().await;
    let before = state(&owner).await.interfaces;
    let made: NetworkChangeMade = change(&owner, fixed("192.168.1.60")).await.ok();
    owner.delete(&format!("{NETWORK}/changes/{}", made.pending.unwrap().id)).await.done();
    let now = until(&owner, "it is taken back", |now| now.pending.is_none()).await;
    assert_eq!(now.last.unwrap().undone, Some(ChangeUndone::TakenBack));
    assert_eq!(now.interfaces, before);
    confirm(&house, &made.token.unwrap()).await.refused(ErrorCode::NoSuchNetworkChange);
    owner.delete(&format!("{NETWORK}/changes/1")).await.refused(ErrorCode::NoSuchNetworkChange);
    house.stop().await;
}

#[tokio::test]
async fn what_can_never_work_is_refused_with_the_field() {
    let (house, owner) = House::owned().await;
    let gateway = json!({"method": "fixed", "address": "192.168.1.5", "prefix": 24, "gateway": "10.0.0.1"});
    let no_address = json!({"method": "fixed", "address": "192.168.1", "prefix": 24});
    for (ipv4, field) in [(gateway, "gateway"), (no_address, "address"), (json!({"method": "shared"}), "ipv4")] {
        let order = json!({"change": "addresses", "interface": "eth0", "ipv4": ipv4, "ipv6": {"method": "off"}});
        let reply = change(&owner, order).await;
        reply.refused(ErrorCode::InvalidSetting);
        let body: ErrorBody = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(body.error.field.as_deref(), Some(field), "{reply}");
    }
    let elsewhere =
        json!({"change": "addresses", "interface": "lo", "ipv4": {"method": "automatic"}, "ipv6": {"method": "off"}});
    change(&owner, elsewhere).await.refused(ErrorCode::NoSuchInterface);
    change(&owner, json!({"change": "join_wifi", "ssid": "Corporate"})).await.refused(ErrorCode::WifiSecurity);
    change(&owner, json!({"change": "forget_wifi", "ssid": "Office"})).await.refused(ErrorCode::NoSuchWifi);
    change(&owner, json!({"change": "dance"})).await.refused(ErrorCode::BadRequest);
    assert_eq!(state(&owner).await.pending, None);
    house.stop().await;
}

#[tokio::test]
async fn wifi_is_found_joined_and_forgotten_and_its_password_is_nowhere() {
    let (house, owner) = House::owned().await;
    let found: Vec<WifiNetwork> = owner.get(&format!("{NETWORK}/wifi")).await.ok();
    assert!(found.iter().any(|network| network.ssid == "工厂 Factory"));
    let join = |password: &str| json!({"change": "join_wifi", "ssid": "Office", "password": password});
    change(&owner, join("wrong-password")).await.done();
    let now = until(&owner, "it is undone", |now| now.last.is_some()).await;
    assert_eq!(now.last.unwrap().undone, Some(ChangeUndone::WrongPassword));
    let made: NetworkChangeMade = change(&owner, join("correct horse")).await.ok();
    until(&owner, "it is up", |now| now.pending.as_ref().is_some_and(|p| p.stage == ChangeStage::Up)).await;
    confirm(&house, &made.token.unwrap()).await.done();
    until(&owner, "it is known", |now| now.pending.is_none() && now.known_wifi == ["Office"]).await;
    owner.put(&format!("{NETWORK}/country"), &json!({"country": "cn"})).await.done();
    assert_eq!(state(&owner).await.country.as_deref(), Some("CN"));
    let audit = owner.get("/api/v1/admin/audit.csv").await.body;
    let audit = String::from_utf8(audit).unwrap();
    assert!(audit.contains("join Office") && !audit.contains("horse") && !audit.contains("wrong-password"), "{audit}");
    house.stop().await;
}

/// From the hotspot into a Wi-Fi nobody can follow: the box confirms by itself.
#[tokio::test]
async fn from_the_hotspot_into_a_wifi_the_box_confirms_itself() {
    let (house, owner) = House::owned().await;
    let hotspot = json!({"change": "hotspot_on", "ssid": "imbox-1234", "password": "correct horse"});
    let made: NetworkChangeMade = change(&owner, hotspot).await.ok();
    assert_eq!(made.pending.unwrap().new_addresses, ["10.42.0.1"]);
    until(&owner, "it is up", |now| now.pending.as_ref().is_some_and(|p| p.stage == ChangeStage::Up)).await;
    confirm(&house, &made.token.unwrap()).await.done();
    until(&owner, "it is kept", |now| now.pending.is_none()).await;
    let made: NetworkChangeMade = change(&owner, json!({"change": "join_wifi", "ssid": "Café"})).await.ok();
    assert_eq!((made.pending.unwrap().confirmed_by, made.token), (ConfirmedBy::Box, None));
    let now = until(&owner, "it is kept", |now| now.pending.is_none()).await;
    assert_eq!((now.last.unwrap().undone, now.hotspot), (None, None));
    house.stop().await;
}

/// The page would go where nobody answers, and its person would not know the way back; or it might ask anywhere.
#[tokio::test]
async fn a_page_may_look_where_the_box_is_about_to_be_and_only_as_long_as_that_waits() {
    let (house, owner) = House::owned().await;
    let there = format!(" http://192.168.1.60:{}", house.door.address().port());
    let may_look = async |path: &str| house.door.get(path).await.header("content-security-policy").contains(&there);
    assert!(!may_look("/").await);
    let made: NetworkChangeMade = change(&owner, fixed("192.168.1.60")).await.ok();
    assert!(may_look("/").await && !may_look("/api/v1/box").await);
    owner.delete(&format!("{NETWORK}/changes/{}", made.pending.unwrap().id)).await.done();
    assert!(!may_look("/").await);
    house.stop().await;
}
