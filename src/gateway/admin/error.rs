//! Why an operation is refused, and how that is told.

use std::fmt;

use cairn_catalog::limits::{ACCESS_KEYS_PER_USER_MAX, ACTIVE_KEYS_PER_USER_MAX};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::AliasKind;
use cairn_metadata::MetadataError;
use cairn_policy::PolicyError;
use cairn_s3::S3Error;
use cairn_types::{ErrorKind, HasKind};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::REQUEST_BYTES_MAX;

/// A refusal as it is told.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct AdminFailure {
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
}

/// Why an operation is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum AdminError {
    /// The request is nobody's, or not an administrator's.
    #[error("{0}")]
    Denied(String),
    /// Who asked may not be known now.
    #[error("who asks cannot be looked up now")]
    NobodyKnows(S3Error),
    /// No such operation.
    #[error("there is no operation {0}")]
    NoSuchOperation(String),
    /// The body did not come, or is too large.
    #[error("the body did not come whole in time, or is longer than {REQUEST_BYTES_MAX} bytes")]
    BadBody,
    /// The body is not the operation's.
    #[error("the request cannot be read: {0}")]
    Malformed(#[source] serde_json::Error),
    /// What is meant does not exist.
    #[error("there is no {0}")]
    NotFound(Entity),
    /// It exists already.
    #[error("{0} exists already")]
    Exists(Entity),
    /// A name of an account is another's.
    #[error("{} is taken by another account", alias(*.0))]
    Taken(AliasKind),
    /// What belongs to it is still there.
    #[error("{entity} still has {rest}")]
    InUse { entity: Entity, rest: &'static str },
    /// One more key is one too many.
    #[error("a user has at most {ACTIVE_KEYS_PER_USER_MAX} active access keys, and {ACCESS_KEYS_PER_USER_MAX} in all")]
    TooManyKeys,
    /// One more policy is one too many.
    #[error("a user has at most {0} policies attached")]
    TooManyPolicies(usize),
    /// Not a policy.
    #[error("not a policy: {0}")]
    BadPolicy(#[source] PolicyError),
    /// It would leave nobody who administers.
    #[error("{0}")]
    Protected(&'static str),
    /// Somebody else changed it at the same time.
    #[error("{0} was changed by somebody else at the same time: look, and try again")]
    Changed(Entity),
    /// The key service failed.
    #[error("the key service does not do it: {0}")]
    KeyService(String),
    /// The catalog failed.
    #[error("the catalog does not do it: {0}")]
    Catalog(#[source] MetadataError),
}

/// What an operation is about, for messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Entity {
    Account(String),
    User(String),
    Key(String),
    Policy(String),
    KmsKey(String),
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = match self {
            Self::Account(name) => ("account", name),
            Self::User(name) => ("user", name),
            Self::Key(id) => ("access key", id),
            Self::Policy(name) => ("policy", name),
            Self::KmsKey(name) => ("key", name),
        };
        write!(f, "{kind} '{name}'")
    }
}

fn alias(kind: AliasKind) -> &'static str {
    match kind {
        AliasKind::Name => "the name",
        AliasKind::Email => "the e-mail address",
        AliasKind::Number => "the account id",
        AliasKind::Namespace => "the namespace",
    }
}

impl AdminError {
    /// What a failed call about `entity` means.
    pub(super) fn of(error: MetadataError, entity: Entity) -> Self {
        match error {
            MetadataError::Refused(Refusal::NoSuchEntity(_)) => Self::NotFound(entity),
            MetadataError::Refused(Refusal::VersionDiffers(_)) => Self::Changed(entity),
            MetadataError::Refused(Refusal::AliasTaken(kind)) => Self::Taken(kind),
            MetadataError::Refused(Refusal::TooManyKeys(_)) => Self::TooManyKeys,
            other => Self::Catalog(other),
        }
    }

    /// As [`AdminError::of`], of a command that makes what must not be there.
    pub(super) fn of_new(error: MetadataError, entity: Entity) -> Self {
        match error {
            MetadataError::Refused(Refusal::VersionDiffers(_)) => Self::Exists(entity),
            other => Self::of(other, entity),
        }
    }

    /// As [`AdminError::of`], of a removal that `rest` stands in the way of.
    pub(super) fn of_removal(error: MetadataError, entity: Entity, rest: &'static str) -> Self {
        match error {
            MetadataError::Refused(Refusal::EntityInUse(_)) => Self::InUse { entity, rest },
            other => Self::of(other, entity),
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Denied(_) => StatusCode::FORBIDDEN,
            Self::NoSuchOperation(_) | Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::BadBody | Self::Malformed(_) | Self::BadPolicy(_) => StatusCode::BAD_REQUEST,
            Self::Exists(_)
            | Self::Taken(_)
            | Self::InUse { .. }
            | Self::TooManyKeys
            | Self::TooManyPolicies(_)
            | Self::Protected(_)
            | Self::Changed(_) => StatusCode::CONFLICT,
            Self::NobodyKnows(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::KeyService(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Catalog(error) => match error.kind() {
                ErrorKind::Invalid => StatusCode::BAD_REQUEST,
                ErrorKind::Unavailable | ErrorKind::Busy => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    pub(super) fn failure(&self) -> AdminFailure {
        let code = match self {
            Self::Denied(_) => "AccessDenied",
            Self::NobodyKnows(_) => "Unavailable",
            Self::NoSuchOperation(_) => "NoSuchOperation",
            Self::BadBody => "BadBody",
            Self::Malformed(_) => "MalformedRequest",
            Self::NotFound(_) => "NoSuchEntity",
            Self::Exists(_) => "EntityAlreadyExists",
            Self::Taken(_) => "AliasTaken",
            Self::InUse { .. } => "EntityInUse",
            Self::TooManyKeys => "TooManyKeys",
            Self::TooManyPolicies(_) => "TooManyPolicies",
            Self::BadPolicy(_) => "MalformedPolicy",
            Self::Protected(_) => "Protected",
            Self::Changed(_) => "ConcurrentModification",
            Self::KeyService(_) => "KeyServiceFailed",
            Self::Catalog(_) => "CatalogFailed",
        };
        AdminFailure { code: code.to_owned(), message: self.to_string() }
    }
}
