//! One request to the daemon over its own socket, and the response (RFC 9112). Knows nothing of what is asked.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::exit::{self, Failure};

/// The longest time to wait for a response.
const PATIENCE: Duration = Duration::from_secs(120);
/// The same for a request with a file, which may be a whole box.
const FILE_PATIENCE: Duration = Duration::from_secs(3_600);

/// What is sent.
pub(super) struct Request {
    method: &'static str,
    path: String,
    body: Option<Value>,
    /// Sent as the body.
    file: Option<PathBuf>,
    /// Further headers.
    headers: Vec<(&'static str, String)>,
}

impl Request {
    /// Without a body: sending one that nobody reads would break the connection before the response has arrived.
    pub(super) fn of(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), body: None, file: None, headers: Vec::new() }
    }

    pub(super) fn get(path: impl Into<String>) -> Self {
        Self::of("GET", path)
    }

    pub(super) fn post(path: impl Into<String>) -> Self {
        Self::of("POST", path)
    }

    pub(super) fn send(method: &'static str, path: impl Into<String>, body: Value) -> Self {
        Self { body: Some(body), ..Self::of(method, path) }
    }

    /// Sends `file` as it is, with these `headers`.
    pub(super) fn file(path: impl Into<String>, file: PathBuf, headers: Vec<(&'static str, String)>) -> Self {
        Self { file: Some(file), headers, ..Self::post(path) }
    }
}

/// A secret, which must not be among the arguments because everybody can see those: the first line of the input. If it
/// cannot be read it is empty, which the daemon refuses.
pub(super) fn first_line() -> String {
    let mut line = String::new();
    match io::stdin().read_line(&mut line) {
        Ok(_) => line.trim_end_matches(['\r', '\n']).to_owned(),
        Err(_) => String::new(),
    }
}

/// Percent-encoded for a query (RFC 3986, section 2.1): everything but letters and digits.
pub(super) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Sends a request to the daemon; one request for each connection (RFC 9112).
pub(super) fn ask(socket: &Path, request: &Request) -> Result<Value, Failure> {
    let away = |error: io::Error| {
        let cause = format!("no daemon answers at {}: {error}", socket.display());
        Failure::new(exit::NO_DAEMON, cause)
    };
    let mut stream = UnixStream::connect(socket).map_err(away)?;
    let body = request.body.as_ref().map(ToString::to_string).unwrap_or_default();
    let file = request.file.as_deref().map(File::open).transpose().map_err(|error| {
        Failure::new(exit::USAGE, format!("{}: {error}", request.file.as_deref().unwrap_or(Path::new("")).display()))
    })?;
    let length = match &file {
        Some(file) => file.metadata().map_err(away)?.len(),
        None => body.len() as u64,
    };
    // A file is checked completely before the response.
    stream.set_read_timeout(Some(if file.is_some() { FILE_PATIENCE } else { PATIENCE })).map_err(away)?;
    let media_type = if file.is_some() { "application/octet-stream" } else { "application/json" };
    let more: String = request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n{}\r\n",
        request.method, request.path, more
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).map_err(away)?;
    if let Some(mut file) = file {
        // A daemon that has refused reads no more; its response says why.
        match io::copy(&mut file, &mut stream) {
            Err(error) if !matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset) => {
                return Err(away(error));
            }
            _ => {}
        }
    }
    let (status, answer) = read_answer(BufReader::new(stream)).map_err(away)?;
    if status < 400 {
        return Ok(answer);
    }
    let message = answer["error"]["message"].as_str().unwrap_or("the daemon refused");
    let code = answer["error"]["code"].as_str().unwrap_or("internal");
    Err(Failure::new(exit::REFUSED, format!("{message} ({code})")))
}

fn read_answer(mut from: impl BufRead) -> io::Result<(u16, Value)> {
    let wrong = |what: &'static str| io::Error::new(io::ErrorKind::InvalidData, what);
    let mut line = String::new();
    from.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(wrong("no HTTP answer"))?;
    loop {
        line.clear();
        from.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
    }
    // `Connection: close`: the body ends with the connection.
    let mut body = Vec::new();
    match from.read_to_end(&mut body) {
        // A daemon that refused has not read everything; for the kernel, that is no proper end.
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
        read => drop(read?),
    }
    if body.is_empty() {
        return Ok((status, Value::Null));
    }
    let value = serde_json::from_slice(&body).map_err(|_| wrong("not JSON"))?;
    Ok((status, value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_and_an_empty_answer_are_read() {
        let read = |text: &str| read_answer(text.as_bytes()).unwrap();
        assert_eq!(read("HTTP/1.1 204 No Content\r\nx: y\r\n\r\n"), (204, Value::Null));
        assert_eq!(read("HTTP/1.1 403 Forbidden\r\n\r\n{\"a\":1}"), (403, json!({"a": 1})));
        assert!(read_answer("nonsense".as_bytes()).is_err());
        assert_eq!(encoded("a b&王"), "a%20b%26%E7%8E%8B");
    }
}
