# SPDX-License-Identifier: Apache-2.0
"""Fixtures for tests of the whole program."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.system.server import Server, serving


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """
    The real program with its default configuration on a data folder of its own; it must end with 0 afterwards.

    For other settings: `tests.system.server.serving`, or TOML text through
    `pytest.mark.parametrize("server", [CONFIG], indirect=True)`.
    """
    with serving(tmp_path, config=getattr(request, "param", "")) as server:
        yield server


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the server said below a failed test."""
    report = yield
    server = getattr(item, "funcargs", {}).get("server")
    if report.when == "call" and report.failed and isinstance(server, Server):
        report.sections.append(("nephoscope serve", server.process.said()))
    return report
