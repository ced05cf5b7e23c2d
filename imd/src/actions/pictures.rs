//! Pictures of people and rooms: cut square, small, without the camera's metadata.

use bytes::Bytes;
use futures_util::Stream;

use super::rooms::{self, access};
use super::{Caller, Core, Done, Refused, active, people, profile};
use crate::chat::{RoomId, UserId};
use crate::files::{Announced, FilesError};
use crate::wire::{ErrorCode, Me, Room};

/// Side of a stored picture, pixels.
const SIDE: u32 = 256;
/// What a picture is called: for its media type.
const NAME: &str = "picture.jpg";

/// Largest image sent as a person's or room's picture.
const MAX_BYTES: u64 = 16 << 20;

/// An image on its way in.
#[derive(Debug)]
pub struct Image<S> {
    /// Its bytes.
    pub body: S,
    /// How many, if that was said.
    pub len: Option<u64>,
}

/// Takes the image in, through the disk and not through memory, and makes it square.
async fn squared<S, E>(core: &Core, caller: &Caller, image: Image<S>) -> Done<Bytes>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: std::fmt::Display,
{
    let _place = core.uploads.wait(caller.user).await.ok_or_else(|| Refused::later(ErrorCode::TooManyUploads, 5))?;
    let announced = Announced { len: image.len, max_bytes: MAX_BYTES, name: NAME };
    let received = match core.blobs.receive_here(image.body, announced).await {
        Err(FilesError::TooLarge { .. }) => return Err(ErrorCode::PayloadTooLarge.into()),
        received => received?,
    };
    Ok(core.photos.square(&received, SIDE).await?)
}

/// Sets my picture.
///
/// # Errors
/// `payload_too_large`, `image_unfit`, `busy`, `disk_full`, and as any write.
pub async fn set_avatar<S, E>(core: &Core, caller: &Caller, image: Image<S>) -> Done<Me>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: std::fmt::Display,
{
    active(caller)?;
    let square = squared(core, caller, image).await?;
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
/// `forbidden`, `not_found`, `payload_too_large`, `image_unfit`, `busy`, `disk_full`, and as any write.
pub async fn set_room_picture<S, E>(core: &Core, caller: &Caller, room: RoomId, image: Image<S>) -> Done<Room>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: std::fmt::Display,
{
    access(core, caller, room).await?.may_change()?;
    let square = squared(core, caller, image).await?;
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
