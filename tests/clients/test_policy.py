"""Policies of buckets and users: the examples of AWS's user guides, asked of a server with two accounts and users."""

import json

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from harness.accounts import fresh, new_account
from harness.errors import refused


@pytest.fixture(scope="module")
def other(request, store):
    """An account that is not the bucket's."""
    return new_account(store)


@pytest.fixture
def anonymous(store):
    """A client without credentials."""
    return unsigned(store, store.endpoint)


def unsigned(store, endpoint):
    config = Config(signature_version=UNSIGNED, s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    return boto3.session.Session(region_name=store.region).client("s3", endpoint_url=endpoint, config=config)


def statement(bucket, effect, principal, action, path="/*", **more):
    who = {} if principal is None else {"Principal": principal}
    return {"Effect": effect, **who, "Action": action, "Resource": f"arn:aws:s3:::{bucket}{path}", **more}


def set_policy(s3, bucket, *statements, **more):
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document), **more)


def aws(account):
    return {"AWS": account.arn}


def put(s3, bucket, key="object", **more):
    s3.put_object(Bucket=bucket, Key=key, Body=b"body", **more)


def read(client, bucket, key="object", **more):
    return client.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def test_a_policy_is_given_back_as_it_was_sent(s3, bucket):
    with refused(404, "NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=bucket)
    with refused(404, "NoSuchBucketPolicy"):
        s3.get_bucket_policy_status(Bucket=bucket)
    text = json.dumps({"Statement": [statement(bucket, "Allow", "*", "s3:GetObject")]}, indent=3)
    answer = s3.put_bucket_policy(Bucket=bucket, Policy=text)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == text
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is True
    s3.delete_bucket_policy(Bucket=bucket)
    s3.delete_bucket_policy(Bucket=bucket)
    with refused(404, "NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=bucket)


@pytest.mark.parametrize(
    "document, words",
    [
        ("[]", "first byte must be '{'"),
        ('{"Statement": []}', "Statement is empty"),
        ('{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:Fly","Resource":"arn:aws:s3:::%s"}}', "action"),
        ('{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}}', "resource"),
        ('{"Statement":{"Effect":"Allow","Principal":{"AWS":"999999999999"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/*"}}', "principal"),
        ('{"Id":"a","Id":"b","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/*"}}', ""),
        ('{"Id":"' + "x" * 20_480 + '"}', "exceed"),
    ],
)  # fmt: skip
def test_a_malformed_policy_is_refused_with_its_reason(s3, bucket, document, words):
    with refused(400, "MalformedPolicy") as caught:
        s3.put_bucket_policy(Bucket=bucket, Policy=document.replace("%s", bucket))
    assert words.lower() in caught.value.response["Error"]["Message"].lower()
    with refused(404, "NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=bucket)


def test_everybody_reads_what_a_public_policy_shows(s3, bucket, anonymous):
    put(s3, bucket)
    set_policy(s3, bucket, statement(bucket, "Allow", "*", "s3:GetObject"))
    assert read(anonymous, bucket) == b"body"
    with refused(403, "AccessDenied"):
        anonymous.list_objects_v2(Bucket=bucket)
    with refused(403, "AccessDenied"):
        read(anonymous, bucket, "missing")
    set_policy(s3, bucket, statement(bucket, "Allow", "*", "s3:GetObject"), statement(bucket, "Allow", "*", "s3:ListBucket", ""))
    with refused(404, "NoSuchKey"):
        read(anonymous, bucket, "missing")


def test_public_policies_are_refused_or_restricted_where_they_are_blocked(store, s3, bucket, other, anonymous):
    put(s3, bucket)
    block = lambda name: {"PublicAccessBlockConfiguration": {name: True}}  # noqa: E731
    s3.put_public_access_block(Bucket=bucket, **block("BlockPublicPolicy"))
    with refused(403, "AccessDenied"):
        set_policy(s3, bucket, statement(bucket, "Allow", "*", "s3:GetObject"))
    set_policy(s3, bucket, statement(bucket, "Allow", aws(other), "s3:GetObject"))
    assert read(other.client(store), bucket) == b"body"
    s3.put_public_access_block(Bucket=bucket, **block("RestrictPublicBuckets"))
    set_policy(s3, bucket, statement(bucket, "Allow", "*", "s3:GetObject"))
    with refused(403, "AccessDenied"):
        read(anonymous, bucket)
    s3.delete_public_access_block(Bucket=bucket)
    assert read(anonymous, bucket) == b"body"


def test_another_account_uploads_if_it_hands_over_full_control(store, s3, bucket, other):
    condition = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    set_policy(s3, bucket, statement(bucket, "Allow", aws(other), ["s3:PutObject", "s3:PutObjectAcl"], Condition=condition))
    writer = other.client(store)
    with refused(403, "AccessDenied"):
        put(writer, bucket)
    put(writer, bucket, ACL="bucket-owner-full-control")
    assert read(s3, bucket) == b"body"


def test_an_address_decides_by_the_connection_and_not_by_what_headers_say(s3, bucket, anonymous):
    put(s3, bucket)
    here = {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}
    set_policy(s3, bucket, statement(bucket, "Allow", "*", "s3:GetObject", Condition=here))
    assert read(anonymous, bucket) == b"body"
    elsewhere = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    set_policy(s3, bucket, statement(bucket, "Allow", "*", "s3:GetObject", Condition=elsewhere))
    claim = lambda request, **_: request.headers.__setitem__("X-Forwarded-For", "192.0.2.1")  # noqa: E731
    anonymous.meta.events.register("before-send.s3", claim)
    with refused(403, "AccessDenied"):
        read(anonymous, bucket)


def test_a_referer_lets_pages_in(s3, bucket, anonymous):
    put(s3, bucket)
    condition = {"StringLike": {"aws:Referer": "http://www.example.com/*"}}
    set_policy(s3, bucket, statement(bucket, "Allow", "*", "s3:GetObject", Condition=condition))
    with refused(403, "AccessDenied"):
        read(anonymous, bucket)
    say = lambda request, **_: request.headers.__setitem__("Referer", "http://www.example.com/page")  # noqa: E731
    anonymous.meta.events.register("before-send.s3", say)
    assert read(anonymous, bucket) == b"body"


def test_plain_http_is_refused_where_tls_is_demanded(s3, bucket):
    put(s3, bucket)
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    set_policy(s3, bucket, statement(bucket, "Deny", "*", "s3:GetObject", Condition=insecure))
    with refused(403, "AccessDenied"):
        read(s3, bucket)


def test_the_owner_is_bound_by_a_deny_and_can_always_mend_the_policy(s3, bucket):
    put(s3, bucket)
    set_policy(s3, bucket, statement(bucket, "Deny", "*", "s3:*"), statement(bucket, "Deny", "*", "s3:*", ""))
    with refused(403, "AccessDenied"):
        read(s3, bucket)
    with refused(403, "AccessDenied"):
        s3.list_objects_v2(Bucket=bucket)
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"]
    s3.delete_bucket_policy(Bucket=bucket)
    assert read(s3, bucket) == b"body"


def test_listing_is_tied_to_a_prefix(store, s3, bucket, other):
    for key in ("projects/a", "other/b"):
        put(s3, bucket, key)
    condition = {"StringEquals": {"s3:prefix": "projects/", "s3:delimiter": "/"}, "NumericLessThanEquals": {"s3:max-keys": 10}}
    set_policy(s3, bucket, statement(bucket, "Allow", aws(other), "s3:ListBucket", "", Condition=condition))
    reader = other.client(store)
    answer = reader.list_objects_v2(Bucket=bucket, Prefix="projects/", Delimiter="/", MaxKeys=10)
    assert [entry["Key"] for entry in answer["Contents"]] == ["projects/a"]
    for wrong in ({}, {"Prefix": "other/", "Delimiter": "/", "MaxKeys": 10}, {"Prefix": "projects/", "Delimiter": "/", "MaxKeys": 11}):
        with refused(403, "AccessDenied"):
            reader.list_objects_v2(Bucket=bucket, **wrong)


def test_versions_are_rights_of_their_own(store, s3, bucket, other):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=bucket, Key="object", Body=b"body")["VersionId"]
    set_policy(s3, bucket, statement(bucket, "Allow", aws(other), "s3:GetObject"))
    reader = other.client(store)
    assert read(reader, bucket) == b"body"
    with refused(403, "AccessDenied"):
        read(reader, bucket, VersionId=version)
    only = {"StringEquals": {"s3:VersionId": version}}
    set_policy(s3, bucket, statement(bucket, "Allow", aws(other), "s3:GetObjectVersion", Condition=only))
    assert read(reader, bucket, VersionId=version) == b"body"
    second = s3.put_object(Bucket=bucket, Key="object", Body=b"next")["VersionId"]
    with refused(403, "AccessDenied"):
        read(reader, bucket, VersionId=second)


def test_a_copy_reads_its_source_and_says_which(store, s3, bucket, other, bucket_names):
    put(s3, bucket, "public/a b")
    put(s3, bucket, "private/a")
    reader, own = other.client(store), bucket_names()
    reader.create_bucket(Bucket=own)
    set_policy(s3, bucket, statement(bucket, "Allow", aws(other), "s3:GetObject", "/public/*"))
    copy = lambda key: reader.copy_object(Bucket=own, Key="c", CopySource={"Bucket": bucket, "Key": key})  # noqa: E731
    copy("public/a b")
    with refused(403, "AccessDenied"):
        copy("private/a")
    # The source must be under a prefix, however its key is spelt.
    tied = {"StringNotLike": {"s3:x-amz-copy-source": f"{bucket}/public/*"}}
    set_policy(reader, own, statement(own, "Deny", "*", "s3:PutObject", Condition=tied))
    copy("public/a b")
    with refused(403, "AccessDenied"):
        reader.copy_object(Bucket=own, Key="d", CopySource=f"/{own}/c")
    reader.delete_bucket_policy(Bucket=own)
    reader.delete_object(Bucket=own, Key="c")
    reader.delete_bucket(Bucket=own)


def test_tags_decide_whether_they_are_the_object_s_or_the_request_s(store, s3, bucket, other):
    s3.put_object(Bucket=bucket, Key="open", Body=b"body", Tagging="state=open")
    s3.put_object(Bucket=bucket, Key="closed", Body=b"body", Tagging="state=closed")
    tagged = {"StringEquals": {"s3:ExistingObjectTag/state": "open"}}
    asked = {"StringEquals": {"s3:RequestObjectTag/state": "draft"}}
    set_policy(
        s3,
        bucket,
        statement(bucket, "Allow", aws(other), "s3:GetObject", Condition=tagged),
        statement(bucket, "Allow", aws(other), ["s3:PutObject", "s3:PutObjectTagging"], Condition=asked),
    )
    client = other.client(store)
    assert read(client, bucket, "open") == b"body"
    with refused(403, "AccessDenied"):
        read(client, bucket, "closed")
    client.put_object(Bucket=bucket, Key="new", Body=b"body", Tagging="state=draft")
    for tagging in ("", "state=final"):
        with refused(403, "AccessDenied"):
            client.put_object(Bucket=bucket, Key="new", Body=b"other", Tagging=tagging)


def test_other_accounts_do_not_manage_a_policy_whatever_it_says(store, s3, bucket, other):
    set_policy(s3, bucket, statement(bucket, "Allow", aws(other), "s3:*", ""))
    stranger = other.client(store)
    stranger.list_objects_v2(Bucket=bucket)
    for call in (
        lambda: stranger.get_bucket_policy(Bucket=bucket),
        lambda: stranger.delete_bucket_policy(Bucket=bucket),
        lambda: set_policy(stranger, bucket, statement(bucket, "Allow", "*", "s3:*")),
    ):
        with refused(405, "MethodNotAllowed"):
            call()


def test_a_user_may_what_a_bucket_policy_says_of_it_and_nothing_else(store, s3, bucket, other, bucket_names):
    owner, own = other.client(store), bucket_names()
    owner.create_bucket(Bucket=own)
    user = other.user(fresh("reader"))
    client = user.client(store)
    put(owner, own)
    with refused(403, "AccessDenied"):
        read(client, own)
    with refused(403, "AccessDenied"):
        client.list_buckets()
    set_policy(owner, own, statement(own, "Allow", {"AWS": user.arn}, "s3:GetObject"))
    assert read(client, own) == b"body"
    with refused(403, "AccessDenied"):
        put(client, own)
    home = {"StringLike": {"aws:username": user.name}}
    set_policy(owner, own, statement(own, "Allow", "*", "s3:PutObject", "/home/${aws:username}/*", Condition=home))
    put(client, own, f"home/{user.name}/file")
    with refused(403, "AccessDenied"):
        put(client, own, "home/somebody/file")
    owner.delete_bucket_policy(Bucket=own)
    owner.delete_object(Bucket=own, Key="object")
    owner.delete_object(Bucket=own, Key=f"home/{user.name}/file")
    owner.delete_bucket(Bucket=own)


def test_a_bucket_of_requester_pays_is_for_those_who_say_so(store, s3, bucket, other, anonymous):
    put(s3, bucket)
    set_policy(s3, bucket, statement(bucket, "Allow", "*", "s3:GetObject"))
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "Requester"
    reader = other.client(store)
    with refused(403, "AccessDenied"):
        read(reader, bucket)
    assert reader.get_object(Bucket=bucket, Key="object", RequestPayer="requester")["RequestCharged"] == "requester"
    with refused(403, "AccessDenied"):
        anonymous.get_object(Bucket=bucket, Key="object", RequestPayer="requester")
    assert "RequestCharged" not in s3.get_object(Bucket=bucket, Key="object")


def test_the_owner_that_is_expected_is_the_bucket_s(store, s3, bucket, other):
    put(s3, bucket)
    set_policy(s3, bucket, statement(bucket, "Allow", aws(other), "s3:GetObject"))
    owner = boto_account(store, s3)
    reader = other.client(store)
    assert read(reader, bucket, ExpectedBucketOwner=owner) == b"body"
    with refused(403, "AccessDenied"):
        read(reader, bucket, ExpectedBucketOwner=other.account_id)


def boto_account(store, s3):
    """The number of the root account."""
    return store.client("sts").get_caller_identity()["Account"]


def test_what_a_policy_says_is_so_at_once_at_every_gateway(store, s3, bucket):
    put(s3, bucket)
    anonymous = unsigned(store, store.endpoints[-1])
    for _ in range(5):
        set_policy(s3, bucket, statement(bucket, "Allow", "*", "s3:GetObject"))
        assert read(anonymous, bucket) == b"body"
        s3.delete_bucket_policy(Bucket=bucket)
        with refused(403, "AccessDenied"):
            read(anonymous, bucket)


def test_a_user_may_what_its_own_policies_say(store, other, bucket_names):
    owner, own = other.client(store), bucket_names()
    owner.create_bucket(Bucket=own)
    put(owner, own, "team/a")
    put(owner, own, "other/a")
    user = other.user(fresh("member"))
    allow = {
        "Version": "2012-10-17",
        "Statement": [
            statement(own, "Allow", None, "s3:GetObject", "/team/*"),
            {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},
        ],
    }
    other.policy(allow, user)
    client = user.client(store)
    assert read(client, own, "team/a") == b"body"
    assert client.list_buckets()["Buckets"]
    with refused(403, "AccessDenied"):
        read(client, own, "other/a")
    deny = statement(own, "Deny", {"AWS": user.arn}, "s3:GetObject")
    set_policy(owner, own, deny)
    with refused(403, "AccessDenied"):
        read(client, own, "team/a")
    owner.delete_bucket_policy(Bucket=own)
    for key in ("team/a", "other/a"):
        owner.delete_object(Bucket=own, Key=key)
    owner.delete_bucket(Bucket=own)


def test_absence_is_told_to_who_may_list_what_begins_with_the_key(store, s3, bucket, other):
    may = lambda operator, prefix: statement(  # noqa: E731
        bucket, "Allow", aws(other), "s3:ListBucket", "", Condition={operator: {"s3:prefix": prefix}}
    )
    get = statement(bucket, "Allow", aws(other), "s3:GetObject")
    reader = other.client(store)
    set_policy(s3, bucket, get, may("StringLike", "public/*"))
    with refused(404, "NoSuchKey"):
        read(reader, bucket, "public/missing")
    with refused(403, "AccessDenied"):
        read(reader, bucket, "private/missing")
    set_policy(s3, bucket, get, may("StringNotLike", "private/*"))
    with refused(403, "AccessDenied"):
        read(reader, bucket, "private/missing")


def test_a_policy_is_asked_before_an_encryption_that_there_is_not_is_told(store, s3, bucket, other):
    name = "s3:x-amz-server-side-encryption"
    set_policy(
        s3,
        bucket,
        statement(bucket, "Deny", aws(other), "s3:PutObject", Condition={"StringNotEquals": {name: "AES256"}}),
        statement(bucket, "Allow", aws(other), "s3:PutObject"),
    )
    for client, found in ((other.client(store), (403, "AccessDenied")), (s3, (400, "InvalidArgument"))):
        with refused(*found):
            put_as(client, bucket, "AES192")


def put_as(client, bucket, algorithm):
    """Writes under an encryption that the client library would not send."""
    client.meta.events.register(
        "before-sign.s3.PutObject", lambda request, **_: request.headers.add_header("x-amz-server-side-encryption", algorithm)
    )
    client.put_object(Bucket=bucket, Key="object", Body=b"x")
