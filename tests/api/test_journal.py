# SPDX-License-Identifier: Apache-2.0
"""Requests are counted by route and status, and logged without what may be secret."""

import logging

import pytest

from nephoscope.api.app import HttpSettings, build
from nephoscope.api.health import HealthPart
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


def test_the_access_log_has_no_query_string(caplog: pytest.LogCaptureFixture) -> None:
    app = build({"health": HealthPart(lambda: [])}, HttpSettings())
    with caplog.at_level(logging.DEBUG, "nephoscope.api.access"), Client(app) as client:
        client.request("GET", "/healthz?token=hunter2")

    [record] = caplog.records
    fields = record.__dict__["fields"]
    assert tuple(fields[k] for k in ("method", "path", "status", "client")) == ("GET", "/healthz", 200, "127.0.0.1")
    assert "hunter2" not in caplog.text + str(fields)
