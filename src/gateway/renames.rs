//! Renames that were done, by the tokens of their clients.
//!
//! A rename that is asked for again finds its source gone; by the token its client learns that it was its own rename that took
//! it. Tokens are remembered by the gateway that did the rename, so a repeat through another one is answered as a new request.
//!
//! # Limits
//! [`RENAME_TOKENS_MAX`] tokens, the oldest forgotten first.

use std::collections::VecDeque;

use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{BucketId, ObjectKey};
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

/// Renames that were done, the latest last.
#[derive(Default)]
pub(crate) struct Renames(Mutex<VecDeque<(BucketId, String, Told)>>);

impl Renames {
    /// Whether the rename was done under this token.
    ///
    /// # Errors
    /// `IdempotencyParameterMismatch` if the token was another rename's.
    pub(crate) fn is_repeat(&self, bucket: BucketId, token: &str, told: &Told) -> Result<bool, S3Error> {
        let done = self.0.lock();
        let known = done.iter().find(|(of, known, _)| *of == bucket && known == token);
        match known {
            None => Ok(false),
            Some((_, _, before)) if before == told => Ok(true),
            Some(_) => Err(S3ErrorCode::IdempotencyParameterMismatch.into()),
        }
    }

    /// Remembers a rename that was done.
    pub(crate) fn keep(&self, bucket: BucketId, token: String, told: Told) {
        let mut done = self.0.lock();
        if done.len() >= RENAME_TOKENS_MAX {
            done.pop_front();
        }
        done.push_back((bucket, token, told));
    }
}

#[cfg(test)]
mod tests {
    use cairn_s3::S3ErrorCode;
    use cairn_types::{BucketId, ObjectKey};

    use super::{RENAME_TOKENS_MAX, Renames, Told};

    fn told(source: &str) -> Told {
        let key = |text: &str| ObjectKey::parse(text.as_bytes().to_vec()).expect("a key");
        Told { key: key("new"), source: key(source) }
    }

    #[test]
    fn a_token_is_known_with_what_it_was_told_and_the_oldest_is_forgotten() {
        let (renames, bucket) = (Renames::default(), BucketId(1));
        assert_eq!(renames.is_repeat(bucket, "t", &told("a")), Ok(false));
        renames.keep(bucket, "t".into(), told("a"));
        assert_eq!(renames.is_repeat(bucket, "t", &told("a")), Ok(true));
        assert_eq!(renames.is_repeat(BucketId(2), "t", &told("a")), Ok(false));
        let other = renames.is_repeat(bucket, "t", &told("b")).expect_err("another rename");
        assert_eq!(other.code, S3ErrorCode::IdempotencyParameterMismatch);
        (0..RENAME_TOKENS_MAX).for_each(|number| renames.keep(bucket, number.to_string(), told("c")));
        assert_eq!(renames.is_repeat(bucket, "t", &told("a")), Ok(false));
    }
}
