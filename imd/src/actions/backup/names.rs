//! What a backup is called that somebody downloads: the box's name and when it was made, `Garden House 2026-11-18 11.06.tar`. Put
//! on a USB disk under that name it is found again.

use crate::calendar;

/// The name of the download, for what was made at that time (milliseconds since 1970, shown in UTC).
pub(super) fn readable(box_name: &str, made_at: i64, ending: &str) -> String {
    // What FAT and Windows cannot have in a name.
    let unfit = |c: char| c.is_control() || "\\/:*?\"<>|".contains(c);
    let shown: String = box_name.chars().map(|c| if unfit(c) { '-' } else { c }).collect();
    // A colon is as unfit.
    let when = calendar::to_minutes(made_at).replace(':', ".");
    format!("{} {when}{ending}", shown.trim().trim_start_matches('.'))
}

/// When it was made, to the minute, by a name without its ending; `None` for one of another kind.
pub(super) fn made_at(name: &str) -> Option<i64> {
    let when = name.get(name.len().checked_sub(17)?..)?.strip_prefix(' ')?;
    // A name with colons is none of ours.
    (!when.contains(':')).then(|| calendar::from_minutes(&when.replace('.', ":")))?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of downloads would be full of numbers, and one that was copied to a stick not be found.
    #[test]
    fn a_download_says_of_which_box_and_when_and_is_found_by_that() {
        for (box_name, at, name) in [
            ("Garden House", 1_795_000_000_000, "Garden House 2026-11-18 11.06"),
            ("小院", 1_709_164_799_999, "小院 2024-02-28 23.59"),
            ("..A/B:C", 1_709_208_000_000, "A-B-C 2024-02-29 12.00"),
            ("", 0, " 1970-01-01 00.00"),
        ] {
            assert_eq!(readable(box_name, at, ""), name);
            assert_eq!(made_at(name), Some(at / 60_000 * 60_000));
        }
        for other in [
            "holiday",
            "x 2026-13-01 00.00",
            "x 2026-02-30 00.00",
            "x 2026-02-03 25.00",
            "x2026-02-03 05.00",
            "小 2026-02-03",
            "",
        ] {
            assert_eq!(made_at(other), None, "{other}");
        }
    }
}
