//! Every bound of policies and ACLs, with its reason.

use cairn_types::KIB;

/// A bucket policy in bytes (S3's number).
pub const BUCKET_POLICY_BYTES_MAX: usize = 20 * KIB as usize;
/// An identity policy in characters that are not white space (IAM's number for a managed policy).
pub const IDENTITY_POLICY_CHARACTERS_MAX: usize = 6_144;
/// An identity policy in bytes, white space included: what is worth reading to find more than
/// [`IDENTITY_POLICY_CHARACTERS_MAX`] characters in it, four bytes each, and a pretty printer's spaces.
pub const IDENTITY_POLICY_BYTES_MAX: usize = 64 * KIB as usize;
/// Nested lists and objects: the deepest legal one is a condition's list of values, the sixth.
pub const JSON_DEPTH_MAX: u8 = 8;
/// Statements of one policy. The shortest has about 75 bytes, so a bucket policy cannot hold more.
pub const STATEMENTS_MAX: usize = 300;
/// Values of one element of a statement. Each costs three bytes at least; this keeps one list from taking the policy.
pub const VALUES_MAX: usize = 2_000;
/// One value in bytes: an ARN with a key of 1,024 bytes, each written as a wildcard or a variable at worst.
pub const VALUE_BYTES_MAX: usize = 2_048;
/// Text that variables may make of one value in bytes; beyond it the value matches nothing. Keys and headers are shorter.
pub const RESOLVED_BYTES_MAX: usize = 16 * KIB as usize;
/// Digits of a number in a condition: 64-bit numbers have 20.
pub const NUMBER_BYTES_MAX: usize = 64;
/// Grants of one ACL (S3's number).
pub const ACL_GRANTS_MAX: usize = 100;

const _: () = assert!(BUCKET_POLICY_BYTES_MAX / STATEMENTS_MAX < 75, "a bucket policy's size bounds its statements");
const _: () = assert!(IDENTITY_POLICY_BYTES_MAX > 4 * IDENTITY_POLICY_CHARACTERS_MAX, "room for white space");
