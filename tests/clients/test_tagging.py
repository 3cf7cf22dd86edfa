"""Tags of objects and buckets: as documents, as headers, on copies and in the control API."""

import json
import subprocess

import pytest

from harness.errors import refused
from harness.raw_http import send
from harness.signing import plain


def tag_set(**tags):
    """Tags as boto3 has them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tags_of(s3, bucket, key="object", **options):
    """The tags of an object."""
    return s3.get_object_tagging(Bucket=bucket, Key=key, **options)["TagSet"]


def test_tags_are_put_read_counted_and_removed(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"1")
    before = s3.head_object(Bucket=bucket, Key="object")
    assert tags_of(s3, bucket) == [] and "TagCount" not in s3.get_object(Bucket=bucket, Key="object")
    s3.put_object_tagging(Bucket=bucket, Key="object", Tagging={"TagSet": tag_set(b="2", a="1")})
    assert tags_of(s3, bucket) == tag_set(a="1", b="2")
    assert s3.get_object(Bucket=bucket, Key="object")["TagCount"] == 2
    after = s3.head_object(Bucket=bucket, Key="object")
    assert after["ResponseMetadata"]["HTTPHeaders"]["x-amz-tagging-count"] == "2"
    assert (after["ETag"], after["LastModified"]) == (before["ETag"], before["LastModified"])
    s3.put_object_tagging(Bucket=bucket, Key="object", Tagging={"TagSet": tag_set(c="3")})
    assert tags_of(s3, bucket) == tag_set(c="3")
    s3.delete_object_tagging(Bucket=bucket, Key="object")
    assert tags_of(s3, bucket) == []


def test_the_header_tags_new_objects_and_uploads(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"1", Tagging="a=1&b=two%20words")
    assert tags_of(s3, bucket) == tag_set(a="1", b="two words")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="upload", Tagging="c=3")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="upload", UploadId=upload, PartNumber=1, Body=b"part")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="upload", UploadId=upload, MultipartUpload=parts)
    assert tags_of(s3, bucket, "upload") == tag_set(c="3")


def test_a_copy_takes_the_tags_of_its_source_or_those_of_the_request(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"1", Tagging="a=1")
    source = {"Bucket": bucket, "Key": "object"}
    s3.copy_object(Bucket=bucket, Key="copied", CopySource=source)
    assert tags_of(s3, bucket, "copied") == tag_set(a="1")
    s3.copy_object(Bucket=bucket, Key="other", CopySource=source, MetadataDirective="REPLACE", Metadata={"b": "2"})
    assert tags_of(s3, bucket, "other") == tag_set(a="1")
    s3.copy_object(Bucket=bucket, Key="replaced", CopySource=source, Tagging="b=2", TaggingDirective="REPLACE")
    assert tags_of(s3, bucket, "replaced") == tag_set(b="2")
    s3.copy_object(Bucket=bucket, Key="untagged", CopySource=source, TaggingDirective="REPLACE")
    assert tags_of(s3, bucket, "untagged") == []


def test_each_version_has_its_tags(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="object", Body=b"1", Tagging="v=1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="object", Body=b"2", Tagging="v=2")["VersionId"]
    changed = s3.put_object_tagging(
        Bucket=bucket, Key="object", VersionId=first, Tagging={"TagSet": tag_set(v="changed")}
    )
    assert changed["VersionId"] == first
    assert tags_of(s3, bucket, VersionId=first) == tag_set(v="changed")
    found = s3.get_object_tagging(Bucket=bucket, Key="object")
    assert (found["TagSet"], found["VersionId"]) == (tag_set(v="2"), second)
    assert s3.delete_object_tagging(Bucket=bucket, Key="object", VersionId=second)["VersionId"] == second
    assert tags_of(s3, bucket) == [] and tags_of(s3, bucket, VersionId=first) == tag_set(v="changed")


def test_tags_of_what_is_not_there_or_is_a_delete_marker_are_refused(s3, bucket):
    tagging = {"TagSet": tag_set(a="1")}
    with refused(404, "NoSuchKey"):
        s3.put_object_tagging(Bucket=bucket, Key="object", Tagging=tagging)
    with refused(404, "NoSuchKey"):
        s3.get_object_tagging(Bucket=bucket, Key="object")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    gone = s3.put_object(Bucket=bucket, Key="object", Body=b"1")["VersionId"]
    s3.delete_object(Bucket=bucket, Key="object", VersionId=gone)
    marker = s3.delete_object(Bucket=bucket, Key="object")["VersionId"]
    with refused(405, "MethodNotAllowed"):
        s3.put_object_tagging(Bucket=bucket, Key="object", VersionId=marker, Tagging=tagging)
    with refused(404, "NoSuchVersion"):
        s3.get_object_tagging(Bucket=bucket, Key="object", VersionId=gone)


BAD_SETS = {
    "twice": ([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}], "InvalidTag"),
    "long key": (tag_set(**{"k" * 129: "1"}), "InvalidTag"),
    "long value": (tag_set(a="v" * 257), "InvalidTag"),
    "reserved": (tag_set(**{"aws:a": "1"}), "InvalidTag"),
    "letter": (tag_set(a="<>"), "InvalidTag"),
    "eleven": (tag_set(**{f"k{n}": "v" for n in range(11)}), "BadRequest"),
}


@pytest.mark.parametrize(("tags", "code"), BAD_SETS.values(), ids=BAD_SETS.keys())
def test_tags_that_are_none_are_refused_and_those_before_stay(s3, bucket, tags, code):
    s3.put_object(Bucket=bucket, Key="object", Body=b"1", Tagging="kept=yes")
    with refused(400, code):
        s3.put_object_tagging(Bucket=bucket, Key="object", Tagging={"TagSet": tags})
    assert tags_of(s3, bucket) == tag_set(kept="yes")


def test_limits_of_tags_are_met_exactly(s3, bucket):
    tags = [{"Key": f"{n}" + "k" * 127, "Value": "v" * 256} for n in range(10)]
    s3.put_object(Bucket=bucket, Key="object", Body=b"1")
    s3.put_object_tagging(Bucket=bucket, Key="object", Tagging={"TagSet": tags})
    assert tags_of(s3, bucket) == tags


def test_a_bucket_has_tags_of_its_own(s3, bucket):
    with refused(404, "NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket=bucket)
    tags = tag_set(**{f"key {n:02}": "value" for n in range(50)})
    answer = s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == tags
    with refused(400, "BadRequest"):
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [*tags, {"Key": "one more", "Value": ""}]})
    with refused(400, "InvalidTag"):
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [tags[0], tags[0]]})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == tags
    s3.delete_bucket_tagging(Bucket=bucket)
    with refused(404, "NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket=bucket)


def test_a_bucket_can_be_created_with_tags(s3, bucket_names):
    name = bucket_names()
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"Tags": tag_set(a="1")})
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == tag_set(a="1")
    s3.delete_bucket(Bucket=name)


def test_the_control_api_shows_and_changes_the_tags_of_a_bucket(store, s3, bucket):
    path = f"/v20180820/tags/arn%3Aaws%3As3%3A%3A%3A{bucket}"
    account = [("x-amz-account-id", "123456789012")]

    def ask(method, query=(), body=b""):
        request = plain(method, path, store.host, query=list(query), headers=account, body=body)
        return send(store.address, store.signer().sign(request))

    document = (
        b'<TagResourceRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Tags>'
        b"<Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value>2</Value></Tag></Tags></TagResourceRequest>"
    )
    assert ask("POST", body=document).status == 204
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == tag_set(a="1", b="2")
    assert ask("DELETE", query=[("tagKeys", "a")]).status == 204
    listed = ask("GET").xml()
    assert [(tag.findtext("Key"), tag.findtext("Value")) for tag in listed.iter("Tag")] == [("b", "2")]
    assert ask("DELETE", query=[("tagKeys", "b")]).status == 204
    with refused(404, "NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket=bucket)


def test_the_resource_of_boto3_reads_and_writes_tags_of_a_bucket(store, bucket):
    tagging = store.resource().BucketTagging(bucket)
    tagging.put(Tagging={"TagSet": tag_set(a="1")})
    tagging.reload()
    assert tagging.tag_set == tag_set(a="1")
    tagging.delete()


@pytest.mark.client("awscli")
def test_awscli_tags_objects(store, s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"1")

    def aws(operation, *arguments):
        command = ["aws", "--endpoint-url", store.endpoint, "s3api", operation, "--bucket", bucket, "--key", "object"]
        found = subprocess.run(
            [*command, *arguments], env=store.environment(), capture_output=True, text=True, check=True, timeout=60
        )
        return json.loads(found.stdout or "{}")

    aws("put-object-tagging", "--tagging", "TagSet=[{Key=a,Value=1}]")
    assert aws("get-object-tagging")["TagSet"] == tag_set(a="1")
    aws("delete-object-tagging")
    assert aws("get-object-tagging")["TagSet"] == []


def test_tags_are_shown_by_key(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"x", Tagging="foo=bar&bar=&Zoo=1")
    assert tags_of(s3, bucket) == [{"Key": key, "Value": value} for key, value in [("Zoo", "1"), ("bar", ""), ("foo", "bar")]]
