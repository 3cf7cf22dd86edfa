"""Clients in other languages: one driver process for each store, that takes a JSON line for each call."""

import json
import subprocess

from .face import ClientFailed, Face


class JsonDriver(Face):
    """A face in front of a driver process. All drivers know the same operations."""

    def __init__(self, store, directory):
        super().__init__(store, directory)
        self.process = subprocess.Popen(
            self.command(), env=store.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def command(self):
        """The driver with its arguments; one that is not installed is a failure."""
        raise NotImplementedError

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)

    def call(self, operation, **arguments):
        """One call; a failure raises `ClientFailed`."""
        self.process.stdin.write(json.dumps({"operation": operation, **arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the driver of {self.name} ended"
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

    def remove(self, bucket, key, version=None):
        """Removes an object or a version; tells {"marker", "version"}."""
        which = {"version": version} if version else {}
        return self.call("remove", bucket=bucket, key=key, **which)

    def put_text(self, bucket, key, text, **wishes):
        """Stores a text; `tags`, `ifMatch` and `ifNoneMatch` as wanted. Tells {"etag", "version"}."""
        return self.call("putText", bucket=bucket, key=key, text=text, **wishes)

    def get_text(self, bucket, key, **wishes):
        """Reads a text; `range`, `version`, `ifMatch` and `ifNoneMatch` as wanted."""
        return self.call("getText", bucket=bucket, key=key, **wishes)

    def folders(self, bucket, prefix):
        """The keys and the common prefixes below a prefix."""
        found = self.call("folders", bucket=bucket, prefix=prefix)
        return set(found["keys"]), set(found["prefixes"])

    def multipart(self, bucket, key, path, part_bytes):
        """Uploads a file part by part; tells its ETag and how many parts were listed before the completion."""
        return self.call("multipart", bucket=bucket, key=key, path=str(path), partBytes=part_bytes)

    def enable_versioning(self, bucket):
        """Enables versioning."""
        self.call("enableVersioning", bucket=bucket)

    def versions(self, bucket):
        """All versions and markers as {"key", "version", "latest", "marker"}."""
        return self.call("versions", bucket=bucket)

    def set_tags(self, bucket, key, tags):
        """Replaces the tags of an object."""
        self.call("setTags", bucket=bucket, key=key, tags=tags)

    def tags(self, bucket, key):
        """The tags of an object."""
        return self.call("tags", bucket=bucket, key=key)

    def presign(self, bucket, key, method):
        """A URL for a GET or a PUT of an object."""
        return self.call("presign", bucket=bucket, key=key, method=method)

    def presign_post(self, bucket, key):
        """The URL and the fields of a form that uploads an object."""
        found = self.call("presignPost", bucket=bucket, key=key)
        return found["url"], found["fields"]
