//! The country whose radio rules apply, stored where the machine finds it before its radio first scans: only the daemon
//! reads the database, but the radio's driver is loaded by something else (the image's `imbox-radio.service`).

use std::path::Path;

use crate::files::replace;
use crate::system::network::CountryCode;

/// In the data folder: the country's two letters.
const FILE: &str = "wifi-country";

/// Stores it for the next start. Failing to store it is no reason to refuse the setting, because the daemon tells the
/// machine at each start anyway.
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

    /// The image's script reads this file (overlay/test-radio.sh). Were this to fail, the radio would scan without any
    /// country's rules.
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
