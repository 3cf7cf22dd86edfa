//! What the signer of a form allows.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_types::UnixMillis;
use serde_json::Value;

use super::FormFields;
use crate::error::{S3Error, S3ErrorCode};
use crate::header::parse_iso_date;
use crate::limits::POST_CONDITIONS_MAX;

/// The policy of a form: until when, and what its fields must be.
#[derive(Clone, PartialEq, Debug)]
pub struct PostPolicy {
    expiration: UnixMillis,
    conditions: Vec<Condition>,
    length: Option<(u64, u64)>,
}

/// What one field must be.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Condition {
    /// In lower case.
    field: String,
    test: Test,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Test {
    Equals(String),
    StartsWith(String),
}

impl PostPolicy {
    /// Reads the field `policy`: base64 of JSON.
    ///
    /// # Errors
    ///
    /// `InvalidPolicyDocument`.
    pub fn parse(text: &str) -> Result<Self, S3Error> {
        let json = STANDARD.decode(text.trim()).map_err(|_| invalid("Invalid Policy: Invalid Base64."))?;
        let document: Value = serde_json::from_slice(&json).map_err(|_| invalid("Invalid Policy: Invalid JSON."))?;
        let expiration = document.get("expiration").and_then(Value::as_str);
        let expiration = expiration.ok_or_else(|| invalid("Policy document must contain an 'expiration' property."))?;
        let expiration = parse_iso_date(expiration)
            .ok_or_else(|| invalid("Invalid Policy: Invalid 'expiration' value: it is not a date."))?;
        let listed = document.get("conditions").and_then(Value::as_array);
        let listed = listed.ok_or_else(|| invalid("Policy document must contain a list of 'conditions'."))?;
        if listed.len() > POST_CONDITIONS_MAX {
            return Err(invalid("Invalid Policy: too many conditions."));
        }
        let mut policy = Self { expiration, conditions: Vec::new(), length: None };
        listed.iter().try_for_each(|condition| policy.add(condition))?;
        Ok(policy)
    }

    /// How long the file may be: the shortest and the longest.
    pub fn length_range(&self) -> Option<(u64, u64)> {
        self.length
    }

    /// Checks everything but the length of the file.
    ///
    /// # Errors
    ///
    /// `AccessDenied` for a policy that has expired, a condition that does not hold and a field that no condition is about.
    pub fn check(&self, bucket: &str, fields: &FormFields, now: UnixMillis) -> Result<(), S3Error> {
        if now > self.expiration {
            return Err(denied("Invalid according to Policy: Policy expired.".to_owned()));
        }
        let key = fields.key()?;
        let value_of = |name: &str| match name {
            "bucket" => Some(bucket),
            "key" => Some(key.as_str()),
            other => fields.get(other),
        };
        for condition in &self.conditions {
            if !condition.holds(value_of(&condition.field).unwrap_or_default()) {
                let message = format!("Invalid according to Policy: Policy Condition failed: {}", condition.shown());
                return Err(denied(message));
            }
        }
        let is_covered = |name: &str| self.conditions.iter().any(|condition| condition.field == name);
        let names = fields.iter().map(|(name, _)| name).chain(["bucket"]);
        match names.into_iter().find(|name| !is_exempt(name) && !is_covered(name)) {
            Some(name) => Err(denied(format!("Invalid according to Policy: Extra input fields: {name}"))),
            None => Ok(()),
        }
    }

    /// Checks the length of a file that is complete; or, with `is_complete` false, of one that may grow yet.
    ///
    /// # Errors
    ///
    /// `EntityTooLarge`; `EntityTooSmall`.
    pub fn check_length(&self, length: u64, is_complete: bool) -> Result<(), S3Error> {
        let Some((min, max)) = self.length else { return Ok(()) };
        let (code, element, limit) = match () {
            () if length > max => (S3ErrorCode::EntityTooLarge, "MaxSizeAllowed", max),
            () if length < min && is_complete => (S3ErrorCode::EntityTooSmall, "MinSizeAllowed", min),
            () => return Ok(()),
        };
        Err(S3Error::new(code).element("ProposedSize", length.to_string()).element(element, limit.to_string()))
    }

    fn add(&mut self, condition: &Value) -> Result<(), S3Error> {
        match condition {
            Value::Object(pairs) if !pairs.is_empty() => {
                for (field, value) in pairs {
                    let value = value.as_str().ok_or_else(not_simple)?;
                    let test = Test::Equals(value.to_owned());
                    self.conditions.push(Condition { field: field.to_ascii_lowercase(), test });
                }
                Ok(())
            }
            Value::Array(items) => self.add_list(items),
            _ => Err(not_simple()),
        }
    }

    fn add_list(&mut self, items: &[Value]) -> Result<(), S3Error> {
        let [operator, first, second] = items else { return Err(not_simple()) };
        let operator = operator.as_str().ok_or_else(not_simple)?.to_ascii_lowercase();
        if operator == "content-length-range" {
            let (min, max) = length_of(first).zip(length_of(second)).ok_or_else(not_simple)?;
            // Several ranges all hold.
            let (before_min, before_max) = self.length.unwrap_or((0, u64::MAX));
            self.length = Some((min.max(before_min), max.min(before_max)));
            return Ok(());
        }
        let field = first.as_str().and_then(|field| field.strip_prefix('$')).ok_or_else(not_simple)?;
        let value = second.as_str().ok_or_else(not_simple)?.to_owned();
        let test = match operator.as_str() {
            "eq" => Test::Equals(value),
            "starts-with" => Test::StartsWith(value),
            _ => return Err(not_simple()),
        };
        self.conditions.push(Condition { field: field.to_ascii_lowercase(), test });
        Ok(())
    }
}

impl Condition {
    fn holds(&self, value: &str) -> bool {
        match &self.test {
            Test::Equals(wanted) => value == wanted,
            // A list of types is one of types, each of which must be allowed.
            Test::StartsWith(start) if self.field == "content-type" => {
                value.split(',').all(|each| each.trim().starts_with(start.as_str()))
            }
            Test::StartsWith(start) => value.starts_with(start.as_str()),
        }
    }

    fn shown(&self) -> String {
        let (operator, wanted) = match &self.test {
            Test::Equals(wanted) => ("eq", wanted),
            Test::StartsWith(wanted) => ("starts-with", wanted),
        };
        format!("[\"{operator}\", \"${}\", \"{wanted}\"]", self.field)
    }
}

/// A number, or one in quotes, as some SDKs write it.
fn length_of(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Fields that need no condition: the signature's own, those that a page keeps for itself, and checksums, which allow
/// nothing that could be stored without them.
fn is_exempt(name: &str) -> bool {
    matches!(name, "policy" | "x-amz-signature" | "signature" | "awsaccesskeyid" | "file")
        || name.starts_with("x-ignore-")
        || name.starts_with("x-amz-checksum-")
}

fn not_simple() -> S3Error {
    invalid("Invalid Policy: Invalid Simple-Condition: a condition is an object of texts or a list of three.")
}

fn invalid(message: &'static str) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidPolicyDocument, message)
}

fn denied(message: String) -> S3Error {
    S3Error::with_message(S3ErrorCode::AccessDenied, message)
}
