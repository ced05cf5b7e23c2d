//! The published schema is the code's: `imd/openapi.json` is what other programs and the web app's types are made
//! from. `UPDATE_OPENAPI=1 cargo nextest run -p imd --test openapi` writes it anew.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

use std::path::Path;

/// A client made from the published file would not fit the box.
#[test]
fn the_published_schema_is_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let now = imd::http::document().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == now, "imd/openapi.json is not what the code says: write it with UPDATE_OPENAPI=1");
}
