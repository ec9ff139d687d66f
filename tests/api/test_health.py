# SPDX-License-Identifier: Apache-2.0
"""Liveness, readiness, and own metrics."""

from nephoscope.api.app import HttpSettings, build
from nephoscope.api.auth.basic import Basic
from nephoscope.api.health import HealthPart
from nephoscope.observe import registry
from tests.api.asgi import Client, basic


def served(part: HealthPart) -> Client:
    return Client(build({"health": part}, HttpSettings()))


def test_own_metrics_are_prometheus_text() -> None:
    registry.describe("nephoscope_test_health_total", "counter", "Counted by a test.")
    registry.count("nephoscope_test_health_total", 3)

    with served(HealthPart(lambda: [])) as client:
        answer = client.request("GET", "/metrics")

    assert "nephoscope_test_health_total 3\n" in answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_own_metrics_may_ask_for_credentials() -> None:
    with served(HealthPart(lambda: [], Basic())) as client:
        refused = client.request("GET", "/metrics")
        assert (401, Basic.challenge) == (refused.status, refused.headers["www-authenticate"])
        assert client.request("GET", "/metrics", headers=basic("admin")).status == 200
        assert client.request("GET", "/metrics", headers=basic("bob")).status == 403
        assert client.request("GET", "/healthz").status == 200


def test_what_is_ready_says_so() -> None:
    with served(HealthPart(lambda: [])) as client:
        answer = client.request("GET", "/readyz")

    assert (answer.status, answer.json()) == (200, {"ready": True, "obstacles": []})


def test_what_is_not_ready_says_why() -> None:
    with served(HealthPart(lambda: ["the index is away"])) as client:
        answer = client.request("GET", "/readyz")

    assert (answer.status, answer.json()) == (503, {"ready": False, "obstacles": ["the index is away"]})
