# SPDX-License-Identifier: Apache-2.0

"""The URLs of actions, and the trusts in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.action_url import SCHEMES, Trust, has_user, scheme_of, shown, trust_of, with_trust

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
