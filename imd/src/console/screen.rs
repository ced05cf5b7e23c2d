//! The screen as a frame buffer device of the kernel (`Documentation/fb/framebuffer.rst` of Linux): size and layout
//! come from sysfs, pixels are written to the device.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::canvas::Canvas;

/// Why nothing can be shown.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// There is no such device, or it may not be drawn on.
    #[error("{0}: {1}")]
    Device(PathBuf, std::io::Error),
    /// What sysfs says about it makes no sense.
    #[error("{0}: its size or layout cannot be read")]
    Layout(PathBuf),
}

/// An open frame buffer with 16 or 32 bits for each pixel.
pub struct Screen {
    file: File,
    path: PathBuf,
    width: usize,
    height: usize,
    bytes_per_pixel: usize,
    stride: usize,
}

impl Screen {
    /// Opens `/dev/fbN`.
    ///
    /// # Errors
    /// When it does not exist, or is of an unknown kind.
    pub fn open(device: &Path) -> Result<Self, ScreenError> {
        let file = OpenOptions::new().write(true).open(device);
        let file = file.map_err(|error| ScreenError::Device(device.to_owned(), error))?;
        let unreadable = || ScreenError::Layout(device.to_owned());
        let about = Path::new("/sys/class/graphics").join(device.file_name().ok_or_else(unreadable)?);
        let read = |name: &str| fs::read_to_string(about.join(name)).ok();
        let number = |name: &str| read(name)?.trim().parse::<usize>().ok();
        // The visible part: a mode is "U:1280x800p-75"; the virtual size may be larger.
        let mode = read("mode").or_else(|| read("modes")).and_then(|mode| size_of_mode(&mode));
        let size = mode.or_else(|| size_of(read("virtual_size")?.trim(), ','));
        let (width, height) = size.filter(|(w, h)| *w > 0 && *h > 0).ok_or_else(unreadable)?;
        let bits = number("bits_per_pixel").filter(|bits| [16, 32].contains(bits)).ok_or_else(unreadable)?;
        let stride = number("stride").filter(|stride| *stride >= width * bits / 8).ok_or_else(unreadable)?;
        Ok(Self { file, path: device.to_owned(), width, height, bytes_per_pixel: bits / 8, stride })
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// Shows a picture of the screen's size.
    ///
    /// # Errors
    /// When the device is gone.
    pub fn show(&mut self, canvas: &Canvas) -> Result<(), ScreenError> {
        // Written at once: after a write of exactly one line, DRM takes the changed area to be empty
        // (drm_fb_helper_memory_range_to_clip in Linux 6.12), and the screen stays as it was.
        let pixels = self.pixels(canvas);
        self.file.write_all_at(&pixels, 0).map_err(|error| ScreenError::Device(self.path.clone(), error))
    }

    /// The bytes for the device: lines of `stride` bytes.
    fn pixels(&self, canvas: &Canvas) -> Vec<u8> {
        let mut pixels = vec![0; self.height * self.stride];
        for (line, greys) in pixels.chunks_mut(self.stride).zip(canvas.grey.chunks(canvas.width)) {
            for (pixel, &grey) in line.chunks_mut(self.bytes_per_pixel).zip(greys) {
                match pixel {
                    [low, high] => [*low, *high] = rgb565(grey).to_le_bytes(),
                    pixel => pixel.copy_from_slice(&[grey, grey, grey, u8::MAX]),
                }
            }
        }
        pixels
    }
}

fn rgb565(grey: u8) -> u16 {
    let grey = u16::from(grey);
    (grey >> 3) << 11 | (grey >> 2) << 5 | grey >> 3
}

/// `U:1280x800p-75` → 1280, 800
fn size_of_mode(mode: &str) -> Option<(usize, usize)> {
    let size = mode.lines().next()?.split_once(':')?.1;
    size_of(size.split(['p', 'i', '-']).next()?, 'x')
}

fn size_of(text: &str, between: char) -> Option<(usize, usize)> {
    let (width, height) = text.split_once(between)?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, the screen would stay dark, or show stripes.
    #[test]
    fn the_kernels_words_are_understood() {
        assert_eq!(size_of_mode("U:1280x800p-75\n"), Some((1280, 800)));
        assert_eq!(size_of_mode("S:1920x1080i-50\nU:640x480p-0\n"), Some((1920, 1080)));
        assert_eq!(size_of_mode(""), None);
        assert_eq!(size_of("800,600", ','), Some((800, 600)));
        assert_eq!((rgb565(0), rgb565(255)), (0, 0xffff));
    }
}
