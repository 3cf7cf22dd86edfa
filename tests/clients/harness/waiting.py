"""Waiting on events with a deadline; nothing in the suites sleeps for a fixed time."""

import time

POLL_SECONDS = 0.05


class TooLate(AssertionError):
    """An event did not happen before its deadline."""


def wait_until(event, what, seconds):
    """Calls `event` until it returns something true, and returns that; after `seconds` it fails, naming `what`."""
    end = time.monotonic() + seconds
    last_error = None
    while True:
        try:
            value = event()
            last_error = None
        except (OSError, ValueError, KeyError) as error:
            value, last_error = None, error
        if value:
            return value
        if time.monotonic() > end:
            raise TooLate(f"not within {seconds} s: {what}" + (f" (last error: {last_error!r})" if last_error else ""))
        time.sleep(POLL_SECONDS)
