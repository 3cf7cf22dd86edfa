//! `?requestPayment`

use crate::error::S3Error;
use crate::xml::{Document, XmlWriter, malformed};

/// Who pays for requests.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Payer {
    /// The bucket's owner.
    #[default]
    BucketOwner,
    /// Whoever asks, and says so with `x-amz-request-payer`.
    Requester,
}

/// The document.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct RequestPayment {
    /// Who pays.
    pub payer: Payer,
}

impl Payer {
    /// The name in XML.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BucketOwner => "BucketOwner",
            Self::Requester => "Requester",
        }
    }
}

impl RequestPayment {
    /// Reads the document.
    ///
    /// # Errors
    ///
    /// `MalformedXML`; `MissingRequestBodyError`.
    pub fn parse(body: &[u8]) -> Result<Self, S3Error> {
        let mut document = Document::open(body, "RequestPaymentConfiguration")?;
        let mut payer = None;
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "Payer" if payer.is_none() => {
                    let text = document.text()?;
                    let known = [Payer::BucketOwner, Payer::Requester].into_iter();
                    payer = Some(known.into_iter().find(|known| known.as_str() == text.trim()).ok_or_else(malformed)?);
                }
                _ => return Err(malformed()),
            }
        }
        document.finish()?;
        payer.map(|payer| Self { payer }).ok_or_else(malformed)
    }

    /// The document.
    pub fn to_xml(self) -> String {
        let mut xml = XmlWriter::new("RequestPaymentConfiguration");
        xml.text("Payer", self.payer.as_str());
        xml.finish()
    }
}
