//! ACLs between what requests ask for, what rows hold, and what answers show.

use bytes::Bytes;
use cairn_catalog::rows::ObjectMeta;
use cairn_policy::{
    Acl, AclError, AclTarget, BucketAccess, CannedAcl, GivenAcl, Grant as KeptGrant, Grantee as KeptGrantee,
    Group as KeptGroup, Permission as KeptPermission,
};
use cairn_s3::acl::{AccessControlPolicy, AclChange, AclGroup, Grant, Grantee, Permission, RequestedAcl};
use cairn_s3::response::{AccessControlOutput, ShownGrant, ShownGrantee};
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::CanonicalId;
use cairn_types::record::Record;

use crate::pipeline::{Exchange, Naming, Owners, find_account};

/// An ACL that a request gives, its grantees looked up.
pub(super) enum Given {
    Nothing,
    Canned(CannedAcl),
    Grants(Acl),
    /// A document, which names the owner as well.
    Document(CanonicalId, Acl),
}

impl Given {
    /// What headers ask for.
    ///
    /// # Errors
    /// `InvalidArgument` for an id that is nobody's; `UnresolvableGrantByEmailAddress`.
    pub(super) async fn of(exchange: &Exchange, requested: &RequestedAcl) -> Result<Self, S3Error> {
        Ok(match requested {
            RequestedAcl::Unsaid => Self::Nothing,
            RequestedAcl::Canned(canned) => Self::Canned(canned_of(canned.as_str())?),
            RequestedAcl::Grants(grants) => Self::Grants(resolve(exchange, grants).await?),
        })
    }

    /// What replaces an ACL.
    ///
    /// # Errors
    /// As [`Given::of`].
    pub(super) async fn of_change(exchange: &Exchange, change: AclChange) -> Result<Self, S3Error> {
        Ok(match change {
            AclChange::Canned(canned) => Self::Canned(canned_of(canned.as_str())?),
            AclChange::Grants(grants) => Self::Grants(resolve(exchange, &grants).await?),
            AclChange::Policy(AccessControlPolicy { owner, grants }) => {
                Self::Document(CanonicalId { digits: owner }, resolve(exchange, &grants).await?)
            }
        })
    }

    fn as_given(&self) -> GivenAcl<'_> {
        match self {
            Self::Nothing => GivenAcl::Nothing,
            Self::Canned(canned) => GivenAcl::Canned(*canned),
            Self::Grants(acl) | Self::Document(_, acl) => GivenAcl::Grants(acl),
        }
    }

    /// Whether the bucket's ownership lets a request give it.
    pub(super) fn is_taken(&self, bucket: &BucketAccess) -> bool {
        bucket.ownership.takes(self.as_given(), &bucket.owner)
    }

    /// Says in a new object's row whose it is and who may do what with it.
    ///
    /// # Errors
    /// `AccessControlListNotSupported` where ACLs are off; `AccessDenied` where public ones are blocked.
    pub(super) fn stamp(
        &self,
        bucket: &BucketAccess,
        writer: &CanonicalId,
        meta: &mut ObjectMeta,
    ) -> Result<(), S3Error> {
        let owner = bucket.ownership.owner_of_new(writer, &bucket.owner, self.as_given());
        meta.owner = owner.clone();
        meta.uploader = (owner != writer).then(|| writer.clone());
        meta.acl = self.for_object(bucket, owner)?.map(|acl| acl.encode());
        Ok(())
    }

    /// As an object of `owner` keeps it; `None` where the request gave none.
    ///
    /// # Errors
    /// As [`Given::stamp`]; `AccessDenied` for a document that names another owner.
    pub(super) fn for_object(&self, bucket: &BucketAccess, owner: &CanonicalId) -> Result<Option<Acl>, S3Error> {
        if !self.is_taken(bucket) {
            return Err(S3ErrorCode::AccessControlListNotSupported.into());
        }
        self.kept(bucket, AclTarget::Object { owner, bucket_owner: &bucket.owner }, owner)
    }

    /// As a bucket keeps it.
    ///
    /// # Errors
    /// As [`Given::for_object`].
    pub(super) fn for_bucket(&self, bucket: &BucketAccess) -> Result<Option<Bytes>, S3Error> {
        if !self.is_taken(bucket) {
            return Err(S3ErrorCode::AccessControlListNotSupported.into());
        }
        let acl = self.kept(bucket, AclTarget::Bucket { owner: &bucket.owner }, &bucket.owner)?;
        Ok(acl.map(|acl| acl.encode()))
    }

    fn kept(&self, bucket: &BucketAccess, target: AclTarget<'_>, owner: &CanonicalId) -> Result<Option<Acl>, S3Error> {
        let acl = match self {
            Self::Nothing => return Ok(None),
            Self::Document(named, _) if named != owner => return Err(S3ErrorCode::AccessDenied.into()),
            Self::Canned(canned) => canned.acl(target).map_err(refused)?,
            Self::Grants(acl) | Self::Document(_, acl) => acl.clone(),
        };
        if bucket.public_access_block.refuses_acl(&acl) {
            return Err(S3ErrorCode::AccessDenied.into());
        }
        Ok(Some(acl))
    }
}

/// The list as answers show it; without one its owner's alone.
pub(super) async fn shown(exchange: &Exchange, owner: &CanonicalId, acl: Option<&Acl>) -> AccessControlOutput {
    let grants = acl.map(|acl| acl.grants.as_slice()).unwrap_or_default();
    let ids = std::iter::once(owner).chain(grants.iter().filter_map(account_of)).collect();
    let owners = Owners::of(exchange, ids).await;
    if acl.is_none() {
        return AccessControlOutput::owner_only(owners.show(owner));
    }
    // The order says nothing, but programs take the last line for the owner's.
    let (to_groups, to_accounts): (Vec<_>, Vec<_>) = grants.iter().partition(|grant| account_of(grant).is_none());
    let grants = to_groups.into_iter().chain(to_accounts).map(|grant| ShownGrant {
        grantee: match &grant.grantee {
            KeptGrantee::Account(account) => ShownGrantee::Account(owners.show(account)),
            KeptGrantee::Group(group) => ShownGrantee::Group(shown_group(*group)),
        },
        permission: shown_permission(grant.permission),
    });
    AccessControlOutput { owner: owners.show(owner), grants: grants.collect() }
}

fn account_of(grant: &KeptGrant) -> Option<&CanonicalId> {
    match &grant.grantee {
        KeptGrantee::Account(account) => Some(account),
        KeptGrantee::Group(_) => None,
    }
}

/// Both crates know the same names; a test says so.
fn canned_of(name: &str) -> Result<CannedAcl, S3Error> {
    CannedAcl::parse(name).ok_or_else(|| S3ErrorCode::InternalError.into())
}

fn refused(error: AclError) -> S3Error {
    match error {
        AclError::NotOfObjects => {
            S3Error::invalid_argument("x-amz-acl", CannedAcl::LogDeliveryWrite.as_str(), "Invalid canned ACL")
        }
        AclError::TooManyGrants => S3ErrorCode::MalformedACLError.into(),
    }
}

async fn resolve(exchange: &Exchange, grants: &[Grant]) -> Result<Acl, S3Error> {
    let mut kept = Vec::with_capacity(grants.len());
    for Grant { grantee, permission } in grants {
        let grantee = match grantee {
            Grantee::Canonical(id) => KeptGrantee::Account(account_of_id(exchange, id).await?),
            Grantee::Email(email) => KeptGrantee::Account(account_of_email(exchange, email).await?),
            Grantee::Group(group) => KeptGrantee::Group(kept_group(*group)),
        };
        kept.push(KeptGrant { grantee, permission: kept_permission(*permission) });
    }
    Acl::new(kept).map_err(refused)
}

async fn account_of_id(exchange: &Exchange, id: &str) -> Result<CanonicalId, S3Error> {
    let id = CanonicalId { digits: id.to_owned() };
    if exchange.account().is_ok_and(|(own, _)| *own == id) {
        return Ok(id);
    }
    match find_account(exchange, Naming::Canonical(id.clone())).await? {
        Some(account) => Ok(account.id),
        None => Err(S3Error::invalid_argument("CanonicalUser/ID", &id.digits, "Invalid id")),
    }
}

async fn account_of_email(exchange: &Exchange, email: &str) -> Result<CanonicalId, S3Error> {
    match find_account(exchange, Naming::Email(email.to_owned())).await? {
        Some(account) => Ok(account.id),
        None => Err(S3Error::new(S3ErrorCode::UnresolvableGrantByEmailAddress)),
    }
}

fn kept_group(group: AclGroup) -> KeptGroup {
    match group {
        AclGroup::AllUsers => KeptGroup::AllUsers,
        AclGroup::AuthenticatedUsers => KeptGroup::AuthenticatedUsers,
        AclGroup::LogDelivery => KeptGroup::LogDelivery,
    }
}

fn shown_group(group: KeptGroup) -> AclGroup {
    match group {
        KeptGroup::AllUsers => AclGroup::AllUsers,
        KeptGroup::AuthenticatedUsers => AclGroup::AuthenticatedUsers,
        KeptGroup::LogDelivery => AclGroup::LogDelivery,
    }
}

fn kept_permission(permission: Permission) -> KeptPermission {
    match permission {
        Permission::FullControl => KeptPermission::FullControl,
        Permission::Write => KeptPermission::Write,
        Permission::WriteAcp => KeptPermission::WriteAcp,
        Permission::Read => KeptPermission::Read,
        Permission::ReadAcp => KeptPermission::ReadAcp,
    }
}

fn shown_permission(permission: KeptPermission) -> Permission {
    match permission {
        KeptPermission::FullControl => Permission::FullControl,
        KeptPermission::Write => Permission::Write,
        KeptPermission::WriteAcp => Permission::WriteAcp,
        KeptPermission::Read => Permission::Read,
        KeptPermission::ReadAcp => Permission::ReadAcp,
    }
}

#[cfg(test)]
mod tests {
    use cairn_catalog::rows::ObjectMeta;
    use cairn_policy::{Acl, BucketAccess, BucketRef, CannedAcl, Grant, Group, Ownership, Permission};
    use cairn_s3::S3ErrorCode;
    use cairn_s3::acl::CannedAcl as RequestedCanned;
    use cairn_types::record::Record;
    use cairn_types::{BucketName, CanonicalId};

    use super::{Given, canned_of};

    fn id(digit: &str) -> CanonicalId {
        CanonicalId { digits: digit.repeat(64) }
    }

    fn bucket(ownership: Ownership) -> BucketAccess {
        let name = BucketName::parse("bkt").expect("a name");
        let access = BucketAccess::private(BucketRef { namespace: "", name: &name }, id("a"));
        BucketAccess { ownership, ..access }
    }

    #[test]
    fn every_canned_list_of_a_request_is_one_of_decisions() {
        for canned in RequestedCanned::ALL {
            assert_eq!(canned_of(canned.as_str()).map(CannedAcl::as_str), Ok(canned.as_str()));
        }
    }

    #[test]
    fn a_new_object_keeps_whose_it_is_and_whatever_list_was_given() {
        let mut meta = ObjectMeta::default();
        Given::Nothing.stamp(&bucket(Ownership::ObjectWriter), &id("b"), &mut meta).expect("taken");
        assert_eq!((&meta.owner, &meta.acl, &meta.uploader), (&id("b"), &None, &None));
        let private = Given::Canned(CannedAcl::Private);
        private.stamp(&bucket(Ownership::ObjectWriter), &id("b"), &mut meta).expect("taken");
        assert_eq!(meta.acl.clone().map(|acl| Acl::decode(acl).expect("a list")), Some(Acl::private(&id("b"))));
        let handed_over = Given::Canned(CannedAcl::BucketOwnerFullControl);
        handed_over.stamp(&bucket(Ownership::BucketOwnerPreferred), &id("b"), &mut meta).expect("taken");
        assert_eq!((&meta.owner, &meta.uploader), (&id("a"), &Some(id("b"))));
    }

    #[test]
    fn lists_are_refused_where_they_are_off_or_public_ones_blocked() {
        let public = Given::Canned(CannedAcl::PublicRead);
        let code = |given: &Given, bucket: &BucketAccess| {
            given.for_object(bucket, &bucket.owner).err().map(|error| error.code)
        };
        let off = bucket(Ownership::BucketOwnerEnforced);
        assert_eq!(code(&public, &off), Some(S3ErrorCode::AccessControlListNotSupported));
        assert_eq!(code(&Given::Nothing, &off), None);
        let mut blocked = bucket(Ownership::ObjectWriter);
        assert_eq!(code(&public, &blocked), None);
        blocked.public_access_block.block_public_acls = true;
        assert_eq!(code(&public, &blocked), Some(S3ErrorCode::AccessDenied));
        let grants = Acl::new(vec![Grant::to_group(Group::AuthenticatedUsers, Permission::Read)]).expect("few");
        assert_eq!(code(&Given::Grants(grants.clone()), &blocked), Some(S3ErrorCode::AccessDenied));
        let document = Given::Document(id("c"), Acl::private(&id("a")));
        assert_eq!(code(&document, &blocked), Some(S3ErrorCode::AccessDenied));
    }
}
