//! What was chosen for a fresh box before it was first switched on; see [`Preset`].

use crate::config::{Config, Preset};
use crate::store::{Setting, Store, StoreError};

/// The file, or nothing chosen where there is none. One that is not right is logged: it must not keep the box from starting.
pub(super) fn read(config: &Config) -> Preset {
    let Some(path) = config.claim.preset.as_deref().filter(|path| path.exists()) else { return Preset::default() };
    Preset::load(path).unwrap_or_else(|error| {
        tracing::warn!(%error, "what was chosen beforehand is left out");
        Preset::default()
    })
}

/// Takes the chosen name over, unless the box has one.
pub(super) async fn name(store: &Store, chosen: Option<String>) -> Result<(), StoreError> {
    if let Some(name) = chosen
        && store.setting(Setting::BoxName).await?.is_none()
    {
        store.set(Setting::BoxName, Some(name)).await?;
    }
    Ok(())
}
