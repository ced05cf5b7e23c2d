//! Clock settings, time zone and time servers of the machine. The time itself does not come from here.

use async_trait::async_trait;

use super::SystemError;

/// Whether the box asks time servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ntp {
    /// It asks them and follows.
    On,
    /// It does not ask.
    Off,
}

/// The state of the machine's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockState {
    /// Name of the time zone in the tz database, such as `Asia/Shanghai`.
    pub zone: String,
    /// Whether it asks time servers; `None` where that is not possible (there is no such service).
    pub ntp: Option<Ntp>,
    /// Whether a time server has answered since the start.
    pub synchronised: bool,
    /// The time servers that were set with [`TimeKeeping::set_ntp_servers`].
    pub servers: Vec<String>,
    /// The time servers that the network (DHCP) offers, which are asked when none were set.
    pub offered_servers: Vec<String>,
    /// The time server in use.
    pub server: Option<String>,
}

/// Keeps the machine's time.
#[async_trait]
pub trait TimeKeeping: Send + Sync {
    /// The state of the clock.
    async fn clock_state(&self) -> Result<ClockState, SystemError>;

    /// The names of all time zones, sorted: about 600.
    async fn time_zones(&self) -> Result<Vec<String>, SystemError>;

    /// Sets the time zone, now and for later starts.
    async fn set_time_zone(&self, zone: &str) -> Result<(), SystemError>;

    /// Turns asking time servers on or off.
    async fn set_ntp(&self, ntp: Ntp) -> Result<(), SystemError>;

    /// Sets the time servers (host names or addresses, at most 8); none means those of the network, then those of the
    /// image. The system forgets them when it restarts, so they have to be set again at each start.
    async fn set_ntp_servers(&self, servers: &[String]) -> Result<(), SystemError>;

    /// Sets the clock to `at`, milliseconds since 1970, for instance to the time of the admin's phone. Refused while a
    /// time server sets it; time servers stay on, and correct the clock when one answers.
    async fn set_time(&self, at: i64) -> Result<(), SystemError>;
}

/// Refuses what is never valid, before the system is asked.
pub(super) fn check_servers(servers: &[String]) -> Result<(), SystemError> {
    let wrong = |why| SystemError::Invalid { what: "ntp_servers", why };
    if servers.len() > 8 {
        return Err(wrong("may be at most 8"));
    }
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':');
    if servers.iter().any(|server| server.is_empty() || server.len() > 253 || !server.bytes().all(letter)) {
        return Err(wrong("must be host names or addresses"));
    }
    Ok(())
}
