//! Moving to another box over the LAN: the old box packs a backup ([`out`]); the new box, which nobody owns yet,
//! fetches it and restores it like any other backup ([`into`]).
//!
//! What is sent is locked with the code that a person carries from one box to the other (100 random bits), because
//! anybody may be listening. The new box proves that it has the code by a token that is derived from it and does not
//! reveal it; the old box proves it by a file that the code opens.

mod address;
pub mod into;
pub mod out;

use std::path::Path;

use into::MoveIns;
use out::MoveOuts;

use crate::actions::Done;
use crate::actions::secrets;

/// The move in progress, in either direction.
pub(super) struct Moving {
    pub(in crate::actions) out: MoveOuts,
    into: MoveIns,
    /// The box can only be reached from this machine itself; a move may then use loopback addresses too.
    loopback_only: bool,
}

impl Moving {
    pub(super) fn new(folder: &Path, loopback_only: bool) -> Self {
        Self {
            out: MoveOuts::new(folder.join("moving")),
            into: MoveIns::new(folder.join("incoming-move")),
            loopback_only,
        }
    }

    /// The program is stopping; the next start continues.
    pub(super) fn stop(&self) {
        self.into.stop();
    }
}

/// Characters of a code: five bits each.
const CODE: usize = 20;
/// The header with the token.
pub const TOKEN_HEADER: &str = "move-token";

/// A new code, as typed without dashes.
fn new_code() -> Done<String> {
    secrets::code::<CODE>()
}

/// Grouped, so that it is easier to read out: `ABCD-EFGH-JKLM-NPQR-STUV`.
fn shown(code: &str) -> String {
    let (mut shown, mut letters) = (String::new(), 0);
    for letter in code.chars() {
        if letters > 0 && letters % 4 == 0 {
            shown.push('-');
        }
        shown.push(letter);
        letters += 1;
    }
    shown
}

/// The token that the new box sends for the code, in hex. The code cannot be found from it: it is too long to be
/// guessed.
fn token_of(code: &str) -> String {
    let token =
        blake3::derive_key("imbox 2026-11 the token with which a box asks for what it takes over", code.as_bytes());
    blake3::Hash::from_bytes(token).to_hex().to_string()
}

/// The stored form of a token, in hex.
fn kept_of(token: &str) -> String {
    blake3::Hash::from_bytes(secrets::token_hash(token)).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, whoever overhears the token, or reads the old box's note, could open what is sent.
    #[test]
    fn neither_the_token_nor_what_is_kept_tells_the_code() {
        let code = new_code().unwrap();
        assert_eq!(code.len(), CODE);
        let token = token_of(&code);
        assert_ne!(token, token_of(&new_code().unwrap()));
        assert_ne!(token, kept_of(&code), "not the plain hash that others are kept by");
        assert!(token.len() == 64 && kept_of(&token) != token);
        assert_eq!(secrets::typed(&shown(&code).to_lowercase()), code);
        assert_eq!(shown("ABCDEFGHJ"), "ABCD-EFGH-J");
    }
}
