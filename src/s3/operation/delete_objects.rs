//! `DeleteObjects`: `POST /b?delete`

use cairn_types::{BucketName, ObjectKey, VersionId};

use super::parameters::{Parts, parse_version_id};
use crate::address::parse_key;
use crate::checksum::{BodyChecksum, ContentMd5};
use crate::condition::{DeleteConditions, ETagMatch};
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::DELETE_OBJECTS_MAX;
use crate::lock::GovernanceBypass;
use crate::xml::{Document, malformed};

/// Deletes up to a thousand objects; the list is the body ([`DeleteTargets::parse`]).
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteObjects {
    /// The bucket.
    pub bucket: BucketName,
    /// The MD5 that the client says the body has.
    pub content_md5: Option<ContentMd5>,
    /// The checksum that the client says the body has. It has this or the MD5.
    pub checksum: Option<BodyChecksum>,
    /// Whether governance is to be lifted.
    pub bypass: GovernanceBypass,
}

impl DeleteObjects {
    pub(super) const PARAMETERS: [&'static str; 1] = ["delete"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName) -> Result<Self, S3Error> {
        let content_md5 = ContentMd5::from_headers(parts.headers.all())?;
        let checksum = BodyChecksum::from_headers(parts.headers.all())?;
        // A flipped bit in this body deletes the wrong object.
        if content_md5.is_none() && checksum.is_none() {
            let message = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*";
            return Err(S3Error::with_message(S3ErrorCode::InvalidRequest, message));
        }
        Ok(Self { bucket, content_md5, checksum, bypass: GovernanceBypass::of_headers(parts.headers)? })
    }
}

/// The body of `DeleteObjects`.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteTargets {
    /// Whether only failures are reported.
    pub quiet: bool,
    /// What to delete, in the order sent.
    pub entries: Vec<DeleteEntry>,
}

/// One line of the list. A faulty one fails alone.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteEntry {
    /// The key as sent, for the answer.
    pub key: String,
    /// The version as sent, for the answer.
    pub version_id: Option<String>,
    /// What it means.
    pub target: Result<DeleteTarget, S3Error>,
}

/// An object, or one version of it, to delete.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteTarget {
    /// The key.
    pub key: ObjectKey,
    /// The version.
    pub version_id: Option<VersionId>,
    /// What must be true of it.
    pub conditions: DeleteConditions,
}

impl DeleteTargets {
    /// Reads the body.
    ///
    /// # Errors
    ///
    /// `MalformedXML`, also for an empty list and for more than a thousand; `MissingRequestBodyError`.
    pub fn parse(body: &[u8]) -> Result<Self, S3Error> {
        let mut document = Document::open(body, "Delete")?;
        let mut targets = Self { quiet: false, entries: Vec::new() };
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "Object" if targets.entries.len() == DELETE_OBJECTS_MAX => return Err(malformed()),
                "Object" => targets.entries.push(DeleteEntry::parse(&mut document)?),
                "Quiet" => targets.quiet = document.boolean()?,
                _ => document.skip()?,
            }
        }
        document.finish()?;
        if targets.entries.is_empty() { Err(malformed()) } else { Ok(targets) }
    }
}

impl DeleteEntry {
    fn parse(document: &mut Document<'_>) -> Result<Self, S3Error> {
        let (mut key, mut version_id, mut etag, mut time, mut size) = (None, None, None, None, None);
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "Key" => key = Some(document.text()?),
                "VersionId" => version_id = Some(document.text()?).filter(|text| !text.is_empty()),
                "ETag" => etag = Some(document.text()?),
                "LastModifiedTime" => time = Some(document.text()?),
                "Size" => size = Some(document.text()?),
                _ => document.skip()?,
            }
        }
        let key = key.filter(|key| !key.is_empty()).ok_or_else(malformed)?;
        let target = target(&key, version_id.as_deref(), [etag, time, size]);
        Ok(Self { key, version_id, target })
    }
}

fn target(key: &str, version_id: Option<&str>, conditions: [Option<String>; 3]) -> Result<DeleteTarget, S3Error> {
    let [etag, time, size] = conditions;
    let conditions = DeleteConditions {
        etag: etag.map(|text| ETagMatch::parse("ETag", &text)).transpose()?,
        last_modified: time.map(|text| DeleteConditions::parse_time("LastModifiedTime", &text)).transpose()?,
        size: size.map(|text| DeleteConditions::parse_size("Size", &text)).transpose()?,
    };
    Ok(DeleteTarget {
        key: parse_key(key.as_bytes().to_vec())?,
        version_id: version_id.map(|text| parse_version_id("VersionId", text)).transpose()?,
        conditions,
    })
}

#[cfg(test)]
mod tests {
    use cairn_types::VersionId;
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{DELETE_OBJECTS_MAX, DeleteTargets};
    use crate::error::S3ErrorCode;

    fn parse(inner: &str) -> Result<DeleteTargets, S3ErrorCode> {
        DeleteTargets::parse(format!("<Delete>{inner}</Delete>").as_bytes()).map_err(|error| error.code)
    }

    #[test]
    fn lists_are_read_and_unknown_elements_ignored() {
        let targets = parse(
            "<Quiet>true</Quiet><Color>red</Color><Object><Key> a&amp;b </Key><VersionId>null</VersionId><Smell><x/></Smell></Object>\
             <Object><Key>/k</Key><ETag>\"e\"</ETag><Size>7</Size><LastModifiedTime>2026-11-20T12:00:00Z</LastModifiedTime></Object>",
        )
        .expect("good");
        assert!(targets.quiet);
        let first = targets.entries[0].target.as_ref().expect("good");
        assert_eq!((first.key.as_str(), first.version_id), (" a&b ", Some(VersionId::Null)));
        let second = targets.entries[1].target.as_ref().expect("good");
        assert_eq!((second.key.as_str(), second.conditions.size), ("/k", Some(7)));
        assert!(second.conditions.etag.is_some() && second.conditions.last_modified.is_some());
    }

    #[test]
    fn a_faulty_line_fails_alone() {
        let long = "k".repeat(1_025);
        for (object, code) in [
            (format!("<Key>{long}</Key>"), S3ErrorCode::KeyTooLongError),
            ("<Key>../k</Key>".to_owned(), S3ErrorCode::InvalidURI),
            ("<Key>k</Key><VersionId>garbage</VersionId>".to_owned(), S3ErrorCode::InvalidArgument),
            ("<Key>k</Key><Size>many</Size>".to_owned(), S3ErrorCode::InvalidArgument),
        ] {
            let targets = parse(&format!("<Object>{object}</Object><Object><Key>good</Key></Object>")).expect(&object);
            assert_eq!(targets.entries[0].target.as_ref().expect_err(&object).code, code, "{object}");
            assert!(targets.entries[1].target.is_ok());
        }
    }

    #[test]
    fn faulty_lists_are_malformed() {
        for inner in [
            "",
            "<Quiet>true</Quiet>",
            "<Object></Object>",
            "<Object><Key/></Object>",
            "<Object><Key>a</Key>",
            "<Quiet>maybe</Quiet><Object><Key>a</Key></Object>",
        ] {
            assert_eq!(parse(inner), Err(S3ErrorCode::MalformedXML), "{inner}");
        }
        assert_eq!(DeleteTargets::parse(b"").expect_err("empty").code, S3ErrorCode::MissingRequestBodyError);
        assert_eq!(DeleteTargets::parse(b"<Remove/>").expect_err("root").code, S3ErrorCode::MalformedXML);
    }

    #[test]
    fn a_thousand_keys_are_taken_and_no_more() {
        let object = "<Object><Key>k</Key></Object>";
        let full = parse(&object.repeat(DELETE_OBJECTS_MAX)).expect("a thousand");
        assert_eq!(full.entries.len(), DELETE_OBJECTS_MAX);
        assert_eq!(parse(&object.repeat(DELETE_OBJECTS_MAX + 1)), Err(S3ErrorCode::MalformedXML));
    }

    proptest! {
        #[test]
        fn keys_come_through_escapes(key in "[ -~é💾]{1,40}") {
            let mut escaped = String::new();
            crate::xml::escape_into(&mut escaped, &key);
            let targets = parse(&format!("<Object><Key>{escaped}</Key></Object>")).expect("good");
            prop_assert_eq!(&targets.entries[0].key, &key);
        }
    }
}
