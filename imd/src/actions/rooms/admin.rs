//! Managing rooms without being in them: nobody can read a room they are not in, not even admins.

use crate::actions::word::Word;
use crate::actions::{Caller, Core, Done, Refused};
use crate::chat::{RoomId, UserId};
use crate::store::{self, Archive, StoreError};
use crate::wire::{ChangeRoomFromOutside, ErrorCode, RoomOwner, RoomSummary, RoomSummaryPage};

/// Rooms on a page.
const PAGE: u32 = 100;

/// Groups and channels with an id over `after` whose name contains `query`. Direct rooms are nobody else's business.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn list(core: &Core, caller: &Caller, after: RoomId, query: &str) -> Done<RoomSummaryPage> {
    caller.must_be_admin()?;
    let query: String = query.trim().chars().take(64).collect();
    let rows = core.store.room_summaries(after, query, PAGE).await?;
    let next = rows.last().filter(|_| rows.len() == PAGE as usize).map(|last| last.id.0);
    Ok(RoomSummaryPage { rooms: rows.into_iter().map(summary).collect(), next })
}

/// A room, and how much deleting it would delete.
///
/// # Errors
/// `forbidden`, `not_found`, and as any read.
pub async fn get(core: &Core, caller: &Caller, room: RoomId) -> Done<RoomSummary> {
    caller.must_be_admin()?;
    Ok(summary(core.store.room_summary(room).await?))
}

/// Archives a room, opens it again, or gives it to one of its members.
///
/// # Errors
/// `forbidden`, `not_found`, `not_a_member`, `conflict` for archiving the default room, and as any write.
pub async fn change(core: &Core, caller: &Caller, room: RoomId, change: ChangeRoomFromOutside) -> Done<RoomSummary> {
    let before = get(core, caller, room).await?;
    if let Some(owner) = change.owner {
        let to = core.store.user(UserId(owner)).await?;
        let act = caller.act(core, "room.transfer", before.name.clone(), format!("to {}", to.handle));
        core.store.transfer_room(room, to.id, act).await.map_err(|error| match error {
            StoreError::Conflict => Refused::from(ErrorCode::NotAMember),
            other => other.into(),
        })?;
    }
    if let Some(archived) = change.archived {
        if archived && before.is_default {
            return Err(ErrorCode::Conflict.into());
        }
        let (to, action) =
            if archived { (Archive::Archived, "room.archive") } else { (Archive::Open, "room.unarchive") };
        core.store.set_archived(room, to, caller.act(core, action, before.name, String::new())).await?;
    }
    get(core, caller, room).await
}

/// Deletes a room with everything in it.
///
/// # Errors
/// `forbidden`, `not_found`, `conflict` for the default room, and as any write.
pub async fn delete(core: &Core, caller: &Caller, room: RoomId) -> Done<()> {
    let before = get(core, caller, room).await?;
    let detail = format!("{} members, {} events, {} files", before.member_count, before.events, before.files);
    let act = caller.act(core, "room.delete", before.name, detail);
    core.store.delete_room(room, act).await.map_err(|error| match error {
        StoreError::Conflict => Refused::from(ErrorCode::Conflict),
        other => other.into(),
    })?;
    tracing::info!(by = caller.user.0, room = room.0, "room deleted");
    Ok(())
}

fn summary(room: store::RoomSummary) -> RoomSummary {
    RoomSummary {
        id: room.id.0,
        kind: room.kind.word(),
        name: room.name,
        topic: room.topic,
        is_default: room.is_default,
        archived: room.archived,
        member_count: room.member_count,
        owners: room.owners.into_iter().map(|(id, name)| RoomOwner { id: id.0, name }).collect(),
        events: room.events,
        files: room.files,
        bytes: room.bytes,
        last_at: room.last_at,
        created_at: room.created_at,
    }
}
