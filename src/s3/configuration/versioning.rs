//! `?versioning`

use crate::error::{S3Error, S3ErrorCode};
use crate::xml::{Document, XmlWriter, malformed};

/// Whether a bucket keeps versions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VersioningStatus {
    /// Every write makes a version.
    Enabled,
    /// Writes replace the null version; older versions stay.
    Suspended,
}

/// The document; without a status versioning was never set.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct VersioningConfiguration {
    /// The status.
    pub status: Option<VersioningStatus>,
}

impl VersioningStatus {
    /// The name in XML.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Suspended => "Suspended",
        }
    }

    fn parse(text: &str) -> Result<Self, S3Error> {
        [Self::Enabled, Self::Suspended].into_iter().find(|known| known.as_str() == text).ok_or_else(malformed)
    }
}

impl VersioningConfiguration {
    /// Reads the body of `PutBucketVersioning`, which has a status.
    ///
    /// # Errors
    ///
    /// `IllegalVersioningConfigurationException` without a status; `NotImplemented` for MFA delete, which needs devices
    /// that the cluster does not know; `MalformedXML`; `MissingRequestBodyError`.
    pub fn parse(body: &[u8]) -> Result<VersioningStatus, S3Error> {
        let mut document = Document::open(body, "VersioningConfiguration")?;
        let (mut status, mut mfa_delete) = (None, None);
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "Status" if status.is_none() => status = Some(VersioningStatus::parse(document.text()?.trim())?),
                "MfaDelete" if mfa_delete.is_none() => mfa_delete = Some(document.text()?),
                _ => return Err(malformed()),
            }
        }
        document.finish()?;
        match mfa_delete.as_deref().map(str::trim) {
            None | Some("Disabled") => {}
            Some("Enabled") => {
                return Err(S3Error::with_message(S3ErrorCode::NotImplemented, "MFA delete is not implemented"));
            }
            Some(_) => return Err(malformed()),
        }
        status.ok_or_else(|| S3ErrorCode::IllegalVersioningConfigurationException.into())
    }

    /// The document.
    pub fn to_xml(self) -> String {
        let mut xml = XmlWriter::new("VersioningConfiguration");
        xml.optional("Status", self.status.map(VersioningStatus::as_str));
        xml.finish()
    }
}
