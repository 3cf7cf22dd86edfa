"""ACLs of buckets and objects: rows A1 to A8 of the table of what they mean, and how they are set and shown."""

import json
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from harness.accounts import new_account
from harness.errors import refused

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
PUBLIC_BLOCK = dict.fromkeys(
    ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"], False
)


@pytest.fixture(scope="module")
def other(request, store):
    """An account that is not the bucket's."""
    return new_account(store)


@pytest.fixture
def anonymous(store):
    """A client without credentials."""
    config = Config(signature_version=UNSIGNED, s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    return boto3.session.Session(region_name=store.region).client(
        "s3", endpoint_url=store.endpoint, config=config
    )


def put(s3, bucket, key="object", **more):
    s3.put_object(Bucket=bucket, Key=key, Body=b"body", **more)


def read(client, bucket, key="object"):
    return client.get_object(Bucket=bucket, Key=key)["Body"].read()


def grants(answer):
    """Who may what, in the order shown."""
    named = lambda grantee: grantee.get("ID") or grantee.get("URI")  # noqa: E731
    return [(named(grant["Grantee"]), grant["Permission"]) for grant in answer["Grants"]]


def test_a1_a_public_bucket_shows_its_listing_and_no_object(s3, bucket, anonymous):
    # S3's dialect: READ on a bucket lists it; objects go by their own ACL.
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    put(s3, bucket)
    assert [entry["Key"] for entry in anonymous.list_objects_v2(Bucket=bucket)["Contents"]] == ["object"]
    with refused(403, "AccessDenied"):
        put(anonymous, bucket, "new")
    with refused(403, "AccessDenied"):
        anonymous.delete_object(Bucket=bucket, Key="object")
    assert read(s3, bucket) == b"body"


def test_a2_a_private_object_in_a_public_bucket_is_private(s3, bucket, anonymous):
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    put(s3, bucket, ACL="private")
    with refused(403, "AccessDenied"):
        read(anonymous, bucket)


def test_a3_a_public_object_in_a_private_bucket_is_public(s3, bucket, anonymous):
    put(s3, bucket, ACL="public-read")
    assert read(anonymous, bucket) == b"body"
    with refused(403, "AccessDenied"):
        anonymous.list_objects_v2(Bucket=bucket)
    s3.put_object_acl(Bucket=bucket, Key="object", ACL="private")
    with refused(403, "AccessDenied"):
        read(anonymous, bucket)


def test_a4_everybody_writes_to_a_bucket_that_is_open_to_writing(s3, bucket, anonymous):
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    put(anonymous, bucket)
    with refused(403, "AccessDenied"):
        anonymous.create_multipart_upload(Bucket=bucket, Key="object")


def test_a5_nobody_unknown_overwrites_an_object_with_an_acl_of_its_own(s3, bucket, anonymous):
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    put(s3, bucket, ACL="private")
    with refused(403, "AccessDenied"):
        anonymous.put_object(Bucket=bucket, Key="object", Body=b"other")
    assert read(s3, bucket) == b"body"


def test_a6_acls_are_for_owners_and_those_whom_they_let(store, s3, bucket, other):
    put(s3, bucket)
    stranger = other.client(store)
    for call in (
        lambda: stranger.get_bucket_acl(Bucket=bucket),
        lambda: stranger.put_bucket_acl(Bucket=bucket, ACL="public-read"),
        lambda: stranger.get_object_acl(Bucket=bucket, Key="object"),
        lambda: stranger.put_object_acl(Bucket=bucket, Key="object", ACL="public-read"),
    ):
        with refused(403, "AccessDenied"):
            call()
    assert len(grants(s3.get_bucket_acl(Bucket=bucket))) == len(grants(s3.get_object_acl(Bucket=bucket, Key="object"))) == 1
    s3.put_object_acl(Bucket=bucket, Key="object", GrantReadACP=f'id="{other.canonical_id}"')
    assert grants(stranger.get_object_acl(Bucket=bucket, Key="object")) == [(other.canonical_id, "READ_ACP")]


def test_a7_whoever_has_an_account_reads_what_is_for_them(store, s3, bucket, other, anonymous):
    put(s3, bucket)
    s3.put_object_acl(Bucket=bucket, Key="object", ACL="authenticated-read")
    assert read(other.client(store), bucket) == b"body"
    with refused(403, "AccessDenied"):
        read(anonymous, bucket)


def test_a8_a_private_bucket_tells_nobody_what_is_not_there(store, s3, bucket, other, anonymous):
    for client in (anonymous, other.client(store)):
        with refused(403, "AccessDenied"):
            read(client, bucket, "missing")
        with refused(403):
            client.head_object(Bucket=bucket, Key="missing")
    with refused(404, "NoSuchKey"):
        read(s3, bucket, "missing")


def test_whoever_lists_a_bucket_learns_what_is_not_there(store, s3, bucket, other, anonymous):
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    for reader in (anonymous, other.client(store)):
        with refused(404, "NoSuchKey"):
            read(reader, bucket, "missing")
    s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={**PUBLIC_BLOCK, "IgnorePublicAcls": True}
    )
    for reader in (anonymous, other.client(store)):
        with refused(403, "AccessDenied"):
            read(reader, bucket, "missing")


def test_grantees_are_named_by_id_by_mail_and_as_a_group(store, s3, bucket, other):
    owner = s3.get_bucket_acl(Bucket=bucket)["Owner"]
    policy = {
        "Owner": owner,
        "Grants": [
            {"Grantee": {"Type": "CanonicalUser", "ID": owner["ID"]}, "Permission": "FULL_CONTROL"},
            {"Grantee": {"Type": "AmazonCustomerByEmail", "EmailAddress": other.email}, "Permission": "READ"},
            {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ_ACP"},
        ],
    }
    s3.put_bucket_acl(Bucket=bucket, AccessControlPolicy=policy)
    wanted = [(ALL_USERS, "READ_ACP"), (owner["ID"], "FULL_CONTROL"), (other.canonical_id, "READ")]
    assert grants(s3.get_bucket_acl(Bucket=bucket)) == wanted
    other.client(store).list_objects_v2(Bucket=bucket)
    assert grants(other.client(store).get_bucket_acl(Bucket=bucket)) == wanted


@pytest.mark.parametrize(
    "headers, code",
    [
        ({"GrantRead": 'id="' + "0" * 64 + '"'}, "InvalidArgument"),
        ({"GrantRead": 'emailAddress="nobody@example.com"'}, "UnresolvableGrantByEmailAddress"),
        ({"GrantRead": 'uri="http://example.com/everybody"'}, "InvalidArgument"),
        ({"ACL": "private", "GrantRead": f'uri="{ALL_USERS}"'}, "InvalidRequest"),
        ({}, "MissingSecurityHeader"),
    ],
)
def test_a_bad_acl_changes_nothing(s3, bucket, headers, code):
    put(s3, bucket, ACL="public-read")
    before = grants(s3.get_object_acl(Bucket=bucket, Key="object"))
    with refused(400, code):
        s3.put_object_acl(Bucket=bucket, Key="object", **headers)
    with refused(400, code):
        s3.put_bucket_acl(Bucket=bucket, **headers)
    assert grants(s3.get_object_acl(Bucket=bucket, Key="object")) == before
    assert len(grants(s3.get_bucket_acl(Bucket=bucket))) == 1


def test_writers_own_what_they_write_until_the_bucket_says_otherwise(store, s3, bucket, other):
    owner = s3.get_bucket_acl(Bucket=bucket)["Owner"]["ID"]
    s3.put_bucket_acl(Bucket=bucket, GrantWrite=f'id="{other.canonical_id}"', GrantFullControl=f'id="{owner}"')
    writer = other.client(store)
    put(writer, bucket)
    with refused(403, "AccessDenied"):
        read(s3, bucket)
    put(writer, bucket, ACL="bucket-owner-full-control")
    assert read(s3, bucket) == b"body"
    assert s3.get_object_acl(Bucket=bucket, Key="object")["Owner"]["ID"] == other.canonical_id
    rule = lambda name: {"Rules": [{"ObjectOwnership": name}]}  # noqa: E731
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rule("BucketOwnerPreferred"))
    put(writer, bucket, ACL="bucket-owner-full-control")
    assert s3.get_object_acl(Bucket=bucket, Key="object")["Owner"]["ID"] == owner
    with refused(400, "InvalidBucketAclWithObjectOwnership"):
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rule("BucketOwnerEnforced"))
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rule("BucketOwnerEnforced"))
    with refused(400, "AccessControlListNotSupported"):
        put(s3, bucket, ACL="public-read")
    with refused(400, "AccessControlListNotSupported"):
        s3.put_object_acl(Bucket=bucket, Key="object", ACL="public-read")
    with refused(400, "AccessControlListNotSupported"):
        s3.put_bucket_acl(Bucket=bucket, ACL="private")
    s3.delete_bucket_ownership_controls(Bucket=bucket)
    with refused(404, "OwnershipControlsNotFoundError"):
        s3.get_bucket_ownership_controls(Bucket=bucket)


def test_a_bucket_is_made_with_its_acl(s3, bucket_names, anonymous):
    name = bucket_names()
    with refused(400, "InvalidBucketAclWithObjectOwnership"):
        s3.create_bucket(Bucket=name, ACL="public-read", ObjectOwnership="BucketOwnerEnforced")
    s3.create_bucket(Bucket=name, ACL="public-read")
    assert anonymous.list_objects_v2(Bucket=name)["KeyCount"] == 0
    s3.delete_bucket(Bucket=name)


def test_public_acls_are_refused_or_ignored_where_they_are_blocked(s3, bucket, anonymous):
    with refused(404, "NoSuchPublicAccessBlockConfiguration"):
        s3.get_public_access_block(Bucket=bucket)
    put(s3, bucket, ACL="public-read")
    block = {**PUBLIC_BLOCK, "BlockPublicAcls": True}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == block
    for call in (
        lambda: put(s3, bucket, "new", ACL="public-read"),
        lambda: s3.put_object_acl(Bucket=bucket, Key="object", ACL="public-read"),
        lambda: s3.put_bucket_acl(Bucket=bucket, ACL="public-read"),
        lambda: s3.create_multipart_upload(Bucket=bucket, Key="new", ACL="authenticated-read"),
    ):
        with refused(403, "AccessDenied"):
            call()
    assert read(anonymous, bucket) == b"body"
    block = {**PUBLIC_BLOCK, "IgnorePublicAcls": True}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
    with refused(403, "AccessDenied"):
        read(anonymous, bucket)
    s3.delete_public_access_block(Bucket=bucket)
    assert read(anonymous, bucket) == b"body"


def test_copies_and_uploads_have_the_acl_that_they_ask_for(s3, bucket, anonymous):
    put(s3, bucket)
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "object"}, ACL="public-read")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts", ACL="public-read")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"body")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload, MultipartUpload=parts)
    assert read(anonymous, bucket, "copy") == read(anonymous, bucket, "parts") == b"body"
    s3.copy_object(Bucket=bucket, Key="again", CopySource={"Bucket": bucket, "Key": "copy"})
    with refused(403, "AccessDenied"):
        read(anonymous, bucket, "again")


def test_each_version_has_an_acl_of_its_own(s3, bucket, anonymous):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=bucket, Key="object", Body=b"old")["VersionId"]
    put(s3, bucket)
    s3.put_object_acl(Bucket=bucket, Key="object", VersionId=old, ACL="public-read")
    assert anonymous.get_object(Bucket=bucket, Key="object", VersionId=old)["Body"].read() == b"old"
    with refused(403, "AccessDenied"):
        read(anonymous, bucket)
    assert len(grants(s3.get_object_acl(Bucket=bucket, Key="object", VersionId=old))) == 2
    assert len(grants(s3.get_object_acl(Bucket=bucket, Key="object"))) == 1


def test_accounts_are_shown_by_name_wherever_they_are_shown(store, s3, bucket, other):
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    client = other.client(store)
    client.put_object(Bucket=bucket, Key="theirs", Body=b"x", ACL="bucket-owner-full-control")
    upload = client.create_multipart_upload(Bucket=bucket, Key="begun")["UploadId"]
    own = s3.get_bucket_acl(Bucket=bucket)["Owner"]
    theirs = {"ID": other.canonical_id, "DisplayName": other.display_name}
    assert own["DisplayName"]
    assert s3.list_buckets()["Owner"] == own
    assert client.list_buckets()["Owner"] == theirs
    acl = s3.get_object_acl(Bucket=bucket, Key="theirs")
    assert acl["Owner"] == theirs
    assert [grant["Grantee"] for grant in acl["Grants"]] == [
        {"Type": "CanonicalUser", **theirs},
        {"Type": "CanonicalUser", **own},
    ]
    put(s3, bucket, "own")
    for listed in (s3.list_objects(Bucket=bucket), s3.list_objects_v2(Bucket=bucket, FetchOwner=True)):
        assert [entry["Owner"] for entry in listed["Contents"]] == [own, theirs]
    assert "Owner" not in s3.list_objects_v2(Bucket=bucket)["Contents"][0]
    assert [entry["Owner"] for entry in s3.list_object_versions(Bucket=bucket)["Versions"]] == [own, theirs]
    [begun] = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    parts = client.list_parts(Bucket=bucket, Key="begun", UploadId=upload)
    for shown in (begun, parts):
        assert (shown["Owner"], shown["Initiator"]) == (theirs, theirs)


def test_groups_are_shown_before_accounts(s3, bucket):
    owner = s3.get_bucket_acl(Bucket=bucket)["Owner"]["ID"]
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    wanted = [(ALL_USERS, "READ"), (ALL_USERS, "WRITE"), (owner, "FULL_CONTROL")]
    assert grants(s3.get_bucket_acl(Bucket=bucket)) == wanted


def test_changes_of_one_bucket_at_once_are_all_done(store, s3, bucket):
    clients = [store.s3(gateway=gateway) for gateway in range(8)]

    def change(number):
        client = clients[number % len(clients)]
        if number % 2:
            client.put_bucket_acl(Bucket=bucket, ACL="public-read")
        else:
            client.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "number", "Value": str(number)}]})

    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(change, range(16)))
    assert len(grants(s3.get_bucket_acl(Bucket=bucket))) == 2
    assert int(s3.get_bucket_tagging(Bucket=bucket)["TagSet"][0]["Value"]) % 2 == 0


def test_a_bucket_that_is_made_again_has_the_acl_of_a_new_one(s3, bucket, anonymous):
    s3.put_object(Bucket=bucket, Key="object", Body=b"body")
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    s3.create_bucket(Bucket=bucket)
    assert len(grants(s3.get_bucket_acl(Bucket=bucket))) == 1
    with refused(403, "AccessDenied"):
        anonymous.list_objects_v2(Bucket=bucket)
    s3.create_bucket(Bucket=bucket, ACL="public-read")
    assert [entry["Key"] for entry in anonymous.list_objects_v2(Bucket=bucket)["Contents"]] == ["object"]


def test_a_bucket_that_is_made_again_keeps_an_acl_that_may_not_be_changed(s3, bucket):
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutBucketAcl", "Resource": f"arn:aws:s3:::{bucket}"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    s3.create_bucket(Bucket=bucket)
    with refused(403, "AccessDenied"):
        s3.create_bucket(Bucket=bucket, ACL="private")
    assert len(grants(s3.get_bucket_acl(Bucket=bucket))) == 2
