//! The system's log for admins: page by page, and as a file.

use super::view;
use crate::actions::word::Word;
use crate::actions::{Caller, Core, Done};
pub use crate::system::Since;
use crate::system::{Cursor, LogFilter, LogPosition, MAX_PAGE};
use crate::wire::{ErrorCode, LogPage, LogSeverity};

/// Entries on a page unless the caller says otherwise.
const PAGE: usize = 100;
/// Most pages in one file: 20,000 lines.
const FILE_PAGES: usize = 40;

/// Which entries are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only entries of this severity or worse.
    pub severity: Option<LogSeverity>,
    /// Only entries of this service.
    pub unit: Option<String>,
    /// Only entries that contain this text.
    pub containing: Option<String>,
    /// Only entries since the machine last started, if asked for.
    pub since: Since,
}

/// Where to read.
#[derive(Debug, Clone, Default)]
pub struct Where {
    /// Entries older than this one.
    pub before: Option<String>,
    /// Entries newer than this one.
    pub after: Option<String>,
    /// Number of entries, 1 to 500.
    pub limit: Option<usize>,
}

/// A page of the log. Asking repeatedly for what is `after` the last entry follows the log.
///
/// # Errors
/// `forbidden`, `bad_request`, `invalid_setting`, `not_on_this_machine`, `system_…`.
pub async fn page(core: &Core, caller: &Caller, wanted: Wanted, at: Where) -> Done<LogPage> {
    caller.must_be_admin()?;
    let limit = at.limit.unwrap_or(PAGE);
    if limit == 0 || limit > MAX_PAGE {
        return Err(ErrorCode::BadRequest.into());
    }
    let position = match (at.before, at.after) {
        (None, None) => LogPosition::Newest,
        (Some(before), None) => LogPosition::Before(Cursor::parse(&before)?),
        (None, Some(after)) => LogPosition::After(Cursor::parse(&after)?),
        (Some(_), Some(_)) => return Err(ErrorCode::BadRequest.into()),
    };
    let page = core.system.read_log(&filter(wanted), position, limit).await?;
    Ok(LogPage { entries: page.entries.into_iter().map(view::log_entry).collect(), more: page.more })
}

/// The newest 20,000 entries as text, oldest first: time, severity, program, message.
///
/// # Errors
/// As [`page`].
pub async fn file(core: &Core, caller: &Caller, wanted: Wanted) -> Done<String> {
    caller.must_be_admin()?;
    let filter = filter(wanted);
    let mut pages = Vec::new();
    let mut position = LogPosition::Newest;
    while pages.len() < FILE_PAGES {
        let page = core.system.read_log(&filter, position, MAX_PAGE).await?;
        let oldest = page.entries.first().map(|entry| entry.cursor.clone());
        let text: String = page.entries.iter().map(view::log_line).collect();
        pages.push(text);
        match oldest {
            Some(cursor) if page.more => position = LogPosition::Before(cursor),
            _ => break,
        }
    }
    pages.reverse();
    Ok(pages.concat())
}

fn filter(wanted: Wanted) -> LogFilter {
    LogFilter {
        at_least: wanted.severity.map(Word::word),
        unit: wanted.unit.filter(|unit| !unit.is_empty()),
        containing: wanted.containing.filter(|text| !text.is_empty()),
        since: wanted.since,
    }
}
