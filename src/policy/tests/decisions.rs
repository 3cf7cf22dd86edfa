//! The rules of the decision, one by one.

mod support;

use cairn_policy::{
    Acl, Action, Allowed, BucketAccess, BucketRef, CannedAcl, Decision, Denied, Grant, Group, ObjectState, Ownership,
    Permission, PublicAccessBlock, Resource,
};
use serde_json::{Value as Json, json};
use support::{
    BUCKET, Caller, OTHER, OWNER, THIRD, bucket_canned, bucket_name, bucket_with, canonical, object_acl, policy_of,
    private_bucket,
};

/// A statement on the bucket and all in it.
fn about(effect: &str, principal: Json, action: &str) -> Json {
    policy_of(json!({"Sid": "1", "Effect": effect, "Principal": principal, "Action": action,
        "Resource": ["arn:aws:s3:::examplebucket", "arn:aws:s3:::examplebucket/*"]}))
}

fn allow(principal: Json, action: &str) -> BucketAccess {
    bucket_with(&about("Allow", principal, action))
}

fn deny(principal: Json, action: &str) -> BucketAccess {
    bucket_with(&about("Deny", principal, action))
}

/// A bucket whose policy allows everybody everything but what `denied` says.
fn allow_but(mut denied: Json) -> BucketAccess {
    let mut document = about("Allow", json!("*"), "s3:*");
    let statements = document["Statement"].as_array_mut().expect("statements");
    statements.append(denied["Statement"].as_array_mut().expect("statements"));
    bucket_with(&document)
}

fn identity(effect: &str, action: &str, resource: &str) -> Json {
    policy_of(json!({"Effect": effect, "Action": action, "Resource": resource}))
}

const TO_OTHER: &str = "arn:aws:iam::222222222222:root";
const TO_BOB: &str = "arn:aws:iam::111111111111:user/Bob";
const TO_OTHERS_BOB: &str = "arn:aws:iam::222222222222:user/Bob";

#[test]
fn what_no_rule_allows_is_refused() {
    let bucket = private_bucket();
    for caller in [Caller::anonymous(), Caller::account(OTHER), Caller::user(OWNER, "Bob"), Caller::user(OTHER, "Bob")]
    {
        for action in Action::ALL.iter().filter(|action| **action != Action::GetCallerIdentity) {
            assert!(!caller.may(*action, &bucket), "{action:?} {:?}", caller.principal);
            assert!(!caller.may_with(*action, &bucket, "k"), "{action:?} {:?}", caller.principal);
        }
    }
}

#[test]
fn an_account_may_do_everything_with_its_own() {
    let (bucket, owner) = (private_bucket(), Caller::account(OWNER));
    for action in Action::ALL.iter().filter(|action| **action != Action::GetCallerIdentity) {
        assert_eq!(owner.ask(*action, Resource::Bucket(&bucket)), Decision::Allow(Allowed::Owner));
        assert!(owner.may_with(*action, &bucket, "k"));
        assert_eq!(owner.ask(*action, Resource::OwnAccount), Decision::Allow(Allowed::Owner));
    }
    let name = bucket_name(BUCKET);
    let new = Resource::NewBucket(BucketRef { namespace: "", name: &name });
    assert!(owner.ask(Action::CreateBucket, new).is_allowed());
    assert!(!Caller::anonymous().ask(Action::CreateBucket, new).is_allowed());
    assert!(!Caller::anonymous().ask(Action::ListAllMyBuckets, Resource::OwnAccount).is_allowed());
}

#[test]
fn whoever_is_known_may_ask_who_they_are_even_if_denied() {
    let nothing = identity("Deny", "*", "*");
    let bob = Caller::user(OWNER, "Bob").with(&nothing);
    assert_eq!(bob.ask(Action::GetCallerIdentity, Resource::OwnAccount), Decision::Allow(Allowed::Anyone));
    assert!(!Caller::anonymous().ask(Action::GetCallerIdentity, Resource::OwnAccount).is_allowed());
}

#[test]
fn a_user_may_do_what_a_policy_of_theirs_allows_on_what_it_names() {
    let bucket = private_bucket();
    let bob = Caller::user(OWNER, "Bob")
        .with(&identity("Allow", "s3:ListBucket", "arn:aws:s3:::examplebucket"))
        .with(&identity("Allow", "s3:GetObject", "arn:aws:s3:::examplebucket/a/*"));
    assert!(bob.may(Action::ListBucket, &bucket) && !bob.may(Action::DeleteBucket, &bucket));
    assert_eq!(
        bob.ask_object(Action::GetObject, &bucket, "a/1", ObjectState::Absent),
        Decision::Allow(Allowed::IdentityPolicy { policy: 1, statement: 0 })
    );
    assert!(!bob.may_with(Action::GetObject, &bucket, "b/1"));
    let name = bucket_name("new-bucket");
    let new = Resource::NewBucket(BucketRef { namespace: "", name: &name });
    let maker = |resource| Caller::user(OWNER, "Bob").with(&identity("Allow", "s3:CreateBucket", resource));
    assert!(maker("arn:aws:s3:::new-*").ask(Action::CreateBucket, new).is_allowed());
    assert!(!maker("arn:aws:s3:::old-*").ask(Action::CreateBucket, new).is_allowed());
    let lister = |resource| Caller::user(OWNER, "Bob").with(&identity("Allow", "s3:ListAllMyBuckets", resource));
    for (resource, may) in [("*", true), ("arn:aws:s3:::*", true), ("arn:aws:s3:::examplebucket", false)] {
        assert_eq!(
            lister(resource).ask(Action::ListAllMyBuckets, Resource::OwnAccount).is_allowed(),
            may,
            "{resource}"
        );
    }
}

#[test]
fn an_explicit_deny_outweighs_everything() {
    let everything = || Caller::user(OWNER, "Bob").allowed("*");
    let denied = everything().with(&identity("Deny", "s3:DeleteObject", "*"));
    let bucket = private_bucket();
    assert_eq!(
        denied.ask_object(Action::DeleteObject, &bucket, "k", ObjectState::Unread),
        Decision::Deny(Denied::IdentityPolicy { policy: 1, statement: 0 })
    );
    assert!(denied.may_with(Action::PutObject, &bucket, "k"));

    let by_bucket = Decision::Deny(Denied::BucketPolicy { statement: 1 });
    let bucket = allow_but(about("Deny", json!("*"), "s3:DeleteObject"));
    for caller in [everything(), Caller::account(OWNER), Caller::account(OTHER), Caller::anonymous()] {
        assert_eq!(caller.ask_object(Action::DeleteObject, &bucket, "k", ObjectState::Unread), by_bucket);
        assert!(caller.may_with(Action::GetObject, &bucket, "k"));
    }
    // Naming an account denies everybody in it, whatever the object's owner says.
    let bucket = allow_but(about("Deny", json!({"AWS": TO_OTHER}), "s3:*"));
    let acl = object_acl(CannedAcl::PublicRead, OTHER);
    let state = ObjectState::Present { owner: &canonical(OTHER), acl: Some(&acl) };
    for caller in [Caller::account(OTHER), Caller::user(OTHER, "Bob").allowed("*")] {
        assert_eq!(caller.ask_object(Action::GetObject, &bucket, "k", state), by_bucket);
    }
    assert!(Caller::account(THIRD).ask_object(Action::GetObject, &bucket, "k", state).is_allowed());
}

#[test]
fn an_account_can_always_mend_the_policy_of_its_bucket() {
    let bucket = deny(json!("*"), "s3:*");
    let mending = [Action::GetBucketPolicy, Action::PutBucketPolicy, Action::DeleteBucketPolicy];
    for action in Action::ALL.iter().filter(|action| **action != Action::GetCallerIdentity) {
        assert_eq!(Caller::account(OWNER).may(*action, &bucket), mending.contains(action), "{action:?}");
        assert!(!Caller::user(OWNER, "Bob").allowed("*").may(*action, &bucket), "{action:?}");
        assert!(!Caller::account(OTHER).may(*action, &bucket), "{action:?}");
    }
}

#[test]
fn a_policy_is_managed_from_the_buckets_own_account_only() {
    let bucket = allow(json!("*"), "s3:*");
    for action in [Action::GetBucketPolicy, Action::PutBucketPolicy, Action::DeleteBucketPolicy] {
        for caller in [Caller::account(OTHER), Caller::user(OTHER, "Bob").allowed("*"), Caller::anonymous()] {
            let decision = caller.ask(action, Resource::Bucket(&bucket));
            assert_eq!(decision, Decision::Deny(Denied::OtherAccount));
        }
        let decision = Caller::account(OTHER).ask(action, Resource::Bucket(&private_bucket()));
        assert_eq!(decision, Decision::Deny(Denied::NoGrant));
        assert!(Caller::user(OWNER, "Bob").may(action, &bucket));
    }
    assert!(Caller::account(OTHER).may(Action::GetBucketPolicyStatus, &bucket));
}

#[test]
fn within_an_account_either_side_is_enough_if_it_names_the_user() {
    let bob = Caller::user(OWNER, "Bob");
    let eve = Caller::user(OWNER, "Eve");
    let bucket = allow(json!({"AWS": TO_BOB}), "s3:GetObject");
    assert!(bob.may_with(Action::GetObject, &bucket, "k") && !eve.may_with(Action::GetObject, &bucket, "k"));
    let bucket = allow(json!("*"), "s3:GetObject");
    assert!(bob.may_with(Action::GetObject, &bucket, "k") && eve.may_with(Action::GetObject, &bucket, "k"));
    // Naming the account leaves it to the account's own policies.
    for principal in [json!({"AWS": "111111111111"}), json!({"CanonicalUser": canonical(OWNER).digits})] {
        let bucket = allow(principal, "s3:GetObject");
        assert!(!bob.may_with(Action::GetObject, &bucket, "k"));
        assert!(bob.clone().allowed("s3:GetObject").may_with(Action::GetObject, &bucket, "k"));
    }
}

#[test]
fn between_accounts_both_sides_are_needed() {
    for principal in [
        json!("*"),
        json!({"AWS": "222222222222"}),
        json!({"AWS": TO_OTHER}),
        json!({"AWS": TO_OTHERS_BOB}),
        json!({"CanonicalUser": canonical(OTHER).digits}),
    ] {
        let bucket = allow(principal.clone(), "s3:GetObject");
        let bob = Caller::user(OTHER, "Bob");
        let ask = |caller: &Caller| caller.ask_object(Action::GetObject, &bucket, "k", ObjectState::Absent);
        assert_eq!(ask(&bob), Decision::Deny(Denied::NoIdentityPolicy), "{principal}");
        let allowed = Decision::Allow(Allowed::BucketPolicy { statement: 0 });
        assert_eq!(ask(&bob.allowed("s3:GetObject")), allowed, "{principal}");
        // The account itself is one side already; a policy that names a user does not name it.
        assert_eq!(ask(&Caller::account(OTHER)).is_allowed(), principal != json!({"AWS": TO_OTHERS_BOB}));
        assert_eq!(ask(&Caller::account(THIRD)).is_allowed(), principal == json!("*"));
    }
    let allowed = Caller::user(OTHER, "Bob").allowed("s3:*");
    let decision = allowed.ask_object(Action::GetObject, &private_bucket(), "k", ObjectState::Absent);
    assert_eq!(decision, Decision::Deny(Denied::NoGrant));
}

#[test]
fn anonymous_callers_may_what_everybody_may() {
    let ask = |bucket: &BucketAccess| Caller::anonymous().may_with(Action::GetObject, bucket, "k");
    assert!(ask(&allow(json!("*"), "s3:GetObject")) && ask(&allow(json!({"AWS": "*"}), "s3:GetObject")));
    for principal in
        [json!({"AWS": TO_OTHER}), json!({"Service": "x"}), json!({"CanonicalUser": canonical(OTHER).digits})]
    {
        assert!(!ask(&allow(principal, "s3:*")));
    }
}

#[test]
fn not_principal_exempts_exactly_whom_it_names() {
    let bucket =
        allow_but(policy_of(json!({"Effect": "Deny", "NotPrincipal": {"AWS": [TO_BOB, TO_OTHER]}, "Action": "s3:*",
        "Resource": "arn:aws:s3:::examplebucket/*"})));
    for (caller, may) in [
        (Caller::user(OWNER, "Bob"), true),
        (Caller::account(OTHER), true),
        (Caller::account(OWNER), false),
        (Caller::user(OWNER, "Eve").allowed("*"), false),
        (Caller::user(OTHER, "Bob").allowed("*"), false),
        (Caller::account(THIRD), false),
        (Caller::anonymous(), false),
    ] {
        assert_eq!(caller.may_with(Action::GetObject, &bucket, "k"), may, "{:?}", caller.principal);
    }
}

#[test]
fn not_action_and_not_resource_name_all_others() {
    let statement = json!({"Effect": "Allow", "Principal": "*", "NotAction": ["s3:Delete*", "s3:Put*"],
        "NotResource": ["arn:aws:s3:::examplebucket/secret/*"]});
    let bucket = bucket_with(&policy_of(statement));
    let anyone = Caller::anonymous();
    assert!(anyone.may_with(Action::GetObject, &bucket, "open/k") && anyone.may(Action::ListBucket, &bucket));
    assert!(!anyone.may_with(Action::GetObject, &bucket, "secret/k"));
    assert!(!anyone.may_with(Action::DeleteObject, &bucket, "open/k") && !anyone.may(Action::PutBucketAcl, &bucket));
}

#[test]
fn a_user_with_a_path_is_named_with_it() {
    let mut bob = Caller::user(OWNER, "Bob");
    if let cairn_policy::Principal::User { path, .. } = &mut bob.principal {
        *path = "/team/x/".to_owned();
    }
    let ask = |name: &str| {
        let bucket = allow(json!({"AWS": format!("arn:aws:iam::111111111111:user/{name}")}), "s3:GetObject");
        bob.may_with(Action::GetObject, &bucket, "k")
    };
    assert!(ask("team/x/Bob"));
    assert!(!ask("Bob") && !ask("team/Bob") && !ask("team/x/Eve"));
}

#[test]
fn the_buckets_policy_says_nothing_about_reading_objects_of_others() {
    let bucket = allow(json!("*"), "s3:*");
    let of_other = canonical(OTHER);
    let private = ObjectState::Present { owner: &of_other, acl: None };
    let owner = Caller::account(OWNER);
    for action in [Action::GetObject, Action::GetObjectAcl, Action::PutObjectAcl, Action::GetObjectTagging] {
        for caller in
            [owner.clone(), Caller::account(THIRD), Caller::anonymous(), Caller::user(OWNER, "Bob").allowed("*")]
        {
            assert!(
                !caller.ask_object(action, &bucket, "k", private).is_allowed(),
                "{action:?} {:?}",
                caller.principal
            );
        }
        assert_eq!(Caller::account(OTHER).ask_object(action, &bucket, "k", private), Decision::Allow(Allowed::Owner));
        assert!(Caller::user(OTHER, "Bob").allowed("*").ask_object(action, &bucket, "k", private).is_allowed());
        assert!(!Caller::user(OTHER, "Bob").ask_object(action, &bucket, "k", private).is_allowed());
    }
    // But the bucket's owner may delete, lock and restore any, and let others do so.
    for action in [Action::DeleteObject, Action::DeleteObjectVersion, Action::RestoreObject, Action::PutObjectLegalHold]
    {
        assert!(owner.ask_object(action, &private_bucket(), "k", private).is_allowed());
        assert!(Caller::account(THIRD).ask_object(action, &bucket, "k", private).is_allowed());
    }
    // And deny anything with any.
    let denying = deny(json!({"AWS": TO_OTHER}), "s3:GetObject");
    assert!(!Caller::account(OTHER).ask_object(Action::GetObject, &denying, "k", private).is_allowed());
}

#[test]
fn full_control_for_the_buckets_owner_lets_them_and_their_users_read() {
    let acl = object_acl(CannedAcl::BucketOwnerFullControl, OTHER);
    let state = ObjectState::Present { owner: &canonical(OTHER), acl: Some(&acl) };
    let bucket = private_bucket();
    let ask = |caller: Caller, action| caller.ask_object(action, &bucket, "k", state);
    assert_eq!(ask(Caller::account(OWNER), Action::GetObject), Decision::Allow(Allowed::ObjectAcl));
    assert!(ask(Caller::account(OWNER), Action::PutObjectAcl).is_allowed());
    assert!(ask(Caller::user(OWNER, "Bob").allowed("s3:GetObject"), Action::GetObject).is_allowed());
    assert!(!ask(Caller::user(OWNER, "Bob"), Action::GetObject).is_allowed());
    assert!(!ask(Caller::account(OWNER), Action::GetObjectTagging).is_allowed(), "tags are not in ACLs");
    assert!(!ask(Caller::account(THIRD), Action::GetObject).is_allowed());
}

#[test]
fn enforced_ownership_switches_acls_off_and_gives_the_bucket_all_objects() {
    let enforced = |bucket| BucketAccess { ownership: Ownership::BucketOwnerEnforced, ..bucket };
    let acl = object_acl(CannedAcl::PublicRead, OTHER);
    let state = ObjectState::Present { owner: &canonical(OTHER), acl: Some(&acl) };
    let bucket = enforced(bucket_canned(CannedAcl::PublicReadWrite));
    let ask = |caller: Caller, action| caller.ask_object(action, &bucket, "k", state).is_allowed();
    assert!(ask(Caller::account(OWNER), Action::GetObject));
    for caller in [Caller::account(OTHER), Caller::anonymous()] {
        assert!(!ask(caller.clone(), Action::GetObject) && !ask(caller.clone(), Action::PutObject));
        assert!(!caller.may(Action::ListBucket, &bucket));
    }
    // Who owns an object that was not read yet is known all the same.
    let owner = Caller::account(OWNER);
    assert!(owner.ask_object(Action::GetObject, &bucket, "k", ObjectState::Unread).is_allowed());
    let preferred = BucketAccess { ownership: Ownership::BucketOwnerPreferred, ..private_bucket() };
    assert!(Caller::anonymous().ask_object(Action::GetObject, &preferred, "k", state).is_allowed());
}

#[test]
fn ignored_public_acls_grant_nothing_to_everybody_and_all_else_as_before() {
    let public_access_block = PublicAccessBlock { ignore_public_acls: true, ..PublicAccessBlock::default() };
    let mut acl = object_acl(CannedAcl::PublicRead, OWNER);
    acl.grants.push(Grant::to_account(&canonical(OTHER), Permission::Read));
    let owner = canonical(OWNER);
    let state = ObjectState::Present { owner: &owner, acl: Some(&acl) };
    let bucket = BucketAccess { public_access_block, ..bucket_canned(CannedAcl::PublicReadWrite) };
    let ask = |caller: Caller| caller.ask_object(Action::GetObject, &bucket, "k", state).is_allowed();
    assert!(!ask(Caller::anonymous()) && !ask(Caller::account(THIRD)) && ask(Caller::account(OTHER)));
    assert!(!Caller::anonymous().may(Action::ListBucket, &bucket));
    let authenticated = BucketAccess { public_access_block, ..bucket_canned(CannedAcl::AuthenticatedRead) };
    assert!(!Caller::account(OTHER).may(Action::ListBucket, &authenticated));
}

#[test]
fn a_restricted_public_policy_is_for_the_buckets_account_alone() {
    let public_access_block = PublicAccessBlock { restrict_public_buckets: true, ..PublicAccessBlock::default() };
    let mut document = about("Allow", json!("*"), "s3:GetObject");
    let also = about("Allow", json!({"AWS": TO_OTHER}), "s3:ListBucket")["Statement"][0].clone();
    document["Statement"].as_array_mut().expect("statements").push(also);
    let bucket = BucketAccess { public_access_block, ..bucket_with(&document) };
    let blocked = Decision::Deny(Denied::PublicAccessBlocked);
    let ask = |caller: Caller| caller.ask_object(Action::GetObject, &bucket, "k", ObjectState::Absent);
    assert_eq!(ask(Caller::anonymous()), blocked);
    assert_eq!(ask(Caller::account(OTHER)), blocked);
    assert!(ask(Caller::user(OWNER, "Bob")).is_allowed());
    // Also what it allows to accounts by name, as long as any of it is public.
    assert_eq!(Caller::account(OTHER).ask(Action::ListBucket, Resource::Bucket(&bucket)), blocked);
    let tame = about("Allow", json!({"AWS": TO_OTHER}), "s3:ListBucket");
    let bucket = BucketAccess { public_access_block, ..bucket_with(&tame) };
    assert!(Caller::account(OTHER).may(Action::ListBucket, &bucket));
    // ACLs are the other switch's.
    let bucket = BucketAccess { public_access_block, ..bucket_canned(CannedAcl::PublicRead) };
    assert!(Caller::anonymous().may(Action::ListBucket, &bucket));
}

#[test]
fn what_depends_on_the_object_asks_for_it() {
    let unread =
        |caller: &Caller, action, bucket: &BucketAccess| caller.ask_object(action, bucket, "k", ObjectState::Unread);
    // Who governs reading an object is its owner.
    for caller in [Caller::account(OWNER), Caller::anonymous(), Caller::account(OTHER)] {
        assert_eq!(unread(&caller, Action::GetObject, &private_bucket()), Decision::NeedsObject);
    }
    // Writing needs no look at what is there.
    assert!(unread(&Caller::account(OWNER), Action::PutObject, &private_bucket()).is_allowed());
    assert_eq!(unread(&Caller::account(OTHER), Action::PutObject, &private_bucket()), Decision::Deny(Denied::NoGrant));
    // A condition on its tags does.
    for effect in ["Allow", "Deny"] {
        let document =
            policy_of(json!({"Effect": effect, "Principal": {"AWS": TO_OTHER}, "Action": "s3:PutObjectTagging",
            "Resource": "arn:aws:s3:::examplebucket/*", "Condition": {"StringEquals":
            {"s3:ExistingObjectTag/team": "x", "s3:a": "1"}}}));
        let bucket = BucketAccess { ownership: Ownership::BucketOwnerEnforced, ..bucket_with(&document) };
        let caller = Caller::account(OTHER).says("s3:a", "1");
        assert_eq!(unread(&caller, Action::PutObjectTagging, &bucket), Decision::NeedsObject);
        assert!(unread(&Caller::account(OWNER), Action::PutObjectTagging, &bucket).is_allowed());
        // Not where another condition settles it.
        let decision = unread(&Caller::account(OTHER), Action::PutObjectTagging, &bucket);
        assert_eq!(decision, Decision::Deny(Denied::NoGrant));
        let tagged = caller.says("s3:ExistingObjectTag/team", "x");
        let owner = canonical(OWNER);
        let state = ObjectState::Present { owner: &owner, acl: None };
        assert_eq!(tagged.ask_object(Action::PutObjectTagging, &bucket, "k", state).is_allowed(), effect == "Allow");
    }
    // In a user's own policy, and in a variable.
    let bucket = BucketAccess { ownership: Ownership::BucketOwnerEnforced, ..private_bucket() };
    let bob = Caller::user(OWNER, "Bob")
        .with(&policy_of(json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource":
        "arn:aws:s3:::examplebucket/${s3:ExistingObjectTag/place}"})));
    assert_eq!(unread(&bob, Action::GetObject, &bucket), Decision::NeedsObject);
    assert!(bob.says("s3:ExistingObjectTag/place", "k").may_with(Action::GetObject, &bucket, "k"));
}

#[test]
fn whoever_began_an_upload_may_list_and_abort_it() {
    let bucket = bucket_canned(CannedAcl::PublicReadWrite);
    let other = canonical(OTHER);
    let begun = ObjectState::Upload { initiator: Some(&other) };
    for action in [Action::AbortMultipartUpload, Action::ListMultipartUploadParts] {
        let ask = |caller: &Caller| caller.ask_object(action, &bucket, "k", begun);
        assert_eq!(ask(&Caller::account(OTHER)), Decision::Allow(Allowed::Initiator));
        assert!(ask(&Caller::user(OTHER, "Bob").allowed("s3:*")).is_allowed());
        assert!(!ask(&Caller::user(OTHER, "Bob")).is_allowed() && !ask(&Caller::account(THIRD)).is_allowed());
        assert!(ask(&Caller::account(OWNER)).is_allowed());
    }
    assert!(Caller::account(THIRD).ask_object(Action::PutObject, &bucket, "k", begun).is_allowed());
    for state in [begun, ObjectState::Upload { initiator: None }] {
        let decision = Caller::anonymous().ask_object(Action::PutObject, &bucket, "k", state);
        assert_eq!(decision, Decision::Deny(Denied::AnonymousUpload));
    }
}

#[test]
fn a_short_name_means_the_shared_namespace_except_at_home() {
    let name = bucket_name(BUCKET);
    let in_team = BucketRef { namespace: "team", name: &name };
    let mut bucket = BucketAccess::private(in_team, canonical(OWNER));
    let acl = Acl::new(vec![Grant::to_group(Group::AllUsers, Permission::Read)]).expect("few grants");
    bucket.acl = Some(acl);
    let bob = |account, resource: &str| Caller::user(account, "Bob").with(&identity("Allow", "s3:*", resource));
    for (account, resource, is_named) in [
        (OWNER, "arn:aws:s3:::examplebucket", true),
        (OWNER, "arn:aws:s3::team:examplebucket", true),
        (OWNER, "arn:aws:s3::mate:examplebucket", false),
        (OTHER, "arn:aws:s3:::examplebucket", false),
        (OTHER, "arn:aws:s3::team:examplebucket", true),
        (OTHER, "arn:aws:s3::*:examplebucket", true),
    ] {
        // The bucket's owner needs one side and the other account both, and everybody may list.
        let caller = bob(account, resource);
        assert_eq!(caller.may(Action::GetBucketTagging, &bucket), account == OWNER && is_named, "{account} {resource}");
        assert_eq!(caller.may(Action::ListBucket, &bucket), account == OWNER || is_named, "{account} {resource}");
    }
    let document = about("Allow", json!("*"), "s3:GetObject").to_string();
    let policy = cairn_policy::BucketPolicy::parse(document.as_bytes(), in_team).expect("a policy");
    let bucket = BucketAccess { policy: Some(policy.into()), ..bucket };
    assert!(Caller::anonymous().may_with(Action::GetObject, &bucket, "k"));
    let elsewhere = BucketRef { namespace: "", name: &name };
    let bare = BucketAccess::private(elsewhere, canonical(OWNER));
    assert!(!bob(OWNER, "arn:aws:s3::team:examplebucket").may(Action::ListBucket, &bare));
}
