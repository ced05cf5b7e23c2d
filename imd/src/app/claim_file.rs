//! The claim code in a file, for what shows it to whoever has the box in their hands (a screen, the card's readable
//! partition).
//!
//! It follows the state of the box: the code while nobody owns it, or while its claim is reopened; nothing otherwise.
//! Knows nothing of who reads the file.

use std::path::PathBuf;

use tokio::sync::watch;

use super::shown_file::show;

/// The second line, if the code is that of a reopened claim.
const AGAIN: &str = "lost-password";

/// Writes the code that is valid now, and empties the file when there is none any more: once the box is claimed, or
/// `again`, the code of a reopened claim, is over. Errors are logged: the first code is also shown on the console.
pub(super) async fn follow(
    file: PathBuf,
    code: Option<String>,
    mut claimed: watch::Receiver<bool>,
    mut again: watch::Receiver<Option<String>>,
) {
    let mut written = None;
    loop {
        let owned = *claimed.borrow_and_update();
        let fresh = code.as_ref().filter(|_| !owned).map(|code| format!("{code}\n"));
        let reopened = again.borrow_and_update().as_ref().map(|code| format!("{code}\n{AGAIN}\n"));
        let content = fresh.or(reopened).unwrap_or_default();
        if written.as_ref() != Some(&content) {
            log_failure(show(&file, &content));
            written = Some(content);
        }
        tokio::select! {
            // A box that has an owner keeps having one.
            Ok(()) = claimed.changed(), if !owned => {}
            Ok(()) = again.changed() => {}
            // Neither will change any more.
            else => return,
        }
    }
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

    /// Were this to fail, the holder of a new box would find no code; or a code would stay on the card after it was
    /// used.
    #[tokio::test]
    #[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    async fn it_has_the_code_that_is_good_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("claim.txt");
        let (claim, claimed) = watch::channel(false);
        let (reopen, again) = watch::channel(None);
        let following = tokio::spawn(follow(file.clone(), Some("ABCD-EFGH".to_owned()), claimed, again));
        let holds = async |content: &str| {
            while std::fs::read_to_string(&file).ok().as_deref() != Some(content) {
                tokio::task::yield_now().await;
            }
        };
        holds("ABCD-EFGH\n").await;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
        // Whoever copies the file removes the mark, and finds it again after each change.
        let changed = async || {
            while std::fs::remove_file(folder.path().join("claim.txt.changed")).is_err() {
                tokio::task::yield_now().await;
            }
        };
        changed().await;
        claim.send_replace(true);
        holds("").await;
        changed().await;
        reopen.send_replace(Some("JKLM-NPQR".to_owned()));
        holds("JKLM-NPQR\nlost-password\n").await;
        reopen.send_replace(None);
        holds("").await;
        drop(reopen);
        following.await.unwrap();
    }
}
