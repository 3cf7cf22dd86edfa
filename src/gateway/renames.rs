//! Renames that were done, by the tokens of their clients.
//!
//! A rename that is asked for again finds its source gone; by the token its client learns that it was its own rename that took
//! it. Tokens are remembered by the gateway that did the rename, so a repeat through another one is answered as a new request.
//!
//! # Limits
//! [`RENAME_TOKENS_MAX`] tokens, the oldest forgotten first.

use std::collections::VecDeque;

use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{BucketId, ObjectKey, VersionId};
use parking_lot::Mutex;

use crate::limits::RENAME_TOKENS_MAX;

/// What a rename was told to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Told {
    /// The new key.
    pub(crate) key: ObjectKey,
    /// The old key.
    pub(crate) source: ObjectKey,
}

/// A rename that was done.
struct Done {
    bucket: BucketId,
    token: String,
    told: Told,
    /// The version that the object is under its new key.
    version: VersionId,
}

/// Renames that were done, the latest last.
#[derive(Default)]
pub(crate) struct Renames(Mutex<VecDeque<Done>>);

impl Renames {
    /// The version that the rename made, if it was done under this token.
    ///
    /// # Errors
    /// `IdempotencyParameterMismatch` if the token was another rename's.
    pub(crate) fn done(&self, bucket: BucketId, token: &str, told: &Told) -> Result<Option<VersionId>, S3Error> {
        let all = self.0.lock();
        match all.iter().find(|done| done.bucket == bucket && done.token == token) {
            None => Ok(None),
            Some(done) if done.told == *told => Ok(Some(done.version)),
            Some(_) => Err(S3ErrorCode::IdempotencyParameterMismatch.into()),
        }
    }

    /// Remembers a rename that was done.
    pub(crate) fn keep(&self, bucket: BucketId, token: String, (told, version): (Told, VersionId)) {
        let mut all = self.0.lock();
        if all.len() >= RENAME_TOKENS_MAX {
            all.pop_front();
        }
        all.push_back(Done { bucket, token, told, version });
    }
}

#[cfg(test)]
mod tests {
    use cairn_s3::S3ErrorCode;
    use cairn_types::{BucketId, ObjectKey, VersionId};

    use super::{RENAME_TOKENS_MAX, Renames, Told};

    fn told(source: &str) -> Told {
        let key = |text: &str| ObjectKey::parse(text.as_bytes().to_vec()).expect("a key");
        Told { key: key("new"), source: key(source) }
    }

    #[test]
    fn a_token_is_known_with_what_it_was_told_and_the_oldest_is_forgotten() {
        let (renames, bucket) = (Renames::default(), BucketId(1));
        let null = |source: &str| (told(source), VersionId::Null);
        assert_eq!(renames.done(bucket, "t", &told("a")), Ok(None));
        renames.keep(bucket, "t".into(), null("a"));
        assert_eq!(renames.done(bucket, "t", &told("a")), Ok(Some(VersionId::Null)));
        assert_eq!(renames.done(BucketId(2), "t", &told("a")), Ok(None));
        let other = renames.done(bucket, "t", &told("b")).expect_err("another rename");
        assert_eq!(other.code, S3ErrorCode::IdempotencyParameterMismatch);
        (0..RENAME_TOKENS_MAX).for_each(|number| renames.keep(bucket, number.to_string(), null("c")));
        assert_eq!(renames.done(bucket, "t", &told("a")), Ok(None));
    }
}
