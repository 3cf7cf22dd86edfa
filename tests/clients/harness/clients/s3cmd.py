"""s3cmd, in path style."""

from .face import CommandFace


class S3cmd(CommandFace):
    """s3cmd."""

    name = "s3cmd"
    command = "s3cmd"

    cannot_name = {
        "trailing slash": "s3cmd puts the file's name behind a slash",
        "trailing slash below": "s3cmd puts the file's name behind a slash",
        "avoid": "s3cmd reads a bracket or a star in an address as a pattern",
        "control": "s3cmd lists without encoding-type=url, and XML cannot hold these characters",
    }

    def options(self):
        return [
            "--config=/dev/null",
            f"--access_key={self.store.access_key}",
            f"--secret_key={self.store.secret_key}",
            f"--host={self.store.host}",
            f"--host-bucket={self.store.host}",
            f"--region={self.store.region}",
            "--no-ssl",
            "--no-progress",
            "--multipart-chunk-size-mb=5",
        ]

    def make_bucket(self, bucket):
        """Creates a bucket."""
        self.run("mb", f"s3://{bucket}")

    def remove_bucket(self, bucket):
        """Removes an empty bucket."""
        self.run("rb", f"s3://{bucket}")

    def buckets(self):
        """The names of all buckets."""
        return {line.rpartition("s3://")[2] for line in self.run("ls").splitlines()}

    def put(self, bucket, key, path):
        """Uploads a file."""
        self.run("put", str(path), f"s3://{bucket}/{key}")

    def get(self, bucket, key, path):
        """Downloads to a file."""
        self.run("get", "--force", f"s3://{bucket}/{key}", str(path))

    def keys(self, bucket):
        """All keys."""
        start = f"s3://{bucket}/"
        return {line.partition(start)[2] for line in self.run("ls", "--recursive", start).splitlines()}

    def copy(self, bucket, source, target):
        """Copies an object inside a bucket."""
        self.run("cp", f"s3://{bucket}/{source}", f"s3://{bucket}/{target}")

    def remove(self, bucket, key):
        """Removes an object."""
        self.run("del", f"s3://{bucket}/{key}")
