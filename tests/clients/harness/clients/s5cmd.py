"""s5cmd."""

import json

from .face import CommandFace


class S5cmd(CommandFace):
    """s5cmd."""

    name = "s5cmd"
    command = "s5cmd"

    cannot_name = {
        "trailing slash": "s5cmd puts the file's name behind a slash",
        "trailing slash below": "s5cmd puts the file's name behind a slash",
        "control": "s5cmd lists without encoding-type=url, and XML cannot hold these characters",
        "reserved": "s5cmd refuses targets with glob characters",
        "avoid": "s5cmd refuses targets with glob characters",
    }

    def options(self):
        return ["--endpoint-url", self.store.endpoint, "--retry-count", "1", "--json"]

    def lines(self, *arguments):
        """The JSON lines of a command."""
        return [json.loads(line) for line in self.run(*arguments).splitlines()]

    def make_bucket(self, bucket):
        """Creates a bucket."""
        self.run("mb", f"s3://{bucket}")

    def remove_bucket(self, bucket):
        """Removes an empty bucket."""
        self.run("rb", f"s3://{bucket}")

    def buckets(self):
        """The names of all buckets."""
        return {line["name"] for line in self.lines("ls")}

    def put(self, bucket, key, path):
        """Uploads a file."""
        self.run("cp", "--part-size", "5", str(path), f"s3://{bucket}/{key}")

    def get(self, bucket, key, path):
        """Downloads to a file."""
        self.run("cp", "--raw", "--part-size", "5", f"s3://{bucket}/{key}", str(path))

    def keys(self, bucket):
        """All keys."""
        start = f"s3://{bucket}/"
        if not self.store.s3().list_objects_v2(Bucket=bucket, MaxKeys=1)["KeyCount"]:
            return set()  # it calls an empty listing a failure
        return {line["key"].partition(start)[2] for line in self.lines("ls", f"{start}*")}

    def copy(self, bucket, source, target):
        """Copies an object inside a bucket."""
        self.run("cp", "--raw", f"s3://{bucket}/{source}", f"s3://{bucket}/{target}")

    def remove(self, bucket, key):
        """Removes an object."""
        self.run("rm", "--raw", f"s3://{bucket}/{key}")

    def sync(self, source, target):
        """`s5cmd sync`; returns what it did, a line for each transfer."""
        source = f"{source}/*" if str(source).startswith("s3://") else f"{source}/"
        return self.run("sync", source, f"{target}/", seconds=900).splitlines()
