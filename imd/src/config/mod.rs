//! What the person who runs the daemon may choose: one TOML file, checked as a whole before anything starts.
//!
//! Everything has a default, unknown settings are refused, and every fault is reported at once with file, line and
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

/// Can what the box has stored be read? Said on the command line by who mounts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// The data folder holds it, or will.
    Readable,
    /// It cannot: the data folder is another one, and empty.
    Unreadable,
}

/// All settings, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Addresses to listen on, at least one. `[::]` stands for IPv6 only; IPv4's `0.0.0.0` is listed on its own.
    pub listen: Vec<SocketAddr>,
    /// The data folder; may not exist yet.
    pub data: PathBuf,
    /// This very program, which decodes pictures in a process of its own; not for a file to say.
    pub program: PathBuf,
    /// Further names that a request's `Host` may have, in lower case and without port.
    pub hosts: Vec<String>,
    /// How people come in.
    pub join: Join,
    /// How the first owner learns the claim code.
    pub claim: Claim,
    /// Announcing the box on the network.
    pub mdns: Mdns,
    /// What keeps one person, file or program from taking everything.
    pub limits: Limits,
    /// The machine under the box.
    pub system: System,
    /// What is logged.
    pub log: Log,
}

/// The machine under the box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// How it is controlled.
    pub control: SystemControl,
    /// Where name and password of the Wi-Fi are written that the box opens when it is alone; without it, it opens none.
    pub hotspot_file: Option<PathBuf>,
    /// How long a change of the network waits to be confirmed.
    pub confirm_within: Duration,
    /// The box's address in its own Wi-Fi.
    pub hotspot_address: Ipv4Addr,
}

/// How the machine under the box is controlled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemControl {
    /// Not at all: an imagined one is, and everything can be tried.
    Fake,
    /// Through its services on the system bus.
    DBus,
}

/// How people come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// Who needs what to come in.
    pub mode: JoinMode,
}

/// Who needs what to come in.
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
    /// A file that holds the code while nobody owns the box, and is empty afterwards; its folder must exist.
    pub file: Option<PathBuf>,
    /// An [`imbox.toml`](Preset), if there is one: what was chosen for a box that nobody owns yet.
    pub preset: Option<PathBuf>,
    /// A file by which the box's holder reopens the claim, taken away once read: its first line may be a code that they chose.
    pub reopen: Option<PathBuf>,
}

/// Announcing the box by multicast DNS (RFC 6762).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mdns {
    /// Whether it is announced at all.
    pub enabled: bool,
    /// The first choice of name: one DNS label, in lower case, without `.local`.
    pub name: String,
    /// A name of its own, likewise, ending in a letter; `None`: to be derived from the machine.
    pub serial: Option<String>,
}

/// What keeps one person, file or program from taking everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in one file.
    pub max_file_bytes: u64,
    /// Bytes in the body of a request that is not an upload.
    pub max_json_bytes: usize,
    /// Connections at once.
    pub max_connections: usize,
    /// Connections at once from one IP address.
    pub max_connections_per_address: usize,
    /// Live connections of one user at once.
    pub max_sessions_per_user: usize,
    /// From the first to the last byte of a request that is not an upload.
    pub request_timeout: Duration,
    /// How long an upload may bring nothing.
    pub upload_idle_timeout: Duration,
    /// Requests of any kind per minute and IP address.
    pub http_requests_per_minute_per_address: u32,
    /// How long an admin's password counts as just entered.
    pub fresh_password: Duration,
    /// Attempts to claim, join or sign in per minute and IP address.
    pub sign_ins_per_minute_per_address: u32,
    /// Messages sent per minute and user.
    pub messages_per_minute_per_user: u32,
    /// Invites, sign-in tickets and hand-over links made per minute and user.
    pub codes_per_minute_per_user: u32,
    /// Rooms that one person may make in a minute.
    pub rooms_per_minute_per_user: u32,
    /// Password hashes computed at once.
    pub password_hash_concurrency: usize,
    /// Thumbnails made at once.
    pub thumbnail_workers: usize,
    /// Width times height above which a picture gets no thumbnail.
    pub thumbnail_max_pixels: u64,
    /// Threads that read from the database.
    pub reader_threads: usize,
    /// Bytes of free disk space below which uploads are refused.
    pub free_space_reserve_bytes: u64,
}

/// What is logged, to standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// For people or for programs.
    pub format: LogFormat,
    /// How much.
    pub level: LogLevel,
}

/// For people or for programs.
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
    /// Something is lost or does not work.
    Error,
    /// Something is not as it should be.
    Warn,
    /// What happened.
    Info,
    /// How it happened.
    Debug,
    /// Every step.
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
    /// What [`DEFAULT_TOML`] says.
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
