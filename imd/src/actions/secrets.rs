//! Tokens and codes: made from the system's random numbers, stored only as hashes.

use crate::actions::Done;
use crate::store::Attempt;
use crate::wire::ErrorCode;

/// 32 characters that cannot be mistaken for one another (no I, O, 0, 1): five bits each.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// How many codes of one claim are valid at once: each start shows a new one, and somebody may hold the code of an
/// earlier start.
const CODES: usize = 8;

/// The secret of a new device: 256 bits, hex. Its `Debug` output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    pub(super) fn new() -> Done<Self> {
        Ok(Self(blake3::Hash::from_bytes(random::<32>()?).to_hex().to_string()))
    }

    /// The secret itself, to be given to its device once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        token_hash(&self.0)
    }
}

/// The stored form of a token. A token has 256 random bits, so a plain hash is enough.
#[must_use]
pub fn token_hash(token: &str) -> [u8; 32] {
    *blake3::hash(token.as_bytes()).as_bytes()
}

/// A code that people type: this many characters of the alphabet.
pub(super) fn code<const CHARACTERS: usize>() -> Done<String> {
    Ok(random::<CHARACTERS>()?.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}

/// A code to be shown where only the holder of the box sees it: `ABCD-EFGH`.
///
/// # Errors
/// `internal` without random numbers.
pub fn holders_code() -> Done<String> {
    let code = code::<8>()?;
    Ok(format!("{}-{}", &code[..4], &code[4..]))
}

/// Is the typed code the one that was shown? They are compared as hashes, so that the time it takes reveals nothing.
#[must_use]
pub fn is_code(shown: &str, typed: &str) -> bool {
    code_hash(shown) == code_hash(typed)
}

/// A typed code in its original form: capitals, without blanks and dashes.
pub(super) fn typed(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

/// The stored form of a code.
pub(super) fn code_hash(code: &str) -> [u8; 32] {
    *blake3::hash(typed(code).as_bytes()).as_bytes()
}

/// The stored form of a code that is looked up: its hash in hex.
pub(super) fn code_hex(code: &str) -> String {
    blake3::Hash::from_bytes(code_hash(code)).to_hex().to_string()
}

/// The stored form of the codes that are already `good`, and of one more: hashes separated by blanks, the newest last.
///
/// A start cannot show an old code again, so it makes another one. The old one stays valid, for those who switched the
/// box off to read the code from its card.
pub(super) fn with_code(good: Option<&str>, code: &str) -> String {
    let one_more = code_hex(code);
    let mut hashes: Vec<&str> = good.unwrap_or_default().split_whitespace().filter(|hash| *hash != one_more).collect();
    hashes.push(&one_more);
    hashes[hashes.len().saturating_sub(CODES)..].join(" ")
}

/// Is the typed code among the `good` ones, as [`with_code`] stores them?
pub(super) fn is_good(good: &str, typed: &str) -> bool {
    let typed = code_hex(typed);
    good.split_whitespace().any(|hash| hash == typed)
}

/// The stored form of an attempt to join or sign in that may be repeated: its purpose, its code, and a secret that only
/// the client knows.
///
/// # Errors
/// `bad_request` for a secret of under 16 or over 64 characters.
pub(super) fn attempt(what: &str, code: &str, secret: &str) -> Done<Attempt> {
    if !(16..=64).contains(&secret.len()) {
        return Err(ErrorCode::BadRequest.into());
    }
    // Neither of the first two can contain a line break.
    let asked = format!("{what}\n{}\n{secret}", typed(code));
    Ok(Attempt(*blake3::hash(asked.as_bytes()).as_bytes()))
}

/// This many random bytes, in hex.
pub(super) fn random_hex<const BYTES: usize>() -> Done<String> {
    Ok(random::<BYTES>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Random bytes from the system's generator.
pub(super) fn random<const N: usize>() -> Done<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "no random numbers");
        ErrorCode::Internal
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_understood_however_it_is_typed() {
        let code = code::<8>().unwrap();
        let sloppy = format!(" {}-{} ", code[..4].to_lowercase(), &code[4..]);
        assert_eq!(code_hash(&code), code_hash(&sloppy));
        assert!(code.bytes().all(|b| ALPHABET.contains(&b)));
    }

    /// Were this to fail, whoever read a code from the card would be refused; or a box that starts again and again
    /// would accept ever more codes.
    #[test]
    fn the_newest_codes_are_good_and_older_ones_are_not() {
        let codes: Vec<_> = (0..=CODES).map(|_| holders_code().unwrap()).collect();
        let good = codes.iter().fold(None, |good, code| Some(with_code(good.as_deref(), code))).unwrap();
        assert!(!is_good(&good, &codes[0]));
        assert!(codes[1..].iter().all(|code| is_good(&good, &code.to_lowercase())));
        assert!(!is_good(&good, "") && !is_good("", &codes[1]) && !good.contains(&codes[1]));
        // A code that was chosen beforehand is shown at every start.
        assert_eq!(with_code(Some(&with_code(None, "ROSE2345")), "rose-2345"), with_code(None, "ROSE2345"));
    }

    #[test]
    fn no_two_tokens_are_the_same_and_none_is_printed() {
        let (a, b) = (Token::new().unwrap(), Token::new().unwrap());
        assert_ne!(a, b);
        assert_eq!(a.reveal().len(), 64);
        assert!(!format!("{a:?}").contains(a.reveal()));
    }
}
