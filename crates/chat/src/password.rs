//! Which passwords are accepted. Guessing is limited to a few attempts per minute, so what matters is that a password
//! is not among the first thousands that everybody would try. Nobody is told which characters to use.

use std::ops::RangeInclusive;

/// Minimum length, unless an admin sets a higher one.
pub const PASSWORD_MIN: u32 = 8;
/// Maximum length, so that hashing is limited.
const PASSWORD_MAX: usize = 256;
/// What an admin may set as the minimum length: never under 8 (NIST SP 800-63B, 3.1.1), and not so long that nobody
/// chooses a password.
pub const PASSWORD_MIN_RANGE: RangeInclusive<u32> = PASSWORD_MIN..=64;

/// A password that was accepted. Its `Debug` output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// It is shorter than the minimum length.
    TooShort,
    /// It is longer than 256 characters.
    TooLong,
    /// It is among the first that everybody would try.
    TooCommon,
}

impl NewPassword {
    /// Checks a password that somebody chose; `names` are what everybody knows about them and the box.
    ///
    /// # Errors
    /// See [`Weak`].
    pub fn check(raw: String, min: u32, names: &[&str]) -> Result<Self, Weak> {
        let length = raw.chars().count();
        if length < min.max(PASSWORD_MIN) as usize {
            return Err(Weak::TooShort);
        }
        if length > PASSWORD_MAX {
            return Err(Weak::TooLong);
        }
        let folded: Vec<char> = raw.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        if has_few_characters(&folded) || repeats(&folded) || is_runs(&folded) || is_a_word(&folded, names) {
            return Err(Weak::TooCommon);
        }
        Ok(Self(raw))
    }

    /// The password as it was chosen.
    #[must_use]
    pub fn reveal(self) -> String {
        self.0
    }
}

/// `aaaaaaaa`, `11112222`.
fn has_few_characters(password: &[char]) -> bool {
    let mut seen = password.to_vec();
    seen.sort_unstable();
    seen.dedup();
    seen.len() < 3
}

/// `abcabcabc`, `12341234`.
fn repeats(password: &[char]) -> bool {
    (1..=4).any(|unit| {
        password.len() >= 2 * unit && password.iter().zip(password.iter().skip(unit)).all(|(one, next)| one == next)
    })
}

/// Rows of keyboards and of the alphabet, read in both directions.
const ROWS: [&str; 8] = [
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "q1w2e3r4t5y6u7i8o9p0",
    "qazwsxedcrfvtgbyhnujm",
];

/// `12345678`, `abc12345`, `qwertyasdf`: nothing but runs of at least three along a row.
fn is_runs(password: &[char]) -> bool {
    let rows: Vec<Vec<char>> =
        ROWS.iter().flat_map(|row| [row.chars().collect(), row.chars().rev().collect()]).collect();
    let mut rest = password;
    while !rest.is_empty() {
        let along = |row: &Vec<char>| {
            (0..row.len()).map(|at| rest.iter().zip(&row[at..]).take_while(|(a, b)| a == b).count()).max()
        };
        match rows.iter().filter_map(along).max() {
            Some(length) if length >= 3 => rest = &rest[length..],
            _ => return false,
        }
    }
    true
}

/// A common word or a name, with any digits and signs around it: `Password123!`, `p@ssw0rd`, `olga1990`.
fn is_a_word(password: &[char], names: &[&str]) -> bool {
    let text: String = password.iter().collect();
    let bare = text.trim_matches(|c: char| !c.is_alphabetic() && !"@$".contains(c));
    let plain: String = bare.chars().map(plain_letter).filter(|c| c.is_alphanumeric()).collect();
    let is_name = |name: &&str| {
        let name: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let whole: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        !name.is_empty() && (name == plain || name == whole)
    };
    COMMON.contains(&plain.as_str()) || DIGITS.contains(&text.as_str()) || names.iter().any(is_name)
}

fn plain_letter(letter: char) -> char {
    match letter {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// Words that guessing usually begins with. Digits or signs around them make them no better.
const COMMON: &[&str] = &[
    "aa",
    "aaa",
    "abc",
    "abcd",
    "access",
    "admin",
    "administrator",
    "adminadmin",
    "aini",
    "asd",
    "baseball",
    "batman",
    "changeme",
    "charlie",
    "chocolate",
    "computer",
    "default",
    "dragon",
    "family",
    "flower",
    "football",
    "freedom",
    "guest",
    "hello",
    "helloworld",
    "home",
    "house",
    "hunter",
    "iloveu",
    "iloveyou",
    "imbox",
    "internet",
    "jordan",
    "killer",
    "letmein",
    "liverpool",
    "login",
    "love",
    "loveme",
    "lovely",
    "master",
    "michael",
    "monkey",
    "mustang",
    "naruto",
    "nicole",
    "nothing",
    "oppo",
    "owner",
    "pass",
    "passwd",
    "password",
    "passwort",
    "pokemon",
    "princess",
    "q",
    "qaz",
    "qq",
    "qwe",
    "qwer",
    "qwert",
    "qwerty",
    "raspberry",
    "raspberrypi",
    "root",
    "samsung",
    "secret",
    "shadow",
    "soccer",
    "starwars",
    "summer",
    "sunshine",
    "superman",
    "test",
    "testtest",
    "trustno",
    "user",
    "welcome",
    "wifi",
    "winter",
    "woaini",
    "wang",
    "whatever",
    "xiaomi",
    "huawei",
    "zaq",
    "zxc",
    "zxcvbn",
    "mima",
    "wodemima",
    "nihao",
    "nihaoma",
    "jiayou",
    "aptx",
    "a",
    "z",
    "li",
    "zhang",
];

/// Numbers that are no run and have a meaning for many.
const DIGITS: &[&str] = &[
    "5201314520",
    "13145201314",
    "52013145",
    "1314520520",
    "11223344",
    "1122334455",
    "147258369",
    "159357456",
    "741852963",
    "789456123",
    "987456321",
    "10203040",
    "123123123",
    "12344321",
    "123454321",
    "31415926",
    "18181818",
    "66668888",
    "88886666",
    "14725836",
    "12301230",
    "100200300",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), Weak> {
        let names = ["Olga Schmidt", "olga", "王芳", "Garden House"];
        NewPassword::check(password.to_owned(), PASSWORD_MIN, &names).map(|_| ())
    }

    #[test]
    fn what_anybody_would_try_first_is_refused() {
        for common in [
            "password",
            "Password1",
            "P@ssw0rd!",
            "passw0rd123",
            "12345678",
            "87654321",
            "1234567890",
            "11111111",
            "11112222",
            "abcabcabc",
            "12341234",
            "qwertyuiop",
            "qwerty123456",
            "1qaz2wsx",
            "q1w2e3r4",
            "abc12345",
            "asdfghjkl",
            "iloveyou1",
            "woaini1314",
            "a123456789",
            "5201314520",
            "88888888",
            "Raspberry1",
            "admin123",
            "密码密码密码密码",
            "mima 123456",
            "olga1990",
            "Olga Schmidt",
            "olgaschmidt!",
            "gardenhouse1",
            "imbox2024",
            "zxcvbnm123",
            "        a",
            "王芳123456",
        ] {
            assert_eq!(check(common), Err(Weak::TooCommon), "{common}");
        }
    }

    #[test]
    fn what_is_a_persons_own_is_not_refused_for_what_it_is_made_of() {
        for own in [
            "correct horse",
            "olga's password",
            "first password",
            "a new password",
            "battery staple",
            "19871104",
            "我家门口有两棵枣树",
            "monkeys in the attic",
            "gutenabend",
            "13812345679",
            "wodexiaogoujiaodoudou",
            "password of the hills",
        ] {
            assert_eq!(check(own), Ok(()), "{own}");
        }
    }

    #[test]
    fn its_length_is_counted_in_characters_and_bounded() {
        let long =
            |length: usize| -> String { "天地玄黄宇宙洪荒日月".chars().cycle().take(length).collect() };
        for (min, length, answer) in [
            (8, 7, Err(Weak::TooShort)),
            (8, 8, Ok(())),
            (12, 11, Err(Weak::TooShort)),
            (12, 12, Ok(())),
            (8, 256, Ok(())),
            (8, 257, Err(Weak::TooLong)),
            // The minimum cannot be lowered below this.
            (0, 7, Err(Weak::TooShort)),
        ] {
            assert_eq!(NewPassword::check(long(length), min, &[]).map(|_| ()), answer, "{min} {length}");
        }
    }

    #[test]
    fn it_is_never_printed() {
        let password = NewPassword::check("correct horse".to_owned(), PASSWORD_MIN, &[]).unwrap();
        assert_eq!(format!("{password:?}"), "NewPassword(…)");
        assert_eq!(password.reveal(), "correct horse");
    }
}
