"""A real tree of 5,000 files up, again with nothing to do, and down byte by byte; a file of 1 GiB."""

import shutil

import pytest
from boto3.s3.transfer import TransferConfig

from conftest import KINDS
from harness.clients import AwsCli, Rclone, S5cmd
from harness.files import assert_same_tree, file_sha256, files_of, random_file

MIB = 1024 * 1024
GIB = 1024 * MIB
pytestmark = [pytest.mark.heavy, pytest.mark.timeout(1200)]


# Two clients for each store: every client meets one of them, and both stores meet the same one.
TREE_CLIENTS = {"server": [AwsCli, Rclone], "cluster": [Rclone, S5cmd], "external": [AwsCli, Rclone, S5cmd]}
TREES = [pytest.param(store, kind, id=f"{store}-{kind.name}") for store in KINDS for kind in TREE_CLIENTS[store]]


@pytest.mark.parametrize("store, kind", TREES, indirect=["store"], scope="session")
def test_a_real_tree_goes_up_once_and_comes_back(store, s3, bucket, tree, tmp_path, kind):
    client = kind(store, tmp_path)
    names = set(files_of(tree))
    assert len(names) >= 5000
    client.sync(tree, f"s3://{bucket}/tree")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    assert {entry["Key"] for page in pages for entry in page["Contents"]} == {f"tree/{name}" for name in names}
    assert client.sync(tree, f"s3://{bucket}/tree") == [], "a second sync has nothing to do"
    target = tmp_path / "down"
    client.sync(f"s3://{bucket}/tree", target)
    assert_same_tree(tree, target)
    shutil.rmtree(target)
    client.close()


@pytest.fixture(scope="session")
def gibibyte(work_directory):
    """A file of 1 GiB of random bytes, and its digest."""
    path = work_directory / "gibibyte.bin"
    yield path, random_file(path, GIB)
    path.unlink()


def boto_up_and_down(store, bucket, source, target):
    """boto3's transfer manager, with parts of 16 MiB and four of them at once."""
    config = TransferConfig(multipart_threshold=16 * MIB, multipart_chunksize=16 * MIB, max_concurrency=4)
    s3 = store.s3()
    s3.upload_file(str(source), bucket, "gibibyte.bin", Config=config)
    s3.download_file(bucket, "gibibyte.bin", str(target), Config=config)


def rclone_up_and_down(store, bucket, source, target):
    """rclone with its parts of 5 MiB."""
    client = Rclone(store, target.parent)
    client.put(bucket, "gibibyte.bin", source)
    client.get(bucket, "gibibyte.bin", target)


BIG_CLIENTS = {"server": [boto_up_and_down], "cluster": [rclone_up_and_down], "external": [boto_up_and_down]}
BIG_FILES = [
    pytest.param(store, transfer, id=f"{store}-{transfer.__name__}")
    for store in KINDS
    for transfer in BIG_CLIENTS[store]
]


@pytest.mark.parametrize("store, transfer", BIG_FILES, indirect=["store"], scope="session")
def test_a_file_of_a_gibibyte_comes_back(store, s3, bucket, gibibyte, tmp_path, transfer):
    source, digest = gibibyte
    target = tmp_path / "down.bin"
    transfer(store, bucket, source, target)
    assert file_sha256(target) == digest
    target.unlink()
    head = s3.head_object(Bucket=bucket, Key="gibibyte.bin")
    assert head["ContentLength"] == GIB and "-" in head["ETag"]
    with open(source, "rb") as file:
        for start, length in ((0, 10), (16 * MIB - 5, 10), (GIB - 7, 7), (777_777_777, 70_000)):
            file.seek(start)
            ranged = s3.get_object(Bucket=bucket, Key="gibibyte.bin", Range=f"bytes={start}-{start + length - 1}")
            assert ranged["Body"].read() == file.read(length)
