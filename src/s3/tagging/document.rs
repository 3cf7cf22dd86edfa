//! `<Tagging>`

use super::{TagHolder, TagSet};
use crate::error::S3Error;
use crate::limits::TAG_ELEMENTS_MAX;
use crate::xml::{Document, XmlWriter, malformed};

impl TagSet {
    /// Reads the document of `PutObjectTagging` and `PutBucketTagging`.
    ///
    /// # Errors
    ///
    /// `MalformedXML`; `MissingRequestBodyError`; for the tags as [`TagSet::new`].
    pub fn parse_document(holder: TagHolder, body: &[u8]) -> Result<Self, S3Error> {
        let mut document = Document::open(body, "Tagging")?;
        let mut pairs = None;
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "TagSet" if pairs.is_none() => pairs = Some(parse_tags(&mut document)?),
                _ => return Err(malformed()),
            }
        }
        document.finish()?;
        Self::new(holder, pairs.ok_or_else(malformed)?)
    }

    /// The document of `GetObjectTagging` and `GetBucketTagging`.
    pub fn to_xml(&self) -> String {
        let mut xml = XmlWriter::new("Tagging");
        xml.open("TagSet");
        self.write(&mut xml);
        xml.finish()
    }

    /// The document of `ListTagsForResource` of the control API.
    pub fn to_resource_xml(&self) -> String {
        let namespace = "http://awss3control.amazonaws.com/doc/2018-08-20/";
        let mut xml = XmlWriter::in_namespace("ListTagsForResourceResult", namespace);
        xml.open("Tags");
        self.write(&mut xml);
        xml.finish()
    }

    fn write(&self, xml: &mut XmlWriter) {
        // Sets have no order; by key, equal sets are written alike.
        let mut pairs: Vec<_> = self.pairs().iter().collect();
        pairs.sort_unstable();
        for (key, value) in pairs {
            xml.open("Tag").text("Key", key).text("Value", value).close();
        }
    }
}

/// The `<Tag>`s of the open element, which this closes. How many there may be is decided later, with the code for it.
pub(crate) fn parse_tags(document: &mut Document<'_>) -> Result<Vec<(String, String)>, S3Error> {
    let mut pairs = Vec::new();
    while let Some(name) = document.next_child()? {
        if name != "Tag" || pairs.len() == TAG_ELEMENTS_MAX {
            return Err(malformed());
        }
        pairs.push(parse_tag(document)?);
    }
    Ok(pairs)
}

fn parse_tag(document: &mut Document<'_>) -> Result<(String, String), S3Error> {
    let (mut key, mut value) = (None, None);
    while let Some(name) = document.next_child()? {
        match name.as_str() {
            "Key" if key.is_none() => key = Some(document.text()?),
            "Value" if value.is_none() => value = Some(document.text()?),
            _ => return Err(malformed()),
        }
    }
    key.zip(value).ok_or_else(malformed)
}
