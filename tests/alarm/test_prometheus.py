# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Rules whose values a Prometheus knows."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from nephoscope.alarm.http_json import Asker
from nephoscope.alarm.prometheus import Prometheus
from nephoscope.alarm.verdicts import Verdict
from nephoscope.model.alarm_rule import PrometheusThreshold
from tests.alarm.answering import answering, as_json
from tests.services.ports import free_port

RULE = PrometheusThreshold(query="up{job='web'}", threshold=1, comparison_operator="lt")


def vector(*values: str) -> dict[str, Any]:
    result = [{"metric": {"n": str(place)}, "value": [1.5, value]} for place, value in enumerate(values)]
    return {"status": "success", "data": {"resultType": "vector", "result": result}}


def verdict(url: str, rule: PrometheusThreshold = RULE) -> Verdict:
    prometheus = Prometheus(Asker(url, timeout_s=5))
    try:
        return prometheus.verdicts([rule])[rule]
    finally:
        prometheus.close()


@pytest.mark.parametrize(
    ("said", "state", "trend", "most_recent"),
    [
        (vector("0", "0.5"), "alarm", "alarm", 0.5),
        (vector("1", "2"), "ok", "ok", 2.0),
        (vector("0", "1"), None, "ok", 1.0),
        (vector("NaN", "0"), "alarm", "alarm", 0.0),
        ({"data": {"resultType": "scalar", "result": [1.5, "0"]}}, "alarm", "alarm", 0.0),
    ],
)
def test_every_series_is_a_value(said: object, state: str | None, trend: str, most_recent: float) -> None:
    with answering(lambda _method, _path, _body: (200, as_json(said))) as url:
        found = verdict(url)
    assert (state, trend, most_recent) == (found.state, found.trend, found.most_recent)


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        (200, vector(), "datapoints are unknown: no series is the result of the query"),
        (200, vector("NaN"), "datapoints are unknown: no series is the result of the query"),
        (200, ["odd"], "datapoints are unknown: no series is the result of the query"),
        (400, {"status": "error", "error": "parse error"}, "alarm statistics retrieval failed: URL answered 400: "),
        (503, {}, "alarm statistics retrieval failed: URL answered 503"),
    ],
)
def test_without_an_answer_nothing_is_known(status: int, said: object, reason: str) -> None:
    with answering(lambda _method, _path, _body: (status, as_json(said))) as url:
        found = verdict(url)
    assert "insufficient data" == found.state
    assert found.reason.startswith(reason.replace("URL", url)), found.reason


def test_nobody_there_is_told() -> None:
    found = verdict(f"http://127.0.0.1:{free_port()}")
    assert "insufficient data" == found.state
    assert "does not answer" in found.reason


def test_the_same_query_is_asked_once_and_as_it_is_written() -> None:
    asked: list[str] = []

    def answer(_method: str, path: str, _body: bytes) -> tuple[int, bytes]:
        asked.append(path)
        return 200, as_json(vector("5"))

    rules = [PrometheusThreshold(query=RULE.query, threshold=threshold) for threshold in (1, 5)]
    with answering(answer) as url:
        prometheus = Prometheus(Asker(url))
        found = prometheus.verdicts(rules)
        prometheus.close()
    assert ["ok", "alarm"] == [found[rule].state for rule in rules]
    (path,) = asked
    assert ("/api/v1/query", {"query": [RULE.query]}) == (urlsplit(path).path, parse_qs(urlsplit(path).query))
