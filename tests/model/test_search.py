# SPDX-License-Identifier: Apache-2.0
"""Searches as JSON and as filter text: both give the same trees, and nonsense is refused."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest, InvalidInput, NephoscopeError, TooLarge
from nephoscope.model.resource_id import resource_id
from nephoscope.model.search import (
    EVERYTHING,
    OPERATORS,
    And,
    Compare,
    Not,
    Or,
    Search,
    SearchLimits,
    all_of,
    equal,
    read_query,
    with_resource_ids,
)
from nephoscope.model.search_text import read_filter

A_UUID = "6868da77-fa82-4e67-aba9-270c5ae8cbca"


def compare(operator: Any, field: str, value: Any) -> Search:
    return Compare(operator, field, value)


@pytest.mark.parametrize(("operator", "spelling"), [(OPERATORS[each], each) for each in OPERATORS if each != "in"])
def test_every_spelling_of_an_operator_is_read_in_both_forms(operator: str, spelling: str) -> None:
    expected = compare(operator, "host", "a%")
    assert expected == read_query({spelling: {"host": "a%"}})
    assert expected == read_filter(f"host {spelling} 'a%'")


@pytest.mark.parametrize(
    ("expected", "query", "text"),
    [
        (compare("in", "n", (1, 2.5)), {"in": {"n": [1, 2.5]}}, "n in [1, 2.5]"),
        (compare("eq", "n", None), {"=": {"n": None}}, "n = null"),
        (compare("ne", "n", True), {"!=": {"n": True}}, "n != True"),
        (Not(equal("a", "b")), {"not": {"=": {"a": "b"}}}, "not a = b"),
        (
            Or((And((equal("a", 1), Not(equal("b", 2)))), equal("c", "3"))),
            {"or": [{"and": [{"=": {"a": 1}}, {"not": {"=": {"b": 2}}}]}, {"=": {"c": "3"}}]},
            "a = 1 and not b = 2 or c = '3'",
        ),
        (
            And((equal("a", 1), Or((equal("b", 2), equal("c", 3))))),
            {"∧": [{"=": {"a": 1}}, {"∨": [{"=": {"b": 2}}, {"=": {"c": 3}}]}]},
            "a = 1 ∧ (b = 2 ∨ c = 3)",
        ),
    ],
)
def test_both_forms_give_the_same_tree(expected: Search, query: dict[str, Any], text: str) -> None:
    assert expected == read_query(query)
    assert expected == read_filter(text)


@pytest.mark.parametrize(
    ("expected", "written"),
    [
        (None, "None"),
        (None, "null"),
        (True, "true"),
        (False, "False"),
        (12, "12"),
        (-1.5, "-1.5"),
        (1000.0, "1e3"),
        ("web1", "web1"),
        ("abc_d", "abc_d"),
        ("12", "'12'"),
        ("it's", '"it\'s"'),
        ("", "''"),
        ("a\\b", "'a\\b'"),
        (A_UUID, A_UUID),
        (A_UUID, A_UUID.replace("-", "")),
        ("12345678", '"12345678"'),
    ],
)
def test_values_of_filter_text(expected: Any, written: str) -> None:
    assert equal("a", expected) == read_filter(f"a = {written}")


def test_an_attribute_with_odd_characters_may_be_quoted() -> None:
    assert equal("server-group", "x") == read_filter("'server-group' = x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "foo",
        "foo =",
        "= foo",
        "foo = = bar",
        "foo = bar baz",
        "(a = 1",
        "a = 1)",
        "a = 1 and",
        "not",
        "a ! 1",
        "a in []",
        "a in [1",
        "a in 1",
        "a in [1,]",
        "a = 'x",
        "a = [1]",
        "a b c",
        "a = _x",
        "1 = a",
        "a = 1x",
        "a = $",
        "a = 'x\n'",
        "a = 1;b = 2",
    ],
)
def test_unreadable_filter_text_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match=r"^Invalid filter: "):
        read_filter(text)


@pytest.mark.parametrize(
    ("detail", "query"),
    [
        ([], []),
        ([], "host = a"),
        ([], None),
        ([], {"=": {"a": 1}, "<": {"b": 2}}),
        (["like it"], {"like it": {"a": 1}}),
        (["="], {"=": {}}),
        (["="], {"=": {"a": 1, "b": 2}}),
        (["="], {"=": "a"}),
        (["=", "a"], {"=": {"a": [1]}}),
        (["=", "a"], {"=": {"a": {}}}),
        (["in", "a"], {"in": {"a": []}}),
        (["in", "a"], {"in": {"a": 1}}),
        (["and"], {"and": []}),
        (["and"], {"and": {"=": {"a": 1}}}),
        (["and", "1"], {"and": [{"=": {"a": 1}}, {}]}),
        (["not", "0"], {"not": []}),
    ],
)
def test_unreadable_queries_are_refused_naming_the_place(detail: list[str], query: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_query(query)
    assert detail == refused.value.detail


def test_an_empty_query_is_everything() -> None:
    assert read_query({}) == EVERYTHING


def nested(depth: int) -> tuple[dict[str, Any], str]:
    query: dict[str, Any] = {"=": {"a": 1}}
    for _ in range(depth - 1):
        query = {"not": query}
    return query, "not " * (depth - 1) + "a = 1"


def test_depth_is_bounded() -> None:
    limits = SearchLimits(depth_max=5)
    query, text = nested(5)
    assert read_query(query, limits) == read_filter(text, limits)
    query, text = nested(6)
    with pytest.raises(TooLarge):
        read_query(query, limits)
    with pytest.raises(TooLarge):
        read_filter(text, limits)


def test_absurd_depth_is_refused_before_the_stack_ends() -> None:
    with pytest.raises(TooLarge):
        read_filter("(" * 100_000 + "a = 1" + ")" * 100_000)


def test_conditions_and_values_are_bounded() -> None:
    limits = SearchLimits(nodes_max=10, values_max=10)
    with pytest.raises(TooLarge, match="10 conditions"):
        read_filter(" or ".join(["a = 1"] * 11), limits)
    with pytest.raises(TooLarge, match="10 values"):
        read_query({"and": [{"in": {"a": [1] * 6}}, {"in": {"a": [1] * 6}}]}, limits)


def test_names_become_the_ids_that_their_creator_means() -> None:
    search = read_filter(f"id in [{A_UUID}, 'vm-two'] and not id = 7 and original_resource_id = vm")
    expected = And(
        (
            compare("in", "id", (A_UUID, str(resource_id("vm-two", "admin")))),
            Not(equal("id", str(resource_id("7", "admin")))),
            equal("original_resource_id", "vm"),
        )
    )
    assert expected == with_resource_ids(search, "admin")
    assert equal("id", None) == with_resource_ids(equal("id", None), "admin")
    with pytest.raises(BadRequest):
        with_resource_ids(equal("id", "a/b"), "admin")


def test_conditions_join() -> None:
    assert all_of(None, EVERYTHING) == EVERYTHING
    assert equal("a", 1) == all_of(None, equal("a", 1), EVERYTHING)
    assert And((equal("a", 1), equal("b", 2))) == all_of(equal("a", 1), equal("b", 2))


names = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True).filter(
    lambda name: name not in {"not", "and", "or", "null", "none", "true", "false"} | OPERATORS.keys()
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters='"\n', exclude_categories=["Cs"]), max_size=8)
    | st.uuids().map(str)
)
leaves: st.SearchStrategy[Search] = st.builds(
    Compare, st.sampled_from(["eq", "ne", "lt", "gt", "le", "ge", "like"]), names, scalars
) | st.builds(Compare, st.just("in"), names, st.lists(scalars, min_size=1, max_size=3).map(tuple))


def joined(inner: st.SearchStrategy[Search]) -> st.SearchStrategy[Search]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, inner) | st.builds(And, several) | st.builds(Or, several)


trees = st.recursive(leaves, joined, max_leaves=8)


@given(trees)
def test_any_tree_written_as_text_or_json_is_read_back(tree: Search) -> None:
    assert tree == read_query(as_query(tree))
    assert tree == read_filter(as_text(tree))


@given(st.text(alphabet="ab12 ()[]'\",=<>!≠∧∨.-notandrilke_", max_size=40))
def test_near_misses_of_filter_text_are_read_or_refused(text: str) -> None:
    with contextlib.suppress(NephoscopeError):
        assert read_filter(text) != EVERYTHING


def as_query(tree: Search) -> dict[str, Any]:
    match tree:
        case Compare(operator, field, value):
            return {operator: {field: list(value) if isinstance(value, tuple) else value}}
        case Not(item):
            return {"not": as_query(item)}
        case And(items):
            return {"and": [as_query(each) for each in items]}
        case Or(items):
            return {"or": [as_query(each) for each in items]}


def as_text(tree: Search) -> str:
    match tree:
        case Compare(operator, field, value):
            values = [written(each) for each in value] if isinstance(value, tuple) else []
            return f"{field} {operator} {'[' + ', '.join(values) + ']' if values else written(value)}"
        case Not(item):
            return f"not ({as_text(item)})"
        case And(items):
            return " and ".join(f"({as_text(each)})" for each in items)
        case Or(items):
            return " or ".join(f"({as_text(each)})" for each in items)


def written(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return str(value)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (compare("ge", "traits.memory_mb", 4096), "traits.memory_mb >= 4096"),
        (compare("in", "a.b_1.c", ("x.y", 2)), "a.b_1.c in [x.y, 2]"),
        (compare("eq", "project_id", A_UUID.replace("-", "")), f"project_id = {A_UUID.replace('-', '')}"),
        (compare("eq", "traits.os-type", "linux"), "'traits.os-type' = linux"),
    ],
)
def test_dotted_names_are_words_and_ids_stay_as_written(expected: Search, text: str) -> None:
    assert expected == read_filter(text, dotted=True)


@pytest.mark.parametrize("text", ["a. = 1", ".a = 1", "a..b = 1", "a.b. = 1"])
def test_a_dot_stands_between_words(text: str) -> None:
    with pytest.raises(BadRequest):
        read_filter(text, dotted=True)


def test_elsewhere_a_dot_belongs_to_no_word_and_ids_get_their_usual_form() -> None:
    with pytest.raises(BadRequest):
        read_filter("traits.state = 1")
    assert equal("id", A_UUID) == read_filter(f"id = {A_UUID.replace('-', '')}")
