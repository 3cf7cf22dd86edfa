"""What this version does not have: sub-resources and headers get 501, and nothing is stored (rows 69, 72, 73, 75, 101, 105)."""

from harness.checksums import md5_base64

from .table import case

SSE_C = [
    ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
    ("x-amz-server-side-encryption-customer-key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="),
    ("x-amz-server-side-encryption-customer-key-MD5", "KYvwGXoFFJ42a2u2GDWhwQ=="),
]
UNREAD = {
    "unknown": [("x-amz-tomorrow", "1")],
    "of deletes": [("x-amz-if-match-size", "1")],
    "of renames": [("x-amz-rename-source", "object")],
}


@case(105, 501, "NotImplemented", each=UNREAD)
def header_that_means_nothing_to_a_put(arena, headers):
    return arena.signed_put(headers=headers)


@case(105, 501, "NotImplemented")
def tags_beside_the_directive_to_copy_those_of_the_source(arena):
    headers = [("x-amz-copy-source", f"{arena.bucket}/object"), ("x-amz-tagging", "a=1")]
    return arena.signed_put("copy", body=b"", headers=headers)


@case(73, 400, "InvalidStorageClass", each=["NONSENSE", "standard"])
def unknown_storage_class(arena, name):
    return arena.signed_put(headers=[("x-amz-storage-class", name)])


@case(73, 400, "InvalidStorageClass")
def unknown_storage_class_of_an_upload(arena):
    return arena.signed("POST", query=[("uploads", None)], headers=[("x-amz-storage-class", "NONSENSE")])


LOCKS = {
    "retention": [
        ("x-amz-object-lock-mode", "GOVERNANCE"),
        ("x-amz-object-lock-retain-until-date", "2099-01-01T00:00:00Z"),
    ],
    "legal hold": [("x-amz-object-lock-legal-hold", "ON")],
}


@case(102, 400, "InvalidRequest", each=LOCKS)
def lock_of_a_body_that_nothing_proves(arena, headers):
    return arena.signed_put(headers=headers)


@case(95, 400, "InvalidRequest", each=LOCKS)
def lock_in_a_bucket_without_object_lock(arena, headers):
    return arena.signed_put(headers=[("Content-MD5", md5_base64(b"x")), *headers], body=b"x")


@case(95, 400, "InvalidArgument", each={
    "mode": [("x-amz-object-lock-mode", "FIRM"), ("x-amz-object-lock-retain-until-date", "2099-01-01T00:00:00Z")],
    "date": [("x-amz-object-lock-mode", "GOVERNANCE"), ("x-amz-object-lock-retain-until-date", "soon")],
    "alone": [("x-amz-object-lock-mode", "GOVERNANCE")],
    "hold": [("x-amz-object-lock-legal-hold", "MAYBE")],
})  # fmt: skip
def lock_that_is_none(arena, headers):
    return arena.signed_put(headers=headers)


TAGS = {
    "twice": "a=1&a=2",
    "letter": "a=%3C%3E",
    "long key": "k" * 129 + "=1",
    "long value": "a=" + "v" * 257,
}


@case(74, 400, "InvalidTag", each=TAGS)
def tags_that_are_none(arena, tags):
    return arena.signed_put(headers=[("x-amz-tagging", tags)])


@case(74, 400, "InvalidArgument")
def tags_that_cannot_be_decoded(arena):
    return arena.signed_put(headers=[("x-amz-tagging", "a=%zz")])


@case(74, 400, "BadRequest")
def too_many_tags(arena):
    return arena.signed_put(headers=[("x-amz-tagging", "&".join(f"k{n}=v" for n in range(11)))])


@case(95, 400, "MalformedXML", each=["tagging", "retention", "legal-hold"])
def configuration_of_a_key_that_is_none(arena, name):
    return arena.signed_put(query=[(name, None)], body=b"<Configuration/>")


@case(0, 400, "MalformedXML", each=["tagging", "object-lock"])
def configuration_of_a_bucket_that_is_none(arena, name):
    return arena.signed("PUT", None, query=[(name, None)], body=b"<Configuration/>")


@case(0, 400, "InvalidWriteOffset", each=["0", "4611686018427387904"])
def append_elsewhere_than_at_the_end(arena, offset):
    return arena.signed_put(headers=[("x-amz-write-offset-bytes", offset)])


@case(0, 400, "InvalidArgument", each=["-1", "+1", "1.5", "x"])
def append_at_what_is_no_offset(arena, offset):
    return arena.signed_put(headers=[("x-amz-write-offset-bytes", offset)])


@case(0, 404, "NoSuchKey")
def rename_of_what_is_not_there(arena):
    headers = [("x-amz-rename-source", "no-key")]
    return arena.signed_put("renamed", body=b"", query=[("renameObject", None)], headers=headers)


@case(75, 400, "InvalidArgument")
def unknown_acl(arena):
    return arena.signed_put(headers=[("x-amz-acl", "nonsense")])


@case(75, 400, "InvalidArgument", each={
    "an id that is nobody's": [("x-amz-grant-read", 'id="0123"')],
    "a group that there is not": [("x-amz-grant-read", 'uri="http://acs.amazonaws.com/groups/global/Nobody"')],
    "no grantee at all": [("x-amz-grant-write-acp", "everybody")],
})  # fmt: skip
def bad_grant(arena, headers):
    return arena.signed_put(headers=headers)


@case(75, 400, "InvalidArgument")
def unknown_acl_of_a_bucket(arena):
    return arena.sign(arena.request("PUT", path="/asks-for-nonsense", headers=[("x-amz-acl", "nonsense")]))


@case(101, 501, "NotImplemented", each=["GET", "PUT", "DELETE", "POST"])
def unknown_sub_resource_of_a_bucket(arena, method):
    return arena.signed(method, None, query=[("nonsense", None)])


@case(101, 501, "NotImplemented", each=["GET", "PUT", "DELETE", "POST"])
def unknown_sub_resource_of_a_key(arena, method):
    return arena.signed(method, query=[("nonsense", None)], body=b"x" if method == "PUT" else b"")


CONFIGURATIONS = [
    "lifecycle", "website", "replication", "notification", "logging", "accelerate",
]  # fmt: skip


@case(101, 501, "NotImplemented", each=CONFIGURATIONS)
def configuration_of_a_bucket(arena, name):
    return arena.signed("PUT", None, query=[(name, None)], body=b"<Configuration/>")


@case(
    101,
    501,
    "NotImplemented",
    each={"restore": [("restore", None)], "select": [("select", None), ("select-type", "2")]},
)
def operation_on_a_key(arena, query):
    return arena.signed("POST", query=query, body=b"<Request/>")


@case(101, 501, "NotImplemented", each=["torrent"])
def read_of_a_sub_resource_of_a_key(arena, name):
    return arena.signed("GET", query=[(name, None)])


@case(0, 403, "AccessForbidden")
def preflight_where_the_bucket_has_no_rules(arena):
    headers = [("Origin", "https://example.org"), ("Access-Control-Request-Method", "PUT")]
    return arena.request("OPTIONS", headers=headers)


OTHER_MD5 = ("x-amz-server-side-encryption-customer-key-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")
SHORT_KEY = ("x-amz-server-side-encryption-customer-key", "c2hvcnQ=")
HALF_A_KEY = {
    "no algorithm": SSE_C[1:],
    "no MD5": SSE_C[:2],
    "no key": [SSE_C[0], SSE_C[2]],
    "short": [SSE_C[0], SHORT_KEY, SSE_C[2]],
    "other MD5": [*SSE_C[:2], OTHER_MD5],
    "other algorithm": [("x-amz-server-side-encryption-customer-algorithm", "DES"), *SSE_C[1:]],
}


@case(70, 400, "InvalidArgument", each=HALF_A_KEY)
def put_with_half_a_customer_key(arena, headers):
    return arena.signed_put(headers=headers)


@case(70, 400, "InvalidArgument", each=HALF_A_KEY)
def get_with_half_a_customer_key(arena, headers):
    return arena.signed("GET", headers=headers)


@case(0, 400, "InvalidRequest", each=["GET"])
def read_of_a_plain_object_with_a_customer_key(arena, method):
    return arena.signed(method, headers=SSE_C)


@case(0, 400, "KMS.NotFoundException")
def put_under_a_key_that_there_is_not(arena):
    kms = [("x-amz-server-side-encryption", "aws:kms"), ("x-amz-server-side-encryption-aws-kms-key-id", "no-such-key")]
    return arena.signed_put(headers=kms)


@case(69, 400, "InvalidArgument", each=["DES", "aes256", "aws:nonsense"])
def unknown_encryption(arena, algorithm):
    return arena.signed_put(headers=[("x-amz-server-side-encryption", algorithm)])


INTERNAL = ["x-cairn-internal", "x-minio-source-etag", "x-amz-replication-status"]


@case(72, 403, "AccessDenied", each=INTERNAL)
def put_with_a_header_of_storage_systems_among_themselves(arena, name):
    return arena.signed_put(headers=[(name, "1")])
