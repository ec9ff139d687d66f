# SPDX-License-Identifier: Apache-2.0
"""The columns that pollsters fill."""

import math

import pytest

from nephoscope.model.sample import Meter, SampledResource
from nephoscope.poll.contract import Readings

METERS = (Meter("a", "gauge", "B"), Meter("b", "cumulative", "s"), Meter("c", "delta", "hit"))
DISK, HOST = SampledResource("box.disk.sda"), SampledResource("box")


def test_readings_become_columns_with_only_the_meters_that_were_read() -> None:
    readings = Readings(METERS, 42)
    readings.add(DISK, {"c": 1, "a": 2})
    readings.add(HOST, {"a": 3})
    batch = readings.batch()
    assert batch.resources == [DISK, HOST]
    assert batch.meters == [METERS[0], METERS[2]]
    assert batch.resource == [0, 0, 1]
    assert batch.meter == [1, 0, 0]
    assert batch.value == [1.0, 2.0, 3.0]
    assert batch.time_ns == [42, 42, 42]


def test_what_is_not_a_finite_number_is_left_out_and_so_is_a_resource_without_readings() -> None:
    readings = Readings(METERS, 42)
    readings.add(DISK, {"a": math.nan, "b": math.inf})
    readings.add(HOST, {"a": 1, "b": -math.inf})
    batch = readings.batch()
    assert batch.resources == [HOST]
    assert batch.value == [1.0]


def test_a_meter_that_was_not_declared_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="undeclared"):
        Readings(METERS, 42).add(HOST, {"undeclared": 1})
