"""Bodies: aws-chunked frames, trailers, checksums, MD5 (rows 23 to 35, 54 to 57, 103)."""

from harness.checksums import ALGORITHMS, checksum, header, md5_base64
from harness.signing import STREAMING_SIGNED, STREAMING_SIGNED_TRAILER, STREAMING_UNSIGNED_TRAILER, flip_last

from .table import Raw, case

CHUNK = 16 * 1024
CHUNKS = [bytes([65 + number]) * CHUNK for number in range(4)]
BODY = b"".join(CHUNKS)
FIVE_GIB = 5 * 1024**3
TRAILER_MODES = {"signed": STREAMING_SIGNED_TRAILER, "unsigned": STREAMING_UNSIGNED_TRAILER}
CRC32_TRAILER = [(header("CRC32"), checksum("CRC32", BODY))]


def wrong_chunk_signature(frames):
    """The second chunk with another signature."""
    head, _, data = frames[1].partition(b"\r\n")
    return [frames[0], flip_last(head.decode()).encode() + b"\r\n" + data, *frames[2:]]


FRAMES = {
    "wrong signature": wrong_chunk_signature,
    "reordered": lambda f: [f[1], f[0], *f[2:]],
    "replayed": lambda f: [f[0], f[0], *f[2:]],
    "dropped": lambda f: [f[0], *f[2:]],
    "other bytes": lambda f: [f[0].replace(b"AAAA", b"AAAB", 1), *f[1:]],
}


@case(23, 403, "SignatureDoesNotMatch")
def middle_chunk_signed_wrongly(arena):
    return arena.stream(CHUNKS, tamper=wrong_chunk_signature)


@case(24, 403, "SignatureDoesNotMatch", each=FRAMES)
def chunks_tampered_with(arena, tamper):
    return arena.stream(CHUNKS, tamper=tamper)


@case(25, 400, "IncompleteBody", each={"signed": STREAMING_SIGNED, **TRAILER_MODES})
def last_chunk_is_missing(arena, mode):
    trailer = None if mode == STREAMING_SIGNED else CRC32_TRAILER
    return arena.stream(CHUNKS, mode, trailer, tamper=lambda frames: frames[:4])


@case(25, 400, "IncompleteBody", each={"signed": STREAMING_SIGNED, **TRAILER_MODES})
def chunked_body_is_cut(arena, mode):
    trailer = None if mode == STREAMING_SIGNED else CRC32_TRAILER
    request = arena.stream(CHUNKS, mode, trailer)
    return Raw(request.to_bytes()[:-20_000], half_close=True)


@case(26, 400, "IncompleteBody", each=[-1, 1, 100_000])
def decoded_length_is_off(arena, by):
    return arena.stream(CHUNKS, decoded_length=str(len(BODY) + by))


@case(27, 411, "MissingContentLength", each={"signed": STREAMING_SIGNED, "unsigned": STREAMING_UNSIGNED_TRAILER})
def decoded_length_is_missing(arena, mode):
    trailer = None if mode == STREAMING_SIGNED else CRC32_TRAILER
    return arena.stream(CHUNKS, mode, trailer, decoded_length=None)


@case(28, 400, "InvalidArgument", each=["-1", "abc"])
def decoded_length_is_no_number(arena, value):
    return arena.stream(CHUNKS, decoded_length=value)


@case(28, 400, "EntityTooLarge")
def decoded_length_is_over_5_gib(arena):
    return arena.stream(CHUNKS, decoded_length=str(FIVE_GIB + 1))


def with_size_text(text):
    """The first chunk with another size before its signature."""
    return lambda frames: [text + frames[0][frames[0].index(b";") :], *frames[1:]]


MALFORMED = {
    "size overflows": with_size_text(b"f" * 17),
    "size is no number": with_size_text(b"xyz"),
    "size is negative": with_size_text(b"-4000"),
    "no line end after the data": lambda f: [f[0][:-2], *f[1:]],
    "extension of 1 MiB": lambda f: [f[0].replace(b"\r\n", b";x=" + b"a" * 1024 * 1024 + b"\r\n", 1), *f[1:]],
}


@case(29, 400, "InvalidRequest", each=MALFORMED)
def chunk_is_malformed(arena, tamper):
    return arena.stream(CHUNKS, tamper=tamper)


@case(30, 400, "InvalidChunkSizeError")
def small_chunk_in_the_middle(arena):
    return arena.stream([b"x" * CHUNK, b"y" * 1000, b"z" * CHUNK])


@case(31, 403, "SignatureDoesNotMatch", each=TRAILER_MODES)
def forged_seed_signature(arena, mode):
    return arena.stream(CHUNKS, mode, CRC32_TRAILER, forge_seed=True)


TRAILERS = {
    "declared but absent": ([], {"declare": header("CRC32")}),
    "another than declared": ([(header("SHA1"), checksum("SHA1", BODY))], {"declare": header("CRC32")}),
    "not declared": (CRC32_TRAILER, {"declare": None}),
}
BOTH_TRAILERS = {
    f"{name}, {m}": (mode, *trailer) for name, trailer in TRAILERS.items() for m, mode in TRAILER_MODES.items()
}


@case(32, 400, "MalformedTrailerError", each=BOTH_TRAILERS)
def trailer_is_malformed(arena, value):
    mode, trailer, wrong = value
    return arena.stream(CHUNKS, mode, trailer, **wrong)


@case(32, 400, "InvalidRequest")
def streaming_to_an_operation_without_a_stream(arena):
    headers = [("x-amz-content-sha256", STREAMING_SIGNED), ("x-amz-decoded-content-length", "10")]
    return arena.signed("POST", None, query=[("delete", None)], headers=headers, body=b"0123456789")


CHECKSUMS = {name: name for name in ALGORITHMS}


@case(33, 400, "BadDigest", each=CHECKSUMS)
def checksum_of_another_body(arena, algorithm):
    return arena.signed_put(body=BODY, headers=[(header(algorithm), checksum(algorithm, b"another"))])


@case(33, 400, "BadDigest", each=CHECKSUMS)
def part_checksum_of_another_body(arena, algorithm):
    query = [("partNumber", "1"), ("uploadId", arena.ids["upload"])]
    return arena.signed_put(
        "upload", query=query, body=BODY, headers=[(header(algorithm), checksum(algorithm, b"another"))]
    )


@case(33, 400, "BadDigest", each={f"{a}, {m}": (a, mode) for a in ALGORITHMS for m, mode in TRAILER_MODES.items()})
def trailer_checksum_of_another_body(arena, value):
    algorithm, mode = value
    return arena.stream(CHUNKS, mode, [(header(algorithm), checksum(algorithm, b"another"))])


@case(34, 403, "SignatureDoesNotMatch")
def trailer_signed_wrongly(arena):
    return arena.stream(CHUNKS, STREAMING_SIGNED_TRAILER, CRC32_TRAILER, bad_trailer_signature=True)


@case(35, 400, "InvalidRequest")
def two_checksums(arena):
    headers = [(header(a), checksum(a, BODY)) for a in ("CRC32", "SHA1")]
    return arena.signed_put(body=BODY, headers=headers)


@case(
    35,
    400,
    "InvalidRequest",
    each={
        f"{a}, {n}": (a, v) for a in ALGORITHMS for n, v in {"no base64": "*!*", "short": "AAAA", "empty": ""}.items()
    },
)
def unreadable_checksum(arena, value):
    algorithm, text = value
    return arena.signed_put(body=BODY, headers=[(header(algorithm), text)])


@case(54, 400, "IncompleteBody", each={"small": 100, "stripes": 400_000})
def body_ends_early(arena, size):
    request = arena.signed_put(body=b"x" * size, headers=[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")])
    return Raw(request.to_bytes()[: -size // 2], half_close=True)


@case(54, 400, "IncompleteBody")
def part_ends_early(arena):
    query = [("partNumber", "1"), ("uploadId", arena.ids["upload"])]
    request = arena.signed_put(
        "upload", query=query, body=b"x" * 1000, headers=[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]
    )
    return Raw(request.to_bytes()[:-500], half_close=True)


def announces(arena, length, key="object", query=()):
    """A PUT that announces a length and sends no body."""
    headers = [("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]
    request = arena.put(key, query=query, headers=headers, body=b"").without_header("Content-Length")
    return arena.sign(request).with_headers(("Content-Length", str(length)))


@case(55, 400, "EntityTooLarge", each=[FIVE_GIB + 1, 2**63 - 1])
def object_over_5_gib(arena, length):
    return announces(arena, length)


@case(55, 400, "EntityTooLarge")
def part_over_5_gib(arena):
    return announces(arena, FIVE_GIB + 1, "upload", [("partNumber", "1"), ("uploadId", arena.ids["upload"])])


@case(56, 400, "InvalidDigest", each=["garbage", "AAAA", "", "*" * 24, md5_base64(b"x") + "AAAA"])
def unreadable_md5(arena, value):
    return arena.signed_put(headers=[("Content-MD5", value)])


@case(57, 400, "BadDigest", each={"small": 9, "stripes": 300_000})
def md5_of_another_body(arena, size):
    return arena.signed_put(body=b"x" * size, headers=[("Content-MD5", md5_base64(b"another"))])


@case(57, 400, "BadDigest")
def part_md5_of_another_body(arena):
    query = [("partNumber", "1"), ("uploadId", arena.ids["upload"])]
    return arena.signed_put("upload", query=query, headers=[("Content-MD5", md5_base64(b"another"))])


@case(103, 400, "InvalidRequest", each=["CRC32C", "SHA256"])
def part_checksum_of_another_algorithm(arena, algorithm):
    query = [("partNumber", "1"), ("uploadId", arena.ids["crc32 upload"])]
    return arena.signed_put("crc32", query=query, body=BODY, headers=[(header(algorithm), checksum(algorithm, BODY))])


@case(103, 400, "InvalidRequest")
def part_without_the_checksum_that_a_composite_needs(arena):
    query = [("partNumber", "1"), ("uploadId", arena.ids["sha256 upload"])]
    return arena.signed_put("sha256", query=query, body=BODY)
