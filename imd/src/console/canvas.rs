//! A picture in memory to draw text and squares on: grey on black, one byte for each pixel.

use super::font::{CELL, Font};

/// Grey values, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canvas {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// 0 is black.
    pub grey: Vec<u8>,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, grey: vec![0; width * height] }
    }

    /// Fills the part of a rectangle that is on the canvas.
    pub(super) fn fill(&mut self, left: usize, top: usize, width: usize, height: usize, grey: u8) {
        let (right, bottom) = ((left + width).min(self.width), (top + height).min(self.height));
        for row in top..bottom {
            if left < right {
                self.grey[row * self.width + left..row * self.width + right].fill(grey);
            }
        }
    }

    /// Draws a line of text with letters `scale` times as large as in the font; returns where it ends.
    pub(super) fn text(&mut self, font: &Font, text: &str, left: usize, top: usize, scale: usize, grey: u8) -> usize {
        let mut pen = left;
        for letter in text.chars() {
            let glyph = font.glyph(letter);
            for (y, x) in (0..CELL).flat_map(|y| (0..glyph.width).map(move |x| (y, x))) {
                let ink = u16::from(glyph.ink(x, y)) * u16::from(grey) / 255;
                if ink > 0 {
                    self.fill(pen + x * scale, top + y * scale, scale, scale, u8::try_from(ink).unwrap_or(u8::MAX));
                }
            }
            pen += glyph.width * scale;
        }
        pen
    }
}
