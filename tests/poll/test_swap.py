# SPDX-License-Identifier: Apache-2.0
"""Swap space."""

from types import SimpleNamespace

import psutil
import pytest

from nephoscope.poll.host import Host
from nephoscope.poll.swap import Swap


@pytest.mark.parametrize(("total", "used", "util"), [(0, 0, 0), (400, 100, 25)])
def test_use_is_a_percentage_also_without_any_swap(
    monkeypatch: pytest.MonkeyPatch, total: int, used: int, util: float
) -> None:
    swap = SimpleNamespace(total=total, used=used, free=total - used, sin=7, sout=9)
    monkeypatch.setattr(psutil, "swap_memory", lambda: swap)
    batch = Swap(Host("box")).poll(1).batch()
    read = dict(zip((batch.meters[m].name for m in batch.meter), batch.value, strict=True))
    assert util == read["swap.util"]
    assert (read["swap.in.bytes"], read["swap.out.bytes"]) == (7, 9)
