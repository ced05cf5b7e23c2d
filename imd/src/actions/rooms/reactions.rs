//! Reacting to messages, and who has.

use crate::actions::rooms::access::access;
use crate::actions::{Caller, Core, Done, view};
use crate::chat::{Emoji, React, RoomId, Seq};
use crate::wire::{ErrorCode, ReactionPage};

/// Most people on a page.
const PAGE: usize = 100;

/// Adds a reaction of the caller's, or takes it back. What is so already stays so, and nobody is told.
///
/// # Errors
/// `not_found` for a room the caller is not in or a message they cannot see, `room_archived`, `emoji_unfit`,
/// `limit_reached`, `rate_limited`, and as any write.
pub async fn react(core: &Core, caller: &Caller, room: RoomId, target: Seq, to: React, emoji: &str) -> Done<()> {
    let access = access(core, caller, room).await?;
    core.rates.message(caller.user, 0)?;
    access.may_react()?;
    if target < access.first_visible(Seq(1)) {
        return Err(ErrorCode::NotFound.into());
    }
    let emoji = Emoji::new(emoji)?;
    Ok(core.store.react(room, target, caller.user, (to, emoji), core.now()).await?)
}

/// Who reacted to a message, with one emoji or any: those after the event `after`.
///
/// # Errors
/// `not_found` for a room the caller is not in or a message they cannot see, `emoji_unfit`, and as any read.
pub async fn list(
    core: &Core,
    caller: &Caller,
    room: RoomId,
    target: Seq,
    emoji: Option<&str>,
    after: Seq,
) -> Done<ReactionPage> {
    let access = access(core, caller, room).await?;
    if target < access.first_visible(Seq(1)) {
        return Err(ErrorCode::NotFound.into());
    }
    let emoji = emoji.map(Emoji::new).transpose()?;
    core.store.sender_of(room, target).await?;
    let mut rows = core.store.reactions(room, target, emoji, after, PAGE as u32 + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|last| last.reacted.0);
    Ok(ReactionPage { reactions: rows.into_iter().map(|row| view::who_reacted(row, &core.hub)).collect(), next })
}
