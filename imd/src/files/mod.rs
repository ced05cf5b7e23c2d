//! Bytes in the data folder, or on a disk beside it: stored files under the hash of their content, their thumbnails, and uploads
//! under way.
//!
//! What is answered as stored is on the disk: content, name and folder. A file that comes in one piece and breaks off
//! leaves nothing behind; one that comes in parts keeps what came until it is discarded. No file is ever whole in memory:
//! pictures are decoded in a process of their own (`picture/`).
//!
//! Nothing here knows of rooms, users or permissions, of HTTP, or of the database: who may have a file, how it is
//! called in which message and when nobody needs it any more is decided by the callers.

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
