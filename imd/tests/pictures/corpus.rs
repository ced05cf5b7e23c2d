//! Pictures that lie: headers that promise the most each format can say, in every kind of it, before data that is tiny.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ExtendedColorType, Frame, GrayImage, ImageEncoder, ImageFormat, RgbaImage};

/// A true picture, all black: hardly any bytes.
pub fn grey(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Best, FilterType::NoFilter);
    encoder.write_image(&GrayImage::new(width, height), width, height, ExtendedColorType::L8).unwrap();
    file
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// Every lie, by a name that says which.
pub fn headers() -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for (width, height) in [(65_535, 760), (760, 65_535), (7_000, 7_000), (49_000_000, 1), (u32::MAX, u32::MAX)] {
        for colors in [0, 2, 3, 4, 6] {
            for (depth, interlaced) in [(8, 0), (16, 0), (8, 1)] {
                found.push((
                    format!("{width}x{height}-{colors}-{depth}-{interlaced}.png"),
                    png(width, height, [depth, colors, 0, 0, interlaced]),
                ));
            }
        }
    }
    for frame in [0xc0, 0xc1, 0xc2] {
        for (width, height) in [(65_535, 65_535), (65_535, 700), (7_000, 7_000)] {
            found.push((format!("{width}x{height}-{frame:x}.jpg"), jpeg(frame, width, height)));
        }
    }
    found.push(("screen.gif".to_owned(), gif(true, false)));
    found.push(("frame.gif".to_owned(), gif(false, true)));
    found.push(("both.gif".to_owned(), gif(true, true)));
    found.push(("animated.gif".to_owned(), animated()));
    found.push(("lossless.webp".to_owned(), webp()));
    found.push(("canvas.webp".to_owned(), canvas()));
    let cut = |file: Vec<u8>, name: &str| (format!("cut-{name}"), file[..file.len() / 2].to_vec());
    found.push(cut(grey(3_000, 3_000), "grey.png"));
    found.push(cut(encoded(&DynamicImage::new_rgb8(900, 900), ImageFormat::Jpeg), "black.jpg"));
    found.push(cut(encoded(&DynamicImage::new_rgba8(900, 900), ImageFormat::WebP), "clear.webp"));
    found.push(cut(animated(), "moving.gif"));
    found
}

fn png(width: u32, height: u32, rest: [u8; 5]) -> Vec<u8> {
    let mut file = grey(1, 1);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    file[24..29].copy_from_slice(&rest);
    let sum = crc32(&file[12..29]).to_be_bytes();
    file[29..33].copy_from_slice(&sum);
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

fn jpeg(frame: u8, width: u16, height: u16) -> Vec<u8> {
    let mut file = encoded(&DynamicImage::new_rgb8(16, 16), ImageFormat::Jpeg);
    let at = file.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    file[at + 1] = frame;
    file[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    file[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    file
}

fn gif(screen: bool, frame: bool) -> Vec<u8> {
    let mut file = encoded(&DynamicImage::new_rgba8(2, 2), ImageFormat::Gif);
    if screen {
        file[6..10].fill(0xff);
    }
    if frame {
        let at = file.windows(9).position(|descriptor| descriptor == [0x2c, 0, 0, 0, 0, 2, 0, 2, 0]).unwrap();
        file[at + 5..at + 9].fill(0xff);
    }
    file
}

fn animated() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new(&mut file);
    for _ in 0..200 {
        encoder.encode_frame(Frame::new(RgbaImage::new(300, 300))).unwrap();
    }
    drop(encoder);
    file
}

/// 16,384 pixels a side: all that its fourteen bits can say.
fn webp() -> Vec<u8> {
    let mut file = encoded(&DynamicImage::new_rgba8(4, 4), ImageFormat::WebP);
    let at = file.windows(4).position(|name| name == b"VP8L").unwrap() + 9;
    file[at..at + 3].fill(0xff);
    file[at + 3] |= 0x0f;
    file
}

/// A canvas of 16,777,216 pixels a side around a picture of four.
fn canvas() -> Vec<u8> {
    let plain = encoded(&DynamicImage::new_rgba8(4, 4), ImageFormat::WebP);
    let mut file = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\xff\xff\xff\xff\xff\xff".to_vec();
    file.extend(&plain[12..]);
    let len = u32::try_from(file.len() - 8).unwrap();
    file[4..8].copy_from_slice(&len.to_le_bytes());
    file
}
