//! Tags, checked.

use crate::error::{S3Error, S3ErrorCode};
use crate::limits::{BUCKET_TAGS_MAX, OBJECT_TAGS_MAX, TAG_KEY_UNITS_MAX, TAG_VALUE_UNITS_MAX};

/// What carries tags; it decides how many there may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TagHolder {
    /// An object.
    Object,
    /// A bucket.
    Bucket,
}

/// Keys and values in the order sent.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct TagSet(Vec<(String, String)>);

impl TagHolder {
    /// The refusal of more tags than there may be.
    fn too_many(self) -> S3Error {
        let message = match self {
            Self::Object => format!("Object tags cannot be greater than {OBJECT_TAGS_MAX}"),
            Self::Bucket => format!("Bucket tag count cannot be greater than {BUCKET_TAGS_MAX}"),
        };
        S3Error::with_message(S3ErrorCode::BadRequest, message)
    }

    fn tags_max(self) -> usize {
        match self {
            Self::Object => OBJECT_TAGS_MAX,
            Self::Bucket => BUCKET_TAGS_MAX,
        }
    }
}

impl TagSet {
    /// Checks tags.
    ///
    /// # Errors
    ///
    /// `InvalidTag` for a key that comes twice, is empty, reserved or too long, a value that is too long, and letters that
    /// tags do not have; `BadRequest` for too many.
    pub fn new(holder: TagHolder, pairs: Vec<(String, String)>) -> Result<Self, S3Error> {
        if pairs.len() > holder.tags_max() {
            return Err(holder.too_many());
        }
        for (place, (key, value)) in pairs.iter().enumerate() {
            check_key(key)?;
            check_value(key, value)?;
            if pairs.iter().take(place).any(|(known, _)| known == key) {
                return Err(invalid("Cannot provide multiple Tags with the same key", key));
            }
        }
        Ok(Self(pairs))
    }

    /// From keys and values that were checked when they were stored.
    pub fn from_stored(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Keys and values.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Keys and values, to be stored.
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn check_key(key: &str) -> Result<(), S3Error> {
    if key.is_empty() || units(key) > TAG_KEY_UNITS_MAX {
        return Err(invalid("The TagKey you have provided is invalid", key));
    }
    if key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
        return Err(invalid("System tags cannot be added/updated by requester", key));
    }
    if key.chars().all(is_tag_letter) { Ok(()) } else { Err(invalid("The TagKey you have provided is invalid", key)) }
}

fn check_value(key: &str, value: &str) -> Result<(), S3Error> {
    if units(value) <= TAG_VALUE_UNITS_MAX && value.chars().all(is_tag_letter) {
        return Ok(());
    }
    Err(invalid("The TagValue you have provided is invalid", key))
}

/// S3 counts tags in UTF-16.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Letters, numbers and spaces of any script, and a few signs.
fn is_tag_letter(letter: char) -> bool {
    let is_space = letter.is_whitespace() && !letter.is_control();
    letter.is_alphanumeric() || is_space || matches!(letter, '+' | '-' | '=' | '.' | '_' | ':' | '/' | '@')
}

fn invalid(message: &'static str, key: &str) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidTag, message).element("TagKey", key)
}
