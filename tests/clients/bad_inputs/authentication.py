"""Signatures in the Authorization header (rows 1 to 18, 20) and the plain refusals (row 0)."""

from datetime import timedelta

from harness.signing import flip_last

from .table import case


@case(0, 404, "NoSuchKey", head=True)
def key_that_is_not_there(arena):
    return arena.signed_read("missing")


@case(0, 404, "NoSuchBucket", head=True)
def bucket_that_is_not_there(arena):
    return arena.signed_read(path="/no-such-bucket-of-anybody")


@case(0, 404, "NoSuchBucket", head=True)
def key_in_a_bucket_that_is_not_there(arena):
    return arena.signed_read(path="/no-such-bucket-of-anybody/key")


@case(0, 404, "NoSuchBucket")
def put_into_a_bucket_that_is_not_there(arena):
    return arena.signed_put(path="/no-such-bucket-of-anybody/key")


def rewritten(arena, change, request=None):
    """A rightly signed request whose Authorization header is then changed."""
    signed = arena.sign(request or arena.read())
    value = signed.header("Authorization")
    return signed.without_header("Authorization").with_headers(("Authorization", change(value)))


@case(1, 403, "AccessDenied", head=True)
def anonymous_read(arena):
    return arena.read()


@case(1, 403, "AccessDenied", head=True)
def anonymous_list(arena):
    return arena.read(None)


@case(1, 403, "AccessDenied")
def anonymous_put(arena):
    return arena.put()


@case(1, 403, "AccessDenied")
def anonymous_delete(arena):
    return arena.request("DELETE")


@case(1, 403, "AccessDenied")
def anonymous_list_of_buckets(arena):
    return arena.request("GET", path="/")


@case(1, 403, "AccessDenied", head=True)
def empty_authorization(arena):
    return arena.read(headers=[("Authorization", "")])


@case(1, 400, "InvalidArgument", each=["garbage", "Bearer abcdef", "Basic dXNlcjpwYXNz"], head=True)
def authorization_of_another_kind(arena, value):
    return arena.read(headers=[("Authorization", value)])


@case(2, 403, "InvalidAccessKeyId", head=True)
def unknown_access_key(arena):
    return arena.signer.but(access_key="AKNOSUCHKEY000000000").sign(arena.read())


@case(3, 403, "SignatureDoesNotMatch", head=True)
def wrong_secret(arena):
    return arena.signer.but(secret_key="wrong" * 8).sign(arena.read())


SIGNATURES = {
    "one digit": flip_last,
    "truncated": lambda value: value[:-1],
    "upper case": lambda value: value[:-64] + value[-64:].upper(),
    "prefix only": lambda value: value[:-32],
    "longer": lambda value: value + "0",
}


@case(3, 403, "SignatureDoesNotMatch", each=SIGNATURES, head=True)
def bad_signature(arena, change):
    return rewritten(arena, change)


@case(3, 403, "SignatureDoesNotMatch")
def signature_of_another_path(arena):
    signed = arena.signed("DELETE", "another")
    signed.path = arena.path("object")
    return signed


def without_component(name):
    """Leaves one component of the header out."""
    return lambda value: (
        "AWS4-HMAC-SHA256 " + ", ".join(c for c in value.split(" ", 1)[1].split(", ") if not c.startswith(name))
    )


COMPONENTS = {
    "no Credential": without_component("Credential"),
    "no SignedHeaders": without_component("SignedHeaders"),
    "no Signature": without_component("Signature"),
    "short Credential": lambda value: value.replace("/us-east-1/s3/aws4_request", ""),
    "empty Credential": lambda value: value.replace(value.split("Credential=")[1].split(",")[0], ""),
    "nothing": lambda value: "AWS4-HMAC-SHA256",
}


@case(4, 400, "AuthorizationHeaderMalformed", each=COMPONENTS, head=True)
def missing_component(arena, change):
    return rewritten(arena, change)


@case(5, 400, "AuthorizationHeaderMalformed", head=True)
def scope_of_another_day(arena):
    return arena.signer.but(scope_day="20200101").sign(arena.read())


def names_the_region(response, arena):
    """The right region stands in the error."""
    assert response.xml().findtext("Region") == arena.store.region


@case(6, 400, "AuthorizationHeaderMalformed", head=True, check=names_the_region)
def wrong_region(arena):
    return arena.signer.but(region="mars-north-1").sign(arena.read())


@case(7, 400, "AuthorizationHeaderMalformed", each=["ec2", "S3"], head=True)
def wrong_service(arena, service):
    return arena.signer.but(service=service).sign(arena.read())


@case(7, 400, "AuthorizationHeaderMalformed", head=True)
def wrong_terminator(arena):
    return arena.signer.but(terminator="aws5_request").sign(arena.read())


@case(8, 403, "AccessDenied", head=True)
def no_date(arena):
    return arena.sign(arena.read(), date_header=None)


@case(8, 403, "AccessDenied", each=["yesterday", "2026-01-01", "20269999T999999Z"], head=True)
def unreadable_date(arena, value):
    return arena.signer.but(scope_day=arena.signer.date()[:8]).sign(arena.read(headers=[("x-amz-date", value)]))


@case(9, 403, "RequestTimeTooSkewed", each=[-16, 16, -60 * 24 * 400], head=True)
def clock_is_off_by_minutes(arena, minutes):
    return arena.signer.but(skew=timedelta(minutes=minutes)).sign(arena.read())


@case(10, 400, "InvalidRequest", head=True)
def signature_version_2_in_the_header(arena):
    value = f"AWS {arena.store.access_key}:c2lnbmF0dXJlc2lnbmF0dXJlc2k="
    return arena.read(headers=[("Authorization", value), ("Date", "Tue, 27 Mar 2007 19:36:42 +0000")])


@case(10, 400, "InvalidArgument", each=["AWS4-HMAC-SHA512", "AWS4-ECDSA-P384-SHA256"], head=True)
def unknown_algorithm(arena, algorithm):
    return arena.signer.but(algorithm=algorithm).sign(arena.read())


@case(11, 403, "AccessDenied", head=True)
def host_is_not_signed(arena):
    return arena.sign(arena.read(), leave_out=["host"])


@case(12, 403, "AccessDenied", head=True)
def unsigned_amz_header(arena):
    return arena.sign(arena.read()).with_headers(("x-amz-checksum-mode", "ENABLED"))


@case(12, 403, "AccessDenied")
def unsigned_metadata(arena):
    return arena.sign(arena.put()).with_headers(("x-amz-meta-smuggled", "1"))


@case(12, 403, "AccessDenied")
def unsigned_copy_source(arena):
    return arena.signed_put("copy", body=b"").with_headers(("x-amz-copy-source", f"{arena.bucket}/object"))


@case(13, 403, "SignatureDoesNotMatch", head=True)
def signed_header_is_absent(arena):
    signed = arena.sign(arena.read(headers=[("x-custom", "1")]))
    return signed.without_header("x-custom")


@case(14, 400, "InvalidArgument", head=True)
def two_authorization_headers(arena):
    signed = arena.sign(arena.read())
    return signed.with_headers(("Authorization", signed.header("Authorization")))


@case(15, 400, "InvalidArgument", head=True)
def header_and_query_both_sign(arena):
    return arena.sign(arena.signer.presign(arena.read()))


@case(16, 400, "InvalidRequest", head=True)
def no_content_hash(arena):
    return arena.sign(arena.read(), payload_hash="UNSIGNED-PAYLOAD", hash_header=False)


@case(17, 400, "InvalidArgument", each=["garbage", "UNSIGNED", "STREAMING-NONSENSE", "ab" * 31], head=True)
def unknown_content_hash(arena, value):
    return arena.sign(arena.read(headers=[("x-amz-content-sha256", value)]))


@case(18, 400, "XAmzContentSHA256Mismatch", each={"small": 9, "stripes": 300_000})
def body_of_another_hash(arena, size):
    return arena.signed_put(body=b"x" * size, headers=[("x-amz-content-sha256", "0" * 64)])


@case(18, 400, "XAmzContentSHA256Mismatch")
def part_of_another_hash(arena):
    query = [("partNumber", "1"), ("uploadId", arena.ids["upload"])]
    return arena.signed_put("upload", query=query, headers=[("x-amz-content-sha256", "0" * 64)])


@case(20, 400, "InvalidToken", head=True)
def session_token_that_nobody_gave(arena):
    return arena.sign(arena.read(headers=[("x-amz-security-token", "garbage")]))
