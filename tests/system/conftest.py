# SPDX-License-Identifier: Apache-2.0
"""Fixtures for tests of the whole program."""

import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.system.server import BASIC, Server, serving

# A shell that starts the tests in the background has Ctrl-C ignored, which the programs under test would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """
    The real program with its default configuration on a data folder of its own; it must end with 0 afterwards.

    For other settings: `tests.system.server.serving`, or TOML text through
    `pytest.mark.parametrize("server", [CONFIG], indirect=True)`.
    """
    with serving(tmp_path, config=getattr(request, "param", "")) as server:
        yield server


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server in basic mode for all tests of a module, which neither stop it nor mind each other's data."""
    with serving(tmp_path_factory.mktemp("shared"), config=BASIC) as server:
        yield server


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the server said below a failed test."""
    report = yield
    for server in getattr(item, "funcargs", {}).values():
        if report.when == "call" and report.failed and isinstance(server, Server):
            report.sections.append(("nephoscope serve", server.process.said()))
    return report
