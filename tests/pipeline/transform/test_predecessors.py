# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Rates and differences: the same however samples come in batches, and equal to a loop that looks at one by one."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.sample_columns import Samples
from nephoscope.model.sample_json import encode
from nephoscope.observe import registry
from nephoscope.pipeline.transform.predecessors import Predecessors
from tests.pipeline.made import sample, samples, transformer

KINDS = st.sampled_from(["gauge", "cumulative", "delta"])


@st.composite
def made_up(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Some series, their samples shuffled a little, some with a clock that never goes back."""
    count = draw(st.integers(1, 25))
    return [
        sample(
            draw(st.sampled_from(["cpu", "disk"])),
            float(draw(st.integers(0, 50))),
            draw(st.integers(0, 40)),
            resource_id=draw(st.sampled_from(["r1", "r2", "r3"])),
            type=draw(KINDS),
            monotonic_time=draw(st.one_of(st.none(), st.integers(0, 40).map(float))),
        )
        for _ in range(count)
    ]


def one_by_one(listed: list[dict[str, Any]]) -> list[float]:
    """Rates as one would write them down for a single sample."""
    before: dict[tuple[str, str], dict[str, Any]] = {}
    rates = []
    for each in listed:
        key = each["name"], each["resource_id"]
        last = before.get(key)
        if last is None:
            before[key] = each
            continue
        clocks = each["monotonic_time"], last["monotonic_time"]
        seconds = clocks[0] - clocks[1] if None not in clocks else time_of(each) - time_of(last)
        if seconds < 0:
            continue
        grown = each["volume"] - last["volume"]
        if each["type"] == "cumulative" and grown < 0:
            grown = each["volume"]
        rates.append(grown / seconds if seconds else 0.0)
        before[key] = each
    return rates


def time_of(each: dict[str, Any]) -> float:
    return float(each["timestamp"][-9:])


@given(made_up(), st.lists(st.integers(0, 25), max_size=4))
def test_any_split_into_batches_gives_what_one_by_one_gives(listed: list[dict[str, Any]], cuts: list[int]) -> None:
    rate = transformer("rate_of_change")
    edges = [0, *sorted(min(cut, len(listed)) for cut in cuts), len(listed)]
    found: list[float] = []
    for first, last in pairwise(edges):
        found += rate.take(samples(*listed[first:last])).volume.tolist()
    assert pytest.approx(one_by_one(listed)) == found


def test_what_is_older_than_its_predecessor_is_counted() -> None:
    before = registry.value("nephoscope_dropped_total", station="pipeline", cause="older than its predecessor")
    rate = transformer("rate_of_change")
    rate.take(samples(sample(at_s=10), sample(at_s=5), sample(at_s=7)))
    after = registry.value("nephoscope_dropped_total", station="pipeline", cause="older than its predecessor")
    assert 2 == after - before


def test_at_most_so_many_series_are_remembered_those_seen_last() -> None:
    known = Predecessors(monotonic=False, series_max=10)
    for second in range(30):
        known.step(samples(sample(resource_id=f"r{second}", at_s=second)))
    again = samples(*(sample(resource_id=f"r{number}", at_s=40) for number in range(30)))
    remembered = known.step(again).rows.tolist()
    assert 9 <= len(remembered) <= 10
    assert list(range(30 - len(remembered), 30)) == remembered


def test_what_comes_out_has_the_later_samples_time_and_metadata() -> None:
    rate = transformer("rate_of_change", target={"name": "cpu.rate", "unit": "ns/s", "type": "gauge"})
    rate.take(samples(sample(volume=1.0, resource_metadata={"old": 1}, type="cumulative")))
    (found,) = encode(rate.take(samples(sample(volume=3.0, at_s=4, resource_metadata={"new": 1}, type="cumulative"))))
    assert ("cpu.rate", "ns/s", "gauge", 0.5) == (found["name"], found["unit"], found["type"], found["volume"])
    assert ("2026-03-02T09:00:04+00:00", {"new": 1}) == (found["timestamp"], found["resource_metadata"])


def test_no_samples_give_none() -> None:
    nothing: Samples = samples()
    assert 0 == len(transformer("rate_of_change").take(nothing))
    assert 0 == len(Predecessors(monotonic=True).step(nothing).rows)
    assert np.array_equal([], transformer("delta").take(nothing).volume)
