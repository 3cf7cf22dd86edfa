//! What a shard applies.
//!
//! # Invariants
//! E1: a command of a session takes effect at most once; a retry keeps its number. Numbers of body variants and of
//! fields are never reused. A leader proposes only what every member has announced ([`COMMAND_FORMAT`]).

mod append;
mod body;
mod bucket;
mod delete;
mod feed;
mod garbage;
mod identity;
mod members;
mod multipart;
mod publish;
mod registry;
mod rename;
mod scope;
mod session;
mod update;

use cairn_types::record::record;
use cairn_types::{RequestNumber, SessionId, UnixMillis};

pub use append::AppendObject;
pub use body::CommandBody;
pub use bucket::{
    BucketScope, CreateBucket, FinishDeleteBucket, ForgetBucket, RecordConfiguration, SealBucket, SetBucketDocument,
    SetBucketState,
};
pub use delete::{DeleteConditions, DeleteObject, DeleteTarget, ETagCondition};
pub use feed::{SetFeed, TrimFeed};
pub use garbage::{FragmentNote, GarbageDone, UnrollGarbage};
pub use identity::{
    DeleteAccessKey, DeleteAccount, DeleteUser, PutAccessKey, PutAccount, PutIdentityDocument, PutUser, VersionCheck,
};
pub use members::{
    InitCluster, MapChange, RecordGeneration, RegisterDisk, RegisterNode, SetDiskState, SetMaps, SetNodeState,
};
pub use multipart::{AbortUpload, CompleteUpload, CreateUpload, ListedPart, PublishPart};
pub use publish::{Body, Precondition, PublishVersion, ReplaceMetadata};
pub use registry::{CloseSession, FenceSessions, OpenSession, RenewSession};
pub use rename::{HttpConditions, RenameObject};
pub use scope::KeyScope;
pub use session::{Fence, ResolveBlobs};
pub use update::{AclChange, RetentionChange, TagSet, UpdateTarget, UpdateVersion, VersionChange};

/// Highest number of the command format that this build applies. A node announces it when it registers. 2 has changes in
/// place, appends, renames, and accounts that go.
pub const COMMAND_FORMAT: u32 = 2;

record! {
    /// A command with its envelope.
    pub struct Command {
        /// Session that sends it; 0 for internal commands that may be applied any number of times.
        1 => pub session: SessionId,
        /// Its number within the session and shard, from 1; 0 with session 0.
        2 => pub number: RequestNumber,
        /// All requests of the session below this number are resolved: nobody waits for their replies.
        3 => pub request_floor: RequestNumber,
        /// The leader's clock when it proposed the command.
        4 => pub proposed_at: UnixMillis,
        /// What to do.
        5 => pub body: CommandBody,
    }
}
