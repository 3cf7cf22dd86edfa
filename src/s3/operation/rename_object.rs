//! `RenameObject`: `PUT /b/k?renameObject`

use cairn_types::{BucketName, ObjectKey};

use super::parameters::Parts;
use crate::address::{form_decode, parse_key};
use crate::condition::{ReadConditions, RenamePreconditions};
use crate::error::S3Error;
use crate::limits::CLIENT_TOKEN_BYTES_MAX;

const SOURCE: &str = "x-amz-rename-source";
const TOKEN: &str = "x-amz-client-token";

/// Gives an object another key in its bucket; nothing is copied.
#[derive(Clone, PartialEq, Debug)]
pub struct RenameObject {
    /// The bucket of both.
    pub bucket: BucketName,
    /// The new key.
    pub key: ObjectKey,
    /// The old key.
    pub source: ObjectKey,
    /// What must be true of the object.
    pub source_conditions: ReadConditions,
    /// What must be true of whatever has the new key now.
    pub destination_conditions: RenamePreconditions,
    /// By what a repeated request is known.
    pub client_token: Option<String>,
}

impl RenameObject {
    pub(super) const PARAMETERS: [&'static str; 1] = ["renameObject"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, key: ObjectKey) -> Result<Self, S3Error> {
        let source = parse_source(&bucket, parts.headers.nonempty(SOURCE)?.unwrap_or_default())?;
        let client_token = parts.headers.nonempty(TOKEN)?;
        if let Some(text) = client_token.filter(|text| text.len() > CLIENT_TOKEN_BYTES_MAX) {
            return Err(S3Error::invalid_argument(TOKEN, text, "The client token is too long"));
        }
        Ok(Self {
            bucket,
            key,
            source,
            source_conditions: ReadConditions::of_rename_source(parts.headers)?,
            destination_conditions: RenamePreconditions::parse(parts.headers)?,
            client_token: client_token.map(str::to_owned),
        })
    }
}

/// The key, URL-encoded; or with a leading slash the bucket and the key, as in `x-amz-copy-source`. The bucket must be the
/// one that the request names.
fn parse_source(bucket: &BucketName, text: &str) -> Result<ObjectKey, S3Error> {
    let bad = |what: &str| S3Error::invalid_argument(SOURCE, text, format!("The {SOURCE} header {what}"));
    if text.is_empty() {
        return Err(bad("is missing or empty"));
    }
    let decoded = form_decode(text).map_err(|_| bad("cannot be decoded"))?;
    let key = match decoded.strip_prefix(b"/") {
        None => &decoded[..],
        Some(path) => {
            let key = path.strip_prefix(bucket.as_str().as_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
            key.ok_or_else(|| bad("names another bucket"))?
        }
    };
    parse_key(key.to_vec()).map_err(|_| bad("is invalid"))
}

#[cfg(test)]
mod tests {
    use cairn_types::BucketName;

    use super::parse_source;
    use crate::error::S3ErrorCode;

    #[test]
    fn a_source_is_a_key_of_the_same_bucket() {
        let bucket = BucketName::parse("bkt").expect("name");
        for (text, key) in [
            ("a/b", "a/b"),
            ("a%2Fb%20c", "a/b c"),
            ("/bkt/a", "a"),
            ("%2Fbkt%2Fa", "a"),
            ("bkt/a", "bkt/a"),
            ("/bkt//a", "/a"),
        ] {
            assert_eq!(parse_source(&bucket, text).expect(text).as_str(), key, "{text}");
        }
        let long = "k".repeat(1_025);
        for text in ["", "/", "/bkt", "/bkt/", "/other/a", "/bktx/a", "%zz", "%ff", "a%00", "../a", &long] {
            let error = parse_source(&bucket, text).expect_err(text);
            assert_eq!(error.code, S3ErrorCode::InvalidArgument, "{text}");
        }
    }
}
