//! `DeleteObjects`.

use cairn_types::VersionId;

use super::Response;
use crate::error::S3Error;
use crate::xml::XmlWriter;

/// One result per line of the request, in its order.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteObjectsOutput {
    /// Whether only failures are told.
    pub quiet: bool,
    /// The results.
    pub results: Vec<DeleteResult>,
}

/// What became of one line.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteResult {
    /// The key as sent.
    pub key: String,
    /// The version as sent.
    pub version_id: Option<String>,
    /// What happened.
    pub outcome: DeleteOutcome,
}

/// What happened to one key.
#[derive(Clone, PartialEq, Debug)]
pub enum DeleteOutcome {
    /// It is gone, or never was.
    Deleted {
        /// The delete marker that was made or removed.
        marker: Option<VersionId>,
    },
    /// It stays.
    Failed(S3Error),
}

impl DeleteObjectsOutput {
    /// The answer: 200 whatever became of the keys.
    pub fn into_response(self) -> Response {
        let mut xml = XmlWriter::new("DeleteResult");
        for result in &self.results {
            match &result.outcome {
                DeleteOutcome::Deleted { .. } if self.quiet => {}
                DeleteOutcome::Deleted { marker } => {
                    xml.open("Deleted").text("Key", &result.key).optional("VersionId", result.version_id.as_deref());
                    if let Some(marker) = marker {
                        xml.text("DeleteMarker", "true").value("DeleteMarkerVersionId", marker);
                    }
                    xml.close();
                }
                DeleteOutcome::Failed(error) => {
                    xml.open("Error").text("Key", &result.key).optional("VersionId", result.version_id.as_deref());
                    xml.text("Code", error.code.as_str()).text("Message", &error.message).close();
                }
            }
        }
        Response::document(xml)
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::VersionId;

    use super::{DeleteObjectsOutput, DeleteOutcome, DeleteResult};
    use crate::error::{S3Error, S3ErrorCode};

    #[test]
    fn results_come_per_key_and_quiet_tells_failures_only() {
        let result = |key: &str, outcome| DeleteResult { key: key.into(), version_id: None, outcome };
        let denied = DeleteOutcome::Failed(S3Error::new(S3ErrorCode::AccessDenied));
        let results = vec![
            result("a&b", DeleteOutcome::Deleted { marker: None }),
            result("c", DeleteOutcome::Deleted { marker: Some(VersionId::Null) }),
            result("d", denied),
        ];
        let error = "<Error><Key>d</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
        let loud = DeleteObjectsOutput { quiet: false, results: results.clone() }.into_response();
        assert_eq!(
            loud.bare(),
            format!(
                "<DeleteResult><Deleted><Key>a&amp;b</Key></Deleted><Deleted><Key>c</Key><DeleteMarker>true</DeleteMarker>\
                 <DeleteMarkerVersionId>null</DeleteMarkerVersionId></Deleted>{error}</DeleteResult>"
            )
        );
        let quiet = DeleteObjectsOutput { quiet: true, results }.into_response();
        assert_eq!(quiet.bare(), format!("<DeleteResult>{error}</DeleteResult>"));
    }
}
