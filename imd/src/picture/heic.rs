//! The size of a HEIC photo (ISO/IEC 23008-12), as iPhones take it. Its codec is patented and no crate decodes it, but
//! the size is in the file's first boxes.

use super::decode::Size;

/// How many bytes are searched for the first boxes.
const HEAD: usize = 64 << 10;
/// How many boxes are looked at in all, nested ones included.
const MOST: usize = 4_096;

/// Is it a HEIC photo?
pub(super) fn is_heic(file: &[u8]) -> bool {
    let brands = [b"heic", b"heix", b"heim", b"heis", b"mif1"];
    file.get(4..8) == Some(b"ftyp") && file.get(8..12).is_some_and(|brand| brands.iter().any(|known| brand == *known))
}

/// The size of the largest picture in it, with its rotation applied; `None` if its boxes do not tell.
pub(super) fn size(file: &[u8]) -> Option<Size> {
    let mut found = Found::default();
    look(&file[..file.len().min(HEAD)], &mut found);
    let (width, height) = found.size?;
    Some(if found.turned { Size { width: height, height: width } } else { Size { width, height } })
}

#[derive(Default)]
struct Found {
    size: Option<(u32, u32)>,
    turned: bool,
    boxes: usize,
}

/// Walks through the boxes in `bytes`: `meta`, `iprp` and `ipco` contain others, `ispe` has a size, `irot` quarters of
/// a turn.
fn look(mut bytes: &[u8], found: &mut Found) {
    while let (Some(len), Some(kind)) = (number(bytes, 0), bytes.get(4..8)) {
        found.boxes += 1;
        // A box may end beyond what is looked at, and a length of 0 means: to the end.
        let len = if len == 0 { bytes.len() } else { (len as usize).min(bytes.len()) };
        if len < 8 || found.boxes > MOST {
            return;
        }
        let inner = &bytes[8..len];
        match kind {
            b"meta" => look(inner.get(4..).unwrap_or_default(), found),
            b"iprp" | b"ipco" => look(inner, found),
            b"ispe" => {
                if let (Some(width), Some(height)) = (number(inner, 4), number(inner, 8)) {
                    let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
                    if found.size.is_none_or(|known| area((width, height)) > area(known)) && width > 0 && height > 0 {
                        found.size = Some((width, height));
                    }
                }
            }
            b"irot" => found.turned = inner.first().is_some_and(|quarters| quarters % 2 == 1),
            _ => {}
        }
        bytes = &bytes[len..];
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], inner: &[u8]) -> Vec<u8> {
        [&(inner.len() as u32 + 8).to_be_bytes()[..], kind, inner].concat()
    }

    fn photo(turns: u8) -> Vec<u8> {
        let ispe = |width: u32, height: u32| {
            boxed(b"ispe", &[&[0; 4][..], &width.to_be_bytes(), &height.to_be_bytes()].concat())
        };
        let properties = [ispe(512, 512), ispe(4032, 3024), boxed(b"irot", &[turns]), ispe(320, 240)].concat();
        let meta = boxed(b"meta", &[&[0; 4][..], &boxed(b"iprp", &boxed(b"ipco", &properties))].concat());
        [boxed(b"ftyp", b"heic\0\0\0\0mif1heic"), meta, boxed(b"mdat", &[7; 100])].concat()
    }

    /// Were this to fail, a photo from an iPhone would be a file of unknown size.
    #[test]
    fn a_photo_says_how_large_it_is() {
        assert!(is_heic(&photo(0)) && !is_heic(b"\0\0\0\x18ftypmp42"));
        assert_eq!(size(&photo(0)), Some(Size { width: 4032, height: 3024 }));
        assert_eq!(size(&photo(3)), Some(Size { width: 3024, height: 4032 }));
    }

    /// Were this to fail, a damaged photo would keep the process busy, or end it.
    #[test]
    fn damage_anywhere_ends_the_look() {
        let whole = photo(1);
        for at in 0..whole.len() {
            let _ = size(&whole[..at]);
            for byte in [0, 1, 7, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] = byte;
                let _ = size(&damaged);
            }
        }
    }
}
