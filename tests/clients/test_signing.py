"""Every right way to sign a request and to send its body."""

import re
import time
from datetime import timedelta
from email.utils import formatdate

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from harness.checksums import checksum, header
from harness.deployment import DOMAIN
from harness.files import pattern
from harness.processes import run
from harness.raw_http import Request, send
from harness.signing import (
    STREAMING_SIGNED,
    STREAMING_SIGNED_TRAILER,
    STREAMING_UNSIGNED_TRAILER,
    UNSIGNED,
    Signer,
    Stream,
    plain,
    streaming_put,
)

BODY = pattern(200_000, "signing")


def fetch(url, method="GET", body=b"", headers=()):
    """Sends a presigned URL as it is."""
    scheme, _, rest = url.partition("://")
    host, _, target = rest.partition("/")
    name, _, port = host.partition(":")
    length = [("Content-Length", str(len(body)))] if method == "PUT" else []
    request = Request(method, "/" + target, [], [("Host", host), *headers, *length], body)
    return send((name, int(port)), request)


def test_our_signer_agrees_with_botocore():
    signer = Signer("AKID", "secret")
    request = plain("GET", "/bucket/a%20b%2Bc", "host.test:80", query=[("prefix", "a b"), ("acl", None)])
    mine = signer.sign(request)
    theirs = AWSRequest("GET", "http://host.test:80/bucket/a%20b%2Bc?prefix=a%20b&acl")
    theirs.context["timestamp"] = mine.header("x-amz-date")
    theirs.context["payload_signing_enabled"] = True
    theirs.headers["X-Amz-Content-SHA256"] = mine.header("x-amz-content-sha256")
    auth = S3SigV4Auth(Credentials("AKID", "secret"), "s3", "us-east-1")
    theirs.headers["X-Amz-Date"] = mine.header("x-amz-date")
    theirs.headers["Host"] = "host.test:80"
    text = auth.string_to_sign(theirs, auth.canonical_request(theirs))
    assert mine.header("Authorization").endswith(auth.signature(text, theirs))


DOCUMENTED = {
    # The two worked examples of AWS's documentation: 65,536 and 1,024 letters a, without and with a trailer.
    "plain": (
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        None,
        [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
    ),
    "trailer": (
        "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        [("x-amz-checksum-crc32c", "sOO8/Q==")],
        [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
            "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
        ],
    ),
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_our_chunks_are_those_of_the_documentation(name):
    seed, trailer, signatures = DOCUMENTED[name]
    signer = Signer("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    frames = Stream(signer, "20130524T000000Z", seed).frames([b"a" * 65_536, b"a" * 1_024], trailer)
    assert re.findall(r"signature[=:]([0-9a-f]{64})", b"".join(frames).decode()) == signatures


@pytest.mark.parametrize("mode", ["hash", UNSIGNED])
def test_a_plain_body(store, s3, bucket, mode):
    headers = [] if mode == "hash" else [("x-amz-content-sha256", UNSIGNED)]
    request = plain("PUT", f"/{bucket}/object", store.host, headers=headers, body=BODY)
    assert send(store.address, store.signer().sign(request)).status == 200
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == BODY


CHUNKINGS = {"one": len(BODY), "64 KiB": 65_536, "8 KiB": 8_192, "odd": 8_193}


@pytest.mark.parametrize("chunk", CHUNKINGS.values(), ids=CHUNKINGS.keys())
@pytest.mark.parametrize("mode", [STREAMING_SIGNED, STREAMING_SIGNED_TRAILER, STREAMING_UNSIGNED_TRAILER])
def test_a_body_in_chunks(store, s3, bucket, mode, chunk):
    chunks = [BODY[start : start + chunk] for start in range(0, len(BODY), chunk)]
    trailer = None if mode == STREAMING_SIGNED else [(header("CRC32"), checksum("CRC32", BODY))]
    request = Request("PUT", f"/{bucket}/object", [], [("Host", store.host)])
    answer = send(store.address, streaming_put(store.signer(), request, chunks, mode, trailer))
    assert answer.status == 200, answer
    found = s3.get_object(Bucket=bucket, Key="object")
    assert found["Body"].read() == BODY
    assert found["ContentLength"] == len(BODY)


@pytest.mark.parametrize("mode", [STREAMING_SIGNED, STREAMING_SIGNED_TRAILER, STREAMING_UNSIGNED_TRAILER])
def test_a_part_in_chunks(store, s3, bucket, mode):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="object")["UploadId"]
    trailer = None if mode == STREAMING_SIGNED else [(header("CRC32"), checksum("CRC32", BODY))]
    query = [("partNumber", "1"), ("uploadId", upload)]
    request = Request("PUT", f"/{bucket}/object", query, [("Host", store.host)])
    answer = send(store.address, streaming_put(store.signer(), request, [BODY], mode, trailer))
    assert answer.status == 200, answer
    parts = {"Parts": [{"PartNumber": 1, "ETag": answer.header("etag")}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="object", UploadId=upload, MultipartUpload=parts)
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == BODY


@pytest.mark.parametrize("region", ["us-east-1", ""])
def test_these_regions_are_accepted_everywhere(store, bucket, region):
    signer = store.signer(region=region)
    assert send(store.address, signer.sign(plain("GET", f"/{bucket}", store.host))).status == 200
    assert send(store.address, signer.presign(plain("GET", f"/{bucket}", store.host))).status == 200


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_clock_may_be_off_by_a_quarter_of_an_hour(store, bucket, minutes):
    signer = store.signer(skew=timedelta(minutes=minutes))
    assert send(store.address, signer.sign(plain("GET", f"/{bucket}", store.host))).status == 200


def test_the_date_header_stands_in_for_x_amz_date(store, bucket):
    signer = store.signer()
    moment = time.time()
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(moment))
    request = plain("GET", f"/{bucket}", store.host, headers=[("x-amz-date", stamp)])
    signed = signer.sign(request, leave_out=["x-amz-date"]).without_header("x-amz-date")
    assert send(store.address, signed.with_headers(("Date", formatdate(moment, usegmt=True)))).status == 200


@pytest.fixture(params=["s3v4", "s3"], ids=["V4", "V2"])
def presigning(request, store):
    """A boto3 client that makes URLs of one signature version."""
    config = Config(signature_version=request.param, s3={"addressing_style": "path"})
    return store.client("s3", config=config)


def test_a_presigned_url_reads_and_writes(presigning, s3, bucket):
    key = "folder/a b+c é"
    put = presigning.generate_presigned_url("put_object", {"Bucket": bucket, "Key": key}, ExpiresIn=300)
    assert fetch(put, "PUT", b"presigned").status == 200
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"presigned"
    get = presigning.generate_presigned_url("get_object", {"Bucket": bucket, "Key": key}, ExpiresIn=300)
    assert fetch(get).body == b"presigned"
    assert fetch(get, headers=[("Range", "bytes=0-2")]).body == b"pre"
    delete = presigning.generate_presigned_url("delete_object", {"Bucket": bucket, "Key": key}, ExpiresIn=300)
    assert fetch(delete, "DELETE").status == 204
    assert fetch(get).error_code() == "NoSuchKey"


@pytest.mark.client("awscli")
def test_a_url_of_awscli_reads(store, s3, bucket):
    s3.put_object(Bucket=bucket, Key="folder/a b", Body=b"presigned")
    command = ["aws", "--endpoint-url", store.endpoint, "s3", "presign", f"s3://{bucket}/folder/a b"]
    url = run([*command, "--expires-in", "604800"], store.environment()).stdout.decode().strip()
    assert fetch(url).body == b"presigned"


@pytest.fixture
def old_server(own_server):
    """A server whose operator allows version 2 in the header."""
    own_server.settings["CAIRN_ALLOW_SIGV2"] = "true"
    return own_server.start()


def test_version_2_in_the_header_where_the_operator_allows_it(old_server):
    options = {"addressing_style": "path"}
    checksums = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
    old = old_server.client("s3", config=Config(signature_version="s3", s3=options, proxies={}, **checksums))
    old.create_bucket(Bucket="old-clients")
    for key in ("plain", "folder/a b+c é"):
        old.put_object(Bucket="old-clients", Key=key, Body=BODY, Metadata={"a": "1", "b": "x  y"})
        found = old.get_object(Bucket="old-clients", Key=key, ResponseContentType="text/x")
        assert (found["Body"].read(), found["ContentType"], found["Metadata"]) == (BODY, "text/x", {"a": "1", "b": "x  y"})
    upload = old.create_multipart_upload(Bucket="old-clients", Key="parts")["UploadId"]
    at = {"Bucket": "old-clients", "Key": "parts", "UploadId": upload}
    part = old.upload_part(**at, PartNumber=1, Body=BODY)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    old.complete_multipart_upload(**at, MultipartUpload=parts)
    assert [entry["Key"] for entry in old.list_objects_v2(Bucket="old-clients")["Contents"]] == [
        "folder/a b+c é",
        "parts",
        "plain",
    ]
    wrong = Config(signature_version="s3", s3=options, proxies={})
    old_server.secret_key = "wrong"
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        old_server.client("s3", config=wrong).list_buckets()


def test_a_presigned_url_carries_overrides(presigning, s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"x")
    parameters = {
        "Bucket": bucket,
        "Key": "object",
        "ResponseContentType": "text/x",
        "ResponseContentDisposition": 'a; b="c d"',
    }
    answer = fetch(presigning.generate_presigned_url("get_object", parameters))
    assert (answer.header("content-type"), answer.header("content-disposition")) == ("text/x", 'a; b="c d"')


def test_a_presigned_part_can_be_uploaded(presigning, s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="object")["UploadId"]
    parameters = {"Bucket": bucket, "Key": "object", "UploadId": upload, "PartNumber": 1}
    answer = fetch(presigning.generate_presigned_url("upload_part", parameters), "PUT", b"part")
    assert answer.status == 200, answer
    parts = {"Parts": [{"PartNumber": 1, "ETag": answer.header("etag")}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="object", UploadId=upload, MultipartUpload=parts)


def test_a_presigned_listing(presigning, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"")
    answer = fetch(presigning.generate_presigned_url("list_objects_v2", {"Bucket": bucket}))
    assert [entry.findtext("Key") for entry in answer.xml().findall("Contents")] == ["a"]


def test_a_url_is_good_for_a_week(store, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    request = store.signer().presign(plain("GET", f"/{bucket}/a", store.host), expires="604800")
    assert send(store.address, request).body == b"x"


def test_x_id_changes_nothing(store, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    request = plain("GET", f"/{bucket}/a", store.host, query=[("x-id", "GetObject")])
    assert send(store.address, store.signer().sign(request)).body == b"x"


def test_slashes_and_their_encodings_are_three_keys(store, s3, bucket):
    for number, path in enumerate(("a/b", "a%252Fb", "a%2Fb")):
        request = plain("PUT", f"/{bucket}/{path}", store.host, body=str(number).encode())
        assert send(store.address, store.signer().sign(request)).status == 200
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert keys == ["a%2Fb", "a/b"], "%2F on the wire is a slash, %252F is the text %2F"
    assert s3.get_object(Bucket=bucket, Key="a/b")["Body"].read() == b"2"


def test_a_raw_plus_in_the_path_is_a_plus(store, s3, bucket):
    request = plain("PUT", f"/{bucket}/a+b", store.host, body=b"x")
    assert send(store.address, store.signer().sign(request)).status == 200
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["a+b"]


@pytest.fixture
def domain(store):
    """The domain of virtual hosts, where the store has one."""
    if store.domain is None:
        pytest.skip("this store serves no domain")
    return store.domain


def test_a_bucket_may_stand_in_the_host(store, s3, bucket, domain):
    port = store.address[1]
    for host in (f"{bucket}.{domain}", f"{bucket}.{domain}:{port}", f"{bucket.upper()}.{domain}"):
        put = plain("PUT", "/folder/a+b", host, body=host.encode())
        assert send(store.address, store.signer().sign(put)).status == 200
        assert s3.get_object(Bucket=bucket, Key="folder/a+b")["Body"].read() == host.encode()
        listing = send(store.address, store.signer().sign(plain("GET", "/", host, query=[("list-type", "2")])))
        assert (listing.xml().tag, listing.xml().findtext("Name")) == ("ListBucketResult", bucket)
        presigned = store.signer().presign(plain("GET", "/folder/a+b", host))
        assert send(store.address, presigned).body == host.encode()


def test_the_domain_itself_is_path_style(store, bucket, domain):
    answer = send(store.address, store.signer().sign(plain("GET", f"/{bucket}", domain)))
    assert (answer.status, answer.xml().tag) == (200, "ListBucketResult")
    buckets = send(store.address, store.signer().sign(plain("GET", "/", domain)))
    assert buckets.xml().tag == "ListAllMyBucketsResult"


def test_boto3_uses_virtual_hosts(store, bucket, domain, monkeypatch):
    import socket

    resolve = socket.getaddrinfo

    def to_loopback(host, *arguments, **options):
        return resolve("127.0.0.1" if str(host).endswith(domain) else host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", to_loopback)
    config = Config(s3={"addressing_style": "virtual"}, proxies={})
    client = store.client("s3", f"http://{DOMAIN}:{store.address[1]}", config)
    client.put_object(Bucket=bucket, Key="object", Body=b"virtual")
    assert client.get_object(Bucket=bucket, Key="object")["Body"].read() == b"virtual"
