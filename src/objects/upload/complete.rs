//! Making parts a version.
//!
//! # Invariants
//! C5: all or nothing, once. What the client listed is compared with part rows that were read; that they are still those
//! is verified when the command is applied, and a part that changed in between makes us decide anew.

use std::collections::BTreeMap;

use cairn_catalog::command::{CommandBody, CompleteUpload, KeyScope, ListedPart, Precondition};
use cairn_catalog::limits::ENTRIES_PER_QUERY_MAX;
use cairn_catalog::reply::{Completed, Reply};
use cairn_catalog::rows::{BodyFacts, Encryption, PartRow, UploadRow};
use cairn_s3::checksum::ChecksumValue;
use cairn_types::{ObjectKey, UploadId};

use super::sums::{computed_sum, has_sum, object_facts};
use crate::bucket_view::BucketView;
use crate::error::UploadError;
use crate::limits::COMPLETE_TRIES_MAX;
use crate::objects::{Objects, unexpected};

/// A part as the client lists it.
#[derive(Clone, Debug)]
pub struct ListedUploadPart {
    /// Its number.
    pub number: u16,
    /// Its ETag without quotes, in lower case.
    pub etag: String,
    /// Its checksum, where the client gave one.
    pub checksum: Option<ChecksumValue>,
}

/// What the client says of the object.
#[derive(Clone, Debug)]
pub struct CompleteParts {
    /// The key.
    pub key: ObjectKey,
    /// The upload.
    pub upload: UploadId,
    /// What must be true of the latest version.
    pub precondition: Precondition,
    /// The parts in the order listed.
    pub parts: Vec<ListedUploadPart>,
    /// Size that the client expects.
    pub expected_size: Option<u64>,
    /// Checksum of the object that the client expects, with the number of parts where it gave one.
    pub expected_checksum: Option<(ChecksumValue, Option<u32>)>,
}

/// A version made of parts.
#[derive(Clone, PartialEq, Debug)]
pub struct CompletedUpload {
    /// The version.
    pub completed: Completed,
    /// Its encryption; not known of an upload that was complete before.
    pub encryption: Option<Encryption>,
}

/// Parts of an upload as they were read.
struct Rows {
    upload: UploadRow,
    parts: BTreeMap<u16, PartRow>,
}

impl Objects {
    /// Makes the listed parts a version. A repeat after success is answered as the first time.
    pub async fn complete_upload(
        &self,
        bucket: &BucketView,
        complete: &CompleteParts,
    ) -> Result<CompletedUpload, UploadError> {
        let scope = bucket.key_scope(&complete.key);
        let mut tries = 1;
        loop {
            let mut encryption = None;
            let (parts, facts) = match self.part_rows(&scope, complete).await {
                Ok(rows) => {
                    let decided = decide(&rows, complete)?;
                    encryption = rows.upload.meta.encryption;
                    decided
                }
                // Perhaps it is complete already: the shard knows.
                Err(UploadError::NoSuchUpload) => (unread(complete), BodyFacts::default()),
                Err(error) => return Err(error),
            };
            match self.submit_complete(bucket, &scope, complete, parts, facts).await {
                Err(UploadError::PartChanged(_)) if tries < COMPLETE_TRIES_MAX => tries += 1,
                result => return result.map(|completed| CompletedUpload { completed, encryption }),
            }
        }
    }

    async fn submit_complete(
        &self,
        bucket: &BucketView,
        scope: &KeyScope,
        complete: &CompleteParts,
        parts: Vec<ListedPart>,
        facts: BodyFacts,
    ) -> Result<Completed, UploadError> {
        let body = CommandBody::CompleteUpload(Box::new(CompleteUpload {
            scope: scope.clone(),
            versioning: bucket.versioning,
            precondition: complete.precondition.clone(),
            upload: complete.upload,
            parts,
            facts,
            expected_size: complete.expected_size,
            ..CompleteUpload::default()
        }));
        match self.0.submit(scope.clone(), body, None).await? {
            Reply::Completed(completed) => Ok(completed),
            _ => Err(UploadError::Metadata(unexpected())),
        }
    }

    async fn part_rows(&self, scope: &KeyScope, complete: &CompleteParts) -> Result<Rows, UploadError> {
        let mut parts = BTreeMap::new();
        let mut after = 0;
        loop {
            let page = self.parts_page(scope, complete.upload, after, ENTRIES_PER_QUERY_MAX as u32).await?;
            let last = page.parts.last().map(|part| part.number);
            parts.extend(page.parts.into_iter().map(|part| (part.number, part.part)));
            match last {
                Some(last) if page.more => after = last,
                _ => {
                    let upload = page.upload.ok_or_else(|| UploadError::Metadata(unexpected()))?;
                    return Ok(Rows { upload, parts });
                }
            }
        }
    }
}

/// The parts without what only rows tell.
fn unread(complete: &CompleteParts) -> Vec<ListedPart> {
    complete.parts.iter().map(|part| ListedPart { number: part.number, attempt: None }).collect()
}

/// Compares what the client listed with what there is, and computes what the object's row says.
fn decide(rows: &Rows, complete: &CompleteParts) -> Result<(Vec<ListedPart>, BodyFacts), UploadError> {
    if let Some(pair) = complete.parts.windows(2).find(|pair| pair[0].number >= pair[1].number) {
        return Err(UploadError::InvalidPartOrder(pair[1].number));
    }
    let mut listed = Vec::with_capacity(complete.parts.len());
    let mut named = Vec::with_capacity(complete.parts.len());
    for part in &complete.parts {
        let row = rows.parts.get(&part.number).filter(|row| is_listed(row, part));
        let row = row.ok_or(UploadError::InvalidPart(part.number))?;
        if part.checksum.is_none() && needs_checksums(&rows.upload) {
            return Err(UploadError::ChecksumMissing(part.number));
        }
        listed.push(ListedPart { number: part.number, attempt: Some(row.attempt) });
        named.push((part.number, row));
    }
    let (facts, sum) = object_facts(&rows.upload, &named)?;
    let is_expected = complete.expected_checksum.is_none_or(|sent| match sum {
        Some(sum) => sum.expect(sent).is_ok(),
        None => computed_sum(&facts, sent.0.algorithm()).is_some_and(|value| value == sent.0 && sent.1.is_none()),
    });
    if is_expected { Ok((listed, facts)) } else { Err(UploadError::BadDigest) }
}

/// Whether every part must come with its checksum: a composite one is made of them.
fn needs_checksums(upload: &UploadRow) -> bool {
    upload.checksum.is_some_and(|form| form.kind == cairn_catalog::rows::ChecksumKind::Composite)
}

fn is_listed(row: &PartRow, part: &ListedUploadPart) -> bool {
    row.etag.text.eq_ignore_ascii_case(&part.etag) && part.checksum.is_none_or(|value| has_sum(&row.checksums, value))
}
