//! A JPEG at an eighth of its size (ITU-T T.81): of each block of 8 × 8 only its mean is kept, which is its first coefficient.
//!
//! Photos of 200 megapixels have more pixels than a small board has memory. This takes some bytes a block and no pixel; of a
//! picture that comes in several passes only the first, which has the means, is read.

use image::RgbImage;

use huffman::{Bits, Table};

use super::jpeg_frame::next_segment;

mod huffman;

/// Bytes that [`shrunk`] takes beside the file, at most: a byte a block and colour, three a pixel of what comes out.
pub(super) fn bytes_needed(width: u32, height: u32) -> u64 {
    // Whole units of up to four by four blocks.
    let blocks = |side: u32| u64::from(side.div_ceil(8) + 4);
    2 * 3 * blocks(width) * blocks(height)
}

/// The picture; `None` if it is of a kind that cameras do not write, or broken.
pub(super) fn shrunk(jpeg: &[u8]) -> Option<RgbImage> {
    let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
    let mut tables = Tables::default();
    let mut frame: Option<Frame> = None;
    loop {
        let (marker, segment, after) = next_segment(rest)?;
        rest = after;
        match marker {
            // In one pass or several, by Huffman's codes; the others no camera writes.
            0xc0..=0xc2 => frame = Some(Frame::read(segment)?),
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcf => return None,
            0xc4 => tables.read_codes(segment)?,
            0xdb => tables.read_steps(segment)?,
            0xdd => tables.restart = u32::from(u16::from_be_bytes([*segment.first()?, *segment.get(1)?])),
            // Adobe says whether its colours are those of the screen.
            0xee if segment.starts_with(b"Adobe") => tables.is_rgb = segment.get(11) == Some(&0),
            0xda => {
                let frame = frame.as_mut()?;
                frame.read_means(segment, rest, &tables)?;
                if frame.parts.iter().all(|part| part.seen) {
                    return frame.picture(tables.is_rgb);
                }
            }
            _ => {}
        }
    }
}

#[derive(Default)]
struct Tables {
    /// The codes of first coefficients, then of the others.
    codes: [[Option<Table>; 4]; 2],
    /// What a first coefficient is multiplied by.
    steps: [i32; 4],
    /// Units between restarts; 0: there are none.
    restart: u32,
    is_rgb: bool,
}

impl Tables {
    fn read_codes(&mut self, mut segment: &[u8]) -> Option<()> {
        while let [which, rest @ ..] = segment {
            let counts: &[u8; 16] = rest.first_chunk()?;
            let symbols: usize = counts.iter().map(|count| usize::from(*count)).sum();
            let table = Table::new(counts, rest.get(16..16 + symbols)?)?;
            *self.codes.get_mut(usize::from(which >> 4))?.get_mut(usize::from(which & 15))? = Some(table);
            segment = &rest[16 + symbols..];
        }
        Some(())
    }

    fn read_steps(&mut self, mut segment: &[u8]) -> Option<()> {
        while let [which, rest @ ..] = segment {
            let wide = which >> 4 != 0;
            let first =
                if wide { u16::from_be_bytes([*rest.first()?, *rest.get(1)?]) } else { u16::from(*rest.first()?) };
            *self.steps.get_mut(usize::from(which & 15))? = i32::from(first);
            segment = rest.get(if wide { 128 } else { 64 }..)?;
        }
        Some(())
    }
}

struct Frame {
    width: u32,
    height: u32,
    /// The most samples that a part has across and down in a unit.
    most: (u32, u32),
    parts: Vec<Part>,
}

/// One of the colours.
struct Part {
    id: u8,
    across: u32,
    down: u32,
    steps: usize,
    /// Blocks in a line of whole units.
    stride: usize,
    means: Vec<u8>,
    seen: bool,
}

impl Frame {
    fn read(segment: &[u8]) -> Option<Self> {
        let [8, y0, y1, x0, x1, count @ (1 | 3), specifications @ ..] = segment else { return None };
        let (height, width) = (u32::from(u16::from_be_bytes([*y0, *y1])), u32::from(u16::from_be_bytes([*x0, *x1])));
        let mut parts = Vec::new();
        for one in specifications.chunks_exact(3).take(usize::from(*count)) {
            let (across, down) = (u32::from(one[1] >> 4), u32::from(one[1] & 15));
            if !(1..=4).contains(&across) || !(1..=4).contains(&down) {
                return None;
            }
            let steps = usize::from(one[2]);
            parts.push(Part { id: one[0], across, down, steps, stride: 0, means: Vec::new(), seen: false });
        }
        if parts.len() != usize::from(*count) || width == 0 || height == 0 {
            return None;
        }
        let most = (parts.iter().map(|one| one.across).max()?, parts.iter().map(|one| one.down).max()?);
        let mut frame = Self { width, height, most, parts };
        let (units_across, units_down) = frame.units();
        for part in &mut frame.parts {
            part.stride = (units_across * part.across) as usize;
            let blocks = part.stride * (units_down * part.down) as usize;
            part.means.try_reserve_exact(blocks).ok()?;
            part.means.resize(blocks, 0);
        }
        Some(frame)
    }

    fn units(&self) -> (u32, u32) {
        (self.width.div_ceil(8 * self.most.0), self.height.div_ceil(8 * self.most.1))
    }

    /// Reads the means of the parts that this pass has, if it has any.
    fn read_means(&mut self, scan: &[u8], data: &[u8], tables: &Tables) -> Option<()> {
        let [count, rest @ ..] = scan else { return None };
        let (chosen, spectrum) = rest.split_at_checked(2 * usize::from(*count))?;
        let [first, last, approximation, ..] = spectrum else { return None };
        // Later passes have other coefficients, or finer means: an eighth of a step is not seen.
        if *first != 0 || approximation >> 4 != 0 {
            return Some(());
        }
        let shift = u32::from(approximation & 15);
        let mut parts = Vec::new();
        for one in chosen.chunks_exact(2) {
            let at = self.parts.iter().position(|part| part.id == one[0])?;
            let means = tables.codes[0].get(usize::from(one[1] >> 4))?.as_ref()?;
            let others = if *last == 0 { None } else { Some(tables.codes[1].get(usize::from(one[1] & 15))?.as_ref()?) };
            parts.push(Reading { at, means, others, last: 0 });
        }
        let alone = parts.len() == 1;
        // A part that comes alone has no blocks but its own.
        let (across, down) = match (alone, parts.first()) {
            (true, Some(one)) => {
                let part = &self.parts[one.at];
                let own = |side: u32, of: u32, most: u32| (side * of).div_ceil(8 * most);
                (own(self.width, part.across, self.most.0), own(self.height, part.down, self.most.1))
            }
            _ => self.units(),
        };
        let mut bits = Bits::new(data);
        for unit in 0..across * down {
            if tables.restart > 0 && unit > 0 && unit % tables.restart == 0 {
                bits.restart()?;
                parts.iter_mut().for_each(|one| one.last = 0);
            }
            let (x, y) = (unit % across, unit / across);
            for one in &mut parts {
                let part = &mut self.parts[one.at];
                let (wide, high) = if alone { (1, 1) } else { (part.across, part.down) };
                for block in 0..wide * high {
                    let coefficient = one.block(&mut bits)? << shift;
                    let step = *tables.steps.get(part.steps)?;
                    // The first coefficient is eight times the mean, counted from the middle.
                    let mean = (coefficient.saturating_mul(step) / 8).saturating_add(128).clamp(0, 255) as u8;
                    let at = (y * high + block / wide) as usize * part.stride + (x * wide + block % wide) as usize;
                    *part.means.get_mut(at)? = mean;
                }
            }
        }
        parts.iter().for_each(|one| self.parts[one.at].seen = true);
        Some(())
    }

    fn picture(&self, is_rgb: bool) -> Option<RgbImage> {
        let mut pixels = Vec::new();
        let (width, height) = (self.width.div_ceil(8), self.height.div_ceil(8));
        pixels.try_reserve_exact(3 * width as usize * height as usize).ok()?;
        for y in 0..height {
            for x in 0..width {
                let sample = |part: &Part| {
                    let (x, y) = (x * part.across / self.most.0, y * part.down / self.most.1);
                    part.means[y as usize * part.stride + x as usize]
                };
                pixels.extend(match &self.parts[..] {
                    [grey] => [sample(grey); 3],
                    [red, green, blue] if is_rgb => [sample(red), sample(green), sample(blue)],
                    [light, blue, red] => screen(sample(light), sample(blue), sample(red)),
                    _ => return None,
                });
            }
        }
        RgbImage::from_raw(width, height, pixels)
    }
}

/// A part while its pass is read.
struct Reading<'a> {
    at: usize,
    means: &'a Table,
    others: Option<&'a Table>,
    /// The first coefficient of the block before.
    last: i32,
}

impl Reading<'_> {
    /// The first coefficient of the next block; the others are gone over.
    fn block(&mut self, bits: &mut Bits<'_>) -> Option<i32> {
        let size = self.means.symbol(bits)?;
        if size > 15 {
            return None;
        }
        self.last = self.last.saturating_add(bits.signed(u32::from(size))?).clamp(-(1 << 16), 1 << 16);
        if let Some(others) = self.others {
            let mut at = 1;
            while at < 64 {
                let symbol = others.symbol(bits)?;
                let (zeros, size) = (symbol >> 4, u32::from(symbol & 15));
                match (zeros, size) {
                    (15, 0) => at += 16,
                    (_, 0) => break,
                    _ => {
                        bits.skip(size)?;
                        at += u32::from(zeros) + 1;
                    }
                }
            }
        }
        Some(self.last)
    }
}

/// From light and two differences of colour (JFIF).
fn screen(light: u8, blue: u8, red: u8) -> [u8; 3] {
    let (y, b, r) = (f32::from(light), f32::from(blue) - 128.0, f32::from(red) - 128.0);
    [y + 1.402 * r, y - 0.344_136 * b - 0.714_136 * r, y + 1.772 * b]
        .map(|colour| colour.round().clamp(0.0, 255.0) as u8)
}

#[cfg(test)]
mod tests;
