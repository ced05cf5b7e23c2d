//! Time through timedated (`org.freedesktop.timedate1`) and timesyncd (`org.freedesktop.timesync1`).

use async_trait::async_trait;

use super::super::{Capability, ClockState, Ntp, SystemError, TimeKeeping, time};
use super::DBus;
use super::bus::Target;
use super::props::Props;

const TIMEDATE: Target<'static> = Target {
    capability: Capability::Clock,
    service: "org.freedesktop.timedate1",
    path: "/org/freedesktop/timedate1",
    interface: "org.freedesktop.timedate1",
};
const TIMESYNC: Target<'static> = Target {
    capability: Capability::Clock,
    service: "org.freedesktop.timesync1",
    path: "/org/freedesktop/timesync1",
    interface: "org.freedesktop.timesync1.Manager",
};

const INTERACTIVE: bool = false;
const RELATIVE: bool = false;

#[async_trait]
impl TimeKeeping for DBus {
    /// timedate1: `Timezone s`, `CanNTP b`, `NTP b`, `NTPSynchronized b`; timesync1: `RuntimeNTPServers as`,
    /// `LinkNTPServers as`, `ServerName s`
    async fn clock_state(&self) -> Result<ClockState, SystemError> {
        let clock = self.bus.properties(&TIMEDATE).await?;
        // timesyncd only runs while time servers are asked, so its absence means nothing.
        let mut servers = match self.bus.properties(&TIMESYNC).await {
            Ok(servers) => servers,
            Err(SystemError::NotHere(_)) => Props::new(Default::default()),
            Err(error) => return Err(error),
        };
        let ntp = clock.flag("NTP").map(|asking| if asking { Ntp::On } else { Ntp::Off });
        Ok(ClockState {
            zone: clock.text("Timezone").unwrap_or_else(|| "UTC".to_owned()),
            ntp: ntp.filter(|_| clock.flag("CanNTP").unwrap_or(false)),
            synchronised: clock.flag("NTPSynchronized").unwrap_or(false),
            servers: servers.take("RuntimeNTPServers").unwrap_or_default(),
            offered_servers: servers.take("LinkNTPServers").unwrap_or_default(),
            server: servers.text("ServerName"),
        })
    }

    /// `ListTimezones() → as`
    async fn time_zones(&self) -> Result<Vec<String>, SystemError> {
        let mut zones: Vec<String> = self.bus.call(&TIMEDATE, "ListTimezones", &()).await?;
        zones.sort();
        Ok(zones)
    }

    /// `SetTimezone(s, b interactive)`
    async fn set_time_zone(&self, zone: &str) -> Result<(), SystemError> {
        if !self.time_zones().await?.iter().any(|known| known == zone) {
            return Err(SystemError::UnknownTimeZone);
        }
        self.bus.call(&TIMEDATE, "SetTimezone", &(zone, INTERACTIVE)).await
    }

    /// `SetNTP(b, b interactive)`
    async fn set_ntp(&self, ntp: Ntp) -> Result<(), SystemError> {
        self.bus.call(&TIMEDATE, "SetNTP", &(ntp == Ntp::On, INTERACTIVE)).await
    }

    /// timesync1: `SetRuntimeNTPServers(as)`
    async fn set_ntp_servers(&self, servers: &[String]) -> Result<(), SystemError> {
        time::check_servers(servers)?;
        self.bus.call(&TIMESYNC, "SetRuntimeNTPServers", &(servers,)).await
    }

    /// `SetTime(x µs, b relative, b interactive)`, which timedated refuses while time servers are asked.
    async fn set_time(&self, at: i64) -> Result<(), SystemError> {
        let wrong = SystemError::Invalid { what: "time", why: "is too far away" };
        let micros = at.checked_mul(1000).filter(|micros| *micros > 0).ok_or(wrong)?;
        let clock = self.clock_state().await?;
        if clock.synchronised && clock.ntp == Some(Ntp::On) {
            return Err(SystemError::ClockSynchronised);
        }
        if clock.ntp != Some(Ntp::On) {
            return self.bus.call(&TIMEDATE, "SetTime", &(micros, RELATIVE, INTERACTIVE)).await;
        }
        self.set_ntp(Ntp::Off).await?;
        let set = self.bus.call::<_, ()>(&TIMEDATE, "SetTime", &(micros, RELATIVE, INTERACTIVE)).await;
        let asked_again = self.set_ntp(Ntp::On).await;
        set.and(asked_again)
    }
}
