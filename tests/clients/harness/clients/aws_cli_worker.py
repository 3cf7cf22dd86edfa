"""awscli's own entry point in a loop: a JSON list of arguments in, a JSON object with status and output out."""

import contextlib
import io
import json
import sys

from awscli.clidriver import create_clidriver


def call(arguments):
    """Runs one command as `aws` would."""
    out, err = CapturedOutput(), CapturedOutput()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = create_clidriver().main(arguments)
        except SystemExit as end:
            status = end.code
    return {"status": status or 0, "out": out.text(), "err": err.text()}


class CapturedOutput(io.TextIOWrapper):
    """Standard output in memory, with the byte buffer that awscli may ask for."""

    def __init__(self):
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def text(self):
        """What was written."""
        self.flush()
        return self.buffer.getvalue().decode()


for line in sys.stdin:
    print(json.dumps(call(json.loads(line))), flush=True)
