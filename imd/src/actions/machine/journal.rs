//! The system's log, read by admins: page by page, and as a file.

use super::view;
use crate::actions::{Caller, Core, Done};
pub use crate::system::Since;
use crate::system::{Cursor, LogFilter, LogPosition, MAX_PAGE};
use crate::wire::{ErrorCode, LogPage, LogSeverity};

/// Lines in one answer when nothing is asked for.
const PAGE: usize = 100;
/// Most pages in one file: 20,000 lines.
const FILE_PAGES: usize = 40;

/// Which lines, as they were asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only this bad and worse.
    pub severity: Option<LogSeverity>,
    /// Only of this service.
    pub unit: Option<String>,
    /// Only with this text in it.
    pub containing: Option<String>,
    /// Only since the machine was last started, if `true` was asked for.
    pub since: Since,
}

/// Where to read.
#[derive(Debug, Clone, Default)]
pub struct Where {
    /// Older than this line.
    pub before: Option<String>,
    /// Newer than this line.
    pub after: Option<String>,
    /// Lines, 1 to 500.
    pub limit: Option<usize>,
}

/// A page of the log. Asking for what is `after` the last line again and again follows it.
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
    let page = core.machine.control.read_log(&filter(wanted), position, limit).await?;
    Ok(LogPage { entries: page.entries.into_iter().map(view::log_entry).collect(), more: page.more })
}

/// The newest 20,000 lines as text, oldest first: time, severity, program, message.
///
/// # Errors
/// As [`page`].
pub async fn file(core: &Core, caller: &Caller, wanted: Wanted) -> Done<String> {
    caller.must_be_admin()?;
    let filter = filter(wanted);
    let mut pages = Vec::new();
    let mut position = LogPosition::Newest;
    while pages.len() < FILE_PAGES {
        let page = core.machine.control.read_log(&filter, position, MAX_PAGE).await?;
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
        at_least: wanted.severity.map(Into::into),
        unit: wanted.unit.filter(|unit| !unit.is_empty()),
        containing: wanted.containing.filter(|text| !text.is_empty()),
        since: wanted.since,
    }
}
