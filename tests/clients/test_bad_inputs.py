"""Every bad request gets its exact error, and nothing changes."""

from pathlib import Path

import pytest

from bad_inputs import BESIDE, FILL, LATER, ROWS, TABLE
from bad_inputs.table import Arena, Raw
from conftest import new_bucket_name, remove_bucket
from harness.checksums import checksum
from harness.fingerprint import bucket_fingerprint, buckets_of, whole_fingerprint
from harness.raw_http import send, send_bytes

MIB = 1024 * 1024


class Watched:
    """An arena and what it held last."""

    of_arenas = set()
    """Buckets of all arenas: another arena may be made between two looks."""

    def __init__(self, store, kind):
        self.s3 = store.s3()
        self.arena = Arena(store, new_bucket_name("arena"), new_bucket_name("other"))
        self.of_arenas.update((self.arena.bucket, self.arena.other))
        FILL[kind](self.s3, self.arena)
        self.fingerprint = bucket_fingerprint if kind == "plain" else whole_fingerprint
        self.last = self.now()

    def now(self):
        """All that the arena holds."""
        held = (self.arena.bucket, self.arena.other)
        beside = set(buckets_of(self.s3)) - self.of_arenas
        return {"held": [self.fingerprint(self.s3, bucket) for bucket in held], "beside": beside}

    def assert_unchanged(self):
        """Fails when something changed; the next case begins from what is there."""
        before, self.last = self.last, self.now()
        assert self.last == before


@pytest.fixture(scope="module")
def arenas(store):
    """An arena of each kind, made when a case first asks for it. What is locked cannot be removed: it goes with the store."""
    made = {}

    def arena(kind):
        if kind not in made:
            made[kind] = Watched(store, kind)
        return made[kind]

    yield arena
    if "plain" in made:
        for bucket in (made["plain"].arena.bucket, made["plain"].arena.other):
            remove_bucket(made["plain"].s3, bucket)


def answer_to(request, arena):
    """Sends what a case built."""
    if isinstance(request, Raw):
        return send_bytes(arena.store.address, request.data, request.method, request.half_close)
    return send(arena.store.address, request)


@pytest.mark.parametrize("bad", TABLE, ids=lambda bad: bad.id())
def test_a_bad_request_gets_its_error_and_changes_nothing(arenas, bad):
    watched = arenas(bad.arena)
    response = answer_to(bad.request(watched.arena), watched.arena)
    if bad.head:
        assert (response.status, response.body) == (bad.status, b""), response
        assert response.header("x-amz-request-id"), response
    else:
        assert (response.status, response.error_code()) in [(bad.status, code) for code in bad.codes()], response
        assert_error_shape(response)
    if bad.check:
        bad.check(response, watched.arena)
    watched.assert_unchanged()


def assert_error_shape(response):
    """An S3 error document whose ids are those of the headers."""
    assert response.header("content-type").startswith("application/xml"), response
    root = response.xml()
    assert root.tag == "Error", response
    assert root.findtext("Message") and root.find("Resource") is not None, response
    assert root.findtext("RequestId") == response.header("x-amz-request-id"), response
    assert root.findtext("HostId") == response.header("x-amz-id-2"), response


def test_every_row_is_tested_or_named_as_later():
    covered = {bad.row for bad in TABLE}
    assert covered - {0} | LATER.keys() | BESIDE.keys() == set(ROWS)
    assert not covered & LATER.keys() and not BESIDE.keys() & LATER.keys()


@pytest.mark.parametrize("row", BESIDE)
def test_a_row_beside_the_table_has_its_tests(row):
    file, *functions = BESIDE[row]
    source = (Path(__file__).parent / file).read_text()
    missing = [name for name in functions if f"\ndef {name}(" not in source]
    assert functions and not missing


def test_the_server_still_serves_after_all_that(arenas):
    watched = arenas("plain")
    watched.assert_unchanged()
    body = watched.s3.get_object(Bucket=watched.arena.bucket, Key="stripes")["Body"].read()
    assert checksum("CRC32", body) == checksum("CRC32", b"s" * 300_000)
