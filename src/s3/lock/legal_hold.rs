//! `?legal-hold`

use crate::error::S3Error;
use crate::xml::{Document, XmlWriter, malformed};

/// Whether a version must stay, however long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LegalHold {
    /// It must.
    On,
    /// It need not.
    Off,
}

impl LegalHold {
    /// The name in headers and XML.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "ON",
            Self::Off => "OFF",
        }
    }

    pub(super) fn from_name(text: &str) -> Option<Self> {
        [Self::On, Self::Off].into_iter().find(|known| known.as_str() == text)
    }

    /// Reads the body of `PutObjectLegalHold`.
    ///
    /// # Errors
    ///
    /// `MalformedXML`, also for a status that is none; `MissingRequestBodyError`.
    pub fn parse(body: &[u8]) -> Result<Self, S3Error> {
        let mut document = Document::open(body, "LegalHold")?;
        let mut status = None;
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "Status" if status.is_none() => {
                    status = Some(Self::from_name(document.text()?.trim()).ok_or_else(malformed)?);
                }
                _ => return Err(malformed()),
            }
        }
        document.finish()?;
        status.ok_or_else(malformed)
    }

    /// The document of `GetObjectLegalHold`.
    pub fn to_xml(self) -> String {
        let mut xml = XmlWriter::new("LegalHold");
        xml.text("Status", self.as_str());
        xml.finish()
    }
}
