//! Adding people to rooms, changing their roles, removing them, leaving.

use crate::actions::rooms::access::access;
use crate::actions::word::Word;
use crate::actions::{Caller, Core, Done, people::directory, view};
use crate::chat::{RoomId, RoomRole, UserId};
use crate::wire::{AddMember, ErrorCode, Member};

/// Most members on a page.
pub const MAX_PAGE: u32 = 500;

/// Which members are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// With an id over this.
    pub after: UserId,
    /// Called like this; empty: however they are called.
    pub query: String,
    /// At most so many, 1 to 500; 500 by default.
    pub limit: Option<u32>,
}

/// A room's members in the order of their ids.
///
/// # Errors
/// `not_found`, `bad_request` when the limit is out of range, and as any read.
pub async fn list(core: &Core, caller: &Caller, room: RoomId, asked: Asked) -> Done<Vec<Member>> {
    access(core, caller, room).await?;
    let limit = asked.limit.unwrap_or(MAX_PAGE);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(ErrorCode::BadRequest.into());
    }
    let query: String = asked.query.trim().chars().take(64).collect();
    let rows = core.store.members(room, asked.after, query, limit).await?;
    Ok(rows.iter().map(|row| view::member(row, &core.hub)).collect())
}

/// Adds somebody, or changes a member's role.
///
/// # Errors
/// `forbidden`, `not_found`, `last_owner`, and as any write.
pub async fn put(core: &Core, caller: &Caller, room: RoomId, user: UserId, add: AddMember) -> Done<Member> {
    let mine = access(core, caller, room).await?;
    let role = add.role.map(Word::word);
    match core.store.access(room, user).await? {
        None => {
            mine.may_add()?;
            if role.is_some_and(|r| r != RoomRole::Member) {
                // A caller who may give out roles can do so once the person is a member.
                let (owners, _) = core.store.member_counts(room).await?;
                mine.may_set_role(RoomRole::Member, role.unwrap_or(RoomRole::Member), owners)?;
            }
            directory::visible(core, caller, user).await?;
            core.store.add_member(room, user, caller.user, core.now()).await?;
            if let Some(role) = role.filter(|r| *r != RoomRole::Member) {
                core.store.set_member_role(room, user, role, caller.user, core.now()).await?;
            }
        }
        Some(theirs) => {
            let role = role.unwrap_or(theirs.role);
            if role != theirs.role {
                let (owners, _) = core.store.member_counts(room).await?;
                mine.may_set_role(theirs.role, role, owners)?;
                core.store.set_member_role(room, user, role, caller.user, core.now()).await?;
            }
        }
    }
    let row =
        core.store.members(room, UserId(user.0 - 1), String::new(), 1).await?.pop().filter(|m| m.person.id == user);
    Ok(view::member(&row.ok_or(ErrorCode::NotFound)?, &core.hub))
}

/// Removes somebody, or leaves.
///
/// # Errors
/// `forbidden`, `not_found`, `last_owner`, and as any write.
pub async fn remove(core: &Core, caller: &Caller, room: RoomId, user: UserId) -> Done<()> {
    let mine = access(core, caller, room).await?;
    if user == caller.user {
        let (owners, members) = core.store.member_counts(room).await?;
        mine.may_leave(owners, members)?;
    } else {
        let theirs = core.store.access(room, user).await?.ok_or(ErrorCode::NotFound)?;
        mine.may_remove(theirs.role)?;
    }
    Ok(core.store.remove_member(room, user, caller.user, core.now()).await?)
}
