"""The table itself: what a case is, and the requests' common beginnings.

A case is a function from an `Arena` to the request to send. The row is its number in the project's list of bad inputs;
row 0 holds the plain refusals that every S3 client meets.
"""

from dataclasses import dataclass, field, replace

from harness.raw_http import Request
from harness.signing import plain, streaming_put

ROWS = range(1, 106)

# Rows that are tested beside the table: each with its file, and the functions in it.
BESIDE = {
    85: ("test_object_lock.py", "test_a_default_that_is_none_is_refused"),
    22: ("test_admin.py", "test_a_revoked_key_is_refused_by_every_gateway_within_five_seconds"),
    47: ("test_signing.py", "test_slashes_and_their_encodings_are_three_keys"),
    61: ("test_connection.py", "test_a_trickle_of_headers_is_cut_off", "test_a_body_that_stops_is_cut_off_and_stores_nothing"),
    66: ("test_policy.py", "test_a_copy_reads_its_source_and_says_which"),
    71: (
        "test_encryption.py",
        "test_an_object_with_a_customers_key_is_read_with_that_key_alone",
        "test_customers_keys_come_over_plain_http_only_where_they_may",
    ),
    86: ("test_policy.py", "test_a_malformed_policy_is_refused_with_its_reason"),
    87: ("test_post_forms.py", "test_a_bad_form_gets_its_error_and_stores_nothing"),
    88: ("test_post_forms.py", "test_a_bad_form_gets_its_error_and_stores_nothing"),
    89: ("test_post_forms.py", "test_a_broken_form_gets_its_error_and_stores_nothing"),
    96: ("test_policy.py", "test_the_owner_is_bound_by_a_deny_and_can_always_mend_the_policy"),
    97: ("test_policy.py", "test_an_address_decides_by_the_connection_and_not_by_what_headers_say"),
    99: ("test_admin.py", "test_only_administrators_administer"),
    104: ("test_policy.py", "test_public_policies_are_refused_or_restricted_where_they_are_blocked"),
}

# Rows of features that this version does not have, or not yet.
LATER = {
    19: "temporary credentials come with STS",
    21: "temporary credentials come with STS",
    98: "web identities come with STS",
    100: "calls between nodes: tested beside their server",
}


@dataclass
class Arena:
    """A bucket with known contents, and requests at it that are right until a case makes them wrong."""

    store: object
    bucket: str
    other: str
    ids: dict = field(default_factory=dict)
    read_method: str = "GET"
    foreigner: object = None

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
    """One bad request and its answer; `code` may be a tuple of codes where a body can break two rules at once.

    `arena` names what the request finds: see arenas.py.
    """

    row: int
    name: str
    build: object
    status: int
    code: object
    head: bool = False
    check: object = None
    arena: str = "plain"

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


def case(row, status, code, each=None, head=False, check=None, arena="plain"):
    """Enters a function into the table: once, or once for each value; with `head` for HEAD too."""

    def enter(build):
        for suffix, bound in bind(build, each):
            name = build.__name__ + suffix
            TABLE.append(Case(row, name, bound, status, code, False, check, arena))
            if head:
                TABLE.append(Case(row, name, bound, status, code, True, None, arena))
        return build

    return enter


def bind(build, each):
    """(suffix, function of the arena) for each value."""
    if each is None:
        return [("", build)]
    named = each.items() if isinstance(each, dict) else [(str(value), value) for value in each]
    return [(f"[{name}]", lambda arena, v=value: build(arena, v)) for name, value in named]
