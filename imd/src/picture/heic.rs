//! How large a HEIC or AVIF photo is (ISO/IEC 23008-12): its size stands in its first boxes. What decodes HEVC is under patents,
//! and what decodes AV1 is larger than all that is here; such photos have no thumbnail.

use super::decode::Size;

/// How many bytes are searched for the first boxes.
const HEAD: usize = 64 << 10;
/// Boxes and properties looked at, in each other and after each other, in all.
const MOST: usize = 4_096;

/// Is it a HEIC photo?
pub(super) fn is_heic(file: &[u8]) -> bool {
    let brands = [b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif"];
    file.get(4..8) == Some(b"ftyp") && file.get(8..12).is_some_and(|brand| brands.iter().any(|known| brand == *known))
}

/// The size of the picture that it is to be shown as, turned as it says; `None` if its boxes do not tell.
pub(super) fn size(file: &[u8]) -> Option<Size> {
    let mut found = Found::default();
    look(&file[..file.len().min(HEAD)], &mut found);
    // A photo in tiles has a size for these, too, and one of its preview.
    let of_photo = |property: &&Property| found.of_primary.is_empty() || found.of_primary.contains(&property.place);
    let properties = || found.properties.iter().filter(of_photo);
    let sizes = properties().filter_map(|property| property.size);
    let Size { width, height } = sizes.max_by_key(|size| u64::from(size.width) * u64::from(size.height))?;
    let turned = properties().rev().find_map(|property| property.turned).unwrap_or(false);
    Some(if turned { Size { width: height, height: width } } else { Size { width, height } })
}

#[derive(Default)]
struct Found {
    properties: Vec<Property>,
    /// The picture that is to be shown.
    primary: Option<u32>,
    /// The places of its properties.
    of_primary: Vec<usize>,
    seen: usize,
}

struct Property {
    /// Counted from 1.
    place: usize,
    size: Option<Size>,
    turned: Option<bool>,
}

/// Goes through the boxes in `bytes`: `meta`, `iprp` and `ipco` hold others, `pitm` says which picture is shown, `ispe` a size,
/// `irot` quarters of a turn, and `ipma` which of these are whose.
fn look(mut bytes: &[u8], found: &mut Found) {
    let mut place = 0;
    while let (Some(len), Some(kind)) = (number(bytes, 0), bytes.get(4..8)) {
        found.seen += 1;
        place += 1;
        // One may go beyond what is looked at, and a length of 0 says: to the end.
        let len = if len == 0 { bytes.len() } else { (len as usize).min(bytes.len()) };
        if len < 8 || found.seen > MOST {
            return;
        }
        let inner = &bytes[8..len];
        match kind {
            b"meta" => look(inner.get(4..).unwrap_or_default(), found),
            b"iprp" | b"ipco" => look(inner, found),
            b"pitm" => found.primary = if inner.first() == Some(&0) { short(inner, 4) } else { number(inner, 4) },
            b"ipma" => {
                let _whole = properties_of(inner, found);
            }
            b"ispe" => {
                if let (Some(width @ 1..), Some(height @ 1..)) = (number(inner, 4), number(inner, 8)) {
                    found.properties.push(Property { place, size: Some(Size { width, height }), turned: None });
                }
            }
            b"irot" => {
                let turned = inner.first().map(|quarters| quarters % 2 == 1);
                found.properties.push(Property { place, size: None, turned });
            }
            _ => {}
        }
        bytes = &bytes[len..];
    }
}

/// Notes which properties the picture has that is shown.
fn properties_of(ipma: &[u8], found: &mut Found) -> Option<()> {
    let (long_items, long_places) = (*ipma.first()? > 0, ipma.get(3)? & 1 == 1);
    let mut at = 8;
    for _ in 0..number(ipma, 4)? {
        let item = if long_items { number(ipma, at)? } else { short(ipma, at)? };
        at += if long_items { 4 } else { 2 };
        let count = *ipma.get(at)?;
        at += 1;
        for _ in 0..count {
            found.seen += 1;
            if found.seen > MOST {
                return None;
            }
            // The highest bit says whether it must be understood.
            let place = if long_places { short(ipma, at)? & 0x7fff } else { u32::from(*ipma.get(at)? & 0x7f) };
            at += if long_places { 2 } else { 1 };
            if Some(item) == found.primary {
                found.of_primary.push(place as usize);
            }
        }
        found.seen += 1;
        if found.seen > MOST {
            return None;
        }
    }
    Some(())
}

fn short(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
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

    /// A photo from an iPhone would be a file of no known size, or of its preview's.
    #[test]
    fn photos_of_others_programs_say_how_large_they_are() {
        for file in
            [&include_bytes!("../../tests/pictures/photo.heic")[..], include_bytes!("../../tests/pictures/photo.avif")]
        {
            assert!(is_heic(file));
            assert_eq!(size(file), Some(Size { width: 173, height: 91 }));
            for at in 0..file.len() {
                let _ = size(&file[..at]);
                let mut damaged = file.to_vec();
                damaged[at] ^= 0xff;
                let _ = size(&damaged);
            }
        }
    }

    #[test]
    fn a_photo_in_tiles_says_the_size_of_the_whole() {
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
