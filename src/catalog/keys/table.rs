//! Tables.

/// First byte of a key. Numbers are never reused. 128 and up belong to whoever keeps the rows (applied ids, marks).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Table {
    /// Heads of keys whose latest version is not a delete marker: what LIST reads.
    Head = 1,
    /// Heads of keys whose latest version is a delete marker, out of LIST's way.
    MarkedHead = 2,
    /// Versions, newest first.
    Version = 3,
    /// Inline bodies of versions.
    Inline = 4,
    /// Runs.
    Run = 5,
    /// Further blobs of runs.
    RunPage = 6,
    /// Open uploads.
    Upload = 7,
    /// Parts of uploads, open and finished.
    Part = 8,
    /// Inline bodies of parts.
    PartInline = 9,
    /// The shard's horizon.
    Horizon = 32,
    /// Living sessions.
    Session = 33,
    /// Kept replies.
    Reply = 34,
    /// Garbage.
    Garbage = 35,
    /// Runs with degraded blobs.
    Degraded = 36,
    /// How many blobs are degraded.
    DegradedCount = 37,
    /// Shares of buckets.
    Share = 38,
    /// Changes of buckets.
    Feed = 39,
    /// Starts of members.
    Generation = 40,
    /// The running digest.
    Digest = 41,
    /// The cluster.
    Cluster = 64,
    /// Nodes.
    Node = 65,
    /// Disks.
    Disk = 66,
    /// Maps.
    Map = 67,
    /// Names of buckets.
    BucketName = 68,
    /// Buckets.
    Bucket = 69,
    /// Sub-resources of buckets.
    BucketDocument = 70,
    /// Deleted buckets whose seals stand.
    DeletedBucket = 71,
    /// Registered sessions.
    Lease = 72,
    /// Accounts.
    Account = 73,
    /// Users.
    User = 74,
    /// Access keys.
    AccessKey = 75,
    /// Other identity documents.
    IdentityDocument = 76,
    /// Accounts by the names that are theirs alone.
    AccountAlias = 77,
    /// Access keys by account and user.
    UserKey = 78,
    /// Buckets by owner.
    OwnedBucket = 79,
}

impl Table {
    /// Tables whose keys begin with bucket id and object key.
    pub const OF_OBJECTS: [Self; 9] = [
        Self::Head,
        Self::MarkedHead,
        Self::Version,
        Self::Inline,
        Self::Run,
        Self::RunPage,
        Self::Upload,
        Self::Part,
        Self::PartInline,
    ];

    /// Tables whose keys begin with a shard id, in every shard.
    pub const OF_SHARDS: [Self; 10] = [
        Self::Horizon,
        Self::Session,
        Self::Reply,
        Self::Garbage,
        Self::Degraded,
        Self::DegradedCount,
        Self::Share,
        Self::Feed,
        Self::Generation,
        Self::Digest,
    ];

    /// Tables whose keys begin with a shard id, in the root shard alone.
    pub const OF_ROOT: [Self; 16] = [
        Self::Cluster,
        Self::Node,
        Self::Disk,
        Self::Map,
        Self::BucketName,
        Self::Bucket,
        Self::BucketDocument,
        Self::DeletedBucket,
        Self::Lease,
        Self::Account,
        Self::User,
        Self::AccessKey,
        Self::IdentityDocument,
        Self::AccountAlias,
        Self::UserKey,
        Self::OwnedBucket,
    ];

    /// The table's byte.
    pub const fn byte(self) -> u8 {
        self as u8
    }

    /// The table of a byte.
    pub fn from_byte(byte: u8) -> Option<Self> {
        let mut all = Self::OF_OBJECTS.into_iter().chain(Self::OF_SHARDS).chain(Self::OF_ROOT);
        all.find(|table| table.byte() == byte)
    }
}
