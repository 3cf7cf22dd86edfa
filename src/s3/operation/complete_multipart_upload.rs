//! `CompleteMultipartUpload`: `POST /b/k?uploadId`

use cairn_types::{BucketName, ObjectKey, UploadId};

use super::parameters::Parts;
use crate::checksum::{ChecksumAlgorithm, ChecksumType, ChecksumValue, ObjectChecksum};
use crate::condition::{ETag, WritePrecondition};
use crate::encryption::CustomerKey;
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::PART_NUMBER_MAX;
use crate::range::PartNumber;
use crate::xml::{Document, malformed};

/// Makes the object of its parts; the list of them is the body ([`CompletedPart::parse_list`]).
#[derive(Clone, PartialEq, Debug)]
pub struct CompleteMultipartUpload {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
    /// What must be true of the key.
    pub precondition: WritePrecondition,
    /// The checksum that the client says the object will have, and over how many parts.
    pub checksum: Option<(ChecksumValue, Option<u32>)>,
    /// The type that the client says it has.
    pub checksum_type: Option<ChecksumType>,
    /// The size that the client says the object will have.
    pub object_size: Option<u64>,
    /// The key of the upload, if its customer brings it.
    pub customer_key: Option<CustomerKey>,
}

impl CompleteMultipartUpload {
    pub(super) const PARAMETERS: [&'static str; 1] = ["uploadId"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, key: ObjectKey) -> Result<Self, S3Error> {
        let name = "x-amz-mp-object-size";
        let size = parts.headers.nonempty(name)?.map(|text| {
            text.parse().map_err(|_| S3Error::invalid_argument(name, text, format!("{name} is not a size")))
        });
        let kind = parts.headers.nonempty("x-amz-checksum-type")?;
        Ok(Self {
            bucket,
            key,
            upload_id: parts.upload_id()?,
            precondition: WritePrecondition::parse(parts.headers)?,
            checksum: ObjectChecksum::sent_with_complete(parts.headers.all())?,
            checksum_type: kind.map(ChecksumType::parse).transpose()?,
            object_size: size.transpose()?,
            customer_key: CustomerKey::of_headers(parts.headers)?,
        })
    }
}

/// One part that the client names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompletedPart {
    /// Its number.
    pub number: PartNumber,
    /// The tag that its upload answered.
    pub etag: ETag,
    /// Its checksum.
    pub checksum: Option<ChecksumValue>,
}

impl CompletedPart {
    /// Reads the body: parts by rising number, gaps allowed.
    ///
    /// # Errors
    ///
    /// `MalformedXML`, also for an empty list and for nothing at all; `InvalidPartOrder`; `InvalidArgument` for a number
    /// that no part has; `InvalidRequest` for a checksum that is none.
    pub fn parse_list(body: &[u8]) -> Result<Vec<Self>, S3Error> {
        if body.is_empty() {
            return Err(malformed());
        }
        let mut document = Document::open(body, "CompleteMultipartUpload")?;
        let mut parts: Vec<Self> = Vec::new();
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "Part" if parts.len() == usize::from(PART_NUMBER_MAX) => return Err(malformed()),
                "Part" => parts.push(Self::parse(&mut document)?),
                _ => document.skip()?,
            }
        }
        document.finish()?;
        if parts.is_empty() {
            return Err(malformed());
        }
        if !parts.is_sorted_by(|before, after| before.number < after.number) {
            return Err(S3ErrorCode::InvalidPartOrder.into());
        }
        Ok(parts)
    }

    fn parse(document: &mut Document<'_>) -> Result<Self, S3Error> {
        let (mut number, mut etag, mut checksum) = (None, None, None);
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "PartNumber" => number = Some(parse_number(document.text()?.trim())?),
                "ETag" => etag = ETag::parse(&document.text()?),
                other => match ChecksumAlgorithm::ALL.into_iter().find(|known| known.element_name() == other) {
                    Some(algorithm) => {
                        let text = document.text()?;
                        checksum = Some(ChecksumValue::parse_header(algorithm, text.as_bytes())?);
                    }
                    None => document.skip()?,
                },
            }
        }
        let (number, etag) = number.zip(etag).ok_or_else(malformed)?;
        Ok(Self { number, etag, checksum })
    }
}

/// Text that is no number is a fault of the document, a number that no part has is one of the request.
fn parse_number(text: &str) -> Result<PartNumber, S3Error> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(malformed());
    }
    PartNumber::parse(text)
}

#[cfg(test)]
mod tests {
    use super::{CompletedPart, PART_NUMBER_MAX};
    use crate::checksum::ChecksumAlgorithm;
    use crate::error::S3ErrorCode;

    fn parse(inner: &str) -> Result<Vec<CompletedPart>, S3ErrorCode> {
        let body = format!(
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{inner}</CompleteMultipartUpload>"
        );
        CompletedPart::parse_list(body.as_bytes()).map_err(|error| error.code)
    }

    fn part(number: &str) -> String {
        format!("<Part><PartNumber>{number}</PartNumber><ETag>\"e{number}\"</ETag></Part>")
    }

    #[test]
    fn lists_are_read_with_gaps_and_checksums() {
        let parts = parse(&format!(
            "{}<Note/><Part><ETag>&quot;e&quot;</ETag><X><y/></X><ChecksumCRC32>AAAAAA==</ChecksumCRC32><PartNumber> 7 </PartNumber></Part>",
            part("2")
        ))
        .expect("good");
        let numbers: Vec<u16> = parts.iter().map(|part| part.number.get()).collect();
        assert_eq!(numbers, [2, 7]);
        assert_eq!((parts[0].etag.as_str(), parts[1].etag.as_str()), ("e2", "e"));
        assert_eq!(parts[1].checksum.map(|value| value.algorithm()), Some(ChecksumAlgorithm::Crc32));
    }

    #[test]
    fn faulty_lists_have_exact_codes() {
        for (inner, code) in [
            (String::new(), S3ErrorCode::MalformedXML),
            ("<Part/>".to_owned(), S3ErrorCode::MalformedXML),
            ("<Part><PartNumber>1</PartNumber></Part>".to_owned(), S3ErrorCode::MalformedXML),
            ("<Part><PartNumber>1</PartNumber><ETag/></Part>".to_owned(), S3ErrorCode::MalformedXML),
            (part("one"), S3ErrorCode::MalformedXML),
            (part("0"), S3ErrorCode::InvalidArgument),
            (part("-1"), S3ErrorCode::InvalidArgument),
            (part("10001"), S3ErrorCode::InvalidArgument),
            (part("2") + &part("1"), S3ErrorCode::InvalidPartOrder),
            (part("2") + &part("2"), S3ErrorCode::InvalidPartOrder),
            (part("1").replace("</ETag>", "</ETag><ChecksumSHA1>x</ChecksumSHA1>"), S3ErrorCode::InvalidRequest),
        ] {
            assert_eq!(parse(&inner), Err(code), "{inner}");
        }
        assert_eq!(CompletedPart::parse_list(b"").expect_err("empty").code, S3ErrorCode::MalformedXML);
    }

    #[test]
    fn ten_thousand_parts_are_taken() {
        let all: String = (1..=PART_NUMBER_MAX).map(|number| part(&number.to_string())).collect();
        assert_eq!(parse(&all).map(|parts| parts.len()), Ok(usize::from(PART_NUMBER_MAX)));
        assert_eq!(parse(&(all + &part("10000"))), Err(S3ErrorCode::MalformedXML));
    }
}
