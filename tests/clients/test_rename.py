"""RenameObject: an object gets another key, at once and without its bytes being copied."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.files import pattern
from harness.raw_http import send
from harness.signing import plain

PART = 5 * 1024 * 1024


@pytest.fixture
def rename(store, bucket):
    """Renames over plain HTTP: boto3 sends this operation to directory buckets only. Returns (status, code)."""

    def ask(source, key, gateway=0, **headers):
        named = [("x-amz-rename-source", source)]
        named += [(name.replace("_", "-"), value) for name, value in headers.items()]
        request = plain("PUT", f"/{bucket}/{key}", store.host, query=[("renameObject", None)], headers=named)
        answer = send(store.address_of(gateway), store.signer().sign(request))
        return answer.status, answer.error_code()

    return ask


def keys(s3, bucket):
    """The keys of a bucket."""
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


@pytest.mark.parametrize("size", [10, 300_000], ids=["inline", "stripes"])
def test_a_renamed_object_keeps_all_it_has(s3, bucket, rename, size):
    body = pattern(size, "rename")
    s3.put_object(Bucket=bucket, Key="old", Body=body, ContentType="text/x", Metadata={"a": "1"}, Tagging="t=1")
    before = s3.head_object(Bucket=bucket, Key="old")
    s3.put_object(Bucket=bucket, Key="new", Body=b"replaced")
    assert rename("old", "new") == (200, None)
    found = s3.get_object(Bucket=bucket, Key="new")
    assert found["Body"].read() == body
    assert (found["ETag"], found["ContentType"], found["Metadata"]) == (before["ETag"], "text/x", {"a": "1"})
    assert s3.get_object_tagging(Bucket=bucket, Key="new")["TagSet"] == [{"Key": "t", "Value": "1"}]
    assert keys(s3, bucket) == ["new"]
    assert rename("old", "other") == (404, "NoSuchKey")
    assert rename(f"/{bucket}/new", "old") == (200, None)
    assert s3.get_object(Bucket=bucket, Key="old", Range="bytes=3-7")["Body"].read() == body[3:8]


def test_a_renamed_upload_has_its_parts_and_checksums(s3, bucket, rename):
    bodies = [pattern(PART, "one"), pattern(100, "two")]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="old", ChecksumAlgorithm="SHA256")["UploadId"]
    parts = []
    for number, body in enumerate(bodies, 1):
        part = s3.upload_part(
            Bucket=bucket, Key="old", UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="SHA256"
        )
        parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]})
    s3.complete_multipart_upload(Bucket=bucket, Key="old", UploadId=upload, MultipartUpload={"Parts": parts})

    def attributes(key):
        found = s3.get_object_attributes(Bucket=bucket, Key=key, ObjectAttributes=["ObjectParts", "Checksum", "ETag"])
        return found["ObjectParts"]["Parts"], found["Checksum"], found["ETag"]

    before = attributes("old")
    assert len(before[0]) == 2
    assert rename("old", "new") == (200, None)
    assert attributes("new") == before
    for number, body in enumerate(bodies, 1):
        found = s3.get_object(Bucket=bucket, Key="new", PartNumber=number, ChecksumMode="ENABLED")
        assert (found["Body"].read(), found["ChecksumSHA256"]) == (body, parts[number - 1]["ChecksumSHA256"])
    s3.put_object(Bucket=bucket, Key="new", Body=b"behind", WriteOffsetBytes=PART + 100)
    assert s3.get_object(Bucket=bucket, Key="new")["Body"].read() == b"".join(bodies) + b"behind"


def test_conditions_decide(s3, bucket, rename):
    etag = s3.put_object(Bucket=bucket, Key="old", Body=b"bytes")["ETag"]
    other = s3.put_object(Bucket=bucket, Key="new", Body=b"other")["ETag"]
    failed = (412, "PreconditionFailed")
    assert rename("old", "new", if_none_match="*") == failed
    assert rename("old", "new", if_match=etag) == failed
    assert rename("old", "new", x_amz_rename_source_if_match=other) == failed
    assert rename("old", "new", x_amz_rename_source_if_none_match=etag) == failed
    assert rename("old", "new", x_amz_rename_source_if_modified_since="Fri, 31 Dec 2100 00:00:00 GMT") == failed
    assert rename("old", "new", x_amz_rename_source_if_unmodified_since="Fri, 01 Jan 2010 00:00:00 GMT") == failed
    assert keys(s3, bucket) == ["new", "old"]
    assert rename("old", "new", if_match=other, x_amz_rename_source_if_match=etag) == (200, None)
    assert s3.get_object(Bucket=bucket, Key="new")["Body"].read() == b"bytes"


def test_a_repeat_is_known_by_its_token(s3, bucket, rename):
    s3.put_object(Bucket=bucket, Key="old", Body=b"bytes")
    assert rename("old", "new", x_amz_client_token="one") == (200, None)
    assert rename("old", "new", x_amz_client_token="one") == (200, None)
    assert rename("old", "other", x_amz_client_token="one") == (400, "IdempotencyParameterMismatch")
    assert rename("old", "new", x_amz_client_token="two") == (404, "NoSuchKey")
    assert keys(s3, bucket) == ["new"]


def test_a_rename_onto_itself_or_from_elsewhere_is_refused(s3, bucket, rename):
    s3.put_object(Bucket=bucket, Key="old", Body=b"bytes")
    assert rename("old", "old") == (400, "InvalidRequest")
    assert rename("/another-bucket/old", "new") == (400, "InvalidArgument")
    assert keys(s3, bucket) == ["old"]


def test_where_versions_are_kept_a_marker_takes_the_old_place(s3, bucket, rename):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="old", Body=b"first")
    s3.put_object(Bucket=bucket, Key="old", Body=b"second")
    assert rename("old", "new") == (200, None)
    assert keys(s3, bucket) == ["new"]
    found = s3.list_object_versions(Bucket=bucket)
    assert [(entry["Key"], entry["IsLatest"]) for entry in found["DeleteMarkers"]] == [("old", True)]
    bodies = {
        s3.get_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])["Body"].read()
        for entry in found["Versions"]
    }
    assert bodies == {b"first", b"second"}


def test_of_renames_of_one_object_one_wins(s3, bucket, rename):
    s3.put_object(Bucket=bucket, Key="old", Body=pattern(300_000, "race"))
    contenders = 6
    barrier = threading.Barrier(contenders)

    def attempt(index):
        barrier.wait()
        return rename("old", f"new-{index}", gateway=index)

    with ThreadPoolExecutor(contenders) as pool:
        outcomes = list(pool.map(attempt, range(contenders)))
    assert outcomes.count((200, None)) == 1 and outcomes.count((404, "NoSuchKey")) == contenders - 1, outcomes
    winner = f"new-{outcomes.index((200, None))}"
    assert keys(s3, bucket) == [winner]
    assert s3.get_object(Bucket=bucket, Key=winner)["Body"].read() == pattern(300_000, "race")
