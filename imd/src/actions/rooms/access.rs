//! Who may do what in a room: everything that touches a room asks this.

use crate::actions::{Caller, Core, Done};
use crate::chat::{Access, RoomId};
use crate::wire::ErrorCode;

/// What the caller may do in a room.
///
/// # Errors
/// `not_found` when they are not a member: whether the room exists is nobody else's business.
pub(in crate::actions) async fn access(core: &Core, caller: &Caller, room: RoomId) -> Done<Access> {
    caller.must_be_active()?;
    Ok(core.store.access(room, caller.user).await?.ok_or(ErrorCode::NotFound)?)
}
