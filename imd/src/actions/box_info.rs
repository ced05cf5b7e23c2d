//! What anyone may know about the box before signing in.

use super::{Caller, Core, Done, addresses, passwords, profile, reclaim, secrets};
use crate::chat::JoinMode;
use crate::store::{Setting, Store};
use crate::wire::{BoxInfo, BoxLanguage, BoxState};

/// What the first page needs; `in_app_browser`: the caller's browser loses its cookies.
///
/// # Errors
/// As any read.
pub async fn box_info(core: &Core, caller: Option<Caller>, in_app_browser: InApp) -> Done<BoxInfo> {
    let me = match caller {
        Some(caller) => Some(profile::me_of(core, caller.user, caller.device).await?),
        None => None,
    };
    Ok(BoxInfo {
        id: core.box_id.clone(),
        name: name(core).await?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        state: if is_claimed(core).await? { BoxState::Claimed } else { BoxState::Fresh },
        claim_reopened: reclaim::is_open(core),
        join_mode: join_mode(core).await?.into(),
        language: language(core).await?,
        addresses: addresses::list(core),
        max_file_bytes: core.limits.max_file_bytes,
        password_min_length: passwords::shortest(core).await?,
        probe: core.probe.word()?.to_owned(),
        me,
        in_app_browser: in_app_browser == InApp::Yes,
    })
}

/// Which box this is: 128 random bits, made with the data folder. Whoever brings the data back brings back the box.
///
/// # Errors
/// As any write.
pub async fn id(store: &Store) -> Done<String> {
    Ok(store.set_once(Setting::BoxId, secrets::random_hex::<16>()?).await?)
}

/// Is the browser one inside another app, which keeps its cookies to itself and loses them?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InApp {
    /// Yes: no account is made in it.
    Yes,
    /// No.
    No,
}

impl InApp {
    /// By the `User-Agent`: WeChat, QQ, Weibo, DingTalk, Feishu, Alipay, Facebook, Instagram, LINE, and the captive
    /// portals' windows of Apple and Android.
    #[must_use]
    pub fn of(user_agent: &str) -> Self {
        const MARKS: &[&str] = &[
            "MicroMessenger",
            " QQ/",
            "Weibo",
            "DingTalk",
            "Lark/",
            "AlipayClient",
            "FBAN",
            "FBAV",
            "Instagram",
            " Line/",
            "CaptiveNetworkSupport",
            "CaptivePortalLogin",
        ];
        if MARKS.iter().any(|mark| user_agent.contains(mark)) { Self::Yes } else { Self::No }
    }
}

pub(super) async fn name(core: &Core) -> Done<String> {
    Ok(core.store.setting(Setting::BoxName).await?.unwrap_or_else(|| "imbox".to_owned()))
}

async fn language(core: &Core) -> Done<Option<BoxLanguage>> {
    Ok(match core.store.setting(Setting::Language).await?.as_deref() {
        Some("zh") => Some(BoxLanguage::Zh),
        Some("en") => Some(BoxLanguage::En),
        _ => None,
    })
}

pub(super) async fn is_claimed(core: &Core) -> Done<bool> {
    Ok(core.store.has_people().await?)
}

pub(super) async fn join_mode(core: &Core) -> Done<JoinMode> {
    Ok(match core.store.setting(Setting::JoinMode).await?.as_deref() {
        Some("invite") => JoinMode::Invite,
        Some("approval") => JoinMode::Approval,
        Some("open") => JoinMode::Open,
        _ => core.join_mode,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_that_forget_their_cookies_are_known_and_real_ones_are_not_mistaken() {
        let wechat = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.42";
        let portal =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 CaptiveNetworkSupport/1.0";
        let chrome = "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36";
        let qq_browser = "Mozilla/5.0 (Linux; U; Android 12; zh-cn) AppleWebKit/537.36 Chrome/98 MQQBrowser/13.5 Mobile Safari/537.36";
        assert_eq!([wechat, portal].map(InApp::of), [InApp::Yes; 2]);
        assert_eq!([chrome, qq_browser].map(InApp::of), [InApp::No; 2]);
    }
}
