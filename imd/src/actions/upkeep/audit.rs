//! Reading the audit log: what admins did, for admins.

use crate::actions::csv::{MARK, push_field};
use crate::actions::{Caller, Core, Done};
use crate::calendar::to_seconds;
use crate::store::AuditRow;
use crate::wire::{AuditEntry, AuditPage, ErrorCode};

/// Entries on a page unless the caller says otherwise.
const PAGE: u32 = 50;
/// Most entries on a page.
const MAX_PAGE: u32 = 200;
/// Most entries in an exported file.
const MAX_EXPORT: u32 = 100_000;

/// The newest entries before the entry `before`, newest first.
///
/// # Errors
/// `forbidden`, `bad_request` for a limit out of range, and as any read.
pub async fn page(core: &Core, caller: &Caller, before: Option<i64>, limit: Option<u32>) -> Done<AuditPage> {
    caller.must_be_admin()?;
    let limit = limit.unwrap_or(PAGE);
    if limit == 0 || limit > MAX_PAGE {
        return Err(ErrorCode::BadRequest.into());
    }
    let rows = core.store.audit(before.unwrap_or(i64::MAX), limit).await?;
    let next = rows.last().filter(|_| rows.len() == limit as usize).map(|last| last.id);
    Ok(AuditPage { entries: rows.into_iter().map(entry).collect(), next })
}

/// The whole log as CSV (RFC 4180), in UTF-8 with a byte order mark, newest first; times in UTC (ISO 8601).
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn csv(core: &Core, caller: &Caller) -> Done<String> {
    caller.must_be_admin()?;
    let mut csv = format!("{MARK}id,at,actor,name,address,action,target,detail\r\n");
    for row in core.store.audit(i64::MAX, MAX_EXPORT).await? {
        let AuditRow { id, at, actor, name, address, action, target, detail } = row;
        csv.push_str(&format!("{id},{},{actor}", to_seconds(at)));
        for text in [name, address, action, target, detail] {
            csv.push(',');
            push_field(&mut csv, &text);
        }
        csv.push_str("\r\n");
    }
    Ok(csv)
}

fn entry(row: AuditRow) -> AuditEntry {
    let AuditRow { id, at, actor, name, address, action, target, detail } = row;
    AuditEntry { id, at, actor: actor.0, name, address, action, target, detail }
}
