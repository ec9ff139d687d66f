# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Every bound of the configuration, met: what goes beyond it is refused, counted and not stored."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.system.commands import answer_of
from tests.system.http import Caller, gnocchi
from tests.system.load import POLICY, Load, assert_all_there_once
from tests.system.server import BASIC, Server, serving

LIMITS = "[http]\nbody_bytes_max = 20000\nbody_depth_max = 10\nbody_items_max = 300\n"


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes little at a time."""
    with serving(tmp_path_factory.mktemp("limited"), config=BASIC + LIMITS) as server:
        yield server


@pytest.fixture
def caller(limited: Server) -> Caller:
    return gnocchi(limited.url)


@pytest.fixture
def metric(caller: Caller) -> str:
    """A new metric that keeps each second."""
    caller("POST", "/v1/archive_policy", body=POLICY)
    return str(caller.done("POST", "/v1/metric", body={"archive_policy_name": POLICY["name"]})["id"])


def points(count: int) -> list[dict[str, float]]:
    return [{"timestamp": 1_748_779_200 + second, "value": 1} for second in range(count)]


def stored(caller: Caller, metric: str) -> int:
    rows = caller.done("GET", f"/v1/metric/{metric}/measures", arguments={"aggregation": "count"})
    return len(rows)


def deep(levels: int) -> Any:
    """A search query of so many negations, one in another."""
    query: Any = {"=": {"id": "x"}}
    for _ in range(levels):
        query = {"not": query}
    return query


def test_a_body_of_too_many_bytes(caller: Caller, metric: str) -> None:
    path = f"/v1/metric/{metric}/measures"
    padded = json.dumps(points(10)).encode() + b" " * 20_000
    refused = caller("POST", path, raw=padded)
    assert 413 == refused.status
    assert "20000 bytes" in refused.body["description"]
    assert 413 == caller("POST", path, raw=padded, headers={"Transfer-Encoding": "chunked"}).status
    assert 0 == stored(caller, metric)
    assert 202 == caller("POST", path, raw=padded[:20_000]).status
    assert 10 == stored(caller, metric)


def test_a_small_body_that_unpacks_to_a_large_one(caller: Caller, metric: str) -> None:
    path, packed = f"/v1/metric/{metric}/measures", {"Content-Encoding": "gzip"}
    bomb = gzip.compress(json.dumps(points(10)).encode() + b" " * 1_000_000)
    assert len(bomb) < 20_000
    assert 413 == caller("POST", path, raw=bomb, headers=packed).status
    assert 0 == stored(caller, metric)
    whole = gzip.compress(json.dumps(points(10)).encode())
    assert 400 == caller("POST", path, raw=whole[:-9], headers=packed).status
    assert 202 == caller("POST", path, raw=whole, headers=packed).status
    assert 10 == stored(caller, metric)


def test_too_many_measures(caller: Caller, metric: str) -> None:
    refused = caller("POST", f"/v1/metric/{metric}/measures", body=points(301))
    assert 413 == refused.status
    assert "300" in refused.body["description"]
    other = caller.done("POST", "/v1/metric", body={"archive_policy_name": POLICY["name"]})["id"]
    batch = {metric: points(151), other: points(150)}
    assert 413 == caller("POST", "/v1/batch/metrics/measures", body=batch).status
    assert (0, 0) == (stored(caller, metric), stored(caller, other))
    assert 202 == caller("POST", f"/v1/metric/{metric}/measures", body=points(300)).status
    assert 300 == stored(caller, metric)


def test_values_too_deep_inside_each_other(caller: Caller, metric: str) -> None:
    search = "/v1/search/resource/generic"
    assert 200 == caller("POST", search, body=deep(7)).status
    refused = caller("POST", search, body=deep(8))
    assert 413 == refused.status
    assert "10 levels" in refused.body["description"]
    for bottomless in (b"[" * 19_000, b'{"not":' * 2_000, b'{"operations":"' + b"(" * 15_000 + b'"}'):
        assert caller("POST", search, raw=bottomless).status in (400, 413)
        assert caller("POST", "/v1/aggregates", raw=bottomless).status in (400, 413)
        assert caller("POST", f"/v1/metric/{metric}/measures", raw=bottomless).status in (400, 413)
    assert 0 == stored(caller, metric)


def test_the_native_api_has_the_same_bounds(limited: Server) -> None:
    sample = {"resources": [{"id": "a"}], "meters": [{"name": "m"}], "time_ns": [1], "value": [1.0]}
    whole = {**sample, "resource": [0], "meter": [0]}
    assert 202 == limited.api("POST", "/api/v1/samples", body=whole).status
    for column in ("resource", "meter"):
        assert 400 == limited.api("POST", "/api/v1/samples", body={**whole, column: [1]}).status
    assert 413 == limited.api("POST", "/api/v1/samples", raw=b" " * 20_001).status
    assert 413 == limited.api("POST", "/api/v1/sql", body={"sql": "x" * 20_000}).status


def test_a_full_queue_of_the_store_asks_to_come_back(tmp_path: Path) -> None:
    with serving(tmp_path, config=f"{BASIC}[store]\ncommit_rows_max = 150\n") as server:
        load = Load(server, writers=8)
        with load.running():
            load.wait_for(1000)
            load.wait_for_status(503)
            load.wait_for(1000)
        assert {202, 503} == set(load.statuses)
        stored = assert_all_there_once(load)
        assert load.acknowledged == stored
        refused = {(drop["station"], drop["cause"]): drop["records"] for drop in answer_of(server, "status")["dropped"]}
        assert {("store", "queue full"): 100 * load.statuses[503]} == refused
        print(f"queue of 150 rows: {stored} acknowledged and stored, {dict(load.statuses)}")


def test_a_full_queue_for_threads_asks_to_come_back(tmp_path: Path) -> None:
    with serving(tmp_path, config=f"{BASIC}[http]\nthreads_max = 1\nwaiting_max = 1\n") as server:
        load, caller = Load(server, writers=8, points=200), gnocchi(server.url)
        with load.running():
            answers = (caller("GET", "/v1/metric") for _ in range(10_000))
            refused = next(answer for answer in answers if answer.status != 200)
            load.wait_for(1000)
        assert (503, "1") == (refused.status, refused.headers["Retry-After"])
        assert "try again" in refused.body["description"]
        assert {202, 503} == set(load.statuses)
        assert load.acknowledged == assert_all_there_once(load)
