//! What RFC 9110 says that a server must do, asked of every route. Were these to fail, a proxy, a browser or somebody's HTTP library
//! would misread the box: a stale answer, a broken line, a retry for ever.

use std::collections::{BTreeMap, BTreeSet};

use imd::wire::{ErrorBody, ErrorCode};
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::PATIENCE;
use crate::api::operations;
use crate::door::Reply;
use crate::house::House;

/// Status, head and body of what is answered to these bytes, once the connection has ended.
struct Raw {
    status: u16,
    head: String,
    body: String,
}

async fn raw(house: &House, request: &str) -> Raw {
    let mut line = TcpStream::connect(house.door.address()).await.unwrap();
    let talk = async {
        // A head that is refused half-way may break the line while it is written.
        let _ = line.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = line.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    let answer = tokio::time::timeout(PATIENCE, talk).await.expect("an end");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{request:.200}: {answer:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    Raw { status, head: head.to_lowercase(), body: body.to_owned() }
}

impl Raw {
    fn code(&self) -> Option<ErrorCode> {
        serde_json::from_str::<ErrorBody>(&self.body).ok().map(|body| body.error.code)
    }
}

/// The head of a request to the box by its right name, after which the connection ends.
fn asking(house: &House, line: &str) -> String {
    format!("{line}\r\nHost: {}\r\nConnection: close\r\n\r\n", house.door.address())
}

/// Section 15.5.6: `Allow` is what a program falls back to. Methods that it lists must work, the others be refused, on every route.
#[tokio::test]
async fn every_route_tells_its_methods_and_takes_no_other() {
    let house = House::fresh().await;
    let mut routes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in operations() {
        let methods = routes.entry(operation.filled("1")).or_default();
        methods.insert(operation.method.to_string());
        if operation.method == Method::GET {
            methods.insert("HEAD".to_owned());
        }
    }
    for path in ["/", "/nothing/here", "/api/docs", "/api/v1/ws", "/metrics", "/healthz"] {
        routes.insert(path.to_owned(), ["GET", "HEAD"].map(str::to_owned).into());
    }
    for (path, methods) in &routes {
        for method in ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
            let request = house.door.request(method.parse().unwrap(), path);
            let reply = Reply::of(request).await;
            assert_eq!(reply.status != 405, methods.contains(method), "{method} {reply}");
            if reply.status == 405 {
                let allowed: BTreeSet<String> = reply.header("allow").split(',').map(|m| m.trim().to_owned()).collect();
                assert_eq!(&allowed, methods, "{method} {path}");
            }
        }
    }
    house.stop().await;
}

/// Sections 6.6.1 (a date), 8.6 (no length without content), 11.6.1 (how to sign in), 15.3.5 (204 is empty), and the one shape.
#[tokio::test]
async fn every_answer_is_whole() {
    let (house, owner) = House::owned().await;
    for operation in operations().into_iter().filter(|operation| !operation.path.ends_with("/sign-out")) {
        for person in [None, Some(&owner)] {
            let request = operation.request(&house.door);
            let request = if let Some(person) = person { request.bearer_auth(&person.token) } else { request };
            let reply = Reply::of(request).await;
            assert!(!reply.header("date").is_empty(), "{reply}");
            match reply.status {
                204 | 304 => assert!(reply.body.is_empty() && reply.header("content-length").is_empty(), "{reply}"),
                status if status >= 400 => assert_eq!(reply.header("content-type"), "application/json", "{reply}"),
                _ => assert!(reply.body.is_empty() || !reply.header("content-type").is_empty(), "{reply}"),
            }
            assert!(reply.status < 400 || reply.code() != ErrorCode::Internal, "{reply}");
            assert_eq!(reply.status == 401, !reply.header("www-authenticate").is_empty(), "{reply}");
        }
    }
    house.stop().await;
}

/// Sections 9.3.2 (HEAD is GET without the content) and 13.1.2 (whoever has it is not sent it again).
#[tokio::test]
async fn whatever_is_read_can_be_asked_about_and_kept() {
    let (house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    let file: imd::wire::File = owner.upload(hall, "plan.txt", "the plan of it").await.ok();
    let mut tagged = 0;
    let mut paths: Vec<String> = operations()
        .iter()
        .filter(|o| o.method == Method::GET && !o.path.contains('{') && o.query.is_empty())
        .map(|o| o.path.clone())
        .collect();
    paths.extend([format!("/api/v1/files/{}", file.id), "/".to_owned(), "/api/docs".to_owned()]);
    for path in &paths {
        let got = owner.get(path).await;
        let head = Reply::of(owner.request(Method::HEAD, path)).await;
        assert_eq!((head.status, head.body.len()), (got.status, 0), "{path}");
        for name in ["content-type", "etag", "cache-control", "vary"] {
            assert_eq!(head.header(name), got.header(name), "{path}: {name}");
        }
        let etag = got.header("etag");
        if etag.is_empty() {
            continue;
        }
        tagged += 1;
        for have in [etag.to_owned(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
            let again = Reply::of(owner.request(Method::GET, path).header("if-none-match", &have)).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path}: {have}");
            for name in ["etag", "cache-control", "vary"] {
                assert_eq!(again.header(name), got.header(name), "{path}: {name}, section 15.4.5");
            }
        }
        let other = Reply::of(owner.request(Method::GET, path).header("if-none-match", "\"other\"")).await;
        assert_eq!((other.status, other.body), (200, got.body), "{path}");
    }
    assert!(tagged >= 4, "a file, the app, the documentation and the schema: {tagged} of {paths:?}");
    house.stop().await;
}

/// Section 12.5.3: whoever cannot unpack it would be shown rubbish. And everybody's schema is large: packed it is a tenth.
#[tokio::test]
async fn what_is_packed_is_sent_only_to_who_takes_it() {
    let (house, _) = House::owned().await;
    for path in ["/", "/api/v1/openapi.json"] {
        let ask = async |accept: Option<&str>| {
            let request = house.door.request(Method::GET, path);
            Reply::of(accept.map_or(request.try_clone().unwrap(), |a| request.header("accept-encoding", a))).await
        };
        let plain = ask(None).await;
        assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "accept-encoding"), "{path}");
        for accept in ["br, gzip", "gzip;q=0.1", "*"] {
            let packed = ask(Some(accept)).await;
            assert_eq!((packed.header("content-encoding"), packed.status), ("gzip", 200), "{path}: {accept}");
            assert!(packed.body.starts_with(b"\x1f\x8b") && packed.body.len() < plain.body.len(), "{path}");
            assert_ne!(packed.header("etag"), plain.header("etag"), "other bytes, another tag: section 8.8.3.3");
        }
        for accept in ["gzip;q=0", "gzip; q=0, *", "*;q=0", "identity", "br", ""] {
            let reply = ask(Some(accept)).await;
            assert_eq!((reply.header("content-encoding"), &reply.body), ("", &plain.body), "{path}: {accept}");
        }
    }
    let schema = house.door.request(Method::GET, "/api/v1/openapi.json").header("accept-encoding", "gzip");
    assert!(Reply::of(schema).await.body.len() < 60_000);
    house.stop().await;
}

/// Section 15.5.17: what was asked for is beyond the end, which the program is told, and where the end is.
#[tokio::test]
async fn a_part_beyond_the_end_is_refused_and_the_length_told() {
    let (house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    let file: imd::wire::File = owner.upload(hall, "plan.txt", "the plan of it").await.ok();
    let part = async |range: &str| {
        Reply::of(owner.request(Method::GET, &format!("/api/v1/files/{}", file.id)).header("range", range)).await
    };
    let beyond = part("bytes=14-").await;
    beyond.refused(ErrorCode::RangeNotSatisfiable);
    assert_eq!((beyond.header("content-range"), beyond.header("cache-control")), ("bytes */14", "no-store"));
    let last = part("bytes=13-").await;
    assert_eq!((last.status, last.header("content-range"), &last.body[..]), (206, "bytes 13-13/14", &b"t"[..]));
    house.stop().await;
}

/// Section 4.1: URLs of 8,000 bytes are taken, longer ones refused by name, on both kinds of route.
#[tokio::test]
async fn a_url_that_is_too_long_is_refused_as_that() {
    let (house, owner) = House::owned().await;
    for path in ["/api/v1/users?q=", "/api/v1/nothing?", "/?"] {
        let of = |length: usize| format!("{path}{}", "x".repeat(length - path.len()));
        assert_ne!(owner.get(&of(8_000)).await.status, 414, "{path}");
        owner.get(&of(8_001)).await.refused(ErrorCode::UrlTooLong);
        let refused = Reply::of(owner.request(Method::POST, &of(8_001)).json(&json!({}))).await;
        refused.refused(ErrorCode::UrlTooLong);
    }
    house.stop().await;
}

/// RFC 9112, section 3.2: one `Host` and no more, and a target that names the host counts for it. Otherwise two programs on the way
/// could read two hosts out of one request.
#[tokio::test]
async fn whom_a_request_is_for_is_never_in_doubt() {
    let house = House::fresh().await;
    let here = house.door.address();
    for (request, status, code) in [
        (format!("GET /api/v1/box HTTP/1.1\r\nHost: {here}\r\n"), 200, None),
        (format!("GET http://{here}/api/v1/box HTTP/1.1\r\nHost: evil.example\r\n"), 200, None),
        (format!("GET http://{here} HTTP/1.1\r\nHost: {here}\r\n"), 200, None),
        (format!("GET /api/v1/box HTTP/1.0\r\nHost: {here}\r\n"), 200, None),
        (
            format!("GET http://evil.example/api/v1/box HTTP/1.1\r\nHost: {here}\r\n"),
            421,
            Some(ErrorCode::HostNotAllowed),
        ),
        ("GET /api/v1/box HTTP/1.1\r\n".to_owned(), 400, Some(ErrorCode::BadRequest)),
        (
            format!("GET /api/v1/box HTTP/1.1\r\nHost: {here}\r\nHost: evil.example\r\n"),
            400,
            Some(ErrorCode::BadRequest),
        ),
        (format!("GET /api/v1/box HTTP/1.1\r\nHost: me@{here}\r\n"), 400, Some(ErrorCode::BadRequest)),
        ("GET /api/v1/box HTTP/1.1\r\nHost: a b\r\n".to_owned(), 400, Some(ErrorCode::BadRequest)),
        ("GET /api/v1/box HTTP/1.0\r\n".to_owned(), 421, Some(ErrorCode::HostNotAllowed)),
        ("GET /api/v1/box HTTP/1.1\r\nHost:\r\n".to_owned(), 400, Some(ErrorCode::BadRequest)),
        (format!("OPTIONS * HTTP/1.1\r\nHost: {here}\r\n"), 405, Some(ErrorCode::MethodNotAllowed)),
    ] {
        let answer = raw(&house, &format!("{request}Connection: close\r\n\r\n")).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{request}: {} {}", answer.head, answer.body);
    }
    house.stop().await;
}

/// What is answered before the box's own code sees it has no body: `PROTOCOL.md` says so. It is refused all the same, the connection
/// ends (two programs could disagree about where the next request begins), and the box goes on.
#[tokio::test]
async fn what_is_no_http_is_refused_and_ends_the_connection() {
    let house = House::fresh().await;
    let here = house.door.address();
    let padded = |bytes: usize| {
        let request = asking(&house, "GET /api/v1/box HTTP/1.1");
        let padding = "x".repeat(bytes - request.len() - "X-Padding: \r\n".len());
        request.replace("Connection", &format!("X-Padding: {padding}\r\nConnection"))
    };
    for (what, request, status) in [
        ("no request", "good morning\r\n\r\n".to_owned(), 400),
        ("another version", asking(&house, "GET / HTTP/7.1"), 400),
        ("no header", format!("GET / HTTP/1.1\r\nHost: {here}\r\nnonsense\r\n\r\n"), 400),
        ("a blank before the colon", format!("GET / HTTP/1.1\r\nHost : {here}\r\n\r\n"), 400),
        (
            "two lengths",
            format!("POST / HTTP/1.1\r\nHost: {here}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
            400,
        ),
        ("a length that is none", format!("POST / HTTP/1.1\r\nHost: {here}\r\nContent-Length: -1\r\n\r\n"), 400),
        ("a head that is too large", padded(17 << 10), 431),
        ("one that is not", padded(15 << 10), 200),
    ] {
        let answer = raw(&house, &request).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.head);
        assert!(status == 200 || answer.body.is_empty(), "{what}: say in PROTOCOL.md that it has one now");
        assert!(answer.head.contains("\r\ndate: "), "{what}: {}", answer.head);
    }
    house.door.get("/healthz").await.done();
    house.stop().await;
}
