//! Responses as a browser gets them.

use axum::body::to_bytes;
use tempfile::TempDir;

use super::*;

fn file(content: &[u8], media_type: &str) -> (TempDir, BlobFile) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("content");
    std::fs::write(&path, content).unwrap();
    let file = BlobFile {
        path,
        tag: "abc".into(),
        name: "n.bin".into(),
        media_type: media_type.into(),
        disposition: Disposition::Inline,
        charset: Charset::Shown(Likely::Chinese),
    };
    (folder, file)
}

fn asked(headers: &[(HeaderName, &'static str)]) -> HeaderMap {
    headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
}

fn value(response: &Response, name: HeaderName) -> &str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

async fn body(response: Response) -> Vec<u8> {
    to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
}

/// Were this to fail, a file would arrive with bytes missing, repeated or from another place.
#[tokio::test]
async fn every_part_is_the_part_that_was_asked_for() {
    let content: Vec<u8> = (0..3 * CHUNK + 17).map(|at| (at % 251) as u8).collect();
    let size = content.len();
    let (_folder, file) = file(&content, "video/mp4");
    let chunk = CHUNK as usize;
    let whole = blob_response(file.clone(), &Method::GET, &HeaderMap::new()).await.unwrap();
    assert_eq!(whole.status(), StatusCode::OK);
    assert_eq!(value(&whole, header::CONTENT_LENGTH), size.to_string());
    assert!(body(whole).await == content);

    for (first, last) in [
        (0, 0),
        (0, size - 1),
        (1, chunk),
        (chunk - 1, chunk),
        (chunk, 2 * chunk - 1),
        (5, 3 * chunk),
        (size - 1, size - 1),
    ] {
        let mut request = HeaderMap::new();
        request.insert(header::RANGE, format!("bytes={first}-{last}").parse().unwrap());
        let part = blob_response(file.clone(), &Method::GET, &request).await.unwrap();
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(value(&part, header::CONTENT_RANGE), format!("bytes {first}-{last}/{size}"));
        assert_eq!(value(&part, header::CONTENT_LENGTH), (last - first + 1).to_string());
        assert!(body(part).await == content[first..=last], "{first}-{last}");
    }
}

/// Were this to fail, a player that asks beyond the end would wait for ever. (That no cache keeps the refusal, and how
/// it looks, is tested over a real connection.)
#[tokio::test]
async fn beyond_the_end_the_end_is_told() {
    let (_folder, file) = file(b"0123456789", "audio/mpeg");
    let told = blob_response(file, &Method::GET, &asked(&[(header::RANGE, "bytes=10-")])).await.unwrap();
    assert_eq!(told.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(value(&told, header::CONTENT_RANGE), "bytes */10");
    assert!(!told.headers().contains_key(header::ETAG), "a refusal is no version of the file");
    assert!(body(told).await.starts_with(b"{\"error\":{\"code\":\"range_not_satisfiable\""));
}

/// Were this to fail, an uploaded page could act as the app, or a shared cache could keep a private photo.
#[tokio::test]
async fn every_answer_is_guarded() {
    for (media_type, content_type, disposition) in [
        ("image/jpeg", "image/jpeg", "inline; filename=\"n.bin\""),
        ("text/html", "application/octet-stream", "attachment; filename=\"n.bin\""),
        ("image/svg+xml", "application/octet-stream", "attachment; filename=\"n.bin\""),
        ("no type\r\n", "application/octet-stream", "attachment; filename=\"n.bin\""),
    ] {
        for headers in [asked(&[]), asked(&[(header::RANGE, "bytes=0-1")])] {
            let (_folder, file) = file(b"<script>", media_type);
            let told = blob_response(file, &Method::GET, &headers).await.unwrap();
            assert_eq!(value(&told, header::CONTENT_TYPE), content_type);
            assert_eq!(value(&told, header::CONTENT_DISPOSITION), disposition);
            assert_eq!(value(&told, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
            assert_eq!(value(&told, header::CONTENT_SECURITY_POLICY), "sandbox; default-src 'none'");
            assert_eq!(value(&told, header::CACHE_CONTROL), "private, max-age=31536000, immutable");
        }
    }
    // Shown by the browser's own viewer in a frame of the app; saved, it is like any other file.
    let (_folder, mut pdf) = file(b"%PDF-1.7", "application/pdf");
    let told = blob_response(pdf.clone(), &Method::GET, &HeaderMap::new()).await.unwrap();
    let policy = value(&told, header::CONTENT_SECURITY_POLICY);
    assert!(policy.starts_with("default-src 'none';") && policy.ends_with("frame-ancestors 'self'"), "{policy}");
    assert!(!policy.contains("script"), "{policy}");
    assert_eq!(value(&told, header::X_FRAME_OPTIONS), "SAMEORIGIN");
    pdf.disposition = Disposition::Attachment;
    let told = blob_response(pdf, &Method::GET, &HeaderMap::new()).await.unwrap();
    assert_eq!(value(&told, header::CONTENT_SECURITY_POLICY), "sandbox; default-src 'none'");
    assert!(!told.headers().contains_key(header::X_FRAME_OPTIONS));
    let (_folder, mut file) = file(b"x", "image/jpeg");
    file.disposition = Disposition::Attachment;
    let told = blob_response(file, &Method::GET, &HeaderMap::new()).await.unwrap();
    assert_eq!(value(&told, header::CONTENT_DISPOSITION), "attachment; filename=\"n.bin\"");
}

/// Were this to fail, a program that looks before it downloads would be misled, or would get the bytes all the same.
#[tokio::test]
async fn head_tells_all_and_sends_nothing() {
    let (_folder, file) = file(b"0123456789", "text/plain");
    let request = asked(&[(header::RANGE, "bytes=0-1")]);
    let told = blob_response(file, &Method::HEAD, &request).await.unwrap();
    assert_eq!(told.status(), StatusCode::OK);
    assert_eq!(value(&told, header::CONTENT_LENGTH), "10");
    assert_eq!(value(&told, header::ACCEPT_RANGES), "bytes");
    assert_eq!(value(&told, header::ETAG), "\"abc\"");
    assert!(body(told).await.is_empty());
}

/// Were this to fail, photos would be sent again and again to phones that have them.
#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let (_folder, file) = file(b"0123456789", "image/png");
    let request = asked(&[(header::IF_NONE_MATCH, "\"abc\""), (header::RANGE, "bytes=0-1")]);
    for method in [Method::GET, Method::HEAD] {
        let told = blob_response(file.clone(), &method, &request).await.unwrap();
        assert_eq!(told.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(value(&told, header::ETAG), "\"abc\"");
        assert_eq!(value(&told, header::CACHE_CONTROL), "private, max-age=31536000, immutable");
        assert!(body(told).await.is_empty());
    }
    let other = asked(&[(header::IF_NONE_MATCH, "\"abd\"")]);
    assert_eq!(blob_response(file, &Method::GET, &other).await.unwrap().status(), StatusCode::OK);
}

/// Were this to fail, a file that was lost or cut short would pass for an empty or a complete one.
#[tokio::test]
async fn a_damaged_file_is_an_error_and_no_file() {
    let (_folder, file) = file(b"0123456789", "text/plain");
    let told = blob_response(file.clone(), &Method::GET, &HeaderMap::new()).await.unwrap();
    File::options().write(true).open(&file.path).unwrap().set_len(5).unwrap();
    assert!(to_bytes(told.into_body(), usize::MAX).await.is_err());
    std::fs::remove_file(&file.path).unwrap();
    let told = blob_response(file, &Method::GET, &HeaderMap::new()).await;
    assert_eq!(told.unwrap_err().kind(), io::ErrorKind::NotFound);
}

/// Were this to fail, an empty file could not be downloaded.
#[tokio::test]
async fn an_empty_file_is_a_file() {
    let (_folder, file) = file(b"", "text/plain");
    let told = blob_response(file, &Method::GET, &HeaderMap::new()).await.unwrap();
    assert_eq!((told.status(), value(&told, header::CONTENT_LENGTH)), (StatusCode::OK, "0"));
    assert!(body(told).await.is_empty());
}

/// Were this to fail, two hundred phones that load a film over a weak Wi-Fi would keep everybody else from opening a
/// photo.
#[tokio::test]
async fn who_takes_their_time_holds_up_nobody() {
    use futures_util::StreamExt;

    let content = vec![7; 4 * CHUNK as usize];
    let (_folder, file) = file(&content, "video/mp4");
    let mut slow = Vec::new();
    for _ in 0..200 {
        let response = blob_response(file.clone(), &Method::GET, &HeaderMap::new()).await.unwrap();
        let mut stream = response.into_body().into_data_stream();
        // A first piece is read, and then nothing more is taken.
        assert_eq!(stream.next().await.unwrap().unwrap().len() as u64, CHUNK);
        slow.push(stream);
    }
    assert_eq!(READERS.available_permits(), 16);
    let quick = blob_response(file, &Method::GET, &HeaderMap::new()).await.unwrap();
    assert!(body(quick).await == content);
    for mut stream in slow {
        assert_eq!(stream.next().await.unwrap().unwrap().len() as u64, CHUNK);
    }
}

/// Were this to fail, a note that an office computer saved would be shown as unreadable characters.
#[tokio::test]
async fn a_text_is_sent_in_the_encoding_it_is_in() {
    for (content, media_type, expected) in [
        (&b"\xb2\xe2\xca\xd4"[..], "text/plain", "text/plain; charset=gbk"),
        ("测试".as_bytes(), "text/plain", "text/plain; charset=utf-8"),
        (b"\xb2\xe2,\xca\xd4\r\n", "text/csv", "text/csv; charset=gbk"),
        (b"\xff\xfeK\x6d", "text/plain", "text/plain; charset=utf-16le"),
        (b"", "text/plain", "text/plain; charset=utf-8"),
        (b"\xb2\xe2", "image/png", "image/png"),
    ] {
        let (_folder, file) = file(content, media_type);
        let response = blob_response(file.clone(), &Method::GET, &HeaderMap::new()).await.unwrap();
        assert_eq!(value(&response, header::CONTENT_TYPE), expected);
        let told = BlobFile { charset: Charset::Said("Big5"), ..file };
        let response = blob_response(told, &Method::GET, &HeaderMap::new()).await.unwrap();
        assert_eq!(value(&response, header::CONTENT_TYPE).contains("big5"), media_type.starts_with("text/"));
    }
}
