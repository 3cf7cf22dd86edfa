"""AWS signatures made by hand, so that every component can be wrong on purpose.

The right form is checked against botocore's own signer in `test_signing.py`.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, unquote_to_bytes

from .raw_http import Request, encode_pair

ALGORITHM = "AWS4-HMAC-SHA256"
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
UNSIGNED = "UNSIGNED-PAYLOAD"
STREAMING_SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
STREAMING_SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
STREAMING_UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


def sha256_hex(data):
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def amz_date(moment):
    """The basic ISO 8601 form that x-amz-date has."""
    return moment.strftime("%Y%m%dT%H%M%SZ")


def now():
    """The present in UTC."""
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Signer:
    """One identity and scope; every field may be replaced by a wrong one."""

    access_key: str
    secret_key: str
    region: str = "us-east-1"
    service: str = "s3"
    terminator: str = "aws4_request"
    algorithm: str = ALGORITHM
    skew: timedelta = timedelta(0)
    scope_day: str | None = None

    def but(self, **changes):
        """The same signer with some fields replaced."""
        return replace(self, **changes)

    def date(self):
        """The x-amz-date this signer writes now."""
        return amz_date(now() + self.skew)

    def scope(self, date):
        """The credential scope."""
        return f"{self.scope_day or date[:8]}/{self.region}/{self.service}/{self.terminator}"

    def key(self, date):
        """The signing key of a scope."""
        day = _hmac(b"AWS4" + self.secret_key.encode(), self.scope_day or date[:8])
        return _hmac(_hmac(_hmac(day, self.region), self.service), self.terminator)

    def signature(self, date, canonical):
        """The signature of a canonical request."""
        text = "\n".join([ALGORITHM, date, self.scope(date), sha256_hex(canonical.encode("utf-8", "surrogateescape"))])
        return hmac.new(self.key(date), text.encode(), hashlib.sha256).hexdigest()

    def sign(self, request, payload_hash=None, leave_out=(), add_names=(), date_header="x-amz-date", hash_header=True):
        """Signs in the Authorization header. `leave_out` is sent but not signed, `add_names` is signed but absent."""
        if payload_hash is None:
            payload_hash = request.header("x-amz-content-sha256") or sha256_hex(request.body)
        date = request.header("x-amz-date") or self.date()
        if date_header and not request.header("x-amz-date"):
            request = request.with_headers((date_header, date))
        if hash_header and request.header("x-amz-content-sha256") is None:
            request = request.with_headers(("x-amz-content-sha256", payload_hash))
        names = signed_names(request, leave_out, add_names)
        signature = self.signature(date, canonical_request(request, names, payload_hash))
        value = (
            f"{self.algorithm} Credential={self.access_key}/{self.scope(date)}, "
            f"SignedHeaders={';'.join(names)}, Signature={signature}"
        )
        return request.with_headers(("Authorization", value))

    def presign(self, request, expires="900", drop=(), signed=("host",), extra=()):
        """Signs in the query. `drop` leaves parameters out, `extra` adds unsigned ones."""
        date = self.date()
        parameters = [
            ("X-Amz-Algorithm", self.algorithm),
            ("X-Amz-Credential", f"{self.access_key}/{self.scope(date)}"),
            ("X-Amz-Date", date),
            ("X-Amz-Expires", expires),
            ("X-Amz-SignedHeaders", ";".join(signed)),
        ]
        request = request.with_query(*(pair for pair in parameters if pair[0] not in drop))
        signature = self.signature(date, canonical_request(request, list(signed), UNSIGNED))
        if "X-Amz-Signature" not in drop:
            request = request.with_query(("X-Amz-Signature", signature))
        return request.with_query(*extra)

    def presign_v2(self, request, resource, expires_at):
        """Signs in the query by Signature Version 2; `resource` is the canonical resource with its sub-resources."""
        text = f"{request.method}\n\n\n{expires_at}\n{resource}"
        digest = hmac.new(self.secret_key.encode(), text.encode(), hashlib.sha1).digest()
        return request.with_query(
            ("AWSAccessKeyId", self.access_key),
            ("Expires", str(expires_at)),
            ("Signature", base64.b64encode(digest).decode()),
        )


def signed_names(request, leave_out=(), add_names=()):
    """The names to sign: host, content-md5, range-like and all x-amz-* headers."""
    skipped = {"authorization", "content-length", "transfer-encoding", "expect", "connection", "user-agent"}
    names = {name.lower() for name, _ in request.headers} - skipped
    return sorted((names | set(add_names)) - set(leave_out))


def canonical_request(request, names, payload_hash):
    """The canonical request of SigV4 for S3 (the path is encoded once)."""
    path = quote(unquote_to_bytes(request.path.encode("utf-8", "surrogateescape")), safe="/-_.~")
    # By name, then by value: `select` comes before `select-type`, which whole texts with their `=` would not say.
    by_name = sorted(request.query, key=lambda pair: (quote(pair[0], safe="-_.~"), quote(pair[1] or "", safe="-_.~")))
    pairs = [encode_pair(name, value or "") for name, value in by_name]
    lines = [f"{name}:{_canonical_value(request, name)}" for name in names]
    return "\n".join([request.method, path, "&".join(pairs), *lines, "", ";".join(names), payload_hash])


def _canonical_value(request, name):
    values = [" ".join(value.split()) for header, value in request.headers if header.lower() == name]
    return ",".join(values)


@dataclass
class Stream:
    """An aws-chunked body: its frames one by one, so that a test may tamper with them."""

    signer: Signer
    date: str
    seed: str
    signed: bool = True

    def frames(self, chunks, trailer=None, bad_trailer_signature=False):
        """The frames of all chunks, the empty last one and the trailer."""
        frames, previous = [], self.seed
        for chunk in [*chunks, b""]:
            frame, previous = self._frame(chunk, previous, last=not chunk)
            frames.append(frame)
        if trailer is None:
            frames[-1] += b"\r\n"
            return frames
        frames.append(self._trailer(trailer, previous, bad_trailer_signature))
        return frames

    def _frame(self, chunk, previous, last):
        extension = b""
        if self.signed:
            previous = self._chunk_signature(chunk, previous)
            extension = b";chunk-signature=" + previous.encode()
        frame = f"{len(chunk):x}".encode() + extension + b"\r\n" + chunk
        return frame + (b"" if last else b"\r\n"), previous

    def _chunk_signature(self, chunk, previous):
        text = "\n".join(
            [f"{ALGORITHM}-PAYLOAD", self.date, self.signer.scope(self.date), previous, EMPTY_SHA256, sha256_hex(chunk)]
        )
        return hmac.new(self.signer.key(self.date), text.encode(), hashlib.sha256).hexdigest()

    def _trailer(self, trailer, previous, bad):
        lines = "".join(f"{name}:{value}\n" for name, value in trailer)
        wire = "".join(f"{name}:{value}\r\n" for name, value in trailer)
        if self.signed:
            text = "\n".join(
                [f"{ALGORITHM}-TRAILER", self.date, self.signer.scope(self.date), previous, sha256_hex(lines.encode())]
            )
            signature = hmac.new(self.signer.key(self.date), text.encode(), hashlib.sha256).hexdigest()
            if bad:
                signature = flip_last(signature)
            wire += f"x-amz-trailer-signature:{signature}\r\n"
        return (wire + "\r\n").encode()


def flip_last(text):
    """The same text with its last hex digit changed."""
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def streaming_put(signer, request, chunks, mode=STREAMING_SIGNED, trailer=None, **wrong):
    """A signed request with an aws-chunked body.

    Wrong on purpose: `tamper` (frames -> frames), `decoded_length` (text or None for absent), `declare` (the value of
    x-amz-trailer, None for absent), `forge_seed`, `bad_trailer_signature`, `content_length`.
    """
    decoded = wrong.get("decoded_length", str(sum(map(len, chunks))))
    declare = wrong.get("declare", trailer[0][0] if trailer else None)
    headers = [("x-amz-content-sha256", mode), ("Content-Encoding", "aws-chunked")]
    headers += [("x-amz-decoded-content-length", decoded)] if decoded is not None else []
    headers += [("x-amz-trailer", declare)] if declare is not None else []
    request = signer.sign(request.with_headers(*headers), payload_hash=mode)
    authorization = request.header("Authorization")
    seed = authorization.rpartition("=")[2]
    if wrong.get("forge_seed"):
        forged = authorization[: -len(seed)] + flip_last(seed)
        request = request.without_header("Authorization").with_headers(("Authorization", forged))
    stream = Stream(signer, request.header("x-amz-date"), seed, signed=mode != STREAMING_UNSIGNED_TRAILER)
    frames = stream.frames(chunks, trailer, wrong.get("bad_trailer_signature", False))
    body = b"".join(wrong.get("tamper", lambda f: f)(frames))
    length = wrong.get("content_length", len(body))
    return replace(request.with_headers(("Content-Length", str(length))), body=body)


def plain(method, path, host, query=(), headers=(), body=b""):
    """An unsigned request with Host and, where there is a body or a PUT or POST, Content-Length."""
    all_headers = [("Host", host), *headers]
    if body or method in ("PUT", "POST"):
        all_headers.append(("Content-Length", str(len(body))))
    return Request(method, path, list(query), all_headers, body)
