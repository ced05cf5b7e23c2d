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

/// A grey photo of so many pixels, as phones lay them out (half the colour both ways, in one pass), standing on its side.
fn phone_photo(width: u16, height: u16) -> Vec<u8> {
    let small = include_bytes!("../src/picture/jpeg_eighth/restarts-420.jpg");
    let at = |marker: u8| small.windows(2).position(|pair| pair == [0xff, marker]).unwrap();
    let (frame, restarts, scan) = (at(0xc0), at(0xdd), at(0xda));
    let mut jpeg = small[..2].to_vec();
    jpeg.extend(b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
    let mut headers = small[2..scan + 14].to_vec();
    headers[frame + 3..frame + 5].copy_from_slice(&height.to_be_bytes());
    headers[frame + 5..frame + 7].copy_from_slice(&width.to_be_bytes());
    headers.drain(restarts - 2..restarts + 4);
    jpeg.extend(headers);
    // Six blocks without a difference: 00 and 1010 for light, 00 and 00 for colour.
    let units = usize::from(width).div_ceil(16) * usize::from(height).div_ceil(16);
    jpeg.extend([0x28, 0xa2, 0x8a, 0x00].repeat(units));
    jpeg.extend([0xff, 0xd9]);
    jpeg
}

/// What current phones take at their finest would be a grey box.
#[tokio::test]
async fn a_photo_of_200_megapixels_has_size_and_thumbnail() {
    let (_root, blobs, photos) = open(PictureLimits::default());
    let hash = blobs.store(phone_photo(16_320, 12_240).into(), "a.jpg", &blobs.keep().await).await.unwrap().hash;
    let expected = PhotoInfo { width: 12_240, height: 16_320, thumbnail: true };
    assert_eq!(photos.photo(hash).await.unwrap(), Some(expected));
    let path = photos.thumbnail(hash).await.unwrap().unwrap();
    let thumbnail = image::open(path).unwrap().into_rgb8();
    assert_eq!(thumbnail.dimensions(), (480, 640));
    assert!(thumbnail.pixels().all(|pixel| pixel.0.iter().all(|colour| colour.abs_diff(128) < 3)));
    let square = photos.square_of(hash, 256).await.unwrap();
    assert_eq!(image::load_from_memory(&square).unwrap().into_rgb8().dimensions(), (256, 256));
}

/// What an iPhone takes would be a file among files: nobody would know that it is a photo, nor how large.
#[tokio::test]
async fn photos_that_cannot_be_decoded_say_how_large_they_are() {
    let (_root, blobs, photos) = open(PictureLimits::default());
    for (content, name) in [
        (&include_bytes!("pictures/photo.heic")[..], "IMG_0001.HEIC"),
        (include_bytes!("pictures/photo.avif"), "a.avif"),
    ] {
        let hash = blobs.store(Bytes::from_static(content), name, &blobs.keep().await).await.unwrap().hash;
        let expected = PhotoInfo { width: 173, height: 91, thumbnail: false };
        assert_eq!(photos.photo(hash).await.unwrap(), Some(expected), "{name}");
    }
}
