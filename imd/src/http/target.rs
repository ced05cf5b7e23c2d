//! The target of a request and the host it is meant for, read as RFC 9112 (section 3.2) requires, before anything else
//! looks at the request.

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Uri, Version, header};

use super::Problem;
use crate::wire::ErrorCode;

/// Longest path with query. RFC 9110 (section 4.1) requires at least 8,000 bytes.
const URL_BYTES: usize = 8_000;

/// Refuses a request whose target or `Host` is malformed. A target that itself names the host, as clients of a proxy
/// send it, is split into a path and a `Host`, so that one check is enough.
pub(super) fn read(request: &mut Request) -> Result<(), Problem> {
    let path = request.uri().path_and_query().cloned();
    if path.as_ref().is_some_and(|path| path.as_str().len() > URL_BYTES) {
        return Err(ErrorCode::UrlTooLong.into());
    }
    let mut hosts = request.headers().get_all(header::HOST).into_iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_well_formed(host) => {}
        (None, None) if request.version() < Version::HTTP_11 => {}
        _ => return Err(ErrorCode::BadRequest.into()),
    }
    if let (Some(authority), Some(path)) = (request.uri().authority(), path) {
        let host = HeaderValue::from_str(authority.as_str()).map_err(|_| ErrorCode::BadRequest)?;
        if !is_well_formed(&host) {
            return Err(ErrorCode::BadRequest.into());
        }
        request.headers_mut().insert(header::HOST, host);
        *request.uri_mut() = Uri::from(path);
    }
    Ok(())
}

/// A name or address, with or without a port.
fn is_well_formed(host: &HeaderValue) -> bool {
    let authority = |host: &str| host.parse::<Authority>().is_ok_and(|host| !host.as_str().contains('@'));
    host.to_str().is_ok_and(authority)
}
