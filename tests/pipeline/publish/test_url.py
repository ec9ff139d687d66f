# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The URL of a publisher, taken apart."""

import doctest

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.pipeline.publish import url as url_module
from nephoscope.pipeline.publish.url import PublisherUrl


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(url_module).attempted > 0
    assert doctest.testmod(url_module).failed == 0


def test_a_url_is_shown_without_password_and_options() -> None:
    url = PublisherUrl.of("http://ann:pass-word@Peer:80/x?key=k3y&a&key=2")
    assert "http://peer:80/x" == f"{url}" == repr(url)
    assert ("ann", "pass-word", {"key": "2", "a": ""}) == (url.username, url.password, url.options)
    assert "key=k3y&a&key=2" == url.query


@pytest.mark.parametrize(
    ("text", "on"), [("?f", True), ("?f=Yes", True), ("?f=off", False), ("?f=0", False), ("", True)]
)
def test_a_flag_is_on_or_off(text: str, on: bool) -> None:
    assert on == PublisherUrl.of(f"x://h{text}").flag("f", True)


@pytest.mark.parametrize("text", ["many", "-1", "nan", "inf", ""])
def test_what_is_no_number_is_named(text: str) -> None:
    with pytest.raises(BadRequest, match="x://h: option n: expected a number of at least 0, found"):
        PublisherUrl.of(f"x://ann:pass-word@h?n={text}").number("n", 5)
