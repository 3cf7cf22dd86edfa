"""Writers that remember what was acknowledged, and the check that all of it reads back."""

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from .files import pattern

SIZES = (0, 100, 5_000, 16_385, 70_000, 300_000, 1_500_000)
FAILURES = (ClientError, BotoCoreError, HTTPError, OSError)
READERS = 8


def body_of(name, size):
    """The bytes an object of this name has."""
    return pattern(size, name)


class Load:
    """Some threads that put objects; every acknowledged one is remembered with its digest, and when it was."""

    def __init__(self, store, bucket, writers=6, prefix="load", sizes=SIZES):
        self.store, self.bucket, self.prefix, self.sizes = store, bucket, prefix, sizes
        self.acknowledged, self.times, self.refusals = {}, [], []
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._write, args=(number,), daemon=True) for number in range(writers)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *failure):
        self.stop()

    def stop(self):
        """Ends the writers."""
        self._stop.set()
        for thread in self._threads:
            thread.join(120)
            assert not thread.is_alive(), "a write hangs past every deadline"

    def _write(self, writer):
        s3, turn = self.store.s3(gateway=writer, read_timeout=60), 0
        while not self._stop.is_set():
            turn += 1
            name = f"{self.prefix}/{writer}/{turn}"
            body = body_of(name, self.sizes[(turn + writer) % len(self.sizes)])
            try:
                s3.put_object(Bucket=self.bucket, Key=name, Body=body)
            except FAILURES as error:
                self._refused(error)
                continue
            with self._lock:
                self.acknowledged[name] = hashlib.sha256(body).hexdigest()
                self.times.append(time.monotonic())

    def _refused(self, error):
        with self._lock:
            self.refusals.append(error)
        self._stop.wait(0.05)

    def count(self):
        """How many writes were acknowledged so far."""
        with self._lock:
            return len(self.acknowledged)

    def acknowledged_after(self, moment):
        """Whether a write was acknowledged after a moment."""
        with self._lock:
            return bool(self.times) and self.times[-1] > moment


def put_all(store, bucket, names_and_sizes):
    """Puts named objects; returns name → digest."""

    def put(item):
        name, size = item
        body = body_of(name, size)
        store.s3(gateway=len(name)).put_object(Bucket=bucket, Key=name, Body=body)
        return name, hashlib.sha256(body).hexdigest()

    with ThreadPoolExecutor(READERS) as pool:
        return dict(pool.map(put, names_and_sizes))


def read_one(s3, bucket, name):
    """The digest of an object, or the error of reading it."""
    try:
        return hashlib.sha256(s3.get_object(Bucket=bucket, Key=name)["Body"].read()).hexdigest()
    except FAILURES as error:
        return error


def read_all(store, bucket, names):
    """name → digest or error, over all gateways."""
    clients = [store.s3(gateway=index, retries=0) for index in range(2)]
    with ThreadPoolExecutor(READERS) as pool:
        found = pool.map(lambda item: read_one(clients[item[0] % 2], bucket, item[1]), enumerate(names))
        return dict(zip(names, found))


def assert_all_read(store, bucket, expected):
    """Fails unless every object reads back with its digest, and is listed."""
    found = read_all(store, bucket, list(expected))
    wrong = {name: str(found[name]) for name in expected if found[name] != expected[name]}
    assert not wrong, f"{len(wrong)} of {len(expected)} acknowledged objects: {dict(list(wrong.items())[:5])}"
    pages = store.s3().get_paginator("list_objects_v2").paginate(Bucket=bucket)
    listed = {entry["Key"] for page in pages for entry in page.get("Contents", [])}
    assert expected.keys() <= listed, sorted(expected.keys() - listed)[:5]
