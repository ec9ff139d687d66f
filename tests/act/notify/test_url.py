# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""URLs are taken apart without being written anew; what may be secret in them stays out of messages."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.notify import url
from nephoscope.act.notify.url import WebUrl, scrubbed
from nephoscope.model.errors import BadRequest

VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="#"))


def test_the_examples_hold() -> None:
    assert 0 == doctest.testmod(url).failed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://h", WebUrl("http", "h", 80, "/")),
        ("HTTPS://H.Example:8443/P", WebUrl("https", "H.Example", 8443, "/P")),
        ("http://[::1]:8/x", WebUrl("http", "::1", 8, "/x")),
        ("http://[fe80::1%eth0]/x", WebUrl("http", "fe80::1%eth0", 80, "/x")),
        ("http://2130706433/", WebUrl("http", "2130706433", 80, "/")),
        ("http://u:p%3A@h/x", WebUrl("http", "h", 80, "/x", "u", "p:")),
        ("http://a@b@h/x", WebUrl("http", "h", 80, "/x", "a@b")),
        ("http://trust:delete@h?x", WebUrl("http", "h", 80, "/?x", "trust", "delete")),
        (
            "http://b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example/",
            WebUrl("http", "xn--bcher-kva.example", 80, "/"),
        ),
    ],
)
def test_what_is_in_a_url(text: str, expected: WebUrl) -> None:
    assert expected == WebUrl.of(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http",
        "http:",
        "http:/h",
        "http://",
        "http:///x",
        "http://:80/",
        "http://h:0/",
        "http://h:65536/",
        "http://h:x/",
        "http://h:80:80/",
        "http://[::1/",
        "http://[h]/",
        "http://h\0/",
        "http://h h/",
        "http://h%00/",
        "ftp://h/",
        "javascript:alert(1)",
        "http://" + "\N{LATIN SMALL LETTER U WITH DIAERESIS}" * 100 + "/",
    ],
)
def test_what_is_no_url_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="the action's URL cannot be read"):
        WebUrl.of(text)


@given(VISIBLE)
def test_whatever_a_request_line_can_hold_stays_as_it_is(path: str) -> None:
    assert f"/{path}" == WebUrl.of(f"http://h/{path}").path


@given(st.text())
def test_any_text_gives_a_path_that_a_request_line_can_hold(path: str) -> None:
    assert all("\x21" <= sign <= "\x7e" for sign in WebUrl.of(f"http://h/{path}").path)


@given(st.text())
def test_any_text_is_a_url_or_refused(text: str) -> None:
    for each in (text, f"http://{text}"):
        try:
            assert WebUrl.of(each).host
        except BadRequest:
            continue


def test_host_and_place_are_told_from_each_other() -> None:
    found = WebUrl.of("https://Hook.Example:443/x")
    assert ("Hook.Example", "hook.example:443") == (found.authority, found.place)
    assert "[::1]:8" == WebUrl.of("http://[::1]:8/").authority


@given(
    user=st.text("abcdef", min_size=4),
    secret=st.text("ghijkl", min_size=4),
    signature=st.text("mnopqr%2F+", min_size=4),
    path=st.text("stuvwx/", min_size=4),
)
def test_nothing_of_a_target_that_may_be_secret_stays_in_a_message(
    user: str, secret: str, signature: str, path: str
) -> None:
    target = f"http://{user}:{secret}@h/{path}?Signature={signature}"
    found = scrubbed(f"H: {target} | {user}:{secret} | {signature} | /{path}?Signature={signature}", target)
    assert found.startswith("H: http://***")
    assert not any(each in found for each in (user, secret, signature))
