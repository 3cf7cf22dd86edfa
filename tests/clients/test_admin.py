"""Accounts, users, access keys and policies: the admin API and the commands that speak it."""

import json
import re
from urllib.parse import urlsplit

import pytest

from harness.accounts import Keys, Refused, admin_cli, admin_url, fresh, new_account
from harness.errors import refused
from harness.raw_http import send
from harness.signing import Signer, flip_last, plain
from harness.waiting import wait_until

REVOKED_SECONDS = 5  # X6


@pytest.fixture
def admin(store):
    """The admin commands, with the root pair."""
    return admin_cli(store)


@pytest.fixture(scope="module")
def tester(request, store):
    """An account that the tests of this file share per store."""
    return new_account(store)


def test_an_account_is_made_listed_shown_and_deleted(admin):
    name = fresh("company")
    made = admin.call("account", "create", name, "--email", f"{name}@example.org")
    assert set(made) == {"account_id", "canonical_id", "display_name", "email", "access_key", "secret_key"}
    assert re.fullmatch(r"[1-9]\d{11}", made["account_id"]) and re.fullmatch("[0-9a-f]{64}", made["canonical_id"])
    shown = admin.call("account", "show", name)
    assert (shown["display_name"], shown["state"], shown["administrator"]) == (name, "active", False)
    for other_name in (made["account_id"], made["canonical_id"], made["email"].upper()):
        assert admin.call("account", "show", other_name) == shown
    assert shown in admin.call("account", "list")["accounts"]
    assert admin.call("account", "delete", name) == {}
    assert shown not in admin.call("account", "list")["accounts"]
    with pytest.raises(Refused, match=f"there is no account '{name}'"):
        admin.call("account", "show", name)


def test_people_read_text(admin):
    name = fresh("company")
    said = admin.text("account", "create", name, "--email", f"{name}@example.org")
    assert f"name          {name}\n" in said and "not shown again" in said
    assert re.search(rf"^{name} +\d{{12}} +active +{name}@example.org$", admin.text("account", "list"), re.M)
    assert admin.text("account", "delete", name) == f"account '{name}' is deleted\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["account", "create", "a:b", "--email", "a@example.org"], "is not an account's name"),
        (["account", "create", "123456789012", "--email", "a@example.org"], "is not an account's name"),
        (["account", "create", "fine", "--email", "nobody"], "is not an e-mail address"),
        (["account", "show", "not there at all"], "there is no account 'not there at all'"),
        (["account", "disable", "root"], "cannot be disabled"),
        (["account", "delete", "root"], "cannot be deleted"),
        (["user", "create", "a/b"], "is not a user's name"),
        (["user", "create", "fine", "--path", "nowhere"], "is not a path"),
        (["user", "show", "nobody-of-that-name"], "there is no user 'nobody-of-that-name'"),
        (["key", "create", "--user", "nobody-of-that-name"], "there is no user 'nobody-of-that-name'"),
        (["key", "list", "--user", "nobody-of-that-name"], "there is no user 'nobody-of-that-name'"),
        (["key", "delete", "AKNOSUCHKEY"], "there is no access key 'AKNOSUCHKEY'"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(admin, arguments, reason):
    done = admin.run(*arguments)
    assert (done.returncode, done.stdout) == (1, b"")
    assert reason in done.stderr.decode()


def test_names_belong_to_one_account(admin, tester):
    with pytest.raises(Refused, match="the name is taken"):
        admin.call("account", "create", tester.display_name, "--email", f"{fresh('mail')}@example.org")
    with pytest.raises(Refused, match="the e-mail address is taken"):
        admin.call("account", "create", fresh("company"), "--email", tester.email.upper())


def test_users_are_made_listed_shown_and_deleted(admin, tester):
    of = ["--account", tester.account_id]
    made = admin.call("user", "create", "alice", *of, "--path", "/team/")
    assert made["arn"] == f"arn:aws:iam::{tester.account_id}:user/team/alice"
    assert admin.call("user", "show", "alice", "--account", tester.display_name) == made
    assert made in admin.call("user", "list", *of)["users"]
    with pytest.raises(Refused, match="user 'alice' exists already"):
        admin.call("user", "create", "alice", *of)
    key = admin.call("key", "create", *of, "--user", "alice")
    with pytest.raises(Refused, match="user 'alice' still has access keys"):
        admin.call("user", "delete", "alice", *of)
    with pytest.raises(Refused, match=f"account '{tester.account_id}' still has users or buckets"):
        admin.call("account", "delete", tester.account_id)
    admin.call("key", "delete", key["access_key"])
    admin.call("user", "delete", "alice", *of)
    assert admin.call("user", "list", *of)["users"] == []


def test_an_account_with_a_bucket_is_kept(admin, store, bucket_names):
    account, bucket = admin.account(), bucket_names()
    account.client(store).create_bucket(Bucket=bucket)
    with pytest.raises(Refused, match="still has users or buckets"):
        admin.call("account", "delete", account.display_name)
    account.client(store).delete_bucket(Bucket=bucket)
    admin.call("account", "delete", account.display_name)


def test_a_user_has_at_most_two_active_keys(admin, tester):
    user = tester.user()
    of = ["--account", tester.account_id, "--user", user.name]
    second = admin.call("key", "create", *of)
    with pytest.raises(Refused, match="at most 2 active access keys"):
        admin.call("key", "create", *of)
    admin.call("key", "disable", second["access_key"])
    third = admin.call("key", "create", *of)
    with pytest.raises(Refused, match="at most 2 active access keys"):
        admin.call("key", "enable", second["access_key"])
    admin.call("key", "disable", third["access_key"])
    assert admin.call("key", "enable", second["access_key"])["state"] == "active"
    states = {key["access_key"]: key["state"] for key in admin.call("key", "list", *of)["keys"]}
    assert states == {user.access_key: "active", second["access_key"]: "active", third["access_key"]: "disabled"}


def test_a_secret_is_shown_once(admin, tester):
    user = tester.user()
    of = ["--account", tester.account_id]
    for command in (
        ["account", "show", tester.account_id],
        ["account", "list"],
        ["user", "show", user.name, *of],
        ["key", "list", *of],
        ["key", "list", *of, "--user", user.name],
        ["key", "disable", user.access_key],
        ["key", "enable", user.access_key],
    ):
        said = admin.text(*command) + json.dumps(admin.call(*command))
        assert tester.secret_key not in said and user.secret_key not in said, command


def test_accounts_own_their_buckets(store, tester, bucket_names):
    mine, bucket = tester.client(store), bucket_names()
    mine.create_bucket(Bucket=bucket)
    assert [found["Name"] for found in mine.list_buckets()["Buckets"]] == [bucket]
    assert mine.list_buckets()["Owner"]["ID"] == tester.canonical_id
    assert bucket not in [found["Name"] for found in store.s3().list_buckets()["Buckets"]]
    mine.delete_bucket(Bucket=bucket)


def refusal_of(client):
    """The error code that a client is refused with, or None while it is served."""
    try:
        client.list_buckets()
        return None
    except client.exceptions.ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 403
        return error.response["Error"]["Code"]


def all_refused(clients):
    """Whether every client is refused; those that are not stay busy meanwhile."""
    return all([refusal_of(client) == "InvalidAccessKeyId" for client in clients])


@pytest.mark.parametrize("way", ["disable-key", "delete-key", "disable-account", "delete-account"])
def test_a_revoked_key_is_refused_by_every_gateway_within_five_seconds(store, admin, way):
    account = admin.account()
    keys = account if "account" in way else account.key()
    # Each keeps its connection: what is refused is the key, not who comes new.
    clients = [keys.client(store, gateway=gateway) for gateway in range(len(store.endpoints))]
    assert [refusal_of(client) for client in clients] == [None] * len(clients)
    verb, noun = way.split("-")
    admin.call(noun, verb, account.account_id if noun == "account" else keys.access_key)
    wait_until(lambda: all_refused(clients), f"every gateway refuses after {way}", REVOKED_SECONDS)
    if verb == "disable":
        admin.call(noun, "enable", account.account_id if noun == "account" else keys.access_key)
        wait_until(lambda: [refusal_of(c) for c in clients] == [None] * len(clients), "they are taken again", 5)


def test_a_disabled_account_takes_its_users_with_it(store, admin):
    account = admin.account()
    user = account.user().client(store)
    assert refusal_of(user) != "InvalidAccessKeyId"
    admin.call("account", "disable", account.account_id)
    wait_until(lambda: refusal_of(user) == "InvalidAccessKeyId", "the user is refused", REVOKED_SECONDS)


def test_the_last_key_that_administers_stays(admin, store):
    for verb in ("disable", "delete"):
        with pytest.raises(Refused, match="the last active key that administers"):
            admin.call("key", verb, store.access_key)
    second = admin.call("key", "create")
    other = admin_cli(store, Keys(second["access_key"], second["secret_key"]))
    assert other.call("key", "list")["keys"]
    other.call("key", "delete", second["access_key"])


READ_ONLY = """{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}]
}
"""


@pytest.fixture
def policy_file(tmp_path):
    """Writes a policy to a file."""

    def write(text):
        path = tmp_path / "policy.json"
        path.write_text(text)
        return path

    return write


def test_policies_are_made_listed_shown_attached_and_deleted(admin, tester, policy_file):
    user, of, name = tester.user(), ["--account", tester.account_id], fresh("policy")
    made = admin.call("policy", "create", name, *of, "--document", policy_file(READ_ONLY))
    assert (made["policy_name"], made["version"]) == (name, 1)
    assert admin.call("policy", "show", name, *of) == {**made, "document": READ_ONLY}
    assert admin.text("policy", "show", name, *of) == READ_ONLY
    assert made in admin.call("policy", "list", *of)["policies"]
    for _ in range(2):
        admin.call("policy", "attach", name, *of, "--user", user.name)
        assert admin.call("user", "show", user.name, *of)["policies"] == [name]
    with pytest.raises(Refused, match=f"policy '{name}' still has users"):
        admin.call("policy", "delete", name, *of)
    admin.call("policy", "detach", name, *of, "--user", user.name)
    assert admin.call("user", "show", user.name, *of)["policies"] == []
    with pytest.raises(Refused, match=f"there is no policy '{name}'"):
        admin.call("policy", "detach", name, *of, "--user", user.name)
    admin.call("policy", "delete", name, *of)
    with pytest.raises(Refused, match=f"there is no policy '{name}'"):
        admin.call("policy", "show", name, *of)


def test_a_policy_is_replaced_only_on_request(admin, tester, policy_file):
    of, name = ["--account", tester.account_id], fresh("policy")
    admin.call("policy", "create", name, *of, "--document", policy_file(READ_ONLY))
    other = READ_ONLY.replace("s3:GetObject", "s3:PutObject")
    with pytest.raises(Refused, match=f"policy '{name}' exists already"):
        admin.call("policy", "create", name, *of, "--document", policy_file(other))
    assert admin.call("policy", "show", name, *of)["document"] == READ_ONLY
    assert admin.call("policy", "create", name, *of, "--document", policy_file(other), "--replace")["version"] == 2
    assert admin.call("policy", "show", name, *of)["document"] == other


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        READ_ONLY.replace("Allow", "Permit"),
        READ_ONLY.replace('"Resource"', '"Ressource"'),
        READ_ONLY.replace('"Effect"', '"Principal": "*", "Effect"'),
        READ_ONLY.replace("s3:ListBucket", "s3:" + "L" * 7000),
    ],
)
def test_what_is_no_policy_is_refused(admin, tester, policy_file, text):
    name = fresh("policy")
    with pytest.raises(Refused, match="MalformedPolicy"):
        admin.call("policy", "create", name, "--account", tester.account_id, "--document", policy_file(text))
    with pytest.raises(Refused, match=f"there is no policy '{name}'"):
        admin.call("policy", "show", name, "--account", tester.account_id)


def test_a_user_has_at_most_ten_policies(admin, tester, policy_file):
    user, of, document = tester.user(), ["--account", tester.account_id], policy_file(READ_ONLY)
    names = [fresh("policy") for _ in range(11)]
    for name in names:
        admin.call("policy", "create", name, *of, "--document", document)
    for name in names[:10]:
        admin.call("policy", "attach", name, *of, "--user", user.name)
    with pytest.raises(Refused, match="at most 10 policies"):
        admin.call("policy", "attach", names[10], *of, "--user", user.name)
    assert admin.call("user", "show", user.name, *of)["policies"] == names[:10]


def test_policies_of_one_account_are_not_another_accounts(admin, tester, policy_file):
    name = fresh("policy")
    admin.call("policy", "create", name, "--account", tester.account_id, "--document", policy_file(READ_ONLY))
    other = admin.account().user()
    with pytest.raises(Refused, match=f"there is no policy '{name}'"):
        admin.call("policy", "attach", name, "--account", other.account.account_id, "--user", other.name)


def test_only_administrators_administer(store, admin, tester):
    user = tester.user()
    for keys in (tester, user, Keys("AKNOSUCHKEY000000000", "x" * 40), Keys(store.access_key, "x" * 40)):
        for command in (["account", "list"], ["account", "create", fresh("x"), "--email", "x@example.org"]):
            done = admin_cli(store, keys).run(*command)
            assert done.returncode == 1 and "AccessDenied" in done.stderr.decode(), done.stderr


def test_every_gateway_administers(store):
    names = []
    for gateway in range(len(store.endpoints)):
        names.append(admin_cli(store, gateway=gateway).account().display_name)
    for gateway in range(len(store.endpoints)):
        listed = {a["display_name"] for a in admin_cli(store, gateway=gateway).call("account", "list")["accounts"]}
        assert listed >= set(names)


@pytest.fixture
def api(store):
    """Sends a request to the admin listener: how it is signed is the test's."""
    parts = urlsplit(admin_url(store))

    def call(sign, path="/admin/v1/account/list", body=b'{"after":""}', method="POST", tamper=lambda request: request):
        request = sign(plain(method, path, parts.netloc, body=body))
        return send((parts.hostname, parts.port), tamper(request))

    call.signer = Signer(store.access_key, store.secret_key, service="cairn-admin")
    return call


def test_a_right_signature_is_taken(api):
    answer = api(api.signer.sign)
    assert answer.status == 200 and json.loads(answer.body)["accounts"]


def broken(request):
    """The same request with a wrong signature."""
    value = request.header("Authorization")
    return request.without_header("Authorization").with_headers(("Authorization", flip_last(value)))


def test_wrong_signatures_are_refused(api):
    signer, body = api.signer, b'{"after":"a"}'
    presigned = api(lambda request: signer.presign(request))
    answers = [
        presigned,
        api(lambda request: request),
        api(signer.but(service="s3").sign),
        api(signer.but(service="iam").sign),
        api(signer.but(secret_key="wrong").sign),
        api(signer.but(access_key="AKNOSUCHKEY000000000").sign),
        api(signer.sign, tamper=broken),
        api(lambda request: signer.sign(request, payload_hash="UNSIGNED-PAYLOAD")),
        api(lambda request: signer.sign(request, payload_hash="STREAMING-AWS4-HMAC-SHA256-PAYLOAD")),
        api(lambda request: signer.sign(request, payload_hash="0" * 64)),
        api(signer.sign, tamper=lambda request: type(request)(**{**vars(request), "body": body[:12]})),
        api(signer.sign, path="/admin/v1/no/such", tamper=broken),
        api(lambda request: request, method="GET", path="/admin/v1/account/list", body=b""),
    ]
    assert [answer.status for answer in answers] == [403] * len(answers), answers
    assert all(json.loads(answer.body)["code"] == "AccessDenied" for answer in answers)


def test_requests_that_cannot_be_read_are_refused(api):
    sign = api.signer.sign
    assert api(sign, body=b"").status == 400
    assert api(sign, body=b"{").status == 400
    assert api(sign, body=b'{"after":"","more":1}').status == 400
    assert api(sign, body=b'{"after":"' + b"x" * (1 << 18) + b'"}').status == 400
    assert api(sign, path="/admin/v1/no/such").status == 404
    assert api(sign, method="GET", body=b"").status == 404


def test_no_secret_is_stored_or_logged(store, admin, bucket_names):
    account = admin.account()
    user, s3 = account.user(), account.client(store)
    bucket = bucket_names()
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="object", Body=b"x" * 100_000)
    assert refusal_of(user.client(store)) != "InvalidAccessKeyId"
    admin.call("key", "disable", user.access_key)
    secrets = {name: keys.secret_key.encode() for name, keys in (("account", account), ("user", user))}
    secrets["root"] = store.secret_key.encode()
    searched = 0
    for path in store.directory.rglob("*"):
        if path.is_file() and path.name != "root-credentials":
            content = path.read_bytes()
            searched += 1
            assert [name for name, secret in secrets.items() if secret in content] == [], path
    assert searched > 20
    s3.delete_object(Bucket=bucket, Key="object")
    s3.delete_bucket(Bucket=bucket)
