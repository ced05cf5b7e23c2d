//! Answers to what phones ask after joining the box's own Wi-Fi: is there internet? The first answer makes a phone show
//! a page that says where the box is. Once somebody has read it, the phone gets the answer it wants, so that it stays
//! in a Wi-Fi without internet.
//!
//! In that Wi-Fi every name resolves to the box (`dnsmasq-shared.d`), so these requests carry other hosts' names. They
//! are answered only when they arrive at the hotspot's address, reveal nothing about the box, and set no cookie, which
//! the phone's small window for such pages would lose.
//!
//! There is no captive portal API (RFC 8908) here: it requires HTTPS with a certificate that the phone trusts.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::AppState;
use super::authentication::{Peer, host_is_ours, text};
use crate::actions::identity::addresses;

/// The box's own address on this connection; the server sets it.
#[derive(Debug, Clone, Copy)]
pub struct Reached(pub IpAddr);

/// Who has read the page, by address.
#[derive(Debug, Default)]
pub struct Visitors(Mutex<HashMap<IpAddr, Instant>>);

/// How many are remembered at most: more than the hotspot has addresses.
const MAX_VISITORS: usize = 256;
/// Whoever has not asked for this long has left, and the address may now belong to somebody else.
const GONE: Duration = Duration::from_secs(6 * 3_600);

/// What a phone expects to hear when there is internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// 204 without a body.
    NoContent,
    /// 200 with this type and body.
    Text(&'static str, &'static str),
}

const HTML: &str = "text/html; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";
const APPLE: &str = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>";
const NETWORK_MANAGER: Wanted = Wanted::Text(PLAIN, "NetworkManager is online\n");

/// The probes of Android and its relatives, Edge, Apple, Windows, Firefox and the Linux desktops. Listed by path,
/// because each vendor uses several host names.
const PROBES: &[(&str, Wanted)] = &[
    ("/generate_204", Wanted::NoContent),
    ("/gen_204", Wanted::NoContent),
    ("/captiveportal/generate_204", Wanted::NoContent),
    ("/hotspot-detect.html", Wanted::Text(HTML, APPLE)),
    ("/library/test/success.html", Wanted::Text(HTML, APPLE)),
    ("/connecttest.txt", Wanted::Text(PLAIN, "Microsoft Connect Test")),
    ("/ncsi.txt", Wanted::Text(PLAIN, "Microsoft NCSI")),
    ("/success.txt", Wanted::Text(PLAIN, "success\n")),
    (
        "/canonical.html",
        Wanted::Text(
            HTML,
            "<meta http-equiv=\"refresh\" content=\"0;url=https://support.mozilla.org/kb/captive-portal\"/>",
        ),
    ),
    ("/check_network_status.txt", NETWORK_MANAGER),
    ("/nm", NETWORK_MANAGER),
    ("/nm-check.txt", NETWORK_MANAGER),
    ("/static/hotspot.txt", Wanted::Text(PLAIN, "OK")),
];
/// Ubuntu's probe asks for the front page and accepts any answer.
const UBUNTU: &str = "connectivity-check.ubuntu.com";
/// The page that Windows opens in the browser.
const REDIRECT: &str = "/redirect";
/// The page itself, its style sheet, and the "I have read it" button.
const PAGE: &str = "/captive";
const STYLE: &str = "/captive.css";
const READ: &str = "/captive/read";

impl Visitors {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, who: IpAddr, now: Instant) {
        let mut known = self.lock();
        known.retain(|_, seen| now.duration_since(*seen) < GONE);
        if known.len() < MAX_VISITORS {
            known.insert(who, now);
        }
    }

    /// Has this visitor read the page? Counts as a visit.
    fn has_read(&self, who: IpAddr, now: Instant) -> bool {
        match self.lock().get_mut(&who) {
            Some(seen) if now.duration_since(*seen) < GONE => {
                *seen = now;
                true
            }
            _ => false,
        }
    }
}

/// Did the request arrive through the box's own Wi-Fi?
pub(super) fn by_hotspot(state: &AppState, extensions: &axum::http::Extensions) -> bool {
    extensions.get::<Reached>().is_some_and(|Reached(ip)| addresses::is_hotspot(&state.core, *ip))
}

/// The answer to someone in the box's own Wi-Fi who asked for another host; `None` for requests to the app or the API.
pub(super) fn answer(state: &AppState, request: &Request) -> Option<Response> {
    if !by_hotspot(state, request.extensions()) || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let Peer(who) = *request.extensions().get::<Peer>()?;
    let (now, visitors) = (Instant::now(), &state.visitors);
    let box_at = addresses::of_hotspot(&state.core);
    let path = request.uri().path();
    if let Some(wanted) = wanted(text(request.headers(), header::HOST).unwrap_or_default(), path) {
        return Some(if visitors.has_read(who, now) { wanted.into_response() } else { to(&format!("{box_at}{PAGE}")) });
    }
    match path {
        PAGE => Some(page(&box_at)),
        STYLE => Some(typed("text/css; charset=utf-8", CSS)),
        READ => {
            visitors.read(who, now);
            Some(to(&format!("{box_at}/")))
        }
        REDIRECT => Some(to(&format!("{box_at}{PAGE}"))),
        // Whatever address somebody entered, the chat is what there is here. The API answers only under its own names.
        _ if !host_is_ours(state, request.headers()) && !path.starts_with("/api/") => Some(to(&format!("{box_at}/"))),
        _ => None,
    }
}

fn wanted(host: &str, path: &str) -> Option<Wanted> {
    if host == UBUNTU && path == "/" {
        return Some(Wanted::NoContent);
    }
    PROBES.iter().find(|(probe, _)| *probe == path).map(|(_, wanted)| *wanted)
}

impl IntoResponse for Wanted {
    fn into_response(self) -> Response {
        match self {
            Self::NoContent => (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response(),
            Self::Text(media_type, text) => typed(media_type, text),
        }
    }
}

fn typed(media_type: &'static str, body: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-store")], body).into_response()
}

/// 302, because some phones remember permanent redirects for good (RFC 9110, section 15.4).
fn to(place: &str) -> Response {
    let Ok(location) = HeaderValue::try_from(place) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::FOUND, headers).into_response()
}

const CSS: &str = "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:0 auto;padding:1.5rem;color:#1a1a1a;background:#fff}\
    h1{font-size:1.4rem;line-height:1.3}h1 span,p span{display:block}\
    b{display:block;font-size:1.5rem;margin:1.5rem 0;text-align:center;overflow-wrap:anywhere}\
    a{display:block;margin:1.5rem 0;padding:.8rem;border-radius:8px;text-align:center;text-decoration:none;color:#fff;background:#0a6b52}\
    @media(prefers-color-scheme:dark){body{color:#eee;background:#181818}}";

/// In both languages, because nothing is known about the reader.
fn page(box_at: &str) -> Response {
    let body = format!(
        "<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>imbox</title><link rel=\"stylesheet\" href=\"{box_at}{STYLE}\"><main>\
         <h1>你已连上盒子的 Wi-Fi <span lang=\"en\">You are in the Wi-Fi of the box</span></h1>\
         <p>这里没有互联网，只有聊天。请记住地址，以后在浏览器中打开它。\
         <span lang=\"en\">There is no internet here, only the chat. Its address, for your browser:</span></p>\
         <b>{box_at}</b><a href=\"{box_at}{READ}\">继续 · <span lang=\"en\">Go on</span></a>\
         <p>手机问是否保持连接时，请选择保持。<span lang=\"en\">If the phone asks whether to stay connected, say yes.</span></p></main></html>"
    );
    let mut response = typed(HTML, body);
    let policy = format!("default-src 'none'; style-src 'self' {box_at}; base-uri 'none'; frame-ancestors 'none'");
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, a phone that inherits the address of one that has left would never be shown where the box is;
    /// or one that is still there would be asked again and again.
    #[test]
    fn who_has_read_it_is_known_until_they_are_gone() {
        let visitors = Visitors::default();
        let (who, began) = (IpAddr::from([10, 42, 0, 7]), Instant::now());
        assert!(!visitors.has_read(who, began));
        visitors.read(who, began);
        let nearly = GONE.checked_sub(Duration::from_secs(1)).unwrap();
        assert!(visitors.has_read(who, began + nearly));
        assert!(visitors.has_read(who, began + nearly + nearly), "being seen counts");
        assert!(!visitors.has_read(who, began + nearly + nearly + GONE));
    }

    /// Were this to fail, requests from many addresses could fill the memory.
    #[test]
    fn not_more_are_remembered_than_the_wifi_has() {
        let visitors = Visitors::default();
        let now = Instant::now();
        for n in 0..1_000_u32 {
            visitors.read(IpAddr::V4(n.into()), now);
        }
        assert_eq!(visitors.lock().len(), MAX_VISITORS);
    }
}
