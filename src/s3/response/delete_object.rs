//! `DeleteObject`.

use cairn_types::VersionId;

use super::{Response, no_content};

/// What a delete did; the default is "nothing to tell", also where there was no object.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct DeleteObjectOutput {
    /// The version removed or the delete marker made, where the bucket shows ids.
    pub version_id: Option<VersionId>,
    /// Whether that version is, or was, a delete marker.
    pub delete_marker: bool,
}

impl DeleteObjectOutput {
    /// The answer.
    pub fn into_response(self) -> Response {
        let mut response = no_content();
        response.head.optional("x-amz-version-id", self.version_id.map(|id| id.to_string()));
        response.head.optional("x-amz-delete-marker", self.delete_marker.then(|| "true".to_owned()));
        response
    }
}
