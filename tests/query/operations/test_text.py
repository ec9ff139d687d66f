# SPDX-License-Identifier: Apache-2.0
"""Text with parentheses."""

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.query.operations.text import read_lists


def test_parentheses_become_lists_and_words_stay_text() -> None:
    assert read_lists("(+ (metric disk.* rate:mean)-5)", 10, 100) == ["+", ["metric", "disk.*", "rate:mean"], "-5"]


def test_quotes_keep_blanks_and_parentheses_together() -> None:
    assert read_lists("""("a b" '(c)' "" it's)""", 10, 100) == ["a b", "(c)", "", "it's"]


def test_an_empty_pair_is_an_empty_list() -> None:
    assert read_lists("()", 10, 100) == []


def test_the_refusal_tells_where() -> None:
    with pytest.raises(BadRequest) as refusal:
        read_lists("(metric a mean) (metric b mean)", 10, 100)
    assert refusal.value.detail == "expected one '(...)' and nothing around it (at character 16)"


def test_nesting_beyond_the_limit_is_refused_at_its_place() -> None:
    with pytest.raises(BadRequest) as refusal:
        read_lists("(a (b (c)))", 2, 100)
    assert refusal.value.detail == "nested deeper than 2 parentheses (at character 6)"


def test_words_beyond_the_limit_are_refused() -> None:
    assert read_lists("(a b)", 10, 4) == ["a", "b"]
    with pytest.raises(BadRequest) as refusal:
        read_lists("(a b)", 10, 3)
    assert refusal.value.detail == "too many parentheses and words (at character 4)"
