# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Samples put down one by one: what is kept, and what is counted instead."""

import numpy as np
import pytest

from nephoscope.model.sample import Meter
from nephoscope.observe import registry
from nephoscope.poll.sample_rows import SampleRows

METER = Meter("m", "delta", "u")


def counted(cause: str) -> float:
    return registry.value("nephoscope_dropped_total", station="poll", cause=cause)


def test_rows_come_out_as_columns_in_order() -> None:
    rows = SampleRows(7, monotonic=iter([1.5, 2.5]).__next__)
    rows.add(METER, "1.5", 12, project_id="", user_id="u", metadata={"a": 1})
    for target in rows.each(["nothing", "nor here", "nor here", "there"]):
        if target == "there":
            rows.add(METER, True, "r")
    found = rows.polled()
    samples = found.samples
    assert (["m", "m"], ["delta"] * 2, ["u"] * 2) == (
        samples.name.tolist(),
        samples.type.tolist(),
        samples.unit.tolist(),
    )
    assert ([1.5, 1.0], ["12", "r"]) == (samples.volume.tolist(), samples.resource_id.tolist())
    assert ([None, None], ["u", None]) == (samples.project_id.tolist(), samples.user_id.tolist())
    assert ([7, 7], [1.5, 2.5]) == (samples.time_ns.tolist(), samples.monotonic_s.tolist())
    assert ([{"a": 1}, {}], [0, 3]) == (samples.metadata.tolist(), found.target.tolist())
    assert (np.dtype(np.float64), np.dtype(np.int64)) == (samples.volume.dtype, samples.time_ns.dtype)


def test_nothing_gives_no_rows() -> None:
    found = SampleRows(1).polled()
    assert (0, 0) == (len(found.samples), len(found.target))


@pytest.mark.parametrize(
    ("meter", "volume", "resource", "cause"),
    [
        (METER, None, "r", "volume is no number"),
        (METER, "up", "r", "volume is no number"),
        (METER, "nan", "r", "volume is no number"),
        (METER, [1], "r", "volume is no number"),
        (METER, 10**400, "r", "volume is no number"),
        (METER, 1, None, "no resource id"),
        (METER, 1, "", "no resource id"),
        (METER, 1, {"a": 1}, "no resource id"),
        (METER, 1, "r" * 256, "no resource id"),
        (Meter("m" * 256), 1, "r", "no meter name"),
    ],
)
def test_what_is_no_sample_is_counted(meter: Meter, volume: object, resource: object, cause: str) -> None:
    before = counted(cause)
    rows = SampleRows(1)
    rows.add(meter, volume, resource)
    assert (0, 1) == (len(rows.polled().samples), counted(cause) - before)
