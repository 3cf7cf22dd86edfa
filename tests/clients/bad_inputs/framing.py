"""HTTP itself: Host, lengths, header sections, line ends in values (rows 50 to 53, 59, 60, 101)."""

from .table import Raw, case

UNSIGNED = [("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]


@case(50, 400, "InvalidRequest")
def no_host(arena):
    return arena.signed_read().without_header("Host")


@case(50, 400, "InvalidRequest")
def two_hosts(arena):
    return arena.signed_read().with_headers(("Host", "elsewhere.test"))


@case(50, 400, "InvalidRequest")
def target_of_another_host(arena):
    return arena.signed_read(path=f"http://elsewhere.test{arena.path()}")


@case(51, 411, "MissingContentLength")
def put_without_a_length(arena):
    return arena.sign(arena.put(headers=UNSIGNED, body=b"").without_header("Content-Length"))


@case(51, 411, "MissingContentLength")
def part_without_a_length(arena):
    query = [("partNumber", "1"), ("uploadId", arena.ids["upload"])]
    return arena.sign(arena.put("upload", query=query, headers=UNSIGNED, body=b"").without_header("Content-Length"))


def put_with(arena, *headers, body=b"0123456789"):
    """A signed PUT with length headers of its own."""
    request = arena.sign(arena.put(headers=UNSIGNED, body=b"").without_header("Content-Length"))
    return Raw(request.with_headers(*headers).head_bytes() + body)


def closed(response, arena):
    """The connection cannot be used again."""
    assert (response.header("connection") or "").lower() == "close"


@case(
    52, 400, "InvalidArgument", each=["-10", "", "ten", "+10", "0x10", "10 10", "99999999999999999999999"], check=closed
)
def length_is_no_number(arena, value):
    return put_with(arena, ("Content-Length", value))


@case(52, 400, "InvalidArgument", check=closed)
def two_different_lengths(arena):
    return put_with(arena, ("Content-Length", "10"), ("Content-Length", "5"))


@case(53, 400, "InvalidRequest", check=closed)
def length_and_transfer_encoding(arena):
    smuggled = b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    return put_with(arena, ("Content-Length", str(len(smuggled))), ("Transfer-Encoding", "chunked"), body=smuggled)


@case(59, 400, "RequestHeaderSectionTooLarge", head=True)
def header_section_over_8_kib(arena):
    return arena.signed_read(headers=[(f"x-filler-{number}", "f" * 900) for number in range(10)])


@case(59, 400, "RequestHeaderSectionTooLarge")
def one_header_over_8_kib(arena):
    return arena.signed_put(headers=[("x-filler", "f" * 9000)])


OVERRIDES = ["response-content-type", "response-content-disposition", "response-expires", "response-cache-control"]


@case(60, 400, "InvalidArgument", each=OVERRIDES)
def line_end_in_an_override(arena, name):
    return arena.signed("GET", query=[(name, "text/plain\r\nx-injected: 1")])


@case(60, 400, "InvalidArgument", each={"CR": "a\rb", "NUL": "a\x00b"})
def control_byte_in_metadata(arena, value):
    return arena.signed_put(headers=[("x-amz-meta-a", value)])


@case(101, 405, "MethodNotAllowed", each=["PATCH", "TRACE", "NONSENSE", "get"])
def unknown_method(arena, method):
    return arena.sign(arena.request(method))


@case(101, 405, "MethodNotAllowed", each=["PUT", "DELETE"])
def method_that_the_service_does_not_have(arena, method):
    return arena.sign(arena.request(method, path="/"))
