"""Object lock: retention, legal holds and the default of a bucket; what is locked stays."""

from datetime import datetime, timedelta, timezone

import pytest

from harness.checksums import md5_base64
from harness.errors import refused

DAY = timedelta(days=1)


def in_days(days):
    """A moment, without the fractions of a second that dates on the wire do not all have."""
    return (datetime.now(timezone.utc) + days * DAY).replace(microsecond=0)


def lift_and_remove(s3, name):
    """Removes a bucket whose locks can be lifted."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        for entry in page.get("Versions", []):
            version = {"Bucket": name, "Key": entry["Key"], "VersionId": entry["VersionId"]}
            s3.put_object_legal_hold(**version, LegalHold={"Status": "OFF"})
            s3.delete_object(**version, BypassGovernanceRetention=True)
        for entry in page.get("DeleteMarkers", []):
            s3.delete_object(Bucket=name, Key=entry["Key"], VersionId=entry["VersionId"])
    s3.delete_bucket(Bucket=name)


@pytest.fixture
def locking(store, s3, bucket_names):
    """A bucket with object lock. What a test holds for compliance stays behind with it."""
    name = bucket_names("locks")
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    yield name
    compliance = []
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        for entry in page.get("Versions", []):
            head = s3.head_object(Bucket=name, Key=entry["Key"], VersionId=entry["VersionId"])
            compliance.append(head.get("ObjectLockMode") == "COMPLIANCE")
    if not any(compliance):
        lift_and_remove(store.s3(retries=3), name)


def put(s3, bucket, key="object", body=b"kept", **options):
    """A PUT; returns the version id."""
    return s3.put_object(Bucket=bucket, Key=key, Body=body, **options)["VersionId"]


def configure(s3, bucket, **default):
    """Sets the default retention of a bucket."""
    configuration = {"ObjectLockEnabled": "Enabled"}
    if default:
        configuration["Rule"] = {"DefaultRetention": default}
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=configuration)


def test_a_bucket_with_object_lock_keeps_versions(s3, locking):
    assert s3.get_bucket_versioning(Bucket=locking)["Status"] == "Enabled"
    found = s3.get_object_lock_configuration(Bucket=locking)["ObjectLockConfiguration"]
    assert found == {"ObjectLockEnabled": "Enabled"}
    with refused(409, "InvalidBucketState"):
        s3.put_bucket_versioning(Bucket=locking, VersioningConfiguration={"Status": "Suspended"})


def test_object_lock_comes_later_where_versions_are_kept(s3, bucket):
    with refused(404, "ObjectLockConfigurationNotFoundError"):
        s3.get_object_lock_configuration(Bucket=bucket)
    with refused(409, "InvalidBucketState"):
        configure(s3, bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    configure(s3, bucket, Mode="GOVERNANCE", Days=1)
    found = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    assert found["Rule"]["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 1}
    configure(s3, bucket)
    assert "Rule" not in s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]


BAD_DEFAULTS = {
    "both": ({"Mode": "GOVERNANCE", "Days": 1, "Years": 1}, "MalformedXML"),
    "neither": ({"Mode": "GOVERNANCE"}, "MalformedXML"),
    "mode": ({"Mode": "FIRM", "Days": 1}, "MalformedXML"),
    "zero": ({"Mode": "GOVERNANCE", "Days": 0}, "InvalidRetentionPeriod"),
    "negative": ({"Mode": "COMPLIANCE", "Years": -1}, "InvalidRetentionPeriod"),
    "too long": ({"Mode": "COMPLIANCE", "Years": 101}, "InvalidArgument"),
}


@pytest.mark.parametrize(("default", "code"), BAD_DEFAULTS.values(), ids=BAD_DEFAULTS.keys())
def test_a_default_that_is_none_is_refused(s3, locking, default, code):
    with refused(400, code):
        configure(s3, locking, **default)
    assert "Rule" not in s3.get_object_lock_configuration(Bucket=locking)["ObjectLockConfiguration"]


def test_locks_of_the_request_are_kept_and_shown(s3, locking):
    until = in_days(2)
    put(
        s3,
        locking,
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=until,
        ObjectLockLegalHoldStatus="ON",
    )
    for found in (s3.head_object(Bucket=locking, Key="object"), s3.get_object(Bucket=locking, Key="object")):
        shown = found["ObjectLockMode"], found["ObjectLockRetainUntilDate"], found["ObjectLockLegalHoldStatus"]
        assert shown == ("GOVERNANCE", until, "ON")
    retention = s3.get_object_retention(Bucket=locking, Key="object")["Retention"]
    assert retention == {"Mode": "GOVERNANCE", "RetainUntilDate": until}
    assert s3.get_object_legal_hold(Bucket=locking, Key="object")["LegalHold"] == {"Status": "ON"}


def test_uploads_and_copies_take_locks_and_copies_inherit_none(s3, locking):
    until = in_days(1)
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}
    upload = s3.create_multipart_upload(Bucket=locking, Key="upload", **lock)["UploadId"]
    part = s3.upload_part(Bucket=locking, Key="upload", UploadId=upload, PartNumber=1, Body=b"part")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=locking, Key="upload", UploadId=upload, MultipartUpload=parts)
    assert s3.head_object(Bucket=locking, Key="upload")["ObjectLockRetainUntilDate"] == until
    source = {"Bucket": locking, "Key": "upload"}
    s3.copy_object(Bucket=locking, Key="copy", CopySource=source)
    assert "ObjectLockMode" not in s3.head_object(Bucket=locking, Key="copy")
    s3.copy_object(Bucket=locking, Key="locked copy", CopySource=source, **lock)
    assert s3.head_object(Bucket=locking, Key="locked copy")["ObjectLockMode"] == "GOVERNANCE"


def test_the_default_counts_where_the_writer_names_no_retention(s3, locking):
    configure(s3, locking, Mode="GOVERNANCE", Days=3)
    put(s3, locking)
    found = s3.head_object(Bucket=locking, Key="object")
    assert found["ObjectLockMode"] == "GOVERNANCE"
    assert abs(found["ObjectLockRetainUntilDate"] - in_days(3)) < timedelta(minutes=5)
    until = in_days(1)
    put(s3, locking, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)
    assert s3.head_object(Bucket=locking, Key="object")["ObjectLockRetainUntilDate"] == until


@pytest.mark.parametrize("lock", ["retention", "hold", "compliance"])
def test_a_locked_version_stays_and_a_marker_may_hide_it(s3, locking, lock):
    options = {
        "retention": {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": in_days(1)},
        "compliance": {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": in_days(1)},
        "hold": {"ObjectLockLegalHoldStatus": "ON"},
    }[lock]
    version = put(s3, locking, **options)
    with refused(403, "AccessDenied"):
        s3.delete_object(Bucket=locking, Key="object", VersionId=version)
    answer = s3.delete_objects(
        Bucket=locking, Delete={"Objects": [{"Key": "object", "VersionId": version}, {"Key": "other"}]}
    )
    assert [error["Code"] for error in answer["Errors"]] == ["AccessDenied"]
    assert s3.delete_object(Bucket=locking, Key="object")["DeleteMarker"]
    found = s3.get_object(Bucket=locking, Key="object", VersionId=version)
    assert found["Body"].read() == b"kept"
    if lock != "retention":
        with refused(403, "AccessDenied"):
            s3.delete_object(Bucket=locking, Key="object", VersionId=version, BypassGovernanceRetention=True)


def test_governance_is_passed_over_by_who_may_and_says_so(s3, locking):
    until = in_days(5)
    version = put(s3, locking, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": in_days(1)}
    with refused(403, "AccessDenied"):
        s3.put_object_retention(Bucket=locking, Key="object", Retention=shorter)
    longer = {"Mode": "GOVERNANCE", "RetainUntilDate": in_days(6)}
    s3.put_object_retention(Bucket=locking, Key="object", Retention=longer)
    s3.put_object_retention(Bucket=locking, Key="object", Retention=shorter, BypassGovernanceRetention=True)
    assert s3.get_object_retention(Bucket=locking, Key="object")["Retention"] == shorter
    s3.put_object_retention(Bucket=locking, Key="object", Retention={}, BypassGovernanceRetention=True)
    with refused(404, "NoSuchObjectLockConfiguration"):
        s3.get_object_retention(Bucket=locking, Key="object")
    s3.delete_object(Bucket=locking, Key="object", VersionId=version)
    version = put(s3, locking, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)
    answer = s3.delete_objects(
        Bucket=locking, Delete={"Objects": [{"Key": "object", "VersionId": version}]}, BypassGovernanceRetention=True
    )
    assert [entry["VersionId"] for entry in answer["Deleted"]] == [version]


def test_compliance_is_never_shortened(s3, locking):
    until = in_days(2)
    put(s3, locking, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until)
    for retention in (
        {"Mode": "COMPLIANCE", "RetainUntilDate": in_days(1)},
        {"Mode": "GOVERNANCE", "RetainUntilDate": in_days(3)},
        {},
    ):
        with refused(403, "AccessDenied"):
            s3.put_object_retention(
                Bucket=locking, Key="object", Retention=retention, BypassGovernanceRetention=True
            )
    longer = {"Mode": "COMPLIANCE", "RetainUntilDate": in_days(3)}
    s3.put_object_retention(Bucket=locking, Key="object", Retention=longer)
    assert s3.get_object_retention(Bucket=locking, Key="object")["Retention"] == longer


def test_a_hold_is_set_and_lifted(s3, locking):
    version = put(s3, locking)
    with refused(404, "NoSuchObjectLockConfiguration"):
        s3.get_object_legal_hold(Bucket=locking, Key="object")
    for status in ("ON", "OFF"):
        s3.put_object_legal_hold(Bucket=locking, Key="object", LegalHold={"Status": status})
        assert s3.get_object_legal_hold(Bucket=locking, Key="object")["LegalHold"] == {"Status": status}
        assert s3.head_object(Bucket=locking, Key="object")["ObjectLockLegalHoldStatus"] == status
    s3.delete_object(Bucket=locking, Key="object", VersionId=version)


def test_locks_need_a_bucket_that_has_them(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"1")
    until = in_days(1)
    for attempt in (
        lambda: s3.put_object_legal_hold(Bucket=bucket, Key="object", LegalHold={"Status": "ON"}),
        lambda: s3.put_object_retention(
            Bucket=bucket, Key="object", Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until}
        ),
        lambda: s3.get_object_retention(Bucket=bucket, Key="object"),
        lambda: s3.get_object_legal_hold(Bucket=bucket, Key="object"),
        lambda: s3.put_object(Bucket=bucket, Key="object", Body=b"2", ObjectLockLegalHoldStatus="ON"),
        lambda: s3.copy_object(
            Bucket=bucket, Key="c", CopySource=f"{bucket}/object", ObjectLockLegalHoldStatus="ON"
        ),
    ):
        with refused(400, "InvalidRequest"):
            attempt()
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"1"


def test_a_date_that_has_passed_is_refused(s3, locking):
    put(s3, locking)
    past = {"Mode": "GOVERNANCE", "RetainUntilDate": in_days(-1)}
    with refused(400, "InvalidArgument"):
        s3.put_object_retention(Bucket=locking, Key="object", Retention=past)
    with refused(400, "InvalidArgument"):
        put(s3, locking, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=in_days(-1))


def test_a_body_that_will_be_locked_must_be_proved(store, locking):
    s3 = store.s3(request_checksum_calculation="when_required")
    configure(s3, locking, Mode="GOVERNANCE", Days=1)
    with refused(400, "InvalidRequest"):
        put(s3, locking)
    put(s3, locking, ContentMD5=md5_base64(b"kept"))


def test_the_resource_of_boto3_locks_objects(store, locking):
    summary = store.resource().Object(locking, "object")
    version = summary.put(Body=b"kept", ObjectLockLegalHoldStatus="ON")["VersionId"]
    summary.reload()
    assert summary.object_lock_legal_hold_status == "ON"
    with refused(403, "AccessDenied"):
        store.resource().ObjectVersion(locking, "object", version).delete()
