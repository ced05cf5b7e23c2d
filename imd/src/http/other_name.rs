//! What a browser is shown when it opened the page by a name that is not the box's, for instance one given by a router:
//! the address that works.
//!
//! The response keeps the status of the refusal, so that no other site can point its name at the box. It reveals only
//! the address that was reached, which whoever pointed the name there already knows.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::captive::Reached;
use super::{AppState, Problem, accepts};
use crate::actions::identity::addresses;
use crate::wire::ErrorCode;

/// A page for people, the one error shape for programs.
pub(super) fn answer(state: &AppState, request: &Request) -> Response {
    let by_person = accepts::media_type(request.headers(), "text/html");
    let reached = request.extensions().get::<Reached>();
    let (true, Some(Reached(ip))) = (by_person, reached) else {
        return Problem::from(ErrorCode::HostNotAllowed).into_response();
    };
    let url = addresses::url_of(&state.core, *ip);
    let mut response = (StatusCode::MISDIRECTED_REQUEST, Html(page(&format!("{url}/")))).into_response();
    let policy =
        HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `url` consists of an address and a port only.
fn page(url: &str) -> String {
    format!(
        "<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>imbox</title>\
         <h1>请用盒子自己的地址打开</h1><p>这个名字是路由器起的，盒子不认识它。请打开：</p><p><a href=\"{url}\">{url}</a></p>\
         <div lang=\"en\"><h1>Open the box by its own address</h1><p>This name was given by a router, and the box does not know it. \
         Open this instead:</p><p><a href=\"{url}\">{url}</a></p></div></html>"
    )
}
