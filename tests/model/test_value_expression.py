# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Expressions over values from outside: as Python where the grammar has it, refused or bounded everywhere else."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest
from nephoscope.model.value_expression import ValueExpression
from nephoscope.model.value_operations import BINARY, METHODS, NoValue

LINKS = [{"rel": "prev", "href": "http://a/1"}, {"rel": "next", "href": "http://a/3"}]


def result(text: str, value: Any = None) -> Any:
    return ValueExpression.read(text, ["value"]).evaluate({"value": value})


@pytest.mark.parametrize(
    ("expected", "text", "value"),
    [
        ("p1", "value.split ('$')[0].strip()", " p1 $ p1"),
        ("", "value['some_field'] if 'some_field' in value else ''", {}),
        ([LINKS[1]], "filter(lambda v: v.get('rel') == 'next', value)", LINKS),
        ("http://a/3", "[v['href'] for v in value if v['rel'] == 'next'][0]", LINKS),
        ({"id": ""}, "value or { 'id': '' }", None),
        ("a,b", "','.join(value)", ["a", "b"]),
        ("https://a", "value.replace('http:', 'https:')", "http://a"),
        (2.5, "round(float(value) / 4, 1)", "10"),
        ([1, 2], "sorted(map(lambda n: int(n), value))", ["2", "1"]),
        ([3, 1], "sorted(value, )[::-2]", [1, 2, 3]),
        (["a", "b"], "[k for k, v in value.items() if v is not None]", {"a": 1, "b": 2, "c": None}),
        (6, "sum(value) if len(value) > 1 else max(value)", [1, 2, 3]),
        (0, "-abs(value) ** 2 % 7 - 6 // 2 + 6 * (value != 1) - 3 * +1", 1),
        (True, "1 < value <= 3 and not value == 2", 3),
        (["a", 1], "list(zip(['a'], [value]))[0]", 1),
        ([[0, "x"]], "enumerate(value)", ["x"]),
        ([2], "filter(None, value)", [0, 2]),
        ("kB", "dict([('b', 'kB')])[value]", "b"),
    ],
)
def test_what_operators_write_gives_what_python_gives(expected: Any, text: str, value: Any) -> None:
    assert expected == result(text, value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "value.__class__",
        "value.format(value)",
        "'{0.__class__}'.format(value)",
        "'%s' % value if True else eval('1')",
        "open('/etc/passwd')",
        "globals()",
        "other",
        "value.a",
        "(lambda: 1)()",
        "lambda v: v",
        "[x for x in value for y in value]",
        "{x for x in value}",
        "value := 1",
        "f'{value}'",
        "sorted(value, key=len)",
        "max(*value)",
        "{**value}",
        "value | 1",
        "value if value",
        "b'x'",
        "1j",
        "...",
        "filter(lambda *v: 1, value)",
        "filter(lambda v=1: 1, value)",
        "len(lambda v: v)",
        "1" + "+1" * 1000,
        "value[" * 60 + "]" * 60,
        "1\x00",
        "",
    ],
)
def test_what_the_grammar_does_not_have_is_refused_before_it_is_evaluated(text: str) -> None:
    with pytest.raises(BadRequest, match="expression"):
        ValueExpression.read(text, ["value"])


@pytest.mark.parametrize(
    "text",
    [
        "'a' * 10 ** 9",
        "[0] * 10 ** 9",
        "9 ** 9 ** 9",
        "10 ** 200 * 10 ** 200",
        "2.0 ** 100000",
        "(0 - 8) ** 0.5",
        "'%1000000000d' % 1",
        "int('9' * 5)",
        "int(value)",
        "value.replace('', value)",
        "value.join(list(value))",
        "1 / 0",
        "[][0]",
        "{}['a']",
        "{}[[]]",
        "sum(['a'])",
        "len(1)",
        "round(1.5, 10 ** 9)",
        "-value",
        "[1].get('a')",
        "[n for n in list(value) if [m for m in list(value) if m == n]]",
        "+".join(["value"] * 11),
        "str(" * 20 + "[value, value, value, value]" + ")" * 20,
    ],
)
def test_what_has_no_value_or_would_be_too_big_says_so_soon(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(NoValue):
        result(text, "ab" * 50_000)
    assert time.perf_counter() - started < 2


def test_a_map_of_maps_that_doubles_with_each_step_is_stopped() -> None:
    expression = ValueExpression.read("[value, value]", ["value"])
    value: Any = "x"
    for _ in range(10):
        value = expression.evaluate({"value": value})
    for _ in range(20):
        value = [value, value]
    with pytest.raises(NoValue, match="too big"):
        expression.evaluate({"value": value})


def test_inputs_are_not_changed_and_only_named_ones_are_used() -> None:
    value = {"a": [2, 1]}
    expression = ValueExpression.read("sorted(value['a'])", ["value", "sample"])
    assert frozenset({"value"}) == expression.names
    assert [1, 2] == expression.evaluate({"value": value})
    assert {"a": [2, 1]} == value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
LEAF = st.sampled_from(["value", "0", "1", "2.5", "'a'", "''", "None", "True", "[]", "{}", "'ab'[0]", "9999999"])
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "==", "<", "in", "is", "and", "or"]


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Near-misses of what operators write: most are in the grammar, few have a value."""
    return st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
        st.tuples(inner, st.sampled_from(sorted(METHODS)), inner).map(lambda each: f"{each[0]}.{each[1]}({each[2]})"),
        st.tuples(st.sampled_from(["str", "len", "int", "list", "sum", "round"]), inner).map(
            lambda each: f"{each[0]}({each[1]})"
        ),
        st.tuples(inner, inner).map(lambda each: f"{each[0]}[{each[1]}:]"),
        st.tuples(inner, inner).map(lambda each: f"[{each[0]} for x in {each[1]}]"),
        st.tuples(inner, inner).map(lambda each: f"map(lambda x: [x, {each[0]}], {each[1]})"),
    )


@settings(max_examples=400, deadline=None)
@given(text=st.recursive(LEAF, grown, max_leaves=12), value=JSON)
def test_anything_of_the_grammar_gives_a_value_or_says_that_there_is_none(text: str, value: Any) -> None:
    try:
        found = result(text, value)
    except (BadRequest, NoValue):
        return
    assert isinstance(found, str | int | float | list | tuple | dict | type(None))


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="value()[]{}.,:'\"+-*/%<>=! 0123456789ablmdxforin_", max_size=40))
def test_anything_typed_is_refused_or_evaluated(text: str) -> None:
    try:
        result(text, "a$b")
    except (BadRequest, NoValue):
        return


@settings(max_examples=200, deadline=None)
@given(left=st.integers(-50, 50), right=st.integers(-20, 20), sign=st.sampled_from(["+", "-", "*", "//", "%", "**"]))
def test_numbers_are_computed_with_as_python_does(left: int, right: int, sign: str) -> None:
    try:
        expected = eval(f"({left}) {sign} ({right})")
    except ZeroDivisionError:
        with pytest.raises(NoValue):
            result(f"({left}) {sign} ({right})")
        return
    assert expected == result(f"({left}) {sign} ({right})")
    assert 7 == len(BINARY)
