"""The two forms a store runs in under test: one process, or a cluster of eleven. Both give the suites the same face."""

import json
import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from .processes import (
    ROOT_ACCESS_KEY,
    ROOT_SECRET_KEY,
    Daemon,
    cairn_binary,
    clean_environment,
    free_port,
    http_status,
    http_url,
    pid_alive,
    root_environment,
    run,
    wait_ready,
)
from .signing import Signer
from .waiting import wait_until

DOMAIN = "s3.cairn.test"
DISK_COUNT = 6
SEGMENT_SIZE = "64MiB"  # its space is taken at once, for each of the disks of each store


class Deployment:
    """A running store: endpoints and the root key pair."""

    kind = "?"
    region = "us-east-1"
    domain = None
    access_key = ROOT_ACCESS_KEY
    secret_key = ROOT_SECRET_KEY

    endpoints = ()

    @property
    def endpoint(self):
        """The first S3 endpoint, as a URL."""
        return self.endpoints[0]

    @property
    def host(self):
        """host:port of the first endpoint, as the Host header has it."""
        return urlsplit(self.endpoint).netloc

    @property
    def address(self):
        """The first endpoint as a socket address."""
        return self.address_of(0)

    def address_of(self, index):
        """An endpoint as a socket address; indexes wrap around."""
        parts = urlsplit(self.endpoints[index % len(self.endpoints)])
        return parts.hostname, parts.port

    def signer(self, **changes):
        """A hand-made signer for the root key pair."""
        return Signer(self.access_key, self.secret_key, self.region).but(**changes)

    def s3(self, gateway=0, retries=0, **options):
        """A boto3 client for one gateway. Without retries, so that no failure hides behind one."""
        s3_options = {"addressing_style": "path", **options.pop("s3", {})}
        config = Config(
            retries={"total_max_attempts": retries + 1},
            s3=s3_options,
            connect_timeout=10,
            read_timeout=options.pop("read_timeout", 120),
            max_pool_connections=64,
            proxies={},
            **options,
        )
        return self.client("s3", self.endpoints[gateway % len(self.endpoints)], config)

    def client(self, service, endpoint=None, config=None):
        """A botocore client of any service against this store."""
        return self.session().client(service, endpoint_url=endpoint or self.endpoint, config=config)

    def s3_resource(self):
        """boto3's resource of S3, without retries."""
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, proxies={})
        return self.session().resource("s3", endpoint_url=self.endpoint, config=config)

    def session(self):
        """A session of boto3 with the root key pair."""
        return boto3.session.Session(
            aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key, region_name=self.region
        )

    def resource(self):
        """The object-oriented face of boto3."""
        session = boto3.session.Session(
            aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key, region_name=self.region
        )
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, proxies={})
        return session.resource("s3", endpoint_url=self.endpoint, config=config)

    def environment(self, **extra):
        """The environment for command-line clients."""
        return clean_environment(
            AWS_ACCESS_KEY_ID=self.access_key,
            AWS_SECRET_ACCESS_KEY=self.secret_key,
            AWS_DEFAULT_REGION=self.region,
            AWS_REGION=self.region,
            AWS_CONFIG_FILE="/dev/null",
            AWS_SHARED_CREDENTIALS_FILE="/dev/null",
            **extra,
        )

    def logs(self):
        """What to show when a test fails."""
        return ""

    def close(self):
        """Stops everything."""


class External(Deployment):
    """A store that runs already (CAIRN_TEST_ENDPOINT): to check the tests themselves against another S3."""

    kind = "external"

    def __init__(self):
        self.endpoints = os.environ["CAIRN_TEST_ENDPOINT"].split(",")
        self.access_key = os.environ.get("CAIRN_TEST_ACCESS_KEY", ROOT_ACCESS_KEY)
        self.secret_key = os.environ.get("CAIRN_TEST_SECRET_KEY", ROOT_SECRET_KEY)
        self.domain = os.environ.get("CAIRN_TEST_DOMAIN")


class Admin:
    """The admin commands against one admin address."""

    def __init__(self, url):
        self.url = url

    def status(self):
        """`cairn admin status --json`, parsed."""
        done = run([cairn_binary(), "admin", "status", "--json", "--endpoint", self.url], seconds=30)
        return json.loads(done.stdout)

    def ready(self):
        """Whether this process is ready to serve."""
        return http_status(f"{self.url}/health/ready") == 200

    def live(self):
        """Whether this process answers at all."""
        return http_status(f"{self.url}/health/live") == 200


class Server(Deployment):
    """`cairn server` on six directories."""

    kind = "server"
    domain = DOMAIN

    def __init__(self, directory, data=None, extra=()):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.data = Path(data) if data else self.directory
        self.extra = list(extra)
        self.settings = {}
        self.port, self.admin_port = free_port(), free_port()
        self.endpoints = [f"http://127.0.0.1:{self.port}"]
        self.admin = Admin(f"http://127.0.0.1:{self.admin_port}")
        self.daemon = None

    def disks(self):
        """The six data directories."""
        return [self.data / f"disk{number}" for number in range(1, DISK_COUNT + 1)]

    def launch(self):
        """Starts the process without waiting for it."""
        for disk in self.disks():
            disk.mkdir(parents=True, exist_ok=True)
        self.daemon = Daemon(
            [
                cairn_binary(),
                "server",
                "--data",
                f"{self.data}/disk{{1...{DISK_COUNT}}}",
                "--listen",
                f"127.0.0.1:{self.port}",
                "--admin-listen",
                f"127.0.0.1:{self.admin_port}",
                "--domain",
                DOMAIN,
                "--segment-size",
                SEGMENT_SIZE,
                *self.extra,
            ],
            self.directory / "server.log",
            {**root_environment(), **self.settings},
        )
        return self

    def start(self):
        """Starts the process and waits until it is ready."""
        self.launch()
        wait_ready(self.admin.url, self.daemon)
        return self

    def start_or_recover(self, seconds=90):
        """Starts the process; where a majority of its metadata is lost, recovers and starts again. True if it recovered."""
        self.launch()
        wait_until(lambda: not self.daemon.running() or self.admin.ready(), "the server is ready or has ended", seconds)
        if self.daemon.running():
            return False
        assert "admin metadata recover" in self.logs(), f"the server ended without naming the way out:\n{self.logs()}"
        run(
            [
                cairn_binary(),
                "admin",
                "metadata",
                "recover",
                "--data",
                f"{self.data}/disk{{1...{DISK_COUNT}}}",
            ],
            seconds=60,
        )
        self.start()
        return True

    def stop(self):
        """Stops gracefully; returns the exit status."""
        return self.daemon.stop()

    def kill(self):
        """kill -9."""
        self.daemon.kill()

    def logs(self):
        return self.daemon.log() if self.daemon else ""

    def close(self):
        if self.daemon is None:
            return
        try:
            if self.daemon.running():
                assert self.stop() == 0, f"the server ended badly:\n{self.logs()}"
            forbid_panics([self.daemon.log_path])
        finally:
            self.daemon.kill()


class Cluster(Deployment):
    """`cairn cluster up` with 3 metadata, 6 storage and 2 gateway processes."""

    kind = "cluster"

    def __init__(self, directory):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.state = self.directory / "cluster"
        self.daemon = None
        self.description = {}

    def launch(self):
        """Starts the supervisor without waiting for the cluster."""
        self.daemon = Daemon(
            [
                cairn_binary(),
                "cluster",
                "up",
                "--metadata",
                "3",
                "--storage",
                "6",
                "--gateways",
                "2",
                "--dir",
                self.state,
            ],
            self.directory / "cluster.log",
        )
        return self

    def start(self, seconds=120):
        """Starts the cluster, or starts it again, and waits until every process is ready."""
        self.launch()
        wait_until(self._described, "cluster.json describes running processes", seconds)
        wait_until(lambda: self.daemon.require_running() and self._all_ready(), "all processes are ready", seconds)
        return self

    def reload(self):
        """Reads cluster.json again."""
        self.description = json.loads((self.state / "cluster.json").read_text())
        self.endpoints = [http_url(endpoint) for endpoint in self.description["endpoints"]]
        self.region = self.description.get("region", self.region)
        return self.description

    def _described(self):
        self.daemon.require_running()
        self.reload()
        return all(process.get("pid") and pid_alive(process["pid"]) for process in self.processes())

    def _all_ready(self):
        return all(self.admin_of(process).ready() for process in self.processes())

    def processes(self, role=None):
        """The processes of cluster.json, of one role or all."""
        return [p for p in self.description["processes"] if role is None or p["role"] == role]

    def process(self, name):
        """One process by its name."""
        return next(p for p in self.processes() if p["name"] == name)

    def admin_of(self, process):
        """The admin commands against one process."""
        return Admin(http_url(process["admin_address"]))

    @property
    def admin(self):
        """The admin commands against the first gateway."""
        return self.admin_of(self.processes("gateway")[0])

    def kill_processes(self, processes):
        """kill -9 of some processes, all signals first, then their ends."""
        for process in processes:
            if pid_alive(process["pid"]):
                os.kill(process["pid"], signal.SIGKILL)
        for process in processes:
            wait_until(lambda p=process: not pid_alive(p["pid"]), f"{process['name']} is dead", 10)

    def kill_everything(self):
        """kill -9 of the supervisor and of every process at one instant."""
        pids = [self.daemon.pid, *(process["pid"] for process in self.processes())]
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.daemon.process.wait()
        for pid in pids:
            wait_until(lambda p=pid: not pid_alive(p), f"process {pid} is dead", 10)

    def start_processes(self, processes, seconds=60):
        """Starts named processes again and waits until they are ready."""
        names = [process["name"] for process in processes]
        command = [cairn_binary(), "cluster", "start", "--dir", self.state, *names]
        assert Daemon(command, self.directory / "start.log").wait(seconds) == 0, f"cluster start failed:\n{self.logs()}"
        self.reload()
        for name in names:
            wait_until(lambda n=name: self.admin_of(self.process(n)).ready(), f"{name} is ready again", seconds)

    def leaders(self):
        """The metadata processes that lead a shard, the one that leads most of them first."""
        status = self.admin.status()
        addresses = {node["node"]: node["address"] for node in status["nodes"]}
        leading = [addresses.get(shard["leader"], shard["leader"]) for shard in status["shards"]]
        counted = [
            (sum(leader in (p["name"], p["address"]) for leader in leading), p) for p in self.processes("metadata")
        ]
        return [process for count, process in sorted(counted, key=lambda pair: -pair[0]) if count]

    def stop(self):
        """Ctrl-C; returns the exit status."""
        status = self.daemon.stop(signal.SIGINT, seconds=90)
        for process in self.processes():
            wait_until(lambda p=process: not pid_alive(p["pid"]), f"{process['name']} stopped", 30)
        return status

    def log_paths(self):
        """Every log below the cluster's directory."""
        return sorted(self.directory.rglob("*.log"))

    def logs(self):
        parts = []
        for path in self.log_paths():
            tail = path.read_bytes()[-3000:].decode("utf-8", "replace")
            parts.append(f"==> {path.relative_to(self.directory)}\n{tail}")
        return "\n".join(parts)

    def close(self):
        if self.daemon is None:
            return
        try:
            if self.daemon.running():
                self.stop()
            forbid_panics(self.log_paths())
        finally:
            self._end_all()

    def _end_all(self):
        self.daemon.kill()
        if (self.state / "cluster.json").is_file():
            self.reload()  # a start that failed half-way may have left processes that we have not seen
        for process in self.description.get("processes", []):
            if process.get("pid") and pid_alive(process["pid"]):
                os.kill(process["pid"], signal.SIGKILL)


def forbid_panics(paths):
    """Fails when a log holds a panic: nothing from outside may cause one."""
    for path in paths:
        text = path.read_text("utf-8", "replace")
        at = text.find("panicked at")
        assert at < 0, f"panic in {path.name}:\n{text[max(0, at - 500) : at + 2500]}"


START = {"server": Server, "cluster": Cluster}


def start_deployment(kind, directory):
    """Starts a store of the named kind, or takes the external one."""
    if kind == "external":
        return External()
    deployment = START[kind](directory)
    try:
        return deployment.start()
    except BaseException as error:
        shown = deployment.logs()
        deployment_end(deployment)
        raise AssertionError(f"{kind} did not start: {error}\n{shown}") from error


def deployment_end(deployment):
    """Ends a store that failed to start, whatever state it is in."""
    try:
        deployment.close()
    except AssertionError:
        pass
