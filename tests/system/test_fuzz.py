# SPDX-License-Identifier: Apache-2.0
"""Requests that are almost right, at every address that takes a body: no failure of our own, and an answer in time."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.gnocchi.near_misses import ATTRIBUTES, RESOURCE, VALID, changed
from tests.system.http import Answer, gnocchi
from tests.system.load import POLICY
from tests.system.server import BASIC, Server, serving

ANSWERED_WITHIN_S = 20.0
EXAMPLES = 25
FEW = settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
METRIC = "METRIC"
"""Stands for a metric's id in what follows."""
POINTS = [{"timestamp": 1_748_779_200, "value": 1.5}, {"timestamp": 1_748_779_260.5, "value": "2"}]
TEXTS = [{"timestamp": "2025-06-01T12:00:00", "value": 1}, {"timestamp": "2025-06-01T12:00:01+02:00", "value": 1e300}]
READ = ["metric", [METRIC, "count"], [METRIC, "sum"]]
OPERATIONS: tuple[Any, ...] = (
    ["aggregate", "mean", READ],
    ["*", 2, ["+", ["metric", METRIC, "sum"], ["abs", ["metric", METRIC, "sum"]]]],
    ["resample", "sum", 60, ["metric", METRIC, "sum"]],
    ["rolling", "mean", 1, ["clip", ["metric", METRIC, "sum"], 0, 1]],
    ["rateofchangesec", ["metric", METRIC, "sum"]],
    f"(aggregate max (metric ({METRIC} count) ({METRIC} sum)))",
    f"(/ (metric {METRIC} sum) 0)",
)
BODIES: tuple[tuple[str, Any], ...] = (
    (f"/v1/metric/{METRIC}/measures", POINTS),
    (f"/v1/metric/{METRIC}/measures", TEXTS),
    (f"/v1/resource/vm/{RESOURCE}/metric/cpu/measures", POINTS),
    ("/v1/batch/metrics/measures", {METRIC: POINTS}),
    ("/v1/batch/resources/metrics/measures", {RESOURCE: {"cpu": TEXTS}}),
    (
        "/v1/batch/resources/metrics/measures?create_metrics=true",
        {RESOURCE: {"new": {"measures": POINTS, "archive_policy_name": "low", "unit": "B"}}},
    ),
    *(("/v1/aggregates", {"operations": each}) for each in OPERATIONS),
    *(
        (
            f"/v1/aggregates?{arguments}",
            {
                "operations": ["aggregate", "sum", ["metric", "c*", "mean"]],
                "resource_type": "vm",
                "search": "host like 'h%'",
            },
        )
        for arguments in ("groupby=host&details=true", "use_history=true&groupby=host&start=2025-06-01")
    ),
    ("/v1/aggregation/metric?aggregation=sum&fill=null", [METRIC, METRIC]),
    ("/v1/aggregation/resource/vm/metric/cpu?groupby=host", {"=": {"host": "h"}}),
    (f"/v1/search/metric?metric_id={METRIC}&aggregation=sum", {"and": [{">": 1}, {"<=": [{"*": 2}, 60]}]}),
    *((path, body) for method, path, body, _ in VALID if method == "POST"),
)
OURS = sum(path not in {valid[1] for valid in VALID} for path, _ in BODIES)
SAMPLES = {
    "resources": [{"id": "web1", "type": "host", "attributes": {"cores": 4, "rack": "a", "on": True}}],
    "meters": [{"name": "cpu.user", "kind": "gauge", "unit": "%"}],
    "resource": [0, 0],
    "meter": [0, 0],
    "time_ns": [1_748_779_200_000_000_000, 1_748_779_201_000_000_000],
    "value": [1.0, 2.0],
}
SQL_WORDS = (
    *("SELECT", "count()", "*", "FROM", "measures", "aggregates", "WHERE", "time", ">", "0", "1e400", "(", ")", ","),
    *(
        "GROUP BY",
        "metric",
        "ORDER BY",
        "LIMIT",
        "-1",
        "UNION ALL",
        "WITH",
        "AS",
        "'",
        '"',
        "`",
        ";",
        "--",
        "/*",
        "NULL",
    ),
    *("FORMAT", "Native", "SETTINGS", "max_threads = 1", "INTO OUTFILE", "'x'", "file('x')", "url('x')", "{a:Int8}"),
    *(
        "arrayMap(x -> x, [1])",
        "FINAL",
        "PREWHERE",
        "ARRAY JOIN",
        "system.tables",
        "INSERT INTO",
        "\x00",
        "٣",
        "::Int8",
    ),
)
ARGUMENTS = {
    "aggregation": ("mean", "sum", "rate:sum", "95pct", "nope", ""),
    "start": ("2025-06-01", "0", "-1", "-1 hour", "9" * 30, "nan", "x"),
    "stop": ("2030-01-01", "1e300", "inf", "\x00", "+1 day"),
    "granularity": ("1", "60", "0", "-1", "1e-12", "nan", "1 day", "9" * 40),
    "resample": ("60", "D", "Y", "0", "1e30", "W", "x"),
    "reaggregation": ("mean", "nope", "rate:mean"),
    "needed_overlap": ("0", "100", "nan", "-1", "x"),
    "fill": ("null", "0", "dropna", "ffill", "x", "1e400"),
    "groupby": ("host", "id", "nope", ""),
    "refresh": ("true", "x"),
}
QUERIES = st.dictionaries(st.sampled_from(sorted(ARGUMENTS)), st.integers(0, 7), max_size=4).map(
    lambda chosen: {name: ARGUMENTS[name][place % len(ARGUMENTS[name])] for name, place in chosen.items()}
)


class Target:
    """A server, and the metric that the requests are about."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.caller = gnocchi(server.url, timeout_s=ANSWERED_WITHIN_S)
        self.native = server.api
        self.caller.done("POST", "/v1/archive_policy", body=POLICY)
        self.caller.done("POST", "/v1/resource_type", body={"name": "vm", "attributes": ATTRIBUTES})
        self.metric = str(self.caller.done("POST", "/v1/metric", body={"archive_policy_name": POLICY["name"]})["id"])
        body = {"id": RESOURCE, "host": "h", "metrics": {"cpu": {"archive_policy_name": "low"}}}
        self.caller.done("POST", "/v1/resource/vm", body=body)

    def filled(self, text: str) -> str:
        return text.replace(METRIC, self.metric)

    def still_works(self) -> bool:
        """Whether the next ordinary request is served."""
        return self.caller("POST", f"/v1/metric/{self.metric}/measures", body=[]).status == 202


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with serving(tmp_path_factory.mktemp("fuzz"), config=BASIC) as server:
        target = Target(server)
        yield target
        assert target.still_works()
        assert "Traceback" not in server.stderr()


def check(answer: Answer) -> None:
    assert 200 <= answer.status < 500 or answer.status == 501, answer.body


@pytest.mark.parametrize(("path", "valid"), BODIES[:OURS])
def test_what_is_almost_missed_is_taken(path: str, valid: Any, target: Target) -> None:
    answer = target.caller("POST", target.filled(path), raw=target.filled(json.dumps(valid)).encode())
    assert 200 <= answer.status < 300, answer.body


@pytest.mark.parametrize(("path", "valid"), BODIES, ids=[f"{place} {path}" for place, (path, _) in enumerate(BODIES)])
@FEW
@given(data=st.data())
def test_gnocchi_bodies(path: str, valid: Any, data: st.DataObject, target: Target) -> None:
    body = json.dumps(data.draw(changed(valid)))
    check(target.caller("POST", target.filled(path), raw=target.filled(body).encode()))


@pytest.mark.parametrize(
    "path",
    [
        "/v1/metric/METRIC/measures",
        "/v1/aggregation/metric?metric=METRIC",
        "/v1/aggregation/metric?metric=METRIC&metric=x",
    ],
)
@FEW
@given(arguments=QUERIES)
def test_arguments_of_reads(path: str, arguments: dict[str, str], target: Target) -> None:
    address = target.filled(path)
    joined = "&".join(f"{name}={quote(value)}" for name, value in arguments.items())
    check(target.caller("GET", f"{address}{'&' if '?' in address else '?'}{joined}"))


@FEW
@given(data=st.data(), arguments=QUERIES, operations=st.sampled_from(OPERATIONS))
def test_aggregates_with_arguments(
    data: st.DataObject, arguments: dict[str, str], operations: Any, target: Target
) -> None:
    body = target.filled(json.dumps({"operations": data.draw(changed(operations))}))
    check(target.caller("POST", "/v1/aggregates", arguments=arguments, raw=body.encode()))


@FEW
@given(body=changed(SAMPLES))
def test_native_samples(body: Any, target: Target) -> None:
    check(target.native("POST", "/api/v1/samples", body=body))


@FEW
@given(words=st.lists(st.sampled_from(SQL_WORDS), max_size=12))
def test_native_sql(words: list[str], target: Target) -> None:
    check(target.native("POST", "/api/v1/sql", body={"sql": " ".join(words)}))


def asks_for_nothing(body: bytes) -> bool:
    """Whether a body is an object without anything in it, with which a backup goes where backups usually go."""
    try:
        return bool(json.loads(body) == {})
    except ValueError:
        return False


@pytest.mark.parametrize("path", ["/api/v1/samples", "/api/v1/sql", "/api/v1/backup"])
@FEW
@given(
    body=st.binary(max_size=50).filter(lambda body: not asks_for_nothing(body))
    | st.sampled_from([b"[]", b'{"folder": 1}', b'{"folder": "relative"}', b"null", b"\xff"])
)
def test_native_noise(path: str, body: bytes, target: Target) -> None:
    answer = target.native("POST", path, raw=body)
    check(answer)
    assert answer.status >= 400


@pytest.mark.parametrize("path", ["/v1/prometheus/write", "/v1/influxdb/write?db=d", "/v1/influxdb/query?q=x"])
@FEW
@given(body=st.binary(max_size=200))
def test_foreign_writers_noise(path: str, body: bytes, target: Target) -> None:
    check(target.caller("POST", path, raw=body))
