//! The published schema is the code's: `imd/openapi.json` is what other programs and the web app's types are made
//! from. `UPDATE_OPENAPI=1 cargo nextest run -p imd --test openapi` writes it anew.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

/// Serde takes a list of values for an object; `wire/object.rs` refuses that where an object is said to be one.
#[test]
fn every_object_inside_of_a_body_is_known_to_be_one() {
    let document = serde_json::to_value(imd::http::document()).unwrap();
    let schemas = &document["components"]["schemas"];
    let mut bodies = BTreeSet::from(["ClientFrame".to_owned()]);
    for operation in document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values())
    {
        named(&operation["requestBody"]["content"]["application/json"], &mut bodies);
    }
    let mut inside = BTreeSet::new();
    bodies.iter().for_each(|body| named(&schemas[body], &mut inside));
    inside.retain(|name| schemas[name].get("enum").is_none());
    assert!(bodies.len() > 30, "{bodies:?}");
    let known = ["IpSettings", "QuietHours", "Seen", "Voice", "WhoAgain"];
    assert!(inside.iter().eq(known), "tested in wire/object.rs, and which is not? {inside:?}");
}

/// The schemas that are referred to.
fn named(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let name = fields.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            into.extend(name.map(str::to_owned));
            fields.values().for_each(|value| named(value, into));
        }
        Value::Array(items) => items.iter().for_each(|item| named(item, into)),
        _ => {}
    }
}

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
