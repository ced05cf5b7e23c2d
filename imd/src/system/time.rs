//! Time, time zone and time servers of the machine. What time it is, `crate::clock` tells.

use async_trait::async_trait;

use super::SystemError;

/// Whether the box asks time servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ntp {
    /// It asks, and follows.
    On,
    /// Its clock runs alone.
    Off,
}

/// What the machine says about its clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockState {
    /// The zone's name in the tz database, `Asia/Shanghai`.
    pub zone: String,
    /// Whether it asks time servers; `None` where none can be asked (no such service).
    pub ntp: Option<Ntp>,
    /// A server's time has been taken since the start.
    pub synchronised: bool,
    /// What was set by [`TimeKeeping::set_ntp_servers`].
    pub servers: Vec<String>,
    /// What the network (DHCP) offers, which is asked when nothing was set.
    pub offered_servers: Vec<String>,
    /// The server whose time is followed now.
    pub server: Option<String>,
}

/// Keeps the machine's time.
#[async_trait]
pub trait TimeKeeping: Send + Sync {
    /// How the clock is kept.
    async fn clock_state(&self) -> Result<ClockState, SystemError>;

    /// All zones there are, sorted by name: about 600.
    async fn time_zones(&self) -> Result<Vec<String>, SystemError>;

    /// Sets the zone, now and for later starts.
    async fn set_time_zone(&self, zone: &str) -> Result<(), SystemError>;

    /// Asks time servers from now on, or no more.
    async fn set_ntp(&self, ntp: Ntp) -> Result<(), SystemError>;

    /// Sets the servers to ask (host names or addresses, at most 8); none means those of the network, then the image's
    /// own. The system forgets them when it restarts: set them again at each start.
    async fn set_ntp_servers(&self, servers: &[String]) -> Result<(), SystemError>;

    /// Sets the clock to `at`, milliseconds since 1970: "set from this phone". Refused while a time server's time is
    /// followed; time servers stay on and correct it when one is reached.
    async fn set_time(&self, at: i64) -> Result<(), SystemError>;
}

/// What can never be right, told before the system is asked.
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
