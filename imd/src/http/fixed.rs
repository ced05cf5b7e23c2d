//! Responses that stay the same while the program runs. They carry a tag, so that a client that has one is not sent it
//! again (RFC 9110, section 13).

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::blob_response::has_it_already;

/// A response that stays the same.
#[derive(Debug)]
pub(super) struct Fixed {
    /// The body as it is sent.
    pub(super) body: Bytes,
    /// Is the body compressed with gzip?
    pub(super) packed: bool,
    /// Changes whenever `body` does: its hash.
    pub(super) tag: blake3::Hash,
    /// Media type with charset.
    pub(super) media_type: String,
    /// Value of `Cache-Control`.
    pub(super) keep: &'static str,
}

impl Fixed {
    /// The response to a GET or HEAD with these request headers: 200 or 304.
    pub(super) fn answer(self, request: &HeaderMap) -> Response {
        let etag = format!("\"{}\"", self.tag.to_hex());
        let mut response = if has_it_already(request, &etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = self.body.into_response();
            let headers = response.headers_mut();
            if let Ok(value) = HeaderValue::try_from(self.media_type) {
                headers.insert(header::CONTENT_TYPE, value);
            }
            if self.packed {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            response
        };
        // Sent with 304 as well (section 15.4.5).
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.keep));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(value) = HeaderValue::try_from(etag) {
            headers.insert(header::ETAG, value);
        }
        response
    }
}
