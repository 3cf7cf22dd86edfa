"""The face that every client adapter has."""

import os
import shutil
from pathlib import Path

from ..processes import run

VENV_BIN = Path.home() / ".cache" / "cairn" / "venv" / "bin"


class ClientFailed(Exception):
    """The client reported a failure."""


class Face:
    """Buckets and objects through one client. Failures of the client raise `ClientFailed`."""

    name = "?"

    # Keys (by their name in `harness.keys`) that this client itself rewrites or refuses before anything is sent.
    cannot_name = {}

    # What the client has no words for, each with the reason.
    cannot = {}

    def __init__(self, store, directory):
        self.store = store
        self.directory = Path(directory)

    def close(self):
        """Ends what the client keeps running."""


class CommandFace(Face):
    """A client that is a command."""

    command = "?"

    def program(self):
        """The path of the command; a missing one is a failure."""
        beside = VENV_BIN / self.command
        found = str(beside) if os.access(beside, os.X_OK) else shutil.which(self.command)
        if not found:
            raise AssertionError(
                f"{self.command} is not installed: run tests/clients/install.py, or list it in tests/skips.toml"
            )
        return found

    def environment(self):
        """The environment of the command."""
        return self.store.environment(HOME=str(self.directory))

    def options(self):
        """Options before the sub-command."""
        return []

    def run(self, *arguments, seconds=600, stdin=None):
        """Runs the command; a failure raises `ClientFailed` with its output."""
        done = run(
            [self.program(), *self.options(), *arguments],
            environment=self.environment(),
            seconds=seconds,
            check=False,
            input=stdin,
            cwd=self.directory,
        )
        if done.returncode != 0:
            output = (done.stdout + done.stderr).decode("utf-8", "replace")
            raise ClientFailed(f"{self.command} {arguments}: exit {done.returncode}: {output[-3000:]}")
        return done.stdout.decode()
