//! Changing what a version carries beside its body.

use bytes::Bytes;
use cairn_types::VersionOrder;
use cairn_types::record::{record, record_choice};

use super::publish::Precondition;
use super::scope::KeyScope;
use crate::rows::{Encryption, Nothing, Retention};

record_choice! {
    /// Which version to change.
    pub enum UpdateTarget {
        /// The latest.
        1 => Latest(Nothing),
        /// The null version.
        2 => Null(Nothing),
        /// The version of that id (never the null version).
        3 => Ordered(VersionOrder),
    }
}

record! {
    /// Tags of an object.
    #[derive(Eq)]
    pub struct TagSet {
        /// In the order sent; empty removes them.
        1 => pub tags: Vec<(String, String)>,
    }
}

record! {
    /// A new ACL.
    #[derive(Eq)]
    pub struct AclChange {
        /// A document of the policy layer; absent means private to the owner.
        1 => pub acl: Option<Bytes>,
    }
}

record! {
    /// A new retention.
    #[derive(Eq)]
    pub struct RetentionChange {
        /// The retention; absent removes it.
        1 => pub retention: Option<Retention>,
        /// The caller may, and wants to, weaken governance retention.
        2 => pub bypass_governance: bool,
    }
}

record_choice! {
    /// What becomes of one aspect of a version.
    pub enum VersionChange {
        /// Tags.
        1 => Tags(TagSet),
        /// ACL.
        2 => Acl(AclChange),
        /// Retention: while it lasts it is never shortened, and weakened only where it is governance and the caller may.
        3 => Retention(RetentionChange),
        /// Legal hold.
        4 => LegalHold(bool),
        /// How the body's data key is kept. The body stays as it is: refused if the encryption id is another.
        5 => Encryption(Encryption),
    }
}

record! {
    /// Changes a version in place: body, ETag, id and last-modified time stay.
    pub struct UpdateVersion {
        /// The key.
        1 => pub scope: KeyScope,
        /// Which version.
        2 => pub target: UpdateTarget,
        /// What must be true of that version.
        3 => pub precondition: Precondition,
        /// Object lock is on in the bucket under that configuration: without it retention and legal hold are refused.
        4 => pub object_lock: bool,
        /// What changes, in order; at most [`VERSION_CHANGES_MAX`](crate::limits::VERSION_CHANGES_MAX).
        5 => pub changes: Vec<VersionChange>,
    }
}
