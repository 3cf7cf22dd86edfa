"""Conditional writes and reads: preconditions decide, and of racing writers one wins."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from harness.errors import refused

WRITERS = 12
OTHER_ETAG = '"' + "0" * 32 + '"'


def put(s3, bucket, key="object", body=b"bytes", **conditions):
    """A PUT; returns the ETag."""
    return s3.put_object(Bucket=bucket, Key=key, Body=body, **conditions)["ETag"]


def complete_upload(s3, bucket, key, body, **conditions):
    """Creates, fills and completes an upload of one part; returns the ETag. A refused one stays open."""
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=body)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    return s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, MultipartUpload=parts, **conditions)[
        "ETag"
    ]


def race(store, contenders, attempt):
    """Starts all attempts at one instant over all gateways; returns (index, outcome) where the outcome is a status."""
    barrier = threading.Barrier(contenders)
    clients = [store.s3(gateway=index) for index in range(contenders)]

    def run(index):
        barrier.wait()
        try:
            attempt(clients[index], index)
            return 200
        except ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"]

    with ThreadPoolExecutor(contenders) as pool:
        return list(pool.map(run, range(contenders)))


@pytest.mark.parametrize("size", [10, 300_000], ids=["inline", "stripes"])
@pytest.mark.parametrize("write", [put, complete_upload], ids=["put", "complete"])
def test_one_of_many_conditional_creates_wins_and_is_told_so(store, s3, bucket, write, size):
    for attempt in range(3):
        key = f"object-{attempt}"
        outcomes = race(store, WRITERS, lambda c, i, k=key: write(c, bucket, k, bytes([i]) * size, IfNoneMatch="*"))
        assert outcomes.count(200) == 1 and set(outcomes) <= {200, 409, 412}, outcomes
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        assert body == bytes([outcomes.index(200)]) * size


def test_of_writers_that_replace_one_etag_one_wins(store, s3, bucket):
    first = put(s3, bucket)
    outcomes = race(store, WRITERS, lambda c, i: put(c, bucket, body=bytes([i]), IfMatch=first))
    assert outcomes.count(200) == 1 and set(outcomes) <= {200, 409, 412}, outcomes
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == bytes([outcomes.index(200)])


@pytest.mark.parametrize("write", [put, complete_upload], ids=["put", "complete"])
def test_a_write_that_wants_absence_is_refused_where_the_key_exists(s3, bucket, write):
    put(s3, bucket, body=b"first")
    with refused(412, "PreconditionFailed"):
        write(s3, bucket, "object", b"second", IfNoneMatch="*")
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"first"
    s3.delete_object(Bucket=bucket, Key="object")
    write(s3, bucket, "object", b"second", IfNoneMatch="*")


@pytest.mark.parametrize("write", [put, complete_upload], ids=["put", "complete"])
def test_a_write_that_wants_an_etag_is_refused_at_another_and_at_none(s3, bucket, write):
    with refused(404, "NoSuchKey"):
        write(s3, bucket, "object", b"new", IfMatch=OTHER_ETAG)
    first = put(s3, bucket, body=b"first")
    with refused(412, "PreconditionFailed"):
        write(s3, bucket, "object", b"new", IfMatch=OTHER_ETAG)
    write(s3, bucket, "object", b"new", IfMatch=first)
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"new"


def test_if_match_takes_an_etag_without_quotes(s3, bucket):
    first = put(s3, bucket)
    put(s3, bucket, body=b"second", IfMatch=first.strip('"'))


def test_a_delete_with_if_match_spares_another_version(s3, bucket):
    first = put(s3, bucket)
    with refused(412, "PreconditionFailed"):
        s3.delete_object(Bucket=bucket, Key="object", IfMatch=OTHER_ETAG)
    s3.delete_object(Bucket=bucket, Key="object", IfMatch=first)
    with refused(404, "NoSuchKey"):
        s3.delete_object(Bucket=bucket, Key="object", IfMatch=first)


@pytest.fixture
def known(s3, bucket):
    """An object and the times around it."""
    etag = put(s3, bucket, body=b"0123456789")
    modified = s3.head_object(Bucket=bucket, Key="object")["LastModified"]
    return {"etag": etag, "other": OTHER_ETAG, "at": modified, "before": modified - timedelta(hours=1)}


READS = [
    # conditions → status; the order of precedence is that of RFC 9110 as S3 has it
    ({"IfMatch": "etag"}, 200),
    ({"IfMatch": "other"}, 412),
    ({"IfNoneMatch": "etag"}, 304),
    ({"IfNoneMatch": "other"}, 200),
    ({"IfModifiedSince": "before"}, 200),
    ({"IfModifiedSince": "at"}, 304),
    ({"IfUnmodifiedSince": "before"}, 412),
    ({"IfUnmodifiedSince": "at"}, 200),
    ({"IfMatch": "etag", "IfUnmodifiedSince": "before"}, 200),
    ({"IfMatch": "other", "IfUnmodifiedSince": "at"}, 412),
    ({"IfNoneMatch": "etag", "IfModifiedSince": "before"}, 304),
    ({"IfNoneMatch": "other", "IfModifiedSince": "at"}, 200),
    ({"IfMatch": "etag", "IfNoneMatch": "etag"}, 304),
]


@pytest.mark.parametrize("method", ["get_object", "head_object"])
@pytest.mark.parametrize("conditions, status", READS, ids=lambda v: "+".join(v) if isinstance(v, dict) else str(v))
def test_a_conditional_read_answers_by_precedence(s3, bucket, known, method, conditions, status):
    arguments = {name: known[value] for name, value in conditions.items()}
    if status == 200:
        answer = getattr(s3, method)(Bucket=bucket, Key="object", **arguments)
        assert answer["ContentLength"] == 10
        return
    code = "PreconditionFailed" if status == 412 and method == "get_object" else None
    with refused(status, code) as caught:
        getattr(s3, method)(Bucket=bucket, Key="object", **arguments)
    if status == 304:
        assert caught.value.response["ResponseMetadata"]["HTTPHeaders"]["etag"] == known["etag"]


COPIES = [
    ({"CopySourceIfMatch": "etag"}, 200),
    ({"CopySourceIfMatch": "other"}, 412),
    ({"CopySourceIfNoneMatch": "etag"}, 412),
    ({"CopySourceIfNoneMatch": "other"}, 200),
    ({"CopySourceIfModifiedSince": "at"}, 412),
    ({"CopySourceIfModifiedSince": "before"}, 200),
    ({"CopySourceIfUnmodifiedSince": "before"}, 412),
    ({"CopySourceIfUnmodifiedSince": "at"}, 200),
    ({"CopySourceIfMatch": "etag", "CopySourceIfUnmodifiedSince": "before"}, 200),
    ({"CopySourceIfNoneMatch": "etag", "CopySourceIfModifiedSince": "before"}, 412),
]


@pytest.mark.parametrize("conditions, status", COPIES, ids=lambda v: "+".join(v) if isinstance(v, dict) else str(v))
def test_conditions_on_a_copy_source_answer_412(s3, bucket, known, conditions, status):
    arguments = {name: known[value] for name, value in conditions.items()}
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    source = {"Bucket": bucket, "Key": "object"}

    def copy():
        s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, **arguments)

    def copy_part():
        s3.upload_part_copy(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, CopySource=source, **arguments)

    for operation in (copy, copy_part):
        if status == 200:
            operation()
        else:
            with refused(412, "PreconditionFailed"):
                operation()
    assert ("Parts" in s3.list_parts(Bucket=bucket, Key="parts", UploadId=upload)) == (status == 200)


def copy(s3, bucket, key="object", body=b"bytes", **conditions):
    """A copy of an object with these bytes, conditions on its destination; returns the ETag."""
    s3.put_object(Bucket=bucket, Key=f"source of {key}", Body=body)
    source = {"Bucket": bucket, "Key": f"source of {key}"}
    return s3.copy_object(Bucket=bucket, Key=key, CopySource=source, **conditions)["CopyObjectResult"]["ETag"]


def test_conditions_on_the_destination_of_a_copy_decide(s3, bucket):
    with refused(404, "NoSuchKey"):
        copy(s3, bucket, IfMatch=OTHER_ETAG)
    etag = copy(s3, bucket, IfNoneMatch="*")
    with refused(412, "PreconditionFailed"):
        copy(s3, bucket, body=b"other", IfNoneMatch="*")
    with refused(412, "PreconditionFailed"):
        copy(s3, bucket, body=b"other", IfMatch=OTHER_ETAG)
    copy(s3, bucket, body=b"replaced", IfMatch=etag)
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"replaced"


def test_of_copies_that_want_absence_one_wins(store, s3, bucket):
    for index in range(WRITERS):
        put(s3, bucket, key=f"source-{index}", body=bytes([index]) * 1000)

    def attempt(client, index):
        source = {"Bucket": bucket, "Key": f"source-{index}"}
        client.copy_object(Bucket=bucket, Key="object", CopySource=source, IfNoneMatch="*")

    outcomes = race(store, WRITERS, attempt)
    assert outcomes.count(200) == 1 and set(outcomes) <= {200, 409, 412}, outcomes
    body = s3.get_object(Bucket=bucket, Key="object")["Body"].read()
    assert body == bytes([outcomes.index(200)]) * 1000


@pytest.mark.parametrize("write", [put, complete_upload, copy], ids=["put", "complete", "copy"])
def test_a_delete_marker_counts_as_no_object(s3, bucket, write):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    etag = put(s3, bucket)
    s3.delete_object(Bucket=bucket, Key="object")
    with refused(404, "NoSuchKey"):
        write(s3, bucket, "object", b"bytes", IfMatch=etag)
    write(s3, bucket, "object", b"bytes", IfNoneMatch="*")


def test_a_delete_has_conditions_on_time_and_size(s3, bucket):
    put(s3, bucket)
    modified = s3.head_object(Bucket=bucket, Key="object")["LastModified"]
    for conditions in (
        {"IfMatchSize": 4},
        {"IfMatchLastModifiedTime": modified - timedelta(seconds=2)},
        {"IfMatchSize": 5, "IfMatchLastModifiedTime": modified + timedelta(seconds=2)},
        {"IfMatch": OTHER_ETAG, "IfMatchSize": 5},
    ):
        with refused(412, "PreconditionFailed"):
            s3.delete_object(Bucket=bucket, Key="object", **conditions)
    s3.delete_object(Bucket=bucket, Key="object", IfMatch="*", IfMatchSize=5, IfMatchLastModifiedTime=modified)
    # Of what is not there no time and no size differs, but no ETag matches.
    s3.delete_object(Bucket=bucket, Key="object", IfMatchSize=5, IfMatchLastModifiedTime=modified)
    with refused(404, "NoSuchKey"):
        s3.delete_object(Bucket=bucket, Key="object", IfMatch="*")


def test_each_key_of_many_deletes_has_its_conditions(s3, bucket):
    etags = {key: put(s3, bucket, key=key, body=key.encode()) for key in ("etag", "size", "time", "wrong", "late")}
    modified = s3.head_object(Bucket=bucket, Key="time")["LastModified"]
    objects = [
        {"Key": "etag", "ETag": etags["etag"]},
        {"Key": "size", "Size": 4},
        {"Key": "time", "LastModifiedTime": modified},
        {"Key": "wrong", "Size": 4},
        {"Key": "late", "LastModifiedTime": modified + timedelta(seconds=5)},
        {"Key": "none", "ETag": "*"},
    ]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})
    assert sorted(entry["Key"] for entry in answer["Deleted"]) == ["etag", "size", "time"]
    assert {entry["Key"]: entry["Code"] for entry in answer["Errors"]} == {
        "wrong": "PreconditionFailed",
        "late": "PreconditionFailed",
        "none": "NoSuchKey",
    }
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["late", "wrong"]


def test_of_conditional_deletes_of_one_version_one_wins(store, s3, bucket):
    etag = put(s3, bucket)
    outcomes = race(
        store, WRITERS, lambda client, _: client.delete_object(Bucket=bucket, Key="object", IfMatch=etag)
    )
    assert outcomes.count(200) == 1 and outcomes.count(404) == WRITERS - 1, outcomes
