//! Access control lists: the owner, and nobody else.

use super::{Owner, Response};
use crate::xml::XmlWriter;

/// The list of a bucket or an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessControlOutput {
    /// Who has full control.
    pub owner: Owner,
}

impl AccessControlOutput {
    /// The answer.
    pub fn into_response(self) -> Response {
        let mut xml = XmlWriter::new("AccessControlPolicy");
        self.owner.write(&mut xml, "Owner");
        xml.open("AccessControlList").open("Grant");
        xml.open_with("Grantee", "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"");
        xml.text("ID", &self.owner.id.digits).optional("DisplayName", self.owner.display_name.as_deref()).close();
        xml.text("Permission", "FULL_CONTROL").close().close();
        Response::document(xml)
    }
}
