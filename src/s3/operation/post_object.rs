//! `PostObject`: `POST /b` with a form

use cairn_types::BucketName;

use crate::form::FormBoundary;

/// A form posted by a browser. Key, settings and signature are fields of its body ([`crate::form`]).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostObject {
    /// The bucket.
    pub bucket: BucketName,
    /// What stands between its parts.
    pub boundary: FormBoundary,
}
