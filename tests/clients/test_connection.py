"""Connections: keep-alive, pipelined refusals, Expect, chunked bodies, slow senders."""

import socket
import time

import pytest

from harness.raw_http import Response, connect, read_response, send, send_bytes
from harness.signing import UNSIGNED, plain

UNSIGNED_HEADER = ("x-amz-content-sha256", UNSIGNED)
SLOW_SECONDS_MAX = 150


def first_bytes(connection):
    """The first line that comes."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(1)
        if not piece:
            break
        data += piece
    return data


def expecting(store, bucket, signer, body, key="object"):
    """A PUT that waits for 100."""
    headers = [UNSIGNED_HEADER, ("Expect", "100-continue")]
    return signer.sign(plain("PUT", f"/{bucket}/{key}", store.host, headers=headers, body=body))


def test_an_authorised_put_is_told_to_go_on(store, s3, bucket):
    request = expecting(store, bucket, store.signer(), b"0123456789")
    with connect(store.address) as connection:
        connection.sendall(request.head_bytes())
        assert first_bytes(connection).startswith(b"HTTP/1.1 100 Continue\r\n")
        connection.sendall(request.body)
        assert read_response(connection, "PUT").status == 200
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"0123456789"


REFUSED = {
    "wrong secret": (lambda store: store.signer(secret_key="wrong" * 8), "object", 403, "SignatureDoesNotMatch"),
    "unknown key": (lambda store: store.signer(access_key="AKNOSUCHKEY000000000"), "object", 403, "InvalidAccessKeyId"),
    "long key": (lambda store: store.signer(), "k" * 1025, 400, "KeyTooLongError"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_put_gets_its_answer_and_no_100(store, s3, bucket, name):
    signer, key, status, code = REFUSED[name]
    request = expecting(store, bucket, signer(store), b"x" * 100_000, key)
    with connect(store.address) as connection:
        connection.sendall(request.head_bytes())
        head = first_bytes(connection)
        assert head.startswith(f"HTTP/1.1 {status} ".encode()), head
        rest = b""
        length = int(
            next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")).split(b":")[1]
        )
        while len(rest) < length:
            rest += connection.recv(length - len(rest))
    assert Response(status, [], rest).error_code() == code
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_a_connection_serves_many_requests(store, s3, bucket):
    with connect(store.address) as connection:
        for number in range(20):
            put = store.signer().sign(plain("PUT", f"/{bucket}/{number}", store.host, body=str(number).encode()))
            connection.sendall(put.to_bytes())
            assert read_response(connection, "PUT").status == 200
            get = store.signer().sign(plain("GET", f"/{bucket}/{number}", store.host))
            connection.sendall(get.to_bytes())
            assert read_response(connection, "GET").body == str(number).encode()
            missing = store.signer().sign(plain("HEAD", f"/{bucket}/missing", store.host))
            connection.sendall(missing.to_bytes())
            assert read_response(connection, "HEAD").status == 404


def chunked(body, size):
    """Plain HTTP/1.1 chunks, unlike aws-chunked."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("size", [0, 10, 300_000])
def test_a_chunked_put_needs_no_length(store, s3, bucket, size):
    body = b"c" * size
    request = plain("PUT", f"/{bucket}/object", store.host, headers=[UNSIGNED_HEADER]).without_header("Content-Length")
    signed = store.signer().sign(request).with_headers(("Transfer-Encoding", "chunked"))
    answer = send_bytes(store.address, signed.head_bytes() + chunked(body, 7_000), "PUT")
    assert answer.status == 200, answer
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == body


def test_a_put_that_takes_no_body_needs_no_length(store, s3, bucket_names):
    name = bucket_names()
    request = plain("PUT", f"/{name}", store.host).without_header("Content-Length")
    assert send(store.address, store.signer().sign(request)).status == 200
    s3.delete_bucket(Bucket=name)


def test_a_client_that_goes_away_stores_nothing(store, s3, bucket):
    request = store.signer().sign(
        plain("PUT", f"/{bucket}/object", store.host, headers=[UNSIGNED_HEADER], body=b"x" * 2_000_000)
    )
    for cut in (0, 1, 500_000, 1_999_999):
        with connect(store.address) as connection:
            connection.sendall(request.head_bytes() + request.body[:cut])
    send(store.address, store.signer().sign(plain("GET", f"/{bucket}", store.host)))
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_request_ids_are_all_different(store, bucket):
    seen = set()
    for _ in range(50):
        answer = send(store.address, store.signer().sign(plain("HEAD", f"/{bucket}", store.host)))
        seen.add(answer.header("x-amz-request-id"))
    assert len(seen) == 50


def trickle(connection, data, each):
    """Sends a byte now and then until the other side gives up; returns the seconds it took."""
    started = time.monotonic()
    connection.settimeout(each)
    for byte in data:
        if time.monotonic() - started > SLOW_SECONDS_MAX:
            raise AssertionError(f"still open after {SLOW_SECONDS_MAX} s")
        try:
            connection.sendall(bytes([byte]))
            if not connection.recv(65536):
                return time.monotonic() - started
            return time.monotonic() - started  # an answer: it gave up politely
        except socket.timeout:
            continue
        except (BrokenPipeError, ConnectionResetError):
            return time.monotonic() - started
    raise AssertionError("it took everything")


@pytest.mark.heavy
@pytest.mark.timeout(400)
def test_a_trickle_of_headers_is_cut_off(store, bucket):
    request = store.signer().sign(plain("GET", f"/{bucket}", store.host))
    with connect(store.address) as connection:
        trickle(connection, request.head_bytes()[:-2] + b"x-slow: " + b"s" * 4000, each=1)


@pytest.mark.heavy
@pytest.mark.timeout(400)
def test_a_body_that_stops_is_cut_off_and_stores_nothing(store, s3, bucket):
    request = store.signer().sign(
        plain("PUT", f"/{bucket}/object", store.host, headers=[UNSIGNED_HEADER], body=b"x" * 100_000)
    )
    with connect(store.address) as connection:
        connection.sendall(request.head_bytes() + request.body[:50_000])
        connection.settimeout(SLOW_SECONDS_MAX)
        data = connection.recv(65536)
    assert not data or data.startswith(b"HTTP/1.1 400 "), data
    assert b"RequestTimeout" in data or not data
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
