"""Tags of buckets (row 74)."""

from .table import case
from .tags import BAD_TAGS, document


@case(74, 400, "InvalidTag", each=BAD_TAGS)
def tags_of_a_bucket(arena, tags):
    return arena.signed("PUT", None, query=[("tagging", None)], body=document(tags).encode())


@case(74, 400, "BadRequest")
def fifty_one_tags_of_a_bucket(arena):
    tags = [(f"key{number}", "1") for number in range(51)]
    return arena.signed("PUT", None, query=[("tagging", None)], body=document(tags).encode())
