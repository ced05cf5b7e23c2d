//! What a backup is called that somebody downloads: the box's name and when it was made, `Garden House 2026-11-18 11.06.tar`. Put
//! on a USB disk under that name it is found again.

use crate::actions::csv;

/// The name of the download, for what was made at that time (milliseconds since 1970, shown in UTC).
pub(super) fn readable(box_name: &str, made_at: i64, ending: &str) -> String {
    // What FAT and Windows cannot have in a name.
    let unfit = |c: char| c.is_control() || "\\/:*?\"<>|".contains(c);
    let shown: String = box_name.chars().map(|c| if unfit(c) { '-' } else { c }).collect();
    let when = csv::time(made_at);
    format!("{} {}{ending}", shown.trim().trim_start_matches('.'), when[..16].replace(':', "."))
}

/// When it was made, to the minute, by a name without its ending; `None` for one of another kind.
pub(super) fn made_at(name: &str) -> Option<i64> {
    let when = name.get(name.len().checked_sub(17)?..)?.strip_prefix(' ')?;
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = when.get(from..to)?;
        digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let minutes = number(11, 13)? * 60 + number(14, 16)?;
    let made_at = days_since_1970(year, month, day) * 86_400_000 + minutes * 60_000;
    // Whatever is no date, or laid out in another way, comes out as another.
    (csv::time(made_at)[..16].replace(':', ".") == when).then_some(made_at)
}

/// Reckoned in years that begin in March and eras of 400 years, as in [`csv`].
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
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
