"""Keys that clients and servers get wrong, each with a name."""

AWKWARD_KEYS = {
    "spaces": "a key  with two spaces ",
    "plus": "plus+sign+/1 + 1",
    "percent": "percent%2Fname%25",
    "double slash": "double//slash///end",
    "dot segments": "a/../b",
    "single dot": "./a/./b",
    "emoji": "emoji-😀/ключ/é",
    "leading slash": "/leading/slash",
    "trailing slash": "folder/",
    "trailing slash below": "folder/sub//",
    "reserved": "&$@=;:,?!'()",
    "avoid": '\\{^}`[]"<>~#|',
    "longest": "0123456789abcde/" * 63 + "0123456789abcdef",
    "longest in UTF-8": "é" * 512,
    "control": "tab\tnewline\ncr\rone\x01end\x7f",
}

assert all(len(AWKWARD_KEYS[name].encode()) == 1024 for name in ("longest", "longest in UTF-8"))
