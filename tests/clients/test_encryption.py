"""Encryption at rest: every kind, and that nothing plain reaches a disk."""

import base64
import os
import random
import secrets
import subprocess

import pytest
from botocore.exceptions import ClientError

from harness.accounts import AdminCli
from harness.accounts import Refused as CommandRefused
from harness.checksums import md5_base64, md5_hex
from harness.errors import refused
from harness.files import pattern
from harness.raw_http import send
from harness.signing import plain
from harness.waiting import wait_until

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
CUSTOMER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": KEY}
OTHER_CUSTOMER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": OTHER_KEY}
CONTEXT = base64.b64encode(b'{"purpose":"a test"}').decode()
WRITE = {
    "plain": {},
    "SSE-S3": {"ServerSideEncryption": "AES256"},
    "SSE-KMS": {"ServerSideEncryption": "aws:kms"},
    "DSSE-KMS": {"ServerSideEncryption": "aws:kms:dsse"},
    "SSE-C": CUSTOMER,
}
ENCRYPTED = [kind for kind in WRITE if kind != "plain"]
SEGMENT = 64 * 1024
SIZES = [0, 1, 100, 16 * 1024, SEGMENT - 1, SEGMENT, SEGMENT + 1, 1_000_003, 5 * 1024 * 1024]


def to_read(kind):
    """What a read of the kind must bring."""
    return CUSTOMER if kind == "SSE-C" else {}


def as_text(customer):
    """A customer's key as headers have it: boto3 does not make it so for every operation."""
    if not customer:
        return {}
    text = {"SSECustomerKey": base64.b64encode(KEY).decode(), "SSECustomerKeyMD5": md5_base64(KEY)}
    return {**customer, **text}


def of_source(kind):
    """What a copy of the kind must bring for its source."""
    return {f"CopySource{name}": value for name, value in to_read(kind).items()}


def shows(answer, kind):
    """Whether an answer shows the kind, and no other."""
    return (
        answer.get("ServerSideEncryption") == WRITE[kind].get("ServerSideEncryption")
        and ("SSEKMSKeyId" in answer) == (kind in ("SSE-KMS", "DSSE-KMS"))
        and answer.get("SSECustomerAlgorithm") == ("AES256" if kind == "SSE-C" else None)
        and ("SSECustomerKeyMD5" in answer) == (kind == "SSE-C")
    )


@pytest.mark.parametrize("kind", ENCRYPTED)
def test_an_object_comes_back_whole_and_in_ranges(s3, bucket, kind):
    for size in SIZES:
        body = pattern(size, f"encrypted-{kind}-{size}")
        put = s3.put_object(Bucket=bucket, Key="key", Body=body, **WRITE[kind])
        assert shows(put, kind), put
        found = s3.get_object(Bucket=bucket, Key="key", **to_read(kind))
        assert shows(found, kind), found
        assert (found["ContentLength"], found["ETag"]) == (size, put["ETag"])
        assert found["Body"].read() == body
        head = s3.head_object(Bucket=bucket, Key="key", **to_read(kind))
        assert shows(head, kind), head
        assert (head["ContentLength"], head["ETag"]) == (size, put["ETag"])
        for first, last in ranges_of(size):
            part = s3.get_object(Bucket=bucket, Key="key", Range=f"bytes={first}-{last}", **to_read(kind))
            assert part["Body"].read() == body[first : last + 1], (size, first, last)
            assert part["ContentRange"] == f"bytes {first}-{last}/{size}"
        if size > 10:
            tail = s3.get_object(Bucket=bucket, Key="key", Range="bytes=-7", **to_read(kind))
            assert tail["Body"].read() == body[-7:]


def ranges_of(size):
    """Ranges within a body: around the borders of segments, and anywhere."""
    if size == 0:
        return []
    chosen = random.Random(size)
    ends = [sorted((chosen.randrange(size), chosen.randrange(size))) for _ in range(3)]
    borders = [(SEGMENT - 1, SEGMENT), (SEGMENT, 2 * SEGMENT - 1), (0, SEGMENT), (size - 1, size - 1), (0, 0)]
    return [(first, last) for first, last in [*ends, *borders] if last < size]


def test_the_entity_tag_is_the_md5_under_the_clusters_key_alone(s3, bucket):
    body = pattern(100_000, "etag")
    tags = {kind: s3.put_object(Bucket=bucket, Key="key", Body=body, **WRITE[kind])["ETag"] for kind in WRITE}
    assert {kind for kind, tag in tags.items() if tag == f'"{md5_hex(body)}"'} == {"plain", "SSE-S3"}
    assert all(len(tag) == 34 for tag in tags.values()), tags


@pytest.mark.parametrize("kind", ENCRYPTED)
def test_checksums_are_those_of_the_plain_bytes(s3, bucket, kind):
    body = pattern(200_000, "sums")
    plain = s3.put_object(Bucket=bucket, Key="plain", Body=body, ChecksumAlgorithm="SHA256")
    put = s3.put_object(Bucket=bucket, Key="key", Body=body, ChecksumAlgorithm="SHA256", **WRITE[kind])
    head = s3.head_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED", **to_read(kind))
    assert plain["ChecksumSHA256"] == put["ChecksumSHA256"] == head["ChecksumSHA256"]
    attributes = s3.get_object_attributes(
        Bucket=bucket, Key="key", ObjectAttributes=["ObjectSize", "Checksum", "ETag"], **as_text(to_read(kind))
    )
    assert attributes["ObjectSize"] == len(body)
    assert attributes["Checksum"]["ChecksumSHA256"] == put["ChecksumSHA256"]


@pytest.mark.parametrize("kind", ENCRYPTED)
def test_parts_make_an_object(s3, bucket, kind):
    bodies = [pattern(5 * 1024 * 1024 + 3, "first"), pattern(6 * 1024 * 1024, "second"), pattern(10, "third")]
    begun = s3.create_multipart_upload(Bucket=bucket, Key="key", **WRITE[kind])
    assert shows(begun, kind), begun
    at = {"Bucket": bucket, "Key": "key", "UploadId": begun["UploadId"]}
    parts = []
    for number, body in enumerate(bodies, 1):
        s3.upload_part(**at, PartNumber=number, Body=b"another attempt", **to_read(kind))
        part = s3.upload_part(**at, PartNumber=number, Body=body, **to_read(kind))
        assert shows(part, kind), part
        parts.append({"PartNumber": number, "ETag": part["ETag"]})
    assert [part["Size"] for part in s3.list_parts(**at)["Parts"]] == [len(body) for body in bodies]
    done = s3.complete_multipart_upload(**at, MultipartUpload={"Parts": parts})
    assert done["ETag"].endswith('-3"')
    whole = b"".join(bodies)
    found = s3.get_object(Bucket=bucket, Key="key", **to_read(kind))
    assert shows(found, kind), found
    assert (found["ContentLength"], found["Body"].read()) == (len(whole), whole)
    border = len(bodies[0])
    across = s3.get_object(Bucket=bucket, Key="key", Range=f"bytes={border - 5}-{border + 5}", **to_read(kind))
    assert across["Body"].read() == whole[border - 5 : border + 6]
    for number, body in enumerate(bodies, 1):
        part = s3.get_object(Bucket=bucket, Key="key", PartNumber=number, **to_read(kind))
        assert (part["PartsCount"], part["ContentLength"], part["Body"].read()) == (3, len(body), body)


@pytest.mark.parametrize("kind", WRITE)
def test_copies_go_from_every_kind_to_every_kind(s3, bucket, kind):
    body = pattern(150_000, f"copy-{kind}")
    s3.put_object(Bucket=bucket, Key="source", Body=body, **WRITE[kind])
    source = {"CopySource": {"Bucket": bucket, "Key": "source"}, **of_source(kind)}
    for to in WRITE:
        copied = s3.copy_object(Bucket=bucket, Key="copy", **source, **WRITE[to])
        assert shows(copied, to), copied
        found = s3.get_object(Bucket=bucket, Key="copy", **to_read(to))
        assert shows(found, to), found
        assert found["Body"].read() == body
        begun = s3.create_multipart_upload(Bucket=bucket, Key="parts", **WRITE[to])
        at = {"Bucket": bucket, "Key": "parts", "UploadId": begun["UploadId"]}
        part = s3.upload_part_copy(
            **at, PartNumber=1, CopySourceRange="bytes=60000-149999", **source, **to_read(to)
        )
        assert shows(part, to), part
        parts = [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]
        s3.complete_multipart_upload(**at, MultipartUpload={"Parts": parts})
        assert s3.get_object(Bucket=bucket, Key="parts", **to_read(to))["Body"].read() == body[60_000:]


@pytest.mark.parametrize("kind", ENCRYPTED)
def test_a_copy_onto_itself_encrypts_and_the_next_changes_metadata(s3, bucket, kind):
    body = pattern(80_000, "itself")
    s3.put_object(Bucket=bucket, Key="key", Body=body)
    itself = {"Bucket": bucket, "Key": "key", "CopySource": {"Bucket": bucket, "Key": "key"}}
    s3.copy_object(**itself, **WRITE[kind])
    s3.copy_object(
        **itself, MetadataDirective="REPLACE", Metadata={"a": "1"}, **WRITE[kind], **of_source(kind)
    )
    found = s3.get_object(Bucket=bucket, Key="key", **to_read(kind))
    assert shows(found, kind), found
    assert (found["Metadata"], found["Body"].read()) == ({"a": "1"}, body)


def test_an_object_with_a_customers_key_is_read_with_that_key_alone(s3, bucket):
    s3.put_object(Bucket=bucket, Key="key", Body=b"secret", **CUSTOMER)
    at = {"Bucket": bucket, "Key": "key"}
    for read in (s3.get_object, s3.head_object):
        with refused(400, None if read == s3.head_object else "InvalidRequest"):
            read(**at)
        with refused(403, None if read == s3.head_object else "AccessDenied"):
            read(**at, **OTHER_CUSTOMER)
    source = {"CopySource": at}
    with refused(400, "InvalidRequest"):
        s3.copy_object(Bucket=bucket, Key="copy", **source)
    with refused(403, "AccessDenied"):
        s3.copy_object(
            Bucket=bucket, Key="copy", **source, CopySourceSSECustomerAlgorithm="AES256", CopySourceSSECustomerKey=OTHER_KEY
        )
    s3.put_object(Bucket=bucket, Key="plain", Body=b"plain")
    with refused(400, "InvalidRequest"):
        s3.get_object(Bucket=bucket, Key="plain", **CUSTOMER)
    assert s3.get_object(**at, **CUSTOMER)["Body"].read() == b"secret"


def test_every_part_brings_the_key_of_its_upload(s3, bucket):
    begun = s3.create_multipart_upload(Bucket=bucket, Key="key", **CUSTOMER)
    part = {"Bucket": bucket, "Key": "key", "UploadId": begun["UploadId"], "PartNumber": 1, "Body": b"x"}
    for wrong in ({}, OTHER_CUSTOMER):
        with refused(400, "InvalidRequest"):
            s3.upload_part(**part, **wrong)
    plain = s3.create_multipart_upload(Bucket=bucket, Key="plain")
    with refused(400, "InvalidRequest"):
        s3.upload_part(**{**part, "Key": "plain", "UploadId": plain["UploadId"]}, **CUSTOMER)
    assert "Parts" not in s3.list_parts(Bucket=bucket, Key="key", UploadId=begun["UploadId"])
    etag = s3.upload_part(**part, **CUSTOMER)["ETag"]
    complete = {"Bucket": bucket, "Key": "key", "UploadId": begun["UploadId"]}
    complete["MultipartUpload"] = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    other = {"SSECustomerKey": base64.b64encode(OTHER_KEY).decode(), "SSECustomerKeyMD5": md5_base64(OTHER_KEY)}
    with refused(400, "InvalidRequest"):
        s3.complete_multipart_upload(**complete, SSECustomerAlgorithm="AES256", **other)
    s3.complete_multipart_upload(**complete, **as_text(CUSTOMER))
    assert s3.get_object(Bucket=bucket, Key="key", **CUSTOMER)["Body"].read() == b"x"


def test_a_key_that_there_is_not_encrypts_nothing(s3, bucket):
    for name in ("no-such-key", "arn:aws:kms:us-east-1:123456789012:key/none"):
        with refused(400, "KMS.NotFoundException"):
            s3.put_object(Bucket=bucket, Key="key", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=name)
    with refused(404, "NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="key")


@pytest.fixture
def named_key(store):
    """A key of the key service, and the commands that look after keys."""
    if store.kind == "external":
        pytest.skip("needs the commands of the store")
    admin = AdminCli(store)
    name = f"key/{secrets.token_hex(6)}"
    made = admin.call("kms", "create", name, "--description", "of a test")
    assert (made["key_name"], made["state"], made["version"], made["description"]) == (name, "active", 1, "of a test")
    return name, admin


@pytest.mark.parametrize("algorithm", ["aws:kms", "aws:kms:dsse"])
def test_a_named_key_encrypts_and_old_versions_of_it_decrypt(s3, bucket, named_key, algorithm):
    name, admin = named_key
    write = {"Bucket": bucket, "ServerSideEncryption": algorithm, "SSEKMSEncryptionContext": CONTEXT}
    for text in (name, f"alias/{name}", f"arn:aws:kms:us-east-1:123456789012:key/{name}"):
        put = s3.put_object(**write, Key="old", Body=b"of version 1", SSEKMSKeyId=text)
        assert put["SSEKMSKeyId"] == name
    assert admin.call("kms", "rotate", name)["version"] == 2
    assert name in [key["key_name"] for key in admin.call("kms", "list")["keys"]]
    s3.put_object(**write, Key="new", Body=b"of version 2", SSEKMSKeyId=name)
    for key, body in (("old", b"of version 1"), ("new", b"of version 2")):
        found = s3.get_object(Bucket=bucket, Key=key)
        assert (found["SSEKMSKeyId"], found["Body"].read()) == (name, body)
    with pytest.raises(CommandRefused):
        admin.call("kms", "create", name)


def test_a_disabled_key_does_nothing_and_a_deleted_key_is_gone_for_good(s3, bucket, named_key):
    name, admin = named_key
    write = {"Bucket": bucket, "Key": "key", "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": name}
    s3.put_object(**write, Body=b"readable as long as there is the key")
    assert admin.call("kms", "disable", name)["state"] == "disabled"
    wait_until(lambda: code_of(s3, bucket) == "KMS.DisabledException", "the key is known to be disabled", 10)
    with refused(400, "KMS.DisabledException"):
        s3.put_object(**write, Body=b"x")
    assert s3.head_object(Bucket=bucket, Key="key")["SSEKMSKeyId"] == name
    admin.call("kms", "enable", name)
    wait_until(lambda: code_of(s3, bucket) is None, "the key is known to be enabled", 10)
    admin.call("kms", "delete", name)
    wait_until(lambda: code_of(s3, bucket) == "KMS.NotFoundException", "the key is known to be deleted", 10)
    admin.call("kms", "create", name)
    with refused(400, "KMS.NotFoundException"):
        s3.get_object(Bucket=bucket, Key="key")


def code_of(s3, bucket):
    """The error of a read, if it is one."""
    try:
        s3.get_object(Bucket=bucket, Key="key")["Body"].read()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def test_a_bucket_encrypts_by_default(s3, bucket):
    with refused(404, "ServerSideEncryptionConfigurationNotFoundError"):
        s3.get_bucket_encryption(Bucket=bucket)
    for algorithm, kind in (("AES256", "SSE-S3"), ("aws:kms", "SSE-KMS"), ("aws:kms:dsse", "DSSE-KMS")):
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}, "BucketKeyEnabled": kind == "SSE-KMS"}
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
        answer = s3.get_bucket_encryption(Bucket=bucket)
        assert answer["ServerSideEncryptionConfiguration"]["Rules"] == [rule]
        put = s3.put_object(Bucket=bucket, Key="key", Body=b"by default")
        assert shows(put, kind), put
        assert put.get("BucketKeyEnabled", False) == (kind == "SSE-KMS")
        found = s3.get_object(Bucket=bucket, Key="key")
        assert shows(found, kind) and found["Body"].read() == b"by default"
        begun = s3.create_multipart_upload(Bucket=bucket, Key="parts")
        assert shows(begun, kind), begun
        copied = s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "key"})
        assert shows(copied, kind), copied
        other = s3.put_object(Bucket=bucket, Key="own", Body=b"x", **CUSTOMER)
        assert shows(other, "SSE-C"), "the request decides"
    s3.delete_bucket_encryption(Bucket=bucket)
    with refused(404, "ServerSideEncryptionConfigurationNotFoundError"):
        s3.get_bucket_encryption(Bucket=bucket)
    assert shows(s3.put_object(Bucket=bucket, Key="key", Body=b"plain"), "plain")


def test_a_bucket_refuses_customers_keys(store, bucket):
    s3 = store.s3()
    body = (
        b"<ServerSideEncryptionConfiguration><Rule><BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType>"
        b"</BlockedEncryptionTypes></Rule></ServerSideEncryptionConfiguration>"
    )
    request = plain("PUT", f"/{bucket}", store.host, [("encryption", None)], [("Content-MD5", md5_base64(body))], body)
    assert send(store.address, store.signer().sign(request)).status == 200
    with refused(403, "AccessDenied"):
        s3.put_object(Bucket=bucket, Key="key", Body=b"x", **CUSTOMER)
    with refused(403, "AccessDenied"):
        s3.create_multipart_upload(Bucket=bucket, Key="key", **CUSTOMER)
    assert shows(s3.put_object(Bucket=bucket, Key="key", Body=b"x"), "plain")


def test_no_plain_byte_of_an_encrypted_object_reaches_a_file(store, s3, bucket):
    if store.kind == "external":
        pytest.skip("needs the files of the store")
    markers = {}
    for kind in WRITE:
        for size in ("inline", "striped", "parts"):
            markers[kind, size] = plant(s3, bucket, kind, size)
    found = files_with(store.directory, markers.values())
    for (kind, size), marker in markers.items():
        if kind == "plain":
            assert found[marker], f"the plain {size} object lies somewhere, or this test sees nothing"
        else:
            assert not found[marker], f"{kind}, {size}: plain bytes in {found[marker]}"


def plant(s3, bucket, kind, size):
    """Stores a text that exists nowhere else."""
    marker = f"marker-{secrets.token_hex(24)}"
    key = f"{kind}-{size}"
    # Once in every 4 KiB, so that a piece of any cell has it.
    text = (marker.encode() + b"-" * (4096 - len(marker))) * (2 if size == "inline" else 256)
    if size != "parts":
        s3.put_object(Bucket=bucket, Key=key, Body=text, **WRITE[kind])
        return marker
    begun = s3.create_multipart_upload(Bucket=bucket, Key=key, **WRITE[kind])
    at = {"Bucket": bucket, "Key": key, "UploadId": begun["UploadId"]}
    etag = s3.upload_part(**at, PartNumber=1, Body=text, **to_read(kind))["ETag"]
    s3.complete_multipart_upload(**at, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    return marker


def files_with(directory, markers):
    """For each text, the files under a directory that hold it; all files, whatever they are."""
    markers = list(markers)
    found = {marker: set() for marker in markers}
    texts = [argument for marker in markers for argument in ("--regexp", marker)]
    flags = ["--recursive", "--text", "--fixed-strings", "--only-matching", "--with-filename", "--null"]
    done = subprocess.run(
        ["grep", *flags, *texts, directory], capture_output=True, env={**os.environ, "LC_ALL": "C"}, timeout=120, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    for line in done.stdout.decode().splitlines():
        name, marker = line.split("\0")
        found[marker].add(name)
    return found


def test_a_server_that_encrypts_everything_is_told_so_by_no_request(own_server):
    own_server.settings["CAIRN_ENCRYPT_ALL"] = "true"
    s3 = own_server.start().s3()
    s3.create_bucket(Bucket="all")
    marker = plant(s3, "all", "plain", "inline"), plant(s3, "all", "plain", "striped")
    for key in ("plain-inline", "plain-striped"):
        assert shows(s3.head_object(Bucket="all", Key=key), "SSE-S3")
    copied = s3.copy_object(Bucket="all", Key="copy", CopySource={"Bucket": "all", "Key": "plain-inline"})
    assert shows(copied, "SSE-S3")
    assert not any(files_with(own_server.directory, marker).values())


def test_customers_keys_come_over_plain_http_only_where_they_may(own_server):
    own_server.settings["CAIRN_INSECURE_SSE_C"] = "false"
    s3 = own_server.start().s3()
    s3.create_bucket(Bucket="insecure")
    for attempt in (s3.put_object, s3.create_multipart_upload):
        with refused(400, "InvalidRequest"):
            attempt(Bucket="insecure", Key="key", **CUSTOMER)
    s3.put_object(Bucket="insecure", Key="key", Body=b"x")
    with refused(400, "InvalidRequest"):
        s3.get_object(Bucket="insecure", Key="key", **CUSTOMER)
