//! An access key as the catalog has it.

use std::sync::Arc;

use bytes::Bytes;
use cairn_catalog::query::AccessKeyFound;
use cairn_catalog::rows::{AccessKeyState, AccountState};
use cairn_policy::{IdentityPolicy, PolicyError, Principal};
use cairn_s3::address::{Namespace, NamespaceError};
use cairn_s3::auth::SecretKey;
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{ErrorKind, HasKind, UnixMillis};

use crate::cluster_key::{ClusterKey, UnwrapError};

/// Why a key that was found speaks for nobody.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    #[error("unwrap a secret")]
    Secret(#[from] UnwrapError),
    #[error("read an attached policy")]
    Policy(#[from] PolicyError),
    #[error("read the account's namespace")]
    Namespace(#[from] NamespaceError),
}

impl HasKind for OpenError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Secret(source) => source.kind(),
            Self::Policy(_) | Self::Namespace(_) => ErrorKind::Corrupt,
        }
    }
}

/// An access key, and whom it speaks for.
pub(crate) struct Identity {
    principal: Principal,
    policies: Vec<Arc<IdentityPolicy>>,
    tags: Vec<(String, String)>,
    secret: SecretKey,
    state: AccessKeyState,
    account_state: AccountState,
    administers: bool,
    namespace: Namespace,
    is_temporary: bool,
    expires: Option<UnixMillis>,
}

impl Identity {
    pub(super) fn open(id: &str, found: AccessKeyFound, key: &ClusterKey) -> Result<Self, OpenError> {
        let secret = key.unwrap(id, &found.key.wrapped_secret)?;
        // A policy that is understood in part protects less than its author believes: without all of them, nobody.
        let policies = found.policies.iter().map(compile).collect::<Result<_, _>>()?;
        let tags = found.user.as_ref().map(|user| user.tags.clone()).unwrap_or_default();
        let (canonical, account) = (found.key.account, found.account.account);
        let namespace = Namespace::parse(&found.account.namespace)?;
        let (account_state, administers) = (found.account.state, found.account.administrator);
        let principal = match found.user {
            None => Principal::Account { id: canonical, account },
            Some(user) => {
                // A row of a user without a path is one of the root of all paths.
                let path = if user.path.is_empty() { "/".to_owned() } else { user.path };
                Principal::User { id: canonical, account, path, name: found.key.user, user_id: user.user_id }
            }
        };
        let is_temporary = found.key.session.is_some() || found.key.expires.is_some();
        let (state, expires) = (found.key.state, found.key.expires);
        Ok(Self {
            principal,
            policies,
            tags,
            secret,
            state,
            account_state,
            administers,
            namespace,
            is_temporary,
            expires,
        })
    }

    /// Who it is.
    pub(crate) fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The policies attached to it, compiled.
    pub(crate) fn policies(&self) -> &[Arc<IdentityPolicy>] {
        &self.policies
    }

    /// The tags of the user.
    pub(crate) fn tags(&self) -> &[(String, String)] {
        &self.tags
    }

    /// What it signs with.
    pub(crate) fn secret(&self) -> &SecretKey {
        &self.secret
    }

    /// The namespace of its account's buckets.
    pub(crate) fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// Whether its account administers the cluster.
    pub(crate) fn administers(&self) -> bool {
        self.administers
    }

    /// Whether the key may be used now, with the session token that came with it.
    ///
    /// # Errors
    /// `InvalidAccessKeyId` for a disabled key or account, and for a temporary one without its token; `InvalidToken` for a token that
    /// is not the key's; `ExpiredToken`.
    pub(crate) fn admit(&self, token: Option<&str>, now: UnixMillis) -> Result<(), S3Error> {
        if self.state == AccessKeyState::Inactive || self.account_state == AccountState::Disabled {
            return Err(S3ErrorCode::InvalidAccessKeyId.into());
        }
        match (self.is_temporary, token) {
            (false, None) => Ok(()),
            (true, None) => Err(S3ErrorCode::InvalidAccessKeyId.into()),
            (true, Some(_)) if self.expires.is_some_and(|expires| expires <= now) => {
                Err(S3ErrorCode::ExpiredToken.into())
            }
            // Nothing here gives out tokens, so no token is right.
            (_, Some(_)) => Err(S3ErrorCode::InvalidToken.into()),
        }
    }
}

fn compile(document: &Bytes) -> Result<Arc<IdentityPolicy>, PolicyError> {
    IdentityPolicy::parse(document).map(Arc::new)
}
