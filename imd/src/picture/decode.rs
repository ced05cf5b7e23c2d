//! From the bytes of a picture to a small JPEG: decoded, scaled down, turned upright, and without anything else that
//! the camera wrote into it. Plain functions without threads or files.
//!
//! What a picture will need is calculated from its headers before a pixel is read. The process's own limits
//! ([`confine`](super::confine)) are for decoders that take more than they should.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{
    ColorType, DynamicImage, GenericImageView, ImageBuffer, ImageDecoder, ImageFormat, ImageReader, Limits, Pixel, Rgb,
    RgbImage,
};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::{Job, Output, PictureLimits, Task, Unfit, heic, jpeg_eighth, jpeg_frame};

/// JPEG quality, 1 to 100: at the size of a thumbnail no difference is visible.
const QUALITY: u8 = 80;
/// Most pixels of a side, as many as a JPEG may have. It also limits a decoder's line.
const MAX_SIDE: u32 = 65_535;

/// A picture's size as it is shown, orientation applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Does what is wanted with the picture in `file`.
pub(super) fn done(file: &[u8], job: &Job) -> Result<Output, Unfit> {
    let limits = &job.limits;
    match job.task {
        Task::Size => Ok(Output { size: size(file, limits)?, jpeg: Vec::new() }),
        Task::Thumbnail(side) => {
            let (size, jpeg) = thumbnail(file, side, limits)?;
            Ok(Output { size, jpeg })
        }
        Task::Square(side) => {
            Ok(Output { size: Size { width: side, height: side }, jpeg: square(file, side, limits)? })
        }
    }
}

/// The size of the picture in `file`, from its headers only.
fn size(file: &[u8], limits: &PictureLimits) -> Result<Size, Unfit> {
    if heic::is_heic(file) {
        return heic::size(file).ok_or_else(|| unfit("its boxes say no size"));
    }
    let (mut decoder, _) = headers(file, limits)?;
    let orientation = decoder.orientation().map_err(unfit)?;
    Ok(upright(decoder.dimensions(), orientation))
}

/// The picture in `file` as a JPEG with no side over `longest_side` pixels, never enlarged, and its own size. The size
/// is returned even for what cannot be decoded, or would need too much.
fn thumbnail(file: &[u8], longest_side: u32, limits: &PictureLimits) -> Result<(Size, Vec<u8>), Unfit> {
    let size = size(file, limits)?;
    let small = guarded(|| made_small(file, longest_side, limits));
    Ok((size, small.unwrap_or_default()))
}

fn made_small(file: &[u8], longest_side: u32, limits: &PictureLimits) -> Result<Vec<u8>, Unfit> {
    let Decoded { image, orientation, profile } = decode(file, limits, (longest_side, longest_side))?;
    let (width, height) = image.dimensions();
    let scale = (f64::from(longest_side) / f64::from(width.max(height))).min(1.0);
    let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    let small = render(&image, (0, 0, width, height), scaled(width), scaled(height));
    drop(image);
    encode(in_srgb(small, profile), orientation)
}

/// The largest square in the middle of the picture in `file`, as a JPEG of `side` × `side` pixels.
fn square(file: &[u8], side: u32, limits: &PictureLimits) -> Result<Vec<u8>, Unfit> {
    let Decoded { image, orientation, profile } = decode(file, limits, (side, side))?;
    let (width, height) = image.dimensions();
    let inner = width.min(height);
    let small = render(&image, ((width - inner) / 2, (height - inner) / 2, inner, inner), side, side);
    drop(image);
    encode(in_srgb(small, profile), orientation)
}

/// The decoders are written so that they do not panic on bad input. Should one do so all the same, it is treated as the
/// picture's fault.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, Unfit>) -> Result<T, Unfit> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Unfit("the decoder gave up".to_owned())))
}

fn unfit(error: impl ToString) -> Unfit {
    Unfit(error.to_string())
}

fn upright((width, height): (u32, u32), orientation: Orientation) -> Size {
    match orientation {
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            Size { width: height, height: width }
        }
        _ => Size { width, height },
    }
}

/// A decoder that has read the headers; of a JPEG it has nothing else, for it makes a copy of all that it is given.
fn headers<'a>(file: &'a [u8], limits: &PictureLimits) -> Result<(impl ImageDecoder + 'a, ImageFormat), Unfit> {
    if file.len() as u64 > limits.max_input_bytes {
        return Err(unfit("the file is too large for a picture"));
    }
    let format = image::guess_format(file).map_err(unfit)?;
    let file = if format == ImageFormat::Jpeg { jpeg_frame::headers(file) } else { file };
    Ok((opened(file, format, limits)?, format))
}

fn opened<'a>(file: &'a [u8], format: ImageFormat, limits: &PictureLimits) -> Result<impl ImageDecoder + 'a, Unfit> {
    let mut decoding = Limits::default();
    decoding.max_alloc = Some(limits.max_memory_bytes);
    decoding.max_image_width = Some(MAX_SIDE);
    decoding.max_image_height = Some(MAX_SIDE);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(decoding);
    let decoder = reader.into_decoder().map_err(unfit)?;
    let (width, height) = decoder.dimensions();
    if width.min(height) == 0 || width.max(height) > MAX_SIDE {
        return Err(unfit(format!("{width} × {height} pixels")));
    }
    Ok(decoder)
}

/// Is what the headers promise within the limits, made `small` pixels large included?
fn check(
    file: &[u8],
    format: ImageFormat,
    header: &impl ImageDecoder,
    limits: &PictureLimits,
    small: (u32, u32),
) -> Result<(), Unfit> {
    let (width, height) = header.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limits.max_pixels {
        return Err(unfit(format!("{width} × {height} pixels")));
    }
    let needed = memory_needed(file, format, pixels, header.color_type()).saturating_add(shrinking_bytes(small));
    if needed > limits.max_memory_bytes {
        return Err(unfit(format!("{needed} bytes of memory needed")));
    }
    Ok(())
}

/// Bytes that the file and decoding it need at their peak.
fn memory_needed(file: &[u8], format: ImageFormat, pixels: u64, color: ColorType) -> u64 {
    let decoded = pixels * u64::from(color.bytes_per_pixel());
    let beside = match format {
        // The decoder's own copy of the file, and the coefficients of several passes.
        ImageFormat::Jpeg => {
            (file.len() as u64).saturating_add(jpeg_frame::coefficient_bytes(file).unwrap_or(u64::MAX))
        }
        // A line or two.
        ImageFormat::Png => 0,
        // One frame in addition to the whole picture; planes in addition to the pixels.
        _ => decoded,
    };
    (file.len() as u64).saturating_add(decoded).saturating_add(beside)
}

/// Bytes that [`shrink`] needs at most in addition to the picture: twice the size, filtered in one direction as four
/// floats a pixel, and the result.
fn shrinking_bytes((width, height): (u32, u32)) -> u64 {
    let pixels = u64::from(width) * u64::from(height);
    (4 * 3 + 2 * 16 + 3) * pixels
}

struct Decoded {
    image: DynamicImage,
    orientation: Orientation,
    /// Its colour profile (ICC), if it has one.
    profile: Option<Vec<u8>>,
}

fn decode(file: &[u8], limits: &PictureLimits, small: (u32, u32)) -> Result<Decoded, Unfit> {
    let (mut header, format) = headers(file, limits)?;
    let orientation = header.orientation().map_err(unfit)?;
    let profile = header.icc_profile().ok().flatten();
    let image = match check(file, format, &header, limits, small) {
        Ok(()) => DynamicImage::from_decoder(opened(file, format, limits)?).map_err(unfit)?,
        Err(why) if format == ImageFormat::Jpeg => eighth(file, header.dimensions(), limits, small).ok_or(why)?.into(),
        Err(why) => return Err(why),
    };
    Ok(Decoded { image, orientation, profile })
}

/// A JPEG that is too large for its decoder, if it fits like this.
fn eighth(file: &[u8], (width, height): (u32, u32), limits: &PictureLimits, small: (u32, u32)) -> Option<RgbImage> {
    let needed = file.len() as u64 + jpeg_eighth::bytes_needed(width, height) + shrinking_bytes(small);
    if needed > limits.max_memory_bytes { None } else { jpeg_eighth::shrunk(file) }
}

/// The colours that every screen shows, out of those the camera had (Display P3, as phones take it). A profile that makes no
/// sense is left out of account.
fn in_srgb(image: RgbImage, profile: Option<Vec<u8>>) -> RgbImage {
    let transform = profile.and_then(|profile| {
        let from =
            ColorProfile::new_from_slice(&profile).ok().filter(|from| from.color_space == DataColorSpace::Rgb)?;
        let options = TransformOptions::default();
        from.create_transform_8bit(Layout::Rgb, &ColorProfile::new_srgb(), Layout::Rgb, options).ok()
    });
    let Some(transform) = transform else { return image };
    let mut shown = RgbImage::new(image.width(), image.height());
    if transform.transform(&image, &mut shown).is_ok() { shown } else { image }
}

/// The part `(x, y, width, height)` of the image on white, in `width` × `height` pixels.
fn render(image: &DynamicImage, part: (u32, u32, u32, u32), width: u32, height: u32) -> RgbImage {
    let (x, y, w, h) = part;
    match image {
        DynamicImage::ImageRgb8(image) => shrink(&*imageops::crop_imm(image, x, y, w, h), width, height),
        DynamicImage::ImageLuma8(image) => {
            DynamicImage::ImageLuma8(shrink(&*imageops::crop_imm(image, x, y, w, h), width, height)).into_rgb8()
        }
        image => shrink(&*imageops::crop_imm(&OnWhite(image), x, y, w, h), width, height),
    }
}

/// Shows any picture on white, pixel by pixel and without a copy. Blended before scaling, because the colour hidden
/// under transparent pixels must not bleed into their neighbours.
struct OnWhite<'a>(&'a DynamicImage);

impl GenericImageView for OnWhite<'_> {
    type Pixel = Rgb<u8>;

    fn dimensions(&self) -> (u32, u32) {
        self.0.dimensions()
    }

    fn get_pixel(&self, x: u32, y: u32) -> Rgb<u8> {
        let [colors @ .., alpha] = self.0.get_pixel(x, y).0;
        let alpha = u32::from(alpha);
        Rgb(colors.map(|color| ((u32::from(color) * alpha + 255 * (255 - alpha) + 127) / 255) as u8))
    }
}

/// First averages down to twice the size in each direction that is larger than that, which is fast and needs no memory;
/// then filters, which looks better: what is filtered is never more than twice as long and twice as wide as the result.
fn shrink<I, P>(image: &I, width: u32, height: u32) -> ImageBuffer<P, Vec<u8>>
where
    I: GenericImageView<Pixel = P>,
    P: Pixel<Subpixel = u8> + 'static,
{
    let twice = (image.width().min(2 * width), image.height().min(2 * height));
    if twice == image.dimensions() {
        return imageops::resize(image, width, height, FilterType::Triangle);
    }
    imageops::resize(&imageops::thumbnail(image, twice.0, twice.1), width, height, FilterType::Triangle)
}

fn encode(small: RgbImage, orientation: Orientation) -> Result<Vec<u8>, Unfit> {
    let mut image = DynamicImage::ImageRgb8(small);
    image.apply_orientation(orientation);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&image).map_err(unfit)?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests;
