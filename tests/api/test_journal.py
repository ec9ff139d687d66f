# SPDX-License-Identifier: Apache-2.0
"""Requests are counted by route and status, and logged without what may be secret."""

import logging

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from nephoscope.api.app import HttpSettings, build
from nephoscope.api.health import HealthPart
from nephoscope.api.journal import Journal
from nephoscope.observe import registry
from tests.api.asgi import Client


def counted(name: str, **labels: str) -> float:
    return registry.value(name, **labels)


def test_each_request_is_counted_with_dialect_route_method_and_status() -> None:
    labels = {"dialect": "health", "route": "/healthz", "method": "GET"}
    before = counted("nephoscope_http_requests_total", **labels, status="200")
    seconds = counted("nephoscope_http_request_seconds_sum", **labels)

    with Client(build({"health": HealthPart(lambda: [])}, HttpSettings())) as client:
        client.request("GET", "/healthz")

    assert before + 1 == counted("nephoscope_http_requests_total", **labels, status="200")
    assert seconds < counted("nephoscope_http_request_seconds_sum", **labels)


def test_unknown_addresses_and_methods_make_no_new_series() -> None:
    labels = {"dialect": "health", "route": "none", "method": "other", "status": "404"}
    before = counted("nephoscope_http_requests_total", **labels)

    with Client(build({"health": HealthPart(lambda: [])}, HttpSettings())) as client:
        client.request("BREW", "/coffee/1")
        client.request("STEEP", "/tea/2")

    assert before + 2 == counted("nephoscope_http_requests_total", **labels)


def test_every_answer_carries_the_headers_that_make_browsers_careful() -> None:
    with Client(build({"health": HealthPart(lambda: [])}, HttpSettings())) as client:
        for path in ("/healthz", "/nowhere"):
            headers = client.request("GET", path).headers
            assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
            assert "strict-transport-security" not in headers


def test_a_page_keeps_the_headers_that_it_has_set_itself() -> None:
    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("", headers={"Content-Security-Policy": "script-src 'self'"})(scope, receive, send)

    with Client(Journal(page)) as client:
        assert client.request("GET", "/").headers["content-security-policy"] == "script-src 'self'"


def test_over_our_own_tls_browsers_are_told_to_stay_there() -> None:
    inner = build({"health": HealthPart(lambda: [])}, HttpSettings())

    async def over_tls(scope: Scope, receive: Receive, send: Send) -> None:
        await inner({**scope, "scheme": "https"}, receive, send)

    with Client(over_tls) as client:
        assert client.request("GET", "/healthz").headers["strict-transport-security"] == "max-age=31536000"


def test_the_access_log_has_no_query_string(caplog: pytest.LogCaptureFixture) -> None:
    app = build({"health": HealthPart(lambda: [])}, HttpSettings())
    with caplog.at_level(logging.DEBUG, "nephoscope.api.access"), Client(app) as client:
        client.request("GET", "/healthz?token=hunter2")

    [record] = caplog.records
    fields = record.__dict__["fields"]
    assert tuple(fields[k] for k in ("method", "path", "status", "client")) == ("GET", "/healthz", 200, "127.0.0.1")
    assert "hunter2" not in caplog.text + str(fields)
