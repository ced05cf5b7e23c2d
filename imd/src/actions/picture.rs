//! Pictures of people and rooms: cut square, small, without the camera's metadata.

use bytes::Bytes;
use futures_util::Stream;

use crate::actions::{Caller, Core, Done, Refused};
use crate::files::{Announced, FilesError, Kept};
use crate::wire::ErrorCode;

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

/// Takes the image in, through the disk and not through memory, makes it square and stores it: its BLAKE3, and what is held until
/// something in the database refers to it.
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
