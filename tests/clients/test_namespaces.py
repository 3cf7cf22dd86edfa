"""Accounts with a namespace of bucket names of their own."""

import pytest

from harness.accounts import Refused, admin_cli, fresh, new_account
from harness.errors import refused
from harness.forms import body_of, post
from harness.raw_http import Request, send
from harness.signing import plain


@pytest.fixture(scope="module")
def spacious(store):
    """An account with a namespace of its own."""
    admin = admin_cli(store)
    name = fresh("space")
    account = admin.account(name, "--namespace", name)
    assert account.namespace == name
    return account


@pytest.fixture(scope="module")
def other(store):
    """An account in the shared namespace."""
    return new_account(store)


@pytest.fixture
def two_buckets(store, s3, spacious, bucket_names):
    """One name, twice: the shared bucket is the root account's, the other the account's with the namespace."""
    name, mine = bucket_names(), spacious.client(store)
    s3.create_bucket(Bucket=name)
    mine.create_bucket(Bucket=name)
    yield name
    for client in (s3, mine):
        for found in client.list_objects_v2(Bucket=name).get("Contents", []):
            client.delete_object(Bucket=name, Key=found["Key"])
        client.delete_bucket(Bucket=name)


def raw(store, keys, method, path, headers=(), body=b""):
    """A request whose path no client library would send."""
    signer = store.signer(access_key=keys.access_key, secret_key=keys.secret_key)
    return send(store.address, signer.sign(plain(method, path, store.host, headers=headers, body=body)))


def test_a_name_may_be_taken_once_in_each_namespace(store, s3, spacious, other, two_buckets):
    mine = spacious.client(store)
    s3.put_object(Bucket=two_buckets, Key="object", Body=b"shared")
    mine.put_object(Bucket=two_buckets, Key="object", Body=b"own")
    assert s3.get_object(Bucket=two_buckets, Key="object")["Body"].read() == b"shared"
    assert mine.get_object(Bucket=two_buckets, Key="object")["Body"].read() == b"own"
    with refused(409, "BucketAlreadyExists"):
        other.client(store).create_bucket(Bucket=two_buckets)


def test_a_listing_shows_the_buckets_of_ones_own_namespace(store, s3, spacious, two_buckets):
    listed = spacious.client(store).list_buckets()["Buckets"]
    assert two_buckets in [bucket["Name"] for bucket in listed]
    s3.delete_bucket(Bucket=two_buckets)
    assert two_buckets not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    s3.create_bucket(Bucket=two_buckets)


def test_from_outside_a_bucket_is_named_with_its_namespace(store, s3, spacious, two_buckets):
    s3.put_object(Bucket=two_buckets, Key="object", Body=b"shared")
    spacious.client(store).put_object(Bucket=two_buckets, Key="object", Body=b"own")
    root = store
    named = f"{spacious.namespace}:{two_buckets}"
    assert raw(store, root, "GET", f"/{named}/object").status == 403, "it is there, and not root's"
    assert raw(store, spacious, "GET", f"/{named}/object").body == b"own"
    assert raw(store, spacious, "GET", f"/{named.replace(':', '%3A')}/object").body == b"own"
    assert raw(store, spacious, "GET", f"/:{two_buckets}/object").status == 403, "the shared one is root's"
    assert raw(store, root, "GET", f"/:{two_buckets}/object").body == b"shared"
    assert raw(store, root, "GET", f"/nobodys:{two_buckets}/object").status == 404
    for bad in ("Upper", "a.b", "-a", "a:b"):
        answer = raw(store, root, "GET", f"/{bad}:{two_buckets}/object")
        assert (answer.status, b"InvalidBucketName" in answer.body) == (400, True), bad


def test_a_copy_source_is_named_with_its_namespace(store, s3, spacious, two_buckets):
    mine = spacious.client(store)
    s3.put_object(Bucket=two_buckets, Key="object", Body=b"shared")
    mine.put_object(Bucket=two_buckets, Key="object", Body=b"own")
    for source in (f"{two_buckets}/object", f"{spacious.namespace}:{two_buckets}/object"):
        mine.copy_object(Bucket=two_buckets, Key="copy", CopySource=source)
        assert mine.get_object(Bucket=two_buckets, Key="copy")["Body"].read() == b"own"
    with refused(403, "AccessDenied"):
        mine.copy_object(Bucket=two_buckets, Key="copy", CopySource=f":{two_buckets}/object")
    s3.copy_object(Bucket=two_buckets, Key="copy", CopySource=f":{two_buckets}/object")
    assert s3.get_object(Bucket=two_buckets, Key="copy")["Body"].read() == b"shared"
    with refused(403, "AccessDenied"):
        s3.copy_object(Bucket=two_buckets, Key="copy", CopySource=f"{spacious.namespace}:{two_buckets}/object")


def test_nobody_makes_buckets_in_a_namespace_of_others(store, spacious, other, bucket_names):
    name = bucket_names()
    assert raw(store, store, "PUT", f"/{spacious.namespace}:{name}").status == 403
    assert raw(store, other, "PUT", f"/{spacious.namespace}:{name}").status == 403
    assert raw(store, spacious, "PUT", f"/{spacious.namespace}:{name}").status == 200
    spacious.client(store).delete_bucket(Bucket=name)


def test_names_of_namespaces_are_checked_and_belong_to_one_account(store, spacious):
    admin = admin_cli(store)
    assert admin.call("account", "show", spacious.account_id)["namespace"] == spacious.namespace
    with pytest.raises(Refused, match="the namespace is taken"):
        admin.account(fresh("space"), "--namespace", spacious.namespace)
    for bad in ("", "A", "a.b", "a:b", "-a", "a" * 64):
        with pytest.raises(Refused, match="is not a namespace"):
            admin.account(fresh("space"), f"--namespace={bad}")


PAGE = "http://page.example"
RULE = {"AllowedOrigins": [PAGE], "AllowedMethods": ["GET", "PUT", "POST"], "AllowedHeaders": ["*"]}


def test_a_page_goes_by_the_rules_of_the_bucket_that_its_key_means(store, s3, spacious, two_buckets):
    mine = spacious.client(store)
    mine.put_bucket_cors(Bucket=two_buckets, CORSConfiguration={"CORSRules": [RULE]})
    mine.put_object(Bucket=two_buckets, Key="object", Body=b"own")
    origin = ("Origin", PAGE)
    allowed = lambda answer: (answer.status, answer.header("access-control-allow-origin"))  # noqa: E731
    for keys, found in ((spacious, (200, PAGE)), (None, (403, None))):
        named = {"access_key": keys.access_key, "secret_key": keys.secret_key} if keys else {}
        url = store.signer(**named).presign(plain("GET", f"/{two_buckets}/object", store.host))
        asked = Request("OPTIONS", url.path, url.query, [("Host", store.host), origin, ("Access-Control-Request-Method", "GET")])
        assert allowed(send(store.address, asked)) == found
    signer = store.signer(access_key=spacious.access_key, secret_key=spacious.secret_key)
    read = signer.sign(plain("GET", f"/{two_buckets}/object", store.host)).with_headers(origin)
    assert allowed(send(store.address, read)) == (200, PAGE)
    stale = store.signer(access_key=spacious.access_key, secret_key="wrong")
    unproved = stale.sign(plain("GET", f"/{two_buckets}/object", store.host)).with_headers(origin)
    assert allowed(send(store.address, unproved)) == (403, PAGE)
    shared = store.signer().sign(plain("GET", f"/{two_buckets}", store.host)).with_headers(origin)
    assert allowed(send(store.address, shared)) == (200, None)


def test_a_page_posts_a_form_to_the_bucket_that_its_key_means(store, spacious, two_buckets):
    mine = spacious.client(store)
    mine.put_bucket_cors(Bucket=two_buckets, CORSConfiguration={"CORSRules": [RULE]})
    form = mine.generate_presigned_post(two_buckets, "posted")
    body = body_of(list(form["fields"].items()))
    answer = send(store.address, post(store, two_buckets, body, headers=[("Origin", PAGE)]))
    assert (answer.status, answer.header("access-control-allow-origin")) == (204, PAGE)
    mine.delete_object(Bucket=two_buckets, Key="posted")
