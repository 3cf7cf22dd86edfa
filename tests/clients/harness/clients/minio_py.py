"""minio-py."""

from minio import Minio
from minio.commonconfig import CopySource
from minio.error import MinioException

from .face import ClientFailed, Face


def failing(method):
    """Turns minio-py's errors into `ClientFailed`."""

    def wrapped(self, *arguments):
        try:
            return method(self, *arguments)
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
    def remove(self, bucket, key):
        """Removes an object."""
        self.minio.remove_object(bucket_name=bucket, object_name=key)
