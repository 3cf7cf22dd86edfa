//! ACLs: grants of the canned ones, what each permission allows, the bytes that are kept, and the table of what anonymous
//! callers and other accounts may.

mod support;

use bytes::Bytes;
use cairn_policy::limits::ACL_GRANTS_MAX;
use cairn_policy::{
    Acl, AclError, AclTarget, Action, Allowed, BucketAccess, CannedAcl, Decision, Grant, Grantee, Group, ObjectState,
    Permission, Resource,
};
use cairn_types::CanonicalId;
use cairn_types::record::{FieldError, Record};
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use support::{Caller, OTHER, OWNER, THIRD, bucket_canned, canonical, object_acl, private_bucket};

const PERMISSIONS: [Permission; 5] =
    [Permission::Read, Permission::Write, Permission::ReadAcp, Permission::WriteAcp, Permission::FullControl];
const GROUPS: [Group; 3] = [Group::AllUsers, Group::AuthenticatedUsers, Group::LogDelivery];

fn shown(acl: &Acl) -> Vec<String> {
    let grantee = |grantee: &Grantee| match grantee {
        Grantee::Account(account) => account.digits[..1].to_owned(),
        Grantee::Group(group) => format!("{group:?}"),
    };
    acl.grants.iter().map(|grant| format!("{} {}", grantee(&grant.grantee), grant.permission.as_str())).collect()
}

#[test]
fn canned_acls_are_the_grants_that_s3_says() {
    use CannedAcl::{
        AuthenticatedRead, AwsExecRead, BucketOwnerFullControl, BucketOwnerRead, LogDeliveryWrite, Private, PublicRead,
        PublicReadWrite,
    };
    let owners = ["b FULL_CONTROL"];
    let of_bucket: &[(CannedAcl, &[&str])] = &[
        (Private, &[]),
        (PublicRead, &["AllUsers READ"]),
        (PublicReadWrite, &["AllUsers READ", "AllUsers WRITE"]),
        (AuthenticatedRead, &["AuthenticatedUsers READ"]),
        (AwsExecRead, &[]),
        (BucketOwnerRead, &[]),
        (BucketOwnerFullControl, &[]),
        (LogDeliveryWrite, &["LogDelivery WRITE", "LogDelivery READ_ACP"]),
    ];
    let of_object = |canned, more: &'static [&'static str]| match canned {
        BucketOwnerRead => &["a READ"][..],
        BucketOwnerFullControl => &["a FULL_CONTROL"],
        _ => more,
    };
    let (owner, bucket_owner) = (canonical(OTHER), canonical(OWNER));
    for (canned, more) in of_bucket.iter().copied() {
        let on_bucket = canned.acl(AclTarget::Bucket { owner: &owner }).expect("an ACL of buckets");
        assert_eq!(shown(&on_bucket), [&owners[..], more].concat(), "{canned:?}");
        match canned.acl(AclTarget::Object { owner: &owner, bucket_owner: &bucket_owner }) {
            Ok(acl) => assert_eq!(shown(&acl), [&owners[..], of_object(canned, more)].concat(), "{canned:?}"),
            Err(error) => assert_eq!((canned, error), (LogDeliveryWrite, AclError::NotOfObjects)),
        }
        // The bucket's owner is not granted again what they have.
        if let Ok(acl) = canned.acl(AclTarget::Object { owner: &owner, bucket_owner: &owner }) {
            assert_eq!(shown(&acl), [&owners[..], more].concat(), "{canned:?}");
        }
        assert_eq!(CannedAcl::parse(canned.as_str()), Some(canned));
    }
    assert_eq!(of_bucket.len(), CannedAcl::ALL.len());
    for text in ["", "Private", "default", "public"] {
        assert_eq!(CannedAcl::parse(text), None);
    }
}

#[test]
fn names_of_permissions_and_groups_read_as_they_print() {
    for permission in PERMISSIONS {
        assert_eq!(Permission::parse(permission.as_str()), Some(permission));
    }
    for group in GROUPS {
        assert_eq!(Group::parse(group.uri()), Some(group));
        assert_eq!(group.is_public(), group != Group::LogDelivery);
    }
    assert_eq!(Permission::parse("read"), None);
    assert_eq!(Group::parse("http://acs.amazonaws.com/groups/global/Everybody"), None);
}

/// The actions that a permission allows, of all.
fn allowed(on_bucket: bool, permission: Permission) -> Vec<Action> {
    let acl = Acl::new(vec![Grant::to_account(&canonical(OTHER), permission)]).expect("few grants");
    let owner = canonical(OWNER);
    let caller = Caller::account(OTHER);
    let is_allowed = |action: &Action| {
        if *action == Action::GetCallerIdentity {
            return false;
        }
        let (bucket_acl, state) = match on_bucket {
            true => (Some(acl.clone()), ObjectState::Absent),
            false => (None, ObjectState::Present { owner: &owner, acl: Some(&acl) }),
        };
        let bucket = BucketAccess { acl: bucket_acl, ..private_bucket() };
        caller.ask_object(*action, &bucket, "k", state).is_allowed()
    };
    Action::ALL.iter().copied().filter(is_allowed).collect()
}

#[test]
fn a_permission_allows_the_actions_that_s3_says_and_no_other() {
    use Action as A;
    let on_bucket = [
        vec![A::ListBucket, A::ListBucketVersions, A::ListBucketMultipartUploads],
        vec![A::PutObject, A::PutObjectAcl, A::DeleteObject],
        vec![A::GetBucketAcl],
        vec![A::PutBucketAcl],
    ];
    let on_object = [
        vec![
            A::GetObject,
            A::GetObjectVersion,
            A::GetObjectAttributes,
            A::GetObjectVersionAttributes,
            A::GetObjectTorrent,
            A::GetObjectVersionTorrent,
        ],
        vec![],
        vec![A::GetObjectAcl, A::GetObjectVersionAcl],
        vec![A::PutObjectAcl, A::PutObjectVersionAcl],
    ];
    for (is_bucket, table) in [(true, on_bucket), (false, on_object)] {
        for (permission, mut wanted) in PERMISSIONS.into_iter().zip(table.clone()) {
            wanted.sort();
            assert_eq!(allowed(is_bucket, permission), wanted, "{permission:?}");
        }
        let mut all = table.concat();
        all.sort();
        assert_eq!(allowed(is_bucket, Permission::FullControl), all);
    }
}

#[test]
fn groups_hold_whom_their_names_say() {
    for (group, anonymous, known) in
        [(Group::AllUsers, true, true), (Group::AuthenticatedUsers, false, true), (Group::LogDelivery, false, false)]
    {
        let acl = Acl::new(vec![Grant::to_group(group, Permission::Read)]).expect("few grants");
        assert!(acl.grants(&Grantee::Group(group), Permission::Read));
        assert!(!acl.grants(&Grantee::Group(group), Permission::Write));
        let bucket = BucketAccess { acl: Some(acl), ..private_bucket() };
        assert_eq!(Caller::anonymous().may(Action::ListBucket, &bucket), anonymous);
        assert_eq!(Caller::account(OTHER).may(Action::ListBucket, &bucket), known);
        // A user of another account needs their own side too, one of the owner's does not.
        assert!(!Caller::user(OTHER, "Bob").may(Action::ListBucket, &bucket));
        assert_eq!(Caller::user(OTHER, "Bob").allowed("s3:*").may(Action::ListBucket, &bucket), known);
        assert_eq!(Caller::user(OWNER, "Bob").may(Action::ListBucket, &bucket), known);
    }
}

#[test]
fn write_on_a_bucket_is_for_putting_and_for_deleting_ones_own() {
    let bucket = bucket_canned(CannedAcl::PublicReadWrite);
    let (of_owner, of_other) = (canonical(OWNER), canonical(OTHER));
    let present = |owner| ObjectState::Present { owner, acl: None };
    let other = Caller::account(OTHER);
    let ask = |caller: &Caller, action, state| caller.ask_object(action, &bucket, "k", state);
    assert_eq!(ask(&other, Action::PutObject, ObjectState::Unread), Decision::Allow(Allowed::BucketAcl));
    assert!(ask(&other, Action::PutObject, present(&of_owner)).is_allowed());
    assert_eq!(ask(&other, Action::DeleteObject, ObjectState::Unread), Decision::NeedsObject);
    assert!(ask(&other, Action::DeleteObject, present(&of_other)).is_allowed());
    assert!(!ask(&other, Action::DeleteObject, present(&of_owner)).is_allowed());
    assert!(!ask(&Caller::anonymous(), Action::DeleteObject, present(&of_owner)).is_allowed());
    assert!(!ask(&other, Action::DeleteObjectVersion, present(&of_other)).is_allowed());
    // Whoever writes an object gives it its ACL; the one that is there is not theirs.
    assert!(ask(&other, Action::PutObjectAcl, ObjectState::Absent).is_allowed());
    assert!(!ask(&other, Action::PutObjectAcl, present(&of_owner)).is_allowed());
}

#[test]
fn public_acls_are_those_that_grant_to_everybody() {
    for canned in CannedAcl::ALL {
        let is_public =
            matches!(canned, CannedAcl::PublicRead | CannedAcl::PublicReadWrite | CannedAcl::AuthenticatedRead);
        let acl = canned.acl(AclTarget::Bucket { owner: &canonical(OWNER) }).expect("an ACL of buckets");
        assert_eq!(acl.is_public(), is_public, "{canned:?}");
    }
    assert!(!Acl::private(&canonical(OWNER)).grants_others(&canonical(OWNER)));
    assert!(Acl::private(&canonical(OWNER)).grants_others(&canonical(OTHER)));
    let logs = CannedAcl::LogDeliveryWrite.acl(AclTarget::Bucket { owner: &canonical(OWNER) }).expect("an ACL");
    assert!(logs.grants_others(&canonical(OWNER)));
}

/// The table of what ACLs mean to anonymous callers and to other accounts, as S3 has it.
mod table {
    use super::*;

    struct Given {
        bucket: BucketAccess,
        object: Option<Acl>,
    }

    impl Given {
        fn new(bucket: CannedAcl, object: Option<CannedAcl>) -> Self {
            Self { bucket: bucket_canned(bucket), object: object.map(|canned| object_acl(canned, OWNER)) }
        }

        fn may(&self, caller: &Caller, action: Action) -> bool {
            let owner = canonical(OWNER);
            let state = ObjectState::Present { owner: &owner, acl: self.object.as_ref() };
            caller.ask_object(action, &self.bucket, "k", state).is_allowed()
        }

        fn get_put_delete(&self, caller: &Caller) -> [bool; 3] {
            [Action::GetObject, Action::PutObject, Action::DeleteObject].map(|action| self.may(caller, action))
        }
    }

    #[test]
    fn a1_a_public_bucket_lists_its_objects_and_does_not_hand_them_out() {
        // Objects inherit nothing from their bucket in S3.
        let given = Given::new(CannedAcl::PublicRead, None);
        assert_eq!(given.get_put_delete(&Caller::anonymous()), [false; 3]);
        assert!(Caller::anonymous().may(Action::ListBucket, &given.bucket));
    }

    #[test]
    fn a2_a_private_object_of_a_public_bucket_is_not_read() {
        let given = Given::new(CannedAcl::PublicRead, Some(CannedAcl::Private));
        assert_eq!(given.get_put_delete(&Caller::anonymous()), [false; 3]);
    }

    #[test]
    fn a3_a_public_object_of_a_private_bucket_is_read() {
        let given = Given::new(CannedAcl::Private, Some(CannedAcl::PublicRead));
        assert_eq!(given.get_put_delete(&Caller::anonymous()), [true, false, false]);
        assert!(!Caller::anonymous().may(Action::ListBucket, &given.bucket));
    }

    #[test]
    fn a4_everybody_puts_into_a_public_bucket_but_not_in_parts() {
        let bucket = bucket_canned(CannedAcl::PublicReadWrite);
        let ask = |state| Caller::anonymous().ask_object(Action::PutObject, &bucket, "k", state);
        assert!(ask(ObjectState::Absent).is_allowed());
        assert_eq!(ask(ObjectState::Unread), Decision::NeedsObject);
        assert!(!ask(ObjectState::Upload { initiator: None }).is_allowed());
    }

    #[test]
    fn a5_nobody_unknown_overwrites_an_object_that_was_made_private() {
        let given = Given::new(CannedAcl::PublicReadWrite, Some(CannedAcl::Private));
        assert_eq!(given.get_put_delete(&Caller::anonymous()), [false; 3]);
        assert_eq!(given.get_put_delete(&Caller::account(OTHER)), [false, true, false]);
        let given = Given::new(CannedAcl::PublicReadWrite, None);
        assert_eq!(given.get_put_delete(&Caller::anonymous()), [false, true, false]);
    }

    #[test]
    fn a6_acls_are_for_the_owner_and_whom_they_authorise() {
        let on_bucket = [Action::GetBucketAcl, Action::PutBucketAcl];
        let on_object = [Action::GetObjectAcl, Action::PutObjectAcl];
        for canned in CannedAcl::ALL.iter().filter(|canned| **canned != CannedAcl::LogDeliveryWrite) {
            let given = Given::new(*canned, Some(*canned));
            for (caller, may) in [
                (Caller::anonymous(), false),
                (Caller::account(OTHER), false),
                (Caller::user(OTHER, "Bob").allowed("s3:*"), false),
                (Caller::account(OWNER), true),
                (Caller::user(OWNER, "Bob").allowed("s3:*"), true),
                (Caller::user(OWNER, "Bob"), false),
            ] {
                for action in on_bucket {
                    assert_eq!(caller.may(action, &given.bucket), may, "{canned:?} {action:?}");
                }
                for action in on_object {
                    assert_eq!(given.may(&caller, action), may, "{canned:?} {action:?}");
                }
            }
        }
    }

    #[test]
    fn a7_authenticated_read_is_for_whoever_is_known() {
        let given = Given::new(CannedAcl::AuthenticatedRead, Some(CannedAcl::AuthenticatedRead));
        assert_eq!(given.get_put_delete(&Caller::anonymous()), [false; 3]);
        assert_eq!(given.get_put_delete(&Caller::account(THIRD)), [true, false, false]);
        assert!(Caller::account(THIRD).may(Action::ListBucket, &given.bucket));
    }

    #[test]
    fn a8_nobody_unknown_visits_a_private_bucket() {
        let given = Given::new(CannedAcl::Private, None);
        assert_eq!(given.get_put_delete(&Caller::anonymous()), [false; 3]);
        let decision = Caller::anonymous().ask(Action::ListBucket, Resource::Bucket(&given.bucket));
        assert!(matches!(decision, Decision::Deny(_)));
    }
}

fn any_grantee() -> impl Strategy<Value = Grantee> {
    prop_oneof![
        "[0-9a-f]{64}".prop_map(|digits| Grantee::Account(CanonicalId { digits })),
        (0..GROUPS.len()).prop_map(|index| Grantee::Group(GROUPS[index])),
        Just(Grantee::default()),
    ]
}

proptest! {
    #![proptest_config(support::cases(256))]

    #[test]
    fn acls_survive_their_encoding(grants in proptest::collection::vec((any_grantee(), 0..PERMISSIONS.len()), 0..9)) {
        let grant = |(grantee, index): (Grantee, usize)| Grant { grantee, permission: PERMISSIONS[index] };
        let acl = Acl::new(grants.into_iter().map(grant).collect()).expect("few grants");
        prop_assert_eq!(Acl::decode(acl.encode()), Ok(acl));
    }

    #[test]
    fn any_bytes_are_an_acl_or_are_refused(bytes in any::<Vec<u8>>()) {
        let _ = Acl::decode(bytes);
    }
}

#[test]
fn golden_bytes_stay() {
    let owner = CanonicalId { digits: "ab".to_owned() };
    let acl = Acl::new(vec![
        Grant::to_account(&owner, Permission::FullControl),
        Grant::to_account(&owner, Permission::Read),
        Grant::to_group(Group::AllUsers, Permission::Read),
        Grant::to_group(Group::AuthenticatedUsers, Permission::Write),
        Grant::to_group(Group::LogDelivery, Permission::ReadAcp),
        Grant::to_group(Group::AllUsers, Permission::WriteAcp),
    ])
    .expect("few grants");
    let golden = "0a0a0a060a040a02616210050a080a060a040a0261620a040a0210010a060a021002100\
                  20a060a02100310030a060a0210011004";
    let bytes = hex::encode(acl.encode());
    assert_eq!(bytes, golden);
    assert_eq!(Acl::decode(Bytes::from(hex::decode(golden).expect("hex"))), Ok(acl));
}

#[test]
fn what_a_newer_version_wrote_is_kept_and_what_it_grants_is_refused() {
    let newer = Bytes::from_static(b"\x12\x02hi");
    let acl = Acl::decode(newer.clone()).expect("a newer ACL");
    assert_eq!((acl.grants.len(), acl.encode()), (0, newer));
    // A permission or a group that this version does not know must not be taken for another.
    for unknown in [&b"\x0a\x06\x0a\x02\x10\x01\x10\x06"[..], b"\x0a\x04\x0a\x02\x10\x04", b"\x0a\x02\x18\x01"] {
        assert!(matches!(Acl::decode(Bytes::copy_from_slice(unknown)), Err(FieldError::OutOfRange | FieldError::Form)));
    }
}

#[test]
fn an_acl_has_at_most_a_hundred_grants() {
    let grants = vec![Grant::to_group(Group::AllUsers, Permission::Read); ACL_GRANTS_MAX];
    assert!(Acl::new(grants.clone()).is_ok());
    assert_eq!(Acl::new([grants, vec![Grant::default()]].concat()), Err(AclError::TooManyGrants));
}

#[test]
fn the_page_of_formats_names_every_field() {
    let (page, source) = (include_str!("../../../docs/formats/acl.md"), include_str!("../acl/document.rs"));
    let mut rows = 0;
    for line in source.lines().filter_map(|line| line.trim().strip_suffix(',')) {
        let Some((tag, rest)) = line.split_once(" => ").filter(|(tag, _)| tag.parse::<u32>().is_ok()) else { continue };
        let name = rest.trim_start_matches("pub ").split([':', '(']).next().expect("a name");
        assert!(page.contains(&format!("| {tag} | `{name}` |")), "not documented: {line}");
        rows += 1;
    }
    assert_eq!(rows, 13);
}
