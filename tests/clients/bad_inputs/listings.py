"""Parameters of listings (rows 90 to 92)."""

from harness.raw_http import send

from .table import case

NO_NUMBERS = ["-1", "abc", "2147483648", "1.5", "99999999999999999999"]
V1, V2, VERSIONS, UPLOADS = [], [("list-type", "2")], [("versions", None)], [("uploads", None)]
KINDS = {"v1": V1, "v2": V2, "versions": VERSIONS}


@case(90, 400, "InvalidArgument", each={f"{k}, {n}": (q, n) for k, q in KINDS.items() for n in NO_NUMBERS})
def max_keys_is_no_number(arena, value):
    query, number = value
    return arena.signed("GET", None, query=[*query, ("max-keys", number)])


@case(90, 400, "InvalidArgument", each=NO_NUMBERS)
def max_uploads_is_no_number(arena, number):
    return arena.signed("GET", None, query=[*UPLOADS, ("max-uploads", number)])


@case(
    90,
    400,
    "InvalidArgument",
    each={f"{name} {n}": (name, n) for name in ("max-parts", "part-number-marker") for n in NO_NUMBERS},
)
def list_parts_by_no_number(arena, pair):
    return arena.signed("GET", "upload", query=[("uploadId", arena.ids["upload"]), pair])


@case(90, 400, "InvalidArgument", each=[*NO_NUMBERS, "0", "10001"])
def max_buckets_is_out_of_range(arena, number):
    return arena.sign(arena.request("GET", path="/", query=[("max-buckets", number)]))


TOKENS = ["garbage", "AAAA", "1", "//////", "é😀", "x" * 3000]


@case(91, 400, "InvalidArgument", each=TOKENS)
def token_of_nobody(arena, token):
    return arena.signed("GET", None, query=[*V2, ("continuation-token", token)])


@case(91, 400, "InvalidArgument")
def token_of_another_bucket(arena):
    first = arena.signed("GET", path=f"/{arena.other}", query=[*V2, ("max-keys", "1")])
    token = send(arena.store.address, first).xml().findtext("NextContinuationToken")
    return arena.signed("GET", None, query=[*V2, ("continuation-token", token)])


@case(91, 400, "InvalidArgument", each=TOKENS[:3])
def token_of_no_list_of_buckets(arena, token):
    return arena.sign(arena.request("GET", path="/", query=[("continuation-token", token)]))


@case(92, 400, "InvalidArgument", each={**KINDS, "uploads": UPLOADS})
def unknown_encoding(arena, query):
    return arena.signed("GET", None, query=[*query, ("encoding-type", "xml")])


@case(91, 400, "InvalidArgument")
def version_marker_without_a_key_marker(arena):
    return arena.signed("GET", None, query=[*VERSIONS, ("version-id-marker", "null")])
