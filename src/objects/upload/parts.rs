//! Parts of an upload.

use cairn_catalog::command::{CommandBody, KeyScope, PublishPart};
use cairn_catalog::query::{Answer, ListParts, PartPage, PartRows, PartWithNumber, Query};
use cairn_catalog::reply::{PartPublished, Reply};
use cairn_catalog::rows::{UploadPlace, UploadRow};
use cairn_types::{ObjectKey, UploadId};

use crate::bucket_view::BucketView;
use crate::error::{LookupError, UploadError};
use crate::objects::{Objects, unexpected};
use crate::stage::{Staged, VerifiedChecksum};

/// What a part becomes, apart from its bytes.
#[derive(Clone, Debug)]
pub struct PublishedPart {
    /// The key; the one that the bytes were staged for.
    pub key: ObjectKey,
    /// The upload.
    pub upload: UploadId,
    /// The part's number.
    pub number: u16,
    /// The client's checksum, verified; the computed ones are stored beside it.
    pub checksum: Option<VerifiedChecksum>,
}

/// An open upload and a page of its parts.
#[derive(Clone, Debug)]
pub struct UploadPartPage {
    /// The upload.
    pub upload: UploadRow,
    /// Parts, ascending.
    pub parts: Vec<PartWithNumber>,
    /// Whether there are more.
    pub more: bool,
}

impl Objects {
    /// Publishes staged bytes as a part of an open upload. As [`Objects::put`], a refusal leaves `staged` as it was.
    pub async fn put_part(
        &self,
        bucket: &BucketView,
        part: PublishedPart,
        staged: &Staged,
    ) -> Result<PartPublished, UploadError> {
        let scope = bucket.key_scope(&part.key);
        let body = CommandBody::PublishPart(Box::new(PublishPart {
            scope: scope.clone(),
            upload: part.upload,
            number: part.number,
            facts: staged.part_facts(part.checksum.as_ref()),
            body: staged.body(),
            encryption_salt: staged.salt(),
            ..PublishPart::default()
        }));
        let reply = self.0.submit(scope, body, staged.held()).await?;
        let Reply::PartPublished(published) = reply else { return Err(UploadError::Metadata(unexpected())) };
        Ok(published)
    }

    /// Parts of an open upload above number `after`.
    pub async fn list_parts(
        &self,
        bucket: &BucketView,
        key: &ObjectKey,
        upload: UploadId,
        (after, max): (u16, u32),
    ) -> Result<UploadPartPage, UploadError> {
        let page = self.parts_page(&bucket.key_scope(key), upload, after, max).await?;
        let upload = page.upload.ok_or_else(|| UploadError::Metadata(unexpected()))?;
        Ok(UploadPartPage { upload, parts: page.parts, more: page.more })
    }

    /// Part rows of a finished object of `key`, above number `after`: what GetObjectAttributes shows. `place` is the body that
    /// the version tells of. May hold parts that the version does not name.
    pub async fn object_parts(
        &self,
        bucket: &BucketView,
        key: &ObjectKey,
        place: &UploadPlace,
        (after, max): (u16, u32),
    ) -> Result<PartPage, LookupError> {
        let scope = bucket.key_scope(key);
        let (upload, home) = (place.upload, place.home.clone());
        let query = PartRows { scope: scope.clone(), upload, after, max, home, ..PartRows::default() };
        match self.0.ask(&scope, Query::PartRows(query)).await? {
            Answer::Parts(page) => Ok(page),
            _ => Err(LookupError::Metadata(unexpected())),
        }
    }

    pub(crate) async fn parts_page(
        &self,
        scope: &KeyScope,
        upload: UploadId,
        after: u16,
        max: u32,
    ) -> Result<PartPage, UploadError> {
        let query = ListParts { scope: scope.clone(), upload, after, max, ..ListParts::default() };
        match self.0.ask(scope, Query::ListParts(query)).await? {
            Answer::UploadParts(page) => Ok(page),
            _ => Err(UploadError::Metadata(unexpected())),
        }
    }
}
