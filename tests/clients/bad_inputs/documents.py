"""XML documents (rows 80 to 84)."""

from harness.checksums import md5_base64

from .table import case
from .uploads import complete_body

MALFORMED = "MalformedXML"
OVER_LIMIT = "MaxMessageLengthExceeded"


def delete(arena, body, md5=True):
    """A signed DeleteObjects."""
    headers = [("Content-MD5", md5_base64(body))] if md5 else []
    return arena.signed("POST", None, query=[("delete", None)], headers=headers, body=body)


def complete(arena, body):
    """A signed Complete with any body."""
    return arena.signed("POST", "upload", query=[("uploadId", arena.ids["upload"])], body=body)


def create_bucket(arena, body):
    """A signed CreateBucket with any body."""
    return arena.sign(arena.request("PUT", path="/made-by-a-bad-document", body=body))


def document(name, inside):
    """A document whose root is right for its operation."""
    root = {"delete": "Delete", "complete": "CompleteMultipartUpload", "create": "CreateBucketConfiguration"}[name]
    return f"<{root}>{inside}</{root}>".encode()


SENDERS = {"delete": delete, "complete": complete, "create": create_bucket}
BROKEN = {
    "text": lambda name: b"this is not XML",
    "cut": lambda name: document(name, "<A>")[:-5],
    "crossed": lambda name: document(name, "<A><B></A></B>"),
    "wrong root": lambda name: b"<Nonsense><Object><Key>object</Key></Object></Nonsense>",
    "no UTF-8": lambda name: document(name, "<Key>*</Key>").replace(b"*", b"\xff\xfe"),
    "two roots": lambda name: document(name, "") * 2,
    "undefined entity": lambda name: document(name, "<Key>&nope;</Key>"),
}


@case(80, 400, MALFORMED, each={f"{sender}, {kind}": (sender, kind) for sender in SENDERS for kind in BROKEN})
def document_is_broken(arena, value):
    sender, kind = value
    return SENDERS[sender](arena, BROKEN[kind](sender))


@case(80, 400, MALFORMED)
def unknown_element_in_a_configuration(arena):
    return create_bucket(arena, document("create", "<Nonsense>1</Nonsense>"))


@case(80, 400, "InvalidLocationConstraint", each=["mars-north-1"])
def bucket_in_another_region(arena, region):
    return create_bucket(arena, document("create", f"<LocationConstraint>{region}</LocationConstraint>"))


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
DOCTYPES = {
    "plain": "<!DOCTYPE Delete>",
    "bomb": f"<!DOCTYPE Delete [{BOMB}]>",
    "external": '<!DOCTYPE Delete [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "parameter": '<!DOCTYPE Delete [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>',
}


@case(81, 400, MALFORMED, each={f"{s}, {d}": (s, d) for s in ("delete", "complete") for d in DOCTYPES})
def document_with_a_doctype(arena, value):
    sender, kind = value
    inside = {"delete": "<Object><Key>&l9;&x;</Key></Object>", "complete": complete_body([(1, "&l9;&x;")]).decode()}[
        sender
    ]
    body = inside if sender == "complete" else document(sender, inside).decode()
    return SENDERS[sender](arena, ("<?xml version='1.0'?>" + DOCTYPES[kind] + body).encode())


@case(82, 400, (MALFORMED, OVER_LIMIT), each=["delete", "complete"])
def document_nested_100000_deep(arena, sender):
    return SENDERS[sender](arena, document(sender, "<a>" * 100_000))


@case(82, 400, (MALFORMED, OVER_LIMIT), each=["delete", "complete"])
def document_with_80000_attributes(arena, sender):
    attributes = " ".join(f'a{number}=""' for number in range(80_000))
    return SENDERS[sender](arena, document(sender, f"<a {attributes}/>"))


@case(82, 400, (MALFORMED, OVER_LIMIT))
def document_with_a_million_namespaces(arena):
    names = " ".join(f'xmlns:n{number}="u"' for number in range(1_000_000))
    return complete(arena, document("complete", f"<a {names}/>"))


@case(83, 400, MALFORMED)
def delete_of_1001_keys(arena):
    keys = "<Object><Key>object</Key></Object>" * 1001
    return delete(arena, document("delete", keys))


@case(83, 400, MALFORMED)
def delete_of_no_key(arena):
    return delete(arena, document("delete", ""))


@case(83, 400, "InvalidRequest")
def delete_without_a_checksum(arena):
    return delete(arena, document("delete", "<Object><Key>object</Key></Object>"), md5=False)


@case(83, 400, "BadDigest")
def delete_with_the_md5_of_another_body(arena):
    headers = [("Content-MD5", md5_base64(b"another"))]
    body = document("delete", "<Object><Key>object</Key></Object>")
    return arena.signed("POST", None, query=[("delete", None)], headers=headers, body=body)


@case(84, 400, OVER_LIMIT, each=["delete", "complete"])
def document_over_the_limit(arena, sender):
    return SENDERS[sender](arena, document(sender, " " * (8 * 1024 * 1024)))


@case(84, 400, "MissingRequestBodyError")
def document_is_missing(arena):
    return SENDERS["delete"](arena, b"")


@case(78, 400, "MalformedXML")
def list_of_parts_is_missing(arena):
    return SENDERS["complete"](arena, b"")
