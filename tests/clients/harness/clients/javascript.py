"""@aws-sdk/client-s3 for JavaScript, through one Node process that takes a JSON line for each call."""

import json
import shutil
import subprocess
from pathlib import Path

from .face import ClientFailed, Face

DRIVER = Path(__file__).resolve().parents[2] / "js" / "driver.cjs"
PACKAGES = Path.home() / ".cache" / "cairn" / "npm"


class JavaScript(Face):
    """@aws-sdk/client-s3."""

    name = "aws-sdk-js"

    def __init__(self, store, directory):
        super().__init__(store, directory)
        node = shutil.which("node")
        assert node and (PACKAGES / "node_modules").is_dir(), (
            "the JavaScript SDK is not installed: run tests/clients/install.py"
        )
        self.process = subprocess.Popen(
            [node, str(DRIVER), str(PACKAGES), store.endpoint],
            env=store.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)

    def call(self, operation, **arguments):
        """One call; a failure raises `ClientFailed`."""
        self.process.stdin.write(json.dumps({"operation": operation, **arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the JavaScript driver ended"
        answer = json.loads(line)
        if "error" in answer:
            raise ClientFailed(answer["error"])
        return answer["result"]

    def make_bucket(self, bucket):
        """Creates a bucket."""
        self.call("makeBucket", bucket=bucket)

    def remove_bucket(self, bucket):
        """Removes an empty bucket."""
        self.call("removeBucket", bucket=bucket)

    def buckets(self):
        """The names of all buckets."""
        return set(self.call("buckets"))

    def put(self, bucket, key, path):
        """Uploads a file as a stream."""
        self.call("put", bucket=bucket, key=key, path=str(path))

    def get(self, bucket, key, path):
        """Downloads to a file."""
        self.call("get", bucket=bucket, key=key, path=str(path))

    def keys(self, bucket):
        """All keys."""
        return set(self.call("keys", bucket=bucket))

    def copy(self, bucket, source, target):
        """Copies an object inside a bucket."""
        self.call("copy", bucket=bucket, source=source, target=target)

    def remove(self, bucket, key):
        """Removes an object."""
        self.call("remove", bucket=bucket, key=key)
