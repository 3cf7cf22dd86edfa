"""Fixtures of the client suites. README.md tells how to run them and what they expect of the binary."""

import os
import random
import shutil
import tempfile
import tomllib
from pathlib import Path

import pytest

from harness.deployment import Cluster, Server, start_deployment
from harness.files import real_tree

HERE = Path(__file__).parent
KINDS = ["external"] if os.environ.get("CAIRN_TEST_ENDPOINT") else ["server", "cluster"]
STAGES = ("fast", "heavy", "faults")


def pytest_addoption(parser):
    parser.addoption("--seed", type=int, default=None, help="seed of everything random in the suites")


def pytest_configure(config):
    config.addinivalue_line("markers", "heavy: minutes rather than seconds; runs after the fast ones")
    config.addinivalue_line("markers", "faults: kills and wipes processes of its own; runs last")
    config.addinivalue_line("markers", "client(name): needs this client program or library")
    config.addinivalue_line("markers", "xdist_group(name): tests that share what one process starts")
    config.pluginmanager.register(Distribution())
    config.stash[SEED] = seed_of(config)
    config.stash[DEPLOYMENTS] = []


def seed_of(config):
    """The seed that was asked for, that of the process that distributes the tests, or a new one."""
    distributed = getattr(config, "workerinput", {}).get("seed", 0)
    return distributed or config.getoption("--seed") or int(os.environ.get("SEED", 0)) or random.randrange(1, 2**32)


class Distribution:
    """What several test processes at once need (`-n`, pytest-xdist)."""

    @staticmethod
    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(node):
        """All processes draw from one seed."""
        node.workerinput["seed"] = node.config.stash[SEED]


def pytest_itemcollected(item):
    """With several test processes at once each store runs in one of them; tests with stores of their own go anywhere."""
    kind = kind_of(item)
    if kind in KINDS:
        item.add_marker(pytest.mark.xdist_group(kind))


SEED = pytest.StashKey()
DEPLOYMENTS = pytest.StashKey()


def pytest_report_header(config):
    return f"seed of the client suites: {config.stash[SEED]} (repeat it with --seed)"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Fast before heavy before faults; within a stage one store after the other, so that each starts few times."""
    skips = tomllib.loads((HERE.parent / "skips.toml").read_text())
    still_open = tomllib.loads((HERE.parent / "open.toml").read_text()).get("open", [])
    for item in items:
        mark_skips(item, skips.get("client", {}))
        mark_open(item, still_open)
    items.sort(key=order_of)


def order_of(item):
    """The place of a test in the run. Heavy tests take the stores in the opposite order: one start less."""
    stage = next((n for n, name in reversed(list(enumerate(STAGES))) if item.get_closest_marker(name)), 0)
    kind = kind_of(item)
    place = KINDS.index(kind) if kind in KINDS else -1
    return stage, -place if stage else place


def kind_of(item):
    """The kind of store that a test shares with others, or nothing."""
    return item.callspec.params.get("store", "") if hasattr(item, "callspec") else ""


def mark_skips(item, skipped):
    """Skips a test whose client is listed in skips.toml with its reason."""
    marker = item.get_closest_marker("client")
    names = list(marker.args) if marker else []
    if hasattr(item, "callspec") and "client" in item.callspec.params:
        names.append(getattr(item.callspec.params["client"], "name", str(item.callspec.params["client"])))
    for name in names:
        if name in skipped:
            item.add_marker(pytest.mark.skip(reason=skipped[name]["reason"]))


def mark_open(item, still_open):
    """Expects the failure of a test that open.toml lists, with what is missing."""
    for entry in still_open:
        if entry["test"] in item.nodeid:
            item.add_marker(pytest.mark.xfail(reason=entry["reason"], strict=False))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Attaches the logs of the running stores to a failure."""
    report = yield
    if report.failed:
        for deployment in item.config.stash[DEPLOYMENTS]:
            report.sections.append((f"log of the {deployment.kind}", deployment.logs()))
    return report


@pytest.fixture(scope="session")
def work_directory():
    """A directory for everything on disk, removed at the end (CAIRN_TEST_KEEP=1 keeps it)."""
    path = Path(tempfile.mkdtemp(prefix="cairn-clients-", dir=os.environ.get("CAIRN_TEST_DIR")))
    yield path
    if not os.environ.get("CAIRN_TEST_KEEP"):
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session", params=KINDS)
def store(request, work_directory):
    """A running store; each test that takes it runs against `cairn server` and against the cluster."""
    deployment = start_deployment(request.param, Path(tempfile.mkdtemp(prefix=f"{request.param}-", dir=work_directory)))
    request.config.stash[DEPLOYMENTS].append(deployment)
    yield deployment
    request.config.stash[DEPLOYMENTS].remove(deployment)
    deployment.close()


@pytest.fixture
def own_cluster(request, work_directory):
    """A cluster of this test's own, to be killed and wiped."""
    yield from own(request, Cluster(Path(tempfile.mkdtemp(prefix="faults-", dir=work_directory))))


@pytest.fixture
def own_server(request, work_directory):
    """A server of this test's own, not started yet."""
    yield from own(request, Server(Path(tempfile.mkdtemp(prefix="own-", dir=work_directory))))


def own(request, deployment):
    """Hands out a deployment and ends it after the test."""
    request.config.stash[DEPLOYMENTS].append(deployment)
    yield deployment
    request.config.stash[DEPLOYMENTS].remove(deployment)
    try:
        deployment.close()
    finally:
        shutil.rmtree(deployment.directory, ignore_errors=True)


@pytest.fixture
def s3(store):
    """A boto3 client without retries."""
    return store.s3()


@pytest.fixture(scope="session")
def seed(request):
    """The seed of this run; it stands in the run's header."""
    return request.config.stash[SEED]


@pytest.fixture
def seeded(request, seed):
    """A random generator that depends on the run's seed and the test's name."""
    return random.Random(f"{seed} {request.node.name}")


@pytest.fixture
def bucket(store, s3):
    """A bucket of this test's own, emptied and removed afterwards."""
    name = new_bucket_name()
    s3.create_bucket(Bucket=name)
    yield name
    remove_bucket(store.s3(retries=3), name)


def fits_xml(key):
    """Whether an XML document can hold a key; control characters it cannot, not even escaped."""
    return all(character >= " " for character in key)


@pytest.fixture(scope="session")
def bucket_names():
    """Makes bucket names that were not used before."""
    return new_bucket_name


def new_bucket_name(prefix="suite"):
    """A bucket name that no other test uses."""
    return f"{prefix}-{random.SystemRandom().randrange(16**12):012x}"


def remove_bucket(s3, name):
    """Removes a bucket with all it holds, in the way s3-tests do it: by its versions."""
    for upload in s3.list_multipart_uploads(Bucket=name).get("Uploads", []):
        s3.abort_multipart_upload(Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"])
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        found = page.get("Versions", []) + page.get("DeleteMarkers", [])
        for key in [entry["Key"] for entry in found if not fits_xml(entry["Key"])]:
            s3.delete_object(Bucket=name, Key=key)
        doomed = [{"Key": e["Key"], "VersionId": e["VersionId"]} for e in found if fits_xml(e["Key"])]
        if doomed:
            errors = s3.delete_objects(Bucket=name, Delete={"Objects": doomed, "Quiet": True}).get("Errors")
            assert not errors, errors
    s3.delete_bucket(Bucket=name)


@pytest.fixture(scope="session")
def tree(work_directory):
    """A directory tree of at least 5,000 real files."""
    return real_tree(work_directory / "tree")
