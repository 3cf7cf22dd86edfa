"""awscli: `aws s3` for files, `aws s3api` for the rest."""

import json

from .face import CommandFace


class AwsCli(CommandFace):
    """awscli."""

    name = "awscli"
    command = "aws"

    def options(self):
        return ["--endpoint-url", self.store.endpoint]

    def make_bucket(self, bucket):
        """Creates a bucket."""
        self.run("s3api", "create-bucket", "--bucket", bucket)

    def remove_bucket(self, bucket):
        """Removes an empty bucket."""
        self.run("s3api", "delete-bucket", "--bucket", bucket)

    def buckets(self):
        """The names of all buckets."""
        return {bucket["Name"] for bucket in json.loads(self.run("s3api", "list-buckets"))["Buckets"]}

    def put(self, bucket, key, path):
        """Uploads a file."""
        self.run("s3", "cp", "--only-show-errors", str(path), f"s3://{bucket}/{key}")

    def get(self, bucket, key, path):
        """Downloads to a file."""
        self.run("s3", "cp", "--only-show-errors", f"s3://{bucket}/{key}", str(path))

    def keys(self, bucket):
        """All keys."""
        listing = self.run("s3api", "list-objects-v2", "--bucket", bucket, "--output", "json")
        return {entry["Key"] for entry in json.loads(listing or "{}").get("Contents", [])}

    def copy(self, bucket, source, target):
        """Copies an object inside a bucket."""
        self.run("s3", "cp", "--only-show-errors", f"s3://{bucket}/{source}", f"s3://{bucket}/{target}")

    def remove(self, bucket, key):
        """Removes an object."""
        self.run("s3api", "delete-object", "--bucket", bucket, "--key", key)

    def sync(self, source, target):
        """`aws s3 sync`; returns what it did, a line for each transfer."""
        return self.run("s3", "sync", "--no-progress", str(source), str(target), seconds=900).splitlines()
