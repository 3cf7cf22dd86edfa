"""Policies, and what they forbid: bad ones, denials, spoofed addresses, foreign copies (rows 66, 86, 96, 97, 104)."""

import json
from dataclasses import replace

from harness.signing import Signer

from .table import case

ADDRESS = "203.0.113.9"  # of the network that the policy lets in; the real peer is elsewhere


def as_foreigner(arena, request):
    """Signs as the account that owns neither bucket."""
    keys = arena.foreigner
    return Signer(keys.access_key, keys.secret_key, arena.store.region).sign(request)


def foreign_copy(arena, source, query=()):
    """A copy by the foreigner into its own bucket."""
    request = arena.request("PUT", path=f"/{arena.bucket}-foreign/copy", query=query)
    return as_foreigner(arena, request.with_headers(("x-amz-copy-source", source)))


@case(66, 403, "AccessDenied", each=["secret", "object?versionId=null"], arena="ruled")
def copy_of_what_may_not_be_read(arena, source):
    return foreign_copy(arena, f"{arena.bucket}/{source}")


@case(66, 403, "AccessDenied", arena="ruled")
def copy_from_a_foreign_bucket(arena):
    return foreign_copy(arena, f"{arena.other}/object")


@case(66, 403, "AccessDenied", arena="ruled")
def part_copy_of_what_may_not_be_read(arena):
    s3 = arena.foreigner.client(arena.store)
    upload = s3.create_multipart_upload(Bucket=f"{arena.bucket}-foreign", Key="copy")["UploadId"]
    return foreign_copy(arena, f"{arena.bucket}/secret", [("partNumber", "1"), ("uploadId", upload)])


@case(96, 403, "AccessDenied", arena="ruled", head=True)
def read_of_what_one_statement_allows_and_another_denies(arena):
    return as_foreigner(arena, arena.read("secret"))


@case(96, 403, "AccessDenied", arena="ruled")
def write_that_is_denied_to_the_owner_too(arena):
    return arena.signed_put("frozen")


FOREIGN = {
    "read": ("GET", "/{other}/object", []),
    "list": ("GET", "/{other}", []),
    "versions": ("GET", "/{other}", [("versions", None)]),
    "write": ("PUT", "/{other}/object", []),
    "remove": ("DELETE", "/{other}/object", []),
    "tags": ("GET", "/{other}/object", [("tagging", None)]),
    "acl": ("GET", "/{other}/object", [("acl", None)]),
    "policy": ("GET", "/{other}", [("policy", None)]),
    "uploads": ("GET", "/{other}", [("uploads", None)]),
    "upload": ("POST", "/{other}/object", [("uploads", None)]),
    "bucket": ("DELETE", "/{other}", []),
}


@case(96, 403, "AccessDenied", each=FOREIGN, arena="ruled")
def what_no_statement_allows(arena, wanted):
    method, path, query = wanted
    return as_foreigner(arena, arena.request(method, path=path.format(other=arena.other), query=query))


@case(96, 403, "AccessDenied", arena="ruled")
def policy_of_a_bucket_of_another_account(arena):
    body = json.dumps({"Version": "2012-10-17", "Statement": []}).encode()
    return as_foreigner(arena, arena.request("PUT", path=f"/{arena.other}", query=[("policy", None)], body=body))


SPOOFS = {
    "X-Forwarded-For": [("X-Forwarded-For", ADDRESS)],
    "two": [("X-Forwarded-For", ADDRESS), ("X-Forwarded-For", "127.0.0.1")],
    "Forwarded": [("Forwarded", f"for={ADDRESS}")],
    "X-Real-IP": [("X-Real-IP", ADDRESS)],
    "userid": [("userid", "root"), ("groups", "administrators")],
    "X-Remote-User": [("X-Remote-User", "root"), ("X-Remote-Group", "system:masters")],
}


@case(97, 403, "AccessDenied", each=SPOOFS, arena="ruled", head=True)
def read_under_a_spoofed_name_or_address(arena, headers):
    return arena.read(headers=headers)


@case(97, 403, "AccessDenied", each=["X-Forwarded-For", "Forwarded"], arena="ruled")
def signed_read_under_a_spoofed_address(arena, name):
    return as_foreigner(arena, arena.read("secret", headers=SPOOFS[name]))


def put_policy(arena, text, bucket=None):
    """A signed PutBucketPolicy."""
    return arena.sign(arena.request("PUT", path=f"/{bucket or arena.bucket}", query=[("policy", None)], body=text.encode()))


def policy(arena, **changes):
    """A policy of one statement that is right but for the changes."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": arena.foreigner.arn},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{arena.bucket}/*",
        **changes,
    }
    kept = {name: value for name, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [kept]})


WRONG_STATEMENTS = {
    "effect": {"Effect": "Maybe"},
    "no effect": {"Effect": None},
    "principal": {"Principal": {"AWS": "arn:aws:iam::nobody:root"}},
    "principal kind": {"Principal": {"Planet": "*"}},
    "no principal": {"Principal": None},
    "action": {"Action": "s3:Nonsense"},
    "action of another service": {"Action": "ec2:RunInstances"},
    "no action": {"Action": None},
    "resource of another bucket": {"Resource": "arn:aws:s3:::another-bucket/*"},
    "resource that is no ARN": {"Resource": "everything"},
    "no resource": {"Resource": None},
    "operator": {"Condition": {"Nonsense": {"aws:SourceIp": "10.0.0.0/8"}}},
    "address": {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/99"}}},
    "unknown element": {"Nonsense": "1"},
    "not principal with allow": {"Principal": None, "NotPrincipal": {"AWS": "*"}},
}


@case(86, 400, "MalformedPolicy", each=WRONG_STATEMENTS, arena="ruled")
def policy_with_a_wrong_statement(arena, changes):
    return put_policy(arena, policy(arena, **changes))


WRONG_TEXTS = {
    "no JSON": "this is no policy",
    "cut": '{"Version":"2012-10-17","Statement":[',
    "array": "[]",
    "version": '{"Version":"1999-01-01","Statement":[]}',
    "no statement": '{"Version":"2012-10-17"}',
    "key twice": '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}',
    "deep": "[" * 10_000,
}


@case(86, 400, "MalformedPolicy", each=WRONG_TEXTS, arena="ruled")
def policy_that_is_none(arena, text):
    return put_policy(arena, text)


@case(86, 400, "MalformedPolicy", arena="ruled")
def policy_with_a_key_twice(arena):
    return put_policy(arena, policy(arena).replace('"Effect"', '"Effect": "Deny", "Effect"'))


@case(86, 400, "MalformedPolicy", arena="ruled")
def policy_over_20_kib(arena):
    return put_policy(arena, policy(arena, Sid="s" * 20 * 1024))


@case(84, 400, "MissingRequestBodyError", arena="ruled")
def policy_is_missing(arena):
    return put_policy(arena, "")


@case(104, 403, "AccessDenied", arena="ruled")
def public_policy_where_it_is_blocked(arena):
    return put_policy(arena, policy(replace(arena, bucket=arena.other), Principal="*"), arena.other)


PUBLIC = {"canned": ("x-amz-acl", "public-read"), "grant": ("x-amz-grant-read", 'uri="http://acs.amazonaws.com/groups/global/AllUsers"')}


@case(104, 403, "AccessDenied", each=PUBLIC, arena="ruled")
def public_acl_of_a_bucket_where_it_is_blocked(arena, header):
    return arena.sign(arena.request("PUT", path=f"/{arena.other}", query=[("acl", None)], headers=[header]))


@case(104, 403, "AccessDenied", each=PUBLIC, arena="ruled")
def public_acl_of_an_object_where_it_is_blocked(arena, header):
    return arena.sign(arena.request("PUT", path=f"/{arena.other}/object", query=[("acl", None)], headers=[header]))


@case(104, 403, "AccessDenied", each=PUBLIC, arena="ruled")
def public_object_where_it_is_blocked(arena, header):
    return arena.sign(arena.request("PUT", path=f"/{arena.other}/object", headers=[header], body=b"new bytes"))


@case(75, 400, "InvalidArgument", each=["nonsense", "Public-Read"], arena="ruled")
def unknown_acl_put_on_a_bucket(arena, name):
    return arena.signed("PUT", None, query=[("acl", None)], headers=[("x-amz-acl", name)])


@case(75, 400, "InvalidArgument", each=['id="0123"', 'uri="http://example.org/everyone"', "nonsense"], arena="ruled")
def grant_to_nobody(arena, grantee):
    return arena.signed("PUT", None, query=[("acl", None)], headers=[("x-amz-grant-read", grantee)])


@case(75, 400, "UnresolvableGrantByEmailAddress", arena="ruled")
def grant_to_an_address_of_nobody(arena):
    header = ("x-amz-grant-read", 'emailAddress="nobody-at-all@example.org"')
    return arena.signed("PUT", None, query=[("acl", None)], headers=[header])


@case(75, 400, "InvalidRequest", arena="ruled")
def canned_acl_and_grant_together(arena):
    headers = [("x-amz-acl", "private"), ("x-amz-grant-read", f'id="{arena.foreigner.canonical_id}"')]
    return arena.signed("PUT", None, query=[("acl", None)], headers=headers)
