//! The claim code in a file, for whoever shows it to the box's holder (a screen, the card's readable partition).
//!
//! Follows the box: the code while nobody owns it, nothing once it is claimed. Knows nothing of who reads the file.

use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tokio::sync::watch;

/// Writes the code, and empties the file as soon as the box is claimed. Not being able to is logged: the code is on the
/// console as well.
pub(super) async fn follow(file: PathBuf, code: Option<String>, mut claimed: watch::Receiver<bool>) {
    if let Some(code) = code {
        log_failure(replace(&file, &format!("{code}\n")));
        if claimed.wait_for(|claimed| *claimed).await.is_err() {
            return;
        }
    }
    log_failure(replace(&file, ""));
}

/// A reader finds the old content or the new, never half of it; only this user and root may read it.
pub(super) fn replace(file: &Path, content: &str) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(content.as_bytes())?;
    new.persist(file)?;
    Ok(())
}

fn log_failure(done: std::io::Result<()>) {
    if let Err(error) = done {
        tracing::error!(%error, "the file for the claim code cannot be written");
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// The holder of a fresh box finds no code; or a code lies about on the card after it was used.
    #[tokio::test]
    #[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    async fn it_has_the_code_until_the_box_is_claimed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("claim.txt");
        let (claim, claimed) = watch::channel(false);
        let following = tokio::spawn(follow(file.clone(), Some("ABCD-EFGH".to_owned()), claimed));
        while !file.exists() {
            tokio::task::yield_now().await;
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "ABCD-EFGH\n");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
        claim.send_replace(true);
        following.await.unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "");
    }
}
