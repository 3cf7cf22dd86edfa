//! `?publicAccessBlock`

use crate::error::S3Error;
use crate::xml::{Document, XmlWriter, malformed};

/// What of public access a bucket refuses, whatever its policy and ACLs say. What is not named is off.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct PublicAccessBlock {
    /// Writes of ACLs that are public are refused.
    pub block_public_acls: bool,
    /// ACLs that are public count as private.
    pub ignore_public_acls: bool,
    /// Writes of policies that are public are refused.
    pub block_public_policy: bool,
    /// A policy that is public gives rights to the owner's account alone.
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// Reads the document.
    ///
    /// # Errors
    ///
    /// `MalformedXML`; `MissingRequestBodyError`.
    pub fn parse(body: &[u8]) -> Result<Self, S3Error> {
        let mut document = Document::open(body, "PublicAccessBlockConfiguration")?;
        let mut block = Self::default();
        let mut seen: Vec<String> = Vec::new();
        while let Some(name) = document.next_child()? {
            let switch = match name.as_str() {
                "BlockPublicAcls" => &mut block.block_public_acls,
                "IgnorePublicAcls" => &mut block.ignore_public_acls,
                "BlockPublicPolicy" => &mut block.block_public_policy,
                "RestrictPublicBuckets" => &mut block.restrict_public_buckets,
                _ => return Err(malformed()),
            };
            *switch = document.boolean()?;
            if seen.contains(&name) {
                return Err(malformed());
            }
            seen.push(name);
        }
        document.finish()?;
        Ok(block)
    }

    /// The document.
    pub fn to_xml(self) -> String {
        let mut xml = XmlWriter::new("PublicAccessBlockConfiguration");
        xml.value("BlockPublicAcls", self.block_public_acls).value("IgnorePublicAcls", self.ignore_public_acls);
        xml.value("BlockPublicPolicy", self.block_public_policy);
        xml.value("RestrictPublicBuckets", self.restrict_public_buckets);
        xml.finish()
    }
}
