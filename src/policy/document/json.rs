//! JSON, strictly: no key twice in one object, and no deeper than a policy can be.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::PolicyError;
use crate::limits::JSON_DEPTH_MAX;

/// A value of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Json {
    Null,
    Truth(bool),
    /// As it is written in decimals.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    /// Reads a whole document.
    ///
    /// # Errors
    /// What is not JSON in UTF-8, holds a key twice, is too deep, or goes on after its end.
    pub(super) fn parse(document: &[u8]) -> Result<Self, PolicyError> {
        let wrong = |error: serde_json::Error| PolicyError::Json { reason: error.to_string() };
        let mut reader = serde_json::Deserializer::from_slice(document);
        let value = Level { left: JSON_DEPTH_MAX }.deserialize(&mut reader).map_err(wrong)?;
        reader.end().map_err(wrong)?;
        Ok(value)
    }
}

/// Reads a value in which so many more may be nested.
#[derive(Clone, Copy)]
struct Level {
    left: u8,
}

impl Level {
    fn below<E: Error>(self) -> Result<Self, E> {
        let left = self.left.checked_sub(1).ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(Self { left })
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Json, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Json, E> {
        Ok(Json::Truth(truth))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Number(number.to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let (below, mut list) = (self.below()?, Vec::new());
        while let Some(item) = items.next_element_seed(below)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let (below, mut object) = (self.below()?, BTreeMap::new());
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format_args!("duplicate key {key}")));
            }
            object.insert(key, entries.next_value_seed(below)?);
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, PolicyError};

    fn reason(text: &str) -> String {
        match Json::parse(text.as_bytes()) {
            Err(PolicyError::Json { reason }) => reason,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_key_twice_in_one_object_is_refused_and_in_two_is_not() {
        assert!(reason(r#"{"a":1,"b":{"c":1,"c":1}}"#).starts_with("duplicate key c at line 1"));
        // The same key, once escaped.
        assert!(reason(r#"{"ab":1,"a\u0062":2}"#).starts_with("duplicate key ab"));
        assert!(Json::parse(br#"{"a":{"c":1},"b":{"c":1}}"#).is_ok());
    }

    #[test]
    fn what_is_too_deep_or_goes_on_after_its_end_is_refused() {
        assert!(Json::parse("[[[[[[[[]]]]]]]]".as_bytes()).is_ok());
        assert!(reason("[[[[[[[[[]]]]]]]]]").starts_with("nested too deeply"));
        assert!(reason(&"[".repeat(100_000)).starts_with("nested too deeply"));
        assert!(reason("{} {}").starts_with("trailing characters"));
        assert!(Json::parse(b"\"\xff\"").is_err());
    }

    #[test]
    fn numbers_keep_their_decimals() {
        for text in ["0", "-7", "18446744073709551615", "0.5"] {
            assert_eq!(Json::parse(text.as_bytes()), Ok(Json::Number(text.to_owned())));
        }
    }
}
