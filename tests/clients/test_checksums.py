"""Checksums of all algorithms: in headers, in trailers, of parts, of whole objects."""

import base64

import pytest

from harness.checksums import ALGORITHMS, YOUNG_ALGORITHMS, checksum, composite, header
from harness.files import pattern
from harness.raw_http import Request, send
from harness.signing import STREAMING_SIGNED_TRAILER, STREAMING_UNSIGNED_TRAILER, plain, streaming_put

PART = 5 * 1024 * 1024
SIZES = {"empty": 0, "inline": 1000, "stripes": 300_001}
FULL_OBJECT_ALGORITHMS = ("CRC32", "CRC32C", "CRC64NVME")


def field(algorithm):
    """The name of a checksum in boto3's answers."""
    return f"Checksum{algorithm}"


def stored(s3, bucket, key="object", **options):
    """(type, {algorithm: value}) of what is stored."""
    head = s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED", **options)
    return head.get("ChecksumType"), {a: head[field(a)] for a in ALGORITHMS if field(a) in head}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_checksum_in_a_header_is_checked_and_kept(s3, bucket, algorithm, size):
    body = pattern(size, algorithm)
    value = checksum(algorithm, body)
    answer = s3.put_object(Bucket=bucket, Key="object", Body=body, **{field(algorithm): value})
    assert answer[field(algorithm)] == value
    assert stored(s3, bucket) == ("FULL_OBJECT", {algorithm: value})
    found = s3.get_object(Bucket=bucket, Key="object", ChecksumMode="ENABLED")
    assert (found["Body"].read(), found[field(algorithm)]) == (body, value)


@pytest.mark.parametrize("mode", [STREAMING_SIGNED_TRAILER, STREAMING_UNSIGNED_TRAILER], ids=["signed", "unsigned"])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_checksum_in_a_trailer_is_checked_and_kept(store, s3, bucket, algorithm, size, mode):
    body = pattern(size, algorithm)
    chunks = [body[start : start + 65_536] for start in range(0, size, 65_536)]
    request = Request("PUT", f"/{bucket}/object", [], [("Host", store.host)])
    trailer = [(header(algorithm), checksum(algorithm, body))]
    answer = send(store.address, streaming_put(store.signer(), request, chunks, mode, trailer))
    assert (answer.status, answer.header(header(algorithm))) == (200, checksum(algorithm, body)), answer
    assert stored(s3, bucket) == ("FULL_OBJECT", {algorithm: checksum(algorithm, body)})
    found = s3.get_object(Bucket=bucket, Key="object")
    assert found["Body"].read() == body
    assert found.get("ContentEncoding") is None, "aws-chunked is no stored encoding"


def test_another_encoding_beside_aws_chunked_is_stored(store, s3, bucket):
    request = Request("PUT", f"/{bucket}/object", [], [("Host", store.host), ("Content-Encoding", "gzip")])
    signed = streaming_put(store.signer(), request, [b"x" * 100])
    assert send(store.address, signed).status == 200
    assert s3.head_object(Bucket=bucket, Key="object")["ContentEncoding"] == "gzip"


def test_without_a_checksum_crc64nvme_is_stored(store, s3, bucket):
    body = pattern(70_000, "none")
    request = plain("PUT", f"/{bucket}/object", store.host, body=body)
    assert send(store.address, store.signer().sign(request)).status == 200
    assert stored(s3, bucket) == ("FULL_OBJECT", {"CRC64NVME": checksum("CRC64NVME", body)})


def test_a_checksum_comes_only_when_asked_for_and_never_with_a_range(store, s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"0123456789", ChecksumSHA256=checksum("SHA256", b"0123456789"))
    answers = {}
    for name, headers in {
        "not asked": [],
        "asked": [("x-amz-checksum-mode", "ENABLED")],
        "range": [("x-amz-checksum-mode", "ENABLED"), ("Range", "bytes=0-4")],
    }.items():
        request = plain("GET", f"/{bucket}/object", store.host, headers=headers)
        answers[name] = send(store.address, store.signer().sign(request)).header(header("SHA256"))
    assert answers == {"not asked": None, "asked": checksum("SHA256", b"0123456789"), "range": None}


def upload(s3, bucket, parts, algorithm, kind):
    """A multipart upload with a checksum on every part; returns the answer of Complete."""
    at = {"Bucket": bucket, "Key": "object"}
    upload_id = s3.create_multipart_upload(**at, ChecksumAlgorithm=algorithm, ChecksumType=kind)["UploadId"]
    named = []
    for number, body in enumerate(parts, 1):
        value = checksum(algorithm, body)
        answer = s3.upload_part(**at, UploadId=upload_id, PartNumber=number, Body=body, **{field(algorithm): value})
        assert answer[field(algorithm)] == value
        named.append({"PartNumber": number, "ETag": answer["ETag"], field(algorithm): value})
    listed = s3.list_parts(**at, UploadId=upload_id)
    assert (listed["ChecksumAlgorithm"], listed["ChecksumType"]) == (algorithm, kind)
    assert [part[field(algorithm)] for part in listed["Parts"]] == [part[field(algorithm)] for part in named]
    options = {"ChecksumType": kind}
    if kind == "FULL_OBJECT":
        options[field(algorithm)] = checksum(algorithm, b"".join(parts))
    return s3.complete_multipart_upload(**at, UploadId=upload_id, MultipartUpload={"Parts": named}, **options)


@pytest.fixture(scope="module")
def parts():
    """Three parts."""
    return [pattern(PART, 1), pattern(PART + 1, 2), pattern(99, 3)]


@pytest.mark.parametrize("algorithm", [a for a in ALGORITHMS if a != "CRC64NVME"])
def test_a_composite_checksum_is_that_of_the_parts_checksums(s3, bucket, parts, algorithm):
    value = composite(algorithm, parts)
    answer = upload(s3, bucket, parts, algorithm, "COMPOSITE")
    assert (answer[field(algorithm)], answer["ChecksumType"]) == (value, "COMPOSITE")
    assert stored(s3, bucket) == ("COMPOSITE", {algorithm: value})
    first = s3.get_object(Bucket=bucket, Key="object", PartNumber=1, ChecksumMode="ENABLED")
    assert first[field(algorithm)] == checksum(algorithm, parts[0])


@pytest.mark.parametrize("algorithm", FULL_OBJECT_ALGORITHMS)
def test_a_full_object_checksum_is_that_of_all_bytes(s3, bucket, parts, algorithm):
    value = checksum(algorithm, b"".join(parts))
    answer = upload(s3, bucket, parts, algorithm, "FULL_OBJECT")
    assert (answer[field(algorithm)], answer["ChecksumType"]) == (value, "FULL_OBJECT")
    assert stored(s3, bucket) == ("FULL_OBJECT", {algorithm: value})


def test_a_full_object_checksum_that_differs_is_refused(s3, bucket):
    at = {"Bucket": bucket, "Key": "object"}
    upload_id = s3.create_multipart_upload(**at, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")["UploadId"]
    etag = s3.upload_part(**at, UploadId=upload_id, PartNumber=1, Body=b"x", ChecksumAlgorithm="CRC32")["ETag"]
    named = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    with pytest.raises(s3.exceptions.ClientError) as caught:
        s3.complete_multipart_upload(
            **at, UploadId=upload_id, MultipartUpload=named, ChecksumCRC32=checksum("CRC32", b"y")
        )
    assert caught.value.response["Error"]["Code"] == "BadDigest"
    s3.complete_multipart_upload(**at, UploadId=upload_id, MultipartUpload=named, ChecksumCRC32=checksum("CRC32", b"x"))


def test_a_composite_complete_needs_every_checksum(s3, bucket):
    at = {"Bucket": bucket, "Key": "object"}
    upload_id = s3.create_multipart_upload(**at, ChecksumAlgorithm="SHA256")["UploadId"]
    etag = s3.upload_part(**at, UploadId=upload_id, PartNumber=1, Body=b"x", ChecksumAlgorithm="SHA256")["ETag"]
    with pytest.raises(s3.exceptions.ClientError) as caught:
        s3.complete_multipart_upload(
            **at, UploadId=upload_id, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]}
        )
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_copy_computes_the_checksum_that_is_asked_for(s3, bucket, algorithm):
    body = pattern(300_000, "copy")
    s3.put_object(Bucket=bucket, Key="source", Body=body)
    source = {"Bucket": bucket, "Key": "source"}
    answer = s3.copy_object(Bucket=bucket, Key="object", CopySource=source, ChecksumAlgorithm=algorithm)
    assert answer["CopyObjectResult"][field(algorithm)] == checksum(algorithm, body)
    assert stored(s3, bucket) == ("FULL_OBJECT", {algorithm: checksum(algorithm, body)})


def test_attributes_tell_what_was_asked(s3, bucket, parts):
    upload(s3, bucket, parts, "SHA256", "COMPOSITE")
    head = s3.head_object(Bucket=bucket, Key="object")
    answer = s3.get_object_attributes(
        Bucket=bucket, Key="object", ObjectAttributes=["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
    )
    assert answer["ETag"] == head["ETag"].strip('"')
    assert answer["ObjectSize"] == sum(map(len, parts))
    assert answer["StorageClass"] == "STANDARD"
    assert answer["Checksum"]["ChecksumType"] == "COMPOSITE"
    assert answer["Checksum"]["ChecksumSHA256"].partition("-")[0] == composite("SHA256", parts).partition("-")[0]
    listed = answer["ObjectParts"]
    assert listed["TotalPartsCount"] == 3
    assert [(p["PartNumber"], p["Size"], p["ChecksumSHA256"]) for p in listed["Parts"]] == [
        (number, len(part), checksum("SHA256", part)) for number, part in enumerate(parts, 1)
    ]
    page = s3.get_object_attributes(
        Bucket=bucket, Key="object", ObjectAttributes=["ObjectParts"], MaxParts=1, PartNumberMarker=1
    )
    assert [part["PartNumber"] for part in page["ObjectParts"]["Parts"]] == [2]
    assert (page["ObjectParts"]["IsTruncated"], page["ObjectParts"]["NextPartNumberMarker"]) == (True, 2)
    assert "ETag" not in page and "ObjectSize" not in page


def test_attributes_list_parts_that_came_without_checksums(store, s3, bucket):
    part = b"x" * 5 * 1024 * 1024
    client = store.s3(request_checksum_calculation="when_required")
    upload = client.create_multipart_upload(Bucket=bucket, Key="object")["UploadId"]
    parts = []
    for number in (1, 2):
        sent = client.upload_part(Bucket=bucket, Key="object", UploadId=upload, PartNumber=number, Body=part)
        parts.append({"PartNumber": number, "ETag": sent["ETag"]})
    client.complete_multipart_upload(Bucket=bucket, Key="object", UploadId=upload, MultipartUpload={"Parts": parts})
    ask = {"Bucket": bucket, "Key": "object", "ObjectAttributes": ["ObjectParts"]}
    assert s3.get_object_attributes(**ask)["ObjectParts"] == {
        "TotalPartsCount": 2,
        "PartNumberMarker": 0,
        "NextPartNumberMarker": 2,
        "MaxParts": 1000,
        "IsTruncated": False,
        "Parts": [
            {"PartNumber": number, "Size": len(part), "ChecksumCRC64NVME": checksum("CRC64NVME", part)} for number in (1, 2)
        ],
    }
    page = s3.get_object_attributes(**ask, MaxParts=1)["ObjectParts"]
    assert (page["IsTruncated"], page["NextPartNumberMarker"], len(page["Parts"])) == (True, 1, 1)


def test_attributes_of_a_plain_object_have_no_parts(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"x", ChecksumAlgorithm="CRC32C")
    answer = s3.get_object_attributes(
        Bucket=bucket, Key="object", ObjectAttributes=["Checksum", "ObjectParts", "ObjectSize"]
    )
    assert answer["Checksum"]["ChecksumCRC32C"] == checksum("CRC32C", b"x")
    assert (answer.get("ObjectParts"), answer["ObjectSize"]) == (None, 1)


@pytest.mark.parametrize("names, code", [(None, "InvalidRequest"), ("Nonsense", "InvalidArgument")])
def test_attributes_must_be_named(store, s3, bucket, names, code):
    s3.put_object(Bucket=bucket, Key="object", Body=b"x")
    headers = [("x-amz-object-attributes", names)] if names else []
    request = plain("GET", f"/{bucket}/object", store.host, query=[("attributes", None)], headers=headers)
    answer = send(store.address, store.signer().sign(request))
    assert (answer.status, answer.error_code()) == (400, code), answer


def test_the_checksums_of_these_tests_are_right():
    check = {"CRC32": "cbf43926", "CRC32C": "e3069283", "CRC64NVME": "ae8b14860a799888"}
    for algorithm, value in check.items():
        assert base64.b64decode(checksum(algorithm, b"123456789")).hex() == value


def shown(store, bucket, key="object"):
    """(type, {algorithm: value}) of what is stored, as HEAD shows it."""
    request = plain("HEAD", f"/{bucket}/{key}", store.host, headers=[("x-amz-checksum-mode", "ENABLED")])
    answer = send(store.address, store.signer().sign(request))
    values = {a: answer.header(header(a)) for a in (*ALGORITHMS, *YOUNG_ALGORITHMS)}
    return answer.header("x-amz-checksum-type"), {a: value for a, value in values.items() if value is not None}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
@pytest.mark.parametrize("algorithm", YOUNG_ALGORITHMS)
def test_a_young_checksum_in_a_header_is_checked_and_kept(store, bucket, algorithm, size):
    body = pattern(size, algorithm)
    value = checksum(algorithm, body)
    request = plain("PUT", f"/{bucket}/object", store.host, headers=[(header(algorithm), value)], body=body)
    answer = send(store.address, store.signer().sign(request))
    assert (answer.status, answer.header(header(algorithm))) == (200, value), answer
    assert shown(store, bucket) == ("FULL_OBJECT", {algorithm: value})
    wrong = checksum(algorithm, body + b"x")
    request = plain("PUT", f"/{bucket}/object", store.host, headers=[(header(algorithm), wrong)], body=body)
    answer = send(store.address, store.signer().sign(request))
    assert (answer.status, answer.error_code()) == (400, "BadDigest"), answer


@pytest.mark.parametrize("algorithm", YOUNG_ALGORITHMS)
def test_a_young_checksum_in_a_trailer_is_checked_and_kept(store, bucket, algorithm):
    body = pattern(150_000, algorithm)
    chunks = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]
    request = Request("PUT", f"/{bucket}/object", [], [("Host", store.host)])
    trailer = [(header(algorithm), checksum(algorithm, body))]
    signed = streaming_put(store.signer(), request, chunks, STREAMING_UNSIGNED_TRAILER, trailer)
    assert send(store.address, signed).status == 200
    assert shown(store, bucket) == ("FULL_OBJECT", {algorithm: checksum(algorithm, body)})


@pytest.mark.parametrize("algorithm", YOUNG_ALGORITHMS)
def test_an_upload_has_a_young_checksum_of_its_parts(store, bucket, algorithm):
    bodies = [pattern(PART, "one"), pattern(100, "two")]

    def ask(method, query, headers=(), body=b""):
        request = plain(method, f"/{bucket}/object", store.host, query=query, headers=headers, body=body)
        answer = send(store.address, store.signer().sign(request))
        assert answer.status == 200, answer
        return answer

    created = ask("POST", [("uploads", None)], [("x-amz-checksum-algorithm", algorithm)])
    upload = created.xml().findtext("UploadId")
    listed = ""
    for number, body in enumerate(bodies, 1):
        value = checksum(algorithm, body)
        query = [("partNumber", str(number)), ("uploadId", upload)]
        etag = ask("PUT", query, [(header(algorithm), value)], body).header("etag")
        name = f"Checksum{algorithm}"
        listed += f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag><{name}>{value}</{name}></Part>"
    document = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    ask("POST", [("uploadId", upload)], body=document)
    assert shown(store, bucket) == ("COMPOSITE", {algorithm: composite(algorithm, bodies)})


@pytest.mark.parametrize("algorithm", YOUNG_ALGORITHMS)
def test_a_copy_is_given_a_young_checksum(store, s3, bucket, algorithm):
    body = pattern(70_000, "copied")
    s3.put_object(Bucket=bucket, Key="source", Body=body)
    headers = [("x-amz-copy-source", f"{bucket}/source"), ("x-amz-checksum-algorithm", algorithm)]
    request = plain("PUT", f"/{bucket}/object", store.host, headers=headers)
    assert send(store.address, store.signer().sign(request)).status == 200
    assert shown(store, bucket) == ("FULL_OBJECT", {algorithm: checksum(algorithm, body)})
