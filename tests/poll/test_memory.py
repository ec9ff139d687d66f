# SPDX-License-Identifier: Apache-2.0
"""Main memory."""

from pathlib import Path

import pytest

from nephoscope.poll.host import Host
from nephoscope.poll.memory import Memory


def test_bytes_are_what_the_kernel_says_in_kibibytes() -> None:
    batch = Memory(Host("box")).poll(1).batch()
    read = dict(zip((meter.name for meter in batch.meters), batch.value, strict=True))
    total_kib = int(Path("/proc/meminfo").read_text().split()[1])
    assert read["memory.total"] == total_kib * 1024
    assert read["memory.util"] == pytest.approx(100 * (1 - read["memory.available"] / read["memory.total"]))
    assert 0 < read["memory.free"] <= read["memory.total"]
