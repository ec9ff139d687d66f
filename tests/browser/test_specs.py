# SPDX-License-Identifier: Apache-2.0
"""
The specs of web/browser that have no file of their own here, one test each.

One of them by itself: `make test ARGS='tests/browser -k login'`.
"""

from collections.abc import Iterator

import pytest

from tests.browser.running import SPECS, TIMEOUT_S, made_up_cloud, run
from tests.system.server import Server

APART = {"pages", "speed"}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with made_up_cloud(tmp_path_factory.mktemp("cloud")) as server:
        yield server


@pytest.mark.timeout(TIMEOUT_S)
@pytest.mark.parametrize("spec", sorted(SPECS.keys() - APART))
def test_in_a_browser(cloud: Server, spec: str) -> None:
    run(spec, cloud)


def test_there_are_specs_to_run() -> None:
    assert {"login", "pages", "address", "keys", "rights", "gone", "export", "speed"} <= SPECS.keys()
