//! Time zone, time servers, and the time set from a phone.

use imd::system::{Capability, Ntp, SystemError, TimeKeeping};

use crate::bus::{Bus, Mock};

const TIMEDATE: (&str, &str) = ("org.freedesktop.timedate1", "/org/freedesktop/timedate1");
const TIMESYNC: (&str, &str) = ("org.freedesktop.timesync1", "/org/freedesktop/timesync1");

async fn timedated(bus: &mut Bus) -> Mock<'_> {
    let mock = bus.mock("timedated", TIMEDATE.0, TIMEDATE.1).await;
    let zones = "ret = ['Europe/Berlin', 'Asia/Shanghai', 'UTC']";
    mock.redefine(TIMEDATE.0, "ListTimezones", "", "as", zones).await;
    // The template takes any time; the real one refuses while time servers are asked.
    let refuse = "raise dbus.exceptions.DBusException('on', name='org.freedesktop.timedate1.AutomaticTimeSyncEnabled')";
    let code = format!("if self.Get('{}', 'NTP'): {refuse}", TIMEDATE.0);
    mock.redefine(TIMEDATE.0, "SetTime", "xbb", "", &code).await;
    mock
}

/// Every message would bear the wrong hour.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn the_zone_is_one_of_those_there_are() {
    let mut bus = Bus::start().await;
    let system = timedated(&mut bus).await.system();
    assert_eq!(system.time_zones().await.unwrap(), ["Asia/Shanghai", "Europe/Berlin", "UTC"]);
    system.set_time_zone("Asia/Shanghai").await.unwrap();
    assert_eq!(system.clock_state().await.unwrap().zone, "Asia/Shanghai");
    assert_eq!(system.set_time_zone("Mars/Olympus").await, Err(SystemError::UnknownTimeZone));
}

/// A site with its own time server would drift.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn time_servers_are_set_and_switched_off() {
    let mut bus = Bus::start().await;
    bus.mock("timesyncd", TIMESYNC.0, TIMESYNC.1).await;
    let system = timedated(&mut bus).await.system();
    let state = system.clock_state().await.unwrap();
    assert_eq!((state.ntp, state.synchronised), (Some(Ntp::On), true));
    assert_eq!(
        (state.server.as_deref(), state.offered_servers.as_slice()),
        (Some("192.168.1.1"), ["192.168.1.1".to_owned()].as_slice())
    );
    system.set_ntp_servers(&["10.0.0.7".to_owned(), "ntp.example".to_owned()]).await.unwrap();
    assert_eq!(system.clock_state().await.unwrap().servers, ["10.0.0.7", "ntp.example"]);
    assert_eq!(system.set_ntp_servers(&["two words".to_owned()]).await.unwrap_err().code(), "invalid_setting");
    system.set_ntp(Ntp::Off).await.unwrap();
    let state = system.clock_state().await.unwrap();
    assert_eq!((state.ntp, state.synchronised), (Some(Ntp::Off), false));
}

/// In a hut without internet the box would stay in 1970, or a wrong phone would undo the right time.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn the_time_is_set_from_a_phone_unless_a_server_knows_better() {
    let mut bus = Bus::start().await;
    let mock = timedated(&mut bus).await;
    let system = mock.system();
    assert_eq!(system.set_time(1_800_000_000_000).await, Err(SystemError::ClockSynchronised));
    assert_eq!(mock.calls("SetTime").await, 0);
    mock.set(TIMEDATE.0, "NTPSynchronized", false.into()).await;
    system.set_time(1_800_000_000_000).await.unwrap();
    assert_eq!(mock.calls("SetTime").await, 1);
    assert_eq!(system.clock_state().await.unwrap().ntp, Some(Ntp::On), "servers are asked again");
    assert_eq!(system.set_time(i64::MAX).await.unwrap_err().code(), "invalid_setting");
}

/// If setting fails, time servers must not stay off unnoticed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_time_that_is_refused_leaves_the_servers_on() {
    let mut bus = Bus::start().await;
    let mock = timedated(&mut bus).await;
    mock.set(TIMEDATE.0, "NTPSynchronized", false.into()).await;
    mock.refuse(TIMEDATE.0, "SetTime", "xbb", "", "org.freedesktop.DBus.Error.AccessDenied").await;
    assert_eq!(mock.system().set_time(1_800_000_000_000).await, Err(SystemError::NotAllowed(Capability::Clock)));
    assert_eq!(mock.system().clock_state().await.unwrap().ntp, Some(Ntp::On));
}
