//! Which box this is and how it is set up, as stored in the database; settings that were never changed have their
//! defaults.

use crate::actions::{Core, Done, secrets};
use crate::chat::{JoinMode, PASSWORD_MIN, PASSWORD_MIN_RANGE};
use crate::store::{Setting, Store};
use crate::wire::BoxLanguage;

/// Two days: long enough to mend what was read wrongly, short enough that what was agreed stays.
const EDIT_MINUTES: u32 = 2 * 24 * 60;

/// Identifies the box: 128 random bits, made with the data folder. Restoring the data restores the box's identity.
///
/// # Errors
/// As any write.
pub async fn id(store: &Store) -> Done<String> {
    Ok(store.set_once(Setting::BoxId, secrets::random_hex::<16>()?).await?)
}

/// Remembers the label that the box has won on the network; it is asked for first at the next start.
///
/// # Errors
/// As any write.
pub async fn remember_label(store: &Store, label: Option<String>) -> Done<()> {
    Ok(store.set(Setting::HostLabel, label).await?)
}

pub(in crate::actions) async fn name(core: &Core) -> Done<String> {
    Ok(core.store.setting(Setting::BoxName).await?.unwrap_or_else(|| "imbox".to_owned()))
}

pub(in crate::actions) async fn language(core: &Core) -> Done<Option<BoxLanguage>> {
    Ok(match core.store.setting(Setting::Language).await?.as_deref() {
        Some("zh") => Some(BoxLanguage::Zh),
        Some("en") => Some(BoxLanguage::En),
        _ => None,
    })
}

pub(in crate::actions) async fn is_claimed(core: &Core) -> Done<bool> {
    Ok(core.store.has_users().await?)
}

pub(in crate::actions) async fn join_mode(core: &Core) -> Done<JoinMode> {
    Ok(match core.store.setting(Setting::JoinMode).await?.as_deref() {
        Some("invite") => JoinMode::Invite,
        Some("approval") => JoinMode::Approval,
        Some("open") => JoinMode::Open,
        _ => core.identity.join_mode,
    })
}

/// The minimum length of passwords that are set from now on. Existing ones stay valid.
pub(in crate::actions) async fn shortest_password(core: &Core) -> Done<u32> {
    let set = core.store.number(Setting::PasswordMin).await?;
    Ok(set.filter(|set| PASSWORD_MIN_RANGE.contains(set)).unwrap_or(PASSWORD_MIN))
}

/// For how many minutes one's own messages may be edited; 0: not at all.
pub(in crate::actions) async fn edit_minutes(core: &Core) -> Done<u32> {
    Ok(core.store.number(Setting::EditMinutes).await?.unwrap_or(EDIT_MINUTES))
}
