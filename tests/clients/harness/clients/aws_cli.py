"""awscli: `aws s3` for files, `aws s3api` for the rest."""

import json
import subprocess
import sys
from pathlib import Path

from .face import ClientFailed, CommandFace

WORKER = Path(__file__).with_name("aws_cli_worker.py")


class AwsCli(CommandFace):
    """awscli. Single commands go to one worker process, since its start costs more than most commands."""

    name = "awscli"
    command = "aws"

    cannot_name = {
        "trailing slash": "`aws s3 cp` puts the file's name behind a slash",
        "trailing slash below": "`aws s3 cp` puts the file's name behind a slash",
    }

    def __init__(self, store, directory):
        super().__init__(store, directory)
        self.worker = None

    def close(self):
        if self.worker:
            self.worker.stdin.close()
            self.worker.wait(10)

    def run(self, *arguments, seconds=600, stdin=None):
        """Runs one command in the worker."""
        if self.worker is None:
            self.worker = self._start_worker()
        line = json.dumps([*self.options(), *arguments])
        self.worker.stdin.write(line + "\n")
        self.worker.stdin.flush()
        answer = json.loads(self.worker.stdout.readline() or '{"status": -1, "out": "", "err": "the worker ended"}')
        if answer["status"] != 0:
            raise ClientFailed(f"aws {arguments}: exit {answer['status']}: {answer['err'][-3000:]}")
        return answer["out"]

    def _start_worker(self):
        return subprocess.Popen(
            [sys.executable, str(WORKER)],
            env=self.environment(),
            cwd=self.directory,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

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
        return super().run("s3", "sync", "--no-progress", str(source), str(target), seconds=900).splitlines()
