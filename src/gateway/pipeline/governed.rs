//! A bucket under a request, followed through changes of its configuration.

use std::sync::Arc;

use cairn_catalog::command::BucketScope;
use cairn_catalog::query::{BodyWish, VersionTarget};
use cairn_catalog::rows::{Nothing, VersionRow};
use cairn_metadata::record_configuration;
use cairn_objects::{BucketRefusal, BucketView, LookupError, ReadRequest, UploadError};
use cairn_policy::{Action, BucketPolicy, Decision, Denied, Principal};
use cairn_s3::configuration::Payer;
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{AccountId, BucketId, BucketName, ObjectKey, UploadId, VersionId};

use super::accounts::{Naming, find_account};
use super::errors::{Refused, catalog_failed};
use super::exchange::Exchange;
use super::right::{Look, On, Right};
use super::ruling::{Known, refusal, rule};
use crate::buckets::{Bucket, QualifiedName, Seen};
use crate::limits::{BUCKET_ATTEMPTS_MAX, BUCKET_PAUSE};

/// A bucket that a request may use, and under which of its configurations that was decided.
///
/// # Invariants
/// E5: whenever a shard knows a newer configuration, the request is authorised anew under it before it goes on.
/// What a decision needs of an object is read before the request goes on; or, where the request reads the object itself,
/// it is decided about the version that is served, before anything of it is ([`Governed::admit`]).
#[derive(Clone)]
pub(crate) struct Governed {
    exchange: Exchange,
    name: QualifiedName,
    rights: Vec<Right>,
    look: Look,
    expected_owner: Option<AccountId>,
    bucket: Arc<Bucket>,
    /// Whether the bucket was looked up for this request: what is remembered may be older than a right.
    is_fresh: bool,
    attempts: u32,
    /// Bytes were staged for this very bucket, not for another of the same name.
    is_pinned: bool,
    /// Rights that depend on the object, which was not found yet.
    open: Vec<Right>,
    admitted: Admitted,
}

/// Whether the object that a request reads was found, and what of it decided.
#[derive(Clone)]
enum Admitted {
    NotYet,
    /// Its bucket alone decided.
    Unseen,
    As(Arc<Known>),
}

/// Whether all is decided.
enum Looked {
    Settled,
    /// The bucket is another now.
    Anew,
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

/// What is wanted of a bucket.
pub(super) struct Wish {
    pub(super) name: QualifiedName,
    pub(super) rights: Vec<Right>,
    pub(super) look: Look,
    pub(super) expected_owner: Option<AccountId>,
    pub(super) seen: Seen,
}

impl Governed {
    /// Finds a bucket and decides.
    ///
    /// # Errors
    /// `NoSuchBucket`; `AccessDenied`, also where the owner is not the one expected.
    pub(super) async fn find(exchange: &Exchange, wish: Wish) -> Result<Self, S3Error> {
        let Wish { name, rights, look, expected_owner, seen } = wish;
        let bucket = look_up(exchange, &name, seen).await?;
        let mut found = Self {
            exchange: exchange.clone(),
            name,
            rights,
            look,
            expected_owner,
            bucket,
            is_fresh: seen == Seen::Now,
            attempts: 0,
            is_pinned: false,
            open: Vec::new(),
            admitted: Admitted::NotYet,
        };
        found.authorise().await?;
        Ok(found)
    }

    /// The name.
    pub(crate) fn name(&self) -> &BucketName {
        &self.name.name
    }

    /// The name, and where it is unique.
    pub(crate) fn qualified_name(&self) -> &QualifiedName {
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

    /// Looks the bucket up as it is, where what was remembered of it would refuse the request.
    ///
    /// # Errors
    /// `NoSuchBucket` and `AccessDenied` if that is how things are now.
    pub(crate) async fn see_now(&mut self) -> Result<(), S3Error> {
        self.refresh().await?;
        self.authorise().await
    }

    /// Takes the failure of a call: `Ok` if the call is to be made again.
    ///
    /// # Errors
    /// That of the call, unless it is about the bucket as a whole. `NoSuchBucket` and `AccessDenied` if that is how things
    /// are now.
    pub(crate) async fn decide_anew(&mut self, error: impl Into<Refused>) -> Result<(), S3Error> {
        match error.into() {
            Refused::Answer(error) => Err(error),
            Refused::Bucket(refusal) => {
                self.look_again(refusal).await?;
                self.authorise().await
            }
        }
    }

    /// Decides about more than the operation's name said.
    ///
    /// # Errors
    /// `AccessDenied`
    pub(crate) async fn require(&mut self, rights: Vec<Right>) -> Result<(), S3Error> {
        self.rights.extend(rights);
        self.authorise().await
    }

    /// The same bucket for one of many things that a request is about.
    ///
    /// # Errors
    /// `AccessDenied`
    pub(crate) async fn only(&self, rights: Vec<Right>) -> Result<Self, S3Error> {
        let mut one = Self { rights, look: Look::Before, admitted: Admitted::NotYet, ..self.clone() };
        one.authorise().await?;
        Ok(one)
    }

    /// Whether something may be done that the request would do without as well.
    pub(crate) async fn may(&self, right: Right) -> Result<bool, S3Error> {
        match self.only(vec![right]).await {
            Ok(_) => Ok(true),
            Err(error) if error.code == S3ErrorCode::AccessDenied => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the caller could not replace this policy once it is set.
    pub(crate) fn locks_out(&self, policy: Arc<BucketPolicy>) -> bool {
        let mut bucket = Bucket::clone(&self.bucket);
        bucket.access.policy = Some(policy);
        let right = Right::on_bucket(Action::PutBucketPolicy);
        !rule(&self.exchange, &bucket, &right, &Known::Absent).is_allowed()
    }

    /// Decides about the version that will be served.
    ///
    /// # Errors
    /// `AccessDenied`
    pub(crate) fn admit(&mut self, version: &VersionRow) -> Result<(), S3Error> {
        if self.open.is_empty() {
            self.admitted = Admitted::Unseen;
            return Ok(());
        }
        let known = Known::of(version)?;
        self.settle(&known)?;
        self.admitted = Admitted::As(Arc::new(known));
        Ok(())
    }

    /// Refuses an answer about an object that was found past [`Self::admit`].
    ///
    /// # Errors
    /// `InternalError`
    pub(super) fn assert_admitted(&self) -> Result<(), S3Error> {
        match self.admitted {
            Admitted::As(_) | Admitted::Unseen => Ok(()),
            Admitted::NotYet => {
                tracing::error!("an object was read that nobody decided about");
                Err(S3ErrorCode::InternalError.into())
            }
        }
    }

    /// Decides whether a reader may learn that there is no such object: only who may list the bucket.
    ///
    /// # Errors
    /// `AccessDenied`
    pub(crate) fn admit_absence(&mut self) -> Result<(), S3Error> {
        if self.look == Look::Before {
            return Ok(());
        }
        let open = self.open.clone();
        if self.settle(&Known::Absent).is_err() {
            // What is not there cannot say whom it would let: whoever an ACL could have let learns that it is not there.
            self.open = open;
            self.settle(&Known::open_to_all(&self.bucket.access.owner))?;
        }
        // A listing of what begins with the key would tell it: rights that are on a prefix hold here as well.
        let key = self.rights.iter().find_map(|right| match &right.on {
            On::Object(key, _) => Some(key.clone()),
            _ => None,
        });
        let list = Right { action: Action::ListBucket, on: key.map_or(On::Bucket, On::Listing) };
        match rule(&self.exchange, &self.bucket, &list, &Known::Absent) {
            Decision::Allow(_) => Ok(()),
            refused => Err(refusal(refused)),
        }
    }

    /// Whether the caller pays for the request.
    pub(super) fn is_charged(&self) -> bool {
        self.bucket.payer == Payer::Requester && !self.is_own()
    }

    /// Whether the caller is of the account that owns the bucket.
    pub(crate) fn is_own(&self) -> bool {
        let account = self.exchange.caller.principal().account();
        account.is_some_and(|(account, _)| *account == self.bucket.access.owner)
    }

    async fn look_again(&mut self, refusal: BucketRefusal) -> Result<(), S3Error> {
        let before = Arc::clone(&self.bucket);
        self.refresh().await?;
        self.attempts += 1;
        if self.attempts >= BUCKET_ATTEMPTS_MAX {
            return Err(S3ErrorCode::OperationAborted.into());
        }
        if before.id == self.bucket.id {
            self.help(refusal, &before).await?;
        } else if self.is_pinned {
            return Err(S3ErrorCode::ServiceUnavailable.into());
        }
        // Staged bytes are encrypted as the bucket had it: its new way needs them once more.
        if self.is_pinned && before.encryption != self.bucket.encryption {
            return Err(S3ErrorCode::ServiceUnavailable.into());
        }
        Ok(())
    }

    async fn refresh(&mut self) -> Result<(), S3Error> {
        self.bucket = look_up(&self.exchange, &self.name, Seen::Now).await?;
        self.is_fresh = true;
        Ok(())
    }

    /// The same bucket was refused: helps the shard, or waits for it.
    async fn help(&self, refusal: BucketRefusal, before: &Bucket) -> Result<(), S3Error> {
        let gateway = &self.exchange.gateway;
        let (id, config_version) = (self.bucket.id, self.bucket.config_version);
        if refusal == BucketRefusal::Unknown && !self.bucket.is_closing {
            // Whoever made the bucket was cut short; what they left undone anybody may finish.
            let scope = BucketScope { bucket: id, config_version };
            let recorded = record_configuration(gateway.objects().session(), scope, self.exchange.deadline).await;
            return recorded.map_err(|error| catalog_failed(&error));
        }
        if before.config_version == config_version || self.bucket.is_closing {
            gateway.context().clock.sleep(BUCKET_PAUSE).await;
        }
        Ok(())
    }

    /// Decides about all rights under the bucket as it is known now.
    async fn authorise(&mut self) -> Result<(), S3Error> {
        loop {
            self.open = match self.open_rights().await {
                // No shard was asked that could know better.
                Err(_) if !self.is_fresh => {
                    self.refresh().await?;
                    continue;
                }
                open => open?,
            };
            if self.open.is_empty() {
                return Ok(());
            }
            match (self.look, self.admitted.clone()) {
                (Look::WhenFound, Admitted::NotYet) => return Ok(()),
                (Look::WhenFound, Admitted::As(known)) => return self.settle(&known),
                // It was not kept, since nothing depended on it.
                (Look::WhenFound, Admitted::Unseen) => return Err(S3ErrorCode::OperationAborted.into()),
                (Look::Before, _) => match self.look_at_objects().await? {
                    Looked::Settled => return Ok(()),
                    Looked::Anew => {}
                },
            }
        }
    }

    async fn open_rights(&self) -> Result<Vec<Right>, S3Error> {
        self.check_owner().await?;
        self.check_payer()?;
        self.undecided()
    }

    /// The rights that depend on an object.
    fn undecided(&self) -> Result<Vec<Right>, S3Error> {
        let mut open = Vec::new();
        for right in &self.rights {
            // Its own account almost always may, so it is decided about once, with the object.
            if self.look == Look::WhenFound && self.is_own() && matches!(right.on, On::Object(..)) {
                open.push(right.clone());
                continue;
            }
            match rule(&self.exchange, &self.bucket, right, &Known::Unread) {
                Decision::Allow(_) => {}
                Decision::NeedsObject => open.push(right.clone()),
                Decision::Deny(Denied::NoGrant) if self.may_be_initiator(right) => open.push(right.clone()),
                denied @ Decision::Deny(_) => return Err(refusal(denied)),
            }
        }
        Ok(open)
    }

    /// Whoever began an upload may end it.
    fn may_be_initiator(&self, right: &Right) -> bool {
        let is_about_upload = matches!(right.action, Action::AbortMultipartUpload | Action::ListMultipartUploadParts);
        is_about_upload && *self.exchange.caller.principal() != Principal::Anonymous
    }

    /// Decides what is open with what is known now.
    fn settle(&mut self, known: &Known) -> Result<(), S3Error> {
        for right in std::mem::take(&mut self.open) {
            match rule(&self.exchange, &self.bucket, &right, known) {
                Decision::Allow(_) => {}
                refused => return Err(refusal(refused)),
            }
        }
        Ok(())
    }

    /// Reads what open rights are on, and decides about them.
    async fn look_at_objects(&mut self) -> Result<Looked, S3Error> {
        for right in self.open.clone() {
            let known = match &right.on {
                On::Object(key, version) => self.find_object(key, *version).await,
                On::Upload(key, Some(upload)) => self.find_upload(key, *upload).await,
                On::Account | On::Bucket | On::Listing(_) | On::NewObject(_) | On::Upload(_, None) => Ok(Known::Absent),
            };
            let known = match known {
                Ok(known) => known,
                Err(Refused::Answer(error)) => return Err(error),
                Err(Refused::Bucket(refusal)) => {
                    self.look_again(refusal).await?;
                    return Ok(Looked::Anew);
                }
            };
            match rule(&self.exchange, &self.bucket, &right, &known) {
                Decision::Allow(_) => {}
                refused => return Err(refusal(refused)),
            }
        }
        self.open.clear();
        Ok(Looked::Settled)
    }

    async fn find_object(&self, key: &ObjectKey, version: Option<VersionId>) -> Result<Known, Refused> {
        let body = BodyWish::Nothing(Nothing::default());
        let request = ReadRequest { key: key.clone(), target: version_target(version), body };
        match self.exchange.gateway.objects().open(&self.view(), request).await {
            Ok(found) => Known::of(found.version()).map_err(Refused::Answer),
            Err(LookupError::NoSuchKey | LookupError::NoSuchVersion) => Ok(Known::Absent),
            Err(error) => Err(error.into()),
        }
    }

    async fn find_upload(&self, key: &ObjectKey, upload: UploadId) -> Result<Known, Refused> {
        match self.exchange.gateway.objects().upload(&self.view(), key, upload).await {
            Ok(row) => Ok(Known::Upload(row.initiator)),
            Err(UploadError::NoSuchUpload) => Ok(Known::Absent),
            Err(error) => Err(error.into()),
        }
    }

    /// The owner must be the one whom the caller expects.
    async fn check_owner(&self) -> Result<(), S3Error> {
        let Some(expected) = self.expected_owner else { return Ok(()) };
        let number = match self.exchange.caller.principal().account() {
            Some((_, number)) if self.is_own() => Some(number),
            _ => {
                let naming = Naming::Canonical(self.bucket.access.owner.clone());
                find_account(&self.exchange, naming).await?.map(|account| account.row.account)
            }
        };
        if number == Some(expected) { Ok(()) } else { Err(S3ErrorCode::AccessDenied.into()) }
    }

    /// Where requesters pay, they must say that they know.
    fn check_payer(&self) -> Result<(), S3Error> {
        let is_known = *self.exchange.caller.principal() != Principal::Anonymous;
        if !self.is_charged() || (is_known && self.exchange.is_paying) {
            return Ok(());
        }
        Err(S3ErrorCode::AccessDenied.into())
    }
}

/// Which version a read is of.
pub(crate) fn version_target(id: Option<VersionId>) -> VersionTarget {
    match id {
        None => VersionTarget::Latest(Nothing::default()),
        Some(VersionId::Null) => VersionTarget::Null(Nothing::default()),
        Some(VersionId::Ordered(order)) => VersionTarget::Ordered(order),
    }
}

async fn look_up(exchange: &Exchange, name: &QualifiedName, seen: Seen) -> Result<Arc<Bucket>, S3Error> {
    let found = exchange.gateway.buckets().find(name, seen, exchange.deadline).await;
    let found = found.map_err(|error| catalog_failed(&error))?;
    found.ok_or_else(|| S3Error::new(S3ErrorCode::NoSuchBucket).element("BucketName", name.name.as_str()))
}
