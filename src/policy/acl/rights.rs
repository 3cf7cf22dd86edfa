//! What an ACL lets somebody do.

use super::{Acl, Grantee, Group, Permission};
use crate::Principal;
use crate::action::Action;
use crate::document::Grip;
use crate::public_access::PublicAcls;

/// What a grant is on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Granted {
    OnBucket,
    OnObject,
}

impl Granted {
    /// The permission that lets somebody do `action`. Tags, locks and everything else go by policies alone.
    fn permission_for(self, action: Action) -> Option<Permission> {
        match (self, action) {
            (Self::OnBucket, Action::ListBucket | Action::ListBucketVersions | Action::ListBucketMultipartUploads) => {
                Some(Permission::Read)
            }
            // Whoever writes an object owns it, and so says who else may do what with it.
            (Self::OnBucket, Action::PutObject | Action::PutObjectAcl | Action::DeleteObject) => {
                Some(Permission::Write)
            }
            (Self::OnBucket, Action::GetBucketAcl) => Some(Permission::ReadAcp),
            (Self::OnBucket, Action::PutBucketAcl) => Some(Permission::WriteAcp),
            (
                Self::OnObject,
                Action::GetObject
                | Action::GetObjectVersion
                | Action::GetObjectAttributes
                | Action::GetObjectVersionAttributes
                | Action::GetObjectTorrent
                | Action::GetObjectVersionTorrent,
            ) => Some(Permission::Read),
            (Self::OnObject, Action::GetObjectAcl | Action::GetObjectVersionAcl) => Some(Permission::ReadAcp),
            (Self::OnObject, Action::PutObjectAcl | Action::PutObjectVersionAcl) => Some(Permission::WriteAcp),
            _ => None,
        }
    }
}

impl Acl {
    /// How a grant lets `principal` do `action`, if one does.
    pub(crate) fn grip(
        &self,
        granted: Granted,
        action: Action,
        principal: &Principal,
        public: PublicAcls,
    ) -> Option<Grip> {
        let permission = granted.permission_for(action)?;
        let account = principal.account().map(|(account, _)| account);
        let reached = self.grants.iter().filter_map(|grant| {
            let is_covered = grant.permission == permission || grant.permission == Permission::FullControl;
            match &grant.grantee {
                _ if !is_covered => None,
                Grantee::Account(named) => (Some(named) == account).then_some(Grip::Account),
                Grantee::Group(group) if group.is_public() && public == PublicAcls::Ignored => None,
                Grantee::Group(Group::AllUsers) => Some(Grip::Directly),
                Grantee::Group(Group::AuthenticatedUsers) => account.map(|_| Grip::Directly),
                // Its only member asks the ACL by name.
                Grantee::Group(Group::LogDelivery) => None,
            }
        });
        reached.max()
    }
}
