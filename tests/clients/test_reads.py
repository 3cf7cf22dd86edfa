"""GET and HEAD: ranges, parts, headers given back, overrides."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.checksums import md5_hex
from harness.errors import refused
from harness.files import pattern
from harness.raw_http import send
from harness.signing import plain

SIZE = 1_000_003
SIZES = (1, 100, 16_384, 16_385, 65_536, 262_144, 262_145, SIZE)


@pytest.fixture(scope="module")
def objects(store):
    """A bucket of objects of the sizes where the stored form changes."""
    s3, bucket = store.s3(), f"reads-{random.SystemRandom().randrange(16**10):x}"
    s3.create_bucket(Bucket=bucket)
    bodies = {f"size-{size}": pattern(size, size) for size in SIZES}
    for key, body in bodies.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    s3.put_object(Bucket=bucket, Key="empty", Body=b"")
    yield bucket, bodies
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in [*bodies, "empty"]]})
    s3.delete_bucket(Bucket=bucket)


def interesting_ranges(size, generator):
    """Ranges around cells, stripes and ends, and random ones: (header, first, last)."""
    edges = sorted({p for e in (0, 1, 65_536, 131_072, 262_144, size) for p in (e - 1, e, e + 1) if 0 <= p < size})
    pairs = [(a, b) for a in edges for b in edges if a <= b]
    pairs += [tuple(sorted((generator.randrange(size), generator.randrange(size)))) for _ in range(20)]
    for first, last in generator.sample(pairs, min(len(pairs), 40)):
        yield f"bytes={first}-{last}", first, last
    start = generator.randrange(size)
    yield f"bytes={start}-", start, size - 1
    yield f"bytes=-{size - start}", start, size - 1
    yield f"bytes=-{size + 5}", 0, size - 1
    yield f"bytes={start}-{size + 1000}", start, size - 1


@pytest.mark.parametrize("size", SIZES)
def test_a_range_gives_exactly_its_bytes(s3, objects, seeded, size):
    bucket, bodies = objects
    key, body = f"size-{size}", bodies[f"size-{size}"]

    def check(case):
        text, first, last = case
        answer = s3.get_object(Bucket=bucket, Key=key, Range=text)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206, text
        assert answer["ContentRange"] == f"bytes {first}-{last}/{size}", text
        assert answer["Body"].read() == body[first : last + 1], text

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(check, interesting_ranges(size, seeded)))


@pytest.mark.parametrize(
    "text", ["bytes=5-2", "bytes=a-b", "bytes=", "bytes=0-1,4-5", "lines=0-1", "bytes=1", "bytes=--1"]
)
def test_a_malformed_or_several_ranges_are_ignored(s3, objects, text):
    bucket, bodies = objects
    answer = s3.get_object(Bucket=bucket, Key="size-100", Range=text)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert answer["Body"].read() == bodies["size-100"]


@pytest.mark.parametrize(
    "key, text",
    [
        ("size-100", "bytes=100-"),
        ("size-100", "bytes=200-300"),
        ("size-100", "bytes=-0"),
        ("empty", "bytes=0-0"),
        ("empty", "bytes=-1"),
    ],
)
def test_a_range_outside_the_object_is_416_with_its_size(s3, objects, key, text):
    bucket, _ = objects
    size = 100 if key == "size-100" else 0
    with refused(416, "InvalidRange") as caught:
        s3.get_object(Bucket=bucket, Key=key, Range=text)
    assert caught.value.response["ResponseMetadata"]["HTTPHeaders"]["content-range"] == f"bytes */{size}"
    with refused(416):
        s3.head_object(Bucket=bucket, Key=key, Range=text)


def test_head_of_a_range_has_the_length_of_the_range(s3, objects):
    bucket, _ = objects
    answer = s3.head_object(Bucket=bucket, Key="size-100", Range="bytes=10-19")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert answer["ContentLength"] == 10
    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-range"] == "bytes 10-19/100"


def test_part_one_of_a_plain_object_is_the_object(s3, objects):
    bucket, bodies = objects
    answer = s3.get_object(Bucket=bucket, Key="size-100", PartNumber=1)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert answer["Body"].read() == bodies["size-100"]
    with refused(400, "InvalidRequest"):
        s3.get_object(Bucket=bucket, Key="size-100", PartNumber=1, Range="bytes=0-1")


def test_head_equals_get(store, objects):
    bucket, _ = objects
    heads = []
    for method in ("GET", "HEAD"):
        request = store.signer().sign(plain(method, f"/{bucket}/size-{SIZE}", store.host))
        answer = send(store.address, request)
        assert answer.status == 200
        skipped = ("date", "x-amz-request-id", "x-amz-id-2")
        heads.append([pair for pair in answer.headers if pair[0] not in skipped])
        assert answer.header("x-amz-request-id") and answer.header("x-amz-id-2")
    assert heads[0] == heads[1]


HEADERS = {
    "ContentType": "text/plain; charset=utf-8",
    "ContentEncoding": "gzip",
    "ContentDisposition": 'attachment; filename="a b.txt"',
    "ContentLanguage": "de-CH",
    "CacheControl": "max-age=60, private",
}


def test_standard_headers_come_back_as_sent(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"x", Expires="Wed, 21 Oct 2099 07:28:00 GMT", **HEADERS)
    for method in (s3.get_object, s3.head_object):
        answer = method(Bucket=bucket, Key="object")
        assert {name: answer[name] for name in HEADERS} == HEADERS
        assert answer["ResponseMetadata"]["HTTPHeaders"]["expires"] == "Wed, 21 Oct 2099 07:28:00 GMT"


def test_an_expires_that_is_no_date_comes_back_as_sent(store, s3, bucket):
    headers = [("Expires", "0"), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]
    request = store.signer().sign(plain("PUT", f"/{bucket}/object", store.host, headers=headers, body=b"x"))
    assert send(store.address, request).status == 200
    answer = send(store.address, store.signer().sign(plain("HEAD", f"/{bucket}/object", store.host)))
    assert answer.header("expires") == "0"


def test_the_default_type_is_binary_octet_stream(store, bucket):
    request = store.signer().sign(plain("PUT", f"/{bucket}/object", store.host, body=b"x"))
    answer = send(store.address, request)
    assert (answer.status, answer.header("etag")) == (200, f'"{md5_hex(b"x")}"')
    answer = send(store.address, store.signer().sign(plain("HEAD", f"/{bucket}/object", store.host)))
    assert answer.header("content-type") == "binary/octet-stream"
    assert answer.header("accept-ranges") == "bytes"


def test_user_metadata_comes_back_in_lower_case(s3, bucket):
    metadata = {"Mixed-Case": "Value with  spaces", "number": "42", "empty": "", "under_score": "_"}
    s3.put_object(Bucket=bucket, Key="object", Body=b"x", Metadata=metadata)
    found = s3.head_object(Bucket=bucket, Key="object")["Metadata"]
    assert found["mixed-case"].split() == ["Value", "with", "spaces"]
    assert (found["number"], found["empty"], found["under_score"]) == ("42", "", "_")


def test_metadata_of_2_kib_is_taken(s3, bucket):
    metadata = {"a": "x" * 1000, "b": "y" * (2048 - 1000 - 2)}
    s3.put_object(Bucket=bucket, Key="object", Body=b"x", Metadata=metadata)
    assert s3.head_object(Bucket=bucket, Key="object")["Metadata"] == metadata


def test_the_six_overrides_replace_headers_of_the_answer(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"x", ContentType="text/plain")
    wanted = {
        "content-type": "application/x-test",
        "content-language": "fr",
        "content-disposition": "inline",
        "cache-control": "no-cache",
        "content-encoding": "identity",
        "expires": "Thu, 01 Dec 1994 16:00:00 GMT",
    }
    answer = s3.get_object(
        Bucket=bucket,
        Key="object",
        ResponseContentType=wanted["content-type"],
        ResponseContentLanguage=wanted["content-language"],
        ResponseContentDisposition=wanted["content-disposition"],
        ResponseCacheControl=wanted["cache-control"],
        ResponseContentEncoding=wanted["content-encoding"],
        ResponseExpires=wanted["expires"],
    )
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert {name: headers[name] for name in wanted} == wanted
    assert s3.head_object(Bucket=bucket, Key="object")["ContentType"] == "text/plain"


def test_versions_of_an_unversioned_bucket_are_null(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"x")
    assert s3.get_object(Bucket=bucket, Key="object", VersionId="null")["Body"].read() == b"x"
    version = s3.list_object_versions(Bucket=bucket)["Versions"][0]
    assert (version["VersionId"], version["IsLatest"]) == ("null", True)
    assert "VersionId" not in s3.head_object(Bucket=bucket, Key="object")


def test_what_one_gateway_acknowledged_every_gateway_reads(store, bucket, seeded):
    clients = [store.s3(gateway=index) for index in range(2)]
    for turn in range(30):
        writer, reader = clients if turn % 2 else reversed(clients)
        body = seeded.randbytes(seeded.choice((5, 20_000)))
        writer.put_object(Bucket=bucket, Key="object", Body=body)
        assert reader.get_object(Bucket=bucket, Key="object")["Body"].read() == body
        key = f"key-{turn}"
        writer.put_object(Bucket=bucket, Key=key, Body=b"")
        assert key in [entry["Key"] for entry in reader.list_objects_v2(Bucket=bucket)["Contents"]]
        writer.delete_object(Bucket=bucket, Key=key)
        with refused(404):
            reader.head_object(Bucket=bucket, Key=key)
