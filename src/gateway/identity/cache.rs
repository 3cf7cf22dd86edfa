//! Identities that were looked up before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cairn_catalog::query::{Answer, FindAccessKey, Query};
use cairn_catalog::reply::Refusal;
use cairn_metadata::{MetadataClient, MetadataError, Route};
use cairn_runtime::collections::FixedMap;
use cairn_runtime::{Context, Instant, OnExit};
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{ErrorKind, HasKind, ShardId};
use parking_lot::RwLock;

use super::Identity;
use super::found::OpenError;
use crate::cluster_key::ClusterKey;
use crate::limits::{
    IDENTITIES_KEPT_MAX, IDENTITY_FIRST_WAIT_MAX, IDENTITY_FRESH_MAX, IDENTITY_REFRESH, IDENTITY_STALE_MAX,
    IDENTITY_WAIT_MAX,
};

/// Access keys by their ids.
///
/// A key in use is looked up again every few seconds beside the requests that use it; only where that does not succeed
/// does a request wait. Unknown keys are not remembered: one that was just made is found at once.
#[derive(Clone)]
pub(crate) struct Identities(Arc<Shared>);

struct Shared {
    context: Context,
    metadata: MetadataClient,
    key: Arc<ClusterKey>,
    kept: RwLock<FixedMap<String, Arc<Kept>>>,
}

struct Kept {
    identity: Arc<Identity>,
    /// When the lookup began: what is known is at least as new.
    asked: Instant,
    is_refreshing: AtomicBool,
}

impl Identities {
    pub(crate) fn new(context: Context, metadata: MetadataClient, key: Arc<ClusterKey>) -> Self {
        Self(Arc::new(Shared { context, metadata, key, kept: RwLock::default() }))
    }

    /// The identity of an access key.
    ///
    /// # Errors
    /// `InvalidAccessKeyId` for one that does not exist; `ServiceUnavailable` where nothing recent enough is known and
    /// the catalog does not answer.
    pub(crate) async fn find(&self, id: &str) -> Result<Arc<Identity>, S3Error> {
        let now = self.0.context.clock.now();
        let known = self.0.kept.read().get(id).cloned();
        let Some(known) = known else {
            return self.look_up(id, now + IDENTITY_FIRST_WAIT_MAX).await.map_err(|error| refusal(id, &error));
        };
        let age = now - known.asked;
        if age < IDENTITY_FRESH_MAX {
            if age >= IDENTITY_REFRESH {
                self.refresh_beside(id, &known);
            }
            return Ok(Arc::clone(&known.identity));
        }
        match self.look_up(id, now + IDENTITY_WAIT_MAX).await {
            Err(error) if error.kind().is_retriable() && age < IDENTITY_STALE_MAX => {
                tracing::warn!(%error, "identities cannot be looked up; the last ones are used");
                Ok(Arc::clone(&known.identity))
            }
            result => result.map_err(|error| refusal(id, &error)),
        }
    }

    /// Looks an identity up in a task of its own, unless one does already.
    fn refresh_beside(&self, id: &str, known: &Arc<Kept>) {
        if known.is_refreshing.swap(true, Ordering::Relaxed) {
            return;
        }
        let (identities, known, id) = (self.clone(), Arc::clone(known), id.to_owned());
        self.0.context.tasks.spawn("identity refresh", OnExit::Ignore, async move {
            let deadline = identities.0.context.clock.now() + IDENTITY_WAIT_MAX;
            // A failure leaves what is known: the next request sees its age. A success has put another entry there.
            if identities.look_up(&id, deadline).await.is_err() {
                known.is_refreshing.store(false, Ordering::Relaxed);
            }
        });
    }

    async fn look_up(&self, id: &str, deadline: Instant) -> Result<Arc<Identity>, LookupError> {
        let asked = self.0.context.clock.now();
        let query = Query::FindAccessKey(FindAccessKey { id: id.to_owned(), ..FindAccessKey::default() });
        let found = match self.0.metadata.query(Route::ROOT, query, deadline).await {
            Ok(Answer::AccessKey(found)) => *found,
            Ok(_) => return Err(LookupError::Metadata(MetadataError::UnexpectedAnswer { shard: ShardId::ROOT })),
            Err(MetadataError::Refused(Refusal::NoSuchEntity(_))) => {
                self.0.kept.write().remove(id);
                return Err(LookupError::Unknown);
            }
            Err(error) => return Err(LookupError::Metadata(error)),
        };
        let identity = Arc::new(Identity::open(id, found, &self.0.key).map_err(LookupError::Open)?);
        let kept = Kept { identity: Arc::clone(&identity), asked, is_refreshing: AtomicBool::new(false) };
        self.keep(id, Arc::new(kept));
        Ok(identity)
    }

    fn keep(&self, id: &str, entry: Arc<Kept>) {
        let mut kept = self.0.kept.write();
        if kept.len() >= IDENTITIES_KEPT_MAX && !kept.contains_key(id) {
            // Rare: so many keys within a minute. What is too old to be used goes, and if that is none, everything.
            let oldest: Duration = IDENTITY_STALE_MAX;
            let now = self.0.context.clock.now();
            kept.retain(|_, known| now - known.asked < oldest);
            if kept.len() >= IDENTITIES_KEPT_MAX {
                kept.clear();
            }
        }
        // Of two lookups the one that began later is right.
        if kept.get(id).is_none_or(|known| known.asked <= entry.asked) {
            kept.insert(id.to_owned(), entry);
        }
    }
}

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
enum LookupError {
    #[error("no such access key")]
    Unknown,
    #[error("ask the catalog for an access key")]
    Metadata(#[source] MetadataError),
    #[error("open an access key")]
    Open(#[source] OpenError),
}

impl HasKind for LookupError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Unknown => ErrorKind::Denied,
            Self::Metadata(source) => source.kind(),
            Self::Open(source) => source.kind(),
        }
    }
}

fn refusal(id: &str, error: &LookupError) -> S3Error {
    match error {
        LookupError::Unknown => S3Error::new(S3ErrorCode::InvalidAccessKeyId).element("AWSAccessKeyId", id),
        // Nothing was done yet, so even an unknown outcome may be repeated.
        LookupError::Metadata(source) if source.kind().is_retriable() => S3ErrorCode::ServiceUnavailable.into(),
        LookupError::Metadata(_) | LookupError::Open(_) => {
            tracing::error!(%error, source = ?std::error::Error::source(error).map(ToString::to_string), "an access key cannot be used");
            S3ErrorCode::InternalError.into()
        }
    }
}

#[cfg(test)]
mod tests;
