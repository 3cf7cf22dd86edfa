//! Beginning and ending an upload.

use cairn_catalog::command::{AbortUpload, CommandBody, CreateUpload};
use cairn_catalog::query::{Answer, GetUpload, Query};
use cairn_catalog::rows::{ChecksumForm, ObjectMeta, UploadRow};
use cairn_types::{CanonicalId, ObjectKey, UploadId};

use crate::bucket_view::BucketView;
use crate::error::UploadError;
use crate::objects::{Core, Objects, SubmitError, unexpected};

/// What an upload begins with.
#[derive(Clone, Debug)]
pub struct NewUpload {
    /// The key.
    pub key: ObjectKey,
    /// Who begins it.
    pub initiator: CanonicalId,
    /// What the object will have.
    pub meta: ObjectMeta,
    /// Checksum that the client chose.
    pub checksum: Option<ChecksumForm>,
}

impl Objects {
    /// Begins an upload.
    pub async fn create_upload(&self, bucket: &BucketView, new: NewUpload) -> Result<UploadId, UploadError> {
        let scope = bucket.key_scope(&new.key);
        let upload = self.0.new_upload_id();
        let body = CommandBody::CreateUpload(Box::new(CreateUpload {
            scope: scope.clone(),
            upload,
            initiator: new.initiator,
            meta: new.meta,
            checksum: new.checksum,
            ..CreateUpload::default()
        }));
        self.0.submit(scope, body, None).await?;
        Ok(upload)
    }

    /// An open upload.
    pub async fn upload(
        &self,
        bucket: &BucketView,
        key: &ObjectKey,
        upload: UploadId,
    ) -> Result<UploadRow, UploadError> {
        let scope = bucket.key_scope(key);
        let query = Query::GetUpload(GetUpload { scope: scope.clone(), upload, ..GetUpload::default() });
        match self.0.ask(&scope, query).await? {
            Answer::Upload(row) => Ok(*row),
            _ => Err(UploadError::Metadata(unexpected())),
        }
    }

    /// Ends an upload; its parts are collected.
    pub async fn abort_upload(
        &self,
        bucket: &BucketView,
        key: &ObjectKey,
        upload: UploadId,
    ) -> Result<(), UploadError> {
        let scope = bucket.key_scope(key);
        let body = CommandBody::AbortUpload(AbortUpload { scope: scope.clone(), upload, ..AbortUpload::default() });
        self.0.submit(scope, body, None).await?;
        Ok(())
    }
}

impl Core {
    /// Uploads of a key list by the time they began, so the id starts with it.
    pub(crate) fn new_upload_id(&self) -> UploadId {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.context.clock.wall().0.to_be_bytes());
        id[8..].copy_from_slice(&self.context.entropy.bytes::<8>());
        UploadId(id)
    }
}

impl From<SubmitError> for UploadError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Metadata(error) => error.into(),
            SubmitError::Stopped => Self::Stopped,
        }
    }
}
