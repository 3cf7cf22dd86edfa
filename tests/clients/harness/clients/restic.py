"""restic, with its repository in a bucket."""

from .face import CommandFace


class Restic(CommandFace):
    """restic. It knows repositories, not objects, so it has a face of its own."""

    name = "restic"
    command = "restic"

    def __init__(self, store, directory, bucket):
        super().__init__(store, directory)
        self.bucket = bucket

    def environment(self):
        return {**super().environment(), "RESTIC_PASSWORD": "only for tests"}

    def options(self):
        return ["--repo", f"s3:{self.store.endpoint}/{self.bucket}", "--no-cache", "-o", "s3.bucket-lookup=path"]
