//! The system's log: reading it page by page, and following it.
//!
//! Entries are passed on as they are; nothing here judges or hides them. Everything is limited: a page has at most 500
//! entries, a line at most 64 KiB, and a follower that is too slow makes the log wait instead of filling the memory.

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::SystemError;

/// Severity of an entry: the levels of syslog (RFC 5424, section 6.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the field's own words")]
pub enum Severity {
    Emergency,
    Alert,
    Critical,
    Error,
    Warning,
    Notice,
    Info,
    Debug,
}

impl Severity {
    /// The level with a number from 0 (emergency) to 7 (debug).
    #[must_use]
    pub const fn from_level(level: u8) -> Option<Self> {
        Some(match level {
            0 => Self::Emergency,
            1 => Self::Alert,
            2 => Self::Critical,
            3 => Self::Error,
            4 => Self::Warning,
            5 => Self::Notice,
            6 => Self::Info,
            7 => Self::Debug,
            _ => return None,
        })
    }

    /// Its number, 0 (emergency) to 7 (debug).
    #[must_use]
    pub const fn level(self) -> u8 {
        self as u8
    }
}

/// A position in the log; opaque, and valid as long as the log keeps that entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// Parses what [`Cursor::as_str`] returned.
    pub fn parse(text: &str) -> Result<Self, SystemError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b';' | b'-' | b'_');
        if text.is_empty() || text.len() > 512 || !text.bytes().all(plain) {
            return Err(SystemError::Invalid { what: "cursor", why: "is not a place in the log" });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text to pass back later.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its position.
    pub cursor: Cursor,
    /// When the log received it, milliseconds since 1970 by the clock of that time, which may have been wrong.
    pub at: i64,
    /// Its severity.
    pub severity: Severity,
    /// The program that wrote it: its syslog identifier, or the name of its command.
    pub program: String,
    /// The service it belongs to, if any.
    pub unit: Option<String>,
    /// The text; bytes that are not valid UTF-8 are replaced.
    pub message: String,
}

/// Which entries are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Only entries of this severity or worse.
    pub at_least: Option<Severity>,
    /// Only entries of this service, such as `imd.service`.
    pub unit: Option<String>,
    /// Only entries that contain this text; upper and lower case are the same.
    pub containing: Option<String>,
    /// Only entries since the machine last started.
    pub since: Since,
}

/// How far back to go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Since {
    /// To the beginning of the log.
    #[default]
    Ever,
    /// To the last start of the machine.
    ThisStart,
}

/// Which part of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogPosition {
    /// The newest entries.
    Newest,
    /// The entries just before this one.
    Before(Cursor),
    /// The entries just after this one.
    After(Cursor),
}

/// A page of the log, oldest entry first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    /// The entries. The cursors of the first and the last are the ends of the page.
    pub entries: Vec<LogEntry>,
    /// Whether there is more in the direction that was asked for.
    pub more: bool,
}

/// Most entries of a page.
pub const MAX_PAGE: usize = 500;

/// Reads the system's log.
#[async_trait]
pub trait Journal: Send + Sync {
    /// At most `count` entries (1 to [`MAX_PAGE`]).
    async fn read_log(&self, filter: &LogFilter, from: LogPosition, count: usize) -> Result<LogPage, SystemError>;

    /// The entries from now on. Ends when the receiver is dropped, or the log ends.
    async fn follow_log(&self, filter: &LogFilter) -> Result<mpsc::Receiver<LogEntry>, SystemError>;
}

impl LogFilter {
    /// Refuses a filter that is never valid, before the log is asked.
    pub(super) fn check(&self) -> Result<(), SystemError> {
        let unit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@' | b':' | b'\\');
        if self.unit.as_ref().is_some_and(|name| name.is_empty() || name.len() > 255 || !name.bytes().all(unit)) {
            return Err(SystemError::Invalid { what: "unit", why: "is not the name of a service" });
        }
        if self.containing.as_ref().is_some_and(|text| text.len() > 200 || text.contains('\0')) {
            return Err(SystemError::Invalid { what: "containing", why: "must have at most 200 bytes" });
        }
        Ok(())
    }
}
