//! What admins set for the whole box: its name, and how people come in.

use super::error::unfit_name;
use super::{Caller, Core, Done, admin, box_info};
use crate::chat::DisplayName;
use crate::store::Setting;
use crate::wire::{BoxSettings, ChangeBoxSettings, JoinMode};

/// The settings.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn get(core: &Core, caller: &Caller) -> Done<BoxSettings> {
    admin(caller)?;
    Ok(BoxSettings { name: box_info::name(core).await?, join_mode: box_info::join_mode(core).await?.into() })
}

/// Changes some of them; the box's new name is announced at once.
///
/// # Errors
/// `forbidden`, `name_unfit`, and as any write.
pub async fn change(core: &Core, caller: &Caller, change: ChangeBoxSettings) -> Done<BoxSettings> {
    let before = get(core, caller).await?;
    let name = change.name.as_deref().map(DisplayName::new).transpose().map_err(unfit_name)?;
    let name = name.map(|name| name.as_str().to_owned()).filter(|name| *name != before.name);
    let mode = change.join_mode.filter(|mode| *mode != before.join_mode);
    let mut values = Vec::new();
    let mut detail = Vec::new();
    if let Some(name) = &name {
        detail.push(format!("name {} -> {name}", before.name));
        values.push((Setting::BoxName, name.clone()));
    }
    if let Some(mode) = mode {
        detail.push(format!("join {} -> {}", spell(before.join_mode), spell(mode)));
        values.push((Setting::JoinMode, spell(mode).to_owned()));
    }
    if !values.is_empty() {
        core.store.set_all(values, caller.act(core, "box.settings", "box".to_owned(), detail.join("; "))).await?;
    }
    if let Some(name) = name {
        core.box_name.send_replace(Some(name));
    }
    get(core, caller).await
}

fn spell(mode: JoinMode) -> &'static str {
    match mode {
        JoinMode::Invite => "invite",
        JoinMode::Approval => "approval",
        JoinMode::Open => "open",
    }
}
