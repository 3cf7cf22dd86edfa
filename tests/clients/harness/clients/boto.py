"""boto3: the client with its transfer manager for files, and the resource where it has words of its own."""

from urllib.parse import urlencode

from boto3.exceptions import Boto3Error
from botocore.exceptions import ClientError

from .face import ClientFailed, Face


def failing(method):
    """Turns botocore's errors into `ClientFailed`."""

    def wrapped(self, *arguments, **wishes):
        try:
            return method(self, *arguments, **wishes)
        except (ClientError, Boto3Error) as error:
            raise ClientFailed(str(error)) from error

    return wrapped


class Boto(Face):
    """boto3."""

    name = "boto3"

    def __init__(self, store, directory):
        super().__init__(store, directory)
        self.s3 = store.s3()
        self.resource = store.s3_resource()

    @failing
    def make_bucket(self, bucket):
        """Creates a bucket."""
        self.s3.create_bucket(Bucket=bucket)

    @failing
    def remove_bucket(self, bucket):
        """Removes an empty bucket."""
        self.s3.delete_bucket(Bucket=bucket)

    @failing
    def buckets(self):
        """The names of all buckets."""
        return {bucket["Name"] for bucket in self.s3.list_buckets()["Buckets"]}

    @failing
    def put(self, bucket, key, path):
        """Uploads a file."""
        self.s3.upload_file(str(path), bucket, key)

    @failing
    def get(self, bucket, key, path):
        """Downloads to a file."""
        self.s3.download_file(bucket, key, str(path))

    @failing
    def keys(self, bucket):
        """All keys."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    @failing
    def copy(self, bucket, source, target):
        """Copies an object inside a bucket."""
        self.s3.copy({"Bucket": bucket, "Key": source}, bucket, target)

    @failing
    def remove(self, bucket, key, version=None):
        """Removes an object or a version; tells {"marker", "version"}."""
        answer = self.s3.delete_object(Bucket=bucket, Key=key, **named(VersionId=version))
        return {"marker": answer.get("DeleteMarker", False), "version": answer.get("VersionId", "")}

    @failing
    def put_text(self, bucket, key, text, tags=None, ifMatch=None, ifNoneMatch=None):
        """Stores a text; tells {"etag", "version"}."""
        wishes = named(Tagging=urlencode(tags or {}), IfMatch=ifMatch, IfNoneMatch=ifNoneMatch)
        answer = self.s3.put_object(Bucket=bucket, Key=key, Body=text.encode(), **wishes)
        return {"etag": answer["ETag"], "version": answer.get("VersionId", "")}

    @failing
    def get_text(self, bucket, key, range=None, version=None, ifMatch=None, ifNoneMatch=None):
        """Reads a text."""
        wishes = named(Range=range, VersionId=version, IfMatch=ifMatch, IfNoneMatch=ifNoneMatch)
        return self.s3.get_object(Bucket=bucket, Key=key, **wishes)["Body"].read().decode()

    @failing
    def folders(self, bucket, prefix):
        """The keys and the common prefixes below a prefix."""
        answer = self.s3.list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/")
        prefixes = {entry["Prefix"] for entry in answer.get("CommonPrefixes", [])}
        return {entry["Key"] for entry in answer.get("Contents", [])}, prefixes

    @failing
    def multipart(self, bucket, key, path, part_bytes):
        """Uploads a file part by part, with the resource; tells its ETag and how many parts were listed before the end."""
        upload = self.resource.Object(bucket, key).initiate_multipart_upload()
        parts, body = [], path.read_bytes()
        for start in range(0, len(body), part_bytes):
            number = len(parts) + 1
            answer = upload.Part(number).upload(Body=body[start : start + part_bytes])
            parts.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumCRC32": answer["ChecksumCRC32"]})
        listed = len(list(upload.parts.all()))
        return {"etag": upload.complete(MultipartUpload={"Parts": parts}).e_tag, "parts": listed}

    @failing
    def enable_versioning(self, bucket):
        """Enables versioning, with the resource."""
        self.resource.BucketVersioning(bucket).enable()

    @failing
    def versions(self, bucket):
        """All versions and markers as {"key", "version", "latest", "marker"}."""
        answer = self.s3.list_object_versions(Bucket=bucket)
        rows = [(entry, False) for entry in answer.get("Versions", [])]
        rows += [(entry, True) for entry in answer.get("DeleteMarkers", [])]
        return [
            {"key": entry["Key"], "version": entry["VersionId"], "latest": entry["IsLatest"], "marker": is_marker}
            for entry, is_marker in rows
        ]

    @failing
    def set_tags(self, bucket, key, tags):
        """Replaces the tags of an object."""
        tag_set = [{"Key": name, "Value": value} for name, value in tags.items()]
        self.s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": tag_set})

    @failing
    def tags(self, bucket, key):
        """The tags of an object."""
        answer = self.s3.get_object_tagging(Bucket=bucket, Key=key)
        return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}

    @failing
    def presign(self, bucket, key, method):
        """A URL for a GET or a PUT of an object."""
        return self.s3.generate_presigned_url(f"{method.lower()}_object", {"Bucket": bucket, "Key": key})

    @failing
    def presign_post(self, bucket, key):
        """The URL and the fields of a form that uploads an object."""
        signed = self.s3.generate_presigned_post(bucket, key)
        return signed["url"], signed["fields"]


def named(**wishes):
    """The wishes that there are."""
    return {name: value for name, value in wishes.items() if value}
