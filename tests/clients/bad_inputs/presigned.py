"""Signatures in the query (rows 4, 6, 12, 36 to 42)."""

from dataclasses import replace
from datetime import timedelta

from .table import case

PARAMETERS = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
]


@case(4, 400, "AuthorizationQueryParametersError", head=True)
def malformed_credential(arena):
    return arena.signer.but(terminator="").presign(arena.read())


def names_the_region(response, arena):
    """The right region stands in the error."""
    assert response.xml().findtext("Region") == arena.store.region


@case(6, 400, "AuthorizationQueryParametersError", head=True, check=names_the_region)
def presigned_for_another_region(arena):
    return arena.signer.but(region="mars-north-1").presign(arena.read())


@case(2, 403, "InvalidAccessKeyId", head=True)
def presigned_by_an_unknown_key(arena):
    return arena.signer.but(access_key="AKNOSUCHKEY000000000").presign(arena.read())


@case(3, 403, "SignatureDoesNotMatch", head=True)
def presigned_with_a_wrong_secret(arena):
    return arena.signer.but(secret_key="wrong" * 8).presign(arena.read())


@case(12, 403, "AccessDenied")
def copy_source_on_a_presigned_put(arena):
    return arena.signer.presign(arena.put("copy", body=b"")).with_headers(
        ("x-amz-copy-source", f"{arena.bucket}/object")
    )


@case(12, 403, "AccessDenied")
def metadata_on_a_presigned_put(arena):
    return arena.signer.presign(arena.put()).with_headers(("x-amz-meta-smuggled", "1"))


@case(36, 400, "AuthorizationQueryParametersError", each=["604801", "99999999999999999999"], head=True)
def expires_after_more_than_a_week(arena, expires):
    return arena.signer.presign(arena.read(), expires=expires)


@case(37, 400, "AuthorizationQueryParametersError", each=["-1", "abc", "1.5", ""], head=True)
def expires_is_no_number(arena, expires):
    return arena.signer.presign(arena.read(), expires=expires)


@case(38, 403, "AccessDenied", head=True)
def expired(arena):
    return arena.signer.but(skew=timedelta(hours=-2)).presign(arena.read(), expires="60")


@case(39, 403, "AccessDenied", head=True)
def not_valid_yet(arena):
    return arena.signer.but(skew=timedelta(minutes=20)).presign(arena.read())


@case(40, 400, "AuthorizationQueryParametersError", each=PARAMETERS, head=True)
def parameter_is_missing(arena, name):
    return arena.signer.presign(arena.read(), drop=[name])


@case(40, 400, "AuthorizationQueryParametersError", each=PARAMETERS, head=True)
def parameter_is_repeated(arena, name):
    request = arena.signer.presign(arena.read())
    return request.with_query(next(pair for pair in request.query if pair[0] == name))


@case(41, 403, "SignatureDoesNotMatch", each=["PUT", "DELETE"])
def presigned_get_as_another_method(arena, method):
    request = arena.signer.presign(arena.request("GET"))
    return replace(request, method=method, headers=[*request.headers, ("Content-Length", "0")])


ADDED = {"acl": ("acl", ""), "versionId": ("versionId", "null"), "uploadId": ("uploadId", "x")}


@case(42, 403, "SignatureDoesNotMatch", each=ADDED)
def sub_resource_added_to_a_presigned_get(arena, pair):
    return arena.signer.presign(arena.request("GET"), extra=[pair])


@case(42, 403, "SignatureDoesNotMatch")
def upload_added_to_a_presigned_delete(arena):
    return arena.signer.presign(arena.request("DELETE", "upload"), extra=[("uploadId", arena.ids["upload"])])


@case(42, 403, "SignatureDoesNotMatch", head=True)
def presigned_for_another_key(arena):
    return replace(arena.signer.presign(arena.read("another")), path=arena.path("object"))


@case(38, 403, "AccessDenied")
def expired_version_2(arena):
    return arena.signer.presign_v2(arena.request("GET"), f"/{arena.bucket}/object", 1_000_000_000)


@case(3, 403, "SignatureDoesNotMatch")
def wrong_version_2(arena):
    return arena.signer.but(secret_key="wrong" * 8).presign_v2(
        arena.request("GET"), f"/{arena.bucket}/object", 4_000_000_000
    )
