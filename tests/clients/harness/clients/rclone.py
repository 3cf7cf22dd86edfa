"""rclone's S3 backend."""

from .face import CommandFace


class Rclone(CommandFace):
    """rclone."""

    name = "rclone"
    command = "rclone"

    cannot_name = {
        "double slash": "rclone cleans paths",
        "dot segments": "rclone cleans paths",
        "single dot": "rclone cleans paths",
        "leading slash": "rclone cleans paths",
        "trailing slash": "rclone cleans paths",
        "trailing slash below": "rclone cleans paths",
        "control": "rclone maps control characters to symbols",
    }

    def environment(self):
        prefix = "RCLONE_CONFIG_CAIRN_"
        settings = {
            "TYPE": "s3",
            "PROVIDER": "Other",
            "ENDPOINT": self.store.endpoint,
            "ACCESS_KEY_ID": self.store.access_key,
            "SECRET_ACCESS_KEY": self.store.secret_key,
            "REGION": self.store.region,
            "FORCE_PATH_STYLE": "true",
            "CHUNK_SIZE": "5Mi",
            "UPLOAD_CUTOFF": "8Mi",
            "LIST_URL_ENCODE": "true",
        }
        return {**super().environment(), **{prefix + name: value for name, value in settings.items()}}

    def options(self):
        return ["--config", "/dev/null", "--low-level-retries", "1", "--retries", "1"]

    def make_bucket(self, bucket):
        """Creates a bucket."""
        self.run("mkdir", f"cairn:{bucket}")

    def remove_bucket(self, bucket):
        """Removes an empty bucket."""
        self.run("rmdir", f"cairn:{bucket}")

    def buckets(self):
        """The names of all buckets."""
        return {line.rstrip("/") for line in self.run("lsf", "cairn:").splitlines()}

    def put(self, bucket, key, path):
        """Uploads a file."""
        self.run("copyto", "--ignore-times", str(path), f"cairn:{bucket}/{key}")

    def get(self, bucket, key, path):
        """Downloads to a file."""
        self.run("copyto", "--ignore-times", "--error-on-no-transfer", f"cairn:{bucket}/{key}", str(path))

    def keys(self, bucket):
        """All keys."""
        return set(self.run("lsf", "-R", "--files-only", f"cairn:{bucket}").splitlines())

    def copy(self, bucket, source, target):
        """Copies an object inside a bucket."""
        self.run("copyto", f"cairn:{bucket}/{source}", f"cairn:{bucket}/{target}")

    def remove(self, bucket, key):
        """Removes an object."""
        self.run("deletefile", f"cairn:{bucket}/{key}")

    def sync(self, source, target):
        """`rclone sync`; returns what it did, a line for each transfer."""
        source, target = (str(end).replace("s3://", "cairn:") for end in (source, target))
        transfers = ["--transfers", "16", "--checkers", "16", "--fast-list"]
        done = self.run(
            "sync", *transfers, "--use-json-log", "-v", "--log-file", "rclone.log", source, target, seconds=900
        )
        log = self.directory / "rclone.log"
        copied = [line for line in log.read_text().splitlines() if "Copied (" in line]
        log.unlink()
        return copied + done.splitlines()
