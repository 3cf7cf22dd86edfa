"""One adapter per real client, all with the same small face, so that one suite drives them all."""

from .aws_cli import AwsCli
from .boto import Boto
from .javascript import JavaScript
from .minio_py import MinioPy
from .rclone import Rclone
from .s3cmd import S3cmd
from .s5cmd import S5cmd

OBJECT_CLIENTS = (Boto, AwsCli, S3cmd, S5cmd, Rclone, MinioPy, JavaScript)

__all__ = ["OBJECT_CLIENTS", "AwsCli", "Boto", "JavaScript", "MinioPy", "Rclone", "S3cmd", "S5cmd"]
