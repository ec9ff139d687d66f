# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Which granularity a chart gets, and what is read for it."""

import numpy as np
import pytest

from nephoscope.model.errors import TooLarge
from nephoscope.query import charts
from nephoscope.query.charts import Wanted, Window, chosen_granularity, lines, sparklines
from nephoscope.rollup.rollup import Rollup
from tests.store.measured import DAY_NS, HOUR_NS, MINUTE_NS, NOON_NS, SECOND_NS, Measured, policy_of

POLICY = policy_of((SECOND_NS, HOUR_NS), (MINUTE_NS, 7 * DAY_NS), (HOUR_NS, 365 * DAY_NS), name="high")


def window(span_ns: int, points: int = 1000, ago_ns: int = 0) -> Window:
    stop_ns = NOON_NS - ago_ns
    return Window(stop_ns - span_ns, stop_ns, NOON_NS, points)


@pytest.mark.parametrize(
    ("expected", "span_ns", "points_max"),
    [
        (SECOND_NS, HOUR_NS, 10_000),
        (MINUTE_NS, HOUR_NS, 100),
        (MINUTE_NS, 2 * HOUR_NS, 10_000),
        (MINUTE_NS, 7 * DAY_NS, 20_000),
        (HOUR_NS, 7 * DAY_NS, 10_000),
        (HOUR_NS, 8 * DAY_NS, 10**9),
        (HOUR_NS, 3000 * DAY_NS, 10**9),
        (HOUR_NS, 300 * DAY_NS, 10),
    ],
)
def test_the_finest_that_reaches_back_and_fits(expected: int, span_ns: int, points_max: int) -> None:
    assert expected == chosen_granularity(POLICY, window(span_ns), points_max)


def test_a_short_span_long_ago_needs_what_was_kept_so_long() -> None:
    assert MINUTE_NS == chosen_granularity(POLICY, window(MINUTE_NS, ago_ns=DAY_NS), 10**9)
    assert HOUR_NS == chosen_granularity(POLICY, window(MINUTE_NS, ago_ns=30 * DAY_NS), 10**9)


@pytest.mark.parametrize(
    ("expected", "asked"), [(MINUTE_NS, MINUTE_NS), (MINUTE_NS, 2 * SECOND_NS), (HOUR_NS, DAY_NS), (SECOND_NS, 1)]
)
def test_a_granularity_that_is_not_kept_becomes_the_finest_coarser_one(expected: int, asked: int) -> None:
    assert expected == chosen_granularity(POLICY, window(HOUR_NS), 10, asked)


def test_series_of_several_policies_and_kinds_come_in_their_order(measured: Measured) -> None:
    one = policy_of(MINUTE_NS, name="one")
    two = policy_of(2 * MINUTE_NS, name="two")
    wanted = [
        Wanted(measured.metric(two), two),
        Wanted(measured.metric(one), one, counter=True),
        Wanted(measured.metric(one), one),
        Wanted(measured.metric(one), one),
    ]
    for place, each in enumerate(wanted[:3]):
        measured.put(each.number, {NOON_NS - n * MINUTE_NS: 600.0 - 60 * n * (place + 1) for n in range(4)})

    found = lines(measured.reader, wanted, "max", window(3 * MINUTE_NS))

    assert [2 * MINUTE_NS, MINUTE_NS, MINUTE_NS, MINUTE_NS] == [each.granularity_ns for each in found]
    assert [[420, 540], [2, 2], [60, 240, 420], []] == [each.values.tolist() for each in found]
    assert 0 == len(lines(measured.reader, [], "mean", window(HOUR_NS)))


@pytest.mark.parametrize(
    ("expected_s", "spacing_s", "span_ns", "points"),
    [
        (20, 10, HOUR_NS, 700),
        (20, 9.9, HOUR_NS, 700),
        (20, 10.1, HOUR_NS, 700),
        (60, 10, 10 * HOUR_NS, 700),
        (120, 60, HOUR_NS, 700),
        (300, 10, 7 * DAY_NS, 700),
        (300, 150, HOUR_NS, 700),
        (300, 300, HOUR_NS, 700),
    ],
)
def test_measures_more_often_than_the_policy_keeps_are_seen(
    measured: Measured, expected_s: int, spacing_s: float, span_ns: int, points: int
) -> None:
    policy = policy_of((300 * SECOND_NS, 30 * DAY_NS), name="low")
    number = measured.metric(policy)
    spacing_ns = int(spacing_s * SECOND_NS)
    measured.put(number, {NOON_NS - 900 * SECOND_NS + n * spacing_ns: float(n) for n in range(3)})

    (found,) = lines(measured.reader, [Wanted(number, policy)], "max", window(span_ns, points))

    assert expected_s * SECOND_NS == found.granularity_ns
    assert 2.0 == found.values[-1]
    assert "" == found.note


def test_sums_and_what_is_asked_for_are_of_the_policys_width(measured: Measured) -> None:
    policy = policy_of((300 * SECOND_NS, 30 * DAY_NS), name="low")
    wanted = [Wanted(measured.metric(policy), policy)]
    measured.put(wanted[0].number, {NOON_NS - 600 * SECOND_NS + n * 10 * SECOND_NS: 1.0 for n in range(30)})

    (total,) = lines(measured.reader, wanted, "sum", window(HOUR_NS))
    (mean,) = lines(measured.reader, wanted, "mean", window(HOUR_NS), 300 * SECOND_NS)

    assert (300 * SECOND_NS, [30.0]) == (total.granularity_ns, total.values.tolist())
    assert (300 * SECOND_NS, [1.0]) == (mean.granularity_ns, mean.values.tolist())


def test_a_sparkline_shows_the_first_minutes(measured: Measured) -> None:
    policy = policy_of((300 * SECOND_NS, 30 * DAY_NS), name="low")
    wanted = [Wanted(measured.metric(policy), policy, counter) for counter in (False, True)]
    for each in wanted:
        measured.put(each.number, {NOON_NS - n * 10 * SECOND_NS: 100.0 - n for n in range(1, 13)})

    gauge, counter = sparklines(measured.reader, wanted, window(HOUR_NS, points=60))

    assert [60 * SECOND_NS] * 2 == [gauge.granularity_ns, counter.granularity_ns]
    assert [90.5, 96.5] == gauge.values.tolist()
    assert [0.1] == counter.values.tolist()


def test_what_is_too_fine_to_read_is_read_in_wider_steps(measured: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "READ_MAX", 10)
    policy = policy_of(SECOND_NS)
    number = measured.metric(policy)
    measured.put(number, {NOON_NS - 60 * SECOND_NS + n * SECOND_NS: float(n) for n in range(60)})

    (found,) = lines(measured.reader, [Wanted(number, policy)], "max", window(60 * SECOND_NS))

    assert 6 * SECOND_NS == found.granularity_ns
    assert list(range(5, 60, 6)) == found.values.tolist()
    assert "shown at 6 s, as finer points are too many to read at once" == found.note


def test_more_than_can_be_read_is_refused(measured: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "READ_MAX", 10)
    wanted = [Wanted(measured.metric(POLICY), POLICY) for _ in range(3)]

    with pytest.raises(TooLarge, match="about 72 points"):
        lines(measured.reader, wanted, "mean", window(DAY_NS))


def test_a_method_that_coarse_aggregates_lack_is_told(measured: Measured) -> None:
    number = measured.metric(POLICY)

    coarse, fine = (
        lines(measured.reader, [Wanted(number, POLICY)], "95pct", window(span))[0].note
        for span in (30 * DAY_NS, HOUR_NS)
    )

    assert "archive policy high does not keep 95pct at 3600 s" in coarse
    assert "" == fine


def test_sparklines_reach_back_into_what_is_rolled_up(measured: Measured) -> None:
    """Steps of two hours over aggregates of an hour equal those over the measures themselves."""
    fine = policy_of((MINUTE_NS, HOUR_NS), (HOUR_NS, 365 * DAY_NS), name="fine")
    plain = policy_of(MINUTE_NS, name="plain")
    wanted = [Wanted(measured.metric(policy), policy, counter) for policy in (fine, plain) for counter in (False, True)]
    for each in wanted:
        measured.put(each.number, {NOON_NS - n * 10 * MINUTE_NS: 10_000.0 - 3 * n for n in range(1, 60)})
    numbers = np.array([each.number for each in wanted[:2]], np.uint32)
    Rollup(measured.store, measured.series).run(fine, numbers)

    gauge, counter, plain_gauge, plain_counter = sparklines(measured.reader, wanted, window(8 * HOUR_NS, points=4))

    assert 4 == len(gauge.values)
    assert gauge.values.tolist() == pytest.approx(plain_gauge.values.tolist())
    # 3 in ten minutes
    assert [3 / 600] * 4 == pytest.approx(counter.values.tolist())
    assert counter.values.tolist() == pytest.approx(plain_counter.values.tolist())
