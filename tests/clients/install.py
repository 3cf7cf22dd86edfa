#!/usr/bin/env python3
"""Installs the clients that are not Python packages: Debian's s3cmd, rclone, restic and Chromium, and the JavaScript SDK.

Does nothing for what is there already. Without root and without sudo it prints the one line to run, and fails.
The JavaScript packages go to ~/.cache/cairn/npm, so that nothing is written to the source tree.
"""

import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path.home() / ".cache" / "cairn"
NPM_DIRECTORY = CACHE / "npm"
DEBIAN_COMMANDS = {
    "s3cmd": "s3cmd",
    "rclone": "rclone",
    "restic": "restic",
    "chromium": "chromium",
    "node": "nodejs",
    "npm": "npm",
}


def main():
    """Installs what is missing; the exit status is 0 when everything is there."""
    failed = install_debian_packages()
    failed += install_javascript() if shutil.which("npm") else []
    for failure in failed:
        print(f"install: {failure}", file=sys.stderr)
    return 1 if failed else 0


def install_debian_packages():
    """Installs the missing commands with apt; returns what is still missing."""
    packages = [package for command, package in DEBIAN_COMMANDS.items() if not shutil.which(command)]
    if not packages:
        return []
    line = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    privilege = become_root()
    if privilege is None or not shutil.which("apt-get"):
        return ["run this as root, then again: " + " ".join(line)]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*privilege, "apt-get", "update", "-q"], check=False, env=environment)
    subprocess.run([*privilege, *line], check=False, env=environment)
    return [
        f"{package} could not be installed" for command, package in DEBIAN_COMMANDS.items() if not shutil.which(command)
    ]


def become_root():
    """The words before a command that make it run as root; None when there is no way without a password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def install_javascript():
    """Installs the pinned JavaScript packages; returns what failed."""
    if javascript_is_current():
        return []
    NPM_DIRECTORY.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "package.json", NPM_DIRECTORY / "package.json")
    shutil.copy(HERE / "package-lock.json", NPM_DIRECTORY / "package-lock.json")
    shutil.rmtree(NPM_DIRECTORY / "node_modules", ignore_errors=True)
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=NPM_DIRECTORY, check=False)
    return [] if done.returncode == 0 else ["npm ci failed"]


def javascript_is_current():
    """Whether the installed packages are those of our package.json."""
    installed = NPM_DIRECTORY / "package.json"
    return (
        (NPM_DIRECTORY / "node_modules" / "@aws-sdk" / "client-s3").is_dir()
        and installed.is_file()
        and filecmp.cmp(installed, HERE / "package.json", shallow=False)
    )


if __name__ == "__main__":
    sys.exit(main())
