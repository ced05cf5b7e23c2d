//! Starring messages for oneself, and finding them again.

use std::collections::HashMap;

use crate::actions::rooms::access::access;
use crate::actions::{Caller, Core, Done, Refused, view};
use crate::chat::{EventBody, EventId, RoomId, Seq, Star};
use crate::search::excerpt;
use crate::wire::{ErrorCode, SearchHit, StarPage, StarsInRoom};

/// Messages on a page unless the caller says otherwise.
const PAGE: u32 = 20;
/// Most messages on a page.
pub const MAX_PAGE: u32 = 100;

/// Stars a message for the caller, or takes the star away.
///
/// # Errors
/// `not_found` for what is no message, `limit_reached`, `rate_limited`, and as any write.
pub async fn set(core: &Core, caller: &Caller, room: RoomId, target: Seq, to: Star) -> Done<()> {
    let access = access(core, caller, room).await?;
    core.rates.message(caller.user, 0)?;
    if target < access.first_visible(Seq(1)) || i64::try_from(target.0).is_err() {
        return Err(ErrorCode::NotFound.into());
    }
    Ok(core.store.star(room, target, caller.user, to).await?)
}

/// Where the caller has starred messages in a room.
///
/// # Errors
/// `not_found`, and as any read.
pub async fn in_room(core: &Core, caller: &Caller, room: RoomId) -> Done<StarsInRoom> {
    access(core, caller, room).await?;
    let seqs = core.store.stars_in(room, caller.user).await?;
    Ok(StarsInRoom { seqs: seqs.into_iter().map(|seq| seq.0).collect() })
}

/// What the caller has starred and may see, newest first, before the message that a page ended with.
///
/// # Errors
/// `invalid_setting` for a limit out of range, and as any read.
pub async fn list(core: &Core, caller: &Caller, before: Option<EventId>, limit: Option<u32>) -> Done<StarPage> {
    caller.must_be_active()?;
    let limit = limit.unwrap_or(PAGE);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(Refused::invalid("limit", "must be 1 to 100"));
    }
    let accesses = core.store.accesses(caller.user).await?;
    let rooms: HashMap<RoomId, Seq> =
        accesses.into_iter().map(|(room, access)| (room, access.first_visible(Seq(1)))).collect();
    let found = core.store.stars_of(caller.user, before.unwrap_or(EventId(i64::MAX)), limit).await?;
    // A room that one has left has no hits, and the page goes on behind it.
    let next = found.last().filter(|_| found.len() == limit as usize).map(|last| last.0);
    let entries = core.store.entries(found).await?;
    let hits = entries.iter().filter_map(|entry| {
        let event = &entry.event;
        let EventBody::Message { text, files, mentions, .. } = &event.body else { return None };
        rooms.get(&event.room).filter(|first| event.seq >= **first)?;
        Some(SearchHit {
            room: event.room.0,
            seq: event.seq.0,
            sender: event.sender.0,
            at: event.at,
            excerpt: view::excerpt(excerpt(text, &[])),
            files: files.iter().map(view::file).collect(),
            mentions: mentions.iter().map(view::mention).collect(),
        })
    });
    Ok(StarPage { hits: hits.collect(), next })
}
