//! Times as dates in UTC (ISO 8601), in the proleptic Gregorian calendar. Reckoned in years that begin in March, so that a leap
//! day is the last of its year, and in eras of 400 years.

const DAY_MS: i64 = 86_400_000;
/// From the beginning of an era, 0000-03-01, to 1970-01-01.
const TO_1970: i64 = 719_468;
const ERA_DAYS: i64 = 146_097;

/// Milliseconds since 1970 as a date and time of day that both spreadsheets and people can read: `2026-11-29 08:30:05`.
#[must_use]
pub fn to_seconds(at: i64) -> String {
    format!("{}:{:02}", to_minutes(at), at.rem_euclid(60_000) / 1_000)
}

/// As [`to_seconds`], without the seconds: `2026-11-29 08:30`.
#[must_use]
pub fn to_minutes(at: i64) -> String {
    let (year, month, day) = date(at.div_euclid(DAY_MS));
    let minutes = at.rem_euclid(DAY_MS) / 60_000;
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", minutes / 60, minutes % 60)
}

/// What [`to_minutes`] makes of a time, as that time; `None` for any other text.
#[must_use]
pub fn from_minutes(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let days = days(number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let at = days * DAY_MS + (number(11, 13)? * 60 + number(14, 16)?) * 60_000;
    // Whatever is no date, or laid out in another way, comes out as another.
    (to_minutes(at) == text).then_some(at)
}

/// The date this many days after 1970-01-01: year, month, day.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + TO_1970;
    let (era, day_of_era) = (days.div_euclid(ERA_DAYS), days.rem_euclid(ERA_DAYS));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

/// The other way round.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - TO_1970
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, the time when somebody was last seen would be a number that nobody can read.
    #[test]
    fn times_are_dates() {
        for (at, shown) in [
            (0, "1970-01-01 00:00:00"),
            (951_782_400_000, "2000-02-29 00:00:00"),
            (1_795_000_000_000, "2026-11-18 11:06:40"),
            (4_107_542_399_999, "2100-02-28 23:59:59"),
            (4_107_542_400_000, "2100-03-01 00:00:00"),
            (-1, "1969-12-31 23:59:59"),
        ] {
            assert_eq!(to_seconds(at), shown);
            assert_eq!(from_minutes(&shown[..16]), Some(at.div_euclid(60_000) * 60_000));
            assert_eq!(from_minutes(shown), None);
        }
        assert_eq!(to_minutes(0), "1970-01-01 00:00");
        assert_eq!(to_minutes(1_709_164_799_999), "2024-02-28 23:59");
        assert_eq!(to_minutes(1_709_208_000_000), "2024-02-29 12:00");
    }
}
