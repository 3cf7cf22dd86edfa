"""The checksums of S3 as the tests compute them, apart from the server."""

import base64
import hashlib
import zlib

import xxhash
from awscrt import checksums as crt

ALGORITHMS = ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")
# Those that S3 has since 2026; the SDKs of these tests do not compute them.
YOUNG_ALGORITHMS = ("SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128")
XXHASHES = {"XXHASH64": xxhash.xxh64, "XXHASH3": xxhash.xxh3_64, "XXHASH128": xxhash.xxh3_128}


def raw_checksum(algorithm, data):
    """The checksum's bytes, big-endian for the CRCs."""
    if algorithm == "CRC32":
        return zlib.crc32(data).to_bytes(4, "big")
    if algorithm == "CRC32C":
        return crt.crc32c(data).to_bytes(4, "big")
    if algorithm == "CRC64NVME":
        return crt.crc64nvme(data).to_bytes(8, "big")
    if algorithm in XXHASHES:
        return XXHASHES[algorithm](data).digest()
    return hashlib.new(algorithm.lower(), data, usedforsecurity=False).digest()


def checksum(algorithm, data):
    """The checksum in base64, as it stands in headers."""
    return base64.b64encode(raw_checksum(algorithm, data)).decode()


def composite(algorithm, parts):
    """The checksum of the parts' checksums, with the number of parts."""
    joined = b"".join(raw_checksum(algorithm, part) for part in parts)
    return f"{checksum(algorithm, joined)}-{len(parts)}"


def header(algorithm):
    """The header that carries this checksum."""
    return f"x-amz-checksum-{algorithm.lower()}"


def md5_base64(data):
    """Content-MD5."""
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def md5_hex(data):
    """The ETag of a body, without quotes."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def multipart_etag(parts):
    """The ETag of a multipart object, without quotes."""
    joined = b"".join(hashlib.md5(part, usedforsecurity=False).digest() for part in parts)
    return f"{md5_hex(joined)}-{len(parts)}"
