//! Pictures: every format and orientation, odd shapes, damage, and limits on both sides.

use image::{Rgb, Rgba, RgbaImage};

use super::*;

const LIMITS: PictureLimits =
    PictureLimits { max_input_bytes: 1 << 20, max_pixels: 1 << 22, max_memory_bytes: 1 << 25 };
const PLACE: &[u8] = b"48.2082N 16.3738E";

fn file(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// Red on the left, blue on the right.
fn two_colors(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) })
}

/// A JPEG as a phone writes it: with its orientation (1 to 8) and the place where it was taken.
fn from_phone(image: RgbImage, orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    exif.extend(PLACE);
    let plain = file(image, ImageFormat::Jpeg);
    let mut jpeg = plain[..2].to_vec();
    jpeg.extend([0xff, 0xe1]);
    jpeg.extend((exif.len() as u16 + 2).to_be_bytes());
    jpeg.extend(exif);
    jpeg.extend(&plain[2..]);
    jpeg
}

fn decoded(jpeg: &[u8]) -> RgbImage {
    assert_eq!(image::guess_format(jpeg).unwrap(), ImageFormat::Jpeg);
    image::load_from_memory(jpeg).unwrap().into_rgb8()
}

fn near(found: Rgb<u8>, expected: [u8; 3]) -> bool {
    found.0.iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 24)
}

/// Were this to fail, a photo would have no preview, or the wrong shape in the room.
#[test]
fn every_kind_of_photo_is_made_smaller() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let picture = if format == ImageFormat::Gif {
            file(DynamicImage::from(two_colors(1600, 400)).into_rgba8(), format)
        } else {
            file(two_colors(1600, 400), format)
        };
        let (size, jpeg) = thumbnail(&picture, 640, &LIMITS).unwrap();
        assert_eq!(size, Size { width: 1600, height: 400 });
        let small = decoded(&jpeg);
        assert_eq!(small.dimensions(), (640, 160));
        assert!(near(small[(10, 80)], [255, 0, 0]) && near(small[(630, 80)], [0, 0, 255]), "{format:?}");
    }
}

/// Were this to fail, a small picture would be enlarged, or a long one vanish.
#[test]
fn odd_shapes_keep_their_shape() {
    for (width, height, expected) in [
        (1, 1, (1, 1)),
        (640, 640, (640, 640)),
        (641, 2, (640, 2)),
        (4000, 1, (640, 1)),
        (1, 4000, (1, 640)),
        (3000, 3, (640, 1)),
    ] {
        let picture = file(two_colors(width, height), ImageFormat::Png);
        assert_eq!(decoded(&thumbnail(&picture, 640, &LIMITS).unwrap().1).dimensions(), expected);
        assert_eq!(decoded(&square(&picture, 64, &LIMITS).unwrap()).dimensions(), (64, 64));
    }
}

/// Were this to fail, photos taken upright would lie on their side.
#[test]
fn photos_stand_upright() {
    // Where the left side, which is red, ends up.
    for (orientation, turned, red) in [
        (1, false, (0, 20)),
        (2, false, (79, 20)),
        (3, false, (79, 20)),
        (4, false, (0, 20)),
        (5, true, (20, 0)),
        (6, true, (20, 0)),
        (7, true, (20, 79)),
        (8, true, (20, 79)),
    ] {
        let photo = from_phone(two_colors(160, 80), orientation);
        let seen = if turned { Size { width: 80, height: 160 } } else { Size { width: 160, height: 80 } };
        assert_eq!(size(&photo, &LIMITS).unwrap(), seen);
        let (also_seen, jpeg) = thumbnail(&photo, 80, &LIMITS).unwrap();
        assert_eq!(also_seen, seen);
        assert!(near(decoded(&jpeg)[red], [255, 0, 0]), "orientation {orientation}");
        let red = (red.0.min(39), red.1.min(39));
        let jpeg = square(&photo, 40, &LIMITS).unwrap();
        assert!(near(decoded(&jpeg)[red], [255, 0, 0]), "orientation {orientation}");
    }
}

/// Were this to fail, everyone in the room would learn where a photo was taken.
#[test]
fn nothing_the_camera_wrote_is_kept() {
    let photo = from_phone(two_colors(32, 32), 1);
    let holds = |jpeg: &[u8], what: &[u8]| jpeg.windows(what.len()).any(|part| part == what);
    assert!(holds(&photo, PLACE), "else this would show nothing");
    for jpeg in [thumbnail(&photo, 640, &LIMITS).unwrap().1, square(&photo, 16, &LIMITS).unwrap()] {
        assert!(!holds(&jpeg, PLACE) && !holds(&jpeg, b"Exif"));
    }
}

/// Were this to fail, a drawing on a transparent background would be black on black.
#[test]
fn transparent_is_white() {
    let image = RgbaImage::from_fn(64, 64, |x, _| if x < 32 { Rgba([0, 0, 0, 0]) } else { Rgba([0, 0, 0, 255]) });
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let small = decoded(&thumbnail(&file(image.clone(), format), 8, &LIMITS).unwrap().1);
        assert!(near(small[(0, 4)], [255; 3]) && near(small[(7, 4)], [0; 3]), "{format:?}");
    }
    let deep = DynamicImage::from(image).into_rgba16();
    let small = decoded(&thumbnail(&file(deep, ImageFormat::Png), 8, &LIMITS).unwrap().1);
    assert!(near(small[(0, 4)], [255; 3]) && near(small[(7, 4)], [0; 3]));
}

/// In a profile picture, the face is in the middle.
#[test]
fn a_square_is_the_middle() {
    let wide = RgbImage::from_fn(90, 30, |x, _| if (30..60).contains(&x) { Rgb([0, 255, 0]) } else { Rgb([0; 3]) });
    let small = decoded(&square(&file(wide, ImageFormat::Png), 16, &LIMITS).unwrap());
    assert!([(1, 1), (14, 1), (1, 14), (14, 14)].into_iter().all(|corner| near(small[corner], [0, 255, 0])));
}

/// Were this to fail, one small file could take all the box's memory; or an honest photo at the limit would be refused.
#[test]
fn limits_hold_on_both_sides() {
    let fits = |file: &[u8], limits: PictureLimits| {
        let small = thumbnail(file, 9, &limits).is_ok_and(|(_, jpeg)| !jpeg.is_empty());
        assert_eq!(small, square(file, 9, &limits).is_ok());
        small
    };
    let png = file(two_colors(40, 25), ImageFormat::Png);
    let len = png.len() as u64;
    assert!(fits(&png, PictureLimits { max_pixels: 1000, ..LIMITS }));
    assert!(!fits(&png, PictureLimits { max_pixels: 999, ..LIMITS }));
    assert!(fits(&png, PictureLimits { max_input_bytes: len, ..LIMITS }));
    assert!(!fits(&png, PictureLimits { max_input_bytes: len - 1, ..LIMITS }));
    // A JPEG that does not fit as it is may fit at an eighth.
    let jpeg = file(two_colors(400, 250), ImageFormat::Jpeg);
    let needed = memory_needed(&jpeg, ImageFormat::Jpeg, 400 * 250, ColorType::Rgb8);
    assert_eq!(needed, 2 * jpeg.len() as u64 + 400 * 250 * 3);
    let in_full = |limits: PictureLimits| {
        let (header, format) = headers(&jpeg, &limits).unwrap();
        check(&jpeg, format, &header, &limits, (9, 9)).is_ok()
    };
    let needed = needed + shrinking_bytes((9, 9));
    assert!(in_full(PictureLimits { max_memory_bytes: needed, ..LIMITS }));
    assert!(!in_full(PictureLimits { max_memory_bytes: needed - 1, ..LIMITS }));
    assert!(!in_full(PictureLimits { max_pixels: 99_999, ..LIMITS }));
    let needed = jpeg.len() as u64 + jpeg_eighth::bytes_needed(400, 250) + shrinking_bytes((9, 9));
    assert!(fits(&jpeg, PictureLimits { max_pixels: 999, max_memory_bytes: needed, ..LIMITS }));
    assert!(!fits(&jpeg, PictureLimits { max_pixels: 999, max_memory_bytes: needed - 1, ..LIMITS }));
}

/// Were this to fail, a photo that cannot be scaled down would have no known size.
#[test]
fn a_photo_that_is_too_large_still_says_how_large_it_is() {
    let png = file(two_colors(40, 25), ImageFormat::Png);
    let (size, jpeg) = thumbnail(&png, 9, &PictureLimits { max_pixels: 999, ..LIMITS }).unwrap();
    assert_eq!((size, jpeg.len()), (Size { width: 40, height: 25 }, 0));
    let half = &png[..png.len() - 20];
    assert_eq!(thumbnail(half, 9, &LIMITS).unwrap().0, Size { width: 40, height: 25 });
}

/// Were this to fail, photos of current phones would be pale in the room, and right when they are opened.
#[test]
fn colours_of_a_camera_are_those_that_screens_show() {
    use image::ImageEncoder;
    let picture = RgbImage::from_pixel(32, 32, Rgb([200, 60, 60]));
    let with_profile = |profile: Vec<u8>| {
        let mut file = Vec::new();
        let mut encoder = image::codecs::png::PngEncoder::new(&mut file);
        encoder.set_icc_profile(profile).unwrap();
        encoder.write_image(&picture, 32, 32, image::ExtendedColorType::Rgb8).unwrap();
        decoded(&thumbnail(&file, 16, &LIMITS).unwrap().1)[(8, 8)]
    };
    let close = |found: Rgb<u8>, expected: [u8; 3]| found.0.iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 6);
    let shown = with_profile(ColorProfile::new_display_p3().encode().unwrap());
    assert!(close(shown, [219, 37, 49]), "{shown:?}");
    for no_profile in [ColorProfile::new_srgb().encode().unwrap(), b"no profile".to_vec()] {
        assert!(close(with_profile(no_profile), [200, 60, 60]));
    }
}

/// Were this to fail, a damaged photo would end the daemon, or a worker for good.
#[test]
fn damaged_pictures_are_told_and_nothing_worse() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let whole = file(DynamicImage::from(two_colors(33, 17)).into_rgb8(), format);
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 0xff;
            for damaged in [&whole[..at], &flipped] {
                let told = guarded(|| thumbnail(damaged, 8, &LIMITS)).map(|_| ()).err();
                assert!(told.as_ref().is_none_or(|Unfit(why)| !why.is_empty()), "{format:?} at {at}: {told:?}");
            }
        }
    }
    let told = guarded::<()>(|| panic!("as a decoder should not"));
    assert!(told.is_err());
}
