//! Requests to another box over plain HTTP/1.1 (RFC 9112): one request for each connection, no redirects, no names to
//! resolve, everything limited in size and time. The caller decides which addresses are allowed and what the response
//! means.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::header::{self, HeaderName};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// Time to connect.
const CONNECT: Duration = Duration::from_secs(5);
/// Time from the request to the head of the response.
const HEAD: Duration = Duration::from_secs(15);
/// Time between two pieces of a body.
const IDLE: Duration = Duration::from_secs(30);
/// The largest head of a response that is read.
const HEAD_BYTES: usize = 16 << 10;

/// A request.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// `GET` or `POST`, without a body.
    pub method: Asking,
    /// Begins with `/`.
    pub path: &'a str,
    /// Names in lower case, and values.
    pub headers: &'a [(&'static str, &'a str)],
}

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
}

/// Why there is no response, or no more of it. What else may answer at that address is not revealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Nothing accepted the connection in time, or it does not speak HTTP.
    #[error("there is no response")]
    NoAnswer,
    /// The response was interrupted, stalled or was larger than expected.
    #[error("the response was interrupted")]
    BrokeOff,
}

/// A response whose body is still to come. Dropping it closes the connection.
#[derive(Debug)]
pub struct FetchResponse {
    response: Response<Incoming>,
    _connection: Ended,
}

/// Sends a request.
///
/// # Errors
/// `NoAnswer`.
pub async fn ask(to: SocketAddr, what: Ask<'_>) -> Result<FetchResponse, FetchError> {
    let unanswered = |_| FetchError::NoAnswer;
    let mut request = Request::new(Empty::<Bytes>::new());
    *request.method_mut() = match what.method {
        Asking::Get => Method::GET,
        Asking::Post => Method::POST,
    };
    *request.uri_mut() = what.path.parse().map_err(|_| FetchError::NoAnswer)?;
    let host = to.to_string();
    for (name, value) in what.headers.iter().copied().chain([("host", host.as_str()), ("connection", "close")]) {
        let value = value.parse().map_err(|_| FetchError::NoAnswer)?;
        request.headers_mut().insert(HeaderName::from_static(name), value);
    }
    let stream = timeout(CONNECT, TcpStream::connect(to)).await.map_err(unanswered)?;
    let stream = stream.map_err(|_| FetchError::NoAnswer)?;
    let asked = async {
        let mut http = hyper::client::conn::http1::Builder::new();
        http.max_buf_size(HEAD_BYTES);
        let (mut sender, connection) = http.handshake(TokioIo::new(stream)).await?;
        let connection = Ended(tokio::spawn(async move { drop(connection.await) }).abort_handle());
        Ok::<_, hyper::Error>((sender.send_request(request).await?, connection))
    };
    let (response, connection) = timeout(HEAD, asked).await.map_err(unanswered)?.map_err(|_| FetchError::NoAnswer)?;
    Ok(FetchResponse { response, _connection: connection })
}

impl FetchResponse {
    /// The status code (RFC 9110, section 15).
    #[must_use]
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The first byte and the size of the whole, when this is a part (RFC 9110, section 14.4).
    #[must_use]
    pub fn part(&self) -> Option<(u64, u64)> {
        let range = self.response.headers().get(header::CONTENT_RANGE)?.to_str().ok()?;
        let (part, whole) = range.strip_prefix("bytes ")?.split_once('/')?;
        Some((part.split_once('-')?.0.parse().ok()?, whole.parse().ok()?))
    }

    /// Seconds after which to ask again, if the other side says so.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        self.response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()
    }

    /// The next piece of the body; `None` at its end.
    ///
    /// # Errors
    /// `BrokeOff`.
    pub async fn next(&mut self) -> Result<Option<Bytes>, FetchError> {
        loop {
            let frame = timeout(IDLE, self.response.body_mut().frame()).await.map_err(|_| FetchError::BrokeOff)?;
            match frame {
                None => return Ok(None),
                Some(Err(_)) => return Err(FetchError::BrokeOff),
                // Trailers mean nothing here.
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(piece) => return Ok(Some(piece)),
                    Err(_) => continue,
                },
            }
        }
    }

    /// The whole body, of at most `most` bytes.
    ///
    /// # Errors
    /// `BrokeOff`.
    pub async fn whole(mut self, most: usize) -> Result<Vec<u8>, FetchError> {
        let all = async {
            let mut whole = Vec::new();
            while let Some(piece) = self.next().await? {
                if whole.len() + piece.len() > most {
                    return Err(FetchError::BrokeOff);
                }
                whole.extend_from_slice(&piece);
            }
            Ok(whole)
        };
        timeout(HEAD, all).await.map_err(|_| FetchError::BrokeOff)?
    }
}

/// Closes the connection when it is dropped.
#[derive(Debug)]
struct Ended(AbortHandle);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.abort();
    }
}
