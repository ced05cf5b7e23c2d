//! `PROTOCOL.md` is what someone writes a client from: were an example there wrong, or a frame missing, their client
//! would lose messages. Each example is parsed with the daemon's own types, and each frame, event and error must be there.
//!
//! Knows the document and the wire types, and starts no daemon.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use imd::wire;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::OpenApi as _;

const DOCUMENT: &str = include_str!("../PROTOCOL.md");

/// A fenced block whose info string begins with `json`.
struct Example {
    /// What follows `json` in the info string: `client`, `server`, or `rest TYPE`.
    tag: &'static str,
    /// Line of the fence, from 1.
    line: usize,
    text: String,
}

fn examples() -> Vec<Example> {
    let mut found = Vec::new();
    let mut open: Option<Example> = None;
    for (index, line) in DOCUMENT.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(example), None) => {
                example.text.push_str(line);
                example.text.push('\n');
            }
            (None, Some(info)) => open = Some(Example { tag: info, line: index + 1, text: String::new() }),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is never closed");
    found.retain_mut(|example| match example.tag.strip_prefix("json") {
        Some(tag) => {
            example.tag = tag.trim();
            true
        }
        None => false,
    });
    found
}

/// Parses the example as a `T` and back. What the example says must survive, so that a misspelt field does not pass as
/// an ignored one; what comes back in addition may only be a default.
fn check<T: DeserializeOwned + Serialize>(example: &Example) -> Value {
    let said: Value =
        serde_json::from_str(&example.text).unwrap_or_else(|error| panic!("line {}: {error}", example.line));
    let parsed: T =
        serde_json::from_value(said.clone()).unwrap_or_else(|error| panic!("line {}: {error}", example.line));
    let meant = serde_json::to_value(&parsed).unwrap();
    agree(&said, &meant, &format!("line {}", example.line));
    said
}

fn agree(said: &Value, meant: &Value, path: &str) {
    match (said, meant) {
        (Value::Object(said), Value::Object(meant)) => {
            for (key, value) in said {
                let known = meant.get(key).unwrap_or_else(|| panic!("{path}.{key} is not a field"));
                agree(value, known, &format!("{path}.{key}"));
            }
            for (key, value) in meant.iter().filter(|(key, _)| !said.contains_key(*key)) {
                let default = match value {
                    Value::Null | Value::Bool(false) => true,
                    Value::Array(items) => items.is_empty(),
                    Value::Object(fields) => fields.is_empty(),
                    Value::String(text) => text.is_empty(),
                    _ => false,
                };
                assert!(default, "{path}.{key} is missing");
            }
        }
        (Value::Array(said), Value::Array(meant)) => {
            assert_eq!(said.len(), meant.len(), "{path}");
            for (index, (said, meant)) in said.iter().zip(meant).enumerate() {
                agree(said, meant, &format!("{path}[{index}]"));
            }
        }
        _ => assert_eq!(said, meant, "{path}"),
    }
}

fn check_rest(example: &Example, name: &str) -> Value {
    match name {
        "Claim" => check::<wire::Claim>(example),
        "ErrorBody" => check::<wire::ErrorBody>(example),
        "EditMessage" => check::<wire::EditMessage>(example),
        "Event" => check::<wire::Event>(example),
        "EventPage" => check::<wire::EventPage>(example),
        "Join" => check::<wire::Join>(example),
        "ChangeMine" => check::<wire::ChangeMine>(example),
        "NewMessage" => check::<wire::NewMessage>(example),
        "SendReceipt" => check::<wire::SendReceipt>(example),
        "Upload" => check::<wire::Upload>(example),
        "SignedIn" => check::<wire::SignedIn>(example),
        other => panic!("line {}: no type {other} is known to this test", example.line),
    }
}

/// Every value that the tag field of a schema's variants (or the schema itself, for a plain enum) can have.
fn variants(schema: &str, tag: &str) -> BTreeSet<String> {
    let document = serde_json::to_value(wire::FrameSchemas::openapi()).unwrap();
    let schema = &document["components"]["schemas"][schema];
    let names: BTreeSet<String> = match schema["oneOf"].as_array() {
        Some(variants) => variants.iter().map(|variant| variant_name(variant, tag)).collect(),
        None => schema["enum"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
    };
    assert!(names.len() > 3, "{schema} has lost its variants");
    names
}

/// A variant's value of the tag field, also where another type is flattened into it (`allOf`).
fn variant_name(variant: &Value, tag: &str) -> String {
    let parts = variant["allOf"].as_array().map_or(std::slice::from_ref(variant), Vec::as_slice);
    parts.iter().find_map(|part| part["properties"][tag]["enum"][0].as_str()).expect("a variant has a tag").to_owned()
}

/// Collects the values of `field` anywhere inside.
fn gather(value: &Value, field: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            into.extend(fields.get(field).and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| gather(value, field, into));
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, field, into)),
        _ => {}
    }
}

#[test]
fn every_example_is_real_and_every_frame_and_event_has_one() {
    let (mut client, mut server, mut kinds) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for example in examples() {
        let value = match example.tag.split_once(' ') {
            Some(("rest", name)) => check_rest(&example, name),
            _ if example.tag == "client" => check::<wire::ClientFrame>(&example),
            _ if example.tag == "server" => check::<wire::ServerFrame>(&example),
            _ => panic!("line {}: say whose example this is: client, server or rest TYPE", example.line),
        };
        match example.tag {
            "client" => client.extend(value["t"].as_str().map(str::to_owned)),
            "server" => server.extend(value["t"].as_str().map(str::to_owned)),
            _ => {}
        }
        gather(&value, "kind", &mut kinds);
    }
    assert_eq!(client, variants("ClientFrame", "t"), "client frames with an example, and those there are");
    assert_eq!(server, variants("ServerFrame", "t"), "server frames with an example, and those there are");
    let missing: Vec<_> = variants("EventBody", "kind").into_iter().filter(|kind| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "events without an example: {missing:?}");
}

#[test]
fn the_table_of_error_codes_is_complete() {
    let (_, section) = DOCUMENT.split_once("## Error codes\n").expect("the section of error codes");
    let section = section.split("\n## ").next().unwrap();
    let listed: BTreeSet<String> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(code, _)| code.to_owned())
        .collect();
    assert_eq!(listed, variants("ErrorCode", ""), "codes in the table, and those there are");
}
