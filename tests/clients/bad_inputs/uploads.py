"""Multipart uploads (rows 68, 76 to 79)."""

from harness.raw_http import send

from .table import case


def complete_body(parts):
    """The document of CompleteMultipartUpload."""
    entries = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>" for number, etag in parts)
    return f"<CompleteMultipartUpload>{entries}</CompleteMultipartUpload>".encode()


def complete(arena, parts, upload=None, key="upload"):
    """A signed Complete."""
    query = [("uploadId", upload or arena.ids["upload"])]
    return arena.signed("POST", key, query=query, body=complete_body(parts))


@case(68, 400, "InvalidArgument", each=["0-5", "bytes=5-2", "bytes=0-", "bytes=-5", "bytes=a-b", "bytes=0-1,3-4"])
def malformed_range_of_a_part_copy(arena, value):
    return part_copy(arena, value)


@case(68, 416, "InvalidRange", each=["bytes=0-100", "bytes=100-200"])
def range_of_a_part_copy_past_the_end(arena, value):
    return part_copy(arena, value)


def part_copy(arena, span):
    """A signed UploadPartCopy of a range of `object`, which has 100 bytes."""
    headers = [("x-amz-copy-source", f"{arena.bucket}/object"), ("x-amz-copy-source-range", span)]
    query = [("partNumber", "1"), ("uploadId", arena.ids["upload"])]
    return arena.signed_put("upload", body=b"", query=query, headers=headers)


@case(68, 400, "InvalidArgument")
def copy_range_on_a_plain_put(arena):
    return arena.signed_put(headers=[("x-amz-copy-source-range", "bytes=0-1")])


@case(76, 400, "InvalidArgument", each=["0", "10001", "-1", "one", "", "1.0", "99999999999999999999"])
def impossible_part_number(arena, number):
    return arena.signed_put("upload", query=[("partNumber", number), ("uploadId", arena.ids["upload"])])


UPLOAD_IDS = {
    "unknown": "bm9zdWNodXBsb2Fk",
    "path": "../../etc/passwd",
    "long": "x" * 2000,
    "unicode": "é😀",
    "zero": "0",
}


@case(77, 404, "NoSuchUpload", each=UPLOAD_IDS)
def part_of_an_unknown_upload(arena, upload):
    return arena.signed_put("upload", query=[("partNumber", "1"), ("uploadId", upload)])


@case(77, 404, "NoSuchUpload", each=UPLOAD_IDS)
def abort_of_an_unknown_upload(arena, upload):
    return arena.signed("DELETE", "upload", query=[("uploadId", upload)])


@case(77, 404, "NoSuchUpload", each=UPLOAD_IDS)
def complete_of_an_unknown_upload(arena, upload):
    return complete(arena, [(1, arena.ids["part 1"])], upload)


@case(77, 404, "NoSuchUpload", each=UPLOAD_IDS)
def list_parts_of_an_unknown_upload(arena, upload):
    return arena.signed("GET", "upload", query=[("uploadId", upload)])


@case(77, 404, "NoSuchUpload", each=["PUT", "GET", "DELETE", "POST"])
def upload_of_another_key(arena, method):
    query = [("uploadId", arena.ids["upload"]), *([("partNumber", "1")] if method == "PUT" else [])]
    body = {"PUT": b"x", "POST": complete_body([(1, arena.ids["part 1"])])}.get(method, b"")
    return arena.signed(method, "object", query=query, body=body)


@case(78, 400, "InvalidPartOrder")
def complete_out_of_order(arena):
    return complete(arena, [(2, arena.ids["part 2"]), (1, arena.ids["part 1"])])


@case(78, 400, "InvalidPartOrder")
def complete_with_one_part_twice(arena):
    return complete(arena, [(1, arena.ids["part 1"]), (1, arena.ids["part 1"])])


@case(78, 400, "InvalidPart")
def complete_with_a_missing_part(arena):
    return complete(arena, [(1, arena.ids["part 1"]), (3, arena.ids["part 2"])])


@case(78, 400, "InvalidPart")
def complete_with_the_etag_of_another_part(arena):
    return complete(arena, [(1, arena.ids["part 2"])])


@case(78, 400, "EntityTooSmall")
def complete_with_a_small_part_in_the_middle(arena):
    return complete(arena, [(1, arena.ids["part 1"]), (2, arena.ids["part 2"])])


@case(78, 400, "MalformedXML")
def complete_with_no_part(arena):
    return complete(arena, [])


@case(78, 400, "MalformedXML", each=["one"])
def complete_with_an_impossible_part_number(arena, number):
    return complete(arena, [(number, arena.ids["part 1"])])


@case(79, 404, "NoSuchUpload")
def complete_after_an_abort(arena):
    begun = send(arena.store.address, arena.signed("POST", "aborted", query=[("uploads", None)]))
    upload = begun.xml().findtext("UploadId")
    assert send(arena.store.address, arena.signed("DELETE", "aborted", query=[("uploadId", upload)])).status == 204
    return complete(arena, [(1, arena.ids["part 1"])], upload, "aborted")


@case(79, 404, "NoSuchUpload")
def abort_after_a_complete(arena):
    return arena.signed("DELETE", "finished", query=[("uploadId", arena.ids["finished upload"])])


CHECKSUM_HEADERS = {
    "full SHA256": [("x-amz-checksum-algorithm", "SHA256"), ("x-amz-checksum-type", "FULL_OBJECT")],
    "full SHA1": [("x-amz-checksum-algorithm", "SHA1"), ("x-amz-checksum-type", "FULL_OBJECT")],
    "composite CRC64NVME": [("x-amz-checksum-algorithm", "CRC64NVME"), ("x-amz-checksum-type", "COMPOSITE")],
    "type alone": [("x-amz-checksum-type", "FULL_OBJECT")],
    "unknown algorithm": [("x-amz-checksum-algorithm", "ADLER32")],
    "unknown type": [("x-amz-checksum-algorithm", "CRC32"), ("x-amz-checksum-type", "PARTIAL")],
}


@case(35, 400, "InvalidRequest", each=CHECKSUM_HEADERS)
def upload_with_an_impossible_checksum(arena, headers):
    return arena.signed("POST", query=[("uploads", None)], headers=headers)
