# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Checks that the files of operators have in common: what may be missing, and messages that say where."""

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.model.yaml_checks import (
    given,
    given_list,
    given_text,
    ignored,
    name_filter,
    refuse_same_names,
    strict_map_of,
)
from nephoscope.model.yaml_tree import Part, list_of, map_of, plain, read_tree


def keys(text: str) -> dict[str, Part]:
    return map_of(read_tree(text, "f"), ())


@pytest.mark.parametrize("text", ["other: 1", "a:", "a: null"])
def test_what_is_missing_or_null_is_not_given(text: str) -> None:
    there = keys(text)
    assert (None, [], None) == (given(there, "a"), given_list(there, "a", "a list"), given_text(there, "a", "a text"))


def test_what_is_given_is_of_its_kind() -> None:
    there = keys("a: [1, 2]\nb: text\nc: false\n")
    assert [1, 2] == [plain(each) for each in given_list(there, "a", "a list")]
    assert "text" == given_text(there, "b", "a text")
    assert there["c"] is given(there, "c")
    with pytest.raises(BadRequest, match="f:2: b: expected a list of things, there is 'text'"):
        given_list(there, "b", "a list of things")
    with pytest.raises(BadRequest, match="f:1: a: expected a word, there is a list"):
        given_text(there, "a", "a word")


def test_an_unknown_key_is_refused_where_none_may_be_ignored() -> None:
    part = read_tree("a: 1\nb: 2\n", "f")
    assert ["a", "b"] == [*strict_map_of(part, ("a", "b"))]
    with pytest.raises(BadRequest, match="f:2: b: expected one of the keys a, c, there is the key 'b'"):
        strict_map_of(part, ("a", "c"))


def test_an_unknown_key_is_ignored_with_what_became_of_it() -> None:
    part = read_tree("a: 1\nold: 2\nb: 3\n", "f")
    assert ["f:2: old is ignored: 'a' says it", "f:3: b is ignored: the keys here are a"] == list(
        ignored(part, ("a",), {"old": "'a' says it"})
    )


def test_globs_that_do_not_go_together_are_refused_with_their_place() -> None:
    part = keys("names: ['*', '!cpu']")["names"]
    assert not name_filter(part, "a list", "a glob").matches("cpu")
    with pytest.raises(BadRequest, match="f:1: names: "):
        name_filter(keys("names: [a, '!b']")["names"], "a list", "a glob")


def test_of_two_of_one_name_the_second_is_refused() -> None:
    refuse_same_names(list_of(read_tree("[{name: a}, {name: b}]", "f"), ""))
    with pytest.raises(BadRequest, match=r"f:2: \[1\]\.name: expected a name of its own, there is 'a' as in line 1"):
        refuse_same_names(list_of(read_tree("- name: a\n- name: a\n", "f"), ""))
