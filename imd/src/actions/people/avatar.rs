//! Pictures of people.

use bytes::Bytes;
use futures_util::Stream;

use crate::actions::picture::{Image, take_in};
use crate::actions::{
    Caller, Core, Done,
    people::{directory, profile},
};
use crate::chat::UserId;
use crate::wire::{ErrorCode, Me};

/// Sets the caller's picture.
///
/// # Errors
/// `payload_too_large`, `image_unfit`, `busy`, `disk_full`, and as any write.
pub async fn set<S, E>(core: &Core, caller: &Caller, image: Image<S>) -> Done<Me>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: std::fmt::Display,
{
    caller.must_be_active()?;
    let (blake3, _kept) = take_in(core, caller, image).await?;
    core.store.set_avatar(caller.user, Some(blake3)).await?;
    profile::me(core, caller).await
}

/// Removes the caller's picture.
///
/// # Errors
/// As any write.
pub async fn remove(core: &Core, caller: &Caller) -> Done<Me> {
    caller.must_be_active()?;
    core.store.set_avatar(caller.user, None).await?;
    profile::me(core, caller).await
}

/// BLAKE3 of a person's picture.
///
/// # Errors
/// `not_found`, and as any read.
pub async fn hash(core: &Core, caller: &Caller, user: UserId) -> Done<String> {
    Ok(directory::visible(core, caller, user).await?.avatar.ok_or(ErrorCode::NotFound)?)
}
