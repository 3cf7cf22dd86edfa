//! Tags: none.

use super::Response;
use crate::xml::XmlWriter;

/// `GetObjectTagging` of an object without tags.
pub fn empty_tag_set() -> Response {
    let mut xml = XmlWriter::new("Tagging");
    xml.open("TagSet").close();
    Response::document(xml)
}

/// `ListTagsForResource` of the control API for a bucket without tags.
pub fn empty_resource_tags() -> Response {
    let namespace = "http://awss3control.amazonaws.com/doc/2018-08-20/";
    let mut xml = XmlWriter::in_namespace("ListTagsForResourceResult", namespace);
    xml.open("Tags").close();
    Response::document(xml)
}
