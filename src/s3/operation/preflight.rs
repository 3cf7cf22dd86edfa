//! `OPTIONS /b`, `OPTIONS /b/k`: a browser asks what its page may. Nobody signs these.

use cairn_types::BucketName;

use crate::cors::Preflight;

/// A question about a bucket; all of its keys have the same answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PreflightRequest {
    /// The bucket.
    pub bucket: BucketName,
    /// The question.
    pub asked: Preflight,
}
