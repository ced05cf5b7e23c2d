//! Contents of files in the data folder, or on a disk beside it: stored files under the hash of their content, their
//! thumbnails, and uploads in progress.
//!
//! What is reported as stored is safely on the disk: content, name and folder. A file sent in one piece leaves nothing
//! behind when it is interrupted; one sent in parts keeps what has arrived until it is discarded. No file is ever
//! completely in memory: pictures are decoded in a process of their own (`picture/`).
//!
//! Nothing here knows rooms, users or permissions, HTTP, or the database: the callers decide who may have a file, what
//! it is called in which message, and when nobody needs it any more.

mod archive;
mod ballast;
mod blobs;
mod disk;
mod encoding;
mod error;
mod growing;
mod hash;
mod media_type;
mod name;
mod painter;
mod partial;
mod photos;
mod receive;
mod relocate;
mod root;
mod roots;
mod spool;
mod upload;

pub use archive::{Amount, ArchiveError, Inventory, Lock, Progress, Unpacked, check_lock, unpack};
pub use ballast::{drop_ballast, keep_ballast};
pub use blobs::{BlobLimits, Blobs, Kept, Paused, StoredBlob};
pub use disk::{Space, clear, entries, replace, space_at, tidy_folder, write_whole};
pub use encoding::{ENCODING_HEAD, Likely, decoded, encoding_called, encoding_of};
pub use error::FilesError;
pub use growing::Growing;
pub use hash::{BlobHash, NotABlobHash, hash_file};
pub use media_type::{is_photo, media_type};
pub use name::{NAME_MAX_BYTES, clean_name};
pub use painter::PhotosLimits;
pub use partial::{Came, Partial, PartialId};
pub use photos::{PhotoInfo, Photos, THUMBNAIL_SIDE};
pub use receive::{Announced, Received};
pub use relocate::{Pace, RelocateError};
pub use roots::{Amounts, Way};
pub use spool::Spool;
