"""Real files: a tree to synchronise, big files, and comparison byte by byte."""

import filecmp
import hashlib
import os
import random
import shutil
from pathlib import Path

SOURCES = (Path("/usr/share"), Path("/usr/lib/python3"), Path("/usr/include"))
TREE_FILES = 5_000
TREE_BYTES_MAX = 96 * 1024 * 1024
FILE_BYTES_MAX = 4 * 1024 * 1024
BLOCK = 1024 * 1024


def real_tree(target):
    """Copies at least 5,000 real files with their names; where a machine has fewer, the rest is made up."""
    paths = sorted(collect(TREE_FILES, TREE_BYTES_MAX))
    for path in paths:
        copy = target / path.relative_to("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    odd_names(target)
    made_up(target / "made-up", TREE_FILES - len(paths))
    return target


def collect(count, bytes_max):
    """Real files from the whole of the sources, bounded in number and bytes."""
    found = [path for source in SOURCES if source.is_dir() for path in regular_files(source)]
    random.Random(5).shuffle(found)
    chosen, total = [], 0
    for path in found:
        size = path.stat().st_size
        if size <= FILE_BYTES_MAX and total + size <= bytes_max:
            chosen.append(path)
            total += size
        if len(chosen) == count:
            break
    return chosen


def regular_files(root):
    """Readable regular files below a directory, with names that are UTF-8."""
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            try:
                str(path).encode()
            except UnicodeEncodeError:
                continue
            if path.is_file() and not path.is_symlink() and os.access(path, os.R_OK):
                yield path


def odd_names(target):
    """Files whose names clients and servers get wrong."""
    folder = target / "odd names"
    folder.mkdir(parents=True)
    for name in (
        "with space",
        "plus+sign",
        "percent%2Fname",
        "émoji-😀",
        "empty",
        "#hash?question&amp",
        "tail.",
        "=eq",
    ):
        (folder / name).write_bytes(b"" if name == "empty" else name.encode())


def made_up(target, count):
    """Generated files of many sizes, where the machine has too few."""
    generator = random.Random(7)
    for number in range(max(0, count)):
        path = target / f"{number % 97:02d}" / f"file {number}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(generator.randbytes(generator.choice((0, 1, 100, 4096, 16385, 70_000))))


def files_of(root):
    """Every file below a directory: relative name → path."""
    return {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}


def assert_same_tree(expected, actual):
    """Fails unless both directories hold the same files with the same bytes."""
    left, right = files_of(expected), files_of(actual)
    missing, extra = sorted(left.keys() - right.keys()), sorted(right.keys() - left.keys())
    assert not missing and not extra, (
        f"missing {missing[:10]} ({len(missing)}), not asked for {extra[:10]} ({len(extra)})"
    )
    different = [name for name in left if not filecmp.cmp(left[name], right[name], shallow=False)]
    assert not different, f"{len(different)} files differ: {different[:10]}"


def random_file(path, size, seed=11):
    """Writes a file of random bytes and returns its SHA-256."""
    generator, digest = random.Random(seed), hashlib.sha256()
    with open(path, "wb") as file:
        for start in range(0, size, BLOCK):
            block = generator.randbytes(min(BLOCK, size - start))
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def file_sha256(path):
    """The SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pattern(size, seed):
    """Random bytes that depend on the seed alone."""
    return random.Random(seed).randbytes(size)
