"""Expecting refusals."""

from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError


@contextmanager
def refused(status, code=None):
    """The block must fail with this HTTP status and S3 code; for HEAD there is no code but the status."""
    with pytest.raises(ClientError) as caught:
        yield caught
    answer = caught.value.response
    found = answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]
    assert found == (status, str(status) if code is None else code), answer
