# SPDX-License-Identifier: Apache-2.0

"""Meters of instances and hosts."""

import numpy as np
import pytest

from nephoscope.demo.activity import STEPS_PER_BLOCK, Block, Counters
from nephoscope.demo.meters import HOST_METERS, INSTANCE_METERS, DemoMeter, host_readings
from tests.demo.clouds import cloud


def test_there_are_twenty_and_none_twice() -> None:
    assert 20 == len({each.name for each in INSTANCE_METERS}) == len(INSTANCE_METERS)
    assert {"instance", "disk", "interface"} == {each.part for each in INSTANCE_METERS}


@pytest.mark.parametrize("meter", INSTANCE_METERS, ids=lambda meter: meter.name)
def test_a_meter_reads_a_finite_number_for_each_instance_at_each_time(meter: DemoMeter) -> None:
    some = cloud()
    readings = meter.read(Block(some, some.groups[0], 0), Counters())
    whole = np.broadcast_to(readings, (STEPS_PER_BLOCK, 40))
    assert np.isfinite(whole).all()
    assert (whole >= 0).all()


def test_cpu_time_is_what_the_load_amounts_to() -> None:
    some = cloud()
    block = Block(some, some.groups[0], 0)
    [meter] = [each for each in INSTANCE_METERS if each.name == "cpu"]
    spent = np.diff(meter.read(block, Counters()), axis=0)
    expected = block.cpu_util[1:] / 100 * block.vcpus * 300e9
    assert np.allclose(expected[:, spent.min(axis=0) > 0], spent[:, spent.min(axis=0) > 0])


def test_hosts_read_one_number_for_each_of_their_meters() -> None:
    some = cloud()
    readings = host_readings(Block(some, some.groups[0], 0))
    assert (len(HOST_METERS), STEPS_PER_BLOCK, 2) == readings.shape
    assert (readings[:2] <= 100).all()
