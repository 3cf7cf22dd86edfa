#!/usr/bin/env python3
"""Installs what is no Python package: Debian's s3cmd, rclone, restic and Chromium, the SDKs for JavaScript, Go and Java.

Does nothing for what is there already. Without root and without sudo it prints the one line to run, and fails.
Packages and built drivers go to ~/.cache/cairn, so that nothing is written to the source tree.
"""

import filecmp
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path.home() / ".cache" / "cairn"
NPM_DIRECTORY = CACHE / "npm"
GO_DIRECTORY = CACHE / "go-driver"
JAVA_DIRECTORY = CACHE / "java-driver"
DEBIAN_COMMANDS = {
    "s3cmd": "s3cmd",
    "rclone": "rclone",
    "restic": "restic",
    "chromium": "chromium",
    "node": "nodejs",
    "npm": "npm",
    "go": "golang-go",
    "javac": "default-jdk-headless",
    "mvn": "maven",
}


def main():
    """Installs what is missing; the exit status is 0 when everything is there."""
    failed = install_debian_packages()
    failed += install_javascript() if shutil.which("npm") else []
    failed += built(GO_DIRECTORY, HERE / "go", build_go) if shutil.which("go") else []
    failed += built(JAVA_DIRECTORY, HERE / "java", build_java) if shutil.which("mvn") else []
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


def built(target, sources, build):
    """Builds a driver unless the one that is there was built from the same sources; returns what failed."""
    stamp, wanted = target / "sources", digest_of(sources)
    if stamp.is_file() and stamp.read_text() == wanted:
        return []
    stamp.unlink(missing_ok=True)
    target.mkdir(parents=True, exist_ok=True)
    if not build(sources, target):
        return [f"the driver in {sources.name} could not be built"]
    stamp.write_text(wanted)
    return []


def digest_of(sources):
    """One digest of all names and bytes of a folder."""
    digest = hashlib.sha256()
    for path in sorted(sources.iterdir()):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def build_go(sources, target):
    """Compiles the driver in Go; its packages stay in Go's own cache."""
    return succeeds(["go", "build", "-trimpath", "-o", str(target / "driver"), "."], sources)


def build_java(sources, target):
    """Fetches the packages of the driver in Java, and compiles it. Maven writes to our copy, never to the source tree."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copy(sources / "pom.xml", target / "pom.xml")
    fetch = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime"]
    if not succeeds([*fetch, f"-DoutputDirectory={target / 'lib'}"], target):
        return False
    files = [str(path) for path in sorted(sources.glob("*.java"))]
    return succeeds(["javac", "-cp", f"{target / 'lib'}/*", "-d", str(target / "classes"), *files], target)


def succeeds(command, directory):
    """Runs a command; whether it succeeded."""
    return subprocess.run(command, cwd=directory, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
