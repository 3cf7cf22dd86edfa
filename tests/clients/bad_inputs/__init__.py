"""The table of bad requests, by topic; importing this package fills the table."""

from . import (
    addresses,
    authentication,
    documents,
    features,
    framing,
    listings,
    objects,
    payloads,
    presigned,
    uploads,
)
from .table import LATER, ROWS, TABLE

__all__ = ["LATER", "ROWS", "TABLE"]
TOPICS = (addresses, authentication, documents, features, framing, listings, objects, payloads, presigned, uploads)
