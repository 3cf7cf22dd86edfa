//! Every command.

use cairn_types::record::record_choice;

use super::append::AppendObject;
use super::bucket::{
    CreateBucket, FinishDeleteBucket, ForgetBucket, RecordConfiguration, SealBucket, SetBucketDocument, SetBucketState,
};
use super::delete::DeleteObject;
use super::feed::{SetFeed, TrimFeed};
use super::garbage::{FragmentNote, GarbageDone, UnrollGarbage};
use super::identity::{
    DeleteAccessKey, DeleteAccount, DeleteUser, PutAccessKey, PutAccount, PutIdentityDocument, PutUser,
};
use super::members::{InitCluster, RecordGeneration, RegisterDisk, RegisterNode, SetDiskState, SetMaps, SetNodeState};
use super::multipart::{AbortUpload, CompleteUpload, CreateUpload, PublishPart};
use super::publish::{PublishVersion, ReplaceMetadata};
use super::registry::{CloseSession, FenceSessions, OpenSession, RenewSession};
use super::rename::RenameObject;
use super::session::{Fence, ResolveBlobs};
use super::update::UpdateVersion;
use crate::rows::Nothing;

record_choice! {
    /// What to do. 1–19 go to any shard, 20–59 to data shards, 60 and up to the root shard; another shard refuses.
    pub enum CommandBody {
        /// Does nothing; its reply shows that the session is not fenced.
        1 => Noop(Nothing),
        /// Fences sessions.
        2 => Fence(Fence),
        /// Records a start of a member.
        3 => RecordGeneration(RecordGeneration),
        /// Declares blobs resolved.
        4 => ResolveBlobs(ResolveBlobs),
        /// Publishes a version.
        20 => PublishVersion(Box<PublishVersion>),
        /// Replaces metadata.
        21 => ReplaceMetadata(Box<ReplaceMetadata>),
        /// Deletes.
        22 => DeleteObject(Box<DeleteObject>),
        /// Changes what a version carries beside its body.
        23 => UpdateVersion(Box<UpdateVersion>),
        /// Appends to an object.
        24 => AppendObject(Box<AppendObject>),
        /// Gives an object another key.
        25 => RenameObject(Box<RenameObject>),
        /// Begins an upload.
        30 => CreateUpload(Box<CreateUpload>),
        /// Publishes a part.
        31 => PublishPart(Box<PublishPart>),
        /// Makes parts a version.
        32 => CompleteUpload(Box<CompleteUpload>),
        /// Ends an upload.
        33 => AbortUpload(AbortUpload),
        /// Records a configuration.
        40 => RecordConfiguration(RecordConfiguration),
        /// Seals or unseals a bucket.
        41 => SealBucket(SealBucket),
        /// Removes a seal; in the root, the note of it.
        42 => ForgetBucket(ForgetBucket),
        /// Declares runs collected.
        50 => GarbageDone(GarbageDone),
        /// Takes a step in unrolling garbage.
        51 => UnrollGarbage(UnrollGarbage),
        /// A missing fragment is durable after all.
        52 => ClearDegraded(FragmentNote),
        /// Switches a feed.
        53 => SetFeed(SetFeed),
        /// Trims a feed.
        54 => TrimFeed(TrimFeed),
        /// A fragment is gone.
        55 => MarkDegraded(FragmentNote),
        /// Makes the cluster.
        60 => InitCluster(Box<InitCluster>),
        /// Registers a node.
        61 => RegisterNode(Box<RegisterNode>),
        /// Sets a node's state.
        62 => SetNodeState(SetNodeState),
        /// Registers a disk.
        63 => RegisterDisk(Box<RegisterDisk>),
        /// Sets a disk's state.
        64 => SetDiskState(SetDiskState),
        /// Replaces maps.
        65 => SetMaps(SetMaps),
        /// Opens a session.
        70 => OpenSession(OpenSession),
        /// Renews a session.
        71 => RenewSession(RenewSession),
        /// Ends a session.
        72 => CloseSession(CloseSession),
        /// Takes sessions off the registry.
        73 => FenceSessions(FenceSessions),
        /// Makes a bucket.
        80 => CreateBucket(Box<CreateBucket>),
        /// Sets a sub-resource.
        81 => SetBucketDocument(Box<SetBucketDocument>),
        /// Begins to delete, or reopens.
        82 => SetBucketState(SetBucketState),
        /// Removes a bucket.
        83 => FinishDeleteBucket(FinishDeleteBucket),
        /// Puts an account.
        90 => PutAccount(Box<PutAccount>),
        /// Puts a user.
        91 => PutUser(Box<PutUser>),
        /// Removes a user.
        92 => DeleteUser(DeleteUser),
        /// Puts an access key.
        93 => PutAccessKey(Box<PutAccessKey>),
        /// Removes an access key.
        94 => DeleteAccessKey(DeleteAccessKey),
        /// Puts or removes another identity document.
        95 => PutIdentityDocument(Box<PutIdentityDocument>),
        /// Removes an account.
        96 => DeleteAccount(DeleteAccount),
    }
}
