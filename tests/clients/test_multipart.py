"""Multipart uploads: all or nothing, idempotent, readable by part."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.checksums import multipart_etag
from harness.errors import refused
from harness.files import pattern

MIB = 1024 * 1024
PART = 5 * MIB


class Upload:
    """An upload under way."""

    def __init__(self, s3, bucket, key="object", **create):
        self.s3, self.at = s3, {"Bucket": bucket, "Key": key}
        self.id = s3.create_multipart_upload(**self.at, **create)["UploadId"]
        self.parts = {}

    def part(self, number, body, **options):
        """Uploads a part."""
        answer = self.s3.upload_part(**self.at, UploadId=self.id, PartNumber=number, Body=body, **options)
        self.parts[number] = answer["ETag"]
        return answer

    def named(self, numbers=None):
        """The parts as Complete names them."""
        chosen = sorted(self.parts) if numbers is None else numbers
        return {"Parts": [{"PartNumber": number, "ETag": self.parts[number]} for number in chosen]}

    def complete(self, numbers=None, s3=None, **options):
        """Completes with all parts or with some."""
        s3 = s3 or self.s3
        return s3.complete_multipart_upload(**self.at, UploadId=self.id, MultipartUpload=self.named(numbers), **options)

    def abort(self):
        """Aborts."""
        self.s3.abort_multipart_upload(**self.at, UploadId=self.id)


@pytest.fixture(scope="module")
def bodies():
    """Two parts of at least 5 MiB and a short last one."""
    return [pattern(PART, 1), pattern(PART + 12_345, 2), pattern(777, 3)]


def test_a_completed_upload_is_one_object(s3, bucket, bodies):
    upload = Upload(s3, bucket, ContentType="text/x-parts", Metadata={"a": "b"})
    for number, body in ((7, bodies[1]), (2, bodies[0]), (9999, bodies[2])):  # gaps, in any order
        upload.part(number, body)
    answer = upload.complete()
    assert answer["ETag"] == f'"{multipart_etag(bodies)}"'
    found = s3.get_object(Bucket=bucket, Key="object")
    assert found["Body"].read() == b"".join(bodies)
    assert (found["ETag"], found["ContentType"], found["Metadata"]) == (answer["ETag"], "text/x-parts", {"a": "b"})
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_an_upload_is_invisible_before_it_is_completed(s3, bucket, bodies):
    upload = Upload(s3, bucket)
    upload.part(1, bodies[0])
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    with refused(404):
        s3.head_object(Bucket=bucket, Key="object")


def test_a_repeated_complete_gives_the_same_answer(store, s3, bucket, bodies):
    upload = Upload(s3, bucket)
    upload.part(1, bodies[0])
    upload.part(2, bodies[2])
    first = upload.complete()
    for gateway in (0, 1):
        again = upload.complete(s3=store.s3(gateway=gateway))
        assert (again["ETag"], again["Key"], again["Bucket"]) == (first["ETag"], "object", bucket)
    modified = s3.head_object(Bucket=bucket, Key="object")["LastModified"]
    upload.complete()
    assert s3.head_object(Bucket=bucket, Key="object")["LastModified"] == modified
    s3.put_object(Bucket=bucket, Key="object", Body=b"another")
    with refused(404, "NoSuchUpload"):
        upload.complete()
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"another"


def test_racing_completes_agree(store, s3, bucket, bodies):
    upload = Upload(s3, bucket)
    upload.part(1, bodies[0])
    with ThreadPoolExecutor(6) as pool:
        etags = list(pool.map(lambda i: upload.complete(s3=store.s3(gateway=i))["ETag"], range(6)))
    assert set(etags) == {f'"{multipart_etag(bodies[:1])}"'}


def test_a_part_sent_again_replaces_the_first(s3, bucket, bodies):
    upload = Upload(s3, bucket)
    upload.part(1, bodies[0])
    stale = dict(upload.parts)
    upload.part(1, bodies[2])
    with refused(400, "InvalidPart"):
        s3.complete_multipart_upload(
            **upload.at, UploadId=upload.id, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": stale[1]}]}
        )
    upload.complete()
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == bodies[2]


def test_parts_that_complete_does_not_name_are_dropped(s3, bucket, bodies):
    upload = Upload(s3, bucket)
    for number, body in enumerate(bodies, 1):
        upload.part(number, body)
    upload.complete([1, 3])
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == bodies[0] + bodies[2]


def test_an_aborted_upload_is_gone(s3, bucket, bodies):
    upload = Upload(s3, bucket)
    upload.part(1, bodies[2])
    upload.abort()
    for operation in (upload.complete, upload.abort, lambda: upload.part(2, b"x")):
        with refused(404, "NoSuchUpload"):
            operation()
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_an_upload_begun_at_one_gateway_completes_at_another(store, bucket, bodies):
    upload = Upload(store.s3(gateway=0), bucket)
    for number, body in enumerate(bodies, 1):
        upload.s3 = store.s3(gateway=number)
        upload.part(number, body)
    upload.complete(s3=store.s3(gateway=1))
    assert store.s3(gateway=0).get_object(Bucket=bucket, Key="object")["Body"].read() == b"".join(bodies)


def test_part_number_reads_one_part(s3, bucket, bodies):
    upload = Upload(s3, bucket)
    for number, body in zip((1, 5, 8), bodies):
        upload.part(number, body)
    upload.complete()
    start, size = 0, sum(map(len, bodies))
    for number, body in enumerate(bodies, 1):
        answer = s3.get_object(Bucket=bucket, Key="object", PartNumber=number)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert answer["ContentRange"] == f"bytes {start}-{start + len(body) - 1}/{size}"
        assert (answer["PartsCount"], answer["Body"].read() == body) == (3, True)
        head = s3.head_object(Bucket=bucket, Key="object", PartNumber=number)
        assert (head["PartsCount"], head["ContentLength"]) == (3, len(body))
        start += len(body)
    with refused(416, "InvalidPartNumber"):
        s3.get_object(Bucket=bucket, Key="object", PartNumber=4)


def test_ranges_cross_the_borders_of_parts(s3, bucket, bodies):
    upload = Upload(s3, bucket)
    for number, body in enumerate(bodies, 1):
        upload.part(number, body)
    upload.complete()
    whole = b"".join(bodies)
    border = len(bodies[0])
    for first, last in (
        (border - 1, border),
        (border, border),
        (border - 70_000, 2 * border),
        (len(whole) - 800, len(whole) - 1),
    ):
        found = s3.get_object(Bucket=bucket, Key="object", Range=f"bytes={first}-{last}")["Body"].read()
        assert found == whole[first : last + 1]


def test_an_object_can_be_copied_by_parts(s3, bucket, bodies):
    s3.put_object(Bucket=bucket, Key="source", Body=bodies[1])
    upload = Upload(s3, bucket)
    source = {"Bucket": bucket, "Key": "source"}
    for number, span in ((1, None), (2, "bytes=100-1099")):
        options = {"CopySourceRange": span} if span else {}
        answer = s3.upload_part_copy(**upload.at, UploadId=upload.id, PartNumber=number, CopySource=source, **options)
        upload.parts[number] = answer["CopyPartResult"]["ETag"]
    answer = upload.complete()
    expected = [bodies[1], bodies[1][100:1100]]
    assert answer["ETag"] == f'"{multipart_etag(expected)}"'
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"".join(expected)


def test_list_parts_pages_by_part_number(s3, bucket):
    upload = Upload(s3, bucket)
    for number in (1, 2, 5, 10_000):
        upload.part(number, b"x" * number)
    first = s3.list_parts(**upload.at, UploadId=upload.id, MaxParts=3)
    assert [part["PartNumber"] for part in first["Parts"]] == [1, 2, 5]
    assert (first["IsTruncated"], first["NextPartNumberMarker"], first["MaxParts"]) == (True, 5, 3)
    assert [part["Size"] for part in first["Parts"]] == [1, 2, 5]
    rest = s3.list_parts(**upload.at, UploadId=upload.id, PartNumberMarker=5)
    assert ([part["PartNumber"] for part in rest["Parts"]], rest["IsTruncated"]) == ([10_000], False)
    assert rest["Owner"]["ID"] == rest["Initiator"]["ID"] != ""
    assert rest["StorageClass"] == "STANDARD"


def test_uploads_are_listed_by_key_then_by_start(s3, bucket):
    keys = ["a", "b/1", "b/1", "b/2", "c"]
    begun = [(key, Upload(s3, bucket, key).id) for key in keys]
    found = s3.list_multipart_uploads(Bucket=bucket)
    assert [(upload["Key"], upload["UploadId"]) for upload in found["Uploads"]] == begun
    grouped = s3.list_multipart_uploads(Bucket=bucket, Delimiter="/")
    assert [upload["Key"] for upload in grouped["Uploads"]] == ["a", "c"]
    assert [prefix["Prefix"] for prefix in grouped["CommonPrefixes"]] == ["b/"]
    paged, marker = [], {}
    while True:
        page = s3.list_multipart_uploads(Bucket=bucket, MaxUploads=2, **marker)
        paged += [(upload["Key"], upload["UploadId"]) for upload in page.get("Uploads", [])]
        if not page["IsTruncated"]:
            break
        marker = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}
    assert paged == begun
    ignored = s3.list_multipart_uploads(Bucket=bucket, UploadIdMarker=begun[2][1])
    assert len(ignored["Uploads"]) == len(begun)


def test_open_uploads_do_not_keep_a_bucket(s3, bucket_names):
    name = bucket_names()
    s3.create_bucket(Bucket=name)
    upload = Upload(s3, name)
    upload.part(1, b"x")
    s3.delete_bucket(Bucket=name)
    s3.create_bucket(Bucket=name)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=name)
    with refused(404, "NoSuchUpload"):
        upload.complete()
    s3.delete_bucket(Bucket=name)


def test_complete_checks_the_size_it_is_told(s3, bucket):
    upload = Upload(s3, bucket)
    upload.part(1, b"12345")
    with refused(400, "InvalidRequest"):
        upload.complete(MpuObjectSize=6)
    upload.complete(MpuObjectSize=5)
