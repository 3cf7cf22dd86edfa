"""Keys, bucket names, copy sources, versions (rows 43 to 49, 64, 65, 67)."""

from .table import case

TOO_LONG = {"ASCII": "k" * 1025, "UTF-8": "%C3%A9" * 512 + "k", "with slashes": "abc/" * 256 + "x"}


@case(43, 400, "KeyTooLongError", each=TOO_LONG, head=True)
def read_of_a_long_key(arena, key):
    return arena.signed_read(key)


@case(43, 400, "KeyTooLongError", each=TOO_LONG)
def put_of_a_long_key(arena, key):
    return arena.signed_put(key)


@case(43, 400, "KeyTooLongError")
def upload_to_a_long_key(arena):
    return arena.signed("POST", "k" * 1025, query=[("uploads", None)])


UNREADABLE = {
    "no hex": "%zz",
    "cut": "abc%",
    "half": "abc%4",
    "no UTF-8": "%ff%fe",
    "overlong": "%c0%af",
    "surrogate": "%ed%a0%80",
}


@case(44, 400, "InvalidURI", each=UNREADABLE, head=True)
def read_of_an_unreadable_key(arena, key):
    return arena.signed_read(key)


@case(44, 400, "InvalidURI", each=UNREADABLE)
def put_of_an_unreadable_key(arena, key):
    return arena.signed_put(key)


@case(45, 400, "InvalidURI", each=["%00", "a%00b"])
def put_of_a_key_with_nul(arena, key):
    return arena.signed_put(key)


CLIMBING = ["..", "../x", "a/../../b", "a/b/../../../c", "%2e%2e/x", "a/%2E%2E/..%2fb"]


@case(46, 400, "InvalidURI", each=CLIMBING)
def put_of_a_key_that_climbs_out(arena, key):
    return arena.signed_put(key)


@case(46, 400, "InvalidURI", each=CLIMBING, head=True)
def read_of_a_key_that_climbs_out(arena, key):
    return arena.signed_read(key)


@case(46, 400, "InvalidArgument", each=["../x", "a/../../object", "%2e%2e/object"])
def copy_source_that_climbs_out(arena, key):
    return arena.signed_put("copy", body=b"", headers=[("x-amz-copy-source", f"{arena.bucket}/{key}")])


BAD_NAMES = [
    "Upper", "under_score", "ab", "a" * 64, "192.168.5.4", "two..dots", "-begins", "ends-", ".begins", "dot-.dash", "dash.-dot",
    "xn--punycode", "alias-s3alias", "sthree-name", "name--ol-s3", "sp%20ace", "%C3%A9t%C3%A9",
]  # fmt: skip


@case(48, 400, "InvalidBucketName", each=BAD_NAMES)
def create_a_bucket_of_a_bad_name(arena, name):
    return arena.sign(arena.request("PUT", path=f"/{name}"))


@case(48, 400, "InvalidBucketName", each=["under_score", "two..dots", "ab"], head=True)
def read_a_bucket_of_a_bad_name(arena, name):
    return arena.signed_read(path=f"/{name}")


@case(48, 400, "InvalidBucketName")
def put_into_a_bucket_of_a_bad_name(arena):
    return arena.signed_put(path="/under_score/key")


RESERVED = "cairn--internal"


@case(49, 403, "AccessDenied")
def create_a_reserved_bucket(arena):
    return arena.sign(arena.request("PUT", path=f"/{RESERVED}"))


@case(49, 403, "AccessDenied", head=True)
def read_of_a_reserved_bucket(arena):
    return arena.signed_read(path=f"/{RESERVED}/key")


@case(49, 403, "AccessDenied")
def copy_from_a_reserved_bucket(arena):
    return arena.signed_put("copy", body=b"", headers=[("x-amz-copy-source", f"{RESERVED}/key")])


@case(64, 400, "InvalidArgument", each=["garbage", "../../x", "x" * 2000], head=True)
def malformed_version(arena, version):
    return arena.signed_read(query=[("versionId", version)])


@case(64, 404, "NoSuchVersion", head=True)
def version_of_a_missing_key(arena):
    return arena.signed_read("missing", query=[("versionId", "null")])


@case(
    65,
    400,
    "InvalidArgument",
    each=["", "/", "no-slash", "/no-key/", "{b}/%zz", "{b}/%ff%fe", "{b}/object?versionId=garbage"],
)
def malformed_copy_source(arena, source):
    headers = [("x-amz-copy-source", source.replace("{b}", arena.bucket))]
    return arena.signed_put("copy", body=b"", headers=headers)


@case(65, 404, "NoSuchKey")
def copy_of_a_missing_key(arena):
    return arena.signed_put("copy", body=b"", headers=[("x-amz-copy-source", f"{arena.bucket}/missing")])


@case(65, 404, "NoSuchBucket")
def copy_from_a_missing_bucket(arena):
    return arena.signed_put("copy", body=b"", headers=[("x-amz-copy-source", "no-such-bucket-of-anybody/object")])


@case(65, 404, "NoSuchKey")
def part_copy_of_a_missing_key(arena):
    query = [("partNumber", "1"), ("uploadId", arena.ids["upload"])]
    return arena.signed_put("upload", body=b"", query=query, headers=[("x-amz-copy-source", f"{arena.bucket}/missing")])


@case(67, 400, "InvalidRequest")
def copy_onto_itself_without_a_change(arena):
    return arena.signed_put(body=b"", headers=[("x-amz-copy-source", f"{arena.bucket}/object")])


@case(65, 400, "InvalidArgument", each=["MERGE", "copy"])
def unknown_metadata_directive(arena, directive):
    headers = [("x-amz-copy-source", f"{arena.bucket}/object"), ("x-amz-metadata-directive", directive)]
    return arena.signed_put("copy", body=b"", headers=headers)
