"""HTTP/1.1 on a bare socket: requests that no client library would send, and responses exactly as they came."""

import http.client
import socket
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field, replace
from urllib.parse import quote

TIMEOUT_SECONDS = 60


@dataclass
class Request:
    """A request as it goes over the wire; `path` is written as it is, `query` is encoded, a value of None is a bare name."""

    method: str
    path: str
    query: list = field(default_factory=list)
    headers: list = field(default_factory=list)
    body: bytes = b""

    def with_headers(self, *pairs):
        """The same request with more headers."""
        return replace(self, headers=[*self.headers, *pairs])

    def with_query(self, *pairs):
        """The same request with more query parameters."""
        return replace(self, query=[*self.query, *pairs])

    def without_header(self, name):
        """The same request without any header of that name."""
        return replace(self, headers=[(n, v) for n, v in self.headers if n.lower() != name.lower()])

    def header(self, name):
        """The first value of a header, or None."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def target(self):
        """The request target: path and query."""
        encoded = "&".join(encode_pair(name, value) for name, value in self.query)
        return self.path + ("?" + encoded if self.query else "")

    def head_bytes(self):
        """The request line and the headers, up to and including the empty line."""
        lines = [f"{self.method} {self.target()} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")

    def to_bytes(self):
        """The whole request."""
        return self.head_bytes() + self.body


@dataclass
class Response:
    """A response; header names in lower case, in order."""

    status: int
    headers: list
    body: bytes

    def header(self, name):
        """The first value of a header, or None."""
        return next((v for n, v in self.headers if n == name.lower()), None)

    def xml(self):
        """The body as XML without namespaces."""
        return parse_xml(self.body)

    def error_code(self):
        """The S3 error code in the body, or None."""
        if not self.body.lstrip().startswith(b"<"):
            return None
        root = self.xml()
        found = root if root.tag == "Error" else root.find(".//Error")
        return found.findtext("Code") if found is not None else None

    def __str__(self):
        shown = self.body[:600].decode("utf-8", "replace")
        return f"HTTP {self.status} {dict(self.headers)}\n{shown}"


def encode_pair(name, value):
    """One query parameter, encoded as SigV4's canonical form wants it."""
    encoded = quote(name, safe="-_.~")
    return encoded if value is None else f"{encoded}={quote(value, safe='-_.~')}"


def parse_xml(body):
    """Parses XML and drops the namespaces from its tags."""
    root = ElementTree.fromstring(body)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def connect(address):
    """A connected socket to ("host", port)."""
    connection = socket.create_connection(address, timeout=TIMEOUT_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def read_response(connection, method):
    """Reads one final response from a socket; interim ones are skipped."""
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    body = response.read()
    headers = [(name.lower(), value) for name, value in response.getheaders()]
    return Response(response.status, headers, body)


def send_bytes(address, data, method, half_close=False):
    """Writes `data` to a new connection and reads the response; a server may answer before it has read everything."""
    with connect(address) as connection:
        try:
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it answered early and closed: the answer is what counts
        return read_response(connection, method)


def send(address, request, half_close=False):
    """Sends a request and reads its response."""
    return send_bytes(address, request.to_bytes(), request.method, half_close)
