# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Paths as text: what the tree is, and what is said about a text that is no path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model import path_grammar as grammar
from nephoscope.model.errors import BadRequest
from nephoscope.model.path_grammar import Arithmetic, Chain, Constant, Keys, Root, Union, parse

WRITTEN = [
    "payload.volume_id",
    "$.payload.host + '_' + $.payload.nodename",
    "payload.(a|(b.c)|d)",
    "payload.glance_metadata[?key=image_id].value",
    "$.payload.metrics[?(@.name='cpu.percent')&value>=0.5].value * 100",
    "publisher_id.`split(., 1, -1)`",
    "a.`sub(/^x(\\\\d+)/, y)`.`len`",
    "payload.image_meta.'org.openstack__1__os_version'",
    "payload[a,b].*[0][1:3].[*]",
    '-1.5 / $."a b"',
]


def test_alternatives_hold_tighter_than_steps() -> None:
    a, b, c, d = (Keys((name,)) for name in "abcd")
    assert Chain((a, Union((b, c)), d)) == parse("a.b|c.d", "here")


def test_a_long_path_is_flat() -> None:
    tree = parse(".".join("a" * 400), "here")
    assert isinstance(tree, Chain)
    assert 400 == len(tree.steps)


def test_a_lone_key_beside_an_operator_is_a_text() -> None:
    expected = Arithmetic(Constant("a"), "+", Chain((Root(), Keys(("b",)))))
    assert expected == parse("a + $.b", "here")


def test_multiplication_goes_before_addition() -> None:
    one, two, three = Constant(1), Constant(2), Constant(3)
    assert Arithmetic(one, "+", Arithmetic(two, "*", three)) == parse("1 + 2 * 3", "here")


def test_a_minus_is_an_operator_also_without_blanks_but_part_of_a_key_within_one() -> None:
    assert Arithmetic(Chain((Root(), Keys(("a",)))), "-", Constant(1)) == parse("$.a -1", "here")
    assert Keys(("a-b",)) == parse("a-b", "here")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "sign 1: expected a key, '$', '*', '(', '[' or a function in backquotes, there is the end"),
        ("a.", "sign 3: expected a key"),
        ("a..b", "sign 3: expected a key"),
        ("a b", "sign 3: expected a '.', '|', '[' or an operator, or the end, there is 'b'"),
        ("a.(b", "sign 5: expected a ')', there is the end"),
        ("a[b", "sign 4: expected a ']', there is the end"),
        ("a[0.5]", "sign 3: expected an integer, there is '0.5'"),
        ("a[?b=]", "sign 6: expected a value to compare with, there is ']'"),
        ("a[?b~'(']", "sign 6: expected a regular expression"),
        ("a.5", "sign 3: expected a key, there is '5'"),
        ("a.'b", 'sign 3: expected a path, there is "\'"'),
        ("a;b", "sign 2: expected a path, there is ';'"),
        ("a.`lne`", "sign 3: expected `len`, `split(sep, segment, max)` or `sub(/regex/, replacement)`"),
        ("a.`split(.)`", "sign 3: expected `len`, `split("),
        ("a.`sub(/(/, x)`", "sign 3: expected a regular expression"),
        (r"a.`sub(/x/, \\7)`", "sign 3: expected a replacement that goes with its expression"),
        (f"$.a * {'9' * 30}", "expected a number of at most 18 digits"),
        ("a" * 1001, "expected a path of at most 1000 signs, there are 1001"),
        ("(" * 30 + "a" + ")" * 30, "expected at most 24 levels of parentheses and filters"),
        ("a" + "[?a" * 30, "expected at most 24 levels of parentheses and filters"),
        ("$.a" + " + 1" * 30, "expected at most 24 operators of arithmetic"),
    ],
)
def test_what_is_no_path_is_told_by_its_place(text: str, told: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parse(text, "meters.yaml:3: metric[0].volume")
    assert caught.value.message.startswith("meters.yaml:3: metric[0].volume: ")
    assert told in caught.value.message


def refusal(text: str) -> str:
    """Why a text is no path; the start of it when it is one."""
    try:
        grammar.parse(text, "here")
    except BadRequest as error:
        return error.message
    return "here: "


@given(st.data())
def test_near_misses_are_refused_or_read_but_never_crash(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(WRITTEN))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 2))
        text = text[:at] + data.draw(st.text("ab.$@*+-/|&?=<>~!()[]'\"`\\,:09 \n", max_size=2)) + text[at + cut :]
    assert refusal(text).startswith("here: ")


@given(st.text(max_size=40))
def test_any_text_is_refused_or_read(text: str) -> None:
    assert refusal(text).startswith("here: ")
