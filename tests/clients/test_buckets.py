"""Buckets: names, regions, owners, and the answers of what is not configured."""

import pytest

from harness.errors import refused
from harness.raw_http import send
from harness.signing import plain


def test_create_tells_the_location(store, bucket_names):
    name = bucket_names()
    created = send(store.address, store.signer().sign(plain("PUT", f"/{name}", store.host)))
    assert (created.status, created.header("location")) == (200, f"/{name}")
    head = send(store.address, store.signer().sign(plain("HEAD", f"/{name}", store.host)))
    assert (head.status, head.header("x-amz-bucket-region"), head.body) == (200, store.region, b"")
    gone = send(store.address, store.signer().sign(plain("DELETE", f"/{name}", store.host)))
    assert (gone.status, gone.body) == (204, b"")
    again = send(store.address, store.signer().sign(plain("HEAD", f"/{name}", store.host)))
    assert (again.status, again.body) == (404, b"")


def test_create_again_by_its_owner_succeeds_in_us_east_1(s3, bucket):
    s3.put_object(Bucket=bucket, Key="kept", Body=b"x")
    s3.create_bucket(Bucket=bucket)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


@pytest.mark.parametrize("name", ["abc", "a.b-c.1", "x" * 63, "1starts-with-digit", "with.dots.inside"])
def test_good_names_are_taken(s3, name):
    s3.create_bucket(Bucket=name)
    s3.head_bucket(Bucket=name)
    s3.delete_bucket(Bucket=name)


def test_the_location_of_us_east_1_is_empty(store, s3, bucket):
    request = store.signer().sign(plain("GET", f"/{bucket}", store.host, query=[("location", None)]))
    answer = send(store.address, request)
    root = answer.xml()
    assert (answer.status, root.tag, root.text, len(root)) == (200, "LocationConstraint", None, 0)
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None


def test_buckets_are_listed_with_time_and_owner(s3, bucket):
    answer = s3.list_buckets()
    mine = next(entry for entry in answer["Buckets"] if entry["Name"] == bucket)
    assert mine["CreationDate"].year > 2000
    owner = answer["Owner"]["ID"]
    assert len(owner) == 64 and set(owner) <= set("0123456789abcdef")
    s3.put_object(Bucket=bucket, Key="a", Body=b"")
    listed = s3.list_objects_v2(Bucket=bucket, FetchOwner=True)["Contents"][0]
    assert listed["Owner"]["ID"] == owner
    assert "Owner" not in s3.list_objects_v2(Bucket=bucket)["Contents"][0]
    assert s3.list_objects(Bucket=bucket)["Contents"][0]["Owner"]["ID"] == owner
    assert s3.list_object_versions(Bucket=bucket)["Versions"][0]["Owner"]["ID"] == owner


def test_buckets_are_listed_by_pages_and_prefix(s3, bucket_names):
    base = bucket_names()
    names = [f"{base}-{number}" for number in range(5)]
    for name in names:
        s3.create_bucket(Bucket=name)
    found, token = [], {}
    while True:
        page = s3.list_buckets(Prefix=base, MaxBuckets=2, **token)
        found += [entry["Name"] for entry in page["Buckets"]]
        if "ContinuationToken" not in page:
            break
        token = {"ContinuationToken": page["ContinuationToken"]}
    assert found == names
    for name in names:
        s3.delete_bucket(Bucket=name)


def test_a_bucket_with_objects_is_not_removed(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"")
    with refused(409, "BucketNotEmpty"):
        s3.delete_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="b", Body=b"")  # still open for writing
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 2


def test_a_removed_bucket_refuses_everything(store, s3, bucket_names):
    name = bucket_names()
    s3.create_bucket(Bucket=name)
    s3.delete_bucket(Bucket=name)
    for gateway in (0, 1):
        client = store.s3(gateway=gateway)
        with refused(404, "NoSuchBucket"):
            client.put_object(Bucket=name, Key="a", Body=b"")
        with refused(404, "NoSuchBucket"):
            client.list_objects_v2(Bucket=name)
        with refused(404, "NoSuchBucket"):
            client.delete_bucket(Bucket=name)


def test_a_new_bucket_of_an_old_name_is_empty(s3, bucket_names):
    name = bucket_names()
    for _ in range(3):
        s3.create_bucket(Bucket=name)
        assert s3.list_objects_v2(Bucket=name)["KeyCount"] == 0
        s3.put_object(Bucket=name, Key="a", Body=b"")
        s3.delete_object(Bucket=name, Key="a")
        s3.delete_bucket(Bucket=name)


def test_acls_say_that_the_owner_has_full_control(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"", ACL="bucket-owner-full-control")
    owner = s3.list_buckets()["Owner"]["ID"]
    for answer in (s3.get_bucket_acl(Bucket=bucket), s3.get_object_acl(Bucket=bucket, Key="a")):
        assert answer["Owner"]["ID"] == owner
        assert [(g["Permission"], g["Grantee"]["Type"], g["Grantee"]["ID"]) for g in answer["Grants"]] == [
            ("FULL_CONTROL", "CanonicalUser", owner)
        ]


@pytest.mark.parametrize("acl", ["private", "bucket-owner-full-control"])
def test_the_acls_that_say_what_is_true_are_taken(s3, bucket, acl):
    s3.put_object(Bucket=bucket, Key="a", Body=b"", ACL=acl, StorageClass="STANDARD")


def test_private_is_taken_for_a_new_bucket(s3, bucket_names):
    name = bucket_names()
    s3.create_bucket(Bucket=name, ACL="private")
    s3.delete_bucket(Bucket=name)


def test_the_expected_owner_must_be_the_owner(store, s3, bucket):
    account = store.client("sts").get_caller_identity()["Account"]
    s3.put_object(Bucket=bucket, Key="a", Body=b"", ExpectedBucketOwner=account)
    other = "123456789012" if account != "123456789012" else "210987654321"
    with refused(403, "AccessDenied"):
        s3.put_object(Bucket=bucket, Key="b", Body=b"", ExpectedBucketOwner=other)
    with refused(403, "AccessDenied"):
        s3.list_objects_v2(Bucket=bucket, ExpectedBucketOwner=other)
    with refused(403, "AccessDenied"):
        s3.copy_object(
            Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "a"}, ExpectedSourceBucketOwner=other
        )
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
