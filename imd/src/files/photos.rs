//! The worker that makes thumbnails and profile pictures: few at a time, with a queue that has an end.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::blobs::{Blobs, Shared, off_thread};
use super::disk;
use super::error::FilesError;
use super::hash::BlobHash;
use super::picture::{self, PictureLimits, Size};

/// Longest side of a thumbnail, in pixels.
pub const THUMBNAIL_SIDE: u32 = 640;

/// What making pictures smaller may take, all together.
#[derive(Debug, Clone, Copy)]
pub struct PhotosLimits {
    /// Pictures in the making at once; each takes up to a core and [`PictureLimits::max_memory_bytes`].
    pub workers: usize,
    /// Pictures that may wait for a worker; one more is told `Busy`.
    pub queue: usize,
    /// What one picture may take.
    pub picture: PictureLimits,
}

impl Default for PhotosLimits {
    fn default() -> Self {
        Self { workers: 1, queue: 64, picture: PictureLimits::default() }
    }
}

/// A photo the box could read, and has a thumbnail of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhotoInfo {
    /// Pixels across, orientation applied.
    pub width: u32,
    /// Pixels down, orientation applied.
    pub height: u32,
}

/// Thumbnails of stored photos. Cheap to clone; all clones share the workers and the queue.
#[derive(Debug, Clone)]
pub struct Photos {
    shared: Arc<Shared>,
    admitted: Arc<Semaphore>,
    workers: Arc<Semaphore>,
    limits: PictureLimits,
}

impl Photos {
    /// Makes thumbnails of what is in `blobs`.
    pub fn new(blobs: &Blobs, limits: PhotosLimits) -> Self {
        Self {
            shared: blobs.shared.clone(),
            admitted: Arc::new(Semaphore::new(limits.workers + limits.queue)),
            workers: Arc::new(Semaphore::new(limits.workers)),
            limits: limits.picture,
        }
    }

    /// Makes sure that a stored photo has its thumbnail and answers with its size. `None` for what is no photo, cannot
    /// be read, or unpacks to more than is allowed: such a file has no thumbnail and is a file like any other.
    /// Asking [`is_photo`](super::is_photo) first saves the way through the queue.
    ///
    /// # Errors
    /// `NotFound`, `Busy`, `DiskFull`, `ReadOnly`, `Io`.
    pub async fn photo(&self, hash: BlobHash) -> Result<Option<PhotoInfo>, FilesError> {
        let (shared, limits) = (self.shared.clone(), self.limits);
        self.in_turn(move || match make_thumbnail(&shared, &hash, &limits) {
            Ok(Size { width, height }) => Ok(Some(PhotoInfo { width, height })),
            Err(FilesError::ImageUnfit(_)) => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    /// Where the thumbnail of a stored photo lies: a JPEG without metadata, no side over [`THUMBNAIL_SIDE`]. Made
    /// again if it got lost. `None` as for [`photo`](Self::photo), and the same errors.
    pub async fn thumbnail(&self, hash: BlobHash) -> Result<Option<PathBuf>, FilesError> {
        let path = self.shared.thumb_path(&hash);
        let looked_at = path.clone();
        if off_thread(move || Ok(looked_at.is_file())).await? {
            return Ok(Some(path));
        }
        Ok(self.photo(hash).await?.map(|_| path))
    }

    /// A JPEG of `side` × `side` pixels from the middle of the picture in `file`, without metadata.
    ///
    /// # Errors
    /// `ImageUnfit` for what is no picture, is damaged or too large; `Busy`.
    pub async fn square(&self, file: Bytes, side: u32) -> Result<Bytes, FilesError> {
        let limits = self.limits;
        self.in_turn(move || picture::square(&file, side, &limits).map(Bytes::from)).await
    }

    /// As [`square`](Self::square), of a stored file. Also `NotFound`, `Io`.
    pub async fn square_of(&self, hash: BlobHash, side: u32) -> Result<Bytes, FilesError> {
        let (shared, limits) = (self.shared.clone(), self.limits);
        self.in_turn(move || {
            let file = read_picture(shared.open_blob(&hash)?, &limits)?;
            picture::square(&file, side, &limits).map(Bytes::from)
        })
        .await
    }

    /// Runs `work` on a blocking thread when its turn comes. Once it runs it keeps its turn to its end, even if
    /// nobody waits for it any more, so that there are never more than `workers` at work.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, FilesError> + Send + 'static,
    ) -> Result<T, FilesError> {
        let admitted = self.admitted.clone().try_acquire_owned().map_err(|_| FilesError::Busy)?;
        let turn = self.workers.clone().acquire_owned().await.map_err(|_| FilesError::Busy)?;
        off_thread(move || {
            let done = work();
            drop((turn, admitted));
            done
        })
        .await
    }
}

fn make_thumbnail(shared: &Shared, hash: &BlobHash, limits: &PictureLimits) -> Result<Size, FilesError> {
    let file = read_picture(shared.open_blob(hash)?, limits)?;
    let path = shared.thumb_path(hash);
    if path.is_file() {
        return picture::size(&file, limits);
    }
    let (size, jpeg) = picture::thumbnail(&file, THUMBNAIL_SIDE, limits)?;
    drop(file);
    shared.card.check_space(jpeg.len() as u64)?;
    let mut thumb = shared.card.new_file()?;
    thumb.write_all(&jpeg)?;
    disk::publish(thumb, &path)?;
    Ok(size)
}

/// The whole file, unless it is larger than a picture may be.
fn read_picture(mut file: File, limits: &PictureLimits) -> Result<Vec<u8>, FilesError> {
    let len = file.metadata()?.len();
    if len > limits.max_input_bytes {
        return Err(FilesError::ImageUnfit(format!("{len} bytes")));
    }
    let mut content = vec![0; usize::try_from(len).map_err(io::Error::other)?];
    file.read_exact(&mut content)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use image::{DynamicImage, ImageFormat};
    use tempfile::TempDir;

    use super::super::blobs::BlobLimits;
    use super::*;

    fn open(limits: PhotosLimits) -> (TempDir, Blobs, Photos) {
        let root = TempDir::new().unwrap();
        let blobs = Blobs::open(root.path(), BlobLimits { reserve_bytes: 0, ..BlobLimits::default() }).unwrap();
        let photos = Photos::new(&blobs, limits);
        (root, blobs, photos)
    }

    fn png(width: u32, height: u32) -> Bytes {
        let mut file = io::Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner().into()
    }

    /// A photo would be a file name in a grey box instead of a picture, and stay so once its thumbnail got lost.
    #[tokio::test]
    async fn a_stored_photo_has_a_thumbnail_and_gets_it_back() {
        let (_root, blobs, photos) = open(PhotosLimits::default());
        let hash = blobs.store(png(1280, 640), "a.png", &blobs.keep().await).await.unwrap().hash;
        for _ in 0..2 {
            assert_eq!(photos.photo(hash).await.unwrap(), Some(PhotoInfo { width: 1280, height: 640 }));
        }
        let path = photos.thumbnail(hash).await.unwrap().unwrap();
        assert_eq!(image::image_dimensions(&path).unwrap(), (640, 320));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(photos.thumbnail(hash).await.unwrap().as_deref(), Some(path.as_path()));
        assert!(path.is_file());

        blobs.remove(hash).await.unwrap();
        assert!(!path.exists());
        assert!(matches!(photos.thumbnail(hash).await, Err(FilesError::NotFound)));
    }

    /// A file that is no photo could not be sent at all, or a profile picture be accepted that nobody sees.
    #[tokio::test]
    async fn what_is_no_photo_is_a_file_but_no_profile_picture() {
        let (_root, blobs, photos) = open(PhotosLimits::default());
        // Small to send, 12 GiB when unpacked.
        let bomb = {
            let mut file = png(1, 1).to_vec();
            // The header says 65,535 × 65,535; its checksum is made to fit, as an attacker would.
            file[16..24].copy_from_slice(&[0, 0, 255, 255, 0, 0, 255, 255]);
            let sum = crc32(&file[12..29]).to_be_bytes();
            file[29..33].copy_from_slice(&sum);
            Bytes::from(file)
        };
        for (content, name) in
            [(Bytes::from_static(b"plain text"), "a.txt"), (bomb.clone(), "b.png"), (Bytes::new(), "c.jpg")]
        {
            let hash = blobs.store(content.clone(), name, &blobs.keep().await).await.unwrap().hash;
            assert_eq!(photos.photo(hash).await.unwrap(), None, "{name}");
            assert_eq!(photos.thumbnail(hash).await.unwrap(), None, "{name}");
            assert!(matches!(photos.square(content, 256).await, Err(FilesError::ImageUnfit(_))), "{name}");
            assert!(matches!(photos.square_of(hash, 256).await, Err(FilesError::ImageUnfit(_))), "{name}");
        }
        let told = photos.square(bomb, 256).await;
        assert!(matches!(told, Err(FilesError::ImageUnfit(why)) if why.starts_with("65535")), "refused for its size");
        let hash = blobs.store(png(30, 20), "", &blobs.keep().await).await.unwrap().hash;
        let square = photos.square_of(hash, 256).await.unwrap();
        assert_eq!(image::load_from_memory(&square).unwrap().into_rgb8().dimensions(), (256, 256));
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
        })
    }

    /// A hundred photos at once would take all the memory, or the queue stay shut after them.
    #[tokio::test]
    async fn the_queue_has_an_end_and_moves_on() {
        let (_root, _blobs, photos) = open(PhotosLimits { workers: 1, queue: 1, ..PhotosLimits::default() });
        let at_work = photos.workers.clone().acquire_owned().await.unwrap();
        let admitted = photos.admitted.clone().acquire_owned().await.unwrap();
        let mut waiting = Box::pin(photos.square(png(8, 8), 4));
        assert!((&mut waiting).now_or_never().is_none());
        assert!(matches!(photos.square(png(8, 8), 4).await, Err(FilesError::Busy)));
        drop((at_work, admitted));
        waiting.await.unwrap();
        photos.square(png(8, 8), 4).await.unwrap();
    }

    /// The file's size alone would decide how much memory a picture takes.
    #[tokio::test]
    async fn a_large_file_is_not_read_as_a_picture() {
        let content = png(8, 8);
        let len = content.len() as u64;
        for (max_input_bytes, is_photo) in [(len, true), (len - 1, false)] {
            let picture = PictureLimits { max_input_bytes, ..PictureLimits::default() };
            let (_root, blobs, photos) = open(PhotosLimits { picture, ..PhotosLimits::default() });
            let hash = blobs.store(content.clone(), "", &blobs.keep().await).await.unwrap().hash;
            assert_eq!(photos.photo(hash).await.unwrap().is_some(), is_photo);
            assert_eq!(photos.square(content.clone(), 4).await.is_ok(), is_photo);
        }
    }
}
