# SPDX-License-Identifier: Apache-2.0
"""Revisions of resources that share buckets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.operations import Life, OutputSeries, Part, join_lives
from tests.query.operations.series import MINUTE_NS


def series_of(*values: float, step: int = MINUTE_NS) -> OutputSeries:
    return OutputSeries(None, (Part(step, np.arange(len(values), dtype=np.int64) * step, np.array(values)),))


def test_a_bucket_that_a_revision_covers_partly_counts_with_that_share() -> None:
    life = Life(series_of(60, 60, 60), 15 * SECOND_NS, 150 * SECOND_NS)
    (part,) = join_lives([life]).parts
    assert part.values.tolist() == [45.0, 60.0, 30.0]


def test_an_open_revision_covers_its_buckets_wholly() -> None:
    (part,) = join_lives([Life(series_of(1, 2), None, None)]).parts
    assert part.values.tolist() == [1.0, 2.0]


def test_revisions_in_the_same_bucket_are_added() -> None:
    (part,) = join_lives([Life(series_of(1, 2), None, None), Life(series_of(10, 20, 30), None, None)]).parts
    assert (part.times_ns.tolist(), part.values.tolist()) == ([0, MINUTE_NS, 2 * MINUTE_NS], [11.0, 22.0, 30.0])


def test_granularities_stay_apart_coarsest_first() -> None:
    lives = [Life(series_of(1), None, None), Life(series_of(2, step=60 * MINUTE_NS), None, None)]
    assert [(part.step, part.values.tolist()) for part in join_lives(lives).parts] == [
        (60 * MINUTE_NS, [2.0]),
        (MINUTE_NS, [1.0]),
    ]


def test_nothing_joined_is_nothing() -> None:
    assert join_lives([]).parts == ()


@given(st.lists(st.integers(0, 180 * SECOND_NS), max_size=5), st.tuples(*[st.integers(-1000, 1000)] * 3))
def test_cutting_a_life_into_revisions_changes_nothing(cuts: list[int], values: tuple[int, ...]) -> None:
    edges = [None, *sorted(cuts), None]
    lives = [Life(series_of(*values), edges[i], edges[i + 1]) for i in range(len(edges) - 1)]
    (part,) = join_lives(lives).parts
    np.testing.assert_allclose(part.values, values, atol=1e-9)
