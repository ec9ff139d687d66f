# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""OTLP metrics in JSON."""

import threading

import pytest

from nephoscope import __version__
from nephoscope.client.send import Accepted, Outcome, Refused, RetryLater
from nephoscope.observe import registry
from tests.pipeline.made import NINE_NS, sample
from tests.pipeline.publish.peers import http_peer, packed, publisher, sent


def test_all_samples_are_one_request_by_resource_and_meter() -> None:
    with http_peer() as peer:
        of = publisher(f"opentelemetryhttp://{peer.address}/v1/metrics")
        listed = [
            sample("cpu", 1, 0, type="cumulative"),
            sample("cpu", 2, 10, type="cumulative"),
            sample("hits", -3, type="delta", unit="hit"),
            sample("power.state", 4, resource_id="r2", user_id=None),
        ]
        assert [Accepted()] == sent(of, *listed)
        (request,) = peer.requests
    assert ("/v1/metrics", "application/json") == (request.path, request.headers["Content-Type"])
    first, second = request.json["resourceMetrics"]
    texts = {each["key"]: each["value"]["stringValue"] for each in first["resource"]["attributes"]}
    assert {"resource_id": "r1", "user_id": "u1", "project_id": "p1"} == texts
    assert ["resource_id", "project_id"] == [each["key"] for each in second["resource"]["attributes"]]
    (scoped,) = first["scopeMetrics"]
    assert {"name": "nephoscope", "version": __version__} == scoped["scope"]
    assert [
        {
            "name": "cpu",
            "unit": "ns",
            "sum": {
                "dataPoints": [
                    {"timeUnixNano": str(NINE_NS), "asDouble": 1.0},
                    {"timeUnixNano": str(NINE_NS + 10_000_000_000), "asDouble": 2.0},
                ],
                "aggregationTemporality": 2,
                "isMonotonic": True,
            },
        },
        {
            "name": "hits",
            "unit": "hit",
            "sum": {
                "dataPoints": [{"timeUnixNano": str(NINE_NS), "asDouble": -3.0}],
                "aggregationTemporality": 1,
                "isMonotonic": False,
            },
        },
    ] == scoped["metrics"]
    assert {
        "name": "power.state",
        "unit": "ns",
        "gauge": {"dataPoints": [{"timeUnixNano": str(NINE_NS), "asDouble": 4.0}]},
    } == second["scopeMetrics"][0]["metrics"][0]


def test_many_samples_are_several_requests() -> None:
    of = publisher("opentelemetryhttp://collector")
    assert [1000, 500] == [each.samples for each in packed(of, *(sample(volume=i) for i in range(1500)))]


@pytest.mark.parametrize(
    ("url", "path"), [("", "/v1/metrics"), ("/?key=1&timeout=3", "/v1/metrics?key=1"), ("/in/otlp", "/in/otlp")]
)
def test_the_usual_path_is_taken_where_there_is_none(url: str, path: str) -> None:
    with http_peer() as peer:
        assert [Accepted()] == sent(publisher(f"opentelemetryhttp://{peer.address}{url}"))
        assert path == peer.requests[0].path


def test_what_a_collector_leaves_out_is_counted() -> None:
    def rejected() -> float:
        return registry.value("nephoscope_dropped_total", station="publish", cause="refused by collector")

    before = rejected()
    with http_peer() as peer:
        of = publisher(f"opentelemetryhttp://{peer.address}")
        for said in (
            b'{"partialSuccess": {"rejectedDataPoints": "2", "errorMessage": "too old"}}',
            b'{"partialSuccess": {}}',
            b'{"partialSuccess": null}',
            b"thanks",
            b"",
        ):
            peer.body = said
            assert [Accepted()] == sent(of)
    assert before + 2 == rejected()


@pytest.mark.parametrize(("status", "kind"), [(200, Accepted), (400, Refused), (429, RetryLater), (503, RetryLater)])
def test_what_comes_of_an_answer(status: int, kind: type[Outcome]) -> None:
    with http_peer() as peer:
        peer.status = status
        assert isinstance(sent(publisher(f"opentelemetryhttp://{peer.address}"))[0], kind)


def test_a_collector_that_hangs_is_tried_again() -> None:
    with http_peer() as peer:
        peer.hang = threading.Event()
        assert isinstance(sent(publisher(f"opentelemetryhttp://{peer.address}?timeout=0.2"))[0], RetryLater)
