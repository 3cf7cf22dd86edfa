"""ListObjects as a pure function over a set of keys: the reference the listings are compared with."""

from dataclasses import dataclass, field


@dataclass
class Page:
    """One page: keys and common prefixes in order, and where the next page begins."""

    keys: list = field(default_factory=list)
    prefixes: list = field(default_factory=list)
    truncated: bool = False
    last: str | None = None


def in_order(keys):
    """Keys in the order of S3: by the bytes of their UTF-8 form."""
    return sorted(keys, key=str.encode)


def entries(keys, prefix="", delimiter=""):
    """(name, is_prefix) of a listing without limits, in order."""
    seen = []
    for key in in_order(keys):
        if not key.startswith(prefix):
            continue
        at = key.find(delimiter, len(prefix)) if delimiter else -1
        entry = (key, False) if at < 0 else (key[: at + len(delimiter)], True)
        if not seen or seen[-1] != entry:
            seen.append(entry)
    return seen


def page(keys, prefix="", delimiter="", after="", limit=1000):
    """One page after `after`, of at most `limit` (1,000) entries; prefixes count as entries."""
    limit = min(limit, 1000)
    rest = [e for e in entries(keys, prefix, delimiter) if e[0].encode() > after.encode() and not inside(e, after)]
    if limit == 0:
        return Page()
    taken = rest[:limit]
    return Page(
        keys=[name for name, is_prefix in taken if not is_prefix],
        prefixes=[name for name, is_prefix in taken if is_prefix],
        truncated=len(rest) > limit,
        last=taken[-1][0] if taken else None,
    )


def inside(entry, after):
    """Whether an entry is the common prefix that `after` names already."""
    return entry[1] and after == entry[0]
