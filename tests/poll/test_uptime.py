# SPDX-License-Identifier: Apache-2.0
"""Time since boot."""

from pathlib import Path

import pytest

from nephoscope.poll.host import Host
from nephoscope.poll.uptime import Uptime


def test_seconds_since_boot_agree_with_the_kernels_own_file() -> None:
    said = float(Path("/proc/uptime").read_text().split()[0])
    assert Uptime(Host("box")).poll(1).batch().value == [pytest.approx(said, abs=1)]
