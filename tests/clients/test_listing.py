"""Listings against a model: random keys, random questions, every page."""

import random
from urllib.parse import unquote_plus

import pytest

from harness import listing_model
from harness.errors import refused
from harness.keys import AWKWARD_KEYS
from harness.raw_http import send
from harness.signing import plain

KEY_COUNT = 260
QUESTIONS = 120
PIECES = [
    "a",
    "b",
    "ab",
    "/",
    "//",
    "-",
    " ",
    "+",
    "%",
    "é",
    "😀",
    "z",
    ".",
    "A",
    "0",
    "&<>",
    "\\",
    "=",
    "~",
    "\ud7ff",
    "\uffee",
]
LISTS = {
    "v1": ([], "marker"),
    "v2": ([("list-type", "2")], "start-after"),
    "versions": ([("versions", None)], "key-marker"),
}


def random_key(generator):
    """A key whose parts repeat, so that prefixes meet; never one that climbs out."""
    key = "".join(generator.choice(PIECES) for _ in range(generator.randint(1, 9)))
    return key if ".." not in key else key.replace(".", "x")


@pytest.fixture(scope="module")
def listed(store, seed):
    """A bucket of random keys, and the keys."""
    generator = random.Random(f"{seed} listing")
    keys = {random_key(generator) for _ in range(KEY_COUNT)} | {"a/b/c", "a/b/d", "a/", "/", "a"}
    s3, bucket = store.s3(), f"listing-{random.SystemRandom().randrange(16**10):x}"
    s3.create_bucket(Bucket=bucket)
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    yield bucket, keys
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True})
    s3.delete_bucket(Bucket=bucket)


class Question:
    """One random listing."""

    def __init__(self, generator, keys):
        some = sorted(keys)
        part = generator.choice(some)
        self.kind = generator.choice(list(LISTS))
        self.prefix = generator.choice(["", "", "a", "a/", part[: generator.randint(0, len(part))], "nothing"])
        self.delimiter = generator.choice(["", "", "/", "/", "a", "//", "é", "-", "/b"])
        self.limit = generator.choice([1, 2, 3, 7, 50, 1000, 5000])
        self.encoded = generator.random() < 0.6
        self.after = "" if self.delimiter else generator.choice(["", part, part[:2], "~", "\x7f"])

    def query(self, after):
        """The parameters of a page that begins after `after`."""
        base, marker = LISTS[self.kind]
        pairs = [*base, ("max-keys", str(self.limit))]
        pairs += [("prefix", self.prefix)] if self.prefix else []
        pairs += [("delimiter", self.delimiter)] if self.delimiter else []
        pairs += [("encoding-type", "url")] if self.encoded else []
        return pairs + ([(marker, after)] if after else [])

    def decode(self, text):
        """A name of the answer as a key."""
        if text is None or not self.encoded:
            return text or ""
        assert text.isascii() and not set(text) & set(' <>&"\\'), f"not encoded: {text!r}"
        return unquote_plus(text)

    def __repr__(self):
        return str(vars(self))


def ask(store, bucket, query, gateway=0):
    """A listing over the wire."""
    request = store.signer().sign(plain("GET", f"/{bucket}", store.host, query=query))
    answer = send(store.address_of(gateway) if gateway else store.address, request)
    assert answer.status == 200, answer
    return answer.xml()


def entry_names(root, question):
    """(keys, prefixes) of an answer."""
    tag = "Version" if question.kind == "versions" else "Contents"
    keys = [question.decode(entry.findtext("Key")) for entry in root.findall(tag)]
    prefixes = [question.decode(entry.findtext("Prefix")) for entry in root.findall("CommonPrefixes")]
    return keys, prefixes


def following(root, question, page):
    """The parameters that ask for the next page."""
    if question.kind == "v2":
        return [*question.query(""), ("continuation-token", root.findtext("NextContinuationToken"))]
    if question.kind == "versions":
        assert root.findtext("NextVersionIdMarker") is not None or page.last in page.prefixes
        return question.query(question.decode(root.findtext("NextKeyMarker")))
    given = root.findtext("NextMarker")
    assert (given is not None) == bool(question.delimiter), "NextMarker goes with a delimiter"
    return question.query(question.decode(given) if given is not None else page.last)


def test_every_page_of_every_listing_is_that_of_the_model(store, listed, seeded):
    bucket, keys = listed
    for _ in range(QUESTIONS):
        question = Question(seeded, keys)
        after, query = question.after, question.query(question.after)
        for _page in range(5):
            expected = listing_model.page(keys, question.prefix, question.delimiter, after, question.limit)
            root = ask(store, bucket, query)
            assert entry_names(root, question) == (expected.keys, expected.prefixes), f"{question} after {after!r}"
            assert root.findtext("IsTruncated") == str(expected.truncated).lower(), f"{question} after {after!r}"
            assert root.findtext("MaxKeys") == str(min(question.limit, 1000)), question
            if question.kind == "v2":
                assert root.findtext("KeyCount") == str(len(expected.keys) + len(expected.prefixes)), question
            if not expected.truncated:
                break
            after, query = expected.last, following(root, question, expected)


def test_what_was_asked_is_echoed(store, listed):
    bucket, _ = listed
    root = ask(
        store,
        bucket,
        [("prefix", "a+ b/"), ("delimiter", "+/"), ("marker", "a b"), ("encoding-type", "url"), ("max-keys", "3")],
    )
    echoed = {
        name: unquote_plus(root.findtext(name) or "")
        for name in ("Prefix", "Delimiter", "Marker", "EncodingType", "Name", "MaxKeys")
    }
    assert echoed == {
        "Prefix": "a+ b/",
        "Delimiter": "+/",
        "Marker": "a b",
        "EncodingType": "url",
        "Name": bucket,
        "MaxKeys": "3",
    }
    plain_root = ask(store, bucket, [])
    assert (plain_root.findtext("Marker"), plain_root.findtext("Prefix"), plain_root.findtext("MaxKeys")) == (
        "",
        "",
        "1000",
    )
    v2 = ask(store, bucket, [("list-type", "2"), ("start-after", "a"), ("max-keys", "1")])
    assert v2.findtext("StartAfter") == "a" and v2.find("Marker") is None


def test_no_keys_asked_is_none_and_the_end(store, listed):
    bucket, _ = listed
    for base, _marker in LISTS.values():
        root = ask(store, bucket, [*base, ("max-keys", "0")])
        assert (root.findtext("IsTruncated"), root.findtext("MaxKeys")) == ("false", "0")
        assert not root.findall("Contents") and not root.findall("Version") and not root.findall("CommonPrefixes")


def test_an_empty_delimiter_is_none(store, listed):
    bucket, keys = listed
    root = ask(store, bucket, [("delimiter", ""), ("prefix", "a/")])
    found = [entry.findtext("Key") for entry in root.findall("Contents")]
    assert found == listing_model.page(keys, "a/").keys and not root.findall("CommonPrefixes")


def test_a_token_beats_start_after_and_both_are_echoed(store, listed):
    bucket, keys = listed
    first = ask(store, bucket, [("list-type", "2"), ("max-keys", "3")])
    token = first.findtext("NextContinuationToken")
    query = [("list-type", "2"), ("continuation-token", token), ("start-after", "zzz"), ("encoding-type", "url")]
    root = ask(store, bucket, query)
    found = [unquote_plus(entry.findtext("Key")) for entry in root.findall("Contents")]
    assert found == listing_model.in_order(keys)[3:][:1000]
    assert (root.findtext("ContinuationToken"), root.findtext("StartAfter")) == (token, "zzz")


def test_an_empty_token_counts_as_absent_and_is_echoed(store, listed):
    bucket, _ = listed
    root = ask(store, bucket, [("list-type", "2"), ("continuation-token", ""), ("max-keys", "1")])
    assert root.find("ContinuationToken") is not None and len(root.findall("Contents")) == 1


def test_a_token_of_one_gateway_is_good_at_another(store, listed):
    bucket, keys = listed
    found, token, gateway = [], [], 0
    while token is not None:
        root = ask(store, bucket, [("list-type", "2"), ("max-keys", "40"), ("encoding-type", "url"), *token], gateway)
        found += [unquote_plus(entry.findtext("Key")) for entry in root.findall("Contents")]
        text = root.findtext("NextContinuationToken")
        token, gateway = [("continuation-token", text)] if text else None, gateway + 1
    assert found == listing_model.in_order(keys)


def test_more_than_a_thousand_keys_come_in_pages(s3, bucket):
    names = [f"key-{number:05d}" for number in range(1203)]
    for name in names:
        s3.put_object(Bucket=bucket, Key=name, Body=b"")
    first = s3.list_objects_v2(Bucket=bucket, MaxKeys=5000)
    assert (first["KeyCount"], first["MaxKeys"], first["IsTruncated"]) == (1000, 1000, True)
    for operation in ("list_objects", "list_objects_v2", "list_object_versions"):
        pages = s3.get_paginator(operation).paginate(Bucket=bucket)
        assert [e["Key"] for page in pages for e in page.get("Contents", page.get("Versions", []))] == names


def test_entries_tell_size_etag_time_and_class(s3, bucket):
    put = s3.put_object(Bucket=bucket, Key="a", Body=b"12345")
    head = s3.head_object(Bucket=bucket, Key="a")
    for entry in (
        s3.list_objects(Bucket=bucket)["Contents"][0],
        s3.list_objects_v2(Bucket=bucket)["Contents"][0],
        s3.list_object_versions(Bucket=bucket)["Versions"][0],
    ):
        assert (entry["Size"], entry["ETag"], entry["StorageClass"]) == (5, put["ETag"], "STANDARD")
        assert entry["LastModified"].replace(microsecond=0) == head["LastModified"]


def test_control_characters_come_only_encoded(store, s3, bucket):
    key = AWKWARD_KEYS["control"]
    s3.put_object(Bucket=bucket, Key=key, Body=b"")
    for base, _marker in LISTS.values():
        request = plain("GET", f"/{bucket}", store.host, query=[*base, ("encoding-type", "url")])
        answer = send(store.address, store.signer().sign(request))
        assert unquote_plus(answer.xml().find(".//Key").text) == key
        unencoded = send(store.address, store.signer().sign(plain("GET", f"/{bucket}", store.host, query=base)))
        assert not any(byte < 32 and byte not in b"\t\r\n" for byte in unencoded.body)
    s3.delete_object(Bucket=bucket, Key=key)


def test_a_bucket_without_keys_lists_nothing(store, s3, bucket):
    for base, _marker in LISTS.values():
        root = ask(store, bucket, base)
        assert root.findtext("IsTruncated") == "false" and not root.findall("Contents") and not root.findall("Version")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_missing_bucket_has_no_listing(s3):
    with refused(404, "NoSuchBucket"):
        s3.list_objects_v2(Bucket="no-such-bucket-of-anybody")
