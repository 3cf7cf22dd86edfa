"""A restic repository from its first snapshot to the prune."""

import json

import pytest

from conftest import remove_bucket
from harness.clients.restic import Restic
from harness.files import assert_same_tree, pattern


@pytest.fixture
def files(tmp_path):
    """A small tree with big and small files."""
    root = tmp_path / "files"
    for number in range(40):
        path = root / f"folder {number % 5}" / f"file-{number}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pattern((number % 7) * 40_000 + number, number))
    (root / "big.bin").write_bytes(pattern(25_000_000, "big"))
    return root


@pytest.mark.client("restic")
def test_a_repository_lives(store, s3, files, tmp_path, bucket_names):
    bucket = bucket_names()
    restic = Restic(store, tmp_path, bucket)
    restic.run("init")  # makes the bucket too
    restic.run("backup", str(files))
    (files / "folder 1" / "new.bin").write_bytes(pattern(3_000_000, "new"))
    restic.run("backup", str(files))
    snapshots = json.loads(restic.run("snapshots", "--json"))
    assert len(snapshots) == 2
    restic.run("check", "--read-data")
    restic.run("restore", "latest", "--target", str(tmp_path / "restored"))
    assert_same_tree(files, tmp_path / "restored" / files.relative_to("/"))
    restic.run("forget", "--keep-last", "1", "--prune")
    restic.run("check")
    assert len(json.loads(restic.run("snapshots", "--json"))) == 1
    remove_bucket(s3, bucket)
