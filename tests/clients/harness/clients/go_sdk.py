"""aws-sdk-go-v2, in the program that install.py built from tests/clients/go."""

from pathlib import Path

from .json_driver import JsonDriver

PROGRAM = Path.home() / ".cache" / "cairn" / "go-driver" / "driver"


class GoSdk(JsonDriver):
    """aws-sdk-go-v2."""

    name = "aws-sdk-go-v2"

    def command(self):
        assert PROGRAM.is_file(), "the driver in Go is not built: run tests/clients/install.py"
        return [str(PROGRAM), self.store.endpoint]
