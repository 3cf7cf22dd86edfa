//! A whole policy.

use super::PolicyError;
use super::elements::{Elements, wrong_type};
use super::json::Json;
use super::principals::{Grip, NamedPrincipal};
use super::statement::{Applies, Effect, Probe, Statement};
use crate::action::ActionSet;
use crate::arn::BucketRef;
use crate::limits::{
    BUCKET_POLICY_BYTES_MAX, IDENTITY_POLICY_BYTES_MAX, IDENTITY_POLICY_CHARACTERS_MAX, STATEMENTS_MAX,
};
use crate::public_access::is_public;

/// What a policy is attached to.
#[derive(Clone, Copy)]
pub(super) enum Attached<'a> {
    ToBucket(BucketRef<'a>),
    ToIdentity,
}

/// `Version`: which language the document speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// 2008-10-17, also where none is named: `${…}` is text.
    Of2008,
    /// 2012-10-17: `${…}` is a variable.
    Of2012,
}

impl Language {
    pub(super) fn has_variables(self) -> bool {
        self == Self::Of2012
    }
}

/// A policy, compiled: what never changes between requests is worked out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Policy {
    statements: Vec<Statement>,
    /// Actions that some statement allows, and that some statement denies: most requests need no look at the others.
    allowed: ActionSet,
    denied: ActionSet,
}

/// The statements of one effect that are about a request.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Found {
    /// The first that reaches the principal itself.
    pub(crate) directly: Option<usize>,
    /// The first that reaches its account.
    pub(crate) by_account: Option<usize>,
    /// Some might, depending on the object.
    pub(crate) perhaps: bool,
}

impl Policy {
    fn parse(json: Json, attached: Attached<'_>) -> Result<Self, PolicyError> {
        let mut elements = Elements::of("The policy", json)?;
        let language = match elements.take_text("Version")?.as_deref() {
            None | Some("2008-10-17") => Language::Of2008,
            Some("2012-10-17") => Language::Of2012,
            Some(_) => return Err(PolicyError::Version),
        };
        elements.take_text("Id")?;
        let statements = match elements.take("Statement") {
            None => return Err(PolicyError::MissingElement { name: "Statement" }),
            Some(Json::List(list)) => list,
            Some(statement @ Json::Object(_)) => vec![statement],
            Some(_) => return Err(wrong_type("Statement", "an object or a list of objects")),
        };
        elements.finish()?;
        if statements.is_empty() {
            return Err(PolicyError::NoStatement);
        }
        if statements.len() > STATEMENTS_MAX {
            return Err(PolicyError::TooManyStatements);
        }
        let statements = statements.into_iter().map(|json| Statement::parse(json, attached, language));
        Ok(Self::compile(statements.collect::<Result<_, _>>()?))
    }

    fn compile(statements: Vec<Statement>) -> Self {
        let of = |effect| {
            let statements = statements.iter().filter(|statement| statement.effect == effect);
            statements.fold(ActionSet::default(), |set, statement| set.union(statement.actions))
        };
        Self { allowed: of(Effect::Allow), denied: of(Effect::Deny), statements }
    }

    pub(crate) fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The statements of `effect` that are about a request. Looks no further than the first that settles it.
    pub(crate) fn find(&self, effect: Effect, probe: &Probe<'_>) -> Found {
        let actions = if effect == Effect::Allow { self.allowed } else { self.denied };
        let mut found = Found::default();
        if !actions.contains(probe.action) {
            return found;
        }
        for (index, statement) in self.statements.iter().enumerate() {
            if statement.effect != effect || !statement.actions.contains(probe.action) {
                continue;
            }
            match statement.applies(probe) {
                Applies::No => {}
                Applies::Perhaps => found.perhaps = true,
                Applies::Yes(Grip::Account) => found.by_account = found.by_account.or(Some(index)),
                Applies::Yes(Grip::Directly) => {
                    found.directly = Some(index);
                    break;
                }
            }
        }
        found
    }
}

/// The policy of a bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BucketPolicy {
    policy: Policy,
    is_public: bool,
}

impl BucketPolicy {
    /// Reads and compiles the policy of `bucket`.
    ///
    /// # Errors
    /// Whatever S3 calls a `MalformedPolicy`.
    pub fn parse(document: &[u8], bucket: BucketRef<'_>) -> Result<Self, PolicyError> {
        if document.len() > BUCKET_POLICY_BYTES_MAX {
            return Err(PolicyError::BucketPolicyTooLarge);
        }
        let policy = Policy::parse(object(document)?, Attached::ToBucket(bucket))?;
        Ok(Self { is_public: is_public(&policy), policy })
    }

    /// Everybody whom it names, so that those who do not exist can be refused.
    pub fn named_principals(&self) -> impl Iterator<Item = &NamedPrincipal> {
        let principals = self.policy.statements.iter().filter_map(|statement| statement.principals.as_ref());
        principals.flat_map(|principals| principals.named())
    }

    /// Whether it allows anything to everybody without tying it to a fixed value of something that a requester cannot choose
    /// (S3's `PolicyStatus`).
    pub fn is_public(&self) -> bool {
        self.is_public
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }
}

/// A policy attached to a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdentityPolicy(Policy);

impl IdentityPolicy {
    /// Reads and compiles a policy that names no principal.
    ///
    /// # Errors
    /// Whatever IAM calls a `MalformedPolicyDocument`.
    pub fn parse(document: &[u8]) -> Result<Self, PolicyError> {
        let characters = document.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte & 0xc0 != 0x80).count();
        if document.len() > IDENTITY_POLICY_BYTES_MAX || characters > IDENTITY_POLICY_CHARACTERS_MAX {
            return Err(PolicyError::IdentityPolicyTooLarge);
        }
        let policy = Policy::parse(object(document)?, Attached::ToIdentity)?;
        refuse_sids(&policy)?;
        Ok(Self(policy))
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.0
    }
}

fn object(document: &[u8]) -> Result<Json, PolicyError> {
    match document.trim_ascii_start().first() {
        Some(b'{') => Json::parse(document),
        _ => Err(PolicyError::FirstByte),
    }
}

/// IAM is stricter than S3 about the names of statements.
fn refuse_sids(policy: &Policy) -> Result<(), PolicyError> {
    let mut seen = std::collections::BTreeSet::new();
    for text in policy.statements.iter().filter_map(|statement| statement.sid.as_deref()) {
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(PolicyError::Sid { text: text.to_owned() });
        }
        if !text.is_empty() && !seen.insert(text) {
            return Err(PolicyError::DuplicateSid { text: text.to_owned() });
        }
    }
    Ok(())
}
