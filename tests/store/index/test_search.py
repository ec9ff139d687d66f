# SPDX-License-Identifier: Apache-2.0
"""Searches in SQL find what the same tree, evaluated in Python over the same rows, finds."""

import doctest
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest, NephoscopeError
from nephoscope.model.resource import Resource, ResourceChange
from nephoscope.model.resource_type import GENERIC, ResourceType
from nephoscope.model.search import And, Compare, Not, Or, Search, SearchLimits, equal
from nephoscope.model.search_text import read_filter
from nephoscope.store.index import search as index_search
from nephoscope.store.index.contract import Index
from tests.store.index.samples import INSTANCE, SECOND, START_NS, Clock, draft, make, names

HOSTS = ["", "a", "A", "ab", "web1", "Web1", "web%", "w_b1", "[a]", "a*", "a?", "a\\", "é", "Z", "ß", None]
COUNTS = [-1.5, 0.0, 1.0, 2.0, 1e22, 0.1, None]
IMAGES = ["00000000-0000-0000-0000-000000000001", "ffffffff-0000-0000-0000-000000000001", None]
PATTERNS = ["%", "_", "a%", "%1", "w_b1", "w\\_b1", "web\\%", "[a]", "a*", "a?", "a\\\\", "", "%e%", "A_", "é", "a\\"]
SEEN_TIMES = [START_NS // SECOND + step for step in (-100, 0, 50, 100)]
MIXED = ResourceType("mixed", {"host": INSTANCE.attributes["count"], "count": INSTANCE.attributes["host"]})

Row = dict[str, Any]


@dataclass(repr=False)
class Rows:
    """What is there, as plain values; without a representation, as it would drown a falsifying example."""

    current: list[Row]
    revisions: list[Row]


@pytest.fixture
def rows(index: Index, clock: Clock) -> Rows:
    """Instances with all kinds of values, many unset."""
    index.resource_types.create(INSTANCE)
    index.resource_types.create(MIXED)
    make(index, "other", "mixed", host=3, count="not a number")
    drafts = []
    for n, host in enumerate(HOSTS * 2):
        attributes: Row = {"host": host, "count": COUNTS[n % len(COUNTS)], "on": [True, False, None][n % 3]}
        attributes |= {"img": IMAGES[n % 2 + n % 3 // 2], "at": [*SEEN_TIMES, None][n % 5]}
        ended_ns = START_NS + n * 10 * SECOND if n % 4 == 0 else None
        fields: Row = {"project_id": [None, "p", "P"][n % 3], "creator": ["u:p", "u", "v:q", None][n % 4]}
        drafts.append(draft(f"vm{n}", "instance", ended_at_ns=ended_ns, **fields, **attributes))
    made = index.resources.create(drafts)
    clock.forward(50)
    for each in made[::3]:
        index.resources.change(each.id, ResourceChange(attributes={"host": "changed", "count": 7}), "instance")
    current = [as_row(each) for each in index.resources.find("instance")]
    assert len(current) == len(HOSTS) * 2
    return Rows(current, [as_row(each) for each in index.resources.find("instance", history=True)])


def as_row(resource: Resource) -> Row:
    """The fields of a resource by the names and in the kinds that searches use; `_` says which row it is."""
    at = resource.attributes["at"]
    return resource.attributes | {
        "_": (resource.id, resource.revision),
        "at": None if at is None else timestamp.parse(str(at), 0),
        "id": str(resource.id),
        "type": resource.type,
        "original_resource_id": resource.original_resource_id,
        "project_id": resource.project_id,
        "creator": resource.creator,
        "created_by_user_id": resource.created_by_user_id,
        "created_by_project_id": resource.created_by_project_id,
        "started_at": resource.started_at_ns,
        "ended_at": resource.ended_at_ns,
        "revision_start": resource.revision_start_ns,
        "revision_end": resource.revision_end_ns,
        "lifespan": None if resource.ended_at_ns is None else resource.ended_at_ns - resource.started_at_ns,
    }


def evaluate(tree: Search, row: Row) -> bool | None:
    """SQL's three values: None is unknown."""
    match tree:
        case Not(item):
            found = evaluate(item, row)
            return None if found is None else not found
        case And(items):
            values = [evaluate(each, row) for each in items]
            return False if False in values else None if None in values else True
        case Or(items):
            values = [evaluate(each, row) for each in items]
            return True if True in values else None if None in values else False
        case Compare():
            return compare(tree, row[tree.field])
    raise AssertionError(tree)


def compare(leaf: Compare, value: Any) -> bool | None:
    if leaf.operator == "in":
        assert isinstance(leaf.value, tuple)
        return evaluate(Or(tuple(equal(leaf.field, each) for each in leaf.value)), {leaf.field: value})
    wanted = TO_VALUE[KIND_OF[leaf.field]](leaf.value) if leaf.value is not None else None
    if leaf.operator == "eq" and wanted is None:
        return value is None
    if leaf.operator == "ne" and (wanted is None or value is None):
        return (value is None) is not (wanted is None)
    if value is None or wanted is None:
        return None
    return OPERATIONS[leaf.operator](value, wanted)


OPERATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "ne": lambda value, wanted: value != wanted,
    "lt": lambda value, wanted: value < wanted,
    "le": lambda value, wanted: value <= wanted,
    "gt": lambda value, wanted: value > wanted,
    "ge": lambda value, wanted: value >= wanted,
    "like": lambda value, wanted: like(wanted).fullmatch(value) is not None,
}


def like(pattern: str) -> re.Pattern[str]:
    pieces = re.findall(r"\\.|.", pattern, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    return re.compile("".join(wild.get(piece) or re.escape(piece[-1]) for piece in pieces), re.DOTALL)


KIND_OF = {
    **dict.fromkeys(["host", "type", "original_resource_id", "project_id", "creator"], "text"),
    **dict.fromkeys(["created_by_user_id", "created_by_project_id"], "creator part"),
    **dict.fromkeys(["at", "started_at", "ended_at", "revision_start", "revision_end"], "time"),
    **{"count": "number", "on": "bool", "img": "uuid text", "id": "uuid", "lifespan": "span"},
}
TO_VALUE: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(["text", "creator part"], str),
    "number": float,
    "bool": bool,
    **dict.fromkeys(["uuid", "uuid text"], lambda value: str(value).lower()),
    "time": lambda value: int(value) * SECOND,
    "span": lambda value: int(value) * SECOND,
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from([*HOSTS, "p", "P", "u:p", "instance", "vm3", "changed", 12]),
    "creator part": st.sampled_from(["u", "v", "p", "", None]),
    "number": st.sampled_from([*COUNTS, 7, "2", "0.1"]),
    "bool": st.sampled_from([True, False, None]),
    "uuid text": st.sampled_from([*IMAGES, "FFFFFFFF-0000-0000-0000-000000000001"]),
    "uuid": st.sampled_from([*IMAGES]),
    "time": st.sampled_from([*SEEN_TIMES, str(SEEN_TIMES[1]), None]),
    "span": st.sampled_from([0, 40, -100, "80", None]),
}
ORDERED = ["eq", "ne", "lt", "le", "gt", "ge"]


def leaves() -> st.SearchStrategy[Search]:
    by_field: list[st.SearchStrategy[Search]] = []
    for field, kind in KIND_OF.items():
        operators = ["eq", "ne"] if kind == "creator part" else ORDERED
        by_field.append(st.builds(Compare, st.sampled_from(operators), st.just(field), VALUES[kind]))
        if kind != "creator part":
            several = st.lists(VALUES[kind], min_size=1, max_size=3).map(tuple)
            by_field.append(st.builds(Compare, st.just("in"), st.just(field), several))
        if kind in {"text", "creator part", "uuid text"}:
            patterns = st.sampled_from([*PATTERNS, "f%1", None])
            by_field.append(st.builds(Compare, st.just("like"), st.just(field), patterns))
    return st.one_of(by_field)


def joined(inner: st.SearchStrategy[Search]) -> st.SearchStrategy[Search]:
    several = st.lists(inner, max_size=3).map(tuple)
    return st.builds(Not, inner) | st.builds(And, several) | st.builds(Or, several)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(tree=st.recursive(leaves(), joined, max_leaves=6))
@example(tree=Not(equal("host", None)))
@example(tree=Compare("lt", "on", True))
@example(tree=Not(Compare("like", "host", "%")))
def test_sql_finds_what_python_finds(index: Index, rows: Rows, tree: Search) -> None:
    expected = {row["_"] for row in rows.current if evaluate(tree, row)}
    assert expected == {(each.id, each.revision) for each in index.resources.find("instance", tree)}
    expected = {row["_"] for row in rows.revisions if evaluate(tree, row)}
    found = index.resources.find("instance", tree, history=True)
    assert expected == {(each.id, each.revision) for each in found}


def test_every_leaf_alone_and_denied_finds_what_python_finds(index: Index, rows: Rows) -> None:
    """The patterns and the values that hypothesis might leave out."""
    leaves = [Compare("like", field, pattern) for field in ("host", "creator") for pattern in PATTERNS]
    leaves += [Compare(operator, "host", host) for operator in ORDERED for host in HOSTS]  # type: ignore[arg-type]
    for leaf in leaves:
        for tree in (leaf, Not(leaf)):
            expected = sorted(row["original_resource_id"] for row in rows.current if evaluate(tree, row))
            assert expected == sorted(names(index.resources.find("instance", tree))), tree


def test_generic_finds_every_type_by_common_fields(index: Index) -> None:
    index.resource_types.create(INSTANCE)
    make(index, "a", "instance", project_id="p")
    make(index, "b", project_id="p")
    make(index, "c", project_id="q")
    assert names(index.resources.find(GENERIC, equal("project_id", "p"))) in (["a", "b"], ["b", "a"])
    assert names(index.resources.find(GENERIC, equal("type", "instance"))) == ["a"]


def test_times_may_be_relative_and_written_in_any_notation(index: Index, clock: Clock) -> None:
    make(index, "old")
    clock.forward(3600)
    make(index, "new")
    for text in (
        "started_at < '-10 minutes'",
        f"started_at < {START_NS // SECOND + 1}",
        "started_at <= '2027-01-15T08:00:00Z'",
    ):
        assert names(index.resources.find(GENERIC, read_filter(text))) == ["old"], text


@pytest.mark.parametrize(
    ("message", "search"),
    [
        ("Resource type instance has no nope attribute", equal("nope", 1)),
        ("Resource type instance has no metrics attribute", equal("metrics", 1)),
        ("Resource type instance has no revision_start_ns attribute", equal("revision_start_ns", 1)),
        ("Invalid value: `x' for field `count'", equal("count", "x")),
        ("Invalid value: `nan' for field `count'", equal("count", "nan")),
        ("Invalid value: `True' for field `count'", equal("count", True)),
        ("Invalid value: `noon' for field `at'", equal("at", "noon")),
        ("Invalid value: `1960-01-01' for field `started_at'", equal("started_at", "1960-01-01")),
        ("Invalid value: `x' for field `lifespan'", equal("lifespan", "x")),
        ("Invalid value: `maybe' for field `on'", equal("on", "maybe")),
        ("Invalid value: `vm' for field `img'", equal("img", "vm")),
        ("Invalid value: `vm' for field `id'", equal("id", "vm")),
        ("Invalid value: `a\0' for field `host'", equal("host", "a\0")),
        ("Invalid value: `\ud800' for field `host'", equal("host", "\ud800")),
        ("Invalid value: `x' for field `count'", Compare("in", "count", (1, "x"))),
        ("Operator like is not supported on id", Compare("like", "id", "a%")),
        ("Operator like is not supported on count", Compare("like", "count", "1%")),
        ("Operator lt is not supported on created_by_user_id", Compare("lt", "created_by_user_id", "a")),
    ],
)
def test_searches_that_cannot_be_are_refused(index: Index, message: str, search: Search) -> None:
    index.resource_types.create(INSTANCE)
    for tree in (search, Not(Or((search, search)))):
        for history in (False, True):
            with pytest.raises(BadRequest) as refused:
                index.resources.find("instance", tree, history=history)
            assert message == refused.value.message


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    operator=st.sampled_from([*ORDERED, "like"]),
    field=st.sampled_from(sorted(KIND_OF)),
    value=st.text() | st.floats() | st.integers() | st.booleans() | st.none(),
)
def test_any_value_finds_something_nothing_or_is_refused(index: Index, operator: Any, field: str, value: Any) -> None:
    index.resource_types.create(INSTANCE, keep_existing=True)
    try:
        found = index.resources.find("instance", Compare(operator, field, value))
    except NephoscopeError as refused:
        found = []
        message = refused.message
        assert message.startswith(("Invalid value", "Operator"))
    assert found == []


def test_a_list_of_thousands_is_one_statement(index: Index) -> None:
    index.resource_types.create(INSTANCE)
    index.resources.create([draft(f"vm{n}", "instance", host=f"h{n}") for n in range(20)])
    many = tuple(f"h{n}" for n in range(5, 9_000))
    assert len(index.resources.find("instance", Compare("in", "host", many))) == 15
    assert len(index.resources.find("instance", Not(Compare("in", "host", many)))) == 5


@pytest.mark.parametrize(("leaf", "sign"), [("host {} a{}", "="), ("count {} {}", "!=")])
def test_searches_as_large_as_allowed_are_answered(index: Index, leaf: str, sign: str) -> None:
    index.resource_types.create(INSTANCE)
    make(index, "vm", "instance", host="a7", count=7, creator="a7")
    most = SearchLimits().nodes_max - 1
    parts = [leaf.format(sign, n) for n in range(most)]
    for word, expected in (("or", True), ("and", False)):
        search = read_filter(f" {word} ".join(parts))
        assert expected is bool(index.resources.find("instance", search))
        assert expected is not bool(index.resources.find("instance", Not(search), history=True))


def test_searches_as_deep_as_allowed_are_answered(index: Index) -> None:
    index.resource_types.create(INSTANCE)
    make(index, "vm", "instance", host="a7")
    limits = SearchLimits()
    wide = limits.nodes_max // (limits.depth_max - 1) - 2
    text = "host = a7"
    for level in range(limits.depth_max - 2):
        word = ("and host != a", "or host = a")[level % 2]
        text = f"({text}) " + " ".join(f"{word}{level}-{n}".replace("-", "_") for n in range(wide))
    assert names(index.resources.find("instance", read_filter(text))) == ["vm"]


def test_large_searches_are_not_remembered(index: Index) -> None:
    index.resource_types.create(INSTANCE)
    engine = index._database.engine  # type: ignore[attr-defined]
    index.resources.find("instance", read_filter("host = a"))
    before = len(engine._compiled_cache)
    index.resources.find("instance", read_filter(" or ".join(f"host = a{n}" for n in range(100))))
    assert before == len(engine._compiled_cache)
    index.resources.find("instance", read_filter("host = a and count > 1"))
    assert before < len(engine._compiled_cache)


def test_worked_values_in_docstrings_are_right() -> None:
    assert doctest.testmod(index_search).attempted > 0
    assert doctest.testmod(index_search).failed == 0
