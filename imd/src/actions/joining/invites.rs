//! Creating, listing and revoking invites.

use crate::actions::rooms::access::access;
use crate::actions::secrets::code;
use crate::actions::{Caller, Core, Done, identity::addresses, view};
use crate::chat::{InviteId, Role, RoomId, may_administer};
use crate::store::{self, InviteRow};
use crate::wire::{ErrorCode, Invite, InviteCreated, NewInvite};

/// Most rooms of one invite.
const MAX_ROOMS: usize = 20;
/// How long a member's invite is valid unless they say otherwise.
const WEEK_MS: i64 = 7 * 24 * 3_600_000;

/// Creates an invite. Members can invite to rooms where they may add people; only admins can create one that never
/// expires.
///
/// # Errors
/// `forbidden`, `not_found` for a room the caller is not in, `bad_request` for a value out of range, `rate_limited`,
/// `limit_reached` when there are too many invites, of the caller or in all, and as any write.
pub async fn make(core: &Core, caller: &Caller, new: NewInvite) -> Done<InviteCreated> {
    caller.must_be_resident()?;
    let lasts_ok = new.expires_in_s.is_none_or(|s| (60..=31_536_000).contains(&s));
    let uses_ok = new.max_uses.is_none_or(|n| (1..=10_000).contains(&n));
    if !lasts_ok || !uses_ok || new.rooms.len() > MAX_ROOMS || (new.guest && new.rooms.is_empty()) {
        return Err(ErrorCode::BadRequest.into());
    }
    for room in &new.rooms {
        access(core, caller, RoomId(*room)).await?.may_add()?;
    }
    core.rates.code(caller.user)?;
    let due = core.due();
    let expires_at = match new.expires_in_s {
        Some(seconds) => Some(due + i64::from(seconds) * 1_000),
        None if may_administer(caller.role) => None,
        None => Some(due + WEEK_MS),
    };
    let new = store::NewInvite {
        code: code::<8>()?,
        creator: caller.user,
        rooms: new.rooms.into_iter().map(RoomId).collect(),
        expires_at,
        max_uses: new.max_uses,
        guest: new.guest,
    };
    // Invites by admins are noted in the audit log. The invite's id is added once it is known.
    let act = may_administer(caller.role).then(|| {
        let what = if new.guest { "guest" } else { "member" };
        let uses = new.max_uses.map_or_else(|| "any number".to_owned(), |uses| format!("{uses} at most"));
        let until = if new.expires_at.is_some() { "for a time" } else { "for ever" };
        caller.act(core, "invite.make", String::new(), format!("{what}, {uses}, {until}"))
    });
    let row = core.store.make_invite(new, act, core.now(), due).await?;
    Ok(InviteCreated { links: links(core, &row), invite: view::invite(&row) })
}

/// The caller's valid invites; for admins everybody's.
///
/// # Errors
/// As any read.
pub async fn list(core: &Core, caller: &Caller) -> Done<Vec<Invite>> {
    caller.must_be_active()?;
    let of = if may_administer(caller.role) { None } else { Some(caller.user) };
    Ok(core.store.invites(of).await?.iter().map(view::invite).collect())
}

/// An invite with its links.
///
/// # Errors
/// `not_found`, and as any read.
pub async fn get(core: &Core, caller: &Caller, id: InviteId) -> Done<InviteCreated> {
    let row = mine(core, caller, id).await?;
    Ok(InviteCreated { links: links(core, &row), invite: view::invite(&row) })
}

/// Revokes an invite.
///
/// # Errors
/// `not_found`, and as any write.
pub async fn revoke(core: &Core, caller: &Caller, id: InviteId) -> Done<()> {
    let row = mine(core, caller, id).await?;
    // A member's own invite is their own business.
    let act = may_administer(caller.role)
        .then(|| caller.act(core, "invite.revoke", row.id.to_string(), format!("made by {}", row.creator)));
    Ok(core.store.revoke_invite(id, act).await?)
}

async fn mine(core: &Core, caller: &Caller, id: InviteId) -> Done<InviteRow> {
    caller.must_be_active()?;
    let row = core.store.invite(id).await?;
    let ours = row.creator == caller.user || may_administer(caller.role);
    if ours && caller.role != Role::Guest { Ok(row) } else { Err(ErrorCode::NotFound.into()) }
}

fn links(core: &Core, row: &InviteRow) -> Vec<String> {
    addresses::links(core, &format!("/#/join/{}", row.code))
}
