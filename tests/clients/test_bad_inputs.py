"""Every bad request gets its exact error, and nothing changes."""

import pytest

from bad_inputs import LATER, ROWS, TABLE
from bad_inputs.table import Arena, Raw
from conftest import new_bucket_name, remove_bucket
from harness.checksums import checksum
from harness.fingerprint import bucket_fingerprint, buckets_of
from harness.raw_http import send, send_bytes

MIB = 1024 * 1024


class Watched:
    """An arena and what it held last."""

    def __init__(self, store):
        self.s3 = store.s3()
        self.arena = Arena(store, new_bucket_name("arena"), new_bucket_name("other"))
        fill(self.s3, self.arena)
        self.last = self.now()

    def now(self):
        """All that the arena holds."""
        return {"arena": bucket_fingerprint(self.s3, self.arena.bucket), "buckets": buckets_of(self.s3)}

    def assert_unchanged(self):
        """Fails when something changed; the next case begins from what is there."""
        before, self.last = self.last, self.now()
        assert self.last == before


def fill(s3, arena):
    """Known objects and uploads."""
    for bucket in (arena.bucket, arena.other):
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="object", Body=b"o" * 100, Metadata={"kept": "1"}, ContentType="text/plain")
        s3.put_object(Bucket=bucket, Key="stripes", Body=b"s" * 300_000)
    at = {"Bucket": arena.bucket, "Key": "upload"}
    upload = s3.create_multipart_upload(**at)["UploadId"]
    for number, body in ((1, b"1" * 1000), (2, b"2" * 1000)):
        arena.ids[f"part {number}"] = s3.upload_part(**at, UploadId=upload, PartNumber=number, Body=body)["ETag"]
    arena.ids["upload"] = upload
    for algorithm in ("CRC32", "SHA256"):
        options = {"ChecksumAlgorithm": algorithm, "ChecksumType": "COMPOSITE"}
        created = s3.create_multipart_upload(Bucket=arena.bucket, Key=algorithm.lower(), **options)
        arena.ids[f"{algorithm.lower()} upload"] = created["UploadId"]
    finish(s3, arena)


def finish(s3, arena):
    """One finished upload, whose id a case uses again."""
    at = {"Bucket": arena.bucket, "Key": "finished"}
    upload = s3.create_multipart_upload(**at)["UploadId"]
    etag = s3.upload_part(**at, UploadId=upload, PartNumber=1, Body=b"f")["ETag"]
    s3.complete_multipart_upload(**at, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    arena.ids["finished upload"] = upload


@pytest.fixture(scope="module")
def watched(store):
    """An arena for all cases."""
    found = Watched(store)
    yield found
    for bucket in (found.arena.bucket, found.arena.other):
        remove_bucket(found.s3, bucket)


def answer_to(request, arena):
    """Sends what a case built."""
    if isinstance(request, Raw):
        return send_bytes(arena.store.address, request.data, request.method, request.half_close)
    return send(arena.store.address, request)


@pytest.mark.parametrize("bad", TABLE, ids=lambda bad: bad.id())
def test_a_bad_request_gets_its_error_and_changes_nothing(watched, bad):
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
    tested_beside = {47}  # three distinct keys: no refusal, see test_signing.py
    assert covered - {0} | LATER.keys() | tested_beside == set(ROWS)
    assert not covered & LATER.keys()


def test_the_server_still_serves_after_all_that(watched):
    watched.assert_unchanged()
    body = watched.s3.get_object(Bucket=watched.arena.bucket, Key="stripes")["Body"].read()
    assert checksum("CRC32", body) == checksum("CRC32", b"s" * 300_000)
