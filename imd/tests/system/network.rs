//! Changes to the network: kept when confirmed, undone otherwise, whatever goes wrong in between.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use imd::system::network::{
    Applied, Change, ChangeId, ConfirmedBy, CountryCode, Hotspot, InterfaceKind, IpSettings, Link, PendingChange,
    Prefixed, Ssid, Stage, Undone, WifiBand, WifiPassword, WifiSecurity,
};
use imd::system::{Capability, DBus, DBusOptions, Network, SystemError};
use zbus::OwnedVariant;

use crate::bus::{Bus, DEADLINE, Mock, wait_for};

const MANAGER: (&str, &str) = ("org.freedesktop.NetworkManager", "/org/freedesktop");

type Profiles = Vec<HashMap<String, HashMap<String, OwnedVariant>>>;

async fn furnished(bus: &mut Bus) -> Mock<'_> {
    let mock = bus.mock("network", MANAGER.0, MANAGER.1).await;
    let _: (zbus::OwnedObjectPath, zbus::OwnedObjectPath) = mock.ask("Furnish", &()).await;
    mock
}

fn fixed(last: u8) -> Change {
    Change::Addresses {
        interface: "eth0".to_owned(),
        ipv4: IpSettings::Fixed {
            address: Prefixed { address: Ipv4Addr::new(10, 0, 0, last), prefix: 24 },
            gateway: Some(Ipv4Addr::new(10, 0, 0, 1)),
            dns: vec![Ipv4Addr::new(10, 0, 0, 2)],
        },
        ipv6: IpSettings::Off,
    }
}

fn join(ssid: &str, password: &str) -> Change {
    let password = (!password.is_empty()).then(|| WifiPassword::parse(password).unwrap());
    Change::JoinWifi { ssid: Ssid::new(ssid).unwrap(), password }
}

async fn apply(system: &DBus, change: Change, by: ConfirmedBy) -> PendingChange {
    match system.apply(change, by).await.unwrap() {
        Applied::Pending(pending) => pending,
        Applied::Done => panic!("done at once"),
    }
}

async fn until_up(system: &DBus, id: ChangeId) -> PendingChange {
    let mut changes = system.changes();
    let up = changes.wait_for(|state| match &state.pending {
        Some(pending) => pending.id == id && pending.stage == Stage::Up,
        None => panic!("ended: {state:?}"),
    });
    tokio::time::timeout(DEADLINE, up).await.expect("it comes up").unwrap().pending.clone().unwrap()
}

async fn until_ended(system: &DBus, id: ChangeId) -> Option<Undone> {
    let mut changes = system.changes();
    let ended = changes.wait_for(|state| state.pending.is_none() && state.last.is_some_and(|last| last.id == id));
    tokio::time::timeout(DEADLINE, ended).await.expect("it ends").unwrap().last.unwrap().undone
}

/// The IPv4 address that an interface has now.
async fn address(system: &DBus, name: &str) -> Option<IpAddr> {
    let state = system.network_state().await.unwrap();
    let interface = state.interfaces.into_iter().find(|interface| interface.name == name).unwrap();
    interface.addresses.first().map(|one| one.address)
}

async fn until_address(system: &DBus, name: &str, wanted: &str) {
    let wanted: IpAddr = wanted.parse().unwrap();
    wait_for(wanted.to_string().as_str(), || async { (address(system, name).await == Some(wanted)).then_some(()) })
        .await;
}

/// The IPv4 methods of all profiles that a power cut would leave.
async fn on_disk(mock: &Mock<'_>) -> Vec<(String, String)> {
    let profiles: Profiles = mock.ask("Disk", &()).await;
    let text = |profile: &HashMap<String, HashMap<String, OwnedVariant>>, section: &str, key: &str| {
        String::try_from(profile[section][key].clone()).unwrap()
    };
    let mut found: Vec<_> =
        profiles.iter().map(|one| (text(one, "connection", "id"), text(one, "ipv4", "method"))).collect();
    found.sort();
    found
}

fn entry(id: &str, method: &str) -> (String, String) {
    (id.to_owned(), method.to_owned())
}

/// An admin would see another network than the box is in.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn the_network_is_shown_as_it_is() {
    let mut bus = Bus::start().await;
    let system = furnished(&mut bus).await.system();
    until_address(&system, "eth0", "192.168.1.50").await;
    let state = system.network_state().await.unwrap();
    let [cable, radio] = state.interfaces.as_slice() else { panic!("{state:?}") };
    assert_eq!((cable.name.as_str(), cable.kind, cable.link), ("eth0", InterfaceKind::Ethernet, Link::Connected));
    assert_eq!(cable.addresses[0].prefix, 24);
    assert_eq!(cable.gateway, Some(Ipv4Addr::new(192, 168, 1, 1)));
    assert_eq!(cable.dns, [IpAddr::V4(Ipv4Addr::new(192, 168, 1, 1))]);
    assert_eq!((cable.speed, cable.ipv4.clone()), (Some(1000), Some(IpSettings::Automatic { dns: vec![] })));
    assert_eq!(cable.hardware_address.as_deref(), Some("dc:a6:32:00:00:01"));
    assert_eq!((radio.name.as_str(), radio.kind, radio.link), ("wlan0", InterfaceKind::Wifi, Link::Idle));
    assert_eq!((state.hotspot, state.country, state.known_wifi.len()), (None, None, 0));
}

/// The whole promise: what is confirmed stays, and not before.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_confirmed_address_is_kept_and_written_only_then() {
    let mut bus = Bus::start().await;
    let mock = furnished(&mut bus).await;
    let system = mock.system();
    until_address(&system, "eth0", "192.168.1.50").await;
    let pending = apply(&system, fixed(5), ConfirmedBy::Person).await;
    assert_eq!(pending.new_addresses, [IpAddr::V4(Ipv4Addr::new(10, 0, 0, 5))]);
    until_up(&system, pending.id).await;
    until_address(&system, "eth0", "10.0.0.5").await;
    assert_eq!(on_disk(&mock).await, [entry("wired", "auto")], "a power cut now brings the old network back");
    system.confirm(pending.id).await.unwrap();
    assert_eq!(until_ended(&system, pending.id).await, None);
    assert_eq!(on_disk(&mock).await, [entry("wired", "manual")]);
    assert_eq!(mock.ask::<_, u32>("Checkpoints", &()).await, 0);
    let state = system.network_state().await.unwrap();
    let Change::Addresses { ipv4, .. } = fixed(5) else { unreachable!() };
    assert_eq!(state.interfaces[0].ipv4, Some(ipv4));
    assert_eq!(system.confirm(pending.id).await, Err(SystemError::NoSuchChange), "once");
}

/// A mistyped address would cut everybody off for good.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn an_address_that_nobody_confirms_is_taken_back() {
    let mut bus = Bus::start().await;
    let mock = furnished(&mut bus).await;
    let options = DBusOptions { confirm_within: Duration::from_secs(2), ..mock.options() };
    let system = DBus::new(options);
    until_address(&system, "eth0", "192.168.1.50").await;
    let pending = apply(&system, fixed(5), ConfirmedBy::Person).await;
    until_up(&system, pending.id).await;
    assert_eq!(until_ended(&system, pending.id).await, Some(Undone::NotConfirmed));
    until_address(&system, "eth0", "192.168.1.50").await;
    assert_eq!(on_disk(&mock).await, [entry("wired", "auto")]);
    assert_eq!(system.confirm(pending.id).await, Err(SystemError::NoSuchChange), "too late");
}

/// If the daemon dies meanwhile, nobody is left who could take it back but NetworkManager.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_change_is_taken_back_without_the_daemon() {
    let mut bus = Bus::start().await;
    let mock = furnished(&mut bus).await;
    let options = DBusOptions { confirm_within: Duration::from_secs(2), ..mock.options() };
    let watching = mock.system();
    until_address(&watching, "eth0", "192.168.1.50").await;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let dying = runtime.spawn(async move {
        let system = DBus::new(options);
        let pending = apply(&system, fixed(5), ConfirmedBy::Person).await;
        until_up(&system, pending.id).await;
    });
    dying.await.unwrap();
    runtime.shutdown_background();
    until_address(&watching, "eth0", "192.168.1.50").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_change_can_be_taken_back_at_once() {
    let mut bus = Bus::start().await;
    let mock = furnished(&mut bus).await;
    let system = mock.system();
    until_address(&system, "eth0", "192.168.1.50").await;
    let pending = apply(&system, fixed(5), ConfirmedBy::Person).await;
    until_up(&system, pending.id).await;
    system.undo(pending.id).await.unwrap();
    assert_eq!(until_ended(&system, pending.id).await, Some(Undone::Asked));
    until_address(&system, "eth0", "192.168.1.50").await;
    assert_eq!(mock.ask::<_, u32>("Checkpoints", &()).await, 0);
}

/// Two admins at once would undo each other's way back.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn one_change_waits_at_a_time() {
    let mut bus = Bus::start().await;
    let system = furnished(&mut bus).await.system();
    until_address(&system, "eth0", "192.168.1.50").await;
    let pending = apply(&system, fixed(5), ConfirmedBy::Person).await;
    assert_eq!(system.apply(fixed(6), ConfirmedBy::Person).await, Err(SystemError::ChangePending));
    until_up(&system, pending.id).await;
    system.confirm(pending.id).await.unwrap();
    until_ended(&system, pending.id).await;
    let next = apply(&system, fixed(6), ConfirmedBy::Person).await;
    assert_ne!(next.id, pending.id);
}

/// What is wrong at once must not cost two minutes, nor leave a checkpoint behind that undoes what comes later.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn what_cannot_be_done_is_refused_and_leaves_nothing() {
    let mut bus = Bus::start().await;
    let mock = furnished(&mut bus).await;
    let system = mock.system();
    until_address(&system, "eth0", "192.168.1.50").await;
    let Change::Addresses { ipv4, ipv6, .. } = fixed(5) else { unreachable!() };
    let nowhere = Change::Addresses { interface: "eth9".to_owned(), ipv4, ipv6 };
    assert_eq!(system.apply(nowhere, ConfirmedBy::Person).await, Err(SystemError::NoSuchInterface));
    assert_eq!(system.apply(fixed(0), ConfirmedBy::Person).await.unwrap_err().code(), "invalid_setting");
    let needs = system.apply(join("Office", ""), ConfirmedBy::Person).await;
    assert_eq!(needs.unwrap_err().code(), "invalid_setting");
    let company = system.apply(join("Corporate", "12345678"), ConfirmedBy::Person).await;
    assert_eq!(company, Err(SystemError::WifiSecurity));
    let forget = Change::ForgetWifi { ssid: Ssid::new("Nobody").unwrap() };
    assert_eq!(system.apply(forget, ConfirmedBy::Person).await, Err(SystemError::NoSuchWifi));
    assert_eq!(mock.ask::<_, u32>("Checkpoints", &()).await, 0);
    assert_eq!(system.changes().borrow().pending, None);
}

/// Whoever may not must be told, and the next change must not be blocked by it.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_refusal_halfway_leaves_nothing() {
    let mut bus = Bus::start().await;
    let mock = furnished(&mut bus).await;
    let system = mock.system();
    until_address(&system, "eth0", "192.168.1.50").await;
    mock.ask::<_, ()>("ForbidEdits", &()).await;
    let refused = system.apply(fixed(5), ConfirmedBy::Person).await;
    assert_eq!(refused, Err(SystemError::NotAllowed(Capability::Network)));
    assert_eq!(mock.ask::<_, u32>("Checkpoints", &()).await, 0);
    assert_eq!(system.changes().borrow().pending, None);
    until_address(&system, "eth0", "192.168.1.50").await;
}

/// People would not find their network, or join the wrong one.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn wifi_networks_are_found_once_each_and_strongest_first() {
    let mut bus = Bus::start().await;
    let system = furnished(&mut bus).await.system();
    let found = system.scan_wifi().await.unwrap();
    let found: Vec<_> = found.iter().map(|one| (one.ssid.to_string(), one.signal, one.security)).collect();
    let wanted = [
        ("Office".to_owned(), 80, WifiSecurity::Wpa),
        ("Café".to_owned(), 50, WifiSecurity::Open),
        ("Corporate".to_owned(), 40, WifiSecurity::Unsupported),
    ];
    assert_eq!(found, wanted);
}

/// A joined network must be there after the next start, and none twice.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_wifi_network_is_joined_and_forgotten() {
    let mut bus = Bus::start().await;
    let mock = furnished(&mut bus).await;
    let system = mock.system();
    for password in ["first password", "second password"] {
        let pending = apply(&system, join("Office", password), ConfirmedBy::Person).await;
        let up = until_up(&system, pending.id).await;
        assert_eq!(up.new_addresses, [IpAddr::V4(Ipv4Addr::new(192, 168, 1, 50))], "known once there is a lease");
        system.confirm(pending.id).await.unwrap();
        until_ended(&system, pending.id).await;
        assert_eq!(on_disk(&mock).await, [entry("Office", "auto"), entry("wired", "auto")]);
    }
    let state = system.network_state().await.unwrap();
    assert_eq!(state.known_wifi, [Ssid::new("Office").unwrap()]);
    assert_eq!(state.interfaces[1].wifi.as_ref().unwrap().ssid.to_string(), "Office");
    let pending = apply(&system, Change::ForgetWifi { ssid: Ssid::new("Office").unwrap() }, ConfirmedBy::Person).await;
    until_up(&system, pending.id).await;
    assert_eq!(on_disk(&mock).await.len(), 2, "not before it is confirmed");
    system.confirm(pending.id).await.unwrap();
    until_ended(&system, pending.id).await;
    assert_eq!(on_disk(&mock).await, [entry("wired", "auto")]);
}

/// The box would be left without network and without a word why.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn what_goes_wrong_while_joining_is_undone_and_told() {
    let mut bus = Bus::start().await;
    let mock = furnished(&mut bus).await;
    let system = mock.system();
    let reasons = [
        (7, Undone::WrongPassword),
        (8, Undone::WrongPassword),
        (5, Undone::NoAddress),
        (53, Undone::OutOfRange),
        (64, Undone::AddressTaken),
        (2, Undone::Failed),
    ];
    for (reason, undone) in reasons {
        mock.ask::<_, ()>("FailNext", &(reason as u32,)).await;
        let pending = apply(&system, join("Office", "some password"), ConfirmedBy::Gateway).await;
        assert_eq!(until_ended(&system, pending.id).await, Some(undone));
        assert_eq!(on_disk(&mock).await, [entry("wired", "auto")]);
        assert_eq!(system.network_state().await.unwrap().known_wifi, [], "the profile that was tried is gone");
    }
}

fn hotspot() -> Change {
    let (ssid, password) = (Ssid::new("imbox-1234").unwrap(), WifiPassword::parse("open sesame").unwrap());
    Change::HotspotOn(Hotspot { ssid, password, band: WifiBand::Ghz2 })
}

/// Nobody can follow a box from its hotspot into another network: it must find out by itself, or come back.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn from_hotspot_to_wifi_the_box_confirms_by_itself_or_comes_back() {
    let mut bus = Bus::start().await;
    let mock = furnished(&mut bus).await;
    let system = DBus::new(DBusOptions { confirm_within: Duration::from_secs(3), ..mock.options() });
    let pending = apply(&system, hotspot(), ConfirmedBy::Link).await;
    assert_eq!(until_ended(&system, pending.id).await, None);
    assert_eq!(system.network_state().await.unwrap().hotspot, Some(Ssid::new("imbox-1234").unwrap()));
    assert_eq!(address(&system, "wlan0").await, Some("10.42.0.1".parse().unwrap()));

    let silent = apply(&system, join("Office", "some password"), ConfirmedBy::Gateway).await;
    assert_eq!(until_ended(&system, silent.id).await, Some(Undone::GatewaySilent));
    wait_for("the hotspot to return", || async { system.network_state().await.unwrap().hotspot }).await;

    let proc = mock.options().kernel.join("proc/self/net");
    std::fs::create_dir_all(&proc).unwrap();
    let table = "IP address HW type Flags HW address Mask Device\n\
                 192.168.1.1 0x1 0x2 aa:bb:cc:dd:ee:ff * wlan0\n";
    std::fs::write(proc.join("arp"), table).unwrap();
    let answered = apply(&system, join("Office", "some password"), ConfirmedBy::Gateway).await;
    assert_eq!(until_ended(&system, answered.id).await, None);
    let state = system.network_state().await.unwrap();
    assert_eq!((state.hotspot, state.known_wifi), (None, vec![Ssid::new("Office").unwrap()]));
    assert_eq!(on_disk(&mock).await, [entry("Office", "auto"), entry("wired", "auto")]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn the_hotspot_is_closed_and_closing_a_closed_one_is_no_change() {
    let mut bus = Bus::start().await;
    let mock = furnished(&mut bus).await;
    let system = mock.system();
    assert_eq!(system.apply(Change::HotspotOff, ConfirmedBy::Person).await, Ok(Applied::Done));
    let pending = apply(&system, hotspot(), ConfirmedBy::Link).await;
    assert_eq!(until_ended(&system, pending.id).await, None);
    let pending = apply(&system, Change::HotspotOff, ConfirmedBy::Person).await;
    until_up(&system, pending.id).await;
    system.confirm(pending.id).await.unwrap();
    until_ended(&system, pending.id).await;
    assert_eq!(system.network_state().await.unwrap().hotspot, None);
    assert_eq!(on_disk(&mock).await, [entry("wired", "auto")]);
}

/// A radio of the wrong country is against the law, or does not see half of the networks.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn the_country_is_set_where_the_supplicant_can() {
    let mut bus = Bus::start().await;
    let system = furnished(&mut bus).await.system();
    let country = CountryCode::parse("cn").unwrap();
    assert_eq!(system.set_wifi_country(country).await, Err(SystemError::NotHere(Capability::WifiCountry)));
    bus.mock("wpa_supplicant", "fi.w1.wpa_supplicant1", "/fi/w1/wpa_supplicant1").await;
    assert_eq!(system.network_state().await.unwrap().country, None, "00 is no country");
    system.set_wifi_country(country).await.unwrap();
    assert_eq!(system.network_state().await.unwrap().country, Some(country));
}
