//! Pages of other sites, and names that are not the box's. Were these to fail, a page that someone at home opens could
//! read their chat or write in their name.

use imd::wire::ErrorCode;
use reqwest::Method;

use crate::api::operations;
use crate::door::{Door, Reply};
use crate::house::House;
use crate::line::Line;

const FOREIGN: [&str; 6] =
    ["http://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1", "https://imbox.local", "file://"];

#[tokio::test]
async fn no_other_page_writes_with_the_cookie() {
    let (house, owner) = House::owned().await;
    let writes = operations().into_iter().filter(|o| !o.public && o.method != Method::GET);
    for operation in writes {
        let without = operation.request(&house.door).header("cookie", owner.cookie());
        let reply = Reply::of(without).await;
        assert_eq!(reply.code(), ErrorCode::OriginNotAllowed, "{reply}");
        let foreign = operation.request(&house.door).header("cookie", owner.cookie());
        let reply = Reply::of(foreign.header("origin", FOREIGN[0])).await;
        assert_eq!(reply.code(), ErrorCode::OriginNotAllowed, "{reply}");
    }
    for origin in FOREIGN {
        let out = house.door.request(Method::POST, "/api/v1/sign-out").header("cookie", owner.cookie());
        Reply::of(out.header("origin", origin)).await.refused(ErrorCode::OriginNotAllowed);
    }
    owner.get("/api/v1/me").await.done();
    Reply::of(owner.browser(Method::POST, "/api/v1/sign-out")).await.done();
    house.stop().await;
}

#[tokio::test]
async fn no_other_page_signs_someone_in_as_someone_else() {
    let (house, _) = House::owned().await;
    for path in ["/api/v1/claim", "/api/v1/join", "/api/v1/sign-in", "/api/v1/tickets/redeem"] {
        let request = house.door.request(Method::POST, path).header("origin", FOREIGN[0]);
        Reply::of(request.json(&serde_json::json!({}))).await.refused(ErrorCode::OriginNotAllowed);
    }
    house.stop().await;
}

#[tokio::test]
async fn no_other_page_listens_with_the_cookie() {
    let (house, owner) = House::owned().await;
    let cookie = owner.cookie();
    let open = async |origin: Option<&str>| {
        let mut headers = vec![("cookie", cookie.as_str())];
        headers.extend(origin.map(|origin| ("origin", origin)));
        Line::open(&house.door, &headers).await
    };
    for origin in FOREIGN.into_iter().map(Some).chain([None]) {
        assert_eq!(open(origin).await.err(), Some((403, ErrorCode::OriginNotAllowed)), "{origin:?}");
    }
    let mut line = open(Some(&house.door.origin())).await.unwrap();
    line.hello(&[]).await;
    let bearer = format!("Bearer {}", owner.token);
    let foreign = Line::open(&house.door, &[("authorization", &bearer), ("origin", FOREIGN[0])]).await;
    assert_eq!(foreign.err(), Some((403, ErrorCode::OriginNotAllowed)), "whoever names a page must name ours");
    assert_eq!(Line::open(&house.door, &[]).await.err(), Some((401, ErrorCode::NotSignedIn)));
    house.stop().await;
}

/// What a browser sends after a name that someone else controls was made to point at the box.
async fn by_name(door: &Door, host: &str, path: &str) -> Reply {
    Reply::of(door.request(Method::GET, path).header("host", host)).await
}

#[tokio::test]
async fn a_name_that_is_not_the_boxs_gets_nothing() {
    let (house, _) = House::owned_with(|config| config.hosts = vec!["chat.example".to_owned()]).await;
    let foreign = [
        "evil.example",
        "evil.example:8080",
        "imbox.local.evil.example",
        "localhost.evil.example",
        "chat.example.",
        "x",
    ];
    for host in foreign.into_iter().filter(|host| *host != "chat.example.") {
        for path in ["/", "/api/v1/box", "/api/v1/openapi.json", "/metrics", "/healthz", "/nothing"] {
            by_name(&house.door, host, path).await.refused(ErrorCode::HostNotAllowed);
        }
    }
    // A person is shown the way, and a page of another site learns no more than the address it came to.
    let browser =
        house.door.request(reqwest::Method::GET, "/").header("host", "imbox.lan").header("accept", "text/html,*/*");
    let page = crate::door::Reply::of(browser).await;
    let html = String::from_utf8(page.body.clone()).unwrap();
    assert_eq!((page.status, page.header("content-type")), (421, "text/html; charset=utf-8"));
    assert!(html.matches(&format!("href=\"{}/\"", house.door.origin())).count() == 2, "in both languages: {html}");
    assert!(!html.contains("Rose Court") && page.header("content-security-policy").starts_with("default-src 'none'"));
    let ours = [
        "127.0.0.1",
        "127.0.0.1:80",
        "192.168.1.7",
        "[fe80::1]:8080",
        "localhost",
        "imbox.local",
        "IMBOX.local.",
        "chat.example:80",
    ];
    for host in ours {
        by_name(&house.door, host, "/api/v1/box").await.done();
    }
    let refused = Line::open(&house.door, &[("host", "evil.example")]).await.err();
    assert_eq!(refused, Some((421, ErrorCode::HostNotAllowed)));
    house.stop().await;
}
