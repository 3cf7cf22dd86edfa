//! Appending: an object's bytes stay where they are, and new ones follow them.
//!
//! # Invariants
//! C1: ETag, size and checksums of the whole are computed from the version that was read; the command names that version,
//! and where another one is there we read and decide anew.
//! # Cancel safety
//! As [`Objects::put`].

use bytes::Bytes;
use cairn_catalog::command::{AppendObject as Command, CommandBody, Precondition};
use cairn_catalog::query::{BodyWish, VersionTarget};
use cairn_catalog::reply::{Published, Reply};
use cairn_catalog::rows::{BodyFacts, Checksum, ChecksumKind, ETag, ETagKind, Nothing, ObjectMeta, VersionRow};
use cairn_s3::checksum::{ChecksumType, Md5Digest, ObjectChecksum, PartChecksum, UploadChecksum};
use cairn_types::{ObjectKey, VersionOrder};
use crc_fast::{CrcAlgorithm, checksum_combine};

use crate::bucket_view::BucketView;
use crate::checksum_rows::{row, wire_algorithm, wire_value};
use crate::error::{LookupError, PutError};
use crate::limits::APPEND_TRIES_MAX;
use crate::objects::{Objects, unexpected};
use crate::read::ReadRequest;
use crate::stage::{Measured, Staged, VerifiedChecksum};

/// What goes behind an object.
#[derive(Clone, Debug)]
pub struct AppendObject {
    /// The key; the one that the bytes were staged for.
    pub key: ObjectKey,
    /// What must be true of the object.
    pub precondition: Precondition,
    /// Where the bytes begin: the object's size.
    pub offset: u64,
    /// What the object will have if it is made; one that is there keeps what it has.
    pub meta: ObjectMeta,
    /// The client's checksum of the new bytes, verified.
    pub checksum: Option<VerifiedChecksum>,
}

/// An object after an append.
#[derive(Clone, PartialEq, Debug)]
pub struct Appended {
    /// Its version.
    pub version: Published,
    /// Its size, ETag and checksums.
    pub facts: BodyFacts,
}

impl Objects {
    /// Publishes staged bytes behind those of an object; at offset 0 makes it where there is none. As [`Objects::put`], a
    /// refusal leaves `staged` as it was.
    pub async fn append(
        &self,
        bucket: &BucketView,
        append: AppendObject,
        staged: &Staged,
    ) -> Result<Appended, PutError> {
        let mut tries = 1;
        loop {
            let source = self.appended_to(bucket, &append.key).await?;
            match self.append_to(bucket, &append, source.as_ref(), staged).await {
                Err(PutError::SourceChanged) if tries < APPEND_TRIES_MAX => tries += 1,
                result => return result,
            }
        }
    }

    async fn appended_to(&self, bucket: &BucketView, key: &ObjectKey) -> Result<Option<VersionRow>, PutError> {
        let (target, body) = (VersionTarget::Latest(Nothing::default()), BodyWish::Nothing(Nothing::default()));
        match self.open(bucket, ReadRequest { key: key.clone(), target, body }).await {
            Ok(found) => Ok(Some(found.version().clone()).filter(|version| !version.is_marker())),
            Err(LookupError::NoSuchKey | LookupError::NoSuchVersion) => Ok(None),
            Err(LookupError::Bucket(refusal)) => Err(PutError::Bucket(refusal)),
            Err(LookupError::Metadata(error)) => Err(error.into()),
        }
    }

    async fn append_to(
        &self,
        bucket: &BucketView,
        append: &AppendObject,
        source: Option<&VersionRow>,
        staged: &Staged,
    ) -> Result<Appended, PutError> {
        // Plain bytes behind encrypted ones would be bytes that nobody can read: whoever encrypts it meanwhile comes first.
        if source.is_some_and(|source| source.meta.encryption.is_some()) {
            return Err(PutError::SourceChanged);
        }
        let scope = bucket.key_scope(&append.key);
        let facts = match source {
            Some(source) => grown(&source.facts, staged, append.checksum.as_ref()),
            None => staged.body_facts(append.checksum.as_ref()),
        };
        let body = CommandBody::AppendObject(Box::new(Command {
            scope: scope.clone(),
            versioning: bucket.versioning,
            precondition: append.precondition.clone(),
            offset: append.offset,
            source: source.map(|source| -> VersionOrder { source.order }),
            whole: facts.clone(),
            part: staged.part_facts(append.checksum.as_ref()),
            meta: append.meta.clone(),
            body: staged.body(),
            encryption_salt: Bytes::new(),
            upload: self.0.new_upload_id(),
            ..Command::default()
        }));
        match self.0.submit(scope, body, staged.held()).await? {
            Reply::Published(version) => Ok(Appended { version, facts }),
            _ => Err(PutError::Metadata(unexpected())),
        }
    }
}

/// What is true of an object once the staged bytes follow its own.
fn grown(source: &BodyFacts, staged: &Staged, verified: Option<&VerifiedChecksum>) -> BodyFacts {
    if source.size == 0 {
        return staged.body_facts(verified);
    }
    let part = staged.part_facts(verified);
    let crc64_xz = source.crc64_xz.zip(part.crc64_xz);
    BodyFacts {
        size: source.size.saturating_add(part.size),
        etag: grown_etag(&source.etag, staged.measured()),
        checksums: source.checksums.iter().filter_map(|sum| joined(sum, source.size, &part)).collect(),
        crc64_xz: crc64_xz.map(|(whole, crc)| checksum_combine(CrcAlgorithm::Crc64Xz, whole, crc, part.size)),
        ..BodyFacts::default()
    }
}

/// An MD5 does not follow from those of its pieces, so the tag tells of the tag before and of the new bytes, and has the
/// form of a tag that is no MD5: `…-N` after N - 1 appends.
fn grown_etag(before: &ETag, measured: &Measured) -> ETag {
    let pieces = before.text.rsplit_once('-').and_then(|(_, count)| count.parse().ok()).unwrap_or(1_u64);
    let told = [before.text.as_bytes(), measured.md5.0.as_slice()].concat();
    let text = format!("{}-{}", Md5Digest::of(&told).to_hex(), pieces.saturating_add(1));
    ETag { kind: ETagKind::Composite, text }
}

/// A checksum of the whole, where that follows from those of its pieces: a CRC over all bytes.
fn joined(source: &Checksum, source_size: u64, part: &BodyFacts) -> Option<Checksum> {
    let algorithm = wire_algorithm(source.algorithm).filter(|_| source.kind == ChecksumKind::FullObject)?;
    let form = UploadChecksum::new(algorithm, ChecksumType::FullObject).ok()?;
    let added = part.checksums.iter().find(|sum| sum.algorithm == source.algorithm)?;
    let pieces = [
        PartChecksum { value: wire_value(source)?, len: source_size },
        PartChecksum { value: wire_value(added)?, len: part.size },
    ];
    let whole = ObjectChecksum::from_parts(form, pieces)?;
    Some(row(&whole.value(), ChecksumKind::FullObject, source.origin))
}
