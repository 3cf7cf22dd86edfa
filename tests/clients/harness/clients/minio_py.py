"""minio-py."""

import io
from datetime import UTC, datetime, timedelta

from minio import Minio
from minio.commonconfig import ENABLED, CopySource, Tags
from minio.datatypes import PostPolicy
from minio.error import MinioException
from minio.versioningconfig import VersioningConfig

from .face import ClientFailed, Face


def failing(method):
    """Turns minio-py's errors into `ClientFailed`."""

    def wrapped(self, *arguments, **wishes):
        try:
            return method(self, *arguments, **wishes)
        except MinioException as error:
            raise ClientFailed(str(error)) from error

    return wrapped


class MinioPy(Face):
    """minio-py."""

    name = "minio-py"

    cannot_name = {
        "dot segments": "urllib3 removes dot segments from the URL that minio-py gives it",
        "single dot": "urllib3 removes dot segments from the URL that minio-py gives it",
    }

    cannot = {
        "conditions": "minio-py sets no condition on a PUT",
        "parts": "minio-py keeps the calls for single parts to itself",
        "marker": "minio-py does not tell what a removal left",
    }

    def __init__(self, store, directory):
        super().__init__(store, directory)
        self.minio = Minio(
            endpoint=store.host,
            access_key=store.access_key,
            secret_key=store.secret_key,
            region=store.region,
            secure=False,
        )

    @failing
    def make_bucket(self, bucket):
        """Creates a bucket."""
        self.minio.make_bucket(bucket_name=bucket)

    @failing
    def remove_bucket(self, bucket):
        """Removes an empty bucket."""
        self.minio.remove_bucket(bucket_name=bucket)

    @failing
    def buckets(self):
        """The names of all buckets."""
        return {bucket.name for bucket in self.minio.list_buckets()}

    @failing
    def put(self, bucket, key, path):
        """Uploads a file."""
        self.minio.fput_object(bucket_name=bucket, object_name=key, file_path=str(path), part_size=5 * 1024 * 1024)

    @failing
    def get(self, bucket, key, path):
        """Downloads to a file."""
        self.minio.fget_object(bucket_name=bucket, object_name=key, file_path=str(path))

    @failing
    def keys(self, bucket):
        """All keys."""
        return {entry.object_name for entry in self.minio.list_objects(bucket_name=bucket, recursive=True)}

    @failing
    def copy(self, bucket, source, target):
        """Copies an object inside a bucket."""
        origin = CopySource(bucket_name=bucket, object_name=source)
        self.minio.copy_object(bucket_name=bucket, object_name=target, source=origin)

    @failing
    def remove(self, bucket, key, version=None):
        """Removes an object or a version."""
        self.minio.remove_object(bucket_name=bucket, object_name=key, version_id=version)

    @failing
    def put_text(self, bucket, key, text, tags=None):
        """Stores a text; tells {"etag", "version"}."""
        answer = self.minio.put_object(
            bucket_name=bucket,
            object_name=key,
            data=io.BytesIO(text.encode()),
            length=len(text.encode()),
            tags=as_tags(tags) if tags else None,
        )
        return {"etag": f'"{answer.etag}"', "version": answer.version_id or ""}

    @failing
    def get_text(self, bucket, key, range=None, version=None):
        """Reads a text."""
        first, last = map(int, range.removeprefix("bytes=").split("-")) if range else (0, -1)
        answer = self.minio.get_object(
            bucket_name=bucket, object_name=key, offset=first, length=last - first + 1, version_id=version
        )
        try:
            return answer.read().decode()
        finally:
            answer.close()

    @failing
    def folders(self, bucket, prefix):
        """The keys and the common prefixes below a prefix."""
        entries = list(self.minio.list_objects(bucket_name=bucket, prefix=prefix))
        keys = {entry.object_name for entry in entries if not entry.is_dir}
        return keys, {entry.object_name for entry in entries if entry.is_dir}

    @failing
    def enable_versioning(self, bucket):
        """Enables versioning."""
        self.minio.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(ENABLED))

    @failing
    def versions(self, bucket):
        """All versions and markers as {"key", "version", "latest", "marker"}."""
        entries = self.minio.list_objects(bucket_name=bucket, recursive=True, include_version=True)
        return [
            {
                "key": entry.object_name,
                "version": entry.version_id,
                "latest": entry.is_latest == "true",
                "marker": entry.is_delete_marker,
            }
            for entry in entries
        ]

    @failing
    def set_tags(self, bucket, key, tags):
        """Replaces the tags of an object."""
        self.minio.set_object_tags(bucket_name=bucket, object_name=key, tags=as_tags(tags))

    @failing
    def tags(self, bucket, key):
        """The tags of an object."""
        return dict(self.minio.get_object_tags(bucket_name=bucket, object_name=key) or {})

    @failing
    def presign(self, bucket, key, method):
        """A URL for a GET or a PUT of an object."""
        return self.minio.get_presigned_url(method=method, bucket_name=bucket, object_name=key)

    @failing
    def presign_post(self, bucket, key):
        """The URL and the fields of a form that uploads an object."""
        policy = PostPolicy(bucket, datetime.now(UTC) + timedelta(minutes=5))
        policy.add_equals_condition("key", key)
        fields = self.minio.presigned_post_policy(policy=policy)
        return f"{self.store.endpoint}/{bucket}", {"key": key, **fields}


def as_tags(tags):
    """minio-py's own form of tags."""
    found = Tags.new_object_tags()
    found.update(tags)
    return found
