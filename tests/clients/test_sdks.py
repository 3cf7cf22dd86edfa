"""What applications do with S3 through the SDKs: ranges, folders, parts, versions, tags, conditions, signed URLs and forms."""

import http.client
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

from harness.clients import WHOLE_CLIENTS
from harness.clients.face import ClientFailed
from harness.files import pattern

MIB = 1024 * 1024


@pytest.fixture(scope="module", params=WHOLE_CLIENTS, ids=lambda kind: kind.name)
def client(request, store, tmp_path_factory):
    """Each client in turn; one process of it serves all tests on a store."""
    adapter = request.param(store, tmp_path_factory.mktemp("sdk"))
    yield adapter
    adapter.close()


def clients_with(what):
    """Those clients that have words for something; the others say in `cannot` why they have none."""
    able = [kind for kind in WHOLE_CLIENTS if what not in kind.cannot]
    return pytest.mark.parametrize("client", able, ids=lambda kind: kind.name, indirect=True, scope="module")


def refused(*codes):
    """Expects a refusal that names one of the codes."""
    return pytest.raises(ClientFailed, match="|".join(codes))


def test_a_range_of_a_text_comes_back(client, bucket):
    client.put_text(bucket, "object", "0123456789")
    assert client.get_text(bucket, "object") == "0123456789"
    assert client.get_text(bucket, "object", range="bytes=2-5") == "2345"


def test_folders_are_told_apart_from_keys(client, bucket):
    for key in ("a/1", "a/2", "a/b/3", "a/b/c/4", "a/ü d/5", "d"):
        client.put_text(bucket, key, key)
    assert client.folders(bucket, "a/") == ({"a/1", "a/2"}, {"a/b/", "a/ü d/"})


@clients_with("parts")
def test_parts_become_one_object(client, s3, bucket, tmp_path):
    path = tmp_path / "8 MiB"
    path.write_bytes(pattern(8 * MIB + 1, client.name))
    done = client.multipart(bucket, "object", path, 5 * MIB)
    assert done["parts"] == 2
    assert done["etag"].endswith('-2"')
    answer = s3.get_object(Bucket=bucket, Key="object")
    assert (answer["ETag"], answer["Body"].read()) == (done["etag"], path.read_bytes())


def test_versions_are_kept_listed_read_and_removed(client, bucket):
    client.enable_versioning(bucket)
    first = client.put_text(bucket, "object", "first")["version"]
    second = client.put_text(bucket, "object", "second")["version"]
    assert first and second and first != second
    assert client.get_text(bucket, "object", version=first) == "first"
    client.remove(bucket, "object")
    with refused("NoSuchKey"):
        client.get_text(bucket, "object")
    found = {(row["version"], row["latest"], row["marker"]) for row in client.versions(bucket)}
    marker = next(version for version, _, is_marker in found if is_marker)
    assert found == {(first, False, False), (second, False, False), (marker, True, True)}
    client.remove(bucket, "object", marker)
    assert client.get_text(bucket, "object") == "second"
    client.remove(bucket, "object", second)
    assert client.get_text(bucket, "object") == "first"
    with refused("NoSuchVersion"):
        client.get_text(bucket, "object", version=second)


@clients_with("marker")
def test_a_removal_tells_of_its_marker(client, bucket):
    client.enable_versioning(bucket)
    client.put_text(bucket, "object", "text")
    left = client.remove(bucket, "object")
    assert left["marker"] and left["version"]
    assert client.remove(bucket, "object", left["version"]) == left


def test_tags_come_with_an_object_and_are_replaced(client, bucket):
    client.put_text(bucket, "object", "text", tags={"team": "red + blue=1", "ü": ""})
    assert client.tags(bucket, "object") == {"team": "red + blue=1", "ü": ""}
    client.set_tags(bucket, "object", {"a": "1", "b": "2"})
    assert client.tags(bucket, "object") == {"a": "1", "b": "2"}
    assert client.get_text(bucket, "object") == "text"


@clients_with("conditions")
def test_conditions_guard_writes_and_reads(client, bucket):
    etag = client.put_text(bucket, "object", "first", ifNoneMatch="*")["etag"]
    with refused("PreconditionFailed"):
        client.put_text(bucket, "object", "second", ifNoneMatch="*")
    assert client.get_text(bucket, "object", ifMatch=etag) == "first"
    client.put_text(bucket, "object", "third", ifMatch=etag)
    with refused("PreconditionFailed"):
        client.put_text(bucket, "object", "fourth", ifMatch=etag)
    with refused("PreconditionFailed"):
        client.get_text(bucket, "object", ifMatch=etag)
    assert client.get_text(bucket, "object", ifNoneMatch=etag) == "third"


def test_a_signed_url_reads(client, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a folder/ü+1", Body=b"shared")
    url = client.presign(bucket, "a folder/ü+1", "GET")
    with urllib.request.urlopen(url, timeout=30) as answer:
        assert answer.read() == b"shared"
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{url}x", timeout=30)
    assert caught.value.code == 403


@clients_with("presign PUT")
def test_a_signed_url_writes(client, s3, bucket):
    url = client.presign(bucket, "a folder/ü+1", "PUT")
    assert sent("PUT", url, b"sent", {}) == (200, b"")
    assert s3.get_object(Bucket=bucket, Key="a folder/ü+1")["Body"].read() == b"sent"


@clients_with("presign POST")
def test_a_signed_form_uploads(client, s3, bucket):
    url, fields = client.presign_post(bucket, "by a form")
    assert post_form(url, {**fields, "file": "from a page"}) == (204, b"")
    assert s3.get_object(Bucket=bucket, Key="by a form")["Body"].read() == b"from a page"
    status, answer = post_form(url, {**fields, "key": "another", "file": "from a page"})
    assert (status, b"<Code>AccessDenied</Code>" in answer) == (403, True), answer


def post_form(url, fields):
    """Sends a form as a page does, the file last; returns status and body."""
    parts = [f'--line\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    body = ("".join(parts) + "--line--\r\n").encode()
    return sent("POST", url, body, {"Content-Type": "multipart/form-data; boundary=line"})


def sent(method, url, body, headers):
    """Sends a request with these headers and no others; returns status and body."""
    target = urlsplit(url)
    connection = http.client.HTTPConnection(target.netloc, timeout=30)
    connection.request(method, f"{target.path}?{target.query}" if target.query else target.path, body, headers)
    with connection.getresponse() as answer:
        return answer.status, answer.read()
