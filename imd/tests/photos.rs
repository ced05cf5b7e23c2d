//! Thumbnails as the store of files makes them, by the real program. Were these to fail, a photo would be a file name in a
//! grey box, or whatever is sent as one be taken for a picture.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::Cursor;

use bytes::Bytes;
use image::{DynamicImage, ImageFormat};
use imd::files::{BlobLimits, Blobs, FilesError, PhotoInfo, Photos, PhotosLimits};
use imd::picture::PictureLimits;
use tempfile::TempDir;

fn open(picture: PictureLimits) -> (TempDir, Blobs, Photos) {
    let root = TempDir::new().unwrap();
    let blobs = Blobs::open(root.path(), BlobLimits { reserve_bytes: 0, ..BlobLimits::default() }).unwrap();
    let limits = PhotosLimits { picture, ..PhotosLimits::default() };
    let photos = Photos::new(&blobs, env!("CARGO_BIN_EXE_imd").into(), limits);
    (root, blobs, photos)
}

fn png(width: u32, height: u32) -> Bytes {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner().into()
}

/// A photo would be a file name in a grey box instead of a picture, and stay so once its thumbnail got lost.
#[tokio::test]
async fn a_stored_photo_has_a_thumbnail_and_gets_it_back() {
    let (_root, blobs, photos) = open(PictureLimits::default());
    let hash = blobs.store(png(1280, 640), "a.png", &blobs.keep().await).await.unwrap().hash;
    for _ in 0..2 {
        assert_eq!(photos.photo(hash).await.unwrap(), Some(PhotoInfo { width: 1280, height: 640, thumbnail: true }));
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
    let (_root, blobs, photos) = open(PictureLimits::default());
    for (content, name) in [(Bytes::from_static(b"plain text"), "a.txt"), (Bytes::new(), "c.jpg")] {
        let hash = blobs.store(content, name, &blobs.keep().await).await.unwrap().hash;
        assert_eq!(photos.photo(hash).await.unwrap(), None, "{name}");
        assert_eq!(photos.thumbnail(hash).await.unwrap(), None, "{name}");
        assert!(matches!(photos.square_of(hash, 256).await, Err(FilesError::ImageUnfit(_))), "{name}");
    }
    let hash = blobs.store(png(30, 20), "", &blobs.keep().await).await.unwrap().hash;
    let square = photos.square_of(hash, 256).await.unwrap();
    assert_eq!(image::load_from_memory(&square).unwrap().into_rgb8().dimensions(), (256, 256));
}

/// The file's size alone would decide how much memory a picture takes.
#[tokio::test]
async fn a_large_file_is_not_read_as_a_picture() {
    let content = png(8, 8);
    let len = content.len() as u64;
    for (max_input_bytes, is_photo) in [(len, true), (len - 1, false)] {
        let (_root, blobs, photos) = open(PictureLimits { max_input_bytes, ..PictureLimits::default() });
        let hash = blobs.store(content.clone(), "", &blobs.keep().await).await.unwrap().hash;
        assert_eq!(photos.photo(hash).await.unwrap().is_some_and(|photo| photo.thumbnail), is_photo);
        assert_eq!(photos.square_of(hash, 4).await.is_ok(), is_photo);
    }
}
