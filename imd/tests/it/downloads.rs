//! Files out of the box. Were these to fail, a video would not play on, or an uploaded page would act as its reader.

use imd::wire::File;
use reqwest::Method;
use serde_json::json;

use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

async fn sent(person: &Person, room: i64, name: &str, content: &[u8]) -> String {
    let file: File = person.upload(room, name, content.to_vec()).await.ok();
    person.message(room, &json!({"client_id": name, "files": [file.id]})).await.done();
    format!("/api/v1/files/{}", file.id)
}

async fn with(person: &Person, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = person.request(Method::GET, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply::of(request).await
}

#[tokio::test]
async fn a_download_goes_on_where_it_broke_off() {
    let (house, _, alice, bob) = House::with_two().await;
    let content: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    let path = sent(&alice, house.hall(&alice).await, "video.bin", &content).await;
    let whole = bob.get(&path).await;
    assert_eq!((whole.status, whole.body.as_slice()), (200, content.as_slice()));
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let etag = whole.header("etag").to_owned();

    for (range, bytes) in [
        ("bytes=0-0", 0..1),
        ("bytes=150000-", 150_000..200_000),
        ("bytes=-5", 199_995..200_000),
        ("bytes=70000-140000", 70_000..140_001),
    ] {
        let part = with(&bob, &path, &[("range", range), ("if-range", &etag)]).await;
        assert_eq!(part.status, 206, "{range}");
        assert_eq!(part.header("content-range"), format!("bytes {}-{}/200000", bytes.start, bytes.end - 1));
        assert_eq!(part.body, content[bytes], "{range}");
    }
    let beyond = with(&bob, &path, &[("range", "bytes=200000-")]).await;
    assert_eq!((beyond.status, beyond.header("content-range")), (416, "bytes */200000"));
    assert_eq!(with(&bob, &path, &[("range", "bytes=5-"), ("if-range", "\"other\"")]).await.status, 200);
    assert_eq!(with(&bob, &path, &[("range", "nonsense")]).await.status, 200);

    let known = with(&bob, &path, &[("if-none-match", &etag)]).await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    assert!(whole.header("cache-control").starts_with("private"), "no cache between keeps it for others");
    let head = Reply::of(bob.request(Method::HEAD, &path)).await;
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, "200000", 0));
    house.stop().await;
}

#[tokio::test]
async fn an_uploaded_page_cannot_act_as_the_app() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let html = b"<!doctype html><script>fetch('/api/v1/me/devices')</script>".as_slice();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".as_slice();
    let xml = b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>".as_slice();
    let js = b"alert(1)".as_slice();
    for (name, content) in [
        ("page.html", html),
        ("page.txt", html),
        ("photo.png", html),
        ("a.svg", svg),
        ("a.xml", xml),
        ("a.xhtml", xml),
        ("a.js", js),
        ("x", html),
    ] {
        let path = sent(&alice, hall, name, content).await;
        let got = bob.get(&path).await;
        let media_type = got.header("content-type").split(';').next().unwrap().to_owned();
        let harmless = ["application/octet-stream", "text/plain", "image/png"].contains(&media_type.as_str());
        assert!(harmless, "{name}: {media_type}");
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{name}");
        assert_eq!(got.header("content-security-policy"), "sandbox; default-src 'none'", "{name}");
        assert_eq!(got.header("cross-origin-resource-policy"), "same-origin", "{name}");
        assert_eq!(got.body, content, "{name}");
        let saved = bob.get(&format!("{path}?download")).await;
        assert!(saved.header("content-disposition").starts_with("attachment"), "{name}");
    }
    let photo = sent(&alice, hall, "real.png", &crate::pictures::png(4, 4)).await;
    let shown = bob.get(&photo).await;
    assert!(shown.header("content-disposition").starts_with("inline"), "but a photo is shown");
    assert_eq!(shown.header("content-type"), "image/png");
    house.stop().await;
}

#[tokio::test]
async fn a_file_whose_bytes_are_gone_is_told_missing_and_nothing_else_suffers() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let path = sent(&alice, hall, "a.bin", b"bytes that get lost").await;
    let name = blake3::hash(b"bytes that get lost").to_string();
    std::fs::remove_file(house.folder().join("blobs").join(&name[..2]).join(&name[2..])).unwrap();
    bob.get(&path).await.refused(imd::wire::ErrorCode::NotFound);
    alice.say(hall, "1", "life goes on").await;
    house.stop().await;
}
