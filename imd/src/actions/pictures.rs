//! Pictures of people and rooms: cut square, small, without the camera's metadata.

use bytes::Bytes;

use super::rooms::{self, access};
use super::{Caller, Core, Done, active, people, profile};
use crate::chat::{RoomId, UserId};
use crate::wire::{ErrorCode, Me, Room};

/// Side of a stored picture, pixels.
const SIDE: u32 = 256;
/// What a picture is called: for its media type.
const NAME: &str = "picture.jpg";

/// Sets my picture.
///
/// # Errors
/// `image_unfit`, `busy`, `disk_full`, and as any write.
pub async fn set_avatar(core: &Core, caller: &Caller, image: Bytes) -> Done<Me> {
    active(caller)?;
    let square = core.photos.square(image, SIDE).await?;
    let kept = core.blobs.keep().await;
    let blake3 = core.blobs.store(square, NAME, &kept).await?.hash.to_string();
    core.store.set_avatar(caller.user, Some(blake3)).await?;
    profile::me(core, caller).await
}

/// Takes my picture away.
///
/// # Errors
/// As any write.
pub async fn remove_avatar(core: &Core, caller: &Caller) -> Done<Me> {
    active(caller)?;
    core.store.set_avatar(caller.user, None).await?;
    profile::me(core, caller).await
}

/// Sets a room's picture.
///
/// # Errors
/// `forbidden`, `not_found`, `image_unfit`, `busy`, `disk_full`, and as any write.
pub async fn set_room_picture(core: &Core, caller: &Caller, room: RoomId, image: Bytes) -> Done<Room> {
    access(core, caller, room).await?.may_change()?;
    let square = core.photos.square(image, SIDE).await?;
    let kept = core.blobs.keep().await;
    let blake3 = core.blobs.store(square, NAME, &kept).await?.hash.to_string();
    core.store.set_picture(room, Some(blake3), caller.user, core.now()).await?;
    rooms::get(core, caller, room).await
}

/// Takes a room's picture away.
///
/// # Errors
/// `forbidden`, `not_found`, and as any write.
pub async fn remove_room_picture(core: &Core, caller: &Caller, room: RoomId) -> Done<Room> {
    access(core, caller, room).await?.may_change()?;
    core.store.set_picture(room, None, caller.user, core.now()).await?;
    rooms::get(core, caller, room).await
}

/// BLAKE3 of a person's picture.
///
/// # Errors
/// `not_found`, and as any read.
pub async fn avatar(core: &Core, caller: &Caller, user: UserId) -> Done<String> {
    Ok(people::visible(core, caller, user).await?.avatar.ok_or(ErrorCode::NotFound)?)
}

/// BLAKE3 of a room's picture.
///
/// # Errors
/// `not_found`, and as any read.
pub async fn room_picture(core: &Core, caller: &Caller, room: RoomId) -> Done<String> {
    access(core, caller, room).await?;
    Ok(core.store.picture(room).await?.ok_or(ErrorCode::NotFound)?)
}
