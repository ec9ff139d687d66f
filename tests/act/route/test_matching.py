# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Matchers against labels: what is not there is empty, and expressions fit whole values."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.route.matching import Fitting, check_patterns
from nephoscope.model.errors import InvalidInput
from nephoscope.model.matcher import Matcher, Operator

WORDS = st.text("ab.|", max_size=4)


def fits(op: Operator, value: str, **labels: str) -> bool:
    return Fitting([Matcher(label="x", op=op, value=value)]).fits(labels)


@pytest.mark.parametrize(
    ("op", "value", "fitting", "others"),
    [
        ("=", "a", ["a"], ["", "A", "ab"]),
        ("!=", "a", ["", "b"], ["a"]),
        ("=~", "a|bc", ["a", "bc"], ["ac", "abc", "bcd", ""]),
        ("=~", "(?i)a.*", ["A", "ab\n"[:2]], ["ba"]),
        ("=~", "", [""], ["a"]),
        ("!~", "a.+", ["a", "", "b"], ["ab"]),
        ("=~", "a$", ["a"], ["a\n", "ba"]),
        ("=~", "é+", ["éé"], ["e"]),
    ],
)
def test_whole_values_are_compared(op: Operator, value: str, fitting: list[str], others: list[str]) -> None:
    assert {True} == {fits(op, value, x=each) for each in fitting}
    assert not any(fits(op, value, x=each) for each in others)


def test_a_label_that_is_not_there_is_empty() -> None:
    assert [True, False, True, False] == [
        fits("=", ""),
        fits("!=", ""),
        fits("=~", "a*"),
        fits("!~", ".*"),
    ]


def test_all_matchers_have_to_hold() -> None:
    both = Fitting([Matcher(label="x", op="=~", value="a.*"), Matcher(label="y", value="b")])
    assert [True, False, False] == [both.fits(each) for each in ({"x": "a", "y": "b"}, {"x": "a"}, {"y": "b"})]
    assert Fitting([]).fits({})


@given(WORDS, WORDS)
def test_expressions_mean_what_they_mean_to_others(pattern: str, value: str) -> None:
    assert (re.fullmatch(pattern, value) is not None) == fits("=~", pattern, x=value) != fits("!~", pattern, x=value)


@pytest.mark.parametrize("pattern", ["(", "a)(b", "(?=a)", "a{2000}", r"\1"])
def test_what_cannot_be_read_is_named(pattern: str) -> None:
    with pytest.raises(InvalidInput, match=r"routes\[0\].matchers\[1\].value: "):
        check_patterns(
            [Matcher(label="x", value="("), Matcher(label="x", op="=~", value=pattern)], "routes[0].matchers"
        )
