"""Terraform's AWS provider on one `aws_s3_bucket`: stored requests, signed by botocore; each answer is asserted."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from harness.raw_http import Request, send

STEPS = json.loads(Path(__file__).with_name("terraform_requests.json").read_text())
AGENT = "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 terraform-provider-aws/6.23.0 aws-sdk-go-v2/1.39.6"


class Replay:
    """One bucket's worth of requests."""

    def __init__(self, store, bucket):
        self.store = store
        self.values = {
            "bucket": bucket,
            "region": store.region,
            "account": "",
            "arn": quote(f"arn:aws:s3:::{bucket}", safe=""),
        }

    def fill(self, text):
        """A stored text with its values."""
        for name, value in self.values.items():
            text = text.replace("{" + name + "}", value)
        return text

    def signed(self, stored):
        """The request as it goes out, signed by botocore."""
        query = f"?{stored['query']}" if "query" in stored else ""
        body = stored.get("body", "").encode()
        url = self.store.endpoint + self.fill(stored["path"]) + query
        headers = {name: self.fill(value) for name, value in stored.get("send", {}).items()}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
        request = AWSRequest(stored["method"], url, headers=headers, data=body)
        request.context["payload_signing_enabled"] = True
        service = stored.get("service", "s3")
        auth = S3SigV4Auth if service == "s3" else SigV4Auth
        auth(Credentials(self.store.access_key, self.store.secret_key), service, self.store.region).add_auth(request)
        sent = [("Host", self.store.host), ("User-Agent", AGENT), *request.headers.items()]
        sent.append(("Content-Length", str(len(body))))
        return Request(stored["method"], self.fill(stored["path"]) + query, [], sent, body)

    def play(self, step):
        """Sends a step's requests in order and asserts the answers; returns the answers."""
        answers = []
        for stored in STEPS[step]:
            answer = send(self.store.address, self.signed(stored))
            self.check(stored, answer)
            answers.append((stored["name"], answer))
        return answers

    def check(self, stored, answer):
        """Asserts one answer."""
        name = stored["name"]
        assert answer.status == stored["status"], f"{name}: {answer}"
        for header, value in stored.get("headers", {}).items():
            assert answer.header(header) == self.fill(value), f"{name}: {answer}"
        if stored["method"] == "HEAD" or answer.status == 204:
            assert answer.body == b"", name
        if "code" in stored:
            assert answer.error_code() == stored["code"], f"{name}: {answer}"
        if "root" in stored:
            self.check_document(stored, answer)

    def check_document(self, stored, answer):
        """Asserts the document of an answer."""
        name, root = stored["name"], answer.xml()
        assert root.tag == stored["root"], f"{name}: {answer}"
        if stored.get("empty"):
            assert len(root) == 0 and not (root.text or "").strip(), f"{name}: {answer}"
        for path, value in stored.get("exact", {}).items():
            found = root.text if path == "" else root.findtext(path)
            assert (found or "") == self.fill(value), f"{name}: {path}: {answer}"
        for path in stored.get("has", []):
            assert root.findtext(path), f"{name}: {path}: {answer}"
        for path in stored.get("absent", []):
            assert root.find(path) is None, f"{name}: {path}: {answer}"
        if "same" in stored:
            assert len({root.findtext(path) for path in stored["same"]}) == 1, f"{name}: {answer}"


def documents(answers):
    """What a plan compares: status and body without the ids of the request."""
    return [(name, answer.status, answer.error_code() or answer.body) for name, answer in answers]


def test_a_bucket_is_created_planned_and_destroyed(store, bucket_names):
    replay = Replay(store, bucket_names())
    identity = replay.play("configure")[0][1].xml()
    replay.values["account"] = identity.findtext("GetCallerIdentityResult/Account")
    assert identity.findtext("GetCallerIdentityResult/Arn") == f"arn:aws:iam::{replay.values['account']}:root"
    assert len(replay.values["account"]) == 12 and replay.values["account"].isdigit()
    replay.play("create")
    state = documents(replay.play("read"))
    assert documents(replay.play("read")) == state, "a plan right after finds nothing to change"
    replay.play("destroy")


def test_sts_answers_botocore(store):
    identity = store.client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{identity['Account']}:root"


@pytest.mark.parametrize("action", ["AssumeRole", "GetSessionToken", "GetFederationToken", "ListUsers", "CreateRole"])
def test_other_actions_of_sts_and_iam_are_refused(store, action):
    replay = Replay(store, "unused")
    stored = {"service": "sts", "method": "POST", "path": "/", "body": f"Action={action}&Version=2011-06-15"}
    answer = send(store.address, replay.signed(stored))
    assert (answer.status, answer.error_code()) == (501, "NotImplemented"), answer


PROBES = [
    ("get_bucket_policy", "NoSuchBucketPolicy"),
    ("get_bucket_policy_status", "NoSuchBucketPolicy"),
    ("get_bucket_cors", "NoSuchCORSConfiguration"),
    ("get_bucket_website", "NoSuchWebsiteConfiguration"),
    ("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration"),
    ("get_bucket_replication", "ReplicationConfigurationNotFoundError"),
    ("get_bucket_tagging", "NoSuchTagSet"),
    ("get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError"),
    ("get_object_lock_configuration", "ObjectLockConfigurationNotFoundError"),
    ("get_bucket_ownership_controls", "OwnershipControlsNotFoundError"),
    ("get_public_access_block", "NoSuchPublicAccessBlockConfiguration"),
]


@pytest.mark.parametrize("operation, code", PROBES)
def test_what_is_not_configured_says_so_to_boto3(s3, bucket, operation, code):
    with pytest.raises(s3.exceptions.ClientError) as caught:
        getattr(s3, operation)(Bucket=bucket)
    assert caught.value.response["Error"]["Code"] == code
    with pytest.raises(s3.exceptions.ClientError) as caught:
        getattr(s3, operation)(Bucket="no-such-bucket-of-anybody")
    assert caught.value.response["Error"]["Code"] == "NoSuchBucket"


def test_empty_configurations_are_empty_to_boto3(s3, bucket):
    def fields(answer):
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    assert fields(s3.get_bucket_versioning(Bucket=bucket)) == {}
    assert fields(s3.get_bucket_logging(Bucket=bucket)) == {}
    assert fields(s3.get_bucket_notification_configuration(Bucket=bucket)) == {}
    assert fields(s3.get_bucket_accelerate_configuration(Bucket=bucket)) == {}
    assert fields(s3.get_bucket_request_payment(Bucket=bucket)) == {"Payer": "BucketOwner"}


def test_a_new_object_has_no_tags_and_no_locks(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"1")
    assert s3.get_object_tagging(Bucket=bucket, Key="object")["TagSet"] == []
    for operation in (s3.get_object_retention, s3.get_object_legal_hold):
        with pytest.raises(s3.exceptions.ClientError) as caught:
            operation(Bucket=bucket, Key="object")
        assert caught.value.response["Error"]["Code"] == "InvalidRequest"
