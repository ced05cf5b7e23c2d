//! Codes of invites in backups. Somebody who finds an unlocked backup could use every valid invite in it to join. In
//! unlocked backups the codes are therefore sealed with a key that never leaves the box. The box that made a backup can
//! open them again; another box cannot: there the invites are revoked, and whoever restores the backup is told. Locked
//! backups, and a move to another box, keep the codes as they are.

use std::fs;
use std::io;
use std::path::Path;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use chacha20poly1305::aead::{AeadInOut as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};

use crate::actions::secrets::random;
use crate::actions::{Done, Refused};
use crate::files::{FilesError, write_whole};
use crate::store::{Becomes, change_codes};
use crate::wire::ErrorCode;

/// Its place is the data folder; no backup contains it.
const FILE: &str = "invites.key";
/// How a sealed code begins. No real code begins like this.
const SEALED: &str = "sealed:";
const NONCE: usize = 12;

/// Seals every code in the copy at `database`, which is about to go into a backup of the box in `folder`. Blocks.
pub(super) fn seal_all(database: &Path, folder: &Path) -> Done<()> {
    let key = Key::of(folder)?;
    change_codes(database, 0, |code| key.seal(code).map(Becomes::Code)).map(|_| ())
}

/// Opens what [`seal_all`] has sealed, if this box did. Returns how many valid invites are lost because their codes
/// cannot be opened. Blocks.
pub(super) fn open_all(database: &Path, folder: &Path, made_at: i64) -> Done<u64> {
    let key = Key::of(folder)?;
    change_codes(database, made_at, |code| {
        Done::Ok(match code.strip_prefix(SEALED) {
            None => Becomes::Same,
            Some(sealed) => key.open(sealed).map_or(Becomes::Void, Becomes::Code),
        })
    })
}

struct Key(ChaCha20Poly1305);

impl Key {
    /// The key in `folder`; a new one if there is none, or it is not intact.
    fn of(folder: &Path) -> Done<Self> {
        let path = folder.join(FILE);
        let key = match fs::read(&path).map(<[u8; 32]>::try_from) {
            Ok(Ok(key)) => key,
            Ok(Err(_)) => anew(&path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => anew(&path)?,
            Err(error) => return Err(FilesError::from(error).into()),
        };
        Ok(Self(ChaCha20Poly1305::new(&key.into())))
    }

    fn seal(&self, code: &str) -> Done<String> {
        let nonce: [u8; NONCE] = random()?;
        let mut bytes = code.as_bytes().to_vec();
        let sealed = self.0.encrypt_in_place(&Nonce::from(nonce), b"", &mut bytes);
        sealed.map_err(|_| Refused::from(ErrorCode::Internal))?;
        Ok(format!("{SEALED}{}", Base64UrlUnpadded::encode_string(&[&nonce[..], &bytes].concat())))
    }

    fn open(&self, sealed: &str) -> Option<String> {
        let bytes = Base64UrlUnpadded::decode_vec(sealed).ok()?;
        let (nonce, rest) = bytes.split_first_chunk::<NONCE>()?;
        let mut rest = rest.to_vec();
        self.0.decrypt_in_place(&Nonce::from(*nonce), b"", &mut rest).ok()?;
        String::from_utf8(rest).ok()
    }
}

/// Makes a key, and returns it once it is safely on the disk: nothing is sealed with it before.
fn anew(path: &Path) -> Done<[u8; 32]> {
    let key: [u8; 32] = random()?;
    write_whole(path, &key).map_err(FilesError::from)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, a damaged key would leave the box without backups; or others could read the key, and then the
    /// codes.
    #[test]
    fn a_box_has_one_key_for_itself_alone_and_another_box_another() {
        use std::os::unix::fs::PermissionsExt as _;
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let sealed = Key::of(here.path()).unwrap().seal("ROSE2345").unwrap();
        assert!(sealed.starts_with(SEALED) && !sealed.contains("ROSE"));
        let open = |folder: &Path| Key::of(folder).unwrap().open(sealed.strip_prefix(SEALED).unwrap());
        assert_eq!(open(here.path()), Some("ROSE2345".to_owned()));
        assert_eq!(open(there.path()), None);
        let path = here.path().join(FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, b"short").unwrap();
        assert_eq!(open(here.path()), None);
        assert_ne!(Key::of(here.path()).unwrap().seal("ROSE2345").unwrap(), sealed);
        for nonsense in ["", "AAAA", "\u{e9}", &"A".repeat(200)] {
            assert_eq!(Key::of(here.path()).unwrap().open(nonsense), None, "{nonsense}");
        }
    }
}
