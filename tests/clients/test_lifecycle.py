"""The life of buckets and objects through each real client, and the keys that go wrong."""

import pytest

from harness.clients import OBJECT_CLIENTS
from harness.clients.face import ClientFailed
from harness.files import pattern
from harness.keys import AWKWARD_KEYS

MULTIPART_BYTES = 17 * 1024 * 1024 + 12345  # more than every client's threshold, and not a multiple of a part
SIZES = {
    "empty": 0,
    "one byte": 1,
    "inline limit": 16384,
    "above inline": 16385,
    "stripe and a bit": 262145,
    "parts": MULTIPART_BYTES,
}


@pytest.fixture(scope="module", params=OBJECT_CLIENTS, ids=lambda kind: kind.name)
def client(request, store, tmp_path_factory):
    """Each client in turn, with a home directory of its own; one process of it serves all tests on a store."""
    adapter = request.param(store, tmp_path_factory.mktemp("client"))
    yield adapter
    adapter.close()


@pytest.fixture
def file(tmp_path):
    """Writes a file with random bytes that depend on size and name."""

    def write(size, name="upload"):
        path = tmp_path / f"{name}.bin"
        path.write_bytes(pattern(size, name))
        return path

    return write


def test_a_bucket_appears_in_the_list_and_goes(client, s3, bucket_names):
    name = bucket_names()
    client.make_bucket(name)
    assert name in client.buckets()
    client.remove_bucket(name)
    assert name not in client.buckets()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_an_object_comes_back_byte_by_byte(client, bucket, file, tmp_path, size):
    source, target = file(size), tmp_path / "download.bin"
    client.put(bucket, "folder/object", source)
    client.get(bucket, "folder/object", target)
    assert target.read_bytes() == source.read_bytes()


def test_an_overwrite_replaces_the_whole_object(client, bucket, s3, file, tmp_path):
    client.put(bucket, "object", file(70_000, "first"))
    second = file(33, "second")
    client.put(bucket, "object", second)
    client.get(bucket, "object", tmp_path / "download.bin")
    assert (tmp_path / "download.bin").read_bytes() == second.read_bytes()
    assert s3.head_object(Bucket=bucket, Key="object")["ContentLength"] == 33


@pytest.mark.parametrize("size", [50_000, MULTIPART_BYTES], ids=["small", "parts"])
def test_a_copy_equals_its_source(client, bucket, s3, file, size):
    source = file(size)
    client.put(bucket, "source", source)
    client.copy(bucket, "source", "below/target")
    assert s3.get_object(Bucket=bucket, Key="below/target")["Body"].read() == source.read_bytes()
    assert client.keys(bucket) == {"source", "below/target"}


def test_a_removed_object_is_gone(client, bucket, file, tmp_path):
    client.put(bucket, "object", file(10))
    client.remove(bucket, "object")
    assert client.keys(bucket) == set()
    with pytest.raises(ClientFailed):
        client.get(bucket, "object", tmp_path / "download.bin")


def test_a_bucket_that_holds_an_object_stays(client, bucket, s3, file):
    client.put(bucket, "object", file(10))
    with pytest.raises(ClientFailed):
        client.remove_bucket(bucket)
    assert s3.head_object(Bucket=bucket, Key="object")["ContentLength"] == 10


def test_awkward_keys_are_stored_under_exactly_their_names(client, bucket, s3, file, tmp_path):
    keys = {name: key for name, key in AWKWARD_KEYS.items() if name not in client.cannot_name}
    failures = {}
    for name, key in keys.items():
        source, target = file(100, name.replace(" ", "-")), tmp_path / f"{name} download.bin"
        try:
            client.put(bucket, key, source)
            client.get(bucket, key, target)
            if target.read_bytes() != source.read_bytes():
                failures[name] = "other bytes"
        except (ClientFailed, OSError) as error:
            failures[name] = str(error)[-300:]
    assert not failures
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    assert {entry["Key"] for page in pages for entry in page["Contents"]} == set(keys.values())
    assert client.keys(bucket) == set(keys.values())
