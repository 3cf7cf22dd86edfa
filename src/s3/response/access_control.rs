//! Access control lists, out.

use super::{Owner, Response};
use crate::acl::{AclGroup, Permission};
use crate::xml::XmlWriter;

/// The list of a bucket or an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessControlOutput {
    /// Whose it is.
    pub owner: Owner,
    /// Who may do what.
    pub grants: Vec<ShownGrant>,
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownGrant {
    /// Who.
    pub grantee: ShownGrantee,
    /// What.
    pub permission: Permission,
}

/// Who may. E-mail addresses are stored as the accounts that they are of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ShownGrantee {
    /// An account.
    Account(Owner),
    /// A group.
    Group(AclGroup),
}

impl AccessControlOutput {
    /// The list by which the owner may do everything, and nobody else anything.
    pub fn owner_only(owner: Owner) -> Self {
        let grantee = ShownGrantee::Account(owner.clone());
        Self { owner, grants: vec![ShownGrant { grantee, permission: Permission::FullControl }] }
    }

    /// The answer.
    pub fn into_response(self) -> Response {
        let mut xml = XmlWriter::new("AccessControlPolicy");
        self.owner.write(&mut xml, "Owner");
        xml.open("AccessControlList");
        for grant in &self.grants {
            xml.open("Grant");
            grant.grantee.write(&mut xml);
            xml.text("Permission", grant.permission.as_str()).close();
        }
        Response::document(xml)
    }
}

impl ShownGrantee {
    fn write(&self, xml: &mut XmlWriter) {
        const ACCOUNT: &str = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"";
        const GROUP: &str = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Group\"";
        match self {
            Self::Account(owner) => {
                xml.open_with("Grantee", ACCOUNT).text("ID", &owner.id.digits);
                xml.optional("DisplayName", owner.display_name.as_deref()).close();
            }
            Self::Group(group) => {
                xml.open_with("Grantee", GROUP).text("URI", group.uri()).close();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessControlOutput, AclGroup, Owner, Permission, ShownGrant, ShownGrantee};
    use crate::acl::{AccessControlPolicy, Grant, Grantee};

    #[test]
    fn a_list_reads_back_as_what_it_grants() {
        let mut output = AccessControlOutput::owner_only(Owner::example());
        let grantee = ShownGrantee::Group(AclGroup::AllUsers);
        output.grants.push(ShownGrant { grantee, permission: Permission::Read });
        let response = output.into_response();
        let policy = AccessControlPolicy::parse(response.document_text().as_bytes()).expect("our own");
        assert_eq!(policy.owner, "abc");
        let expected = [
            Grant { grantee: Grantee::Canonical("abc".into()), permission: Permission::FullControl },
            Grant { grantee: Grantee::Group(AclGroup::AllUsers), permission: Permission::Read },
        ];
        assert_eq!(policy.grants, expected);
    }
}
