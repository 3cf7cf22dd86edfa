//! The well-known policies of S3's and IAM's user guides: what each lets through, and what not.

mod support;

use cairn_policy::{Action, BucketAccess, ObjectState, Resource};
use serde_json::{Value as Json, json};
use support::{Caller, OTHER, OWNER, THIRD, bucket_with, canonical};

fn bucket(statements: Json) -> BucketAccess {
    bucket_with(&json!({"Version": "2012-10-17", "Id": "example", "Statement": statements}))
}

/// Any principal whose account's side is settled.
fn owner() -> Caller {
    Caller::account(OWNER)
}

fn other() -> Caller {
    Caller::account(OTHER)
}

const ALL: &str = "arn:aws:s3:::examplebucket/*";

fn put(caller: &Caller, bucket: &BucketAccess, key: &str) -> bool {
    caller.ask_object(Action::PutObject, bucket, key, ObjectState::Unread).is_allowed()
}

#[test]
fn everybody_reads_objects() {
    let bucket = bucket(json!([{"Sid": "PublicRead", "Effect": "Allow", "Principal": "*",
        "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": [ALL]}]));
    let anyone = Caller::anonymous();
    assert!(
        anyone.may_with(Action::GetObject, &bucket, "a/b") && anyone.may_with(Action::GetObjectVersion, &bucket, "a")
    );
    assert!(!anyone.may(Action::ListBucket, &bucket) && !put(&anyone, &bucket, "a"));
    assert!(!anyone.may_with(Action::DeleteObject, &bucket, "a"));
}

#[test]
fn several_accounts_put_with_conditions() {
    let bucket = bucket(json!([{"Sid": "AddPublicReadCannedAcl", "Effect": "Allow",
        "Principal": {"AWS": ["arn:aws:iam::222222222222:root", "arn:aws:iam::333333333333:root"]},
        "Action": ["s3:PutObject", "s3:PutObjectAcl"], "Resource": ALL,
        "Condition": {"StringEquals": {"s3:x-amz-acl": ["public-read"]}}}]));
    for caller in [other(), Caller::account(THIRD)] {
        assert!(put(&caller.clone().says("s3:x-amz-acl", "public-read"), &bucket, "a"));
        assert!(!put(&caller.clone().says("s3:x-amz-acl", "private"), &bucket, "a"));
        assert!(!put(&caller, &bucket, "a"));
    }
    assert!(!put(&Caller::anonymous().says("s3:x-amz-acl", "public-read"), &bucket, "a"));
}

#[test]
fn only_certain_addresses() {
    let bucket = bucket(json!([{"Sid": "IPAllow", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": ["arn:aws:s3:::examplebucket", ALL],
        "Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}]));
    assert!(put(&owner().says("aws:SourceIp", "192.0.2.7"), &bucket, "a"));
    assert!(!put(&owner().says("aws:SourceIp", "192.0.3.7"), &bucket, "a"));
    assert!(!put(&owner(), &bucket, "a"), "no address is not a good one");
    assert!(!owner().says("aws:SourceIp", "::1").may(Action::ListBucket, &bucket));
}

#[test]
fn a_range_of_addresses_with_an_exception_in_both_families() {
    let bucket =
        bucket(json!({"Sid": "AllowIPmix", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": ALL,
        "Condition": {
            "IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24", "2001:DB8:1234:5678::/64"]},
            "NotIpAddress": {"aws:SourceIp": ["203.0.113.63", "2001:DB8:1234:5678:ABCD::/80"]}}}));
    for (address, may) in [
        ("192.0.2.1", true),
        ("203.0.113.62", true),
        ("203.0.113.63", false),
        ("198.51.100.1", false),
        ("2001:db8:1234:5678::1", true),
        ("2001:db8:1234:5678:abcd::1", false),
        ("2001:db8::1", false),
    ] {
        let caller = Caller::anonymous().says("aws:SourceIp", address);
        assert_eq!(caller.may_with(Action::GetObject, &bucket, "a"), may, "{address}");
    }
}

#[test]
fn only_from_certain_pages() {
    let pages = ["http://www.example.com/*", "http://example.com/*"];
    let bucket = bucket(json!([{"Sid": "Allow get requests originating from www.example.com and example.com.",
        "Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": ALL,
        "Condition": {"StringLike": {"aws:Referer": pages}}}]));
    let get = |referer| Caller::anonymous().says("aws:Referer", referer).may_with(Action::GetObject, &bucket, "a.jpg");
    assert!(get("http://www.example.com/x/y.html") && get("http://example.com/"));
    assert!(!get("http://example.com.evil.org/") && !get("https://example.com/"));
    assert!(!Caller::anonymous().may_with(Action::GetObject, &bucket, "a.jpg"));
}

#[test]
fn a_second_factor_is_required() {
    let bucket = bucket(json!([
        {"Sid": "", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::examplebucket/taxdocuments/*",
            "Condition": {"Null": {"aws:MultiFactorAuthAge": true}}},
        {"Sid": "", "Effect": "Deny", "Principal": "*", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::examplebucket/taxdocuments/*",
            "Condition": {"NumericGreaterThan": {"aws:MultiFactorAuthAge": 3600}}},
        {"Sid": "", "Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"], "Resource": ALL}]));
    let get = |caller: Caller, key| caller.may_with(Action::GetObject, &bucket, key);
    assert!(!get(owner(), "taxdocuments/1") && get(owner(), "other/1") && get(Caller::anonymous(), "other/1"));
    assert!(get(owner().says("aws:MultiFactorAuthAge", "3600"), "taxdocuments/1"));
    assert!(!get(owner().says("aws:MultiFactorAuthAge", "3601"), "taxdocuments/1"));
}

#[test]
fn only_over_tls() {
    let bucket = bucket(json!([{"Sid": "RestrictToTLSRequestsOnly", "Action": "s3:*", "Effect": "Deny",
        "Resource": ["arn:aws:s3:::examplebucket", ALL], "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        "Principal": "*"}]));
    let get = |secure| owner().says("aws:SecureTransport", secure).may_with(Action::GetObject, &bucket, "a");
    assert!(get("true") && !get("false"));
    let newer = |version| owner().says("s3:TlsVersion", version).may_with(Action::GetObject, &tls_bucket(), "a");
    assert!(newer("1.2") && newer("1.3") && !newer("1.1"));
}

fn tls_bucket() -> BucketAccess {
    bucket(json!({"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": ALL,
        "Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}}))
}

#[test]
fn every_object_is_encrypted() {
    let bucket = bucket(json!([
        {"Sid": "DenyIncorrectEncryptionHeader", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": ALL,
            "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "AES256"}}},
        {"Sid": "DenyUnencryptedObjectUploads", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": ALL,
            "Condition": {"Null": {"s3:x-amz-server-side-encryption": "true"}}}]));
    let with = |mode| owner().says("s3:x-amz-server-side-encryption", mode);
    assert!(put(&with("AES256"), &bucket, "a"));
    assert!(!put(&with("aws:kms"), &bucket, "a") && !put(&owner(), &bucket, "a"));
    assert!(owner().may_with(Action::GetObject, &bucket, "a"));
}

#[test]
fn an_allow_with_if_exists_takes_requests_without_the_header() {
    let bucket = bucket(
        json!({"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "s3:PutObject", "Resource": ALL,
        "Condition": {"StringEqualsIfExists": {"s3:x-amz-storage-class": ["STANDARD", "STANDARD_IA"]}}}),
    );
    assert!(put(&other(), &bucket, "a") && put(&other().says("s3:x-amz-storage-class", "STANDARD_IA"), &bucket, "a"));
    assert!(!put(&other().says("s3:x-amz-storage-class", "GLACIER"), &bucket, "a"));
}

#[test]
fn only_certain_tags_may_be_given() {
    let bucket = bucket(json!([{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::222222222222:user/JohnDoe"]},
        "Action": ["s3:PutObjectTagging", "s3:PutObjectVersionTagging"], "Resource": [ALL],
        "Condition": {"ForAllValues:StringEquals": {"s3:RequestObjectTagKeys": ["Owner", "CreationDate"]}}}]));
    let john = || Caller::user(OTHER, "JohnDoe").allowed("s3:*");
    let tag = |caller: &Caller| caller.may_with(Action::PutObjectTagging, &bucket, "a");
    let with = |keys: &[&str]| keys.iter().fold(john(), |caller, key| caller.says("s3:RequestObjectTagKeys", key));
    assert!(tag(&with(&["Owner"])) && tag(&with(&["CreationDate", "Owner"])));
    assert!(!tag(&with(&["Owner", "Secret"])));
    // The guide's own warning: no tags at all fulfil it too.
    assert!(tag(&john()));
}

#[test]
fn certain_tags_must_be_given_and_others_must_not() {
    let bucket = bucket(json!([
        {"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": ["s3:PutObject"], "Resource": ALL,
            "Condition": {"StringEquals": {"s3:RequestObjectTag/Project": ["X", "Y"]}}},
        {"Effect": "Deny", "Principal": {"AWS": "222222222222"}, "Action": ["s3:PutObject"], "Resource": ALL,
            "Condition": {"ForAnyValue:StringNotEquals": {"s3:RequestObjectTagKeys": ["Project", "Owner"]}}}]));
    let with = |tags: &[(&str, &str)]| {
        tags.iter().fold(other(), |caller, (key, value)| {
            caller.says(&format!("s3:RequestObjectTag/{key}"), value).says("s3:RequestObjectTagKeys", key)
        })
    };
    assert!(
        put(&with(&[("Project", "X")]), &bucket, "a") && put(&with(&[("Project", "Y"), ("Owner", "me")]), &bucket, "a")
    );
    assert!(!put(&with(&[("Project", "Z")]), &bucket, "a") && !put(&with(&[]), &bucket, "a"));
    assert!(!put(&with(&[("Project", "X"), ("Other", "")]), &bucket, "a"));
    assert!(!put(&with(&[("project", "X"), ("Owner", "me")]), &bucket, "a"), "keys of tags keep their case");
}

#[test]
fn only_objects_with_a_certain_tag_are_read() {
    let bucket = bucket(json!([{"Principal": {"CanonicalUser": [canonical(OTHER).digits]}, "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": [ALL],
        "Condition": {"StringEquals": {"s3:ExistingObjectTag/environment": "production"}}}]));
    let get = |caller: &Caller| caller.may_with(Action::GetObject, &bucket, "a");
    let tagged = |value| other().says("s3:ExistingObjectTag/environment", value);
    assert!(get(&tagged("production")) && !get(&tagged("staging")) && !get(&other()));
}

#[test]
fn another_account_puts_only_with_full_control_for_the_owner() {
    let bucket = bucket(json!([
        {"Sid": "PolicyForAllowUploadWithACL", "Effect": "Allow", "Principal": {"AWS": "222222222222"},
            "Action": "s3:PutObject", "Resource": ALL,
            "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}]));
    let dave = Caller::user(OTHER, "Dave").allowed("s3:PutObject");
    assert!(put(&dave.clone().says("s3:x-amz-acl", "bucket-owner-full-control"), &bucket, "a"));
    assert!(!put(&dave, &bucket, "a"));
    let unarmed = Caller::user(OTHER, "Dave").says("s3:x-amz-acl", "bucket-owner-full-control");
    assert!(!put(&unarmed, &bucket, "a"), "the user's own account must let them");
}

#[test]
fn or_with_a_grant_of_full_control_by_header() {
    let bucket = bucket(json!([
        {"Sid": "111", "Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "s3:PutObject", "Resource": ALL},
        {"Sid": "112", "Effect": "Deny", "Principal": {"AWS": "222222222222"}, "Action": "s3:PutObject", "Resource": ALL,
            "Condition": {"StringNotEquals": {"s3:x-amz-grant-full-control": [format!("id={}", canonical(OWNER))]}}}]));
    let grant = |account| other().says("s3:x-amz-grant-full-control", &format!("id={}", canonical(account)));
    assert!(put(&grant(OWNER), &bucket, "a") && !put(&grant(OTHER), &bucket, "a") && !put(&other(), &bucket, "a"));
}

#[test]
fn users_have_their_own_home_folders() {
    let home = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "AllowGroupToSeeBucketListInTheConsole", "Action": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"],
            "Effect": "Allow", "Resource": ["arn:aws:s3:::*"]},
        {"Sid": "AllowRootAndHomeListingOfCompanyBucket", "Action": ["s3:ListBucket"], "Effect": "Allow",
            "Resource": ["arn:aws:s3:::examplebucket"],
            "Condition": {"StringEquals": {"s3:prefix": ["", "home/"], "s3:delimiter": ["/"]}}},
        {"Sid": "AllowListingOfUserFolder", "Action": ["s3:ListBucket"], "Effect": "Allow",
            "Resource": ["arn:aws:s3:::examplebucket"],
            "Condition": {"StringLike": {"s3:prefix": ["home/${aws:username}/*", "home/${aws:username}"]}}},
        {"Sid": "AllowAllS3ActionsInUserFolder", "Action": ["s3:*"], "Effect": "Allow",
            "Resource": ["arn:aws:s3:::examplebucket/home/${aws:username}/*"]}]});
    let bucket = support::private_bucket();
    let david = || Caller::user(OWNER, "David").with(&home);
    let list =
        |prefix: &str| david().says("s3:prefix", prefix).says("s3:delimiter", "/").may(Action::ListBucket, &bucket);
    assert!(list("") && list("home/") && list("home/David/x") && list("home/David"));
    assert!(!list("home/Bob/") && !list("home/Davida") && !list("hom"));
    assert!(!david().says("s3:prefix", "home/").may(Action::ListBucket, &bucket), "the whole tree needs the delimiter");
    assert!(david().may_with(Action::PutObject, &bucket, "home/David/x"));
    assert!(david().may_with(Action::DeleteObject, &bucket, "home/David/a/b"));
    assert!(
        !david().may_with(Action::GetObject, &bucket, "home/Bob/x")
            && !david().may_with(Action::GetObject, &bucket, "x")
    );
    assert!(david().ask(Action::ListAllMyBuckets, Resource::OwnAccount).is_allowed());
    assert!(david().may(Action::GetBucketLocation, &bucket) && !david().may(Action::GetBucketAcl, &bucket));
}

#[test]
fn a_folder_is_denied_to_all_but_some() {
    let bucket = bucket(json!([{"Sid": "DenyProjects", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": "arn:aws:s3:::examplebucket/projects/*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::111111111111:user/lead-*", "arn:aws:iam::111111111111:root"]}}}]));
    let get = |name, key| Caller::user(OWNER, name).allowed("s3:*").may_with(Action::GetObject, &bucket, key);
    assert!(get("lead-1", "projects/a") && !get("worker", "projects/a") && get("worker", "open/a"));
    assert!(owner().may_with(Action::GetObject, &bucket, "projects/a"));
}

#[test]
fn listing_is_for_a_prefix_and_for_few_keys_at_once() {
    let bucket = bucket(json!([{"Sid": "statement1", "Effect": "Allow", "Principal": {"AWS": "222222222222"},
        "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::examplebucket", "Condition": {
            "StringEquals": {"s3:prefix": "projects"}, "NumericLessThanEquals": {"s3:max-keys": "10"}}}]));
    let list =
        |prefix, count| other().says("s3:prefix", prefix).says("s3:max-keys", count).may(Action::ListBucket, &bucket);
    assert!(list("projects", "10") && !list("projects", "11") && !list("other", "1"));
    assert!(!other().says("s3:prefix", "projects").may(Action::ListBucket, &bucket));
}

#[test]
fn copies_come_from_one_folder_and_take_its_metadata_along() {
    let bucket = bucket(json!([
        {"Sid": "cross-account permission to user in your own account", "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111111111111:user/Dave"}, "Action": "s3:PutObject", "Resource": ALL},
        {"Sid": "Deny your user permission to upload object if copy source is not /bucket/folder", "Effect": "Deny",
            "Principal": {"AWS": "arn:aws:iam::111111111111:user/Dave"}, "Action": "s3:PutObject", "Resource": ALL,
            "Condition": {"StringNotLike": {"s3:x-amz-copy-source": "examplebucket/public/*"}}},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": ALL,
            "Condition": {"StringEquals": {"s3:x-amz-metadata-directive": "REPLACE"}}}]));
    let copy = |source| Caller::user(OWNER, "Dave").says("s3:x-amz-copy-source", source);
    assert!(put(&copy("examplebucket/public/x"), &bucket, "a"));
    assert!(!put(&copy("examplebucket/private/x"), &bucket, "a"));
    assert!(!put(&Caller::user(OWNER, "Dave"), &bucket, "a"), "plain puts are no copies from there");
    assert!(!put(&copy("examplebucket/public/x").says("s3:x-amz-metadata-directive", "REPLACE"), &bucket, "a"));
}

#[test]
fn only_one_version_of_an_object_is_read() {
    let bucket = bucket(
        json!([{"Sid": "statement1", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::222222222222:user/Dave"},
        "Action": "s3:GetObjectVersion", "Resource": "arn:aws:s3:::examplebucket/HappyFace.jpg",
        "Condition": {"StringEquals": {"s3:VersionId": "v1"}}}]),
    );
    let get = |version| {
        let dave = Caller::user(OTHER, "Dave").allowed("s3:*").says("s3:VersionId", version);
        dave.may_with(Action::GetObjectVersion, &bucket, "HappyFace.jpg")
    };
    assert!(get("v1") && !get("v2"));
}

#[test]
fn retention_has_bounds() {
    let bucket = bucket(
        json!([{"Sid": "SetRetentionLimits", "Effect": "Deny", "Principal": "*", "Action": ["s3:PutObjectRetention"],
        "Resource": ALL, "Condition": {"NumericGreaterThan": {"s3:object-lock-remaining-retention-days": "10"}}}]),
    );
    let retain = |days| {
        let caller = owner().says("s3:object-lock-remaining-retention-days", days);
        caller.may_with(Action::PutObjectRetention, &bucket, "a")
    };
    assert!(retain("10") && !retain("11"));
}

#[test]
fn presigned_urls_and_old_signatures_are_kept_out() {
    let bucket = bucket(json!([
        {"Sid": "HeaderOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ALL,
            "Condition": {"StringNotEquals": {"s3:authType": "REST-HEADER"}}},
        {"Sid": "V4Only", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ALL,
            "Condition": {"StringEquals": {"s3:signatureversion": "AWS"}}},
        {"Sid": "Fresh", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ALL,
            "Condition": {"NumericGreaterThan": {"s3:signatureAge": "600000"}}}]));
    let get = |kind, version, age| {
        let caller =
            owner().says("s3:authType", kind).says("s3:signatureversion", version).says("s3:signatureAge", age);
        caller.may_with(Action::GetObject, &bucket, "a")
    };
    assert!(get("REST-HEADER", "AWS4-HMAC-SHA256", "600000"));
    assert!(!get("REST-QUERY-STRING", "AWS4-HMAC-SHA256", "1") && !get("REST-HEADER", "AWS", "1"));
    assert!(!get("REST-HEADER", "AWS4-HMAC-SHA256", "600001"));
}

#[test]
fn access_ends_at_a_date() {
    let bucket =
        bucket(json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": ALL, "Condition": {
        "DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"},
        "DateLessThan": {"aws:CurrentTime": "2026-12-31T23:59:59Z"}}}));
    let get = |time| Caller::anonymous().says("aws:CurrentTime", time).may_with(Action::GetObject, &bucket, "a");
    assert!(get("2026-11-20T00:00:00Z") && !get("2025-12-31T23:59:59Z") && !get("2027-01-01T00:00:00Z"));
}
