"""Reads and writes of objects: ranges, parts, metadata, conditions (rows 58, 62, 63, 76, 93, 94)."""

from .table import case

FOREIGN_ETAG = '"' + "0" * 32 + '"'


@case(58, 400, "MetadataTooLarge", each={"one": [2048], "several": [1000, 1000, 100]})
def metadata_over_2_kib(arena, sizes):
    headers = [(f"x-amz-meta-{number}", "m" * size) for number, size in enumerate(sizes)]
    return arena.signed_put(headers=headers)


@case(58, 400, "MetadataTooLarge")
def metadata_of_an_upload_over_2_kib(arena):
    return arena.signed("POST", query=[("uploads", None)], headers=[("x-amz-meta-a", "m" * 2048)])


def names_the_size(response, arena):
    """The size stands in Content-Range."""
    assert response.header("content-range") == "bytes */100"


@case(
    62,
    416,
    "InvalidRange",
    each=["bytes=100-", "bytes=100-200", "bytes=9999999999999999999-", "bytes=-0"],
    check=names_the_size,
)
def range_outside_the_object(arena, value):
    return arena.signed("GET", headers=[("Range", value)])


@case(62, 416, "InvalidRange", each=["bytes=100-"], head=True)
def read_of_a_range_outside_the_object(arena, value):
    return arena.signed_read(headers=[("Range", value)])


@case(63, 416, "InvalidPartNumber", each=["2", "10000"], head=True)
def part_beyond_the_last(arena, number):
    return arena.signed_read(query=[("partNumber", number)])


@case(76, 400, "InvalidArgument", each=["0", "10001", "-1", "one"], head=True)
def read_of_an_impossible_part(arena, number):
    return arena.signed_read(query=[("partNumber", number)])


@case(93, 501, "NotImplemented")
def put_if_none_match_of_an_etag(arena):
    return arena.signed_put(headers=[("If-None-Match", FOREIGN_ETAG)])


@case(93, 412, "PreconditionFailed", each={"none": ("If-None-Match", "*"), "match": ("If-Match", FOREIGN_ETAG)})
def put_whose_condition_fails(arena, condition):
    return arena.signed_put(headers=[condition])


@case(93, 404, "NoSuchKey")
def put_if_match_where_nothing_is(arena):
    return arena.signed_put("missing", headers=[("If-Match", FOREIGN_ETAG)])


@case(
    93,
    412,
    "PreconditionFailed",
    each={"match": ("If-Match", FOREIGN_ETAG), "time": ("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT")},
    head=True,
)
def read_whose_condition_fails(arena, condition):
    return arena.signed_read(headers=[condition])


@case(94, 409, "BucketNotEmpty")
def delete_of_a_bucket_that_holds_objects(arena):
    return arena.signed("DELETE", None)
