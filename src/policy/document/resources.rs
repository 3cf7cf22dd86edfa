//! `Resource` and `NotResource`.

use super::PolicyError;
use super::elements::{Scalars, texts};
use super::json::Json;
use super::policy::{Attached, Language};
use crate::arn::{BucketRef, KnownArns, S3_ARN};
use crate::context::Keys;
use crate::pattern::{Casing, Pattern, Syntax};

/// What a statement is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Resources {
    is_negated: bool,
    patterns: Vec<Pattern>,
    /// Whether a bucket itself may be among them.
    pub(super) may_name_bucket: bool,
    /// Whether objects may be among them.
    pub(super) may_name_objects: bool,
}

impl Resources {
    /// # Errors
    /// What is no ARN; on a bucket, what is neither the bucket nor something in it.
    pub(super) fn parse(
        (json, is_negated): (Json, bool),
        attached: Attached<'_>,
        language: Language,
    ) -> Result<Self, PolicyError> {
        let name = if is_negated { "NotResource" } else { "Resource" };
        let syntax = Syntax { has_wildcards: true, has_variables: language.has_variables() };
        let mut resources =
            Self { is_negated, patterns: Vec::new(), may_name_bucket: is_negated, may_name_objects: is_negated };
        for text in texts(name, json, Scalars::TextOnly)? {
            let bad = || PolicyError::Resource { text: text.clone() };
            let arn = match attached {
                Attached::ToIdentity if text == "*" || text.starts_with("arn:") => text.clone(),
                Attached::ToIdentity => return Err(bad()),
                Attached::ToBucket(bucket) => {
                    let inside = inside_bucket(&text, bucket).ok_or_else(bad)?;
                    resources.may_name_bucket |= inside.is_empty();
                    resources.may_name_objects |= !inside.is_empty();
                    format!("{S3_ARN}::{}{inside}", bucket.name)
                }
            };
            resources.patterns.push(Pattern::parse(&arn, syntax, Casing::Exact)?);
        }
        Ok(resources)
    }

    /// Whether the statement is about `arns`.
    pub(super) fn include(&self, arns: KnownArns<'_>, keys: &Keys<'_>) -> bool {
        let is_named = self.patterns.iter().any(|pattern| arns.any(|arn| pattern.matches(arn, keys)));
        is_named != self.is_negated
    }

    pub(super) fn needs_object(&self) -> bool {
        self.patterns.iter().any(Pattern::needs_object)
    }
}

/// What follows the bucket's name: nothing, or `/` and a pattern of keys. The bucket may be named with its namespace, and
/// with `*` for any, since a policy speaks of its own bucket only.
fn inside_bucket<'t>(text: &'t str, bucket: BucketRef<'_>) -> Option<&'t str> {
    let (namespace, rest) = text.strip_prefix(S3_ARN)?.strip_prefix(':')?.split_once(':')?;
    let inside = rest.strip_prefix(bucket.name.as_str())?;
    let is_own = namespace.is_empty() || namespace == "*" || namespace == bucket.namespace;
    (is_own && (inside.is_empty() || inside.starts_with('/'))).then_some(inside)
}
