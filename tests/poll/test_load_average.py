# SPDX-License-Identifier: Apache-2.0
"""Load averages."""

import os

import pytest

from nephoscope.poll.host import Host
from nephoscope.poll.load_average import LoadAverage


def test_the_three_averages_come_under_their_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (0.5, 1.5, 2.5))
    batch = LoadAverage(Host("box")).poll(1).batch()
    assert [(batch.meters[m].name, value) for m, value in zip(batch.meter, batch.value, strict=True)] == [
        ("load.1m", 0.5),
        ("load.5m", 1.5),
        ("load.15m", 2.5),
    ]
