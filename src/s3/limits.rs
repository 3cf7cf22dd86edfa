//! Every bound of the S3 wire, with its reason.

use std::time::Duration;

use cairn_types::{GIB, KIB, MIB};

/// Keys in one page of a listing (S3's number; a larger `max-keys` is cut to it).
pub const LIST_ENTRIES_MAX: u32 = 1_000;
/// Buckets in one page of `ListBuckets` (S3's number).
pub const LIST_BUCKETS_MAX: u32 = 10_000;
/// Keys in one `DeleteObjects` (S3's number).
pub const DELETE_OBJECTS_MAX: usize = 1_000;
/// Highest part number (S3's number).
pub const PART_NUMBER_MAX: u16 = 10_000;
/// Largest body of one PUT or part (S3's number).
pub const PUT_BYTES_MAX: u64 = 5 * GIB;
/// Smallest part that is not the last (S3's number).
pub const PART_BYTES_MIN: u64 = 5 * MIB;
/// Largest source of one `CopyObject` (S3's number).
pub const COPY_BYTES_MAX: u64 = 5 * GIB;
/// User metadata, names and values together (S3's number).
pub const USER_METADATA_BYTES_MAX: usize = 2 * KIB as usize;
/// Names and values of a request's headers together: S3's `RequestHeaderSectionTooLarge` above it.
pub const HEADER_SECTION_BYTES_MAX: usize = 8 * KIB as usize;
/// Parameters in one query string. S3's largest operation takes a dozen; signatures add eight.
pub const QUERY_PARAMETERS_MAX: usize = 64;
/// ETags in one `If-Match` or `If-None-Match`; more are refused rather than compared.
pub const CONDITION_ETAGS_MAX: usize = 64;

/// Tags of an object (S3's number).
pub const OBJECT_TAGS_MAX: usize = 10;
/// Tags of a bucket (S3's number).
pub const BUCKET_TAGS_MAX: usize = 50;
/// Key of a tag, in units of UTF-16 (S3's number).
pub const TAG_KEY_UNITS_MAX: usize = 128;
/// Value of a tag, in units of UTF-16 (S3's number).
pub const TAG_VALUE_UNITS_MAX: usize = 256;
/// Tags read of a document before it is judged: more is a fault of the document, fewer one of the tags.
pub const TAG_ELEMENTS_MAX: usize = 1_000;
/// Grants of one ACL (S3's number).
pub const ACL_GRANTS_MAX: usize = 100;
/// Rules of a CORS configuration (S3's number).
pub const CORS_RULES_MAX: usize = 100;
/// Id of a rule, in characters (S3's number).
pub const RULE_ID_CHARS_MAX: usize = 255;
/// Origins, methods or headers of one CORS rule: its document could hold thousands, each compared with each request.
pub const CORS_PATTERNS_MAX: usize = 1_000;
/// Days of a default retention (S3's number: a hundred years).
pub const RETENTION_DAYS_MAX: u32 = 36_500;
/// Years of a default retention (S3's number).
pub const RETENTION_YEARS_MAX: u32 = 100;
/// Where a website sends its readers (S3's number).
pub const WEBSITE_REDIRECT_BYTES_MAX: usize = 2_048;
/// A bucket's policy (S3's number).
pub const POLICY_BYTES_MAX: usize = 20 * KIB as usize;
/// Fields of a form before its file, framing included (S3's number).
pub const FORM_FIELDS_BYTES_MAX: usize = 20 * KIB as usize;
/// Boundary of a form (RFC 2046).
pub const FORM_BOUNDARY_BYTES_MAX: usize = 70;
/// Conditions of a form's policy: it fits into the fields, so this only bounds what each is compared with.
pub const POST_CONDITIONS_MAX: usize = 1_000;
/// Token that makes a rename repeatable (S3's number).
pub const CLIENT_TOKEN_BYTES_MAX: usize = 64;
/// Name or ARN of an encryption key (the key service's number).
pub const KEY_ID_BYTES_MAX: usize = 2_048;
/// Encryption context, decoded (it is a header).
pub const KEY_CONTEXT_BYTES_MAX: usize = 4_096;

/// XML body of `DeleteObjects`: 1,000 keys of 1,024 bytes, each escaped to six times its length at worst, would be 6 MiB;
/// AWS documents 2 MiB and real clients stay far below it.
pub const DELETE_OBJECTS_BODY_BYTES_MAX: usize = 2 * MIB as usize;
/// XML body of `CompleteMultipartUpload`: 10,000 parts of about 300 bytes with a checksum and a pretty printer's spaces.
pub const COMPLETE_BODY_BYTES_MAX: usize = 4 * MIB as usize;
/// XML body of a configuration.
pub const CONFIGURATION_BODY_BYTES_MAX: usize = 64 * KIB as usize;
/// Form body of an STS request.
pub const STS_BODY_BYTES_MAX: usize = 8 * KIB as usize;
/// Nested elements: no S3 document has more than eight, so a hostile one is cut short early.
pub const XML_DEPTH_MAX: usize = 16;
/// Attributes of one element: namespaces and `xsi:type`, no S3 document has more than four.
pub const XML_ATTRIBUTES_MAX: usize = 16;
/// Elements in one document: 10,000 parts with 11 children each, and room.
pub const XML_ELEMENTS_MAX: usize = 200_000;
/// Text of one element: an escaped key is the longest.
pub const XML_TEXT_BYTES_MAX: usize = 8 * KIB as usize;

/// How far the time of a request may be from ours, either way (S3's number).
pub const CLOCK_SKEW_MAX: Duration = Duration::from_secs(15 * 60);
/// Longest life of a presigned URL in seconds (S3's number: 7 days).
pub const PRESIGNED_EXPIRES_SECONDS_MAX: u64 = 7 * 24 * 60 * 60;
/// Signing keys a cache holds unless told otherwise: one is about 500 bytes, an access key needs one a day and region.
pub const SIGNING_KEYS_DEFAULT: usize = 4_096;
/// Smallest chunk that may be followed by another (S3's number); it bounds the cost of signatures per byte.
pub const CHUNK_BYTES_MIN: u64 = 8 * KIB;
/// Longest line that begins a chunk: 16 digits of size and a signature take about 100 bytes.
pub const CHUNK_HEADER_BYTES_MAX: usize = 1_024;
/// All trailers of a body together: one checksum and one signature take about 200 bytes.
pub const TRAILER_BYTES_MAX: usize = 4_096;

const _: () = assert!(DELETE_OBJECTS_BODY_BYTES_MAX > DELETE_OBJECTS_MAX * (cairn_types::KEY_BYTES_MAX + 64));
const _: () = assert!(USER_METADATA_BYTES_MAX < HEADER_SECTION_BYTES_MAX);
const _: () = assert!(POLICY_BYTES_MAX < CONFIGURATION_BODY_BYTES_MAX);
