# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What a transformer remembers, handed to another in the middle, changes nothing of what comes out."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope.model.sample_json import encode
from nephoscope.pipeline.transform import Transformer
from nephoscope.pipeline.transform.memory import Item
from tests.pipeline.made import NINE_NS, sample, samples, transformer

KINDS: dict[str, dict[str, Any]] = {
    "rate_of_change": {},
    "delta": {},
    "accumulator": {"size": 4},
    "aggregator": {"size": 5},
    "arithmetic": {"target": {"name": "both", "unit": "", "type": "gauge", "expr": "$(a) + $(b)"}},
}
Batch = list[tuple[str, str, int]]
batches = st.lists(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["r1", "r2"]), st.integers(0, 99)), max_size=4),
    min_size=2,
    max_size=6,
)


class Keeper:
    """Items as they would stand on disk."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}

    def follow(self, changed: Transformer) -> None:
        assert changed.memory is not None
        for item in changed.memory.changes():
            if item.value is None:
                del self.items[item.key]
            else:
                self.items[item.key] = item


def run(one: Transformer, numbered: list[tuple[int, Batch]], keeper: Keeper | None = None) -> list[Any]:
    out = []
    for number, batch in numbered:
        listed = [sample(name, volume, at_s=number, resource_id=resource) for name, resource, volume in batch]
        out += list(encode(one.take(samples(*listed)))) + list(encode(one.flush(NINE_NS)))
        if keeper is not None:
            keeper.follow(one)
    return out


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(listed=batches, cut=st.integers(1, 5))
def test_a_restart_in_between_changes_nothing(kind: str, listed: list[Batch], cut: int) -> None:
    numbered = list(enumerate(listed))
    expected = run(transformer(kind, **KINDS[kind]), numbered)
    keeper = Keeper()
    before = run(transformer(kind, **KINDS[kind]), numbered[:cut], keeper)
    second = transformer(kind, **KINDS[kind])
    assert second.memory is not None
    second.memory.restore(list(keeper.items.values()))
    assert expected == before + run(second, numbered[cut:])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_forgotten_leaves_no_item(kind: str) -> None:
    one, keeper = transformer(kind, **KINDS[kind]), Keeper()
    run(one, [(0, [("a", "r1", 1), ("a", "r2", 2)])], keeper)
    assert one.memory is not None
    one.memory.forget({"r1"})
    keeper.follow(one)
    assert ["r2"] == [item.resource for item in keeper.items.values()]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_changes_while_nothing_comes(kind: str) -> None:
    one = transformer(kind, **KINDS[kind])
    run(one, [(0, [("a", "r1", 1)])])
    assert one.memory is not None
    assert 1 == len(one.memory.changes())
    run(one, [(1, [])])
    assert [] == one.memory.changes()


def test_what_is_restored_counts_as_changed_so_that_it_is_kept_here_too() -> None:
    first, second, keeper = transformer("delta"), transformer("delta"), Keeper()
    run(first, [(0, [("a", "r1", 1)])], keeper)
    assert second.memory is not None
    second.memory.restore(list(keeper.items.values()))
    assert list(keeper.items.values()) == second.memory.changes()


def test_of_two_memories_of_a_series_the_newer_counts() -> None:
    old, new, keeper = transformer("delta"), transformer("delta"), Keeper()
    run(old, [(0, [("a", "r1", 1)])], keeper)
    run(new, [(5, [("a", "r1", 10)])])
    assert new.memory is not None
    new.memory.restore(list(keeper.items.values()))
    assert [2] == [each["volume"] for each in run(new, [(6, [("a", "r1", 12)])])]
