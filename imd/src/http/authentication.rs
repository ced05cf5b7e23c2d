//! Who sends a request: the device's token from the cookie (browsers) or from the `Authorization` header (programs),
//! the address it comes from, and what the browser says about itself.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, Method, header, request::Parts};

use super::local::Local;
use super::{AppState, Problem, Reached, captive};
use crate::actions::access::in_app::InApp;
use crate::actions::access::sign_in::{self, NewDevice};
use crate::actions::{Caller, access::reauth, identity::addresses, upkeep::scrape};
use crate::wire::ErrorCode;

/// Name of the session cookie.
const COOKIE: &str = "imbox";
/// Browsers keep cookies for 400 days at most.
const COOKIE_SECONDS: u32 = 34_560_000;

/// Someone who is signed in. They may still be waiting for approval; the actions check that.
#[derive(Debug, Clone, Copy)]
pub struct Authenticated(pub Caller);

/// An admin. For everything but reading, the password must have been entered recently on this device. Whoever is no
/// admin is refused for that first.
#[derive(Debug, Clone, Copy)]
pub struct Admin(pub Caller);

/// An admin whose password was entered recently, for reading too: what these routes return holds everybody's secrets.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReauthenticatedAdmin(pub Caller);

/// Address of the other end of the connection; the server sets it.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Someone at the box itself, who came through its own socket. Nobody on the network is, whatever their role.
#[derive(Debug, Clone, Copy)]
pub(super) struct AtTheBox(pub Caller);

/// What the browser says about itself.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Name for the list of devices.
    pub label: String,
    /// Is it an in-app browser, which loses its cookies?
    pub in_app: InApp,
}

impl Browser {
    /// The device that is about to be signed in.
    #[must_use]
    pub fn device(self) -> NewDevice {
        NewDevice { label: self.label }
    }
}

impl FromRequestParts<AppState> for Authenticated {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        if is_local(parts) {
            return Ok(Self(sign_in::of_the_box(&state.core).await?));
        }
        let opens_socket = parts.headers.contains_key(header::UPGRADE);
        let token = match bearer(&parts.headers) {
            Some(token) => {
                // Programs have no page. Whoever sends `Origin` must come from ours.
                if opens_socket && parts.headers.contains_key(header::ORIGIN) {
                    same_origin(&parts.headers)?;
                }
                token
            }
            None => {
                let token = cookie(&parts.headers).ok_or(ErrorCode::NotSignedIn)?;
                // Browsers attach cookies by themselves, so a write or a WebSocket must come from our own page.
                if opens_socket || !only_reads(&parts.method) {
                    same_origin(&parts.headers)?;
                }
                token
            }
        };
        let Peer(from) = *parts.extensions.get::<Peer>().ok_or(ErrorCode::Internal)?;
        Ok(Self(sign_in::caller(&state.core, token, from).await?))
    }
}

impl FromRequestParts<AppState> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Authenticated(caller) = Authenticated::from_request_parts(parts, state).await?;
        if only_reads(&parts.method) || is_local(parts) {
            reauth::may_look(&caller)?;
        } else {
            reauth::may_act(&state.core, &caller)?;
        }
        Ok(Self(caller))
    }
}

impl FromRequestParts<AppState> for ReauthenticatedAdmin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Authenticated(caller) = Authenticated::from_request_parts(parts, state).await?;
        reauth::may_act(&state.core, &caller)?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<AppState> for AtTheBox {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Admin(caller) = Admin::from_request_parts(parts, state).await?;
        if is_local(parts) { Ok(Self(caller)) } else { Err(ErrorCode::Forbidden.into()) }
    }
}

/// Did it come through the box's own socket? The kernel then says who asks, and neither token nor password is needed.
fn is_local(parts: &Parts) -> bool {
    parts.extensions.get::<Local>().is_some()
}

fn only_reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Someone who may or may not be signed in.
#[derive(Debug, Clone, Copy)]
pub(super) struct MaybeAsker(pub Option<Caller>);

impl FromRequestParts<AppState> for MaybeAsker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        match Authenticated::from_request_parts(parts, state).await {
            Ok(Authenticated(caller)) => Ok(Self(Some(caller))),
            Err(Problem(refused)) if refused.code == ErrorCode::NotSignedIn => Ok(Self(None)),
            Err(problem) => Err(problem),
        }
    }
}

/// May the client see details of the box's health? Admins may, and requests from the machine that the box runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// May the client read `/metrics`? Whoever may see the box's health may, and programs with the token made for that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scraper;

impl FromRequestParts<AppState> for Scraper {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Ok(inside) = Inside::from_request_parts(parts, state).await;
        if inside == Inside::Yes {
            return Ok(Self);
        }
        match bearer(&parts.headers) {
            Some(token) if scrape::is_good(&state.core, token).await? => Ok(Self),
            _ => Err(ErrorCode::NotSignedIn.into()),
        }
    }
}

impl FromRequestParts<AppState> for Inside {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let (from, reached) = (parts.extensions.get::<Peer>(), parts.extensions.get::<Reached>());
        // Only the machine itself can reach an address from that same address.
        let own = from.zip(reached).is_some_and(|(from, reached)| from.0 == reached.0);
        if own || is_local(parts) {
            return Ok(Self::Yes);
        }
        let admin = Authenticated::from_request_parts(parts, state)
            .await
            .is_ok_and(|Authenticated(caller)| reauth::may_look(&caller).is_ok());
        Ok(if admin { Self::Yes } else { Self::No })
    }
}

impl FromRequestParts<AppState> for Peer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        Ok(*parts.extensions.get::<Self>().ok_or(ErrorCode::Internal)?)
    }
}

impl FromRequestParts<AppState> for Browser {
    type Rejection = Problem;

    /// Requests from a page of another site are refused too: signing someone in as somebody else is an attack as well.
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        if parts.headers.contains_key(header::ORIGIN) {
            same_origin(&parts.headers)?;
        }
        let agent = text(&parts.headers, header::USER_AGENT).unwrap_or_default();
        let by_hotspot = captive::by_hotspot(state, &parts.extensions);
        let in_app = if by_hotspot && is_little_window(&parts.headers, agent) { InApp::Yes } else { InApp::of(agent) };
        Ok(Self { label: label(agent), in_app })
    }
}

/// The small window in which a phone shows a Wi-Fi's login page: it looks like the system's browser and forgets
/// everything. Recognised only in the box's own Wi-Fi; elsewhere, what Apple sends in this form is the app on the home
/// screen.
fn is_little_window(headers: &HeaderMap, agent: &str) -> bool {
    let android = headers.get("x-requested-with").and_then(|app| app.to_str().ok());
    // Newer WebViews no longer say which app they belong to.
    let view = agent.contains("Android") && agent.contains("; wv)");
    let apple = ["iPhone", "iPad", "Mac OS X"].iter().any(|mark| agent.contains(mark));
    view || android.is_some_and(|app| app.ends_with("captiveportallogin"))
        || apple && agent.contains("AppleWebKit") && !agent.contains("Safari/")
}

/// The `Set-Cookie` value that signs a browser in.
pub(super) fn set_cookie(token: &str) -> String {
    format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={COOKIE_SECONDS}")
}

/// The `Set-Cookie` value that signs a browser out.
pub(super) fn clear_cookie() -> String {
    format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
}

/// Does `Host` name this box?
pub(super) fn host_is_ours(state: &AppState, headers: &HeaderMap) -> bool {
    text(headers, header::HOST).is_some_and(|host| addresses::is_ours(&state.core, host))
}

pub(super) fn same_origin(headers: &HeaderMap) -> Result<(), Problem> {
    let host = text(headers, header::HOST).unwrap_or_default();
    let origin = text(headers, header::ORIGIN).unwrap_or_default();
    let origin_host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")).unwrap_or_default();
    let same = !host.is_empty() && origin_host.eq_ignore_ascii_case(host);
    if same { Ok(()) } else { Err(ErrorCode::OriginNotAllowed.into()) }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = text(headers, header::AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == COOKIE && !value.is_empty())
        .map(|(_, v)| v)
}

pub(super) fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// "Chrome on Android": enough to tell one's own devices apart.
fn label(agent: &str) -> String {
    // The order matters: every browser claims to be Chrome and Safari.
    const BROWSERS: &[(&str, &str)] = &[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("HuaweiBrowser", "Huawei Browser"),
        ("MiuiBrowser", "Mi Browser"),
        ("MQQBrowser", "QQ Browser"),
        ("UCBrowser", "UC Browser"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: &[(&str, &str)] = &[
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find =
        |list: &[(&str, &'static str)]| list.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => {
            let name: String = agent.chars().filter(|c| !c.is_control()).take(40).collect();
            if name.trim().is_empty() { "unknown".to_owned() } else { name }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_recognise_their_devices() {
        let android = "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36";
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1";
        assert_eq!(label(android), "Chrome on Android");
        assert_eq!(label(iphone), "Safari on iPhone");
        assert_eq!(label("door-panel/1.0"), "door-panel/1.0");
        assert_eq!(label(""), "unknown");
    }

    #[test]
    fn a_page_of_another_site_cannot_write_with_our_cookie() {
        let headers = |origin: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "imbox.local:8080".parse().unwrap());
            if !origin.is_empty() {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            same_origin(&headers).is_ok()
        };
        assert!(headers("http://imbox.local:8080"));
        for bad in
            ["", "null", "http://evil.example", "http://imbox.local", "http://imbox.local:80800", "imbox.local:8080"]
        {
            assert!(!headers(bad), "{bad}");
        }
    }
}
