//! From the bytes of a picture to a small JPEG: read, shrunk, turned upright, and with nothing of what the camera
//! wrote into it. Plain functions without threads or files.
//!
//! What a picture will take is reckoned from its headers before a pixel is read.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{
    ColorType, DynamicImage, GenericImageView, ImageBuffer, ImageDecoder, ImageFormat, ImageReader, Limits, Pixel,
    RgbImage,
};

use super::error::FilesError;
use super::jpeg_frame;

/// JPEG quality, 1 to 100: no difference to be seen at the size of a thumbnail.
const QUALITY: u8 = 80;

/// What one picture may take while it is made smaller.
#[derive(Debug, Clone, Copy)]
pub struct PictureLimits {
    /// Bytes of the file.
    pub max_input_bytes: u64,
    /// Pixels it unpacks to. Phones take up to 50 million.
    pub max_pixels: u64,
    /// Bytes of memory at once, the file's own included.
    pub max_memory_bytes: u64,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self { max_input_bytes: 32 << 20, max_pixels: 50_000_000, max_memory_bytes: 256 << 20 }
    }
}

/// A picture's size as it is seen, orientation applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
}

/// The size of the picture in `file`, from its headers alone.
pub(super) fn size(file: &[u8], limits: &PictureLimits) -> Result<Size, FilesError> {
    guarded(|| {
        let mut decoder = decoder(file, limits)?;
        let orientation = decoder.orientation().map_err(unfit)?;
        Ok(upright(decoder.dimensions(), orientation))
    })
}

/// The picture in `file` as a JPEG with no side over `longest_side` pixels, never made larger, and its own size.
pub(super) fn thumbnail(file: &[u8], longest_side: u32, limits: &PictureLimits) -> Result<(Size, Vec<u8>), FilesError> {
    guarded(|| {
        let (image, orientation) = decode(file, limits)?;
        let (width, height) = image.dimensions();
        let scale = (f64::from(longest_side) / f64::from(width.max(height))).min(1.0);
        let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
        let small = render(image, (0, 0, width, height), scaled(width), scaled(height));
        Ok((upright((width, height), orientation), encode(small, orientation)?))
    })
}

/// The largest square in the middle of the picture in `file`, as a JPEG of `side` × `side` pixels.
pub(super) fn square(file: &[u8], side: u32, limits: &PictureLimits) -> Result<Vec<u8>, FilesError> {
    guarded(|| {
        let (image, orientation) = decode(file, limits)?;
        let (width, height) = image.dimensions();
        let inner = width.min(height);
        let small = render(image, ((width - inner) / 2, (height - inner) / 2, inner, inner), side, side);
        encode(small, orientation)
    })
}

/// The decoders are written not to panic on bad input; should one do so all the same, it is the picture's fault.
fn guarded<T>(work: impl FnOnce() -> Result<T, FilesError>) -> Result<T, FilesError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(FilesError::ImageUnfit("the decoder gave up".into())))
}

fn unfit(error: impl ToString) -> FilesError {
    FilesError::ImageUnfit(error.to_string())
}

fn upright((width, height): (u32, u32), orientation: Orientation) -> Size {
    match orientation {
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            Size { width: height, height: width }
        }
        _ => Size { width, height },
    }
}

/// A decoder that has read the headers, if what they promise is within the limits.
fn decoder<'a>(file: &'a [u8], limits: &PictureLimits) -> Result<impl ImageDecoder + 'a, FilesError> {
    if file.len() as u64 > limits.max_input_bytes {
        return Err(unfit("the file is too large for a picture"));
    }
    let format = image::guess_format(file).map_err(unfit)?;
    let mut decoding = Limits::default();
    decoding.max_alloc = Some(limits.max_memory_bytes);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(decoding);
    let decoder = reader.into_decoder().map_err(unfit)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > limits.max_pixels {
        return Err(unfit(format!("{width} × {height} pixels")));
    }
    let needed = memory_needed(file, format, pixels, decoder.color_type());
    if needed > limits.max_memory_bytes {
        return Err(unfit(format!("{needed} bytes of memory needed")));
    }
    Ok(decoder)
}

/// Bytes that decoding and shrinking take at their peak.
fn memory_needed(file: &[u8], format: ImageFormat, pixels: u64, color: ColorType) -> u64 {
    let decoded = pixels * u64::from(color.bytes_per_pixel());
    let beside = match format {
        // The decoder's own copy of the file, and the coefficients of several passes.
        ImageFormat::Jpeg => {
            (file.len() as u64).saturating_add(jpeg_frame::coefficient_bytes(file).unwrap_or(u64::MAX))
        }
        // A line or two.
        ImageFormat::Png => 0,
        // One frame beside the whole; planes beside the pixels.
        _ => decoded,
    };
    let converted = match color {
        ColorType::Rgb8 | ColorType::Rgba8 => 0,
        other if other.has_alpha() => pixels * 4,
        _ => pixels * 3,
    };
    (file.len() as u64).saturating_add(decoded).saturating_add(beside.max(converted))
}

fn decode(file: &[u8], limits: &PictureLimits) -> Result<(DynamicImage, Orientation), FilesError> {
    let mut decoder = decoder(file, limits)?;
    let orientation = decoder.orientation().map_err(unfit)?;
    let image = DynamicImage::from_decoder(decoder).map_err(unfit)?;
    Ok((image, orientation))
}

/// The part `(x, y, width, height)` of the image, on white, in `width` × `height` pixels.
fn render(image: DynamicImage, part: (u32, u32, u32, u32), width: u32, height: u32) -> RgbImage {
    let (x, y, w, h) = part;
    if !image.color().has_alpha() {
        return shrink(&*imageops::crop_imm(&image.into_rgb8(), x, y, w, h), width, height);
    }
    let mut rgba = image.into_rgba8();
    // Before shrinking: the colour hidden under transparent pixels must not bleed into their neighbours.
    for pixel in rgba.pixels_mut() {
        let [colors @ .., alpha] = &mut pixel.0;
        for color in colors {
            let over_white = u32::from(*color) * u32::from(*alpha) + 255 * (255 - u32::from(*alpha));
            *color = ((over_white + 127) / 255) as u8;
        }
        *alpha = 255;
    }
    DynamicImage::ImageRgba8(shrink(&*imageops::crop_imm(&rgba, x, y, w, h), width, height)).into_rgb8()
}

/// Averages down to twice the size where there is that much, which is fast, and then filters, which is fine.
fn shrink<I, P>(image: &I, width: u32, height: u32) -> ImageBuffer<P, Vec<u8>>
where
    I: GenericImageView<Pixel = P>,
    P: Pixel<Subpixel = u8> + 'static,
{
    if image.width() > 4 * width && image.height() > 4 * height {
        let twice = imageops::thumbnail(image, 2 * width, 2 * height);
        imageops::resize(&twice, width, height, FilterType::Triangle)
    } else {
        imageops::resize(image, width, height, FilterType::Triangle)
    }
}

fn encode(small: RgbImage, orientation: Orientation) -> Result<Vec<u8>, FilesError> {
    let mut image = DynamicImage::ImageRgb8(small);
    image.apply_orientation(orientation);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&image).map_err(unfit)?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests;
