//! What is on the card for the box: choices made before it was first switched on, see [`Preset`], and the file that
//! says every owner's password is lost.

use crate::actions::{Core, Refused, access::reclaim};
use crate::config::{Config, FirstLanguage, Preset};
use crate::store::{Setting, Store, StoreError};

/// Reads the file; without one, nothing was chosen. A faulty one is logged, and must not keep the box from starting.
pub(super) fn read(config: &Config) -> Preset {
    let Some(path) = config.claim.preset.as_deref().filter(|path| path.exists()) else { return Preset::default() };
    Preset::load(path).unwrap_or_else(|error| {
        tracing::warn!(%error, "the preset is ignored");
        Preset::default()
    })
}

/// Applies the chosen name and language, unless the box already has a name.
pub(super) async fn take_over(store: &Store, preset: &Preset) -> Result<(), StoreError> {
    if let Some(language) = preset.language
        && store.setting(Setting::BoxName).await?.is_none()
    {
        let word = match language {
            FirstLanguage::Zh => "zh",
            FirstLanguage::En => "en",
        };
        store.set(Setting::Language, Some(word.to_owned())).await?;
    }
    if let Some(name) = preset.name.clone()
        && store.setting(Setting::BoxName).await?.is_none()
    {
        store.set(Setting::BoxName, Some(name)).await?;
    }
    Ok(())
}

/// Continues a reopened claim, and reopens it if the file for that is there. The file is deleted first: one that cannot
/// be deleted would reopen the claim at each start, so it is ignored and logged.
pub(super) async fn heed_lost_password(config: &Config, core: &Core) -> Result<(), Refused> {
    reclaim::resume(core).await?;
    let Some(path) = config.claim.reopen.as_deref().filter(|path| path.exists()) else { return Ok(()) };
    match std::fs::read(path).and_then(|file| std::fs::remove_file(path).map(|()| file)) {
        Ok(file) => reclaim::heed(core, &String::from_utf8_lossy(&file)).await,
        Err(error) => {
            tracing::warn!(%error, "the file that reopens the claim is ignored");
            Ok(())
        }
    }
}
