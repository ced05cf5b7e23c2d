//! Photos: their thumbnails, and the pictures of people. Were these to fail, photos would lie on their side, tell where
//! they were taken, or take the box down.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use imd::wire::{ErrorCode, File, Me};
use reqwest::Method;
use serde_json::json;

use crate::house::House;

/// A picture, red on its left half and blue on its right.
fn two_halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) }).into()
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(&two_halves(width, height), ImageFormat::Png)
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A photo whose camera was held upright: stored on its side, with EXIF orientation 6 and a place (GPS).
fn phone_photo(width: u32, height: u32) -> Vec<u8> {
    let jpeg = encoded(&two_halves(width, height), ImageFormat::Jpeg);
    // TIFF, little-endian; two entries: Orientation (0x0112, SHORT, 6) and the GPS directory (0x8825) at offset 38,
    // which holds one entry: GPSLatitudeRef (1, ASCII, "N").
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
    exif.extend(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0");
    exif.extend(b"\0\0\0\0");
    exif.extend(b"\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0");
    let mut photo = jpeg[..2].to_vec();
    photo.extend(b"\xff\xe1");
    photo.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    photo.extend(exif);
    photo.extend(&jpeg[2..]);
    photo
}

/// A small file that says it is 65,535 pixels square: 12 GiB when unpacked.
fn bomb() -> Vec<u8> {
    let mut file = png(1, 1);
    file[16..24].copy_from_slice(&[0, 0, 255, 255, 0, 0, 255, 255]);
    let sum = !file[12..29].iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    });
    file[29..33].copy_from_slice(&sum.to_be_bytes());
    file
}

fn contains(file: &[u8], what: &[u8]) -> bool {
    file.windows(what.len()).any(|part| part == what)
}

#[tokio::test]
async fn a_photo_stands_upright_and_its_thumbnail_does_not_tell_where_it_was_taken() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let photo = phone_photo(1600, 800);
    let file: File = alice.upload(hall, "IMG_1.jpg", photo.clone()).await.ok();
    assert_eq!(
        (file.media_type.as_str(), file.width, file.height, file.thumbnail),
        ("image/jpeg", Some(800), Some(1600), true)
    );
    alice.message(hall, &json!({"client_id": "1", "files": [file.id]})).await.done();

    let thumbnail = bob.get(&format!("/api/v1/files/{}/thumbnail", file.id)).await;
    assert_eq!((thumbnail.status, thumbnail.header("content-type")), (200, "image/jpeg"));
    let small = image::load_from_memory(&thumbnail.body).unwrap().into_rgb8();
    assert_eq!(small.dimensions(), (320, 640));
    // Orientation 6: the stored left side is the top.
    assert!(small.get_pixel(160, 60)[0] > 200 && small.get_pixel(160, 580)[2] > 200, "turned the right way");
    assert!(!contains(&thumbnail.body, b"Exif"));
    let whole = bob.get(&format!("/api/v1/files/{}", file.id)).await;
    assert_eq!(whole.body, photo, "the photo itself is what was sent");
    house.stop().await;
}

#[tokio::test]
async fn a_decompression_bomb_is_a_file_without_thumbnail_and_no_avatar() {
    let (house, _, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let file: File = alice.upload(hall, "bomb.png", bomb()).await.ok();
    assert_eq!((file.thumbnail, file.width), (false, Some(65_535)), "how large it says it is, and no more");
    alice.get(&format!("/api/v1/files/{}/thumbnail", file.id)).await.refused(ErrorCode::NotFound);
    assert_eq!(alice.get(&format!("/api/v1/files/{}", file.id)).await.body, bomb());
    for unfit in [bomb(), b"not a picture".to_vec(), Vec::new(), b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()]
    {
        alice.send(Method::PUT, "/api/v1/me/avatar", unfit).await.refused(ErrorCode::ImageUnfit);
    }
    let large = vec![0; (16 << 20) + 1];
    alice.send(Method::PUT, "/api/v1/me/avatar", large).await.refused(ErrorCode::PayloadTooLarge);
    assert_eq!(alice.get("/api/v1/me").await.ok::<Me>().user.avatar, None);
    house.stop().await;
}

#[tokio::test]
async fn a_persons_picture_is_seen_by_others_and_taken_away() {
    let (house, _, alice, bob) = House::with_two().await;
    let mut line = bob.live().await;
    let set: Me = alice.send(Method::PUT, "/api/v1/me/avatar", phone_photo(600, 300)).await.ok();
    let url = set.user.avatar.unwrap();
    let told = line.take("Alice's picture", |frame| match frame {
        imd::wire::ServerFrame::User { user } if user.id == alice.id => Some(user.avatar.clone()),
        _ => None,
    });
    assert_eq!(told.await.as_deref(), Some(url.as_str()));
    let picture = bob.get(&url).await;
    assert_eq!(image::load_from_memory(&picture.body).unwrap().into_rgb8().dimensions(), (256, 256));
    assert!(!contains(&picture.body, b"Exif"));

    let other: Me = alice.send(Method::PUT, "/api/v1/me/avatar", png(50, 80)).await.ok();
    assert_ne!(other.user.avatar.as_ref(), Some(&url), "a new picture has a new address, or browsers show the old one");
    assert_eq!(alice.delete("/api/v1/me/avatar").await.ok::<Me>().user.avatar, None);
    bob.get(&url).await.refused(ErrorCode::NotFound);
    house.stop().await;
}
