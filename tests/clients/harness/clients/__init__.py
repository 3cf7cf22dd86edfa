"""One adapter per real client, all with the same small face, so that one suite drives them all."""

from .aws_cli import AwsCli
from .boto import Boto
from .go_sdk import GoSdk
from .java_sdk import JavaSdk
from .javascript import JavaScript
from .minio_py import MinioPy
from .rclone import Rclone
from .s3cmd import S3cmd
from .s5cmd import S5cmd

OBJECT_CLIENTS = (Boto, AwsCli, S3cmd, S5cmd, Rclone, MinioPy, JavaScript, GoSdk, JavaSdk)

# Those that speak of versions, tags, conditions and signed URLs too.
WHOLE_CLIENTS = (Boto, AwsCli, MinioPy, JavaScript, GoSdk, JavaSdk)

__all__ = [
    "OBJECT_CLIENTS",
    "WHOLE_CLIENTS",
    "AwsCli",
    "Boto",
    "GoSdk",
    "JavaScript",
    "JavaSdk",
    "MinioPy",
    "Rclone",
    "S3cmd",
    "S5cmd",
]
