//! Reading a room's log, page by page.

use crate::actions::rooms::access::access;
use crate::actions::{Caller, Core, Done, view};
use crate::chat::{RoomId, Seq};
use crate::store::Side;
use crate::wire::{ErrorCode, EventPage};

/// Events on a page unless the caller says otherwise.
const PAGE: u32 = 50;
/// Most events on a page.
pub const MAX_PAGE: u32 = 200;

/// The part of a log to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// The newest events before this `seq`.
    pub before: Option<u64>,
    /// The oldest events after this `seq`.
    pub after: Option<u64>,
    /// Number of events, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// A range of a room's log: its end when neither `before` nor `after` is given.
///
/// # Errors
/// `not_found`, `bad_request` when both are given or the limit is out of range, and as any read.
pub async fn page(core: &Core, caller: &Caller, room: RoomId, window: Window) -> Done<EventPage> {
    let access = access(core, caller, room).await?;
    let limit = window.limit.unwrap_or(PAGE);
    if limit == 0 || limit > MAX_PAGE {
        return Err(ErrorCode::BadRequest.into());
    }
    let side = match (window.before, window.after) {
        (Some(_), Some(_)) => return Err(ErrorCode::BadRequest.into()),
        (Some(before), None) => Side::Before(Seq(before)),
        (None, Some(after)) => Side::After(Seq(after)),
        (None, None) => Side::Before(Seq(u64::MAX)),
    };
    let floor = access.first_visible(Seq(1));
    let slice = core.store.events(room, caller.user, side, floor, limit).await?;
    Ok(EventPage {
        events: slice.events.iter().map(view::event).collect(),
        first_seq: slice.first_seq.max(floor).0,
        last_seq: slice.last_seq.0,
    })
}
