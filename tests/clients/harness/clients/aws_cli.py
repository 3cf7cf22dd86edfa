"""awscli: `aws s3` for files, `aws s3api` for the rest."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

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

    cannot = {"presign PUT": "`aws s3 presign` signs GET alone", "presign POST": "`aws` signs no forms"}

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

    def remove(self, bucket, key, version=None):
        """Removes an object or a version; tells {"marker", "version"}."""
        answer = self.api("delete-object", bucket, key, **{"version-id": version})
        return {"marker": answer.get("DeleteMarker", False), "version": answer.get("VersionId", "")}

    def api(self, command, bucket, key=None, *more, **options):
        """`aws s3api` with its answer parsed; options without a value are left out."""
        named = {"bucket": bucket, "key": key, **options}
        words = [word for name, value in named.items() if value for word in (f"--{name}", str(value))]
        return json.loads(self.run("s3api", command, *words, *more) or "{}")

    def put_text(self, bucket, key, text, tags=None, ifMatch=None, ifNoneMatch=None):
        """Stores a text; tells {"etag", "version"}."""
        body = self.directory / "text"
        body.write_text(text)
        conditions = {"if-match": ifMatch, "if-none-match": ifNoneMatch}
        answer = self.api("put-object", bucket, key, body=body, tagging=urlencode(tags or {}), **conditions)
        return {"etag": answer["ETag"], "version": answer.get("VersionId", "")}

    def get_text(self, bucket, key, range=None, version=None, ifMatch=None, ifNoneMatch=None):
        """Reads a text."""
        target = self.directory / "text"
        conditions = {"if-match": ifMatch, "if-none-match": ifNoneMatch}
        self.api("get-object", bucket, key, str(target), range=range, **{"version-id": version}, **conditions)
        return target.read_text()

    def folders(self, bucket, prefix):
        """The keys and the common prefixes below a prefix."""
        answer = self.api("list-objects-v2", bucket, prefix=prefix, delimiter="/")
        prefixes = {entry["Prefix"] for entry in answer.get("CommonPrefixes", [])}
        return {entry["Key"] for entry in answer.get("Contents", [])}, prefixes

    def multipart(self, bucket, key, path, part_bytes):
        """Uploads a file part by part; tells its ETag and how many parts were listed before the completion."""
        upload = {"upload-id": self.api("create-multipart-upload", bucket, key)["UploadId"]}
        parts, body, piece = [], path.read_bytes(), self.directory / "part"
        for start in range(0, len(body), part_bytes):
            number = len(parts) + 1
            piece.write_bytes(body[start : start + part_bytes])
            answer = self.api("upload-part", bucket, key, body=piece, **{"part-number": number}, **upload)
            parts.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumCRC32": answer["ChecksumCRC32"]})
        listed = len(self.api("list-parts", bucket, key, **upload)["Parts"])
        manifest = {"multipart-upload": json.dumps({"Parts": parts})}
        return {"etag": self.api("complete-multipart-upload", bucket, key, **manifest, **upload)["ETag"], "parts": listed}

    def enable_versioning(self, bucket):
        """Enables versioning."""
        self.api("put-bucket-versioning", bucket, **{"versioning-configuration": "Status=Enabled"})

    def versions(self, bucket):
        """All versions and markers as {"key", "version", "latest", "marker"}."""
        answer = self.api("list-object-versions", bucket)
        rows = [(entry, False) for entry in answer.get("Versions", [])]
        rows += [(entry, True) for entry in answer.get("DeleteMarkers", [])]
        return [
            {"key": entry["Key"], "version": entry["VersionId"], "latest": entry["IsLatest"], "marker": is_marker}
            for entry, is_marker in rows
        ]

    def set_tags(self, bucket, key, tags):
        """Replaces the tags of an object."""
        tag_set = [{"Key": name, "Value": value} for name, value in tags.items()]
        self.api("put-object-tagging", bucket, key, tagging=json.dumps({"TagSet": tag_set}))

    def tags(self, bucket, key):
        """The tags of an object."""
        return {tag["Key"]: tag["Value"] for tag in self.api("get-object-tagging", bucket, key)["TagSet"]}

    def presign(self, bucket, key, method):
        """A URL for a GET of an object."""
        assert method == "GET"
        return self.run("s3", "presign", f"s3://{bucket}/{key}").strip()

    def sync(self, source, target):
        """`aws s3 sync`; returns what it did, a line for each transfer."""
        return super().run("s3", "sync", "--no-progress", str(source), str(target), seconds=900).splitlines()
