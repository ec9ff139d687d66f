# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Kinds of work and the curves that they follow."""

import doctest

import numpy as np

from nephoscope.demo import workload
from nephoscope.demo.workload import DAY_S, WORKLOADS, day_curve, is_weekend, night_curve


def test_the_examples_in_the_text_hold() -> None:
    assert 3 == doctest.testmod(workload).attempted
    assert 0 == doctest.testmod(workload).failed


def test_a_week_has_two_days_of_weekend() -> None:
    assert 2 == is_weekend(np.arange(7.0) * DAY_S + 1_763_150_400).sum()


def test_curves_stay_between_nothing_and_all_and_come_back_each_day() -> None:
    times = np.arange(0, 3 * DAY_S, 600.0)
    for curve in (day_curve(times), night_curve(times)):
        assert 0 <= curve.min() < 0.01
        assert 0.99 < curve.max() <= 1
        assert np.allclose(curve[:144], curve[144:288])


def test_no_work_asks_for_more_than_there_is() -> None:
    assert len({each.name for each in WORKLOADS}) == len(WORKLOADS)
    for each in WORKLOADS:
        assert 0 < each.base + max(each.day, each.night) <= 1, each.name
        assert 0 < each.memory <= 1, each.name
