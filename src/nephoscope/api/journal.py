# SPDX-License-Identifier: Apache-2.0
"""What every request leaves behind: counters, latencies, a line in the access log, and security headers."""

import logging
import secrets
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nephoscope.observe import registry

log = logging.getLogger("nephoscope.api.access")

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Said only over our own TLS: whether the outside has it behind a front end, that front end knows.
TRANSPORT_SECURITY = "max-age=31536000"
# What our own API tells is for the caller alone, whoever sits at the browser or the cache next.
UNSTORED_DIALECTS = frozenset({"native"})


class Journal:
    """
    Counts each request by dialect, route, method and status, sums its seconds, and logs it at debug.

    Each request gets an id, which its answer carries in X-Request-Id and the log names. The route is the pattern of
    the path, so the number of series stays small; the log holds no query string, for some clients put secrets there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        registry.describe("nephoscope_http_requests_total", "counter", "Requests answered, by route and status.")
        registry.describe("nephoscope_http_request_seconds_sum", "counter", "Seconds spent answering, by route.")
        registry.describe("nephoscope_http_request_seconds_count", "counter", "Requests timed, by route.")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        status = 500
        started = time.perf_counter()
        found: dict[str, str] = {}
        scope["nephoscope.found"] = found
        request_id = secrets.token_hex(8)
        scope["nephoscope.request_id"] = request_id

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                _secure(headers, scope, found)
            await send(message)

        try:
            await self.app(scope, receive, note)
        finally:
            _record(scope, found, status, time.perf_counter() - started)


def _secure(headers: MutableHeaders, scope: Scope, found: dict[str, str]) -> None:
    """Add what a page or dialect has not set by itself."""
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    if scope["scheme"] == "https":
        headers.setdefault("Strict-Transport-Security", TRANSPORT_SECURITY)
    if found.get("dialect") in UNSTORED_DIALECTS:
        headers.setdefault("Cache-Control", "no-store")


def _record(scope: Scope, found: dict[str, str], status: int, seconds: float) -> None:
    labels = {
        "dialect": found.get("dialect", "none"),
        "route": found.get("route", "none"),
        "method": scope["method"] if scope["method"] in _METHODS else "other",
    }
    registry.count("nephoscope_http_requests_total", 1, **labels, status=str(status))
    registry.count("nephoscope_http_request_seconds_sum", seconds, **labels)
    registry.count("nephoscope_http_request_seconds_count", 1, **labels)
    if log.isEnabledFor(logging.DEBUG):
        client = (scope.get("client") or [""])[0]
        fields = {
            "request": scope["nephoscope.request_id"],
            **labels,
            "path": scope["path"],
            "status": status,
            "seconds": round(seconds, 6),
            "client": client,
        }
        log.debug("%s %r %d", labels["method"], scope["path"], status, extra={"fields": fields})


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
