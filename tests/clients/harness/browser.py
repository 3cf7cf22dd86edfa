"""A headless Chromium whose page, from an origin of its own, runs what a test gives it."""

import json
import queue
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from .processes import Daemon, clean_environment

PAGE_HOST = "127.0.0.2"
RESULT_SECONDS = 120

# Fetches one script after another and reports what each of them returns. One that leaves the page reports nothing: the
# page that it comes to does.
PAGE = b"""<!doctype html><title>uploads</title><body><script>
const Script = (async () => {}).constructor;
async function run(text) {
  try { return (await new Script(text)()) ?? null; } catch (error) { return {failed: error.name, why: error.message}; }
}
(async () => {
  for (;;) {
    const job = await fetch("/job");
    if (job.status !== 200) return;
    await fetch("/result", {method: "POST", body: JSON.stringify(await run(await job.text()))});
  }
})();
</script>"""


class Browser:
    """Chromium and the server of its page."""

    def __init__(self, directory):
        self.jobs, self.results = queue.Queue(), queue.Queue()
        self.server = ThreadingHTTPServer((PAGE_HOST, 0), handler_of(self))
        self.server.daemon_threads = True
        self.origin = f"http://{PAGE_HOST}:{self.server.server_port}"
        self.directory = Path(directory)
        self.daemon = None

    def start(self, tasks):
        """Starts both; `tasks` runs the server."""
        tasks.submit(self.server.serve_forever)
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        profile = [f"--user-data-dir={self.directory / 'profile'}", "--no-proxy-server", "--disable-extensions"]
        environment = clean_environment(HOME=str(self.directory))
        self.daemon = Daemon(
            ["chromium", *flags, *profile, f"{self.origin}/"], self.directory / "chromium.log", environment
        )
        return self

    def run(self, script, **values):
        """Runs the body of an async function, whose `given` are the values; returns what it returns."""
        self.jobs.put(f"const given = {json.dumps(values)};\n{script}")
        try:
            return self.results.get(timeout=RESULT_SECONDS)
        except queue.Empty:
            raise AssertionError(f"the page said nothing:\n{self.daemon.log()}") from None

    def close(self):
        """Ends both."""
        self.jobs.put(None)
        if self.daemon:
            self.daemon.stop()
        self.server.shutdown()
        self.server.server_close()


def handler_of(browser):
    """The server's side of PAGE."""

    class Handler(BaseHTTPRequestHandler):
        """`/job` waits for a script, `/result` takes what it returned, `/done` is where forms lead to."""

        def do_GET(self):
            """The page, or the next script."""
            target = urlsplit(self.path)
            if target.path == "/job":
                script = browser.jobs.get()
                return self.answer(204 if script is None else 200, (script or "").encode(), "text/plain")
            if target.path == "/done":
                browser.results.put(dict(parse_qsl(target.query)))
            return self.answer(200 if target.path in ("/", "/done") else 404, PAGE, "text/html")

        def do_POST(self):
            """A result."""
            browser.results.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.answer(204, b"", "text/plain")

        def answer(self, status, body, kind):
            """One answer."""
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            """Nothing: the suite's output is for failures."""

    return Handler
