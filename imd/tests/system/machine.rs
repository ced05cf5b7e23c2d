//! Power and name, and what every capability has in common: services that are not there, refuse, or are silent.

use std::time::Duration;

use imd::system::network::{Change, ConfirmedBy, Network};
use imd::system::{
    Capability, DBus, DBusOptions, Disks, HostName, Naming, Ntp, Power, SystemError, TimeKeeping, Update,
};

use crate::bus::Bus;

const LOGIN: (&str, &str, &str) =
    ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager");
const NAME: (&str, &str) = ("org.freedesktop.hostname1", "/org/freedesktop/hostname1");

/// The button would do nothing.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn the_box_restarts_and_shuts_down() {
    let mut bus = Bus::start().await;
    let login = bus.mock("logind", LOGIN.0, LOGIN.1).await;
    let system = login.system();
    system.restart_box().await.unwrap();
    assert_eq!((login.calls("Reboot").await, login.calls("PowerOff").await), (1, 0));
    system.shut_down().await.unwrap();
    assert_eq!((login.calls("Reboot").await, login.calls("PowerOff").await), (1, 1));
}

/// Settings that need a new start would never take effect.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn the_daemon_alone_restarts() {
    let mut bus = Bus::start().await;
    let systemd = bus.mock("systemd", "org.freedesktop.systemd1", "/org/freedesktop/systemd1").await;
    let code = "assert args == ['imd.service', 'replace'], args; ret = '/org/freedesktop/systemd1/job/7'";
    systemd.redefine("org.freedesktop.systemd1.Manager", "RestartUnit", "ss", "o", code).await;
    systemd.system().restart_daemon().await.unwrap();
    assert_eq!(systemd.calls("RestartUnit").await, 1);
}

/// A disk that may be pulled out would still be written to, or another service would be stopped.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_disk_is_let_go_by_stopping_its_service() {
    let mut bus = Bus::start().await;
    let disks = bus.dir.path().join("disks");
    std::fs::create_dir_all(disks.join("ABCD-1234")).unwrap();
    std::fs::write(disks.join("ABCD-1234.disk"), "sda1\nexfat\nready\nHOLIDAY\n").unwrap();
    let systemd = bus.mock("systemd", "org.freedesktop.systemd1", "/org/freedesktop/systemd1").await;
    let at = disks.display();
    let code = format!(
        "assert args == ['imbox-disk@sda1.service', 'replace'], args; import os, threading; \
         threading.Timer(0.3, lambda: (os.remove('{at}/ABCD-1234.disk'), os.rmdir('{at}/ABCD-1234'))).start(); \
         ret = '/org/freedesktop/systemd1/job/8'"
    );
    systemd.redefine("org.freedesktop.systemd1.Manager", "StopUnit", "ss", "o", &code).await;
    let system = DBus::new(DBusOptions { disks: disks.clone(), ..systemd.options() });
    assert_eq!(system.usb_disks().await.len(), 1);
    assert_eq!(system.eject("EFGH").await, Err(SystemError::NoSuchDisk));
    system.eject("ABCD-1234").await.unwrap();
    assert!(!disks.join("ABCD-1234").exists(), "not before it is let go");
    assert_eq!((systemd.calls("StopUnit").await, system.usb_disks().await.len()), (1, 0));
    assert_eq!(system.eject("ABCD-1234").await, Err(SystemError::NoSuchDisk));
}

/// People would look for the box under a name that it does not have.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn the_box_takes_a_name() {
    let mut bus = Bus::start().await;
    let system = bus.mock("hostnamed", NAME.0, NAME.1).await.system();
    system.set_name(&HostName::parse("lobby").unwrap(), "大堂 Lobby").await.unwrap();
    let name = system.name().await.unwrap();
    assert_eq!((name.host.as_str(), name.shown.as_str()), ("lobby", "大堂 Lobby"));
    let error = system.set_name(&HostName::parse("lobby").unwrap(), "two\nlines").await.unwrap_err();
    assert_eq!(error.code(), "invalid_setting");
}

/// One missing service would break every page, or an error would blame the person.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn what_is_not_there_is_said_to_be_not_on_this_machine() {
    let mut bus = Bus::start().await;
    let name = bus.mock("hostnamed", NAME.0, NAME.1).await;
    let system = name.system();
    assert_eq!(system.restart_box().await, Err(SystemError::NotHere(Capability::Power)));
    assert_eq!(system.restart_daemon().await, Err(SystemError::NotHere(Capability::Power)));
    assert_eq!(system.clock_state().await, Err(SystemError::NotHere(Capability::Clock)));
    assert_eq!(system.network_state().await, Err(SystemError::NotHere(Capability::Network)));
    let change = system.apply(Change::HotspotOff, ConfirmedBy::Person).await;
    assert_eq!(change, Err(SystemError::NotHere(Capability::Network)));
    assert_eq!(system.update_state().await, Err(SystemError::NotHere(Capability::Update)));
    assert!(system.name().await.is_ok(), "the others go on working");
}

/// The same where there is no bus at all: in a container.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn without_a_bus_nothing_is_on_this_machine() {
    let address = Some("unix:path=/nonexistent/bus".to_owned());
    let system = DBus::new(DBusOptions { address, ..DBusOptions::default() });
    assert_eq!(system.restart_box().await, Err(SystemError::NotHere(Capability::Power)));
    assert_eq!(system.name().await, Err(SystemError::NotHere(Capability::Name)));
}

/// An admin would be told of an unknown fault where a rule of the image is missing.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_refusal_by_polkit_is_told_as_one() {
    let mut bus = Bus::start().await;
    let login = bus.mock("logind", LOGIN.0, LOGIN.1).await;
    for error in [
        "org.freedesktop.DBus.Error.AccessDenied",
        "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
        "org.freedesktop.PolicyKit1.Error.NotAuthorized",
    ] {
        login.refuse(LOGIN.2, "Reboot", "b", "", error).await;
        let refused = login.system().restart_box().await.unwrap_err();
        assert_eq!(refused, SystemError::NotAllowed(Capability::Power), "{error}");
        assert_eq!(refused.code(), "system_refused");
    }
    login.refuse(LOGIN.2, "Reboot", "b", "", "org.freedesktop.login1.OperationInProgress").await;
    let failed = login.system().restart_box().await.unwrap_err();
    assert_eq!(failed.code(), "system_failed");
    assert!(failed.detail().is_some() && !failed.to_string().contains("login1"), "its words are for the log: {failed}");
}

/// A page would wait for ever.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_silent_service_is_not_waited_for() {
    let mut bus = Bus::start().await;
    let login = bus.mock("logind", LOGIN.0, LOGIN.1).await;
    login.redefine(LOGIN.2, "Reboot", "b", "", "import time; time.sleep(20)").await;
    let system = DBus::new(DBusOptions { patience: Duration::from_millis(200), ..login.options() });
    assert_eq!(system.restart_box().await, Err(SystemError::NoAnswer(Capability::Power)));
}

/// After the bus was restarted the admin pages would be dead until the daemon is.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_bus_that_comes_back_is_found_again() {
    let mut bus = Bus::start().await;
    let options = bus.options();
    let system = DBus::new(options);
    bus.mock("hostnamed", NAME.0, NAME.1).await;
    assert!(system.name().await.is_ok());
    let old = bus;
    let dir = old.dir.path().to_owned();
    drop(old);
    assert!(!dir.exists());
    assert!(system.name().await.is_err(), "gone");
    assert!(system.set_ntp(Ntp::On).await.is_err(), "gone");
    let mut bus = Bus::start_in(&dir).await;
    bus.mock("hostnamed", NAME.0, NAME.1).await;
    assert!(system.name().await.is_ok(), "back");
}
