"""CopyObject, DeleteObject and DeleteObjects."""

import pytest

from harness.checksums import md5_hex
from harness.errors import refused
from harness.files import pattern
from harness.keys import AWKWARD_KEYS
from harness.raw_http import send
from harness.signing import plain


@pytest.fixture
def source(s3, bucket):
    """A source with headers and metadata."""
    body = pattern(300_000, "copy")
    s3.put_object(
        Bucket=bucket, Key="source", Body=body, ContentType="text/plain", CacheControl="no-cache", Metadata={"a": "1"}
    )
    return {"Bucket": bucket, "Key": "source"}, body


def test_a_copy_takes_bytes_and_metadata(s3, bucket, source):
    answer = s3.copy_object(
        Bucket=bucket, Key="copy", CopySource=source[0], Metadata={"dropped": "x"}, ContentType="dropped/x"
    )
    assert answer["CopyObjectResult"]["ETag"] == f'"{md5_hex(source[1])}"'
    found = s3.get_object(Bucket=bucket, Key="copy")
    assert found["Body"].read() == source[1]
    assert (found["ContentType"], found["CacheControl"], found["Metadata"]) == ("text/plain", "no-cache", {"a": "1"})


def test_a_copy_with_replace_takes_all_headers_of_the_request(s3, bucket, source):
    s3.copy_object(
        Bucket=bucket,
        Key="copy",
        CopySource=source[0],
        MetadataDirective="REPLACE",
        Metadata={"b": "2"},
        ContentType="text/x",
    )
    found = s3.head_object(Bucket=bucket, Key="copy")
    assert (found["ContentType"], found["Metadata"], "CacheControl" in found) == ("text/x", {"b": "2"}, False)


def test_a_copy_onto_itself_changes_metadata_only(s3, bucket, source):
    with refused(400, "InvalidRequest"):
        s3.copy_object(Bucket=bucket, Key="source", CopySource=source[0])
    s3.copy_object(Bucket=bucket, Key="source", CopySource=source[0], MetadataDirective="REPLACE", Metadata={"c": "3"})
    found = s3.get_object(Bucket=bucket, Key="source")
    assert (found["Body"].read(), found["Metadata"]) == (source[1], {"c": "3"})


def test_a_copy_outlives_its_source(s3, bucket, source):
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=source[0])
    s3.delete_object(Bucket=bucket, Key="source")
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == source[1]


def test_a_copy_goes_to_another_bucket(s3, bucket, source, bucket_names):
    other = bucket_names()
    s3.create_bucket(Bucket=other)
    s3.copy_object(Bucket=other, Key="copy", CopySource=source[0])
    assert s3.get_object(Bucket=other, Key="copy")["Body"].read() == source[1]
    s3.delete_object(Bucket=other, Key="copy")
    s3.delete_bucket(Bucket=other)


def test_a_copy_of_a_multipart_object_is_plain(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="source")["UploadId"]
    at = {"Bucket": bucket, "Key": "source", "UploadId": upload}
    etag = s3.upload_part(**at, PartNumber=1, Body=b"part")["ETag"]
    s3.complete_multipart_upload(**at, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    answer = s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "source"})
    assert answer["CopyObjectResult"]["ETag"] == f'"{md5_hex(b"part")}"'


@pytest.mark.parametrize("form", ["{b}/{k}", "/{b}/{k}", "%2F{b}/{k}", "{b}%2F{k}", "{b}/{k}?versionId=null"])
def test_a_copy_source_has_many_forms(store, s3, bucket, source, form):
    value = form.format(b=bucket, k="source")
    request = plain("PUT", f"/{bucket}/copy", store.host, headers=[("x-amz-copy-source", value)])
    answer = send(store.address, store.signer().sign(request))
    assert (answer.status, answer.xml().tag) == (200, "CopyObjectResult"), answer
    assert s3.head_object(Bucket=bucket, Key="copy")["ContentLength"] == len(source[1])


@pytest.mark.parametrize("name", AWKWARD_KEYS)
def test_a_copy_source_may_be_awkward(s3, bucket, name):
    key = AWKWARD_KEYS[name]
    s3.put_object(Bucket=bucket, Key=key, Body=name.encode())
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": key})
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == name.encode()


def test_deleting_what_is_not_there_succeeds(s3, bucket):
    for _ in range(2):
        answer = s3.delete_object(Bucket=bucket, Key="never")
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_delete_objects_answers_for_each_key(s3, bucket):
    for key in ("a", "b/c", "stays"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    doomed = ["a", "b/c", "missing", "missing"]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in doomed]})
    assert sorted(entry["Key"] for entry in answer["Deleted"]) == sorted(doomed)
    assert "Errors" not in answer
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["stays"]


def test_quiet_delete_objects_names_only_errors(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}], "Quiet": True})
    assert "Deleted" not in answer and "Errors" not in answer
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_delete_objects_takes_a_thousand_awkward_keys(s3, bucket):
    keys = [*AWKWARD_KEYS.values(), *(f"key <&> {number}" for number in range(60))]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    filler = [f"missing-{number}" for number in range(1000 - len(keys))]
    # XML holds no control characters but tab and line ends, even escaped: that key goes by itself.
    s3.delete_object(Bucket=bucket, Key=AWKWARD_KEYS["control"])
    doomed = [{"Key": key} for key in [*keys, *filler] if key != AWKWARD_KEYS["control"]]
    assert len(s3.delete_objects(Bucket=bucket, Delete={"Objects": doomed})["Deleted"]) == 999
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_delete_objects_evaluates_conditions_for_each_key(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"x")["ETag"]
    s3.put_object(Bucket=bucket, Key="b", Body=b"y")
    answer = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": "a", "ETag": etag}, {"Key": "b", "ETag": etag}]}
    )
    assert [entry["Key"] for entry in answer["Deleted"]] == ["a"]
    assert [(entry["Key"], entry["Code"]) for entry in answer["Errors"]] == [("b", "PreconditionFailed")]
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["b"]


def test_delete_objects_with_the_null_version_deletes(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a", "VersionId": "null"}]})
    assert [entry["Key"] for entry in answer["Deleted"]] == ["a"]
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
