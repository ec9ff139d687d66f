# SPDX-License-Identifier: Apache-2.0
"""How long people wait for pages; `tests/conftest.py` has it run when other tests have ended."""

from pathlib import Path

import pytest

from tests.browser.running import TIMEOUT_S, made_up_cloud, run


@pytest.mark.timeout(TIMEOUT_S)
def test_in_a_browser(tmp_path: Path) -> None:
    with made_up_cloud(tmp_path) as cloud:
        run("speed", cloud)
