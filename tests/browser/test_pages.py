# SPDX-License-Identifier: Apache-2.0
"""
Every page in both themes and at two widths; pictures of them are left in web/browser/out.

It takes nearly as long as all other specs together, which another worker may run meanwhile.
"""

from pathlib import Path

import pytest

from tests.browser.running import TIMEOUT_S, made_up_cloud, run


@pytest.mark.timeout(TIMEOUT_S)
def test_in_a_browser(tmp_path: Path) -> None:
    with made_up_cloud(tmp_path) as cloud:
        run("pages", cloud)
