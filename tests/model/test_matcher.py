# SPDX-License-Identifier: Apache-2.0
"""Matchers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest
from nephoscope.model.matcher import Matcher, parse

LABELS = st.text(st.characters(exclude_characters="=!~", exclude_categories=["Z", "C"]), min_size=1, max_size=9)
MATCHERS = st.builds(
    lambda label, op, value: Matcher(label=label, op=op, value=value),
    LABELS,
    st.sampled_from(["=", "!=", "=~", "!~"]),
    st.text(max_size=20),
)


@given(MATCHERS)
def test_a_matcher_is_read_as_it_is_shown(matcher: Matcher) -> None:
    assert matcher == parse(str(matcher))


@pytest.mark.parametrize(
    ("text", "matcher"),
    [
        ("team=db", Matcher(label="team", value="db")),
        ("team = db ", Matcher(label="team", value="db")),
        ("team!=", Matcher(label="team", op="!=", value="")),
        ("host=~db=[0-9]", Matcher(label="host", op="=~", value="db=[0-9]")),
        ('host!~"a|b"', Matcher(label="host", op="!~", value="a|b")),
        ('a="', Matcher(label="a", value='"')),
        ('a="č\\n"', Matcher(label="a", value="č\n")),
    ],
)
def test_quotes_and_blanks_are_optional(text: str, matcher: Matcher) -> None:
    assert matcher == parse(text)


@pytest.mark.parametrize("text", ["", "team", "=db", "!=db", "~x", 'a="\\"', "a=" + "x" * 256, "x" * 256 + "=a", " =a"])
def test_what_is_no_matcher_is_named(text: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parse(text)
    assert caught.value.message.startswith(repr(text))
