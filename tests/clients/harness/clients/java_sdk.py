"""The AWS SDK for Java 2.x, in the program that install.py compiled from tests/clients/java."""

import shutil
from pathlib import Path

from .json_driver import JsonDriver

DIRECTORY = Path.home() / ".cache" / "cairn" / "java-driver"
# It starts in a fraction of the time when it does not compile for a long run.
QUICK_START = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]


class JavaSdk(JsonDriver):
    """The AWS SDK for Java 2.x."""

    name = "aws-sdk-java"

    cannot = {"presign POST": "the SDK for Java signs no forms"}

    def command(self):
        java = shutil.which("java")
        assert java and (DIRECTORY / "classes" / "Driver.class").is_file(), (
            "the driver in Java is not compiled: run tests/clients/install.py"
        )
        search = f"{DIRECTORY / 'classes'}:{DIRECTORY / 'lib'}/*"
        return [java, *QUICK_START, "-cp", search, "Driver", self.store.endpoint]
