//! What came of a question.

/// What came of a question, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// It may be done.
    Allow(Allowed),
    /// It may not.
    Deny(Denied),
    /// It depends on the object: read it and ask again.
    NeedsObject,
}

/// What allows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Allowed {
    /// Everybody who is known may.
    Anyone,
    /// The account owns it.
    Owner,
    /// A policy of the user.
    IdentityPolicy {
        /// Which of them, counted from 0.
        policy: usize,
        /// Which statement, counted from 0.
        statement: usize,
    },
    /// The bucket's policy.
    BucketPolicy {
        /// Which statement, counted from 0.
        statement: usize,
    },
    /// The bucket's ACL.
    BucketAcl,
    /// The object's ACL.
    ObjectAcl,
    /// The account began the upload.
    Initiator,
}

/// What denies it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Denied {
    /// Explicitly, by a policy of the user.
    IdentityPolicy {
        /// Which of them, counted from 0.
        policy: usize,
        /// Which statement, counted from 0.
        statement: usize,
    },
    /// Explicitly, by the bucket's policy.
    BucketPolicy {
        /// Which statement, counted from 0.
        statement: usize,
    },
    /// No policy of the user allows it.
    NoIdentityPolicy,
    /// Neither policy nor ACL of what it is on allows it.
    NoGrant,
    /// Only a public policy allows it, and the public access block restricts those.
    PublicAccessBlocked,
    /// Uploads in parts are for those who are known.
    AnonymousUpload,
    /// Allowed, were the caller of the bucket's account: policies are the business of that account alone (S3 answers
    /// `MethodNotAllowed`).
    OtherAccount,
}

impl Decision {
    /// Whether it may be done.
    pub fn is_allowed(self) -> bool {
        match self {
            Self::Allow(_) => true,
            Self::Deny(_) | Self::NeedsObject => false,
        }
    }
}
