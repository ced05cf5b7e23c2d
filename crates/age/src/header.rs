//! The header: a line that says how the passphrase's key is derived, the file's key locked with that, and a MAC over
//! both.

use std::io::{self, BufRead, Read, Write};

use base64ct::{Base64Unpadded, Encoding};
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use scrypt::Params;
use sha2::Sha256;

use super::{AgeError, Passphrase, Randomness, VERSION};

/// The work factor of scrypt for locking: 2^16, which needs 64 MiB. The smallest box, a Pi Zero 2 W, has 512 MiB, and
/// shares them with everybody who uses it; each step more doubles memory and time.
pub const LOG_N: u8 = 16;
/// The highest work factor that is accepted when opening: what other `age` programs use, which needs 256 MiB. Only a
/// new box opens files, one at a time, while nobody uses it.
const MOST_LOG_N: u8 = 18;

/// A header for one passphrase has 150 to 160 bytes; no more than this is read.
const LONGEST: u64 = 256;
const SALT_LABEL: &[u8; 28] = b"age-encryption.org/v1/scrypt";

/// Writes the header and the nonce; returns the key of the content.
pub(super) fn write<W: Write>(to: &mut W, passphrase: &Passphrase, random: &Randomness) -> io::Result<[u8; 32]> {
    let wrap = wrap_key(passphrase, &random.salt, LOG_N)?;
    let mut body = random.file_key.to_vec();
    let sealed = cipher(&wrap).encrypt_in_place(&Nonce::default(), b"", &mut body);
    sealed.map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut head = VERSION.to_vec();
    let salt = Base64Unpadded::encode_string(&random.salt);
    write!(head, "-> scrypt {salt} {LOG_N}\n{}\n---", Base64Unpadded::encode_string(&body))?;
    let sum = mac(&random.file_key, &head).finalize().into_bytes();
    to.write_all(&head)?;
    writeln!(to, " {}", Base64Unpadded::encode_string(&sum))?;
    to.write_all(&random.nonce)?;
    Ok(derive(&random.file_key, &random.nonce, b"payload"))
}

/// Reads the header and the nonce; returns the key of the content.
pub(super) fn read<R: BufRead>(from: &mut R, passphrase: &Passphrase) -> Result<[u8; 32], AgeError> {
    let mut head = Vec::new();
    let mut bounded = from.by_ref().take(LONGEST);
    let mut line = || -> Result<(usize, String), AgeError> {
        let begin = head.len();
        bounded.read_until(b'\n', &mut head)?;
        let text = std::str::from_utf8(&head[begin..]).ok().and_then(|text| text.strip_suffix('\n'));
        Ok((begin, text.ok_or(AgeError::Foreign)?.to_owned()))
    };
    let (_, version) = line()?;
    if version.as_bytes() != &VERSION[..VERSION.len() - 1] {
        return Err(AgeError::Foreign);
    }
    let (_, stanza) = line()?;
    let (salt, log_n) = arguments(&stanza).ok_or(AgeError::Foreign)?;
    let (_, body) = line()?;
    let (last, sum) = line()?;
    let body: [u8; 32] = decoded(&body).ok_or(AgeError::Damaged)?;
    // A passphrase must be the only recipient, so the last line follows here.
    let sum: [u8; 32] = sum.strip_prefix("--- ").and_then(decoded).ok_or(AgeError::Damaged)?;
    if log_n > MOST_LOG_N {
        return Err(AgeError::TooMuchWork);
    }
    let wrap = wrap_key(passphrase, &salt, log_n)?;
    let mut file_key = body.to_vec();
    let opened = cipher(&wrap).decrypt_in_place(&Nonce::default(), b"", &mut file_key);
    opened.map_err(|_| AgeError::WrongPassphrase)?;
    let file_key: [u8; 16] = file_key.try_into().map_err(|_| AgeError::Damaged)?;
    mac(&file_key, &head[..last + 3]).verify_slice(&sum).map_err(|_| AgeError::Damaged)?;
    let mut nonce = [0; 16];
    from.read_exact(&mut nonce).map_err(|_| AgeError::Damaged)?;
    Ok(derive(&file_key, &nonce, b"payload"))
}

/// Salt and work factor of `-> scrypt SALT LOG_N`; a leading zero is refused, because there is only one spelling.
fn arguments(stanza: &str) -> Option<([u8; 16], u8)> {
    let (salt, log_n) = stanza.strip_prefix("-> scrypt ")?.split_once(' ')?;
    let digits = (1..=2).contains(&log_n.len()) && log_n.bytes().all(|digit| digit.is_ascii_digit());
    let log_n = (digits && !log_n.starts_with('0')).then(|| log_n.parse().ok()).flatten()?;
    Some((decoded(salt)?, log_n))
}

fn decoded<const N: usize>(text: &str) -> Option<[u8; N]> {
    Base64Unpadded::decode_vec(text).ok()?.try_into().ok()
}

fn wrap_key(passphrase: &Passphrase, salt: &[u8; 16], log_n: u8) -> io::Result<[u8; 32]> {
    let wrong = |_| io::Error::from(io::ErrorKind::InvalidInput);
    let params = Params::new(log_n, 8, 1).map_err(wrong)?;
    let mut key = [0; 32];
    let salt = [&SALT_LABEL[..], salt].concat();
    scrypt::scrypt(passphrase.0.as_bytes(), &salt, &params, &mut key)
        .map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    Ok(key)
}

pub(super) fn cipher(key: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Key::from(*key))
}

fn mac(file_key: &[u8; 16], head: &[u8]) -> Hmac<Sha256> {
    let key = derive(file_key, &[], b"header");
    // HMAC accepts keys of any length; made from a whole block, so that no error has to be handled.
    let mut block = [0; 64];
    block[..32].copy_from_slice(&key);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    mac.update(head);
    mac
}

fn derive(file_key: &[u8; 16], salt: &[u8], label: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    // Fails only for lengths over 8,160 bytes.
    let _ = Hkdf::<Sha256>::new(Some(salt), file_key).expand(label, &mut key);
    key
}
