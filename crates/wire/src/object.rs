//! Accepts a type as a JSON object only. By itself, serde also reads a struct from a list of its fields in order:
//! `[null, null]` would set a new password of none, which nobody meant and the schema does not allow.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A value that was sent as a JSON object.
#[derive(Debug, Clone, Copy)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OnlyMap(PhantomData)).map(Self)
    }
}

/// For a field that is an object (`deserialize_with`): lists are refused inside of objects, too.
pub(super) fn only<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Object::deserialize(deserializer).map(|Object(one)| one)
}

/// For a field that is an object or left out (or `null`).
pub(super) fn if_any<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::<Object<T>>::deserialize(deserializer).map(|one| one.map(|Object(one)| one))
}

/// For a field that is a list of objects.
pub(super) fn each<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let objects = Vec::<Object<T>>::deserialize(deserializer)?;
    Ok(objects.into_iter().map(|Object(one)| one).collect())
}

struct OnlyMap<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OnlyMap<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClaimAgain, ClientFrame, NetworkChange, NewMessage, SetPassword};

    /// Were this to fail, a list of nulls would remove somebody's password.
    #[test]
    fn a_list_is_no_object() {
        let is_one = |text: &str| serde_json::from_str::<Object<SetPassword>>(text).is_ok();
        assert!(is_one(r#"{"new": null}"#) && is_one("{}"));
        assert!(!is_one("[null, null]") && !is_one("[]") && !is_one("null") && !is_one(r#"{"newer": null}"#));
        let frame = |text: &str| serde_json::from_str::<Object<ClientFrame>>(text).is_ok();
        assert!(frame(r#"{"t": "read", "room": 1, "seq": 2}"#) && !frame(r#"["read", 1, 2]"#));
    }

    /// Were this to fail, a client that sends lists for objects would work until the day a field is added before
    /// another.
    #[test]
    fn nor_is_a_list_an_object_inside_of_another() {
        let frame = |text: &str| serde_json::from_str::<Object<ClientFrame>>(text).is_ok();
        assert!(
            frame(r#"{"t": "hello", "v": 1, "seen": [{"room": 1, "seq": 2}]}"#) && frame(r#"{"t": "hello", "v": 1}"#)
        );
        assert!(!frame(r#"{"t": "hello", "v": 1, "seen": [[1, 2]]}"#));
        assert!(!frame(r#"{"t": "received", "rooms": [[1, 2]]}"#));
        let spoken = |voice: &str| {
            let send = format!(r#"{{"t": "send", "client_id": "1", "room": 1, "files": [1], "voice": {voice}}}"#);
            let message = send.replace(r#""t": "send", "#, "").replace(r#""room": 1, "#, "");
            assert_eq!(frame(&send), serde_json::from_str::<Object<NewMessage>>(&message).is_ok(), "{voice}");
            frame(&send)
        };
        assert!(spoken("null") && spoken(r#"{"duration_ms": 1, "levels": "0"}"#) && !spoken(r#"[1, "0"]"#));
        let claim = |who: &str| format!(r#"{{"code": "c", "who": {who}, "password": "p", "secret": "s"}}"#);
        let claims = |who: &str| serde_json::from_str::<Object<ClaimAgain>>(&claim(who)).is_ok();
        assert!(
            claims(r#"{"as": "owner", "user": 1}"#)
                && !claims(r#"["owner", 1]"#)
                && !claims(r#"["owner", {"user": 1}]"#)
        );
        let change = |ipv4: &str| {
            let ipv6 = r#"{"method": "off"}"#;
            let text = format!(r#"{{"change": "addresses", "interface": "eth0", "ipv4": {ipv4}, "ipv6": {ipv6}}}"#);
            serde_json::from_str::<Object<NetworkChange>>(&text).is_ok()
        };
        assert!(change(r#"{"method": "automatic"}"#) && !change(r#"["automatic", []]"#) && !change(r#"["automatic"]"#));
    }
}
