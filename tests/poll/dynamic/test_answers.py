# SPDX-License-Identifier: Apache-2.0
"""Answers as JSON, XML or text, in the order in which a file names them."""

from typing import Any

import pytest

from nephoscope.model.value_operations import NoValue
from nephoscope.poll.dynamic.answers import decoded


@pytest.mark.parametrize(
    ("answer", "handlers", "expected"),
    [
        ('{"a": [1]}', ["json"], {"a": [1]}),
        ("<a><b>1</b><b>2</b></a>", ["json", "xml"], {"a": {"b": ["1", "2"]}}),
        ("<a x='1'>t &amp; u<b/></a>", ["xml"], {"a": {"@x": "1", "#text": "t & u", "b": None}}),
        ("12 up", ["json", "xml", "text"], [{"out": "12 up"}]),
        ("1", ["text", "json"], [{"out": "1"}]),
    ],
)
def test_the_first_that_can_read_it_does(answer: str, handlers: list[str], expected: Any) -> None:
    assert expected == decoded(answer, handlers)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{",
        "<a>",
        "<a></b>",
        "[" * 100_000,
        "<a>" * 100 + "</a>" * 100,
        "<!DOCTYPE a [<!ENTITY b 'x'>]><a>&b;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
    ],
)
def test_what_none_can_read_is_told(answer: str) -> None:
    with pytest.raises(NoValue, match="the answer cannot be read"):
        decoded(answer, ["json", "xml"])
