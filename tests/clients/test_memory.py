"""Many large uploads at once: all of them finish, and a gateway's memory stays what it was told."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import KINDS
from harness.files import pattern
from harness.raw_http import Request, connect, read_response
from harness.signing import UNSIGNED

MIB = 1024 * 1024
UPLOADS = 256
UPLOAD_BYTES = 12 * MIB  # several blobs: all uploads together are many times the memory that they may have
DECLARED_BYTES = 1024 * MIB
GATEWAY_BYTES_MAX = 1024 * MIB

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]
ON_A_CLUSTER = pytest.mark.parametrize(
    "store", [kind for kind in KINDS if kind == "cluster"], indirect=True, scope="session"
)


def begin(store, bucket, key, length):
    """A connection to the first gateway on which an upload has begun."""
    headers = [("Host", store.host), ("x-amz-content-sha256", UNSIGNED), ("Content-Length", str(length))]
    request = store.signer().sign(Request("PUT", f"/{bucket}/{key}", headers=headers))
    connection = connect(store.address)
    connection.settimeout(600)
    connection.sendall(request.head_bytes())
    return connection


def peak_bytes(pid):
    """The most memory that a process ever had resident."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) * 1024


@ON_A_CLUSTER
def test_256_uploads_at_once_finish_within_the_memory_of_a_gateway(store, s3, bucket):
    block = pattern(MIB, 1)
    digest = hashlib.md5(block * (UPLOAD_BYTES // MIB)).hexdigest()
    connections = [begin(store, bucket, f"upload/{number}", UPLOAD_BYTES) for number in range(UPLOADS)]

    def upload(connection):
        for _ in range(UPLOAD_BYTES // MIB):
            connection.sendall(block)
        with connection:
            return read_response(connection, "PUT")

    with ThreadPoolExecutor(UPLOADS) as pool:
        answers = list(pool.map(upload, connections))
    assert {answer.status for answer in answers} == {200}, [str(answer) for answer in answers if answer.status != 200][:3]
    assert {answer.header("etag") for answer in answers} == {f'"{digest}"'}
    assert peak_bytes(store.processes("gateway")[0]["pid"]) < GATEWAY_BYTES_MAX


@ON_A_CLUSTER
def test_256_uploads_of_a_gibibyte_that_break_off_leave_a_gateway_within_its_memory(store, s3, bucket):
    block = pattern(MIB, 2)
    connections = [begin(store, bucket, f"broken/{number}", DECLARED_BYTES) for number in range(UPLOADS)]

    def feed(connection):
        for _ in range(UPLOAD_BYTES // MIB):
            connection.sendall(block)
        connection.close()

    with ThreadPoolExecutor(UPLOADS) as pool:
        list(pool.map(feed, connections))
    assert peak_bytes(store.processes("gateway")[0]["pid"]) < GATEWAY_BYTES_MAX
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
