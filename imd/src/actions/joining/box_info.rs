//! What anyone can learn about the box before signing in.

use crate::actions::word::Word;
use crate::actions::{
    Caller, Core, Done,
    access::{in_app::InApp, reclaim},
    identity::{addresses, facts},
    people::profile,
};
use crate::wire::{BoxInfo, BoxState};

/// What the page needs when it opens. `in_app_browser`: the caller's browser loses its cookies.
///
/// # Errors
/// As any read.
pub async fn box_info(core: &Core, caller: Option<Caller>, in_app_browser: InApp) -> Done<BoxInfo> {
    let me = match caller {
        Some(caller) => Some(profile::me_of(core, caller.user, caller.device).await?),
        None => None,
    };
    Ok(BoxInfo {
        id: core.identity.id.clone(),
        name: facts::name(core).await?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        state: if facts::is_claimed(core).await? { BoxState::Claimed } else { BoxState::Fresh },
        claim_reopened: reclaim::is_open(core),
        join_mode: facts::join_mode(core).await?.word(),
        language: facts::language(core).await?,
        addresses: addresses::list(core),
        max_file_bytes: core.limits.max_file_bytes,
        password_min_length: facts::shortest_password(core).await?,
        edit_minutes: facts::edit_minutes(core).await?,
        probe: core.identity.probe.word()?.to_owned(),
        me,
        in_app_browser: in_app_browser == InApp::Yes,
    })
}
