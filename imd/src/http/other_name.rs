//! What a browser is shown that came by a name which is not the box's, as a router gives one: the address that works.
//!
//! The answer is the refusal that it was, with its status, so that no other site can point its name at the box; it tells
//! nothing but the address that was reached, which whoever pointed the name there knows.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::captive::Reached;
use super::{AppState, Problem, accepts};
use crate::wire::ErrorCode;

/// A page for a person, the one error shape for a program.
pub(super) fn answer(state: &AppState, request: &Request) -> Response {
    let by_person = accepts::media_type(request.headers(), "text/html");
    let reached = request.extensions().get::<Reached>();
    let (true, Some(Reached(ip))) = (by_person, reached) else {
        return Problem::from(ErrorCode::HostNotAllowed).into_response();
    };
    let host = if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() };
    let url = match state.core.port {
        80 => format!("http://{host}/"),
        port => format!("http://{host}:{port}/"),
    };
    let mut response = (StatusCode::MISDIRECTED_REQUEST, Html(page(&url))).into_response();
    let policy =
        HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `url` is made of an address and a port alone.
fn page(url: &str) -> String {
    format!(
        "<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>imbox</title>\
         <h1>请用盒子自己的地址打开</h1><p>这个名字是路由器起的，盒子不认识它。请打开：</p><p><a href=\"{url}\">{url}</a></p>\
         <div lang=\"en\"><h1>Open the box by its own address</h1><p>This name was given by a router, and the box does not know it. \
         Open this instead:</p><p><a href=\"{url}\">{url}</a></p></div></html>"
    )
}
