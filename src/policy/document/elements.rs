//! Elements of a document, by name.

use std::collections::BTreeMap;

use super::PolicyError;
use super::json::Json;
use crate::limits::{VALUE_BYTES_MAX, VALUES_MAX};

/// The elements of an object that are still to be read; whatever is left in the end is unknown.
pub(super) struct Elements {
    left: BTreeMap<String, Json>,
}

/// What may stand for text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalars {
    TextOnly,
    /// Numbers and truth values too: conditions take them as if they were written as text.
    Any,
}

impl Elements {
    /// # Errors
    /// What is not an object.
    pub(super) fn of(name: &str, json: Json) -> Result<Self, PolicyError> {
        match json {
            Json::Object(left) => Ok(Self { left }),
            _ => Err(wrong_type(name, "an object")),
        }
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Json> {
        self.left.remove(name)
    }

    /// One of two elements that exclude each other, and whether it was the second.
    ///
    /// # Errors
    /// Both.
    pub(super) fn take_either(
        &mut self,
        first: &'static str,
        second: &'static str,
    ) -> Result<Option<(Json, bool)>, PolicyError> {
        match (self.take(first), self.take(second)) {
            (Some(_), Some(_)) => Err(PolicyError::BothElements { first, second }),
            (Some(json), None) => Ok(Some((json, false))),
            (None, Some(json)) => Ok(Some((json, true))),
            (None, None) => Ok(None),
        }
    }

    pub(super) fn take_text(&mut self, name: &str) -> Result<Option<String>, PolicyError> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Text(text)) if text.len() > VALUE_BYTES_MAX => {
                Err(PolicyError::ValueTooLong { name: name.to_owned() })
            }
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(wrong_type(name, "text")),
        }
    }

    /// The names and values that are left: where every name is allowed.
    pub(super) fn into_all(self) -> impl Iterator<Item = (String, Json)> {
        self.left.into_iter()
    }

    /// # Errors
    /// Elements that nobody took.
    pub(super) fn finish(self) -> Result<(), PolicyError> {
        match self.left.into_keys().next() {
            None => Ok(()),
            Some(name) => Err(PolicyError::UnknownElement { name }),
        }
    }
}

/// One text or a list of some.
///
/// # Errors
/// Anything else, an empty list, too many or too long values.
pub(super) fn texts(name: &str, json: Json, scalars: Scalars) -> Result<Vec<String>, PolicyError> {
    let items = match json {
        Json::List(items) if items.is_empty() => return Err(PolicyError::Empty { name: name.to_owned() }),
        Json::List(items) if items.len() > VALUES_MAX => {
            return Err(PolicyError::TooManyValues { name: name.to_owned() });
        }
        Json::List(items) => items,
        item => vec![item],
    };
    let text = |item| match (item, scalars) {
        (Json::Text(text), _) if text.len() > VALUE_BYTES_MAX => {
            Err(PolicyError::ValueTooLong { name: name.to_owned() })
        }
        (Json::Text(text), _) => Ok(text),
        (Json::Number(number), Scalars::Any) => Ok(number),
        (Json::Truth(truth), Scalars::Any) => Ok(truth.to_string()),
        _ => Err(wrong_type(name, "text or a list of texts")),
    };
    items.into_iter().map(text).collect()
}

pub(super) fn wrong_type(name: &str, wanted: &'static str) -> PolicyError {
    PolicyError::WrongType { name: name.to_owned(), wanted }
}
