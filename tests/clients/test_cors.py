"""Pages of other origins: rules of buckets, preflights that nobody signs, and headers on whatever is answered."""

import pytest
from botocore.exceptions import ClientError

from harness.raw_http import Request, send
from harness.signing import plain

PAGE = "http://page.example"
VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"
RULES = [
    {
        "ID": "uploads",
        "AllowedOrigins": [PAGE, "https://*.page.example"],
        "AllowedMethods": ["PUT", "POST", "GET"],
        "AllowedHeaders": ["x-amz-*", "Content-Type"],
        "ExposeHeaders": ["ETag", "x-amz-request-id"],
        "MaxAgeSeconds": 3000,
    },
    {"AllowedOrigins": ["*"], "AllowedMethods": ["HEAD"]},
]


def set_rules(s3, bucket, rules):
    """PutBucketCors."""
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})


@pytest.fixture
def ruled(s3, bucket):
    """A bucket with RULES."""
    set_rules(s3, bucket, RULES)
    return bucket


def preflight(store, path, origin=PAGE, method="PUT", headers=None, query=(), gateway=0):
    """What a browser asks before it sends a request."""
    asked = [("Origin", origin), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers)]
    sent = [("Host", store.host), *((name, value) for name, value in asked if value is not None)]
    return send(store.address_of(gateway), Request("OPTIONS", path, list(query), sent))


def told(answer):
    """The headers for browsers in an answer."""
    return {
        name.removeprefix("access-control-"): value
        for name, value in answer.headers
        if name.startswith("access-control-")
    }


def test_rules_are_shown_and_removed(s3, ruled):
    assert s3.get_bucket_cors(Bucket=ruled)["CORSRules"] == RULES
    for _ in range(2):
        assert s3.delete_bucket_cors(Bucket=ruled)["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(ClientError, match="NoSuchCORSConfiguration"):
        s3.get_bucket_cors(Bucket=ruled)


@pytest.mark.parametrize("path", ["", "/key", "/no/such/key"])
def test_a_preflight_is_answered_by_the_first_rule_that_fits(store, ruled, path):
    answer = preflight(store, f"/{ruled}{path}", headers="Content-Type, X-Amz-Meta-A")
    assert (answer.status, answer.body, answer.header("vary")) == (200, b"", VARY)
    assert told(answer) == {
        "allow-origin": PAGE,
        "allow-credentials": "true",
        "allow-methods": "PUT, POST, GET",
        "allow-headers": "content-type, x-amz-meta-a",
        "expose-headers": "ETag, x-amz-request-id",
        "max-age": "3000",
    }


def test_a_rule_for_all_origins_names_none(store, ruled):
    answer = preflight(store, f"/{ruled}/key", origin="http://elsewhere.example", method="HEAD")
    assert answer.status == 200
    assert told(answer) == {"allow-origin": "*", "allow-methods": "HEAD"}


def test_a_pattern_answers_with_the_origin_that_fits_it(store, ruled):
    answer = preflight(store, f"/{ruled}/key", origin="https://a.b.page.example")
    assert told(answer)["allow-origin"] == "https://a.b.page.example"


FORBIDDEN = {
    "another origin": {"origin": "http://elsewhere.example"},
    "a scheme": {"origin": "https://page.example"},
    "a capital": {"origin": "http://Page.example"},
    "a method": {"method": "DELETE"},
    "a header": {"headers": "Authorization"},
    "a header for all": {"origin": "http://elsewhere.example", "method": "HEAD", "headers": "x-amz-date"},
}


@pytest.mark.parametrize("asked", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_what_no_rule_allows_is_forbidden(store, ruled, asked):
    answer = preflight(store, f"/{ruled}/key", **asked)
    assert (answer.status, answer.error_code(), told(answer)) == (403, "AccessForbidden", {})


FAULTY = {"origin": {"origin": None}, "method": {"method": None}, "known method": {"method": "PATCH"}}


@pytest.mark.parametrize("asked", FAULTY.values(), ids=FAULTY.keys())
def test_a_preflight_without_what_it_needs_is_bad(store, ruled, asked):
    answer = preflight(store, f"/{ruled}/key", **asked)
    assert (answer.status, answer.error_code()) == (400, "BadRequest")


def test_a_bucket_without_rules_allows_nothing(store, s3, bucket):
    answer = preflight(store, f"/{bucket}/key")
    assert (answer.status, answer.error_code()) == (403, "AccessForbidden")
    assert "CORS is not enabled for this bucket" in answer.body.decode()
    nowhere = preflight(store, f"/{bucket}-nowhere/key")
    assert (nowhere.status, nowhere.error_code()) == (403, "AccessForbidden")
    actual = get(store, bucket)
    assert (actual.status, told(actual), actual.header("vary")) == (200, {}, None)


def test_a_preflight_needs_no_signature_and_minds_none(store, ruled):
    request = store.signer().presign(plain("PUT", f"/{ruled}/key", store.host), expires="1")
    stale = [(name, "20200101T000000Z" if name == "X-Amz-Date" else value) for name, value in request.query]
    answer = preflight(store, f"/{ruled}/key", query=stale)
    assert (answer.status, told(answer)["allow-origin"]) == (200, PAGE)
    assert preflight(store, f"/{ruled}/key", origin=None, query=stale).error_code() == "BadRequest"


def get(store, bucket, key=None, origin=PAGE, method="GET", signer=None, **options):
    """A signed request of a page."""
    path = f"/{bucket}" + (f"/{key}" if key else "")
    request = (signer or store.signer()).sign(plain(method, path, store.host, **options))
    return send(store.address, request.with_headers(("Origin", origin)))


ALLOWED = {
    "allow-origin": PAGE,
    "allow-credentials": "true",
    "allow-methods": "PUT, POST, GET",
    "expose-headers": "ETag, x-amz-request-id",
    "max-age": "3000",
}


def test_an_actual_request_is_told_what_its_rule_allows(store, s3, ruled):
    s3.put_object(Bucket=ruled, Key="key", Body=b"x")
    answer = get(store, ruled, "key")
    assert (answer.status, answer.body, told(answer), answer.header("vary")) == (200, b"x", ALLOWED, VARY)
    listing = get(store, ruled)
    assert (listing.status, told(listing)) == (200, ALLOWED)
    put = get(store, ruled, "other", method="PUT", body=b"y")
    assert (put.status, told(put)) == (200, ALLOWED)
    head = get(store, ruled, "key", origin="http://elsewhere.example", method="HEAD")
    assert told(head) == {"allow-origin": "*", "allow-methods": "HEAD"}


def test_a_request_that_no_rule_fits_is_done_all_the_same(store, s3, ruled):
    answer = get(store, ruled, "key", origin="http://elsewhere.example", method="PUT", body=b"x")
    assert (answer.status, told(answer), answer.header("vary")) == (200, {}, VARY)
    assert s3.get_object(Bucket=ruled, Key="key")["Body"].read() == b"x"


def test_a_request_without_an_origin_is_told_nothing(store, ruled):
    request = store.signer().sign(plain("GET", f"/{ruled}", store.host))
    answer = send(store.address, request)
    assert (answer.status, told(answer), answer.header("vary")) == (200, {}, None)


def test_the_method_that_a_request_names_decides(store, ruled):
    named = [("Access-Control-Request-Method", "GET")]
    request = store.signer().sign(plain("DELETE", f"/{ruled}/key", store.host))
    answer = send(store.address, request.with_headers(("Origin", PAGE), *named))
    assert (answer.status, told(answer)) == (204, ALLOWED)


ERRORS = {
    "no such key": (404, "NoSuchKey", {"key": "nothing"}),
    "a wrong checksum": (400, "BadDigest", {"method": "PUT", "body": b"x", "headers": [("x-amz-checksum-crc32", "AAAAAA==")]}),
    "an unknown sub-resource": (501, "NotImplemented", {"query": [("nonsense", None)]}),
    "a precondition": (412, "PreconditionFailed", {"method": "PUT", "body": b"x", "headers": [("If-Match", '"0"')]}),
}


@pytest.mark.parametrize("status, code, asked", ERRORS.values(), ids=ERRORS.keys())
def test_an_error_can_be_read_by_the_page(store, s3, ruled, status, code, asked):
    s3.put_object(Bucket=ruled, Key="key", Body=b"there")
    answer = get(store, ruled, **{"key": "key", **asked})
    assert (answer.status, answer.error_code(), told(answer)) == (status, code, ALLOWED)


@pytest.mark.parametrize("gateway", [0, 1])
def test_a_request_that_nobody_proved_can_be_read_by_the_page(store, s3, ruled, gateway):
    sent = [("Host", store.host), ("Origin", PAGE)]
    anonymous = send(store.address_of(gateway), Request("GET", f"/{ruled}/key", [], sent))
    assert (anonymous.status, anonymous.error_code(), told(anonymous)) == (403, "AccessDenied", ALLOWED)
    wrong = store.signer(secret_key="wrong").sign(plain("GET", f"/{ruled}/key", store.host))
    refused = send(store.address_of(gateway), wrong.with_headers(("Origin", PAGE)))
    assert (refused.error_code(), told(refused)) == ("SignatureDoesNotMatch", ALLOWED)


def test_every_gateway_goes_by_new_rules_at_once(store, s3, bucket):
    """Each knows the bucket before; a preflight and a refused request ask no shard that would tell them."""
    others = range(len(store.endpoints))
    s3.put_object(Bucket=bucket, Key="key", Body=b"x")
    for gateway in others:
        store.s3(gateway).get_object(Bucket=bucket, Key="key")
    for rules, status in ((RULES, 200), (RULES[1:], 403), (RULES, 200)):
        set_rules(s3, bucket, rules)
        expected = ALLOWED if status == 200 else {}
        for gateway in others:
            assert preflight(store, f"/{bucket}/key", gateway=gateway).status == status
            sent = [("Host", store.host), ("Origin", PAGE)]
            wrong = store.signer(secret_key="wrong").sign(plain("GET", f"/{bucket}/key", store.host))
            refused = send(store.address_of(gateway), wrong.with_headers(*sent[1:]))
            assert told(refused) == expected


MINIMAL = "<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"
REFUSED = {
    "no rule": ("", 400, "MalformedXML"),
    "no origin": ("<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>", 400, "MalformedXML"),
    "no method": ("<CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule>", 400, "MalformedXML"),
    "unknown element": (f"<CORSRule>{MINIMAL}<Allowed>1</Allowed></CORSRule>", 400, "MalformedXML"),
    "method": (MINIMAL.replace("GET", "PATCH").join(("<CORSRule>", "</CORSRule>")), 400, "InvalidRequest"),
    "lower case": (MINIMAL.replace("GET", "get").join(("<CORSRule>", "</CORSRule>")), 400, "InvalidRequest"),
    "two wildcards": (MINIMAL.replace("*", "http://*.*").join(("<CORSRule>", "</CORSRule>")), 400, "InvalidRequest"),
    "wildcards in a header": (
        f"<CORSRule>{MINIMAL}<AllowedHeader>*-*</AllowedHeader></CORSRule>",
        400,
        "InvalidRequest",
    ),
    "101 rules": (f"<CORSRule>{MINIMAL}</CORSRule>" * 101, 400, "InvalidRequest"),
    "negative age": (f"<CORSRule>{MINIMAL}<MaxAgeSeconds>-1</MaxAgeSeconds></CORSRule>", 400, "InvalidArgument"),
    "age of 2^31": (f"<CORSRule>{MINIMAL}<MaxAgeSeconds>2147483648</MaxAgeSeconds></CORSRule>", 400, "InvalidArgument"),
    "long id": (f"<CORSRule>{MINIMAL}<ID>{'i' * 256}</ID></CORSRule>", 400, "InvalidArgument"),
    "line break": (f"<CORSRule>{MINIMAL}<ExposeHeader>a&#13;&#10;b</ExposeHeader></CORSRule>", 400, "InvalidArgument"),
}


@pytest.mark.parametrize("inner, status, code", REFUSED.values(), ids=REFUSED.keys())
def test_faulty_rules_are_refused_and_change_nothing(store, s3, ruled, inner, status, code):
    body = f"<CORSConfiguration>{inner}</CORSConfiguration>".encode()
    request = plain("PUT", f"/{ruled}", store.host, query=[("cors", None)], body=body)
    answer = send(store.address, store.signer().sign(request))
    assert (answer.status, answer.error_code()) == (status, code), answer
    assert s3.get_bucket_cors(Bucket=ruled)["CORSRules"] == RULES


def test_rules_in_no_document_are_refused(store, s3, ruled):
    request = plain("PUT", f"/{ruled}", store.host, query=[("cors", None)])
    answer = send(store.address, store.signer().sign(request))
    assert (answer.status, answer.error_code()) == (400, "MissingRequestBodyError"), answer
