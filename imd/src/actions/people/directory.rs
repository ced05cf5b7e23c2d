//! The people of the box: finding them, and changes that an admin makes.

use crate::actions::word::Word;
use crate::actions::{Caller, Core, Done, view};
use crate::chat::{Role, UserId, UserStatus, may_change_user};
use crate::store::UserRow;
use crate::wire::{ChangeUser, ErrorCode, User, UserPage};

/// People on a page.
const PAGE: u32 = 200;

/// People with an id over `after` whose name or handle contains `query`. Guests only see those they share a room with.
///
/// # Errors
/// As any read.
pub async fn list(core: &Core, caller: &Caller, after: UserId, query: &str) -> Done<UserPage> {
    caller.must_be_active()?;
    let query: String = query.trim().chars().take(64).collect();
    let rows = core.store.users(after, query, guest(caller), PAGE).await?;
    let next = rows.last().filter(|_| rows.len() == PAGE as usize).map(|last| last.id.0);
    Ok(UserPage { users: rows.iter().map(|row| view::user(row, &core.hub)).collect(), next })
}

/// One person.
///
/// # Errors
/// `not_found`, also for a guest who shares no room with them, and as any read.
pub async fn get(core: &Core, caller: &Caller, id: UserId) -> Done<User> {
    let row = visible(core, caller, id).await?;
    Ok(view::user(&row, &core.hub))
}

/// Changes somebody's role or status; suspending a person ends their sessions.
///
/// # Errors
/// `forbidden`, `not_found`, `last_owner`, `bad_request` for an unknown status, and as any write.
pub async fn change(core: &Core, caller: &Caller, id: UserId, change: ChangeUser) -> Done<User> {
    caller.must_be_admin()?;
    let row = core.store.user(id).await?;
    let role = change.role.map(Word::word);
    if !may_change_user(caller.role, row.role, role.unwrap_or(row.role)) {
        return Err(ErrorCode::Forbidden.into());
    }
    let status = match change.status.as_deref() {
        None => None,
        Some("active") => Some(UserStatus::Active),
        Some("suspended") => Some(UserStatus::Suspended),
        Some(_) => return Err(ErrorCode::BadRequest.into()),
    };
    // Somebody who waits for approval is decided about through the join request, and only there.
    if matches!(row.status, UserStatus::Pending | UserStatus::Removed) {
        return Err(ErrorCode::NotFound.into());
    }
    let words = |role: Role, status: UserStatus| format!("{role:?} {status:?}").to_lowercase();
    let (new_role, new_status) = (role.unwrap_or(row.role), status.unwrap_or(row.status));
    let detail = format!("{} -> {}", words(row.role, row.status), words(new_role, new_status));
    let act = caller.act(core, "person.change", row.handle, detail);
    core.store.change_user(id, role, status, act).await?;
    tracing::info!(by = caller.user.0, user = id.0, ?role, ?status, "user changed");
    get(core, caller, id).await
}

pub(in crate::actions) async fn visible(core: &Core, caller: &Caller, id: UserId) -> Done<UserRow> {
    caller.must_be_active()?;
    let row = core.store.user(id).await?;
    if row.status == UserStatus::Pending {
        return Err(ErrorCode::NotFound.into());
    }
    if guest(caller).is_some() && id != caller.user && !core.store.share_a_room(caller.user, id).await? {
        return Err(ErrorCode::NotFound.into());
    }
    Ok(row)
}

fn guest(caller: &Caller) -> Option<UserId> {
    (caller.role == Role::Guest).then_some(caller.user)
}
