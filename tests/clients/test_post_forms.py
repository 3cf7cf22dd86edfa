"""Objects posted by forms: what their signer allows is done, and nothing else."""

import base64
import hashlib
import json
from urllib.parse import urlsplit

import pytest
import urllib3

from conftest import new_bucket_name, remove_bucket
from harness.checksums import checksum, header
from harness.files import pattern
from harness.fingerprint import bucket_fingerprint
from harness.forms import (
    BOUNDARY,
    body_of,
    claims,
    document,
    encoded,
    part,
    post,
    sign_v2,
    sign_v4,
    signed,
)
from harness.raw_http import Request, send
from harness.signing import plain

HTTP = urllib3.PoolManager()
SIZES = {"empty": 0, "inline": 100, "one stripe": 300_000, "many blobs": 20 << 20}


def send_form(store, bucket, fields, **options):
    """Posts a form and gives the answer."""
    return send(store.address, post(store, bucket, body_of(fields, **options)))


def stored(s3, bucket, key):
    """The bytes of an object."""
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_a_form_of_boto3_stores_its_file(s3, bucket, size):
    body = pattern(size, "form")
    form = s3.generate_presigned_post(bucket, "folder/a b+c é")
    answer = HTTP.request("POST", form["url"], fields={**form["fields"], "file": ("name.bin", body)})
    assert (answer.status, answer.data) == (204, b"")
    assert answer.headers["etag"] == f'"{hashlib.md5(body).hexdigest()}"'
    assert answer.headers["location"] == f"{form['url']}/folder/a%20b%2Bc%20%C3%A9"
    assert stored(s3, bucket, "folder/a b+c é") == body


def test_fields_are_kept_as_headers_are(store, s3, bucket):
    fields = [
        ("key", "object"),
        ("Content-Type", "text/x-form"),
        ("Cache-Control", "no-cache"),
        ("Content-Disposition", 'attachment; filename="a"'),
        ("Content-Encoding", "x-none"),
        ("Expires", "Thu, 01 Dec 2033 16:00:00 GMT"),
        ("x-amz-meta-Colour", "blue"),
        ("acl", "private"),
        (header("CRC32"), checksum("CRC32", b"the file")),
    ]
    assert send_form(store, bucket, signed(store, bucket, fields)).status == 204
    found = s3.head_object(Bucket=bucket, Key="object", ChecksumMode="ENABLED")
    assert (found["ContentType"], found["CacheControl"], found["Metadata"]) == ("text/x-form", "no-cache", {"colour": "blue"})
    assert (found["ContentDisposition"], found["ContentEncoding"]) == ('attachment; filename="a"', "x-none")
    assert found["ChecksumCRC32"] == checksum("CRC32", b"the file")


def test_without_a_type_the_part_s_own_does_not_count(store, s3, bucket):
    assert send_form(store, bucket, signed(store, bucket, [("key", "object")])).status == 204
    assert s3.head_object(Bucket=bucket, Key="object")["ContentType"] == "binary/octet-stream"


def test_a_form_of_version_2(store, s3, bucket):
    conditions = [
        {"bucket": bucket},
        ["starts-with", "$key", "foo"],
        {"acl": "private"},
        ["starts-with", "$Content-Type", "text/plain"],
        ["content-length-range", 0, 1024],
    ]
    fields = [("key", "foo.txt"), ("acl", "private"), ("Content-Type", "text/plain")]
    answer = send_form(store, bucket, sign_v2(store, fields, document(conditions)), data=b"bar")
    assert answer.status == 204, answer
    assert stored(s3, bucket, "foo.txt") == b"bar"


def test_names_and_operators_have_no_case(store, s3, bucket):
    conditions = [
        {"bUcKeT": bucket},
        ["StArTs-WiTh", "$KeY", "foo"],
        {"AcL": "private"},
        ["StArTs-WiTh", "$CoNtEnT-TyPe", "text/plain"],
        ["content-length-range", 0, 1024],
    ]
    fields = [("kEy", "foo.txt"), ("aCl", "private"), ("CoNtEnT-TyPe", "text/plain")]
    signed_fields = sign_v2(store, fields, document(conditions))
    renamed = {"AWSAccessKeyId": "aWSAccessKeyId", "policy": "PoLICy"}
    answer = send_form(store, bucket, [(renamed.get(name, name), value) for name, value in signed_fields])
    assert answer.status == 204, answer
    assert stored(s3, bucket, "foo.txt") == b"the file"


def test_the_name_of_the_file_goes_into_the_key(store, s3, bucket):
    fields = signed(store, bucket, [("key", "in/${filename}")], [["starts-with", "$key", "in/"]])
    for name in ("a b.txt", "C:\\\\dir\\\\a b.txt", "/tmp/a b.txt"):
        assert send_form(store, bucket, fields, data=name.encode(), file_name=name).status == 204
        assert stored(s3, bucket, "in/a b.txt") == name.encode()
    denied = signed(store, bucket, [("key", "${filename}")], [["starts-with", "$key", "in/"]])
    assert send_form(store, bucket, denied, file_name="out.txt").error_code() == "AccessDenied"


def test_a_backslash_before_a_dollar_is_a_letter(store, s3, bucket):
    fields = signed(store, bucket, [("key", "\\$foo.txt")], [["starts-with", "$key", "\\$foo"]])
    assert send_form(store, bucket, fields).status == 204
    assert stored(s3, bucket, "\\$foo.txt") == b"the file"


@pytest.mark.parametrize("wanted, status", [("200", 200), ("201", 201), ("204", 204), ("404", 204), ("", 204)])
def test_the_form_says_which_success_it_wants(store, bucket, wanted, status):
    fields = signed(store, bucket, [("key", "a/b c"), ("success_action_status", wanted)])
    answer = send_form(store, bucket, fields)
    assert answer.status == status
    location, etag = f"{store.endpoint}/{bucket}/a/b%20c", f'"{hashlib.md5(b"the file").hexdigest()}"'
    assert (answer.header("location"), answer.header("etag")) == (location, etag)
    if status == 201:
        assert answer.header("content-type") == "application/xml"
        root = answer.xml()
        assert root.tag == "PostResponse"
        assert [(element.tag, element.text) for element in root] == [
            ("Location", location),
            ("Bucket", bucket),
            ("Key", "a/b c"),
            ("ETag", etag),
        ]
    else:
        assert answer.body == b""


@pytest.mark.parametrize("field", ["success_action_redirect", "redirect"])
@pytest.mark.parametrize("joint", ["", "?page=1", "#top"], ids=["plain", "query", "fragment"])
def test_a_redirect_tells_the_page_what_was_stored(store, bucket, field, joint):
    fields = signed(store, bucket, [("key", "a/b c"), (field, f"http://page.example/done{joint}")])
    answer = send_form(store, bucket, fields)
    assert (answer.status, answer.body) == (303, b"")
    found = urlsplit(answer.header("location"))
    etag = hashlib.md5(b"the file").hexdigest()
    told = f"bucket={bucket}&key=a%2Fb%20c&etag=%22{etag}%22"
    assert found.query == ("page=1&" if joint == "?page=1" else "") + told
    assert (found.netloc, found.path, found.fragment) == ("page.example", "/done", "top" if joint == "#top" else "")


def test_a_redirect_may_lead_to_the_bucket(store, bucket):
    fields = signed(store, bucket, [("key", "a"), ("success_action_redirect", f"{store.endpoint}/{bucket}")])
    location = urlsplit(send_form(store, bucket, fields).header("location"))
    query = [tuple(pair.split("=")) for pair in location.query.replace("%22", '"').split("&")]
    listing = send(store.address, store.signer().sign(plain("GET", location.path, store.host, query=query)))
    assert (listing.status, listing.xml().tag) == (200, "ListBucketResult")


def test_what_stands_behind_the_file_is_ignored(store, s3, bucket):
    fields = signed(store, bucket, [("key", "first")])
    behind = [("key", "second"), ("x-amz-meta-a", "1"), ("file", "another"), ("long", "l" * 100_000)]
    assert send_form(store, bucket, fields, after=behind).status == 204
    assert stored(s3, bucket, "first") == b"the file"
    assert s3.head_object(Bucket=bucket, Key="first")["Metadata"] == {}
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["first"]


def test_fields_to_be_ignored_need_no_condition(store, bucket):
    fields = signed(store, bucket, [("key", "a")]) + [("x-ignore-foo", "bar")]
    assert send_form(store, bucket, fields).status == 204


def test_a_form_may_come_in_chunks_of_http(store, s3, bucket):
    body = body_of(signed(store, bucket, [("key", "chunked")]), data=pattern(70_000, "chunks"))
    pieces = [body[start : start + 997] for start in range(0, len(body), 997)]
    framed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    request = post(store, bucket, framed).without_header("Content-Length")
    assert send(store.address, request.with_headers(("Transfer-Encoding", "chunked"))).status == 204
    assert stored(s3, bucket, "chunked") == pattern(70_000, "chunks")


def test_a_form_makes_a_version(store, s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    answers = [send_form(store, bucket, signed(store, bucket, [("key", "a")]), data=data) for data in (b"1", b"2")]
    for answer, data in zip(answers, (b"1", b"2"), strict=True):
        version = answer.header("x-amz-version-id")
        assert s3.get_object(Bucket=bucket, Key="a", VersionId=version)["Body"].read() == data


def test_the_bucket_may_stand_in_the_host(store, s3, bucket):
    if store.domain is None:
        pytest.skip("this store serves no domain")
    request = post(store, bucket, body_of(signed(store, bucket, [("key", "a b")])), path="/")
    host = f"{bucket}.{store.domain}"
    answer = send(store.address, request.without_header("Host").with_headers(("Host", host)))
    assert (answer.status, answer.header("location")) == (204, f"http://{host}/a%20b")
    assert stored(s3, bucket, "a b") == b"the file"


@pytest.fixture(scope="module")
def watched(store):
    """A bucket whose contents no bad form changes."""
    s3, name = store.s3(), new_bucket_name("forms")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="key", Body=b"before")
    yield name, bucket_fingerprint(s3, name)
    remove_bucket(s3, name)


def conditioned(store, bucket, *conditions, key="key", more=(), **changes):
    """A form with one key, signed under these conditions."""
    return signed(store, bucket, [("key", key), *more], list(conditions), **changes)


def raw_policy(store, text):
    """A form whose policy is any text at all, rightly signed."""
    return sign_v4(store, [("key", "key"), *claims(store)], text)


KEY = {"key": "key"}
DENIED = (403, "AccessDenied")
POLICY_REFUSED = (400, "InvalidPolicyDocument")
BAD_FORMS = {
    # Row 87.
    "expired": (*DENIED, lambda s, b: conditioned(s, b, KEY, minutes=-1)),
    "another key": (*DENIED, lambda s, b: conditioned(s, b, {"key": "other"})),
    "key outside the prefix": (*DENIED, lambda s, b: conditioned(s, b, ["starts-with", "$key", "user/"])),
    "key in capitals": (*DENIED, lambda s, b: conditioned(s, b, {"key": "KEY"})),
    "extra field": (*DENIED, lambda s, b: conditioned(s, b, KEY, more=[("x-amz-meta-a", "1")])),
    "extra field of the page": (*DENIED, lambda s, b: conditioned(s, b, KEY, more=[("submit", "Upload")])),
    "field missing": (*DENIED, lambda s, b: conditioned(s, b, KEY, ["starts-with", "$x-amz-meta-a", "1"])),
    "field not equal": (
        *DENIED,
        lambda s, b: conditioned(s, b, KEY, ["eq", "$x-amz-meta-a", ""], more=[("x-amz-meta-a", "1")]),
    ),
    "one type of two": (
        *DENIED,
        lambda s, b: conditioned(
            s, b, KEY, ["starts-with", "$Content-Type", "image/"], more=[("Content-Type", "image/png,text/html")]
        ),
    ),
    "key not covered": (*DENIED, lambda s, b: conditioned(s, b)),
    "another bucket": (*DENIED, lambda s, b: signed(s, b + "-other", [("key", "key")])),
    "bucket not covered": (
        *DENIED,
        lambda s, b: sign_v4(
            s,
            [("key", "key"), *claims(s)],
            document([KEY, *({name: value} for name, value in claims(s))]),
        ),
    ),
    # Row 88.
    "too large": (400, "EntityTooLarge", lambda s, b: conditioned(s, b, KEY, ["content-length-range", 0, 7])),
    "too small": (400, "EntityTooSmall", lambda s, b: conditioned(s, b, KEY, ["content-length-range", 9, 10])),
    "no base64": (*POLICY_REFUSED, lambda s, b: raw_policy(s, "***")),
    "no JSON": (*POLICY_REFUSED, lambda s, b: raw_policy(s, encoded("expiration"))),
    "no object": (*POLICY_REFUSED, lambda s, b: raw_policy(s, encoded("[]"))),
    "no expiration": (*POLICY_REFUSED, lambda s, b: raw_policy(s, document([KEY], expiration=None))),
    "EXPIRATION": (*POLICY_REFUSED, lambda s, b: raw_policy(s, document([KEY], expiration=None, EXPIRATION="2099"))),
    "no date": (*POLICY_REFUSED, lambda s, b: raw_policy(s, document([KEY], expiration="tomorrow"))),
    "a date of Python": (
        *POLICY_REFUSED,
        lambda s, b: raw_policy(s, document([KEY], expiration="2099-11-29 04:17:03.123456+00:00")),
    ),
    "no conditions": (*POLICY_REFUSED, lambda s, b: raw_policy(s, document(None))),
    "empty condition": (*POLICY_REFUSED, lambda s, b: raw_policy(s, document([{}]))),
    "unknown operator": (*POLICY_REFUSED, lambda s, b: raw_policy(s, document([["ends-with", "$key", "y"]]))),
    "field without dollar": (*POLICY_REFUSED, lambda s, b: raw_policy(s, document([["eq", "key", "y"]]))),
    "range of one number": (*POLICY_REFUSED, lambda s, b: raw_policy(s, document([["content-length-range", 0]]))),
    "range below zero": (*POLICY_REFUSED, lambda s, b: raw_policy(s, document([["content-length-range", -1, 0]]))),
    # Signatures.
    "wrong secret": (
        403,
        "SignatureDoesNotMatch",
        lambda s, b: sign_v4(s, [("key", "key"), *claims(s)], document([]), s.signer(secret_key="wrong")),
    ),
    "wrong secret V2": (
        403,
        "SignatureDoesNotMatch",
        lambda s, b: sign_v2(s, [("key", "key")], document([{"bucket": b}, KEY]), secret_key="wrong"),
    ),
    "unknown access key": (
        403,
        "InvalidAccessKeyId",
        lambda s, b: sign_v2(s, [("key", "key")], document([{"bucket": b}, KEY]), access_key="AKIANOBODY"),
    ),
    "no signature": (400, "InvalidArgument", lambda s, b: conditioned(s, b, KEY)[:-1]),
    "no policy": (
        400,
        "InvalidArgument",
        lambda s, b: [pair for pair in conditioned(s, b, KEY) if pair[0] != "policy"],
    ),
    "a policy alone": (400, "InvalidArgument", lambda s, b: [("key", "key"), ("policy", document([KEY]))]),
    "both versions": (
        400,
        "InvalidArgument",
        lambda s, b: [*conditioned(s, b, KEY), ("AWSAccessKeyId", s.access_key), ("signature", "x")],
    ),
    "no credentials": (*DENIED, lambda s, b: [("key", "key")]),
    "a token alone": (*DENIED, lambda s, b: [("key", "key"), ("x-amz-security-token", "t")]),
    # Fields, as headers of a PUT.
    "no key": (400, "InvalidArgument", lambda s, b: signed(s, b, [("acl", "private")])),
    "field twice": (400, "InvalidArgument", lambda s, b: [*signed(s, b, [("key", "key")]), ("Key", "other")]),
    "line break": (400, "InvalidArgument", lambda s, b: signed(s, b, [("key", "key"), ("x-amz-meta-a", "1\r\nb: 2")])),
    "unknown ACL": (400, "InvalidArgument", lambda s, b: signed(s, b, [("key", "key"), ("acl", "nonsense")])),
    "unknown class": (
        400,
        "InvalidStorageClass",
        lambda s, b: signed(s, b, [("key", "key"), ("x-amz-storage-class", "COLD")]),
    ),
    "unknown feature": (501, "NotImplemented", lambda s, b: signed(s, b, [("key", "key"), ("x-amz-tomorrow", "1")])),
    "long key": (400, "KeyTooLongError", lambda s, b: signed(s, b, [("key", "k" * 1025)])),
    "path": (400, "InvalidURI", lambda s, b: signed(s, b, [("key", "../key")])),
    "tags that are no XML": (400, "MalformedXML", lambda s, b: signed(s, b, [("key", "key"), ("tagging", "a=b")])),
    "bad checksum": (
        400,
        "InvalidRequest",
        lambda s, b: signed(s, b, [("key", "key"), (header("CRC32"), "short")]),
    ),
    "wrong checksum": (
        400,
        "BadDigest",
        lambda s, b: signed(s, b, [("key", "key"), (header("SHA256"), checksum("SHA256", b"another"))]),
    ),
    "wrong MD5": (
        400,
        "BadDigest",
        lambda s, b: signed(
            s, b, [("key", "key"), ("Content-MD5", base64.b64encode(hashlib.md5(b"another").digest()).decode())]
        ),
    ),
    "two checksums": (
        400,
        "InvalidRequest",
        lambda s, b: signed(
            s, b, [("key", "key"), *((header(name), checksum(name, b"the file")) for name in ("CRC32", "SHA256"))]
        ),
    ),
    "another owner": (
        *DENIED,
        lambda s, b: signed(s, b, [("key", "key"), ("x-amz-expected-bucket-owner", "999999999999")]),
    ),
}


def assert_refused(store, watched, answer, status, code):
    """An exact refusal, and nothing stored."""
    bucket, before = watched
    assert (answer.status, answer.error_code()) == (status, code), answer
    assert bucket_fingerprint(store.s3(), bucket) == before


@pytest.mark.parametrize("status, code, build", BAD_FORMS.values(), ids=BAD_FORMS.keys())
def test_a_bad_form_gets_its_error_and_stores_nothing(store, watched, status, code, build):
    fields = build(store, watched[0])
    assert_refused(store, watched, send_form(store, watched[0], fields), status, code)


def good(store, bucket):
    """The body of a form that would be taken."""
    return body_of(signed(store, bucket, [("key", "key")]))


BAD_BODIES = {
    # Row 89.
    "no file": (400, "InvalidArgument", lambda s, b: body_of(signed(s, b, [("key", "key")]), data=None)),
    "long fields": (
        400,
        "MaxPostPreDataLengthExceededError",
        lambda s, b: body_of(signed(s, b, [("key", "key")]) + [("x-ignore-a", "a" * 20_480)]),
    ),
    "endless preamble": (400, "MaxPostPreDataLengthExceededError", lambda s, b: b"p" * 30_000 + good(s, b)),
    "another boundary": (400, "MalformedPOSTRequest", lambda s, b: good(s, b).replace(BOUNDARY.encode(), b"other")),
    "no last boundary": (400, "MalformedPOSTRequest", lambda s, b: good(s, b)[: -len(BOUNDARY) - 8]),
    "cut boundary": (400, "MalformedPOSTRequest", lambda s, b: good(s, b)[:-6]),
    "cut fields": (400, "MalformedPOSTRequest", lambda s, b: good(s, b)[:100]),
    "empty": (400, "MalformedPOSTRequest", lambda s, b: b""),
    "a field without a name": (
        400,
        "MalformedPOSTRequest",
        lambda s, b: part("x", "1").replace(b'; name="x"', b"") + good(s, b),
    ),
    "a field that is no text": (400, "InvalidArgument", lambda s, b: part("x-ignore-a", b"\xff\xfe") + good(s, b)),
}


@pytest.mark.parametrize("status, code, build", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_a_broken_form_gets_its_error_and_stores_nothing(store, watched, status, code, build):
    answer = send(store.address, post(store, watched[0], build(store, watched[0])))
    assert_refused(store, watched, answer, status, code)


def presigned(store, bucket, request):
    """The form at a presigned URL."""
    return store.signer().presign(request)


BAD_HEADS = {
    "no boundary": (400, "MalformedPOSTRequest", lambda s, b, r: post(s, b, r.body, kind="multipart/form-data")),
    "no form": (501, "NotImplemented", lambda s, b, r: post(s, b, r.body, kind="text/plain")),
    "no length": (411, "MissingContentLength", lambda s, b, r: Request("POST", r.path, [], r.headers[:2])),
    "authorization": (400, "InvalidArgument", lambda s, b, r: s.signer().sign(r)),
    "presigned URL": (400, "InvalidArgument", presigned),
    "hash of the body": (501, "NotImplemented", lambda s, b, r: r.with_headers(("x-amz-content-sha256", "0" * 64))),
    "MD5 of the body": (501, "NotImplemented", lambda s, b, r: r.with_headers(("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="))),
    "chunks": (
        403,
        "AccessDenied",
        lambda s, b, r: r.with_headers(("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")),
    ),
    "a bucket that is none": (404, "NoSuchBucket", lambda s, b, r: post(s, b + "-none", good(s, b + "-none"))),
}


@pytest.mark.parametrize("status, code, build", BAD_HEADS.values(), ids=BAD_HEADS.keys())
def test_a_form_with_a_bad_head_gets_its_error_and_stores_nothing(store, watched, status, code, build):
    request = post(store, watched[0], good(store, watched[0]))
    assert_refused(store, watched, send(store.address, build(store, watched[0], request)), status, code)


def test_a_form_that_breaks_off_stores_nothing(store, watched):
    request = post(store, watched[0], good(store, watched[0])).without_header("Content-Length")
    longer = request.with_headers(("Content-Length", str(len(request.body) + 1000)))
    assert_refused(store, watched, send(store.address, longer, half_close=True), 400, "IncompleteBody")


def test_a_long_file_over_its_range_is_refused_before_its_end(store, watched):
    """The server answers without the rest: a client that sends none of it is not kept waiting."""
    fields = conditioned(store, watched[0], KEY, ["content-length-range", 0, 1000])
    body = body_of(fields, data=b"x" * 500_000)
    request = post(store, watched[0], body[:200_000]).without_header("Content-Length")
    longer = request.with_headers(("Content-Length", str(len(body))))
    assert_refused(store, watched, send(store.address, longer), 400, "EntityTooLarge")


def test_a_reserved_bucket_is_closed_to_forms(store):
    answer = send_form(store, "cairn--internal", signed(store, "cairn--internal", [("key", "key")]))
    assert (answer.status, answer.error_code()) == (403, "AccessDenied")


def test_a_page_reads_the_refusal_of_its_form(store, s3, bucket):
    rule = {"AllowedOrigins": ["http://page.example"], "AllowedMethods": ["POST"], "ExposeHeaders": ["ETag"]}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    for fields, status in ((signed(store, bucket, [("key", "a")]), 204), ([("key", "a")], 403)):
        request = post(store, bucket, body_of(fields), headers=[("Origin", "http://page.example")])
        answer = send(store.address, request)
        assert (answer.status, answer.header("access-control-allow-origin")) == (status, "http://page.example")


def allow(s3, bucket, *statements):
    """Sets a policy of statements on objects of the bucket."""
    whole = [{"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*", **each} for each in statements]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": whole}))


def keys_of(s3, bucket):
    """The keys that there are."""
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_anybody_may_post_where_anybody_may_write(store, s3, bucket):
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    fields = [("key", "of nobody"), ("Content-Type", "text/plain"), ("acl", "public-read"), ("submit", "Upload")]
    answer = send_form(store, bucket, [*fields, ("success_action_status", "201")])
    assert (answer.status, answer.xml().findtext("Key")) == (201, "of nobody")
    read = send(store.address, Request("GET", f"/{bucket}/of%20nobody", [], [("Host", store.host)]))
    assert (read.status, read.body, read.header("content-type")) == (200, b"the file", "text/plain")


def test_a_form_is_decided_by_the_key_that_it_stores(store, s3, bucket):
    allow(s3, bucket, {"Effect": "Allow", "Principal": "*", "Resource": f"arn:aws:s3:::{bucket}/in/*"})
    for key, name, status in (
        ("in/a", "f", 204),
        ("in/${filename}", "f", 204),
        ("${filename}", "in/f", 403),
        ("in%2Fa", "f", 403),
        ("out/a", "f", 403),
    ):
        answer = send_form(store, bucket, [("key", key)], file_name=name)
        assert (answer.status, key) == (status, key), answer
    assert keys_of(s3, bucket) == ["in/a", "in/f"]


def test_conditions_see_the_fields_of_a_form(store, s3, bucket):
    public = {"Effect": "Allow", "Principal": "*"}
    allow(s3, bucket, {**public, "Condition": {"StringEquals": {"s3:x-amz-storage-class": "STANDARD"}}})
    assert send_form(store, bucket, [("key", "a"), ("x-amz-storage-class", "STANDARD")]).status == 204
    assert send_form(store, bucket, [("key", "b")]).status == 403
    head = post(store, bucket, body_of([("key", "b")]), headers=[("x-amz-storage-class", "STANDARD")])
    assert send(store.address, head).status in (403, 501), "what stands in the head is not the form's"
    assert keys_of(s3, bucket) == ["a"]


def test_a_policy_may_forbid_forms(store, s3, bucket):
    allow(s3, bucket, {"Effect": "Deny", "Principal": "*", "Condition": {"StringEquals": {"s3:authType": "POST"}}})
    assert send_form(store, bucket, signed(store, bucket, [("key", "a")])).error_code() == "AccessDenied"
    s3.put_object(Bucket=bucket, Key="b", Body=b"by its head")
    assert keys_of(s3, bucket) == ["b"]


def test_a_checksum_needs_no_condition_and_is_checked(store, s3, bucket):
    fields = lambda value: [*signed(store, bucket, [("key", "summed")]), ("x-amz-checksum-sha256", value)]  # noqa: E731
    good = base64.b64encode(hashlib.sha256(b"the file").digest()).decode()
    bad = base64.b64encode(hashlib.sha256(b"another").digest()).decode()
    assert send_form(store, bucket, fields(bad)).error_code() == "BadDigest"
    assert keys_of(s3, bucket) == []
    assert send_form(store, bucket, fields(good)).status == 204
