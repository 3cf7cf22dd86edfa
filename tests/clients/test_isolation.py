"""X3: what one account has, another neither sees nor changes."""

import pytest

from harness.accounts import new_account
from harness.errors import refused


@pytest.fixture(scope="module")
def stranger(request, store):
    """A client of another account."""
    return new_account(store).client(store)


@pytest.fixture
def own(stranger, bucket_names):
    """A bucket of the other account."""
    name = bucket_names()
    stranger.create_bucket(Bucket=name)
    yield name
    for entry in stranger.list_objects_v2(Bucket=name).get("Contents", []):
        stranger.delete_object(Bucket=name, Key=entry["Key"])
    stranger.delete_bucket(Bucket=name)


@pytest.fixture
def filled(s3, bucket):
    """A bucket with an object and an upload."""
    s3.put_object(Bucket=bucket, Key="object", Body=b"secret")
    return bucket, s3.create_multipart_upload(Bucket=bucket, Key="upload")["UploadId"]


def state(s3, bucket):
    """Everything that a stranger could have changed."""
    return (
        [(entry["Key"], entry["ETag"]) for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])],
        [(entry["Key"], entry["UploadId"]) for entry in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])],
        s3.get_object_acl(Bucket=bucket, Key="object")["Grants"],
        s3.get_object_tagging(Bucket=bucket, Key="object")["TagSet"],
        s3.get_bucket_acl(Bucket=bucket)["Grants"],
        s3.get_bucket_versioning(Bucket=bucket).get("Status"),
    )


POLICY = '{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::%s"}}'
VERSIONING = {"Status": "Enabled"}
TAGS = {"TagSet": [{"Key": "a", "Value": "b"}]}
PARTS = {"Parts": [{"PartNumber": 1, "ETag": '"x"'}]}
CALLS = {
    "list": lambda s3, b, u, own: s3.list_objects_v2(Bucket=b),
    "list versions": lambda s3, b, u, own: s3.list_object_versions(Bucket=b),
    "list uploads": lambda s3, b, u, own: s3.list_multipart_uploads(Bucket=b),
    "list parts": lambda s3, b, u, own: s3.list_parts(Bucket=b, Key="upload", UploadId=u),
    "read": lambda s3, b, u, own: s3.get_object(Bucket=b, Key="object"),
    "read what is not there": lambda s3, b, u, own: s3.get_object(Bucket=b, Key="missing"),
    "read attributes": lambda s3, b, u, own: s3.get_object_attributes(Bucket=b, Key="object", ObjectAttributes=["ETag"]),
    "read an ACL": lambda s3, b, u, own: s3.get_object_acl(Bucket=b, Key="object"),
    "read tags": lambda s3, b, u, own: s3.get_object_tagging(Bucket=b, Key="object"),
    "read the bucket's ACL": lambda s3, b, u, own: s3.get_bucket_acl(Bucket=b),
    "read the location": lambda s3, b, u, own: s3.get_bucket_location(Bucket=b),
    "read versioning": lambda s3, b, u, own: s3.get_bucket_versioning(Bucket=b),
    "read a policy": lambda s3, b, u, own: s3.get_bucket_policy(Bucket=b),
    "write": lambda s3, b, u, own: s3.put_object(Bucket=b, Key="object", Body=b"x"),
    "write a new one": lambda s3, b, u, own: s3.put_object(Bucket=b, Key="new", Body=b"x"),
    "delete": lambda s3, b, u, own: s3.delete_object(Bucket=b, Key="object"),
    "copy out": lambda s3, b, u, own: s3.copy_object(Bucket=own, Key="c", CopySource={"Bucket": b, "Key": "object"}),
    "copy in": lambda s3, b, u, own: s3.copy_object(Bucket=b, Key="c", CopySource={"Bucket": own, "Key": "mine"}),
    "begin an upload": lambda s3, b, u, own: s3.create_multipart_upload(Bucket=b, Key="new"),
    "send a part": lambda s3, b, u, own: s3.upload_part(Bucket=b, Key="upload", UploadId=u, PartNumber=1, Body=b"x"),
    "complete": lambda s3, b, u, own: s3.complete_multipart_upload(
        Bucket=b, Key="upload", UploadId=u, MultipartUpload=PARTS
    ),
    "abort": lambda s3, b, u, own: s3.abort_multipart_upload(Bucket=b, Key="upload", UploadId=u),
    "set an ACL": lambda s3, b, u, own: s3.put_object_acl(Bucket=b, Key="object", ACL="public-read"),
    "set the bucket's ACL": lambda s3, b, u, own: s3.put_bucket_acl(Bucket=b, ACL="public-read"),
    "set tags": lambda s3, b, u, own: s3.put_object_tagging(Bucket=b, Key="object", Tagging=TAGS),
    "remove tags": lambda s3, b, u, own: s3.delete_object_tagging(Bucket=b, Key="object"),
    "set the bucket's tags": lambda s3, b, u, own: s3.put_bucket_tagging(Bucket=b, Tagging=TAGS),
    "hold": lambda s3, b, u, own: s3.put_object_legal_hold(Bucket=b, Key="object", LegalHold={"Status": "ON"}),
    "set a policy": lambda s3, b, u, own: s3.put_bucket_policy(Bucket=b, Policy=POLICY % b),
    "set versioning": lambda s3, b, u, own: s3.put_bucket_versioning(Bucket=b, VersioningConfiguration=VERSIONING),
    "remove a policy": lambda s3, b, u, own: s3.delete_bucket_policy(Bucket=b),
    "delete the bucket": lambda s3, b, u, own: s3.delete_bucket(Bucket=b),
}


def test_everything_is_refused_and_nothing_changes(s3, stranger, own, filled):
    bucket, upload = filled
    stranger.put_object(Bucket=own, Key="mine", Body=b"mine")
    before = state(s3, bucket)
    for name, call in CALLS.items():
        print(name)
        with refused(403, "AccessDenied"):
            call(stranger, bucket, upload, own)
    for call in (lambda: stranger.head_bucket(Bucket=bucket), lambda: stranger.head_object(Bucket=bucket, Key="object")):
        with refused(403):
            call()
    assert state(s3, bucket) == before
    assert [entry["Key"] for entry in stranger.list_objects_v2(Bucket=own)["Contents"]] == ["mine"]


def test_keys_are_refused_one_by_one(s3, stranger, filled):
    bucket, _ = filled
    answer = stranger.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "object"}, {"Key": "missing"}]})
    assert [(error["Key"], error["Code"]) for error in answer["Errors"]] == [
        ("object", "AccessDenied"),
        ("missing", "AccessDenied"),
    ]
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"secret"


def test_each_account_lists_its_own_buckets(s3, stranger, own, bucket):
    names = lambda client: {entry["Name"] for entry in client.list_buckets()["Buckets"]}  # noqa: E731
    assert own in names(stranger) and bucket not in names(stranger)
    assert bucket in names(s3) and own not in names(s3)


def test_a_name_that_another_account_has_is_taken(stranger, bucket):
    with refused(409, "BucketAlreadyExists"):
        stranger.create_bucket(Bucket=bucket)
