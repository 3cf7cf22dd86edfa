"""The table of bad requests, by topic; importing this package fills the table."""

from . import (
    addresses,
    authentication,
    bucket_tags,
    documents,
    features,
    framing,
    listings,
    locks,
    objects,
    payloads,
    policies,
    presigned,
    tags,
    uploads,
)
from .arenas import FILL
from .table import BESIDE, LATER, ROWS, TABLE

__all__ = ["BESIDE", "FILL", "LATER", "ROWS", "TABLE"]
TOPICS = (
    addresses,
    authentication,
    bucket_tags,
    documents,
    features,
    framing,
    listings,
    locks,
    objects,
    payloads,
    policies,
    presigned,
    tags,
    uploads,
)
