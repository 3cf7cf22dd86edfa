"""Processes under test: started in their own session, logged to a file, ended by their own id."""

import os
import random
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from .waiting import wait_until

STOP_SECONDS = 60
LOG_TAIL_BYTES = 12_000

ROOT_ACCESS_KEY = "AKCAIRNTESTROOT00001"
ROOT_SECRET_KEY = "tests/only+secret/With+Signs/0123456789abcd"


def cairn_binary():
    """The binary under test."""
    path = os.environ.get("CAIRN_BIN") or str(Path.home() / ".cache/cairn/target/debug/cairn")
    if not os.access(path, os.X_OK):
        raise FileNotFoundError(f"no cairn binary at {path}: build it, or set CAIRN_BIN")
    return path


def clean_environment(**extra):
    """The environment for processes and clients: no proxy, no foreign AWS or Cairn settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "CAIRN_", "RCLONE_", "RESTIC_")) and not name.lower().endswith("_proxy")
    }
    return {**kept, "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "*", **extra}


def root_environment():
    """The environment that gives a new cluster its root key pair."""
    return clean_environment(CAIRN_ROOT_ACCESS_KEY=ROOT_ACCESS_KEY, CAIRN_ROOT_SECRET_KEY=ROOT_SECRET_KEY)


def free_port():
    """A TCP port that was free on 127.0.0.1 a moment ago, below those that the kernel gives to outgoing connections: one
    that a stopped server comes back to must not have become a client's meanwhile."""
    while True:
        port = random.SystemRandom().randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def http_status(url):
    """The status of a GET, or None when nobody answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def http_url(address):
    """An address of cluster.json as a URL."""
    return address if address.startswith("http") else f"http://{address}"


def pid_alive(pid):
    """Whether a process still runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Daemon:
    """One started command with its log."""

    def __init__(self, arguments, log_path, environment=None, cwd=None):
        self.arguments = [str(argument) for argument in arguments]
        self.log_path = Path(log_path)
        self._log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            self.arguments,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=environment or root_environment(),
            cwd=cwd,
            start_new_session=True,
        )

    @property
    def pid(self):
        """The process id."""
        return self.process.pid

    def log(self):
        """The end of the log."""
        data = self.log_path.read_bytes()
        return data[-LOG_TAIL_BYTES:].decode("utf-8", "replace")

    def running(self):
        """Whether the process has not ended."""
        return self.process.poll() is None

    def require_running(self):
        """Fails with the log when the process has ended."""
        if not self.running():
            raise AssertionError(f"{self.arguments} ended with {self.process.returncode}:\n{self.log()}")
        return True

    def send(self, signal_number):
        """Sends a signal to this process alone."""
        if self.running():
            os.kill(self.pid, signal_number)

    def wait(self, seconds=STOP_SECONDS):
        """Waits for the end and returns the exit status."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.arguments} still runs after {seconds} s:\n{self.log()}") from None

    def stop(self, signal_number=signal.SIGTERM, seconds=STOP_SECONDS):
        """Asks for a graceful stop and waits for it; a process that stays is killed, and that is a failure."""
        self.send(signal_number)
        try:
            return self.wait(seconds)
        finally:
            self.kill()

    def kill(self):
        """Kills the process at once."""
        if self.running():
            self.process.kill()
            self.process.wait()
        self._log.close()


def run(arguments, environment=None, seconds=300, check=True, **options):
    """Runs a command to its end and returns it; with `check` a failure shows its output."""
    arguments = [str(argument) for argument in arguments]
    done = subprocess.run(
        arguments, env=environment or clean_environment(), capture_output=True, timeout=seconds, **options
    )
    if check and done.returncode != 0:
        output = (done.stdout + done.stderr).decode("utf-8", "replace")
        raise AssertionError(f"{arguments} ended with {done.returncode}:\n{output[-4000:]}")
    return done


def wait_ready(admin_url, daemon, seconds=90):
    """Waits until the process says that it is ready."""
    wait_until(
        lambda: daemon.require_running() and http_status(f"{admin_url}/health/ready") == 200,
        f"{admin_url}/health/ready answers 200",
        seconds,
    )
