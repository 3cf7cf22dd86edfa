//! What can be asked of a shard's state, and the answers.
//!
//! # Invariants
//! Questions and answers are records, so that they travel. A query that depends on a bucket's configuration names the
//! version it was decided under; the shard refuses an older one.

mod blobs;
mod buckets;
mod identity;
mod list;
mod lookup;
mod members;
mod multipart;
mod shard;

use cairn_types::record::record_choice;

pub use blobs::{
    BlobCheck, BlobState, CheckBlobs, CheckedBlobs, DegradedCount, DegradedEntry, DegradedPage, GarbageEntry,
    GarbagePage, ListDegraded, ListGarbage, RunBlobs, RunPage,
};
pub use buckets::{BucketFound, BucketPage, DeletedBuckets, FindBucket, ListBuckets, ListedBucket};
pub use identity::{
    AccessKeyFound, AccessKeyPage, AccountPage, FindAccessKey, FindAccount, FindIdentityDocument, FindUser,
    IdentityDocumentPage, ListAccessKeys, ListAccounts, ListIdentityDocuments, NamedAccount, NamedUser, UserPage,
};
pub use list::{
    ListObjects, ListPosition, ListUploads, ListVersions, ListedObject, ListedUpload, ListedVersion, ObjectPage,
    PagedList, UploadPage, UploadPosition, VersionPage, VersionPosition,
};
pub use lookup::{BodyStretch, BodyWish, LookupVersion, VersionFound, VersionTarget};
pub use members::{ClusterState, MapsFound, MemberDisk, MemberNode, Members, OpenSessions, RegisteredSession};
pub use multipart::{GetUpload, ListParts, PartPage, PartRows, PartWithNumber};
pub use shard::{BucketUsage, FeedPage, FollowFeed, FollowedChange, SessionStanding, SessionState, ShareFound};

use crate::command::BucketScope;
use crate::reply::Refusal;
use crate::rows::{DegradedCountRow, IdentityDocumentRow, Nothing, UploadRow, UserRow};

record_choice! {
    /// A question. 1–39 go to data shards, 40 and up to the root shard; `Session` to any.
    pub enum Query {
        /// State of a session in the shard.
        1 => Session(SessionState),
        /// A version and the beginning of its body.
        2 => LookupVersion(LookupVersion),
        /// Blobs of a run.
        3 => RunBlobs(RunBlobs),
        /// Part rows of an upload, open or finished.
        4 => PartRows(PartRows),
        /// An open upload.
        5 => GetUpload(GetUpload),
        /// Parts of an open upload.
        6 => ListParts(ListParts),
        /// Keys by their latest versions.
        10 => ListObjects(ListObjects),
        /// Versions.
        11 => ListVersions(ListVersions),
        /// Open uploads.
        12 => ListUploads(ListUploads),
        /// Whether fragments may be collected.
        20 => CheckBlobs(CheckBlobs),
        /// Garbage to collect or unroll.
        21 => ListGarbage(ListGarbage),
        /// How many blobs are below full redundancy.
        22 => DegradedCount(DegradedCount),
        /// Which.
        23 => ListDegraded(ListDegraded),
        /// Counters and state of a bucket's share.
        24 => BucketUsage(BucketUsage),
        /// Changes of a bucket.
        25 => FollowFeed(FollowFeed),
        /// A bucket by name or id.
        40 => FindBucket(FindBucket),
        /// Buckets of an owner.
        41 => ListBuckets(ListBuckets),
        /// Deleted buckets whose seals stand.
        42 => DeletedBuckets(Nothing),
        /// The cluster's row.
        50 => Cluster(Nothing),
        /// Both maps.
        51 => Maps(Nothing),
        /// Nodes and disks.
        52 => Members(Nothing),
        /// The registry of sessions.
        53 => OpenSessions(Nothing),
        /// An access key with its account and user.
        60 => FindAccessKey(FindAccessKey),
        /// An account.
        61 => FindAccount(FindAccount),
        /// A user.
        62 => FindUser(FindUser),
        /// Users of an account.
        63 => ListUsers(ListIdentityDocuments),
        /// Another identity document.
        64 => FindIdentityDocument(FindIdentityDocument),
        /// Other identity documents of a kind.
        65 => ListIdentityDocuments(ListIdentityDocuments),
        /// Accounts.
        66 => ListAccounts(ListAccounts),
        /// Access keys of a user.
        67 => ListAccessKeys(ListAccessKeys),
    }
}

record_choice! {
    /// An answer, under the number of its question. What does not exist is a refusal.
    pub enum Answer {
        /// State of a session.
        1 => Session(SessionStanding),
        /// A version.
        2 => Version(Box<VersionFound>),
        /// Blobs of a run.
        3 => RunPage(Box<RunPage>),
        /// Part rows.
        4 => Parts(PartPage),
        /// An open upload.
        5 => Upload(Box<UploadRow>),
        /// An open upload and parts of it.
        6 => UploadParts(PartPage),
        /// Keys.
        10 => Objects(ObjectPage),
        /// Versions.
        11 => Versions(VersionPage),
        /// Uploads.
        12 => Uploads(UploadPage),
        /// What may be collected.
        20 => Checked(CheckedBlobs),
        /// Garbage.
        21 => Garbage(GarbagePage),
        /// How many blobs are below full redundancy.
        22 => DegradedCount(DegradedCountRow),
        /// Which.
        23 => Degraded(DegradedPage),
        /// A share.
        24 => Share(ShareFound),
        /// Changes.
        25 => Feed(FeedPage),
        /// A bucket.
        40 => Bucket(Box<BucketFound>),
        /// Buckets.
        41 => Buckets(BucketPage),
        /// Deleted buckets.
        42 => DeletedBuckets(DeletedBuckets),
        /// The cluster, if there is one.
        50 => Cluster(Box<ClusterState>),
        /// Both maps.
        51 => Maps(MapsFound),
        /// Nodes and disks.
        52 => Members(Members),
        /// The registry of sessions.
        53 => OpenSessions(OpenSessions),
        /// An access key.
        60 => AccessKey(Box<AccessKeyFound>),
        /// An account.
        61 => Account(Box<NamedAccount>),
        /// A user.
        62 => User(Box<UserRow>),
        /// Users.
        63 => Users(UserPage),
        /// Another identity document.
        64 => IdentityDocument(Box<IdentityDocumentRow>),
        /// Other identity documents.
        65 => IdentityDocuments(IdentityDocumentPage),
        /// Accounts.
        66 => Accounts(AccountPage),
        /// Access keys.
        67 => AccessKeys(AccessKeyPage),
        /// The question was refused.
        100 => Refused(Refusal),
    }
}

impl Query {
    /// The bucket whose configuration the query depends on.
    pub fn bucket_scope(&self) -> Option<BucketScope> {
        let of_key = |scope: &crate::command::KeyScope| {
            Some(BucketScope { bucket: scope.bucket, config_version: scope.config_version })
        };
        match self {
            Self::LookupVersion(query) => of_key(&query.scope),
            Self::GetUpload(query) => of_key(&query.scope),
            Self::ListParts(query) => of_key(&query.scope),
            Self::PartRows(query) => of_key(&query.scope),
            Self::ListObjects(query) => Some(query.list.scope),
            Self::ListVersions(query) => Some(query.list.scope),
            Self::ListUploads(query) => Some(query.list.scope),
            _ => None,
        }
    }
}
