"""All that a bucket holds, as one value: equal before and after means that nothing changed."""

import hashlib

from botocore.exceptions import ClientError

BUCKET_SETTINGS = (
    "bucket_policy",
    "bucket_acl",
    "bucket_tagging",
    "bucket_versioning",
    "object_lock_configuration",
    "public_access_block",
)
OBJECT_SETTINGS = ("object_acl", "object_tagging", "object_retention", "object_legal_hold")
VOLATILE = {"date", "x-amz-request-id", "x-amz-id-2", "connection", "server", "keep-alive"}


def bucket_fingerprint(s3, bucket):
    """Objects with bytes and headers, versions, uploads and their parts."""
    return {
        "objects": {key: object_fingerprint(s3, bucket, key) for key in keys_of(s3, bucket)},
        "versions": versions_of(s3, bucket),
        "uploads": uploads_of(s3, bucket),
    }


def whole_fingerprint(s3, bucket):
    """The same with the configurations of the bucket, and tags, ACL and locks of its objects."""
    settings = {name: setting(s3, name, Bucket=bucket) for name in BUCKET_SETTINGS}
    objects = [
        setting(s3, name, Bucket=bucket, Key=version[0], VersionId=version[1])
        for version in versions_of(s3, bucket)
        for name in OBJECT_SETTINGS
    ]
    return {**bucket_fingerprint(s3, bucket), "settings": settings, "settings of objects": objects}


def setting(s3, name, **at):
    """What a GET of a setting answers: its fields, or the code of its refusal."""
    try:
        answer = getattr(s3, f"get_{name}")(**at)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return {field: value for field, value in answer.items() if field != "ResponseMetadata"}


def keys_of(s3, bucket):
    """All keys of a bucket."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def object_fingerprint(s3, bucket, key):
    """The bytes' digest and all headers that are not about the moment."""
    answer = s3.get_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    kept = {name: value for name, value in headers.items() if name not in VOLATILE}
    return hashlib.sha256(answer["Body"].read()).hexdigest(), kept


def versions_of(s3, bucket):
    """Key, version id, ETag, size and time of all versions."""
    answer = s3.list_object_versions(Bucket=bucket)
    return [
        (v["Key"], v["VersionId"], v["IsLatest"], v["ETag"], v["Size"], v["LastModified"])
        for v in answer.get("Versions", [])
    ]


def uploads_of(s3, bucket):
    """All open uploads with their parts."""
    found = s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return {(upload["Key"], upload["UploadId"]): parts_of(s3, bucket, upload) for upload in found}


def parts_of(s3, bucket, upload):
    """Number, ETag, size and time of the parts of an upload."""
    answer = s3.list_parts(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    return [(part["PartNumber"], part["ETag"], part["Size"], part["LastModified"]) for part in answer.get("Parts", [])]


def buckets_of(s3):
    """The names of all buckets."""
    return sorted(bucket["Name"] for bucket in s3.list_buckets()["Buckets"])
