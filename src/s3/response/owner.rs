//! Who owns.

use std::sync::Arc;

use cairn_types::CanonicalId;

use crate::xml::XmlWriter;

/// An account as listings and ACLs show it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Owner {
    /// Its canonical id.
    pub id: CanonicalId,
    /// Its name, where that is known.
    pub display_name: Option<Arc<str>>,
}

impl Owner {
    pub(super) fn write(&self, xml: &mut XmlWriter, element: &'static str) {
        xml.open(element).text("ID", &self.id.digits).optional("DisplayName", self.display_name.as_deref()).close();
    }

    #[cfg(test)]
    pub(super) fn example() -> Self {
        Self { id: CanonicalId { digits: "abc".to_owned() }, display_name: None }
    }
}
