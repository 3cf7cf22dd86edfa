"""Tags: in headers and in documents, of objects and of buckets (row 74)."""

from urllib.parse import quote

from .table import case

BAD_TAGS = {
    "twice": [("a", "1"), ("a", "2")],
    "no key": [("", "1")],
    "bad letter": [("a", "{")],
    "long key": [("k" * 129, "1")],
    "long value": [("a", "v" * 257)],
    "reserved": [("aws:a", "1")],
}
ELEVEN = [(f"key{number}", "1") for number in range(11)]


def in_header(tags):
    """Tags as x-amz-tagging has them."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in tags)


def document(tags):
    """Tags as a document."""
    return f"<Tagging><TagSet>{''.join(f'<Tag><Key>{n}</Key><Value>{v}</Value></Tag>' for n, v in tags)}</TagSet></Tagging>"


@case(74, 400, "InvalidTag", each=BAD_TAGS)
def put_with_a_bad_tag(arena, tags):
    return arena.signed_put(headers=[("x-amz-tagging", in_header(tags))])


@case(74, 400, "InvalidTag", each=BAD_TAGS)
def upload_with_a_bad_tag(arena, tags):
    return arena.signed("POST", query=[("uploads", None)], headers=[("x-amz-tagging", in_header(tags))])


@case(74, 400, "InvalidTag", each=BAD_TAGS)
def copy_with_a_bad_tag(arena, tags):
    source = ("x-amz-copy-source", f"{arena.bucket}/object")
    headers = [source, ("x-amz-tagging-directive", "REPLACE"), ("x-amz-tagging", in_header(tags))]
    return arena.signed_put("copy", body=b"", headers=headers)


@case(74, 400, "BadRequest")
def put_with_eleven_tags(arena):
    return arena.signed_put(headers=[("x-amz-tagging", in_header(ELEVEN))])


@case(74, 400, "InvalidArgument", each=["a=%zz", "%ff=1"])
def put_with_tags_in_bad_encoding(arena, text):
    return arena.signed_put(headers=[("x-amz-tagging", text)])


@case(74, 400, "InvalidTag", each=BAD_TAGS)
def tags_of_an_object(arena, tags):
    return arena.signed_put(query=[("tagging", None)], body=document(tags).encode())


@case(74, 400, "BadRequest")
def eleven_tags_of_an_object(arena):
    return arena.signed_put(query=[("tagging", None)], body=document(ELEVEN).encode())


@case(80, 400, "MalformedXML", each={"no value": "<Tag><Key>a</Key></Tag>", "unknown": "<Nonsense/>"})
def tags_in_a_bad_document(arena, inside):
    body = f"<Tagging><TagSet>{inside}</TagSet></Tagging>".encode()
    return arena.signed_put(query=[("tagging", None)], body=body)


@case(64, 404, "NoSuchVersion")
def tags_of_an_unknown_version(arena):
    query = [("tagging", None), ("versionId", "A" * 36)]
    return arena.signed_put(query=query, body=document([("a", "1")]).encode())
