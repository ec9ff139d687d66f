# SPDX-License-Identifier: Apache-2.0
"""What tests of the client share."""

from collections.abc import Iterator

import pytest

from tests.client.server import SampleServer, sample_server


@pytest.fixture
def server() -> Iterator[SampleServer]:
    """A server that takes samples."""
    with sample_server() as running:
        yield running
