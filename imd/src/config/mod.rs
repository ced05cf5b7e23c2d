//! The settings of the daemon: one TOML file, checked completely before anything starts.
//!
//! Every setting has a default, unknown settings are refused, and all faults are reported at once with file, line and
//! setting. Nothing here opens a socket or a database, and nothing else in the daemon reads settings from anywhere.

mod error;
mod file;
mod preset;
mod reader;
mod settings;
#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

pub use error::{ConfigError, Fault};
pub use preset::{FirstLanguage, Preset, Wifi};
pub use settings::listen_address;

/// The commented default configuration, as `imd config show-default` prints it.
pub const DEFAULT_TOML: &str = include_str!("default.toml");

/// Can the box's stored data be read? Whatever mounts it tells this on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// It can, or will be: the data folder holds it.
    Readable,
    /// It cannot: the data folder is a substitute, and empty.
    Unreadable,
}

/// All settings, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Addresses to listen on, at least one. `[::]` is IPv6 only; IPv4's `0.0.0.0` has to be listed too.
    pub listen: Vec<SocketAddr>,
    /// The data folder; it need not exist yet.
    pub data: PathBuf,
    /// The path of this very program, which decodes pictures in a process of its own; no setting of the file.
    pub program: PathBuf,
    /// Further host names that `Host` may have, in lower case and without port.
    pub hosts: Vec<String>,
    /// How people can join.
    pub join: Join,
    /// How the first owner learns the claim code.
    pub claim: Claim,
    /// Announcing the box on the network.
    pub mdns: Mdns,
    /// Limits that keep one person, file or program from using up everything.
    pub limits: Limits,
    /// The machine that the box runs on.
    pub system: System,
    /// What is logged.
    pub log: Log,
}

/// The machine that the box runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// How it is controlled.
    pub control: SystemControl,
    /// The file for name and password of the Wi-Fi that the box opens when it has no other network; without it, it
    /// opens none.
    pub hotspot_file: Option<PathBuf>,
    /// How long a change of the network waits to be confirmed.
    pub confirm_within: Duration,
    /// The box's address in its own Wi-Fi.
    pub hotspot_address: Ipv4Addr,
}

/// How the machine is controlled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemControl {
    /// Not at all: an imagined machine is used, so that everything can be tried out.
    Fake,
    /// Through its services on the system bus.
    DBus,
}

/// How people can join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// What people need to join.
    pub mode: JoinMode,
}

/// What people need to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinMode {
    /// An invite, or an admin's approval.
    Invite,
    /// An admin's approval.
    Approval,
    /// Nothing.
    Open,
}

/// How the first owner learns the claim code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claim {
    /// The file that holds the code while nobody owns the box, and is empty afterwards; its folder must exist.
    pub file: Option<PathBuf>,
    /// The path of an [`imbox.toml`](Preset), which may exist: choices for a box that nobody owns yet.
    pub preset: Option<PathBuf>,
    /// A file with which whoever has the box in their hands reopens the claim. It is deleted once it was read. Its
    /// first line may be a code of their choice.
    pub reopen: Option<PathBuf>,
}

/// Announcing the box by multicast DNS (RFC 6762).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mdns {
    /// Whether the box is announced.
    pub enabled: bool,
    /// The preferred name: one DNS label in lower case, without `.local`.
    pub name: String,
    /// A name for this machine alone, likewise, ending in a letter; `None`: derived from the machine.
    pub serial: Option<String>,
}

/// Limits that keep one person, file or program from using up everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Largest file in bytes.
    pub max_file_bytes: u64,
    /// Largest body in bytes of a request that is no upload.
    pub max_json_bytes: usize,
    /// Connections at the same time.
    pub max_connections: usize,
    /// Connections at the same time from one IP address.
    pub max_connections_per_address: usize,
    /// Live connections of one user at the same time.
    pub max_sessions_per_user: usize,
    /// Time from the first to the last byte of a request that is no upload.
    pub request_timeout: Duration,
    /// Time without a byte after which an upload ends.
    pub upload_idle_timeout: Duration,
    /// Requests of any kind per minute and IP address.
    pub http_requests_per_minute_per_address: u32,
    /// How long an admin's password counts as recently entered.
    pub fresh_password: Duration,
    /// Attempts to claim, join or sign in per minute and IP address.
    pub sign_ins_per_minute_per_address: u32,
    /// Messages sent per minute and user.
    pub messages_per_minute_per_user: u32,
    /// Invites, sign-in tickets and hand-over links created per minute and user.
    pub codes_per_minute_per_user: u32,
    /// Rooms created per minute and user.
    pub rooms_per_minute_per_user: u32,
    /// Password hashes computed at the same time.
    pub password_hash_concurrency: usize,
    /// Thumbnails made at the same time.
    pub thumbnail_workers: usize,
    /// Width times height above which no thumbnail of a picture is made.
    pub thumbnail_max_pixels: u64,
    /// Threads that read from the database.
    pub reader_threads: usize,
    /// Bytes of free disk space below which uploads are refused.
    pub free_space_reserve_bytes: u64,
}

/// What is logged, to standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The format.
    pub format: LogFormat,
    /// The level.
    pub level: LogLevel,
}

/// The format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One line of text per entry.
    Text,
    /// One JSON object per line.
    Json,
}

/// The least important level that is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Something does not work, or data is lost.
    Error,
    /// Something is wrong.
    Warn,
    /// What happened.
    Info,
    /// How it happened.
    Debug,
    /// Every step of it.
    Trace,
}

impl From<LogLevel> for tracing::level_filters::LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}

impl Default for Config {
    /// The values that [`DEFAULT_TOML`] shows.
    fn default() -> Self {
        use std::net::Ipv6Addr;
        Self {
            listen: vec![(Ipv4Addr::UNSPECIFIED, 8080).into(), (Ipv6Addr::UNSPECIFIED, 8080).into()],
            data: PathBuf::from("./data"),
            program: PathBuf::from("/proc/self/exe"),
            hosts: Vec::new(),
            join: Join { mode: JoinMode::Invite },
            claim: Claim::default(),
            mdns: Mdns { enabled: true, name: "imbox".to_owned(), serial: None },
            limits: Limits::default(),
            system: System {
                control: SystemControl::Fake,
                hotspot_file: None,
                confirm_within: Duration::from_secs(120),
                hotspot_address: Ipv4Addr::new(10, 42, 0, 1),
            },
            log: Log { format: LogFormat::Text, level: LogLevel::Info },
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_file_bytes: 2 << 30,
            max_json_bytes: 64 << 10,
            max_connections: 50_000,
            max_connections_per_address: 2_000,
            max_sessions_per_user: 20,
            request_timeout: Duration::from_secs(30),
            upload_idle_timeout: Duration::from_secs(60),
            http_requests_per_minute_per_address: 6_000,
            fresh_password: Duration::from_secs(600),
            sign_ins_per_minute_per_address: 120,
            messages_per_minute_per_user: 600,
            codes_per_minute_per_user: 30,
            rooms_per_minute_per_user: 20,
            password_hash_concurrency: 2,
            thumbnail_workers: 1,
            thumbnail_max_pixels: 64_000_000,
            reader_threads: 4,
            free_space_reserve_bytes: 64 << 20,
        }
    }
}
