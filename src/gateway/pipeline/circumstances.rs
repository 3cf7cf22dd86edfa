//! What a request says of itself, as conditions of policies ask for it.
//!
//! Nothing is worked out before a policy asks: most requests meet no condition.

use std::net::IpAddr;
use std::sync::Arc;

use cairn_policy::{ConditionKey, RequestContext, Value, Values};
use cairn_s3::RequestHead;
use cairn_s3::address::CopySource;
use cairn_s3::auth::AuthScheme;
use cairn_s3::header::parse_iso_date;
use cairn_s3::lock::{LegalHold, Retention};
use cairn_s3::tagging::TagSet;
use cairn_types::{UnixMillis, VersionId};
use http::request::Parts;

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

/// The circumstances of one request.
#[derive(Clone)]
pub(crate) struct Circumstances {
    pub(super) parts: Arc<Parts>,
    /// The address that the connection came from: what headers say of it counts for nothing.
    pub(super) peer: IpAddr,
    pub(super) now: UnixMillis,
    /// `None` for a request without a signature.
    pub(super) scheme: Option<AuthScheme>,
    pub(super) body: BodyWords,
}

/// What of a request's body conditions ask for.
#[derive(Clone, Default)]
pub(crate) struct BodyWords {
    /// The tags that an object is to have.
    pub(crate) tags: Option<TagSet>,
    /// The retention that it is to have.
    pub(crate) retention: Option<Retention>,
    /// The legal hold that it is to have.
    pub(crate) legal_hold: Option<LegalHold>,
    /// Fields of a form that have the names of headers: for a form they are what counts.
    pub(crate) fields: Option<Vec<(String, String)>>,
}

/// The circumstances of one decision.
pub(super) struct Context<'a> {
    pub(super) request: &'a Circumstances,
    /// The tags of the user who asks.
    pub(super) user_tags: &'a [(String, String)],
    /// The version that it is about.
    pub(super) version: Option<VersionId>,
    /// The prefix of a listing that the request does not name.
    pub(super) prefix: Option<&'a str>,
    /// The tags of the object, where it was read.
    pub(super) object_tags: &'a [(String, String)],
}

impl Circumstances {
    fn head(&self) -> RequestHead<'_> {
        RequestHead::new(&self.parts.method, &self.parts.uri, &self.parts.headers)
    }

    fn word(&self, name: &str) -> Option<String> {
        match &self.body.fields {
            Some(fields) if name.starts_with("x-amz-") => {
                fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
            }
            Some(_) | None => self.head().word(name),
        }
    }

    /// As the copy decodes it, so that two spellings of one source are one.
    fn copy_source(&self) -> Option<String> {
        let source = CopySource::parse(self.word("x-amz-copy-source")?.as_bytes()).ok()?;
        let namespace = source.namespace.map(|namespace| format!("{namespace}:")).unwrap_or_default();
        Some(format!("{namespace}{}/{}", source.bucket.as_str(), source.key))
    }

    fn tags(&self) -> Option<TagSet> {
        let of_header = || TagSet::parse_header(&self.word("x-amz-tagging")?).ok();
        self.body.tags.clone().or_else(of_header)
    }

    fn retain_until(&self) -> Option<UnixMillis> {
        let of_header = || parse_iso_date(&self.word("x-amz-object-lock-retain-until-date")?);
        self.body.retention.map(|retention| retention.until).or_else(of_header)
    }

    fn lock_word(&self, key: &str) -> Option<Value<'_>> {
        match key {
            "mode" => {
                let said = self.body.retention.map(|retention| retention.mode.as_str().to_owned());
                said.or_else(|| self.word("x-amz-object-lock-mode")).map(Value::from)
            }
            "retain-until-date" => self.retain_until().map(Value::Time),
            "remaining-retention-days" => {
                let left = self.retain_until()?.0.saturating_sub(self.now.0);
                Some(Value::Number(left.div_ceil(DAY_MS)))
            }
            "legal-hold" => {
                let said = self.body.legal_hold.map(|hold| hold.as_str().to_owned());
                said.or_else(|| self.word("x-amz-object-lock-legal-hold")).map(Value::from)
            }
            _ => None,
        }
    }

    fn of_aws(&self, key: &str) -> Option<Value<'_>> {
        Some(match key {
            "sourceip" => Value::Address(self.peer),
            // Transport security ends before the gateway, or there is none.
            "securetransport" => Value::Truth(false),
            "currenttime" => Value::Time(self.now),
            "epochtime" => Value::Number(self.now.0 / 1_000),
            "referer" => self.word("referer")?.into(),
            "useragent" => self.word("user-agent")?.into(),
            _ => return None,
        })
    }

    fn of_s3(&self, key: &str) -> Option<Value<'_>> {
        Some(match key {
            "prefix" | "delimiter" => self.head().parameter(key)?.into(),
            "max-keys" => Value::Number(self.head().parameter(key)?.parse().ok()?),
            "signatureversion" => match self.scheme? {
                AuthScheme::HeaderV4 | AuthScheme::QueryV4 | AuthScheme::PostV4 => "AWS4-HMAC-SHA256".into(),
                AuthScheme::HeaderV2 | AuthScheme::QueryV2 | AuthScheme::PostV2 => "AWS".into(),
            },
            "authtype" => match self.scheme? {
                AuthScheme::HeaderV4 | AuthScheme::HeaderV2 => "REST-HEADER".into(),
                AuthScheme::QueryV4 | AuthScheme::QueryV2 => "REST-QUERY-STRING".into(),
                AuthScheme::PostV4 | AuthScheme::PostV2 => "POST".into(),
            },
            "x-amz-copy-source" => self.copy_source()?.into(),
            _ => match key.strip_prefix("object-lock-") {
                Some(lock) => return self.lock_word(lock),
                None if key.starts_with("x-amz-") => self.word(key)?.into(),
                None => return None,
            },
        })
    }
}

impl RequestContext for Context<'_> {
    fn values(&self, key: &ConditionKey) -> Values<'_> {
        match (key.name(), key.tag()) {
            ("s3:existingobjecttag", Some(tag)) => Values::of(value_of(self.object_tags, tag)),
            ("aws:principaltag", Some(tag)) => Values::of(value_of(self.user_tags, tag)),
            ("s3:requestobjecttag", Some(tag)) => {
                let tags = self.request.tags();
                Values::of(tags.and_then(|tags| value_of(tags.pairs(), tag).map(str::to_owned)))
            }
            ("s3:requestobjecttagkeys", None) => match self.request.tags() {
                None => Values::Absent,
                Some(tags) => Values::Many(tags.into_pairs().into_iter().map(|(key, _)| key.into()).collect()),
            },
            ("s3:prefix", None) if self.prefix.is_some() => Values::of(self.prefix),
            ("s3:versionid", None) => Values::of(self.version.map(|version| version.to_string())),
            (_, Some(_)) => Values::Absent,
            (name, None) => match name.split_once(':') {
                Some(("aws", key)) => Values::of(self.request.of_aws(key)),
                Some(("s3", key)) => Values::of(self.request.of_s3(key)),
                _ => Values::Absent,
            },
        }
    }
}

fn value_of<'a>(tags: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
    tags.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests;
