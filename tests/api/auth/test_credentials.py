# SPDX-License-Identifier: Apache-2.0
"""What requests bring along is read, or refused with 401."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from nephoscope.api.auth.credentials import auth_token, basic_credentials, bearer_token
from nephoscope.model.errors import Unauthenticated


def sent(**headers: str) -> HTTPConnection:
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": raw})


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_basic_credentials_are_read_whatever_the_case_of_the_scheme(scheme: str) -> None:
    assert basic_credentials(sent(authorization=f"{scheme} {coded('zoë:a:b')}")) == ("zoë", "a:b")


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic !!!", "Bearer abc", f"Basic {coded('no colon')}", f"Basic {coded(':x')}", "Basic /////w=="],
)
def test_unreadable_credentials_are_refused(header: str) -> None:
    with pytest.raises(Unauthenticated):
        basic_credentials(sent(authorization=header))


def test_a_missing_header_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        basic_credentials(sent())


def test_tokens_are_read_from_either_header() -> None:
    assert bearer_token(sent(authorization="bearer abc.def")) == "abc.def"
    assert auth_token(sent(x_auth_token="abc")) == "abc"
    assert (bearer_token(sent(authorization="Basic x")), auth_token(sent())) == (None, None)


@pytest.mark.parametrize("token", ["", "a b", "é", "a" * 20_000])
def test_what_can_be_no_token_is_refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        auth_token(sent(x_auth_token=token))


@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_any_header_gives_credentials_or_a_refusal(header: str) -> None:
    for prefix in ("", "Basic ", "Bearer "):
        for read in (basic_credentials, bearer_token):
            with suppress(Unauthenticated):
                read(sent(authorization=prefix + header))
