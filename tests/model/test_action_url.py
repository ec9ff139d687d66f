# SPDX-License-Identifier: Apache-2.0

"""The URLs of actions, and the trusts in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.action_url import (
    SCHEMES,
    Trust,
    concealed,
    has_user,
    revealed,
    scheme_of,
    shown,
    trust_of,
    with_trust,
)
from nephoscope.model.errors import InvalidInput

HOSTS = ["host/a", "host:80/a?b=c#d", "?queue_name=q", "", "host/an@sign", "[::1]:8080/x"]


@pytest.mark.parametrize("rest", HOSTS)
@pytest.mark.parametrize("scheme", sorted(each for each in SCHEMES if each.startswith("trust+")))
def test_a_trust_goes_in_and_comes_out_and_is_never_shown(scheme: str, rest: str) -> None:
    url = f"{scheme}://{rest}"
    for trust in (Trust("7f3a", owned=True), Trust("7f3a", owned=False)):
        entrusted = with_trust(url, trust)
        assert trust == trust_of(entrusted)
        assert url == shown(entrusted)
        assert has_user(entrusted)
    assert trust_of(url) is None
    assert url == shown(url)


@pytest.mark.parametrize(
    "url", ["https://user:secret@host/%3A%2F+?a=b", "zaqar://?topic=t&subscriber=http%3A//x", "http://host/an@sign"]
)
def test_what_needs_no_trust_is_shown_as_it_was_written(url: str) -> None:
    assert (url, None) == (shown(url), trust_of(url))


@pytest.mark.parametrize("url", ["http://a b", "http://a\n", " http://a", "http://[", "trust+http:host", "trust+heat:"])
def test_what_is_no_url_has_no_scheme(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its words depend on the parser
        scheme_of(url)


@given(st.text())
def test_any_text_has_a_scheme_or_is_refused(text: str) -> None:
    try:
        scheme = scheme_of(text)
    except ValueError:
        return
    assert scheme == scheme.lower()
    if scheme in SCHEMES:
        assert shown(shown(text)) == shown(text)


URLS = st.sampled_from(
    [
        *(
            f"https://{user}host{port}/{path}"
            for user in ("", "a:b@", "c@")
            for port in ("", ":1")
            for path in ("", "?a")
        ),
        "https://host/?t=1",
        "https://host/?t=2",
        "https://host/?t=2#f",
        "slack+https://host/1",
        "slack+https://host/2",
        "Slack+HTTPS://host/2",
        "mailto:a@b?subject=***",
        "log:",
    ]
)


@given(st.lists(URLS, unique=True), st.data())
def test_what_is_concealed_stands_for_what_is_there(there: list[str], data: st.DataObject) -> None:
    told = [concealed(each) for each in there]
    assert told == [concealed(each) for each in told]
    assert there == revealed(told, there, "f")
    # Each as it was written or as it was shown, in whatever order: all of them stay.
    pairs = data.draw(st.permutations(list(zip(there, told, strict=True))))
    written = [pair[data.draw(st.integers(0, 1))] for pair in pairs]
    assert sorted(there) == sorted(revealed(written, there, "f"))


@pytest.mark.parametrize("other", ["https://***@other/?a=***", "https://***@host/", "slack+https://host/b/***"])
def test_what_is_concealed_stands_for_nothing_else(other: str) -> None:
    there = ["https://u:p@host/?a=1", "slack+https://host/1"]
    with pytest.raises(InvalidInput, match="nothing there looks like") as caught:
        revealed(["log:", other], there, "f")
    assert caught.value.detail == ["f", "1"]
    twice = [concealed(there[0])] * 2
    with pytest.raises(InvalidInput):
        revealed(twice, there, "f")


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://secret:secret@host/a?secret",
        "https://host/a?b=secret&c=secret#secret",
        "https://a@secret@host/",
        "SLACK+https://host/services/secret?a=secret",
        "zaqar://?topic=secret",
        "trust+http://secret:delete@host/a",
    ],
)
def test_what_is_concealed_has_no_secret(url: str) -> None:
    assert "host" in concealed(url) or url.startswith("zaqar")
    assert "secret" not in concealed(url)
