# SPDX-License-Identifier: Apache-2.0
"""The session cookie: under which name it goes, how it is set, and the second proof that unsafe requests need."""

import hmac
import time

from starlette.requests import HTTPConnection
from starlette.types import Scope

from nephoscope.api.auth.credentials import TOKEN_CHARACTERS_MAX
from nephoscope.model.errors import Forbidden, Unauthenticated
from nephoscope.model.session import Session

CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def cookie_name(scope: Scope) -> str:
    """Under https the name makes browsers refuse a cookie that another host or a plain connection has set."""
    return "__Host-nephoscope_session" if scope["scheme"] == "https" else "nephoscope_session"


def session_secret(connection: HTTPConnection) -> str | None:
    """The secret in the session cookie, None without one. Raises Unauthenticated for one that can be none."""
    secret = connection.cookies.get(cookie_name(connection.scope))
    if not secret:
        return None
    if len(secret) > TOKEN_CHARACTERS_MAX or not (secret.isascii() and secret.isprintable()):
        raise Unauthenticated("the session cookie cannot be read")
    return secret


def require_csrf(connection: HTTPConnection, session: Session) -> None:
    """Raises Forbidden for an unsafe request that does not repeat the session's CSRF value."""
    if connection.scope.get("method", "GET") in SAFE_METHODS:
        return
    sent = connection.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(sent.encode(), session.csrf.encode()):
        raise Forbidden(
            f"a request with a session cookie needs the header {CSRF_HEADER}; GET /api/v1/session gives its value",
            cause="csrf",
        )


def set_cookie(scope: Scope, session: Session, secret: str) -> str:
    """The Set-Cookie header that hands a session to a browser, for as long as it can last."""
    seconds = max(0, (session.ends_ns - time.time_ns()) // 10**9)
    return _cookie(scope, secret, seconds)


def clear_cookie(scope: Scope) -> str:
    """The Set-Cookie header that takes the session away from a browser."""
    return _cookie(scope, "", 0)


def _cookie(scope: Scope, value: str, seconds: int) -> str:
    secure = "; Secure" if scope["scheme"] == "https" else ""
    return f"{cookie_name(scope)}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Strict{secure}"
