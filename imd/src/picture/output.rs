//! The output of `imd picture`: the picture's size, and the JPEG if one was made.

use super::decode::Size;

/// Longest output in bytes. A picture of 640 pixels a side that is nothing but noise takes a quarter of that.
pub const MAX_OUTPUT: usize = 2 << 20;

/// Bytes of width and height, before the JPEG.
const SIDES: usize = 8;

/// The size of a picture as it is shown, and what was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The picture's own size.
    pub size: Size,
    /// The JPEG; empty if only the size was wanted, or if the photo tells its size and cannot be decoded.
    pub jpeg: Vec<u8>,
}

impl Output {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        [&self.size.width.to_be_bytes()[..], &self.size.height.to_be_bytes(), &self.jpeg].concat()
    }

    /// `None` for malformed output.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (sides, jpeg) = bytes.split_at_checked(SIDES).filter(|_| bytes.len() <= MAX_OUTPUT)?;
        let (width, height) = sides.split_first_chunk::<4>().zip(sides.last_chunk::<4>()).map(|((w, _), h)| (w, h))?;
        let size = Size { width: u32::from_be_bytes(*width), height: u32::from_be_bytes(*height) };
        Some(Self { size, jpeg: jpeg.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, the daemon would take half an output for a picture: a decoder under somebody else's control
    /// could write anything.
    #[test]
    fn only_a_whole_answer_is_one() {
        let answer = Output { size: Size { width: 3, height: 70_000 }, jpeg: b"jpeg".to_vec() };
        let bytes = answer.to_bytes();
        assert_eq!(Output::read(&bytes), Some(answer));
        for len in 0..SIDES {
            assert_eq!(Output::read(&bytes[..len]), None, "{len}");
        }
        assert!(Output::read(&vec![0; MAX_OUTPUT]).is_some());
        assert_eq!(Output::read(&vec![0; MAX_OUTPUT + 1]), None);
    }
}
