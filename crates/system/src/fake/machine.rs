//! The imagined power, name, clock, log and health.

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::super::name::check_shown;
use super::super::time::check_servers;
use super::super::{
    BoxName, Cursor, Health, HostName, Journal, LogEntry, LogFilter, LogPage, LogPosition, MAX_PAGE, Mark, Mended,
    Naming, Ntp, Power, Severity, SystemError, TimeKeeping, Vitals,
};
use super::Fake;
use crate::ClockState;
use crate::kernel::Kernel;

/// Some of each continent, and some whose offset is not a whole hour.
const ZONES: [&str; 20] = [
    "Africa/Johannesburg",
    "Africa/Lagos",
    "America/Chicago",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Dubai",
    "Asia/Hong_Kong",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Taipei",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Auckland",
    "UTC",
];

pub(super) fn clock() -> ClockState {
    ClockState {
        zone: "Asia/Shanghai".to_owned(),
        ntp: Some(Ntp::On),
        synchronised: true,
        servers: vec![],
        offered_servers: vec!["192.168.1.1".to_owned()],
        server: Some("192.168.1.1".to_owned()),
    }
}

#[async_trait]
impl Power for Fake {
    /// Starts the chosen slot; this program goes on.
    async fn restart_box(&self) -> Result<(), SystemError> {
        let mut state = self.shared.state();
        state.slots.restart();
        state.started = Instant::now();
        Ok(())
    }

    /// Acts as if somebody had unplugged the box and plugged it in again, so that the card had to be repaired.
    async fn shut_down(&self) -> Result<(), SystemError> {
        let mut state = self.shared.state();
        state.slots.restart();
        state.started = Instant::now();
        state.mended = Some(Mended { mark: Mark::of(format!("{:?}", state.started).as_bytes()), pieces: 0 });
        Ok(())
    }

    async fn restart_daemon(&self) -> Result<(), SystemError> {
        Ok(())
    }
}

#[async_trait]
impl Naming for Fake {
    async fn name(&self) -> Result<BoxName, SystemError> {
        Ok(self.shared.state().name.clone())
    }

    async fn set_name(&self, host: &HostName, shown: &str) -> Result<(), SystemError> {
        check_shown(shown)?;
        self.shared.state().name = BoxName { host: host.to_string(), shown: shown.to_owned() };
        Ok(())
    }
}

#[async_trait]
impl TimeKeeping for Fake {
    async fn clock_state(&self) -> Result<ClockState, SystemError> {
        Ok(self.shared.state().clock.clone())
    }

    async fn time_zones(&self) -> Result<Vec<String>, SystemError> {
        Ok(ZONES.map(str::to_owned).to_vec())
    }

    async fn set_time_zone(&self, zone: &str) -> Result<(), SystemError> {
        if !ZONES.contains(&zone) {
            return Err(SystemError::UnknownTimeZone);
        }
        zone.clone_into(&mut self.shared.state().clock.zone);
        Ok(())
    }

    async fn set_ntp(&self, ntp: Ntp) -> Result<(), SystemError> {
        let mut state = self.shared.state();
        let clock = &mut state.clock;
        clock.ntp = Some(ntp);
        clock.synchronised = ntp == Ntp::On;
        clock.server = clock.servers.first().or(clock.offered_servers.first()).filter(|_| ntp == Ntp::On).cloned();
        Ok(())
    }

    async fn set_ntp_servers(&self, servers: &[String]) -> Result<(), SystemError> {
        check_servers(servers)?;
        let mut state = self.shared.state();
        let clock = &mut state.clock;
        clock.servers = servers.to_vec();
        if clock.ntp == Some(Ntp::On) {
            clock.server = clock.servers.first().or(clock.offered_servers.first()).cloned();
        }
        Ok(())
    }

    /// Refuses or accepts as on a box, but leaves the machine's clock as it is.
    async fn set_time(&self, _at: i64) -> Result<(), SystemError> {
        if self.shared.state().clock.synchronised { Err(SystemError::ClockSynchronised) } else { Ok(()) }
    }
}

/// When the imagined log begins, milliseconds since 1970.
const LOG_BEGINS: i64 = 1_767_225_600_000;
/// Number of its lines.
const LOG_LINES: usize = 1200;

fn line(number: usize) -> Option<LogEntry> {
    let (severity, program, unit, message) = match number % 12 {
        0 => (Severity::Notice, "systemd", "init.scope", "Started imd.service - imbox chat appliance.".to_owned()),
        3 => (Severity::Warning, "kernel", "", format!("hwmon hwmon1: Undervoltage detected! ({number})")),
        5 => (Severity::Info, "NetworkManager", "NetworkManager.service", "dhcp4 (eth0): state changed".to_owned()),
        7 if number.is_multiple_of(5) => {
            (Severity::Error, "kernel", "", format!("mmc0: Timeout waiting for hardware interrupt. ({number})"))
        }
        _ => (Severity::Info, "imd", "imd.service", format!("request {number} answered")),
    };
    Some(LogEntry {
        cursor: Cursor::parse(&format!("s=fake;i={number}")).ok()?,
        at: LOG_BEGINS + i64::try_from(number).ok()? * 30_000,
        severity,
        program: program.to_owned(),
        unit: (!unit.is_empty()).then(|| unit.to_owned()),
        message,
    })
}

fn number(cursor: &Cursor) -> Result<usize, SystemError> {
    let parsed = cursor.as_str().strip_prefix("s=fake;i=").and_then(|text| text.parse().ok());
    parsed.ok_or(SystemError::Invalid { what: "cursor", why: "is not a place in the log" })
}

#[async_trait]
impl Journal for Fake {
    async fn read_log(&self, filter: &LogFilter, from: LogPosition, count: usize) -> Result<LogPage, SystemError> {
        filter.check()?;
        let count = count.clamp(1, MAX_PAGE);
        let wanted = |entry: &LogEntry| {
            filter.at_least.is_none_or(|least| entry.severity <= least)
                && filter.unit.as_ref().is_none_or(|unit| entry.unit.as_ref() == Some(unit))
                && filter
                    .containing
                    .as_ref()
                    .is_none_or(|text| entry.message.to_lowercase().contains(&text.to_lowercase()))
        };
        let mut entries: Vec<LogEntry> = match &from {
            LogPosition::Newest => (0..LOG_LINES).rev().filter_map(line).filter(wanted).take(count + 1).collect(),
            LogPosition::Before(cursor) => {
                (0..number(cursor)?.min(LOG_LINES)).rev().filter_map(line).filter(wanted).take(count + 1).collect()
            }
            LogPosition::After(cursor) => {
                (number(cursor)?.saturating_add(1)..LOG_LINES).filter_map(line).filter(wanted).take(count + 1).collect()
            }
        };
        let more = entries.len() > count;
        entries.truncate(count);
        if !matches!(from, LogPosition::After(_)) {
            entries.reverse();
        }
        Ok(LogPage { entries, more })
    }

    /// Nothing happens on this machine, so there are no new entries.
    async fn follow_log(&self, filter: &LogFilter) -> Result<mpsc::Receiver<LogEntry>, SystemError> {
        filter.check()?;
        let (send, receive) = mpsc::channel(1);
        tokio::spawn(async move { send.closed().await });
        Ok(receive)
    }
}

#[async_trait]
impl Vitals for Fake {
    async fn health(&self) -> Health {
        let up = self.shared.state().started.elapsed();
        let real = Kernel::new("/".into()).health().await;
        Health { temperature: Some(48_300), under_voltage: Some(false), up: Some(up), ..real }
    }
}
