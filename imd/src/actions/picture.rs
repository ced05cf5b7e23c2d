//! Pictures of people and rooms: cropped to a square, scaled down, without the camera's metadata.

use bytes::Bytes;
use futures_util::Stream;

use crate::actions::{Caller, Core, Done, Refused};
use crate::files::{Announced, FilesError, Kept};
use crate::wire::ErrorCode;

/// Side of a stored picture in pixels.
const SIDE: u32 = 256;
/// A name for stored pictures, which determines their media type.
const NAME: &str = "picture.jpg";

/// Largest image sent as a person's or room's picture.
const MAX_BYTES: u64 = 16 << 20;

/// An uploaded image.
#[derive(Debug)]
pub struct Image<S> {
    /// Its bytes.
    pub body: S,
    /// Its announced length, if there was one.
    pub len: Option<u64>,
}

/// Receives the image through the disk, not through memory, crops it and stores it. Returns its BLAKE3 and a guard to
/// hold until something in the database refers to it.
pub(super) async fn take_in<S, E>(core: &Core, caller: &Caller, image: Image<S>) -> Done<(String, Kept)>
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
    let square = core.photos.square(&received, SIDE).await?;
    let kept = core.blobs.keep().await;
    let blake3 = core.blobs.store(square, NAME, &kept).await?.hash.to_string();
    Ok((blake3, kept))
}
