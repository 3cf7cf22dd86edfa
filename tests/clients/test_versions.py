"""Versions: written, read by id, listed, hidden by delete markers, and removed for good."""

import pytest

from harness.errors import refused

ENABLED = {"Status": "Enabled"}
SUSPENDED = {"Status": "Suspended"}


@pytest.fixture
def versioned(s3, bucket):
    """A bucket that keeps versions."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=ENABLED)
    return bucket


def put(s3, bucket, body, key="object"):
    """Writes a version; returns its id."""
    return s3.put_object(Bucket=bucket, Key=key, Body=body)["VersionId"]


def get(s3, bucket, version=None, key="object"):
    """Reads a version, or the latest."""
    named = {"VersionId": version} if version else {}
    return s3.get_object(Bucket=bucket, Key=key, **named)["Body"].read()


def listed(s3, bucket):
    """Ids of the versions and delete markers of a bucket as listed, with what is the latest."""
    answer = s3.list_object_versions(Bucket=bucket)
    shown = lambda entries: [(entry["Key"], entry["VersionId"], entry["IsLatest"]) for entry in entries]  # noqa: E731
    return shown(answer.get("Versions", [])), shown(answer.get("DeleteMarkers", []))


def test_versioning_is_told_as_it_was_set(s3, bucket):
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    for configuration in (ENABLED, SUSPENDED, ENABLED):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=configuration)
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == configuration["Status"]


@pytest.mark.parametrize(
    "configuration, status, code",
    [
        ({"Status": "Off"}, 400, "MalformedXML"),
        ({}, 400, "IllegalVersioningConfigurationException"),
        ({"Status": "Enabled", "MFADelete": "Enabled"}, 501, "NotImplemented"),
    ],
)
def test_a_bad_configuration_changes_nothing(s3, bucket, configuration, status, code):
    with refused(status, code):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=configuration)
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)


def test_every_write_is_a_version_that_reads_back(s3, versioned):
    bodies = [b"first", b"second" * 10_000, b"third"]
    ids = [put(s3, versioned, body) for body in bodies]
    assert len(set(ids)) == 3
    assert [get(s3, versioned, version) for version in ids] == bodies
    assert get(s3, versioned) == bodies[-1]
    assert s3.head_object(Bucket=versioned, Key="object")["VersionId"] == ids[-1]
    newest_first = [("object", version, version == ids[-1]) for version in reversed(ids)]
    assert listed(s3, versioned) == (newest_first, [])


def test_objects_from_before_are_the_null_version(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"before")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=ENABLED)
    new = put(s3, bucket, b"after")
    assert get(s3, bucket, "null") == b"before"
    assert listed(s3, bucket) == ([("object", new, True), ("object", "null", False)], [])


def test_a_delete_marker_hides_the_key_and_its_removal_shows_it_again(s3, versioned):
    version = put(s3, versioned, b"hidden")
    deleted = s3.delete_object(Bucket=versioned, Key="object")
    assert deleted["DeleteMarker"] is True
    marker = deleted["VersionId"]
    with refused(404, "NoSuchKey") as answer:
        s3.get_object(Bucket=versioned, Key="object")
    headers = answer.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert (headers["x-amz-delete-marker"], headers["x-amz-version-id"]) == ("true", marker)
    with refused(405, "MethodNotAllowed") as answer:
        s3.get_object(Bucket=versioned, Key="object", VersionId=marker)
    assert answer.value.response["ResponseMetadata"]["HTTPHeaders"]["allow"] == "DELETE"
    assert s3.list_objects_v2(Bucket=versioned)["KeyCount"] == 0
    assert listed(s3, versioned) == ([("object", version, False)], [("object", marker, True)])
    assert get(s3, versioned, version) == b"hidden"
    removed = s3.delete_object(Bucket=versioned, Key="object", VersionId=marker)
    assert (removed["DeleteMarker"], removed["VersionId"]) == (True, marker)
    assert get(s3, versioned) == b"hidden"


def test_a_version_removed_by_its_id_is_gone_and_the_one_before_is_the_latest(s3, versioned):
    first, second = put(s3, versioned, b"first"), put(s3, versioned, b"second")
    removed = s3.delete_object(Bucket=versioned, Key="object", VersionId=second)
    assert removed["VersionId"] == second and "DeleteMarker" not in removed
    assert get(s3, versioned) == b"first"
    with refused(404, "NoSuchVersion"):
        get(s3, versioned, second)
    s3.delete_object(Bucket=versioned, Key="object", VersionId=first)
    assert listed(s3, versioned) == ([], [])


def test_suspended_writes_replace_the_null_version_alone(s3, versioned):
    kept = put(s3, versioned, b"kept")
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration=SUSPENDED)
    for body in (b"one", b"two"):
        s3.put_object(Bucket=versioned, Key="object", Body=body)
    assert listed(s3, versioned) == ([("object", "null", True), ("object", kept, False)], [])
    assert (get(s3, versioned), get(s3, versioned, kept)) == (b"two", b"kept")
    marker = s3.delete_object(Bucket=versioned, Key="object")
    assert (marker["DeleteMarker"], marker["VersionId"]) == (True, "null")
    assert listed(s3, versioned) == ([("object", kept, False)], [("object", "null", True)])


def test_multipart_and_copies_make_versions(s3, versioned):
    source = put(s3, versioned, b"source", key="source")
    put(s3, versioned, b"newer", key="source")
    copied = s3.copy_object(
        Bucket=versioned, Key="copy", CopySource={"Bucket": versioned, "Key": "source", "VersionId": source}
    )
    assert copied["CopySourceVersionId"] == source
    assert get(s3, versioned, copied["VersionId"], key="copy") == b"source"
    upload = s3.create_multipart_upload(Bucket=versioned, Key="parts")["UploadId"]
    part = s3.upload_part(Bucket=versioned, Key="parts", UploadId=upload, PartNumber=1, Body=b"part")["ETag"]
    done = s3.complete_multipart_upload(
        Bucket=versioned,
        Key="parts",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]},
    )
    assert get(s3, versioned, done["VersionId"], key="parts") == b"part"


def test_delete_objects_takes_keys_and_versions(s3, versioned):
    version = put(s3, versioned, b"x", key="by-version")
    put(s3, versioned, b"x", key="by-key")
    objects = [{"Key": "by-version", "VersionId": version}, {"Key": "by-key"}]
    deleted = {entry["Key"]: entry for entry in s3.delete_objects(Bucket=versioned, Delete={"Objects": objects})["Deleted"]}
    assert deleted["by-version"]["VersionId"] == version
    assert deleted["by-key"]["DeleteMarker"] is True and deleted["by-key"]["DeleteMarkerVersionId"]
    assert [key for key, _, _ in listed(s3, versioned)[1]] == ["by-key"]


def test_pages_of_versions_leave_nothing_out(s3, versioned):
    expected = []
    for key in ("a", "b", "c"):
        expected += [("v", key, version) for version in reversed([put(s3, versioned, b"x", key=key) for _ in range(4)])]
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=versioned, PaginationConfig={"PageSize": 3})
    found = [("v", entry["Key"], entry["VersionId"]) for page in pages for entry in page.get("Versions", [])]
    assert found == expected


def test_a_condition_sees_a_delete_marker_as_a_missing_key(s3, versioned):
    put(s3, versioned, b"x")
    with refused(412, "PreconditionFailed"):
        s3.put_object(Bucket=versioned, Key="object", Body=b"y", IfNoneMatch="*")
    s3.delete_object(Bucket=versioned, Key="object")
    s3.put_object(Bucket=versioned, Key="object", Body=b"y", IfNoneMatch="*")
    assert get(s3, versioned) == b"y"


def test_a_bucket_that_holds_only_old_versions_or_markers_is_not_empty(s3, bucket_names):
    name = bucket_names()
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=ENABLED)
    version = put(s3, name, b"x")
    marker = s3.delete_object(Bucket=name, Key="object")["VersionId"]
    for left in (version, marker):
        with refused(409, "BucketNotEmpty"):
            s3.delete_bucket(Bucket=name)
        s3.delete_object(Bucket=name, Key="object", VersionId=left)
    s3.delete_bucket(Bucket=name)


def test_every_gateway_writes_versions_once_one_acknowledged_the_change(store, bucket):
    first, second = store.s3(gateway=0), store.s3(gateway=1)
    second.put_object(Bucket=bucket, Key="object", Body=b"before")
    first.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=ENABLED)
    version = put(second, bucket, b"after")
    assert version != "null" and get(first, bucket, "null") == b"before"


def test_a_write_is_told_its_version_only_while_versions_are_kept(s3, versioned):
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration=SUSPENDED)
    assert "VersionId" not in s3.put_object(Bucket=versioned, Key="object", Body=b"null")
    upload = s3.create_multipart_upload(Bucket=versioned, Key="parts")["UploadId"]
    of_part = {"Bucket": versioned, "Key": "parts", "UploadId": upload}
    etag = s3.upload_part(**of_part, PartNumber=1, Body=b"x")["ETag"]
    done = s3.complete_multipart_upload(**of_part, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    assert "VersionId" not in done
    assert [s3.head_object(Bucket=versioned, Key=key)["VersionId"] for key in ("object", "parts")] == ["null", "null"]
