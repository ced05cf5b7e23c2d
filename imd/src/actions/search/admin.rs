//! The index as admins see it: its size, how far it has come, making it anew.

use std::sync::Arc;

use crate::actions::{Caller, Core, Done, disk};
use crate::wire::{ErrorCode, SearchState};

/// So many events that are gone make a new index worthwhile at once, if they are a quarter of it.
const MANY_GONE: u64 = 10_000;
/// The words of what was deleted stay in the index for at most this long, in milliseconds.
const LONGEST: i64 = 7 * 24 * 3_600_000;

/// The state of the index.
///
/// # Errors
/// `forbidden`, `busy` while there is none, and as any read.
pub async fn state(core: &Core, caller: &Caller) -> Done<SearchState> {
    caller.must_be_admin()?;
    let current = core.search.current().await.ok_or(ErrorCode::Busy)?;
    let behind = current.behind(*core.store.newest().borrow());
    let task = Arc::clone(&current);
    let (bytes, counts) = disk::blocking(move || (task.index.bytes(), task.index.counts())).await?;
    let counts = counts.unwrap_or_default();
    Ok(SearchState { bytes, taken: counts.taken, deleted: counts.stale, behind, making: *core.search.making.borrow() })
}

/// Makes the index anew, in the background; the old one answers meanwhile.
///
/// # Errors
/// `forbidden`, and as any write.
pub async fn rebuild(core: &Core, caller: &Caller) -> Done<SearchState> {
    caller.must_be_admin()?;
    core.store.note(caller.act(core, "search.rebuild", String::new(), String::new())).await?;
    core.search.order.notify_one();
    state(core, caller).await
}

/// Orders a new index when much of it is gone, or something was deleted a week ago.
///
/// # Errors
/// As any read.
pub async fn renew_if_stale(core: &Core) -> Done<()> {
    let Some(current) = core.search.current().await else { return Ok(()) };
    if current.behind(*core.store.newest().borrow()) > 0 || *core.search.making.borrow() {
        return Ok(());
    }
    let left = core.store.count_entries().await?;
    let Ok(counts) = disk::blocking(move || current.index.counts()).await? else { return Ok(()) };
    let gone = counts.taken.saturating_sub(left).saturating_add(counts.stale);
    let old = counts.began.is_some_and(|began| core.now().saturating_sub(began) > LONGEST);
    if gone > 0 && (old || gone > MANY_GONE && gone > left / 4) {
        core.search.order.notify_one();
    }
    Ok(())
}
