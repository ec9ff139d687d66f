# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Dead letters are kept, read page by page, and forgotten after a week."""

import time

import pytest

from nephoscope.model.errors import BadArgument
from nephoscope.query.dead_letters import DeadLetterFilter, find
from nephoscope.store.contract import Store
from nephoscope.store.dead_letters import DeadLetter, bury, forget_old, keep

ALL = DeadLetterFilter()


def test_letters_are_read_in_pages_whatever_came_together(store: Store) -> None:
    for batch in range(3):
        keep(store, [DeadLetter("agent", "odd" if n % 2 else "even", f"{batch}.{n}") for n in range(5)], "blue")
    seen: list[str] = []
    marker = None
    while marker != "":
        page, found = find(store, ALL, 4, marker)
        assert len(page) <= 4
        seen += [each.record for each in page]
        marker = found or ""

    assert {f"{batch}.{n}" for batch in range(3) for n in range(5)} == set(seen)
    assert 15 == len(seen)
    assert sorted((each[0] for each in seen), reverse=True) == [each[0] for each in seen]


def test_letters_are_found_by_station_cause_and_time(store: Store) -> None:
    before_ns = time.time_ns()
    keep(
        store,
        [DeadLetter("agent", "odd", "a"), DeadLetter("agent", "even", "b"), DeadLetter("store", "odd", "c")],
        "blue",
    )

    def found(**wanted: object) -> list[str]:
        return sorted(each.record for each in find(store, DeadLetterFilter(**wanted), 10)[0])  # type: ignore[arg-type]

    assert ["a", "b"] == found(station="agent")
    assert ["a", "c"] == found(cause="odd")
    assert ["a", "b", "c"] == found(start_ns=before_ns)
    assert [] == found(stop_ns=before_ns)
    assert "blue" == find(store, ALL, 1)[0][0].project_id


@pytest.mark.parametrize("marker", ["", "x", "1", "1:", ":1", "-1:0", f"{2**63}:0", "1:99999999999"])
def test_a_marker_of_nothing_is_refused(store: Store, marker: str) -> None:
    with pytest.raises(BadArgument):
        find(store, ALL, 10, marker)


def test_letters_of_a_week_stay(store: Store) -> None:
    bury(store, "store", "late", ["x"])
    forget_old(store, "dead_letters", "")

    assert ["x"] == [each.record for each in find(store, ALL, 10)[0]]
