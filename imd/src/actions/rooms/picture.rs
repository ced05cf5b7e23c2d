//! Pictures of rooms.

use bytes::Bytes;
use futures_util::Stream;

use crate::actions::picture::{Image, take_in};
use crate::actions::{
    Caller, Core, Done,
    rooms::{access::access, manage},
};
use crate::chat::RoomId;
use crate::wire::{ErrorCode, Room};

/// Sets a room's picture.
///
/// # Errors
/// `forbidden`, `not_found`, `payload_too_large`, `image_unfit`, `busy`, `disk_full`, and as any write.
pub async fn set<S, E>(core: &Core, caller: &Caller, room: RoomId, image: Image<S>) -> Done<Room>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: std::fmt::Display,
{
    access(core, caller, room).await?.may_change()?;
    let (blake3, _kept) = take_in(core, caller, image).await?;
    core.store.set_picture(room, Some(blake3), caller.user, core.now()).await?;
    manage::get(core, caller, room).await
}

/// Removes a room's picture.
///
/// # Errors
/// `forbidden`, `not_found`, and as any write.
pub async fn remove(core: &Core, caller: &Caller, room: RoomId) -> Done<Room> {
    access(core, caller, room).await?.may_change()?;
    core.store.set_picture(room, None, caller.user, core.now()).await?;
    manage::get(core, caller, room).await
}

/// BLAKE3 of a room's picture.
///
/// # Errors
/// `not_found`, and as any read.
pub async fn hash(core: &Core, caller: &Caller, room: RoomId) -> Done<String> {
    access(core, caller, room).await?;
    Ok(core.store.picture(room).await?.ok_or(ErrorCode::NotFound)?)
}
