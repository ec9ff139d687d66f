# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Samples as maps, and batches of bounded size."""

import doctest
import math
from uuid import UUID

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.sample_columns import objects
from nephoscope.model.signature import verified
from nephoscope.observe import registry
from nephoscope.pipeline.publish import wire
from tests.pipeline.made import sample, samples


def lost(cause: str) -> float:
    return registry.value("nephoscope_dropped_total", station="publish", cause=cause)


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(wire).attempted > 0
    assert doctest.testmod(wire).failed == 0


def test_ids_are_random_uuids_of_version_four_and_all_different() -> None:
    ids = wire.new_ids(1000)
    assert 1000 == len(set(ids))
    assert {(4, "specified in RFC 4122")} == {(UUID(each).version, UUID(each).variant) for each in ids}
    assert [] == wire.new_ids(0)


def test_times_say_no_zone_and_no_fraction_where_there_is_none() -> None:
    times = [each["timestamp"] for each in wire.object_maps(samples(sample(), sample(at_s=0.25), sample()))]
    assert ["2026-03-02T09:00:00", "2026-03-02T09:00:00.250000", "2026-03-02T09:00:00"] == times


def test_what_no_peer_can_read_is_counted_and_left_out() -> None:
    before = lost("volume"), lost("cannot be encoded")
    whole = samples(*(sample(str(i), i) for i in range(5)))
    broken = whole.having(
        volume=np.array([0, math.nan, 2, math.inf, 4]), user_id=objects(["u", "u", "\ud800", "\ud800", None])
    )
    assert ["0", "4"] == wire.sendable(broken).name.tolist()
    assert (before[0] + 2, before[1] + 1) == (lost("volume"), lost("cannot be encoded"))


def test_metadata_that_has_no_encoding_is_written_as_near_as_can_be() -> None:
    metadata = objects([{}, {"a": ["\ud800b"], "\ud800": 1}, {"a": {"b": 2**70}}])
    broken = samples(*(sample(str(i)) for i in range(3))).having(metadata=metadata)
    signed = wire.signing(msgspec.msgpack.encode, "s")
    found = [msgspec.msgpack.decode(each) for each in wire.encoded(wire.wire_maps(broken), signed)]
    assert [{}, {"a": ["?b"], "?": 1}, {"a": {"b": str(2**70)}}] == [each["resource_metadata"] for each in found]
    assert all(verified(each, "s") for each in found)
    assert 3 == len(list(wire.encoded(wire.object_maps(broken), msgspec.json.encode)))


def test_metadata_without_any_encoding_is_counted_and_its_neighbours_go() -> None:
    before = lost("cannot be encoded")
    endless: dict[str, object] = {}
    endless["self"] = endless
    broken = samples(sample("a"), sample("b"), sample("c")).having(metadata=objects([{}, endless, {}]))
    assert 2 == len(list(wire.encoded(wire.object_maps(broken), msgspec.json.encode)))
    assert before + 1 == lost("cannot be encoded")


@given(st.lists(st.binary(max_size=20)), st.integers(1, 5), st.integers(1, 50))
def test_parts_hold_everything_in_order_within_their_bounds(
    pieces: list[bytes], count_max: int, bytes_max: int
) -> None:
    parts = list(wire.in_parts(pieces, count_max=count_max, bytes_max=bytes_max))
    assert pieces == [piece for part in parts for piece in part]
    assert all(1 <= len(part) <= count_max for part in parts)
    assert all(len(part) == 1 or sum(map(len, part)) <= bytes_max for part in parts)


@given(st.lists(st.binary(max_size=300)))
def test_framing_and_back_is_the_same(pieces: list[bytes]) -> None:
    assert pieces == list(wire.unframed(wire.framed(pieces)))
