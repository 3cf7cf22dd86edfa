//! A bucket under a request, followed through changes of its configuration.

use std::sync::Arc;

use cairn_catalog::command::BucketScope;
use cairn_metadata::record_configuration;
use cairn_objects::{BucketRefusal, BucketView};
use cairn_policy::{Action, NoContext, Question, Resource, decide};
use cairn_runtime::Instant;
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{AccountId, BucketId, BucketName};

use super::errors::{Refused, catalog_failed};
use super::exchange::Caller;
use crate::buckets::{Bucket, Seen};
use crate::gateway::Gateway;
use crate::limits::{BUCKET_ATTEMPTS_MAX, BUCKET_PAUSE};

/// A bucket that a request may use, and under which of its configurations that was decided.
///
/// # Invariants
/// E5: whenever a shard knows a newer configuration, the request is authorised anew under it before it goes on.
#[derive(Clone)]
pub(crate) struct Governed {
    gateway: Gateway,
    name: BucketName,
    action: Action,
    caller: Caller,
    expected_owner: Option<AccountId>,
    deadline: Instant,
    bucket: Arc<Bucket>,
    attempts: u32,
    /// Bytes were staged for this very bucket, not for another of the same name.
    is_pinned: bool,
}

/// Calls a shard until the bucket is as the call was told, or the call fails otherwise: `governed!(bucket, |view| call)`.
macro_rules! governed {
    ($bucket:expr, |$view:ident| $call:expr) => {
        loop {
            let $view = $bucket.view();
            match $call.await {
                Ok(value) => break Ok::<_, cairn_s3::S3Error>(value),
                Err(error) => {
                    if let Err(error) = $bucket.decide_anew(error).await {
                        break Err(error);
                    }
                }
            }
        }
    };
}
pub(crate) use governed;

/// Who wants what of a bucket.
pub(super) struct Wish {
    pub(super) name: BucketName,
    pub(super) action: Action,
    pub(super) caller: Caller,
    pub(super) expected_owner: Option<AccountId>,
    pub(super) seen: Seen,
    pub(super) deadline: Instant,
}

impl Governed {
    /// Finds a bucket and decides.
    ///
    /// # Errors
    /// `NoSuchBucket`; `AccessDenied`, also where the owner is not the one expected.
    pub(super) async fn find(gateway: &Gateway, wish: Wish) -> Result<Self, S3Error> {
        let Wish { name, action, caller, expected_owner, seen, deadline } = wish;
        let bucket = look_up(gateway, &name, seen, deadline).await?;
        let gateway = gateway.clone();
        let found =
            Self { gateway, name, action, caller, expected_owner, deadline, bucket, attempts: 0, is_pinned: false };
        found.authorise()?;
        Ok(found)
    }

    /// The name.
    pub(crate) fn name(&self) -> &BucketName {
        &self.name
    }

    /// The bucket.
    pub(crate) fn bucket(&self) -> &Arc<Bucket> {
        &self.bucket
    }

    /// The bucket to stage bytes for. From now on another bucket of the same name will not do.
    pub(crate) fn pin(&mut self) -> BucketId {
        self.is_pinned = true;
        self.bucket.id
    }

    /// As shards are told.
    pub(crate) fn view(&self) -> BucketView {
        self.bucket.view()
    }

    /// Takes the failure of a call: `Ok` if the call is to be made again.
    ///
    /// # Errors
    /// That of the call, unless it is about the bucket as a whole. `NoSuchBucket` and `AccessDenied` if that is how things
    /// are now.
    pub(crate) async fn decide_anew(&mut self, error: impl Into<Refused>) -> Result<(), S3Error> {
        let refusal = match error.into() {
            Refused::Bucket(refusal) => refusal,
            Refused::Answer(error) => return Err(error),
        };
        let before = Arc::clone(&self.bucket);
        self.bucket = look_up(&self.gateway, &self.name, Seen::Now, self.deadline).await?;
        self.authorise()?;
        self.attempts += 1;
        if self.attempts >= BUCKET_ATTEMPTS_MAX {
            return Err(S3ErrorCode::OperationAborted.into());
        }
        if before.id == self.bucket.id {
            self.settle(refusal, &before).await?;
        } else if self.is_pinned {
            return Err(S3ErrorCode::ServiceUnavailable.into());
        }
        // Staged bytes are encrypted as the bucket had it: its new way needs them once more.
        if self.is_pinned && before.encryption != self.bucket.encryption {
            return Err(S3ErrorCode::ServiceUnavailable.into());
        }
        Ok(())
    }

    /// The same bucket was refused: helps the shard, or waits for it.
    async fn settle(&self, refusal: BucketRefusal, before: &Bucket) -> Result<(), S3Error> {
        let (id, config_version) = (self.bucket.id, self.bucket.config_version);
        if refusal == BucketRefusal::Unknown && !self.bucket.is_closing {
            // Whoever made the bucket was cut short; what they left undone anybody may finish.
            let scope = BucketScope { bucket: id, config_version };
            let recorded = record_configuration(self.gateway.objects().session(), scope, self.deadline).await;
            return recorded.map_err(|error| catalog_failed(&error));
        }
        if before.config_version == config_version || self.bucket.is_closing {
            self.gateway.context().clock.sleep(BUCKET_PAUSE).await;
        }
        Ok(())
    }

    fn authorise(&self) -> Result<(), S3Error> {
        let principal = self.caller.principal();
        let (action, resource) = (self.action, Resource::Bucket(&self.bucket.access));
        let question = Question { principal, identity_policies: &[], action, resource, context: &NoContext };
        if !decide(&question).is_allowed() {
            return Err(S3ErrorCode::AccessDenied.into());
        }
        // Only an account's own buckets come this far, so the caller's number is the owner's.
        let owner = principal.account().map(|(_, number)| number);
        match self.expected_owner {
            Some(expected) if Some(expected) != owner => Err(S3ErrorCode::AccessDenied.into()),
            Some(_) | None => Ok(()),
        }
    }
}

async fn look_up(gateway: &Gateway, name: &BucketName, seen: Seen, deadline: Instant) -> Result<Arc<Bucket>, S3Error> {
    let found = gateway.buckets().find(name, seen, deadline).await.map_err(|error| catalog_failed(&error))?;
    found.ok_or_else(|| S3Error::new(S3ErrorCode::NoSuchBucket).element("BucketName", name.as_str()))
}
