//! A type as a JSON object alone. Serde takes a list of a struct's fields in their order for the struct, too: `[null, null]` would be a
//! new password of none, which nobody meant and no schema says.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// What came as an object.
#[derive(Debug, Clone, Copy)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OnlyMap(PhantomData)).map(Self)
    }
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
    use crate::wire::{ClientFrame, SetPassword};

    /// A list of nothings would take somebody's password away.
    #[test]
    fn a_list_is_no_object() {
        let is_one = |text: &str| serde_json::from_str::<Object<SetPassword>>(text).is_ok();
        assert!(is_one(r#"{"new": null}"#) && is_one("{}"));
        assert!(!is_one("[null, null]") && !is_one("[]") && !is_one("null") && !is_one(r#"{"newer": null}"#));
        let frame = |text: &str| serde_json::from_str::<Object<ClientFrame>>(text).is_ok();
        assert!(frame(r#"{"t": "read", "room": 1, "seq": 2}"#) && !frame(r#"["read", 1, 2]"#));
    }
}
