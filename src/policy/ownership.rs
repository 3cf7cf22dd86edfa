//! Who owns what others write.

use cairn_types::CanonicalId;

use crate::acl::{Acl, CannedAcl, Grantee, Permission};

/// The ownership controls of a bucket.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Ownership {
    /// The writer.
    #[default]
    ObjectWriter,
    /// The bucket's owner, if the writer gives them full control.
    BucketOwnerPreferred,
    /// The bucket's owner; ACLs are off.
    BucketOwnerEnforced,
}

/// The ACL that a request gives.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum GivenAcl<'a> {
    /// None.
    Nothing,
    /// One by name.
    Canned(CannedAcl),
    /// Grants.
    Grants(&'a Acl),
}

impl Ownership {
    /// Whether ACLs say anything.
    pub fn has_acls(self) -> bool {
        self != Self::BucketOwnerEnforced
    }

    /// Whether a request may give this ACL: where ACLs are off, only none, or the one that says what is so anyway. S3:
    /// `AccessControlListNotSupported`.
    pub fn takes(self, given: GivenAcl<'_>, bucket_owner: &CanonicalId) -> bool {
        match given {
            GivenAcl::Nothing => true,
            _ if self.has_acls() => true,
            GivenAcl::Canned(canned) => canned == CannedAcl::BucketOwnerFullControl,
            GivenAcl::Grants(acl) => {
                !acl.grants.is_empty() && !acl.grants_others(bucket_owner) && {
                    let owner = Grantee::Account(bucket_owner.clone());
                    acl.grants(&owner, Permission::FullControl)
                }
            }
        }
    }

    /// The owner of an object that `writer` writes with this ACL.
    pub fn owner_of_new<'a>(
        self,
        writer: &'a CanonicalId,
        bucket_owner: &'a CanonicalId,
        given: GivenAcl<'_>,
    ) -> &'a CanonicalId {
        // Only the canned ACL hands an object over; the same grants in headers do not.
        let hands_over = given == GivenAcl::Canned(CannedAcl::BucketOwnerFullControl);
        match self {
            Self::ObjectWriter => writer,
            Self::BucketOwnerPreferred if hands_over => bucket_owner,
            Self::BucketOwnerPreferred => writer,
            Self::BucketOwnerEnforced => bucket_owner,
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::CanonicalId;

    use super::{Acl, CannedAcl, GivenAcl, Ownership};
    use crate::acl::{Grant, Group, Permission};

    fn id(digit: &str) -> CanonicalId {
        CanonicalId { digits: digit.repeat(64) }
    }

    #[test]
    fn an_object_belongs_to_its_writer_until_the_bucket_says_otherwise() {
        let (writer, owner) = (id("b"), id("a"));
        let full_control = GivenAcl::Canned(CannedAcl::BucketOwnerFullControl);
        for (ownership, given, wanted) in [
            (Ownership::ObjectWriter, GivenAcl::Nothing, &writer),
            (Ownership::ObjectWriter, full_control, &writer),
            (Ownership::BucketOwnerPreferred, GivenAcl::Nothing, &writer),
            (Ownership::BucketOwnerPreferred, GivenAcl::Canned(CannedAcl::BucketOwnerRead), &writer),
            (Ownership::BucketOwnerPreferred, full_control, &owner),
            (Ownership::BucketOwnerEnforced, GivenAcl::Nothing, &owner),
        ] {
            assert_eq!(ownership.owner_of_new(&writer, &owner, given), wanted, "{ownership:?} {given:?}");
        }
        assert_eq!(Ownership::default(), Ownership::ObjectWriter);
    }

    #[test]
    fn where_acls_are_off_only_the_one_that_changes_nothing_is_taken() {
        let owner = id("a");
        let public = Acl::new(vec![Grant::to_group(Group::AllUsers, Permission::Read)]).expect("few grants");
        let own = Acl::private(&owner);
        let (enforced, writer) = (Ownership::BucketOwnerEnforced, Ownership::ObjectWriter);
        assert!(enforced.takes(GivenAcl::Nothing, &owner));
        assert!(enforced.takes(GivenAcl::Canned(CannedAcl::BucketOwnerFullControl), &owner));
        assert!(enforced.takes(GivenAcl::Grants(&own), &owner));
        assert!(!enforced.takes(GivenAcl::Grants(&own), &id("b")));
        assert!(!enforced.takes(GivenAcl::Grants(&public), &owner));
        for canned in CannedAcl::ALL {
            assert_eq!(enforced.takes(GivenAcl::Canned(*canned), &owner), *canned == CannedAcl::BucketOwnerFullControl);
            assert!(writer.takes(GivenAcl::Canned(*canned), &owner));
        }
    }
}
