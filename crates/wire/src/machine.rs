//! The machine that the box runs on, for its admins: power, clock, log, health.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Restart or switch off the box, or restart the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PowerOrder {
    /// What to do.
    pub order: PowerAct,
}

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PowerAct {
    /// Restart the whole box, which takes about half a minute.
    RestartBox,
    /// Switch it off. It starts again when its power is unplugged and plugged in.
    ShutDown,
    /// Restart the chat program alone, which takes a few seconds.
    RestartDaemon,
}

/// How the clock is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockState {
    /// The current time, milliseconds since 1970.
    pub now: i64,
    /// Name of the time zone in the tz database, such as `Asia/Shanghai`.
    pub zone: String,
    /// Whether time servers are asked; absent where that is not possible.
    pub ntp: Option<bool>,
    /// Whether a time server has answered since the start.
    pub synchronised: bool,
    /// The time servers that were set; empty: those of the network, then those of the image.
    pub servers: Vec<String>,
    /// The time servers that the network (DHCP) offers.
    pub offered_servers: Vec<String>,
    /// The time server in use.
    pub server: Option<String>,
    /// The earliest time that the clock can be set to: when this version was built. Milliseconds since 1970.
    pub not_before: i64,
    /// When the newest message was sent, milliseconds since 1970. Before setting the clock to an earlier time, ask the
    /// user.
    pub newest_message_at: Option<i64>,
}

/// Change how the clock is set; fields that are left out stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeClock {
    /// Name of a time zone from the list.
    pub zone: Option<String>,
    /// Whether to ask time servers.
    pub ntp: Option<bool>,
    /// Time servers as host names or addresses, at most 8; empty: those of the network.
    pub servers: Option<Vec<String>>,
}

/// Set the clock, for instance to the time of the admin's phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTime {
    /// The time, milliseconds since 1970. Read it just before sending the request.
    pub at: i64,
}

/// Severity of a log entry: the levels of syslog (RFC 5424, section 6.2.1), worst first.
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

/// A page of the system's log, oldest entry first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogPage {
    /// At most 500. To get older ones, pass the `cursor` of the first as `before`; to get newer ones, that of the last
    /// as `after`.
    pub entries: Vec<LogEntry>,
    /// Whether there is more in the direction that was asked for.
    pub more: bool,
}

/// An entry of the system's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogEntry {
    /// Its position in the log; opaque.
    pub cursor: String,
    /// Milliseconds since 1970 by the clock of that time, which may have been wrong.
    pub at: i64,
    /// Severity.
    pub severity: LogSeverity,
    /// The program that wrote it.
    pub program: String,
    /// The service it belongs to, such as `imd.service`, if any.
    pub unit: Option<String>,
    /// The text, in English as the program wrote it.
    pub message: String,
}

/// Readings of the machine. What is absent is not available on this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MachineHealth {
    /// When they were taken, milliseconds since 1970.
    pub at: i64,
    /// Temperature of the processor, thousandths of a degree Celsius.
    pub temperature_mc: Option<i32>,
    /// Whether the supply voltage is too low.
    pub under_voltage: Option<bool>,
    /// Whether the board reduces its speed.
    pub throttling: Option<Throttling>,
    /// Speed of the processor.
    pub cpu: Option<CpuSpeed>,
    /// Load average over 1, 5 and 15 minutes.
    pub load: Option<Vec<f32>>,
    /// Seconds since the machine was started.
    pub up_s: Option<u64>,
    /// Memory and swap.
    pub memory: Option<MemoryUse>,
    /// Free bytes on the data disk.
    pub free_bytes: u64,
    /// Size of the data disk in bytes.
    pub total_bytes: u64,
    /// Every ext4 file system in use.
    pub file_systems: Vec<FileSystemHealth>,
    /// Every disk and card.
    pub disks: Vec<DiskHealth>,
}

/// Whether a Raspberry Pi reduces its speed, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Throttling {
    /// At this moment.
    pub now: ThrottleCauses,
    /// At any time since the machine was started.
    pub ever: ThrottleCauses,
}

/// Why a Raspberry Pi reduces its speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ThrottleCauses {
    /// The supply voltage is too low.
    pub under_voltage: bool,
    /// The frequency is capped.
    pub frequency_capped: bool,
    /// The board is throttled.
    pub throttled: bool,
    /// The soft temperature limit is exceeded.
    pub too_hot: bool,
}

/// Speed of the first processor core, in kHz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CpuSpeed {
    /// The current speed.
    pub now: u64,
    /// The highest speed it supports.
    pub highest: u64,
}

/// Memory and swap in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemoryUse {
    /// All memory.
    pub total: u64,
    /// Memory that programs can still use without swapping.
    pub available: u64,
    /// All swap, compressed memory included.
    pub swap_total: u64,
    /// Free swap.
    pub swap_free: u64,
}

/// What ext4 records about a file system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileSystemHealth {
    /// The kernel's name for its device, such as `mmcblk0p4`.
    pub device: String,
    /// Errors since it was last checked. Anything but 0 means that data may be damaged.
    pub errors: u64,
    /// When the last error was found, milliseconds since 1970.
    pub last_error_at: Option<i64>,
    /// KiB written to it since it was created.
    pub lifetime_writes_kib: Option<u64>,
}

/// What the kernel reports about a disk or card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiskHealth {
    /// The kernel's name for it, such as `mmcblk0`.
    pub device: String,
    /// Its model name.
    pub model: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// The kind of disk.
    pub kind: DiskKind,
    /// Requests that failed since the machine started, where they are counted.
    pub request_errors: Option<u64>,
    /// How much of its life is used up, in tenths: 1 is 0 to 10 %, 11 is more than all of it.
    pub life_used: Option<u8>,
}

/// A kind of disk.
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
