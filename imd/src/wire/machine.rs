//! The machine under the box, for its admins: power, clock, log, health.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Turn the box, or its program alone, off and on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PowerOrder {
    /// What to do.
    pub order: PowerAct,
}

/// What can be done to the power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PowerAct {
    /// The whole box: about half a minute.
    RestartBox,
    /// Until somebody takes its power away and gives it back.
    ShutDown,
    /// The chat program alone: a few seconds.
    RestartDaemon,
}

/// How the box's clock is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockState {
    /// What it says now, milliseconds since 1970.
    pub now: i64,
    /// The zone's name in the tz database, `Asia/Shanghai`.
    pub zone: String,
    /// Does it ask time servers? Absent where none can be asked.
    pub ntp: Option<bool>,
    /// A server's time has been taken since the start.
    pub synchronised: bool,
    /// The servers that were set; none: those of the network, then the image's own.
    pub servers: Vec<String>,
    /// What the network (DHCP) offers.
    pub offered_servers: Vec<String>,
    /// The server whose time is followed now.
    pub server: Option<String>,
    /// It cannot be set to before this: when this version was made. Milliseconds since 1970.
    pub not_before: i64,
    /// The newest message is from then, milliseconds since 1970; a clock set to before it is worth a question.
    pub newest_message_at: Option<i64>,
}

/// Change how the clock is kept; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeClock {
    /// One of the list of zones.
    pub zone: Option<String>,
    /// Ask time servers, or no more.
    pub ntp: Option<bool>,
    /// Host names or addresses, at most 8; none: those of the network.
    pub servers: Option<Vec<String>>,
}

/// Set the clock, as "set from this phone" does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTime {
    /// Milliseconds since 1970, read from the phone's clock just before the request is sent.
    pub at: i64,
}

/// How bad a line of the log is: the levels of syslog (RFC 5424, section 6.2.1), worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the field's own words")]
pub enum LogSeverity {
    Emergency,
    Alert,
    Critical,
    Error,
    Warning,
    Notice,
    Info,
    Debug,
}

/// A page of the system's log, oldest line first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogPage {
    /// At most 500. For older ones pass the first one's `cursor` as `before`, for newer ones the last one's as `after`.
    pub entries: Vec<LogEntry>,
    /// There is more in the direction that was asked for.
    pub more: bool,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogEntry {
    /// Its place; opaque.
    pub cursor: String,
    /// Milliseconds since 1970 by the machine's clock then, which may have been wrong.
    pub at: i64,
    /// How bad it is.
    pub severity: LogSeverity,
    /// Which program.
    pub program: String,
    /// Which service, `imd.service`, where it is one.
    pub unit: Option<String>,
    /// The text, in the program's English.
    pub message: String,
}

/// What the kernel shows about the machine at this moment. Absent: this machine does not show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MachineHealth {
    /// Milliseconds since 1970.
    pub at: i64,
    /// Of the processor, thousandths of a degree Celsius.
    pub temperature_mc: Option<i32>,
    /// The supply is below what the board needs.
    pub under_voltage: Option<bool>,
    /// Whether the board slows itself down: now, and at any time since the machine was started.
    pub throttling: Option<Throttling>,
    /// The processor's speed, kHz.
    pub cpu: Option<CpuSpeed>,
    /// Processes that ran or waited to run, averaged over 1, 5 and 15 minutes.
    pub load: Option<Vec<f32>>,
    /// Seconds since the machine was started.
    pub up_s: Option<u64>,
    /// Memory and swap, bytes.
    pub memory: Option<MemoryUse>,
    /// Bytes free on the data disk.
    pub free_bytes: u64,
    /// Bytes of the data disk, free or not.
    pub total_bytes: u64,
    /// Each ext4 file system that is in use.
    pub file_systems: Vec<FileSystemHealth>,
    /// Each disk or card.
    pub disks: Vec<DiskHealth>,
}

/// Whether a Raspberry Pi slows itself down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Throttling {
    /// At this moment.
    pub now: ThrottleCauses,
    /// At any time since the machine was started.
    pub ever: ThrottleCauses,
}

/// Why a board slows down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ThrottleCauses {
    /// Too little voltage.
    pub under_voltage: bool,
    /// The highest speed is not allowed.
    pub frequency_capped: bool,
    /// Slowed down.
    pub throttled: bool,
    /// Over the soft limit of temperature.
    pub too_hot: bool,
}

/// The first processor's speed, kHz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CpuSpeed {
    /// Now.
    pub now: u64,
    /// What it could run at.
    pub highest: u64,
}

/// Memory, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemoryUse {
    /// All there is.
    pub total: u64,
    /// What programs could still get without swapping.
    pub available: u64,
    /// Swap, compressed memory included.
    pub swap_total: u64,
    /// Of it free.
    pub swap_free: u64,
}

/// What ext4 remembers about a file system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileSystemHealth {
    /// The kernel's name of its device, `mmcblk0p4`.
    pub device: String,
    /// Errors since it was last checked; anything but 0 means that data may be damaged.
    pub errors: u64,
    /// When the latest was found, milliseconds since 1970.
    pub last_error_at: Option<i64>,
    /// KiB written to it in its life.
    pub lifetime_writes_kib: Option<u64>,
}

/// What the kernel knows about a disk or card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiskHealth {
    /// The kernel's name, `mmcblk0`.
    pub device: String,
    /// What its maker called it.
    pub model: Option<String>,
    /// Bytes.
    pub size: u64,
    /// An SD card, a flash chip on the board, or a disk.
    pub kind: DiskKind,
    /// Failed requests since the machine was started, where they are counted.
    pub request_errors: Option<u64>,
    /// The part of its life that is used up, in tenths: 1 is 0 to 10 %, 11 is beyond.
    pub life_used: Option<u8>,
}

/// What kind of disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiskKind {
    /// An SD card.
    Card,
    /// A flash chip on the board (eMMC).
    Flash,
    /// A disk or SSD.
    Disk,
}
