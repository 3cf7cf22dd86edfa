"""The table itself: what a case is, and the requests' common beginnings.

A case is a function from an `Arena` to the request to send. The row is its number in the project's list of bad inputs;
row 0 holds the plain refusals that every S3 client meets.
"""

from dataclasses import dataclass, field, replace

from harness.raw_http import Request
from harness.signing import plain, streaming_put

ROWS = range(1, 106)

# Rows that concern features of later versions, or what these suites cannot see from outside.
LATER = {
    19: "temporary credentials come with STS",
    21: "temporary credentials come with STS",
    22: "keys can be disabled once there are users",
    61: "test_connection.py",
    66: "read rights can differ once there are users",
    70: "encryption",
    71: "encryption",
    74: "tags",
    85: "rules for other origins: test_cors.py; lifecycle and replication come later",
    86: "bucket policies",
    87: "test_post_forms.py",
    88: "test_post_forms.py",
    89: "test_post_forms.py",
    95: "object lock",
    96: "policies",
    97: "policies on addresses",
    98: "web identities",
    99: "users",
    100: "calls between nodes: tested beside their server",
    102: "object lock",
    104: "public access block",
}


@dataclass
class Arena:
    """A bucket with known contents, and requests at it that are right until a case makes them wrong."""

    store: object
    bucket: str
    other: str
    ids: dict = field(default_factory=dict)
    read_method: str = "GET"

    @property
    def signer(self):
        """The right signer."""
        return self.store.signer()

    def path(self, key="object"):
        """The path of a key, as it is written."""
        return f"/{self.bucket}/{key}" if key is not None else f"/{self.bucket}"

    def request(self, method, key="object", query=(), headers=(), body=b"", path=None):
        """An unsigned request at the bucket (key None) or at a key."""
        return plain(method, path or self.path(key), self.store.host, query, headers, body)

    def read(self, key="object", **options):
        """An unsigned GET, or the HEAD of the same."""
        return self.request(self.read_method, key, **options)

    def put(self, key="object", body=b"new bytes", **options):
        """An unsigned PUT that would overwrite."""
        return self.request("PUT", key, body=body, **options)

    def sign(self, request, **options):
        """Signs rightly."""
        return self.signer.sign(request, **options)

    def signed(self, method, key="object", **options):
        """A signed request."""
        return self.sign(self.request(method, key, **options))

    def signed_read(self, key="object", **options):
        """A signed GET or HEAD."""
        return self.sign(self.read(key, **options))

    def signed_put(self, key="object", **options):
        """A signed PUT."""
        return self.sign(self.put(key, **options))

    def stream(self, chunks, *arguments, **wrong):
        """A PUT with an aws-chunked body."""
        request = Request("PUT", self.path(), [], [("Host", self.store.host)])
        return streaming_put(self.signer, request, chunks, *arguments, **wrong)


@dataclass(frozen=True)
class Raw:
    """Bytes to send as they are; with `half_close` our side ends after them."""

    data: bytes
    method: str = "PUT"
    half_close: bool = False


@dataclass(frozen=True)
class Case:
    """One bad request and its answer; `code` may be a tuple of codes where a body can break two rules at once."""

    row: int
    name: str
    build: object
    status: int
    code: object
    head: bool = False
    check: object = None

    def id(self):
        """The name in the report."""
        return f"row{self.row}-{self.name}" + ("-HEAD" if self.head else "")

    def request(self, arena):
        """The request to send."""
        return self.build(replace(arena, read_method="HEAD" if self.head else "GET"))

    def codes(self):
        """All codes that are right."""
        return self.code if isinstance(self.code, tuple) else (self.code,)


TABLE = []


def case(row, status, code, each=None, head=False, check=None):
    """Enters a function into the table: once, or once for each value; with `head` for HEAD too."""

    def enter(build):
        for suffix, bound in bind(build, each):
            name = build.__name__ + suffix
            TABLE.append(Case(row, name, bound, status, code, False, check))
            if head:
                TABLE.append(Case(row, name, bound, status, code, True, None))
        return build

    return enter


def bind(build, each):
    """(suffix, function of the arena) for each value."""
    if each is None:
        return [("", build)]
    named = each.items() if isinstance(each, dict) else [(str(value), value) for value in each]
    return [(f"[{name}]", lambda arena, v=value: build(arena, v)) for name, value in named]
