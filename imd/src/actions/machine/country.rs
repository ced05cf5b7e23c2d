//! The country whose radio rules apply, kept where the machine finds it before its radio looks around for the first time: the
//! database is the daemon's alone, and the radio's driver is loaded by somebody else (the image's `imbox-radio.service`).

use std::path::Path;

use crate::files::replace;
use crate::system::network::CountryCode;

/// In the data folder: two letters.
const FILE: &str = "wifi-country";

/// Keeps it for the next start. That it could not be kept is no reason to refuse it: the daemon says it again at each start.
pub(super) async fn keep(folder: &Path, country: CountryCode) {
    let file = folder.join(FILE);
    let kept = tokio::task::spawn_blocking(move || replace(&file, format!("{country}\n").as_bytes())).await;
    if let Err(error) = kept.unwrap_or_else(|error| Err(std::io::Error::other(error))) {
        tracing::warn!(%error, "the Wi-Fi country is not kept for the next start");
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// What the image's script reads (overlay/test-radio.sh): the radio would look around as if it were nowhere.
    #[tokio::test]
    async fn two_letters_and_nothing_else_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        for country in ["CN", "DE"] {
            keep(folder.path(), CountryCode::parse(country).unwrap()).await;
            assert_eq!(std::fs::read_to_string(folder.path().join("wifi-country")).unwrap(), format!("{country}\n"));
        }
        keep(&folder.path().join("not-there"), CountryCode::parse("CN").unwrap()).await;
    }
}
