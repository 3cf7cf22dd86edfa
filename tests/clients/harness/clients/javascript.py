"""@aws-sdk/client-s3 for JavaScript, in a Node process."""

import shutil
from pathlib import Path

from .json_driver import JsonDriver

DRIVER = Path(__file__).resolve().parents[2] / "js" / "driver.cjs"
PACKAGES = Path.home() / ".cache" / "cairn" / "npm"


class JavaScript(JsonDriver):
    """@aws-sdk/client-s3."""

    name = "aws-sdk-js"

    def command(self):
        node = shutil.which("node")
        assert node and (PACKAGES / "node_modules").is_dir(), (
            "the JavaScript SDK is not installed: run tests/clients/install.py"
        )
        return [node, str(DRIVER), str(PACKAGES), self.store.endpoint]
