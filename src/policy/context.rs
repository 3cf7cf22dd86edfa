//! What a request says of itself, as conditions and variables ask for it.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use cairn_types::UnixMillis;

use crate::Principal;

/// A condition key: `aws:SourceIp`, `s3:ExistingObjectTag/team`. Names are the same in any case; what follows a `/` (the
/// key of a tag) is not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ConditionKey {
    name: String,
    tag: Option<String>,
}

impl ConditionKey {
    /// Reads `prefix:Name` and `prefix:Name/tag`; `None` for what has another form.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, tag) = match text.split_once('/') {
            Some((name, tag)) => (name, Some(tag.to_owned())),
            None => (text, None),
        };
        let (prefix, rest) = name.split_once(':')?;
        let is_word = |word: &str, more: &[u8]| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
        };
        let is_key = is_word(prefix, b"-") && is_word(rest, b"-_:.") && tag.as_deref() != Some("");
        is_key.then(|| Self { name: name.to_ascii_lowercase(), tag })
    }

    /// Prefix and name in lower case: `aws:sourceip`, `s3:existingobjecttag`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What follows the `/`, as written.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// Whether its value lies with the object and not with the request.
    pub(crate) fn needs_object(&self) -> bool {
        self.name == "s3:existingobjecttag"
    }
}

impl fmt::Display for ConditionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.tag.iter().try_for_each(|tag| write!(f, "/{tag}"))
    }
}

/// One value of a condition key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value<'a> {
    /// Text, as it came.
    Text(Cow<'a, str>),
    /// A number.
    Number(u64),
    /// Yes or no.
    Truth(bool),
    /// A time.
    Time(UnixMillis),
    /// An address.
    Address(IpAddr),
}

impl Value<'_> {
    /// As text: what conditions on text compare and variables stand for.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => number.to_string().into(),
            Self::Truth(truth) => if *truth { "true" } else { "false" }.into(),
            Self::Time(time) => time.to_string().into(),
            Self::Address(address) => address.to_string().into(),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// The values of a condition key in one request.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Values<'a> {
    /// The request does not have the key.
    #[default]
    Absent,
    /// It has one value.
    One(Value<'a>),
    /// It is a set (tag keys); an empty one is as good as absent.
    Many(Vec<Value<'a>>),
}

impl<'a> Values<'a> {
    /// The value, or absent.
    pub fn of(value: Option<impl Into<Value<'a>>>) -> Self {
        value.map_or(Self::Absent, |value| Self::One(value.into()))
    }

    /// The values one by one.
    pub fn as_slice(&self) -> &[Value<'a>] {
        match self {
            Self::Absent => &[],
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// A request's side of conditions. Asked only for the keys that a policy names, so what is costly to know may be worked out
/// when it is asked for.
pub trait RequestContext {
    /// The values of `key`; [`Values::Absent`] for every key that it does not know. Keys that speak of the principal
    /// (`aws:username`, `aws:userid`, `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`) are never asked for:
    /// the engine knows them.
    fn values(&self, key: &ConditionKey) -> Values<'_>;
}

/// A request that says nothing of itself.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoContext;

impl RequestContext for NoContext {
    fn values(&self, _key: &ConditionKey) -> Values<'_> {
        Values::Absent
    }
}

/// All condition keys of a request: the principal's and the context's.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a> {
    pub(crate) principal: &'a Principal,
    pub(crate) context: &'a dyn RequestContext,
}

impl<'a> Keys<'a> {
    pub(crate) fn values(&self, key: &ConditionKey) -> Values<'a> {
        let known = match key.name() {
            "aws:username" => match self.principal {
                Principal::User { name, .. } => Some(name.clone()),
                Principal::Anonymous | Principal::Account { .. } => None,
            },
            "aws:userid" => self.principal.unique_id(),
            "aws:principalarn" => self.principal.arn(),
            "aws:principalaccount" => self.principal.account().map(|(_, number)| number.to_string()),
            "aws:principaltype" => Some(self.principal.kind().to_owned()),
            _ => return self.context.values(key),
        };
        Values::of(known)
    }
}

#[cfg(test)]
mod tests {
    use super::ConditionKey;

    #[test]
    fn names_of_keys_are_the_same_in_any_case_and_tags_are_not() {
        let key = |text| ConditionKey::parse(text).expect("a key");
        assert_eq!(key("AWS:SourceIP"), key("aws:sourceip"));
        assert_ne!(key("s3:ExistingObjectTag/Team"), key("s3:ExistingObjectTag/team"));
        assert_eq!(key("s3:ExistingObjectTag/a/b").tag(), Some("a/b"));
        assert_eq!(key("s3:X-Amz-Acl").to_string(), "s3:x-amz-acl");
        for text in ["", "SourceIp", "aws:", ":SourceIp", "aws:Source Ip", "s3:ExistingObjectTag/"] {
            assert_eq!(ConditionKey::parse(text), None, "{text}");
        }
    }
}
