//! `?ownershipControls`

use crate::error::S3Error;
use crate::operation::ObjectOwnership;
use crate::xml::{Document, XmlWriter, malformed};

/// Who owns objects that others write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OwnershipControls {
    /// The one rule.
    pub object_ownership: ObjectOwnership,
}

impl OwnershipControls {
    /// Reads the document: exactly one rule.
    ///
    /// # Errors
    ///
    /// `MalformedXML`; `MissingRequestBodyError`.
    pub fn parse(body: &[u8]) -> Result<Self, S3Error> {
        let mut document = Document::open(body, "OwnershipControls")?;
        let mut rule = None;
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "Rule" if rule.is_none() => rule = Some(parse_rule(&mut document)?),
                _ => return Err(malformed()),
            }
        }
        document.finish()?;
        rule.map(|object_ownership| Self { object_ownership }).ok_or_else(malformed)
    }

    /// The document.
    pub fn to_xml(self) -> String {
        let mut xml = XmlWriter::new("OwnershipControls");
        xml.open("Rule").text("ObjectOwnership", self.object_ownership.as_str()).close();
        xml.finish()
    }
}

fn parse_rule(document: &mut Document<'_>) -> Result<ObjectOwnership, S3Error> {
    let mut ownership = None;
    while let Some(name) = document.next_child()? {
        match name.as_str() {
            "ObjectOwnership" if ownership.is_none() => {
                ownership = Some(ObjectOwnership::from_name(document.text()?.trim()).ok_or_else(malformed)?);
            }
            _ => return Err(malformed()),
        }
    }
    ownership.ok_or_else(malformed)
}
