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
from .arenas import FILL
from .table import BESIDE, LATER, ROWS, TABLE

__all__ = ["BESIDE", "FILL", "LATER", "ROWS", "TABLE"]
TOPICS = (addresses, authentication, documents, features, framing, listings, objects, payloads, presigned, uploads)
