//! Letters as pictures: ASCII, and the Chinese characters that nearly every name is written with.
//!
//! Drawn from Noto Sans CJK by `imd/assets/screen-font/make.py`; nothing here shapes text or breaks lines.

use std::collections::HashMap;

use image::{GrayImage, ImageFormat, load_from_memory_with_format};

const SHEET: &[u8] = include_bytes!("../../assets/screen-font/glyphs.png");
const ORDER: &str = include_str!("../../assets/screen-font/glyphs.txt");
/// A cell's width and height, in pixels of the sheet.
pub(super) const CELL: usize = 24;
const COLUMNS: usize = 64;

/// The sheet, and where each letter is on it.
pub(super) struct Font {
    sheet: GrayImage,
    places: HashMap<char, usize>,
}

/// One letter.
#[derive(Clone, Copy)]
pub(super) struct Glyph<'a> {
    sheet: &'a GrayImage,
    left: u32,
    top: u32,
    /// Pixels; ASCII is half as wide as it is high.
    pub(super) width: usize,
}

impl Font {
    pub(super) fn load() -> image::ImageResult<Self> {
        let sheet = load_from_memory_with_format(SHEET, ImageFormat::Png)?.into_luma8();
        Ok(Self { sheet, places: ORDER.chars().enumerate().map(|(place, letter)| (letter, place)).collect() })
    }

    /// The picture of a letter, or of a question mark if the font does not have it.
    pub(super) fn glyph(&self, letter: char) -> Glyph<'_> {
        let question = || self.places.get(&'?').copied().unwrap_or(0);
        let place = self.places.get(&letter).copied().unwrap_or_else(question);
        let at = |cells: usize| u32::try_from(cells * CELL).unwrap_or(0);
        let narrow = letter.is_ascii() || !self.places.contains_key(&letter);
        Glyph {
            sheet: &self.sheet,
            left: at(place % COLUMNS),
            top: at(place / COLUMNS),
            width: if narrow { CELL / 2 } else { CELL },
        }
    }

    /// The width of a line, in pixels of the sheet.
    pub(super) fn width(&self, text: &str) -> usize {
        text.chars().map(|letter| self.glyph(letter).width).sum()
    }

    /// Does it have all letters of the text?
    pub(super) fn knows(&self, text: &str) -> bool {
        text.chars().all(|letter| self.places.contains_key(&letter))
    }
}

impl Glyph<'_> {
    /// How much ink there is at this pixel, 0 to 255.
    pub(super) fn ink(&self, x: usize, y: usize) -> u8 {
        let at = |base: u32, offset: usize| base + u32::try_from(offset).unwrap_or(0);
        self.sheet.get_pixel_checked(at(self.left, x), at(self.top, y)).map_or(0, |pixel| pixel.0[0])
    }
}
