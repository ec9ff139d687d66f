# SPDX-License-Identifier: Apache-2.0
"""Reading what a request brings along: HTTP basic, bearer tokens, X-Auth-Token."""

import base64
import binascii

from starlette.requests import HTTPConnection

from nephoscope.model.errors import Unauthenticated

TOKEN_CHARACTERS_MAX = 16 * 1024


def basic_credentials(connection: HTTPConnection) -> tuple[str, str]:
    """User and password of an `Authorization: Basic` header. Raises Unauthenticated when there is none to read."""
    scheme, _, coded = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        raise Unauthenticated("no HTTP basic credentials were sent")
    try:
        user, colon, password = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise Unauthenticated("the HTTP basic credentials cannot be read") from None
    if not user or not colon or "\0" in user + password:
        raise Unauthenticated("the HTTP basic credentials cannot be read: they are base64 of user:password")
    return user, password


def auth_token(connection: HTTPConnection) -> str | None:
    """The X-Auth-Token, or None. Raises Unauthenticated for one that can be no token."""
    token = connection.headers.get("x-auth-token")
    return None if token is None else _plausible(token)


def bearer_token(connection: HTTPConnection) -> str | None:
    """The token of an `Authorization: Bearer` header, or None. Raises Unauthenticated for one that can be none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return _plausible(token.strip()) if scheme.lower() == "bearer" else None


def _plausible(token: str) -> str:
    visible = token.isascii() and token.isprintable() and " " not in token
    if not token or not visible or len(token) > TOKEN_CHARACTERS_MAX:
        raise Unauthenticated("the token cannot be read")
    return token
