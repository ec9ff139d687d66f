# SPDX-License-Identifier: Apache-2.0
"""Gathering, merging, splitting and encoding."""

import gzip
import threading
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.client.batch import Gatherer, encode, merge, split
from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from nephoscope.observe import registry

Row = tuple[SampledResource, Meter, int, float]


def rows(batch: SampleBatch) -> list[Row]:
    """The samples one by one."""
    columns = zip(batch.resource, batch.meter, batch.time_ns, batch.value, strict=True)
    return [(batch.resources[r], batch.meters[m], time_ns, value) for r, m, time_ns, value in columns]


def numbered(*values: float) -> SampleBatch:
    """Samples of one meter of one resource."""
    n = len(values)
    return SampleBatch([SampledResource("box")], [Meter("a")], [0] * n, [0] * n, list(range(n)), list(values))


@st.composite
def batches(draw: st.DrawFn) -> SampleBatch:
    """Batches whose resources and meters overlap with those of others, listed in any order, some of them unused."""
    resources = [SampledResource(name) for name in draw(st.permutations("abc"))]
    meters = [Meter(name) for name in draw(st.permutations("xyz"))]
    n = draw(st.integers(0, 12))
    index = st.lists(st.integers(0, 2), min_size=n, max_size=n)
    values = draw(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=n, max_size=n))
    return SampleBatch(resources, meters, draw(index), draw(index), list(range(n)), values)


@given(st.lists(batches(), max_size=5))
def test_merging_keeps_every_sample_in_order_and_names_each_thing_once(many: list[SampleBatch]) -> None:
    merged = merge(many)
    assert rows(merged) == [row for batch in many for row in rows(batch)]
    assert len({resource.id for resource in merged.resources}) == len(merged.resources)
    assert len(set(merged.meters)) == len(merged.meters)


@given(batches(), st.integers(1, 15))
def test_parts_of_a_batch_put_together_are_the_batch(batch: SampleBatch, samples_max: int) -> None:
    parts = split(batch, samples_max)
    assert [row for part in parts for row in rows(part)] == rows(batch)
    assert all(len(part.value) <= samples_max for part in parts)


def test_a_resource_comes_with_the_attributes_that_were_read_last() -> None:
    before, after = numbered(1), numbered(2)
    after.resources = [SampledResource("box", attributes={"kernel": "new"})]
    assert merge([before, after]).resources == after.resources


@given(batches())
def test_a_batch_encoded_is_read_back_as_it_was(batch: SampleBatch) -> None:
    plain = encode(batch, created_ns=5, gzip_over_bytes=10**9)
    packed = encode(batch, created_ns=5, gzip_over_bytes=1)
    assert (plain.encoding, packed.encoding) == ("", "gzip")
    assert plain.body == gzip.decompress(packed.body)
    assert msgspec.json.decode(plain.body, type=SampleBatch) == batch
    assert plain.id != packed.id
    assert (packed.samples, packed.created_ns) == (len(batch.value), 5)


class Clock:
    """Time that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def gatherer(clock: Clock, pending_max: int = 100) -> Gatherer:
    """One that waits two seconds or for four samples."""
    return Gatherer(wait_s=2, samples_max=4, pending_max=pending_max, monotonic=clock)


def test_readings_wait_for_company_and_then_go_together() -> None:
    clock = Clock()
    gathered = gatherer(clock)
    gathered.add(numbered(1))
    clock.now = 1.9
    gathered.add(numbered(2))
    assert gathered.take() is None
    clock.now = 2.0
    taken = gathered.take()
    assert taken is not None
    assert taken.value == [1, 2]
    assert gathered.take() is None


def test_enough_samples_go_at_once_in_batches_of_the_permitted_size() -> None:
    gathered = gatherer(Clock())
    gathered.add(numbered(*range(9)))
    first, second = gathered.take(), gathered.take()
    assert first is not None
    assert second is not None
    assert (first.value, second.value) == ([0, 1, 2, 3], [4, 5, 6, 7])
    assert gathered.take() is None
    gathered.close()
    last = gathered.take()
    assert last is not None
    assert last.value == [8]


def test_beyond_the_bound_the_oldest_go_and_are_counted() -> None:
    before = registry.value("nephoscope_dropped_total", station="agent", cause="full")
    gathered = gatherer(Clock(), pending_max=5)
    for value in range(4):
        gathered.add(numbered(value, value))
    gathered.close()
    first = gathered.take()
    assert first is not None
    assert first.value == [2, 2, 3, 3]
    assert registry.value("nephoscope_dropped_total", station="agent", cause="full") - before == 4


def test_nothing_read_makes_no_batch() -> None:
    gathered = gatherer(Clock())
    gathered.add(numbered())
    gathered.close()
    assert gathered.take() is None


@pytest.mark.parametrize("how", ["due", "close", "timeout"])
def test_waiting_ends_when_a_batch_is_due_or_at_the_close_or_in_time(how: str) -> None:
    gathered = Gatherer(wait_s=0.1 if how == "due" else 60, samples_max=10, pending_max=100)
    action = gathered.close if how == "close" else lambda: gathered.add(numbered(1))
    threading.Timer(0.05, action).start()
    began = time.monotonic()
    gathered.wait(0.3 if how == "timeout" else None)
    assert {"due": 0.14, "close": 0.04, "timeout": 0.29}[how] <= time.monotonic() - began < 2
    assert (gathered.take() is not None) is (how == "due")
