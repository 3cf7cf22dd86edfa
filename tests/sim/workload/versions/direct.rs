//! Commands that a run gives to the catalog itself, as a gateway would.

use cairn_catalog::command::{
    CommandBody, KeyScope, RenameObject, RetentionChange, UpdateTarget, UpdateVersion, VersionChange,
};
use cairn_catalog::query::{Answer, BucketFound, FindBucket, Query};
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::{Nothing, Retention, RetentionMode};
use cairn_metadata::{MetadataError, Route, SessionOwner, WriterSession};
use cairn_types::{NodeId, ObjectKey, UnixMillis, VersionId};

use super::{LockChange, Name, Told};
use crate::cluster::{SimCluster, deadline};

/// After the end of every run.
const LONG: UnixMillis = UnixMillis(4_102_444_800_000);

/// A writer that is no gateway; cheap to clone.
#[derive(Clone)]
pub(crate) struct Direct(WriterSession);

impl Direct {
    /// Registers it.
    pub(crate) async fn open(cluster: &SimCluster) -> Self {
        let owner = SessionOwner { node: NodeId(1), purpose: "test".to_owned() };
        let session = WriterSession::open(cluster.catalog.clone(), owner, deadline()).await;
        Self(session.expect("the cluster takes its writers"))
    }

    /// Changes the lock of a version; `None` if that was not asked.
    pub(crate) async fn lock(&self, bucket: &str, key: &str, (name, change): (&Name, LockChange)) -> Option<Told> {
        let (_, scope) = self.scope(bucket, key).await.ok()?;
        let target = match name.id() {
            VersionId::Null => UpdateTarget::Null(Nothing::default()),
            VersionId::Ordered(order) => UpdateTarget::Ordered(order),
        };
        let changes = vec![version_change(change)];
        let scope_of = scope.clone();
        let update = UpdateVersion { scope: scope_of, target, object_lock: true, changes, ..UpdateVersion::default() };
        let told = self.told(scope, CommandBody::UpdateVersion(Box::new(update))).await;
        told.map(|(told, _)| told)
    }

    /// Renames an object within a bucket; says what its version is called then. `None` if that was not asked.
    pub(crate) async fn rename(&self, bucket: &str, (from, to): (&str, &str)) -> Option<(Told, Option<Name>)> {
        let (found, scope) = self.scope(bucket, to).await.ok()?;
        let rename = RenameObject {
            scope: scope.clone(),
            source: key_of(from),
            versioning: found.row.settings.versioning,
            owner: found.row.owner,
            ..RenameObject::default()
        };
        self.told(scope, CommandBody::RenameObject(Box::new(rename))).await
    }

    async fn scope(&self, bucket: &str, key: &str) -> Result<(BucketFound, KeyScope), MetadataError> {
        let find = Query::FindBucket(FindBucket { name: bucket.to_owned(), ..FindBucket::default() });
        let Answer::Bucket(found) = self.0.client().query(Route::ROOT, find, deadline()).await? else {
            panic!("not an answer about a bucket")
        };
        let scope = KeyScope { bucket: found.bucket, key: key_of(key), config_version: found.row.config_version };
        Ok((*found, scope))
    }

    /// Gives a command; `None` if the bucket changed meanwhile, so that nothing happened.
    async fn told(&self, scope: KeyScope, body: CommandBody) -> Option<(Told, Option<Name>)> {
        match self.0.submit(Route::of_scope(&scope), body, deadline()).await {
            Ok(Reply::Published(done)) if done.null => Some((Told::Done, Some(Name::Null))),
            Ok(Reply::Published(done)) => {
                Some((Told::Done, Some(Name::Id(VersionId::Ordered(done.order).to_string()))))
            }
            Err(MetadataError::Refused(refusal)) => refused(&refusal).map(|told| (told, None)),
            Err(_) => Some((Told::Unknown, None)),
            Ok(reply) => panic!("{reply:?}"),
        }
    }
}

impl Name {
    /// As an answer spells it.
    pub(crate) fn of(text: &str) -> Self {
        if text == "null" { Self::Null } else { Self::Id(text.to_owned()) }
    }

    /// As a request spells it.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Id(id) => id,
            Self::Untold => panic!("nobody asks for what nobody was told"),
        }
    }

    fn id(&self) -> VersionId {
        VersionId::parse(self.text()).expect("ids of answers can be read")
    }
}

fn version_change(change: LockChange) -> VersionChange {
    let compliance = Retention { mode: RetentionMode::Compliance, until: LONG };
    match change {
        LockChange::Retain => {
            VersionChange::Retention(RetentionChange { retention: Some(compliance), ..RetentionChange::default() })
        }
        LockChange::Hold => VersionChange::LegalHold(true),
        LockChange::Release => VersionChange::LegalHold(false),
    }
}

fn refused(refusal: &Refusal) -> Option<Told> {
    match refusal {
        Refusal::Locked(_) => Some(Told::Locked),
        Refusal::NoSuchKey(_) | Refusal::NoSuchVersion(_) => Some(Told::Refused),
        // The bucket was switched in between: nothing happened.
        Refusal::StaleConfiguration(_) => None,
        other => panic!("{other:?}"),
    }
}

fn key_of(key: &str) -> ObjectKey {
    ObjectKey::parse(key.to_owned()).expect("runs have good keys")
}
