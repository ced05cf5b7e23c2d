//! Photos as cameras and programs write them, against what the usual decoder makes of them.

use super::*;

/// Of one picture each: half the colour both ways or one way, in one pass, with restarts, in several passes, grey.
const SAMPLES: [&[u8]; 4] = [
    include_bytes!("progressive-420.jpg"),
    include_bytes!("restarts-420.jpg"),
    include_bytes!("baseline-422.jpg"),
    include_bytes!("grey-progressive.jpg"),
];

/// The mean of each 8 × 8 pixels that are whole.
fn means(image: &RgbImage) -> impl Iterator<Item = (u32, u32, [i32; 3])> {
    (0..image.height() / 8).flat_map(move |y| {
        (0..image.width() / 8).map(move |x| {
            let mut sum = [0_i32; 3];
            for (dx, dy) in (0..64).map(|at| (at % 8, at / 8)) {
                let pixel = image[(8 * x + dx, 8 * y + dy)];
                sum.iter_mut().zip(pixel.0).for_each(|(sum, colour)| *sum += i32::from(colour));
            }
            (x, y, sum.map(|sum| sum / 64))
        })
    })
}

/// A photo of 200 megapixels would be a grey box, or one with its colours and places mixed up.
#[test]
fn an_eighth_is_the_mean_of_each_block() {
    for (at, jpeg) in SAMPLES.into_iter().enumerate() {
        let whole = image::load_from_memory(jpeg).unwrap().into_rgb8();
        let small = shrunk(jpeg).unwrap();
        assert_eq!(small.dimensions(), (173_u32.div_ceil(8), 91_u32.div_ceil(8)), "{at}");
        let mut far = 0;
        for (x, y, mean) in means(&whole) {
            let worst = small[(x, y)].0.iter().zip(mean).map(|(a, b)| (i32::from(*a) - b).abs()).max().unwrap();
            far += i32::from(worst > 60);
        }
        // Colour is there once for four blocks: at an edge, of which the picture has some, it is that of neighbours.
        assert!(far < 231 / 6, "{at}: {far} blocks of 231 are not as they were");
    }
}

/// A damaged photo would end the process, or keep it at work.
#[test]
fn damage_anywhere_is_no_picture_or_a_damaged_one() {
    for jpeg in SAMPLES {
        for at in 0..jpeg.len() {
            assert!(at > 200 || shrunk(&jpeg[..at]).is_none(), "the tables alone are longer");
            let _ = shrunk(&jpeg[..at]);
            for flip in [0x01, 0x80, 0xff] {
                let mut damaged = jpeg.to_vec();
                damaged[at] ^= flip;
                let _ = shrunk(&damaged);
            }
        }
    }
}
