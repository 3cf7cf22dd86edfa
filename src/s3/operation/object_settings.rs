//! What a writer says about a new object, beside its bytes, headers, metadata and tags.

use super::parameters::Parts;
use crate::acl::RequestedAcl;
use crate::encryption::RequestedEncryption;
use crate::error::S3Error;
use crate::header::{StorageClass, WebsiteRedirect};
use crate::lock::RequestedLock;

/// Read by every operation that makes an object: `PutObject`, `CopyObject`, `CreateMultipartUpload`, and a posted form.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct ObjectSettings {
    /// Who may do what with it.
    pub acl: RequestedAcl,
    /// Its storage class.
    pub storage_class: Option<StorageClass>,
    /// Where a website sends its readers instead.
    pub website_redirect: Option<WebsiteRedirect>,
    /// How it is to be encrypted.
    pub encryption: RequestedEncryption,
    /// What keeps it from being removed.
    pub lock: RequestedLock,
}

impl ObjectSettings {
    pub(super) fn parse(parts: Parts<'_>) -> Result<Self, S3Error> {
        Ok(Self {
            acl: RequestedAcl::of_headers(parts.headers)?,
            storage_class: StorageClass::of_headers(parts.headers)?,
            website_redirect: WebsiteRedirect::of_headers(parts.headers)?,
            encryption: RequestedEncryption::of_headers(parts.headers),
            lock: RequestedLock::of_headers(parts.headers)?,
        })
    }
}
