"""A restic repository from its first snapshot to the prune."""

import json

import pytest

from conftest import remove_bucket
from harness.clients.restic import Restic
from harness.errors import refused
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


@pytest.mark.client("restic")
def test_what_a_repository_pruned_is_kept_by_the_lock_of_its_bucket(store, s3, files, tmp_path, bucket_names):
    bucket = bucket_names()
    s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    retention = {"Mode": "GOVERNANCE", "Days": 1}
    s3.put_object_lock_configuration(
        Bucket=bucket,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}},
    )
    restic = Restic(store, tmp_path, bucket)
    restic.run("init")
    restic.run("backup", str(files))
    (snapshot,) = snapshots(s3, bucket)
    (files / "big.bin").write_bytes(pattern(9_000_000, "other"))
    restic.run("backup", str(files))
    restic.run("forget", "--keep-last", "1", "--prune")
    restic.run("check", "--read-data")

    # The prune left delete markers: the first snapshot's version is there, and nobody removes it by its id.
    assert snapshot["Key"] not in {version["Key"] for version in snapshots(s3, bucket) if version["IsLatest"]}
    with refused(403, "AccessDenied"):
        s3.delete_object(Bucket=bucket, Key=snapshot["Key"], VersionId=snapshot["VersionId"])
    locked = s3.head_object(Bucket=bucket, Key=snapshot["Key"], VersionId=snapshot["VersionId"])
    assert locked["ObjectLockMode"] == "GOVERNANCE"
    remove_locked(s3, bucket)


def snapshots(s3, bucket):
    """The versions of what a repository keeps of its snapshots."""
    return s3.list_object_versions(Bucket=bucket, Prefix="snapshots/").get("Versions", [])


def remove_locked(s3, bucket):
    """Removes a bucket whose versions are locked for governance."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for version in page.get("Versions", []) + page.get("DeleteMarkers", []):
            s3.delete_object(
                Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"], BypassGovernanceRetention=True
            )
    s3.delete_bucket(Bucket=bucket)
