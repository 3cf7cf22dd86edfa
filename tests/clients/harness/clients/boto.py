"""boto3, with its transfer manager for files."""

from boto3.exceptions import Boto3Error
from botocore.exceptions import ClientError

from .face import ClientFailed, Face


def failing(method):
    """Turns botocore's errors into `ClientFailed`."""

    def wrapped(self, *arguments):
        try:
            return method(self, *arguments)
        except (ClientError, Boto3Error) as error:
            raise ClientFailed(str(error)) from error

    return wrapped


class Boto(Face):
    """boto3."""

    name = "boto3"

    def __init__(self, store, directory):
        super().__init__(store, directory)
        self.s3 = store.s3()

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
    def remove(self, bucket, key):
        """Removes an object."""
        self.s3.delete_object(Bucket=bucket, Key=key)
