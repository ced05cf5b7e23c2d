//! A stored file as an HTTP response: whole or in part (RFC 9110, sections 13 and 14), cacheable, and unable to act in
//! the app's name, whatever somebody put into it.
//!
//! That the client may have the file was decided before; nothing here knows who asks.

mod inert;
mod range;

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use self::range::Wanted;
pub(super) use self::range::has_it_already;
use super::Problem;
use crate::actions::files::transfer::{ENCODING_HEAD, Likely, encoding_of};
use crate::wire::ErrorCode;

/// Bytes that are read and handed on at a time. A download uses no more memory than this, however slow its receiver is.
const CHUNK: u64 = 64 << 10;

/// Files that are read at once; others wait. The threads for blocking work also serve the database, and a card does not
/// read faster when more is asked of it.
static READERS: Semaphore = Semaphore::const_new(16);

/// The content at a URL never changes, but only those who are signed in may have it.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

/// A file that is opened by itself gets an origin of its own, and can neither load nor run anything.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

/// A PDF is shown by the browser's own viewer, which runs none of it in our origin. `sandbox` would disable that
/// viewer, so the policy allows the app's frames and nobody else's instead.
const PDF_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'",
);

/// A file to be sent.
#[derive(Debug, Clone)]
pub(super) struct BlobFile {
    /// Where its bytes are. They never change.
    pub path: PathBuf,
    /// Changes whenever the bytes do: the hash of the content, with an addition for what is made from it, such as a
    /// thumbnail. Letters, digits and `-`.
    pub tag: String,
    /// Name to save it under.
    pub name: String,
    /// Media type (RFC 6838). Types that a browser would run are sent as `application/octet-stream`.
    pub media_type: String,
    /// Whether it is to be shown or saved.
    pub disposition: Disposition,
    /// The encoding of a text.
    pub charset: Charset,
}

/// The encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// Named by the client, or irrelevant.
    Said(&'static str),
    /// To be detected from the bytes; where several are possible, the one that is likely in this language.
    Shown(Likely),
}

/// What a browser that opens the file by itself should do with it (RFC 6266).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disposition {
    /// Show it, if that is harmless: pictures except SVG, audio, video, PDF, plain text.
    Inline,
    /// Save it.
    Attachment,
}

/// The response to a GET or HEAD for `file`: 200, 206 or 304; 416 is a refusal like any other.
///
/// # Errors
/// From opening the file, `NotFound` among them. A later error ends the connection before the announced length.
pub(super) async fn blob_response(file: BlobFile, method: &Method, request: &HeaderMap) -> io::Result<Response> {
    let (path, charset, is_text) = (file.path.clone(), file.charset, inert::is_text(&file.media_type));
    let reader = READERS.acquire().await.map_err(io::Error::other)?;
    let opened = spawn_blocking(move || {
        let _reader = reader;
        let opened = File::open(path)?;
        let size = opened.metadata()?.len();
        let charset = match charset {
            Charset::Said(charset) => charset,
            Charset::Shown(likely) if is_text => encoding_of(&head(&opened, size)?, likely),
            Charset::Shown(_) => "UTF-8",
        };
        Ok::<_, io::Error>((opened, size, charset))
    });
    let (opened, size, charset) = opened.await.map_err(io::Error::other)??;

    let etag = format!("\"{}\"", file.tag);
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::try_from(&etag).map_err(io::Error::other)?);
    headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if has_it_already(request, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    describe(headers, &file, charset);

    let wanted = if method == Method::GET { range::wanted(request, size, &etag) } else { Wanted::Whole };
    let (status, first, len) = match wanted {
        Wanted::Whole => (StatusCode::OK, 0, size),
        Wanted::Part { first, last } => {
            set(headers, header::CONTENT_RANGE, &format!("bytes {first}-{last}/{size}"));
            (StatusCode::PARTIAL_CONTENT, first, last - first + 1)
        }
        Wanted::Nothing => {
            let mut refused = Problem::from(ErrorCode::RangeNotSatisfiable).into_response();
            set(refused.headers_mut(), header::CONTENT_RANGE, &format!("bytes */{size}"));
            return Ok(refused);
        }
    };
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(len));
    *response.status_mut() = status;
    if method == Method::GET && len > 0 {
        *response.body_mut() = Body::from_stream(bytes_of(opened, first, len));
    }
    Ok(response)
}

/// As much of a text as is needed to detect its encoding.
fn head(file: &File, size: u64) -> io::Result<Vec<u8>> {
    let mut head = vec![0; usize::try_from(size).unwrap_or(ENCODING_HEAD).min(ENCODING_HEAD)];
    file.read_exact_at(&mut head, 0)?;
    Ok(head)
}

/// Sets the headers that say what the file is, and what a browser must not do with it.
fn describe(headers: &mut HeaderMap, file: &BlobFile, charset: &str) {
    let disposition = match file.disposition {
        Disposition::Inline if inert::can_be_shown(&file.media_type) => "inline",
        _ => "attachment",
    };
    set(headers, header::CONTENT_DISPOSITION, &inert::content_disposition(disposition, &file.name));
    set(headers, header::CONTENT_TYPE, &inert::content_type(&file.media_type, charset));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if disposition == "inline" && file.media_type == "application/pdf" {
        headers.insert(header::CONTENT_SECURITY_POLICY, PDF_SECURITY_POLICY);
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    } else {
        headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    }
}

/// Sets a header whose value consists of visible ASCII characters.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    debug_assert!(HeaderValue::from_str(value).is_ok(), "{name}: {value:?}");
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// `len` bytes from `first` on. Each chunk is read outside the async threads, once the one before it was taken.
fn bytes_of(file: File, first: u64, len: u64) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold((Arc::new(file), first, len), |(file, at, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        // Held only while reading, not until the receiver takes the chunk, so that a slow receiver holds up nobody.
        let place = READERS.acquire().await.map_err(io::Error::other)?;
        let reader = file.clone();
        let read = spawn_blocking(move || {
            let _place = place;
            let mut chunk = vec![0; left.min(CHUNK) as usize];
            reader.read_exact_at(&mut chunk, at)?;
            Ok::<_, io::Error>(Bytes::from(chunk))
        });
        let chunk = read.await.map_err(io::Error::other)??;
        let n = chunk.len() as u64;
        Ok(Some((chunk, (file, at + n, left - n))))
    })
}

#[cfg(test)]
mod tests;
