"""Forms as browsers post them, made by hand: fields, a file, and the policy that their signer allows."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

from .raw_http import Request
from .signing import ALGORITHM, now

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"


def part(name, value, more=""):
    """One part of a form."""
    data = value if isinstance(value, bytes) else value.encode()
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + data + b"\r\n"


def body_of(fields, data=b"the file", file_name="file.txt", after=()):
    """A form's body: fields, the file (None for none), and what stands behind it."""
    parts = [part(name, value) for name, value in fields]
    if data is not None:
        parts.append(part("file", data, f'; filename="{file_name}"\r\nContent-Type: application/x-of-the-part'))
    parts += [part(name, value) for name, value in after]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def post(store, bucket, body, headers=(), kind=f"multipart/form-data; boundary={BOUNDARY}", path=None):
    """The request that brings a body to a bucket."""
    sent = [("Host", store.host), ("Content-Type", kind), ("Content-Length", str(len(body))), *headers]
    return Request("POST", path or f"/{bucket}", [], sent, body)


def document(conditions, minutes=10, **changes):
    """A policy: base64 of JSON. With a value of None a member is left out."""
    expiration = (now() + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    members = {"expiration": expiration, "conditions": conditions, **changes}
    return encoded(json.dumps({name: value for name, value in members.items() if value is not None}))


def encoded(text):
    """Base64."""
    return base64.b64encode(text.encode()).decode()


def claims(store, signer=None):
    """The fields of version 4 that a policy covers."""
    signer = signer or store.signer()
    date = signer.date()
    credential = f"{signer.access_key}/{signer.scope(date)}"
    return [("x-amz-algorithm", ALGORITHM), ("x-amz-credential", credential), ("x-amz-date", date)]


def sign_v4(store, fields, policy, signer=None):
    """The fields with a signature of version 4 over `policy`; they hold the claims already."""
    signer = signer or store.signer()
    date = dict(fields)["x-amz-date"]
    signature = hmac.new(signer.key(date), policy.encode(), hashlib.sha256).hexdigest()
    return [*fields, ("policy", policy), ("x-amz-signature", signature)]


def sign_v2(store, fields, policy, access_key=None, secret_key=None):
    """The fields with a signature of version 2."""
    secret = (secret_key or store.secret_key).encode()
    signature = base64.b64encode(hmac.new(secret, policy.encode(), hashlib.sha1).digest()).decode()
    return [*fields, ("AWSAccessKeyId", access_key or store.access_key), ("policy", policy), ("signature", signature)]


def signed(store, bucket, fields, conditions=None, **changes):
    """Fields with a right signature of version 4 over a policy that allows just them, unless `conditions` say otherwise."""
    fields = [*fields, *claims(store)]
    if conditions is None:
        conditions = [{name: value} for name, value in fields]
    else:
        conditions = [*conditions, *({name: value} for name, value in claims(store))]
    return sign_v4(store, fields, document([{"bucket": bucket}, *conditions], **changes))
