//! How much memory a JPEG makes its decoder take, read from its headers (ITU-T T.81, annex B) before decoding.
//!
//! A picture stored in one pass is decoded row by row. One in several passes (progressive, or one colour after the
//! other) is kept as coefficients until the last pass has been read, and the decoder has no limit for that.

const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: u8 = 0xd9;

/// Bytes of coefficients that the decoder keeps for `jpeg` in addition to the picture itself: two for each sample of
/// each colour. `None` if the headers do not lead to a first scan.
pub(super) fn coefficient_bytes(jpeg: &[u8]) -> Option<u64> {
    let mut frame: Option<Frame> = None;
    let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let (marker, segment, after) = next_segment(rest)?;
        if is_start_of_frame(marker) {
            frame = Some(Frame::read(marker, segment)?);
        } else if marker == START_OF_SCAN {
            let frame = frame?;
            let in_one_pass = !frame.progressive && segment.first() == Some(&frame.components);
            return Some(if in_one_pass { 0 } else { frame.samples.saturating_mul(2) });
        }
        rest = after;
    }
}

/// The headers of `jpeg` up to its first scan, which are what tells how large it is; all of it if there is none.
pub(super) fn headers(jpeg: &[u8]) -> &[u8] {
    let scan = || {
        let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
        loop {
            let (marker, _, after) = next_segment(rest)?;
            rest = after;
            if marker == START_OF_SCAN {
                return Some(jpeg.len() - rest.len());
            }
        }
    };
    &jpeg[..scan().unwrap_or(jpeg.len())]
}

struct Frame {
    progressive: bool,
    components: u8,
    samples: u64,
}

impl Frame {
    fn read(marker: u8, segment: &[u8]) -> Option<Self> {
        let [_precision, y0, y1, x0, x1, components, specifications @ ..] = segment else { return None };
        let factors: Vec<(u64, u64)> = specifications
            .chunks_exact(3)
            .take(usize::from(*components))
            .map(|one| (u64::from(one[1] >> 4), u64::from(one[1] & 0x0f)))
            .collect();
        let h_max = factors.iter().map(|(h, _)| *h).max().filter(|h| *h > 0)?;
        let v_max = factors.iter().map(|(_, v)| *v).max().filter(|v| *v > 0)?;
        let units_across = u64::from(u16::from_be_bytes([*x0, *x1])).div_ceil(8 * h_max);
        let units_down = u64::from(u16::from_be_bytes([*y0, *y1])).div_ceil(8 * v_max);
        let samples_per_unit: u64 = factors.iter().map(|(h, v)| h * v * 64).sum();
        let progressive = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
        Some(Self { progressive, components: *components, samples: units_across * units_down * samples_per_unit })
    }
}

/// SOF0 to SOF15; the three in between are tables and an extension.
fn is_start_of_frame(marker: u8) -> bool {
    (0xc0..=0xcf).contains(&marker) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// The next marker that has a segment, that segment, and what follows it; `None` at the end of the picture, or where it is broken.
pub(super) fn next_segment(mut bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    loop {
        let (marker, after) = next_marker(bytes)?;
        match marker {
            // These stand alone: one for temporary use, and restarts.
            0x01 | 0xd0..=0xd7 => bytes = after,
            END_OF_IMAGE => return None,
            _ => {
                let len = usize::from(u16::from_be_bytes([*after.first()?, *after.get(1)?]));
                return Some((marker, after.get(2..len)?, &after[len..]));
            }
        }
    }
}

/// Skips whatever is no marker, as decoders do, and fill bytes before one.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let at = bytes.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xff))?;
    Some((bytes[at + 1], &bytes[at + 2..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(frame_marker: u8, scan_components: u8, luma: u8) -> Vec<u8> {
        let mut jpeg = vec![0xff, 0xd8, 0xff, 0xe1, 0, 6, 0xff, 0xda, 0xff, 0xff, 0xff, 0xff, frame_marker, 0, 17, 8];
        jpeg.extend(1000_u16.to_be_bytes());
        jpeg.extend(1600_u16.to_be_bytes());
        jpeg.extend([3, 1, luma, 0, 2, 0x11, 0, 3, 0x11, 0]);
        jpeg.extend([0xff, 0xda, 0, 3, scan_components]);
        jpeg
    }

    /// Were this to fail, a small file could take all the box's memory while its thumbnail is made.
    #[test]
    fn pictures_in_several_passes_are_counted() {
        assert_eq!(coefficient_bytes(&headers(0xc0, 3, 0x11)), Some(0));
        assert_eq!(coefficient_bytes(&headers(0xc0, 1, 0x11)), Some(2 * 3 * 1600 * 1000));
        assert_eq!(coefficient_bytes(&headers(0xc2, 3, 0x11)), Some(2 * 3 * 1600 * 1000));
        // Half the colour in both directions, and 1000 lines are 62.5 units of 16.
        assert_eq!(coefficient_bytes(&headers(0xc2, 3, 0x22)), Some(2 * 100 * 63 * 6 * 64));
    }

    /// Were this to fail, a damaged photo would end the worker.
    #[test]
    fn headers_cut_anywhere_are_no_headers() {
        let whole = headers(0xc2, 3, 0x22);
        for len in 0..whole.len() {
            assert_eq!(coefficient_bytes(&whole[..len]), None, "{len}");
        }
        assert_eq!(coefficient_bytes(&headers(0xc2, 3, 0x00)).unwrap_or_default() % 64, 0);
        assert_eq!(coefficient_bytes(b"\xff\xd8\xff\xe0\0\0\0\0"), None);
        assert_eq!(coefficient_bytes(b"\xff\xd8\xff\xd9"), None);
    }
}
