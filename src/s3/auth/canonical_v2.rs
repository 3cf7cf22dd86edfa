//! The string to sign of version 2.

use std::collections::BTreeMap;

use super::encoding::decode_component;
use super::query_parameters::QueryParameters;
use crate::head::RequestHead;

/// Parameters that version 2 signs.
const SIGNED: [&str; 40] = [
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "encryption",
    "inventory",
    "legal-hold",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "policyStatus",
    "publicAccessBlock",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "retention",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// Parameters that version 2 leaves unsigned and that only narrow or page a listing.
const UNSIGNED: [&str; 18] = [
    "continuation-token",
    "delimiter",
    "encoding-type",
    "fetch-owner",
    "key-marker",
    "list-type",
    "marker",
    "max-keys",
    "max-parts",
    "max-uploads",
    "part-number-marker",
    "prefix",
    "start-after",
    "upload-id-marker",
    "version-id-marker",
    "AWSAccessKeyId",
    "Expires",
    "Signature",
];

/// What version 2 signs of a request.
pub(super) struct StringToSign<'a> {
    pub(super) head: &'a RequestHead<'a>,
    pub(super) query: &'a QueryParameters<'a>,
    /// The bucket that the host names.
    pub(super) bucket: Option<&'a str>,
    /// The date header, or the expiry of a presigned URL.
    pub(super) date: &'a str,
    /// Whether headers may stand in the query: clients sign those as if they had been sent as headers.
    pub(super) presigned: bool,
}

impl StringToSign<'_> {
    /// What may have been signed. Nothing where the query holds a parameter that version 2 does not sign: whoever got the
    /// URL may have added it, and it may name another operation. A bucket is signed with a slash behind it by botocore and
    /// as it is sent by others; both name the bucket.
    pub(super) fn alternatives(&self) -> Vec<Vec<u8>> {
        let in_path = self.head.path.strip_prefix('/').filter(|_| self.bucket.is_none());
        let is_bucket = in_path.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'));
        let slashes: &[&str] = if is_bucket { &["", "/"] } else { &[""] };
        slashes.iter().filter_map(|slash| self.to_bytes(slash)).collect()
    }

    fn to_bytes(&self, slash: &str) -> Option<Vec<u8>> {
        let mut out = self.head.method.as_str().as_bytes().to_vec();
        for name in ["content-md5", "content-type"] {
            out.push(b'\n');
            out.extend_from_slice(&self.header(name));
        }
        out.push(b'\n');
        out.extend_from_slice(self.date.as_bytes());
        out.push(b'\n');
        self.push_amz_headers(&mut out);
        self.push_resource(&mut out, slash)?;
        Some(out)
    }

    fn header(&self, name: &str) -> Vec<u8> {
        let own = self.head.headers.get(name).map(|value| value.as_bytes().trim_ascii().to_vec());
        own.or_else(|| self.in_query(name)).unwrap_or_default()
    }

    fn in_query(&self, name: &str) -> Option<Vec<u8>> {
        let value = self.presigned.then(|| self.query.exactly_once(name)).flatten()?;
        Some(decode_component(value).trim_ascii().to_vec())
    }

    fn push_amz_headers(&self, out: &mut Vec<u8>) {
        let mut lines: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let hoisted = self.query.iter().filter(|parameter| self.presigned && is_amz(&parameter.name));
        for parameter in hoisted {
            let value = decode_component(parameter.value.as_deref().unwrap_or_default());
            lines.insert(parameter.name.to_ascii_lowercase(), value.trim_ascii().to_vec());
        }
        for name in self.head.headers.keys().filter(|name| is_amz(name.as_str())) {
            let values: Vec<&[u8]> =
                self.head.headers.get_all(name).iter().map(|value| value.as_bytes().trim_ascii()).collect();
            lines.insert(name.as_str().to_owned(), values.join(&b','));
        }
        for (name, value) in lines {
            out.extend_from_slice(name.as_bytes());
            out.push(b':');
            out.extend_from_slice(&value);
            out.push(b'\n');
        }
    }

    fn push_resource(&self, out: &mut Vec<u8>, slash: &str) -> Option<()> {
        if let Some(bucket) = self.bucket {
            out.push(b'/');
            out.extend_from_slice(bucket.as_bytes());
        }
        out.extend_from_slice(self.head.path.as_bytes());
        out.extend_from_slice(slash.as_bytes());
        let mut separator = b'?';
        for parameter in self.query.iter() {
            if !SIGNED.contains(&parameter.name.as_ref()) {
                self.admits(&parameter.name)?;
                continue;
            }
            out.push(separator);
            separator = b'&';
            out.extend_from_slice(parameter.name.as_bytes());
            if let Some(value) = &parameter.value {
                out.push(b'=');
                out.extend_from_slice(&decode_component(value));
            }
        }
        Some(())
    }

    /// Whether a parameter outside the resource may be there.
    fn admits(&self, name: &str) -> Option<()> {
        let as_header = is_amz(name) || matches!(name, "content-md5" | "content-type");
        (UNSIGNED.contains(&name) || self.presigned && as_header).then_some(())
    }
}

fn is_amz(name: &str) -> bool {
    name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"))
}
