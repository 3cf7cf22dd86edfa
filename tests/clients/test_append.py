"""Appends: `x-amz-write-offset-bytes` puts bytes behind those of an object."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from harness.checksums import checksum
from harness.errors import refused
from harness.files import pattern

PART = 5 * 1024 * 1024


def append(s3, bucket, body, offset, key="object", **options):
    """Appends; returns the size that the answer tells."""
    answer = s3.put_object(Bucket=bucket, Key=key, Body=body, WriteOffsetBytes=offset, **options)
    return answer["Size"]


def read(s3, bucket, key="object", **options):
    """The bytes of an object."""
    return s3.get_object(Bucket=bucket, Key=key, **options)["Body"].read()


@pytest.mark.parametrize("sizes", [(10, 20, 30), (300_000, 7, 400_000), (0, 50_000, 1)], ids=str)
def test_bytes_are_appended_and_ranges_over_them_read_right(s3, bucket, sizes):
    whole = pattern(sizes[0], "first")
    s3.put_object(Bucket=bucket, Key="object", Body=whole, ContentType="text/x", Metadata={"a": "1"})
    for size in sizes[1:]:
        more = pattern(size, f"more {size}")
        assert append(s3, bucket, more, len(whole), ContentType="ignored/x") == len(whole) + size
        whole += more
    found = s3.get_object(Bucket=bucket, Key="object")
    assert (found["Body"].read(), found["ContentLength"]) == (whole, len(whole))
    assert (found["ContentType"], found["Metadata"]) == ("text/x", {"a": "1"})
    edges = [0, sizes[0], sizes[0] + sizes[1], len(whole)]
    for edge in edges:
        start, end = max(0, edge - 3), min(len(whole), edge + 3)
        assert read(s3, bucket, Range=f"bytes={start}-{end - 1}") == whole[start:end], edge
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert [(entry["Key"], entry["Size"], entry["ETag"]) for entry in listed] == [
        ("object", len(whole), found["ETag"])
    ]


def test_an_append_at_0_makes_an_object(s3, bucket):
    assert append(s3, bucket, b"first", 0, ContentType="text/x") == 5
    assert s3.head_object(Bucket=bucket, Key="object")["ContentType"] == "text/x"
    with refused(400, "InvalidWriteOffset"):
        append(s3, bucket, b"again", 0)
    with refused(400, "InvalidWriteOffset"):
        append(s3, bucket, b"more", 6)
    with refused(400, "InvalidWriteOffset"):
        append(s3, bucket, b"more", 1, key="none")
    assert append(s3, bucket, b" second", 5) == 12
    assert read(s3, bucket) == b"first second"


def test_bytes_are_appended_to_an_upload_and_its_parts_stay(s3, bucket):
    bodies = [pattern(PART, "one"), pattern(100, "two")]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="object")["UploadId"]
    parts = []
    for number, body in enumerate(bodies, 1):
        part = s3.upload_part(Bucket=bucket, Key="object", UploadId=upload, PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": part["ETag"]})
    s3.complete_multipart_upload(Bucket=bucket, Key="object", UploadId=upload, MultipartUpload={"Parts": parts})
    append(s3, bucket, b"behind", PART + 100)
    whole = b"".join(bodies) + b"behind"
    assert read(s3, bucket) == whole
    assert read(s3, bucket, PartNumber=2) == bodies[1]
    assert read(s3, bucket, Range=f"bytes={PART - 2}-{PART + 104}") == whole[PART - 2 : PART + 105]


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME"])
def test_the_checksum_grows_with_the_object(s3, bucket, algorithm):
    first, second = pattern(70_000, "first"), pattern(10, "second")
    field = f"Checksum{algorithm}"
    s3.put_object(Bucket=bucket, Key="object", Body=first, **{field: checksum(algorithm, first)})
    append(s3, bucket, second, len(first))
    found = s3.head_object(Bucket=bucket, Key="object", ChecksumMode="ENABLED")
    assert (found[field], found["ChecksumType"]) == (checksum(algorithm, first + second), "FULL_OBJECT")


def test_a_condition_on_an_append_is_kept(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="object", Body=b"first")["ETag"]
    with refused(412, "PreconditionFailed"):
        append(s3, bucket, b"more", 5, IfMatch='"' + "0" * 32 + '"')
    append(s3, bucket, b"more", 5, IfMatch=etag)
    with refused(412, "PreconditionFailed"):
        append(s3, bucket, b"more", 9, IfMatch=etag)
    assert read(s3, bucket) == b"firstmore"


@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
def test_a_bucket_that_keeps_versions_takes_no_appends(s3, bucket, status):
    s3.put_object(Bucket=bucket, Key="object", Body=b"first")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
    with refused(400, "InvalidRequest"):
        append(s3, bucket, b"more", 5)
    assert read(s3, bucket) == b"first"


def test_of_appends_at_one_offset_one_wins(store, s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"start")
    contenders = 8
    barrier = threading.Barrier(contenders)

    def attempt(index):
        client = store.s3(gateway=index)
        barrier.wait()
        try:
            return append(client, bucket, bytes([65 + index]) * 50, 5)
        except ClientError as error:
            return error.response["Error"]["Code"]

    with ThreadPoolExecutor(contenders) as pool:
        outcomes = list(pool.map(attempt, range(contenders)))
    assert outcomes.count(55) == 1 and outcomes.count("InvalidWriteOffset") == contenders - 1, outcomes
    assert read(s3, bucket) == b"start" + bytes([65 + outcomes.index(55)]) * 50


def test_an_object_that_grew_is_overwritten_copied_and_removed_like_any_other(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"first")
    append(s3, bucket, b" second", 5)
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/object")
    assert read(s3, bucket, "copy") == b"first second"
    s3.put_object(Bucket=bucket, Key="object", Body=b"new")
    assert read(s3, bucket) == b"new"
    append(s3, bucket, b"er", 3)
    s3.delete_object(Bucket=bucket, Key="object")
    with refused(404, "NoSuchKey"):
        read(s3, bucket)
