//! Settings of the whole box that admins can change: its name, and how people join.

use tokio::sync::watch;

use crate::actions::error::unfit_name;
use crate::actions::word::Word;
use crate::actions::{Caller, Core, Done, Refused, identity::facts};
use crate::chat::{DisplayName, PASSWORD_MIN_RANGE};
use crate::store::Setting;
use crate::system::{HostName, SystemError};
use crate::wire::{BoxSettings, ChangeBoxSettings, JoinMode};

/// One's own messages may be edited for a year at most.
const MAX_EDIT_MINUTES: u32 = 365 * 24 * 60;

/// The settings.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn get(core: &Core, caller: &Caller) -> Done<BoxSettings> {
    caller.must_be_admin()?;
    let host = core.identity.wanted.borrow().clone();
    let address = core.identity.announced.borrow().host_name.clone();
    Ok(BoxSettings {
        name: facts::name(core).await?,
        host,
        address,
        join_mode: facts::join_mode(core).await?.word(),
        password_min_length: facts::shortest_password(core).await?,
        edit_minutes: facts::edit_minutes(core).await?,
    })
}

/// The names that admins may change, for what announces the box.
#[derive(Debug)]
pub struct Names {
    /// The box's name after it was changed; `None` until then.
    pub box_name: watch::Receiver<Option<String>>,
    /// The host label that the box wants.
    pub host: watch::Receiver<String>,
}

/// The names as they change.
#[must_use]
pub fn names(core: &Core) -> Names {
    Names { box_name: core.identity.box_name.subscribe(), host: core.identity.wanted.subscribe() }
}

/// Changes some of them; new names are announced at once, without a restart.
///
/// # Errors
/// `forbidden`, `name_unfit`, `invalid_setting`, `system_…`, and as any write.
pub async fn change(core: &Core, caller: &Caller, change: ChangeBoxSettings) -> Done<BoxSettings> {
    let before = get(core, caller).await?;
    let name = change.name.as_deref().map(DisplayName::new).transpose().map_err(unfit_name)?;
    let name = name.map(|name| name.as_str().to_owned()).filter(|name| *name != before.name);
    let host = change.host.as_deref().map(|host| HostName::parse(host.trim())).transpose()?;
    let host = host.filter(|host| host.as_str() != before.host);
    let shortest = change.password_min_length.filter(|length| *length != before.password_min_length);
    if shortest.is_some_and(|length| !PASSWORD_MIN_RANGE.contains(&length)) {
        return Err(Refused::invalid("password_min_length", "must be 8 to 64"));
    }
    let edit = change.edit_minutes.filter(|minutes| *minutes != before.edit_minutes);
    if edit.is_some_and(|minutes| minutes > MAX_EDIT_MINUTES) {
        return Err(Refused::invalid("edit_minutes", "must be 0 to 525600"));
    }
    if name.is_some() || host.is_some() {
        call_machine(core, host.as_ref(), name.as_deref(), &before).await?;
    }
    let mode = change.join_mode.filter(|mode| *mode != before.join_mode);
    let mut values = Vec::new();
    let mut detail = Vec::new();
    if let Some(name) = &name {
        detail.push(format!("name {} -> {name}", before.name));
        values.push((Setting::BoxName, name.clone()));
    }
    if let Some(host) = &host {
        detail.push(format!("host {} -> {host}", before.host));
        values.push((Setting::HostName, host.to_string()));
    }
    if let Some(mode) = mode {
        detail.push(format!("join {} -> {}", spell(before.join_mode), spell(mode)));
        values.push((Setting::JoinMode, spell(mode).to_owned()));
    }
    if let Some(length) = shortest {
        detail.push(format!("password_min_length {} -> {length}", before.password_min_length));
        values.push((Setting::PasswordMin, length.to_string()));
    }
    if let Some(minutes) = edit {
        detail.push(format!("edit_minutes {} -> {minutes}", before.edit_minutes));
        values.push((Setting::EditMinutes, minutes.to_string()));
    }
    if !values.is_empty() {
        core.store.set_all(values, caller.act(core, "box.settings", "box".to_owned(), detail.join("; "))).await?;
    }
    if let Some(host) = host {
        core.identity.wanted.send_replace(host.to_string());
    }
    if let Some(name) = name {
        core.identity.box_name.send_replace(Some(name));
    }
    get(core, caller).await
}

/// Gives the machine the box's name; a machine without such a service does without.
async fn call_machine(core: &Core, host: Option<&HostName>, name: Option<&str>, before: &BoxSettings) -> Done<()> {
    let kept = HostName::parse(&before.host)?;
    match core.system.set_name(host.unwrap_or(&kept), name.unwrap_or(&before.name)).await {
        Ok(()) | Err(SystemError::NotHere(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn spell(mode: JoinMode) -> &'static str {
    match mode {
        JoinMode::Invite => "invite",
        JoinMode::Approval => "approval",
        JoinMode::Open => "open",
    }
}
