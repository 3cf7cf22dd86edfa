"""Storage classes and website redirects: names that are kept and shown."""

import pytest

from harness.errors import refused

CLASSES = [
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "GLACIER_IR",
    "DEEP_ARCHIVE",
]


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_is_kept_and_shown(s3, bucket, name):
    s3.put_object(Bucket=bucket, Key="object", Body=b"1", StorageClass=name)
    assert s3.head_object(Bucket=bucket, Key="object")["StorageClass"] == name
    found = s3.get_object(Bucket=bucket, Key="object")
    assert (found["Body"].read(), found["StorageClass"]) == (b"1", name)
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"] + s3.list_object_versions(Bucket=bucket)["Versions"]
    assert [entry["StorageClass"] for entry in listed] == [name, name]


def test_the_standard_class_is_not_shown_but_listed(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"1", StorageClass="STANDARD")
    assert "StorageClass" not in s3.head_object(Bucket=bucket, Key="object")
    assert s3.list_objects(Bucket=bucket)["Contents"][0]["StorageClass"] == "STANDARD"


def test_an_upload_has_its_class_and_a_copy_only_the_one_it_names(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="object", StorageClass="GLACIER_IR")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="object", UploadId=upload, PartNumber=1, Body=b"part")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="object", UploadId=upload, MultipartUpload=parts)
    assert s3.head_object(Bucket=bucket, Key="object")["StorageClass"] == "GLACIER_IR"
    source = {"Bucket": bucket, "Key": "object"}
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=source)
    assert "StorageClass" not in s3.head_object(Bucket=bucket, Key="copy")
    s3.copy_object(Bucket=bucket, Key="object", CopySource=source, StorageClass="STANDARD_IA")
    found = s3.get_object(Bucket=bucket, Key="object")
    assert (found["Body"].read(), found["StorageClass"]) == (b"part", "STANDARD_IA")


def test_a_website_redirect_is_kept_and_a_copy_has_only_its_own(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"1", WebsiteRedirectLocation="/elsewhere")
    assert s3.head_object(Bucket=bucket, Key="object")["WebsiteRedirectLocation"] == "/elsewhere"
    source = {"Bucket": bucket, "Key": "object"}
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=source)
    assert "WebsiteRedirectLocation" not in s3.head_object(Bucket=bucket, Key="copy")
    s3.copy_object(
        Bucket=bucket, Key="copy", CopySource=source, WebsiteRedirectLocation="https://example.org/there"
    )
    assert s3.get_object(Bucket=bucket, Key="copy")["WebsiteRedirectLocation"] == "https://example.org/there"


@pytest.mark.parametrize("location", ["elsewhere", "ftp://example.org", "/" + "x" * 2048])
def test_a_redirect_that_leads_nowhere_is_refused(s3, bucket, location):
    with refused(400, "InvalidRedirectLocation"):
        s3.put_object(Bucket=bucket, Key="object", Body=b"1", WebsiteRedirectLocation=location)
