# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What a transformer remembers, handed to another in the middle, changes nothing of what comes out."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope.model.errors import BadPayload
from nephoscope.model.sample_json import encode
from nephoscope.pipeline.transform import Transformer
from nephoscope.pipeline.transform.memory import PAGE_ROWS, Memory
from tests.pipeline.made import NINE_NS, sample, samples, transformer

BOTH: dict[str, Any] = {"target": {"name": "both", "unit": "", "type": "gauge", "expr": "$(a) + $(b)"}}
KINDS: dict[str, dict[str, Any]] = {
    "rate_of_change": {},
    "delta": {},
    "accumulator": {"size": 4},
    "aggregator": {"size": 5},
    "arithmetic": BOTH,
    "limit": {"series": 2},
}
RESOURCES = [f"r{number}" for number in range(3 * PAGE_ROWS)]
Batch = list[tuple[str, str, int]]
batches = st.lists(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["r1", "r2"]), st.integers(0, 99)), max_size=4),
    min_size=2,
    max_size=6,
)
# What happens to which resources, and whether changes are asked for afterwards.
happenings = st.lists(
    st.tuples(st.booleans(), st.integers(0, len(RESOURCES)), st.integers(0, len(RESOURCES)), st.booleans()), max_size=8
)


def memory_of(one: Transformer) -> Memory:
    assert one.memory is not None
    return one.memory


class Keeper:
    """Pages as they would stand on disk."""

    def __init__(self) -> None:
        self.pages: dict[int, bytes] = {}

    def follow(self, changed: Transformer) -> None:
        for number, page in memory_of(changed).changes().items():
            if page is None:
                self.pages.pop(number, None)
            else:
                self.pages[number] = page

    def restore(self, fresh: Transformer) -> Transformer:
        for number in sorted(self.pages):
            memory_of(fresh).restore(self.pages[number])
        return fresh


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
    assert expected == before + run(keeper.restore(transformer(kind, **KINDS[kind])), numbered[cut:])


# The others let samples go by how many there are of all resources.
@pytest.mark.parametrize("kind", ["rate_of_change", "delta", "arithmetic", "limit"])
@settings(max_examples=60, deadline=None)
@given(listed=batches, cut=st.integers(1, 5))
def test_a_resource_that_goes_elsewhere_takes_along_what_is_remembered_of_it(
    kind: str, listed: list[Batch], cut: int
) -> None:
    numbered = list(enumerate(listed))
    expected = run(transformer(kind, **KINDS[kind]), numbered)
    old, new = transformer(kind, **KINDS[kind]), transformer(kind, **KINDS[kind])
    found = run(old, numbered[:cut])
    page = memory_of(old).of_resources({"r1", "r9"})
    if page is not None:
        assert {"r1"} == memory_of(new).restore(page)
    memory_of(old).forget({"r1", "r9"})
    for number, batch in numbered[cut:]:
        for one, goes in ((old, False), (new, True)):
            found += run(one, [(number, [each for each in batch if (each[1] == "r1") is goes])])
    for resource in ("r1", "r2"):
        assert of(expected, resource) == of(found, resource)


def of(listed: list[Any], resource: str) -> list[Any]:
    return [each for each in listed if each["resource_id"] == resource]


@pytest.mark.parametrize("kind", ["delta", "accumulator", "arithmetic", "limit"])
@settings(max_examples=40, deadline=None)
@given(listed=happenings)
def test_pages_follow_whatever_comes_and_goes(kind: str, listed: list[tuple[bool, int, int, bool]]) -> None:
    parameters = KINDS[kind] | ({"size": 10_000} if kind == "accumulator" else {})
    one, keeper = transformer(kind, **parameters), Keeper()
    for number, (comes, first, last, asked) in enumerate(listed):
        if comes:
            run(one, [(number, [("a", resource, number) for resource in RESOURCES[first:last]])])
        else:
            memory_of(one).forget(set(RESOURCES[first:last]))
        if asked:
            keeper.follow(one)
    keeper.follow(one)
    again = keeper.restore(transformer(kind, **parameters))
    assert memory_of(one).of_resources(RESOURCES) == memory_of(again).of_resources(RESOURCES)
    if kind != "limit":
        assert list(range(len(keeper.pages))) == sorted(keeper.pages)
        assert len(keeper.pages) <= len(listed) * len(RESOURCES) // PAGE_ROWS


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_forgotten_is_on_no_page(kind: str) -> None:
    one, keeper = transformer(kind, **KINDS[kind]), Keeper()
    run(one, [(0, [("a", "r1", 1), ("a", "r2", 2)])], keeper)
    memory_of(one).forget({"r1"})
    keeper.follow(one)
    assert b"r1" not in b"".join(keeper.pages.values())
    again = memory_of(keeper.restore(transformer(kind, **KINDS[kind])))
    assert None is again.of_resources({"r1"})
    assert None is not again.of_resources({"r2"})


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_changes_while_nothing_comes(kind: str) -> None:
    one = transformer(kind, **KINDS[kind])
    run(one, [(0, [("a", "r1", 1)])])
    assert 1 == len(memory_of(one).changes())
    run(one, [(1, [])])
    assert {} == memory_of(one).changes()


def test_only_pages_with_something_new_on_them_change() -> None:
    one = transformer("delta")
    run(one, [(0, [("a", resource, 0) for resource in RESOURCES])])
    assert [0, 1, 2] == list(memory_of(one).changes())
    run(one, [(1, [("a", RESOURCES[PAGE_ROWS], 1)])])
    assert [1] == list(memory_of(one).changes())


def test_what_is_restored_counts_as_changed_so_that_it_is_kept_here_too() -> None:
    first, keeper = transformer("delta"), Keeper()
    run(first, [(0, [("a", "r1", 1)])], keeper)
    assert keeper.pages == memory_of(keeper.restore(transformer("delta"))).changes()


def test_of_two_memories_of_a_series_the_newer_counts() -> None:
    old, new, keeper = transformer("delta"), transformer("delta"), Keeper()
    run(old, [(0, [("a", "r1", 1)])], keeper)
    run(new, [(5, [("a", "r1", 10)])])
    keeper.restore(new)
    assert [2] == [each["volume"] for each in run(new, [(6, [("a", "r1", 12)])])]


WRONG = [7, "a", [7], [[1, 2]], [[["a", "r1"]], [1], []], [[["a", "r1"]], [2**63], [1.0]], [["a", "r1"], ["b"]]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("page", [b"", b"what is this", *map(msgspec.msgpack.encode, WRONG)])
def test_what_is_no_page_is_refused_and_changes_nothing(kind: str, page: bytes) -> None:
    one = transformer(kind, **KINDS[kind])
    with pytest.raises(BadPayload, match="cannot be read"):
        memory_of(one).restore(page)
    assert {} == memory_of(one).changes()
