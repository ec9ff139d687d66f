# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Every recorded case of the Gnocchi dialect, asked over HTTP of the whole program, on each kind of store and index."""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.services.clickhouse import ClickHouse
from tests.services.postgresql import PostgreSQL
from tests.system.http import Caller, gnocchi
from tests.system.server import BASIC, serving

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "data" / "gnocchi_examples.json").read_text())
# What we answer on purpose instead of what was recorded: a rate always uses the true predecessor, however the points
# were cut into batches. Here (400 - 100) and (410 - 400) give their mean, 155; Gnocchi forgot the first.
DIFFERENT = {
    "rate over a gap between batches is lost": {
        "status": 200,
        "body": [["2025-06-01T12:05:00+00:00", 60.0, 155.0]],
    }
}


class Stage:
    """A server's dialect, and what was prepared on it for the cases that only read."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self._prepared: dict[str, dict[str, str]] = {}

    def prepared(self, case: dict[str, Any]) -> dict[str, str]:
        """What the placeholders of a case stand for; cases that only read the same things share them."""
        if not reads(case["query"]):
            return prepared(case, self.caller)
        scene = json.dumps([case["archive_policy"], case["measures"], case.get("resources")])
        if scene not in self._prepared:
            self._prepared[scene] = prepared(case, self.caller)
        return self._prepared[scene]


@pytest.fixture(scope="module", params=["embedded", "servers"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The dialect of a server with store and index of its own: both embedded, or both elsewhere."""
    folder = tmp_path_factory.mktemp("recorded")
    if request.param == "embedded":
        with serving(folder, config=BASIC) as server:
            yield Stage(gnocchi(server.url))
        return
    postgresql: PostgreSQL = request.getfixturevalue("postgresql")
    clickhouse: ClickHouse = request.getfixturevalue("clickhouse")
    index, store = postgresql.create_database(), clickhouse.create_database()
    config = f'{BASIC}[index]\nurl = "{postgresql.url(index)}"\n[store]\ndsn = "{clickhouse.url(store)}"\n'
    with serving(folder, config=config) as server:
        yield Stage(gnocchi(server.url))
    postgresql.drop_database(index)
    clickhouse.drop_database(store)


def test_every_deliberate_difference_is_a_recorded_case() -> None:
    assert set(DIFFERENT) <= {case["name"] for case in CASES}
    assert 148 == len({case["name"] for case in CASES})


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_recorded(case: dict[str, Any], stage: Stage) -> None:
    names = stage.prepared(case)
    query = filled(case["query"], names)
    answer = stage.caller(query["method"], query["path"], arguments=query.get("params"), body=query.get("body"))
    expected = filled(DIFFERENT.get(case["name"], case["expected"]), names)
    assert expected["status"] == answer.status, answer.body
    assert same(expected["body"], answer.body), f"expected {expected['body']}\nbut got  {answer.body}"


def reads(query: dict[str, Any]) -> bool:
    """Whether a request leaves everything as it was."""
    return bool(query["method"] == "GET" or query["path"].startswith(("/v1/aggregat", "/v1/search")))


def prepared(case: dict[str, Any], caller: Caller) -> dict[str, str]:
    """Make the policy, metrics, measures and resources of a case; gives what its placeholders stand for."""
    names = {"run": f"run{uuid4().hex[:12]}", "policy": f"policy{uuid4().hex[:12]}"}
    caller.done("POST", "/v1/archive_policy", body={**case["archive_policy"], "name": names["policy"]})
    for alias, batches in case["measures"].items():
        made = caller.done("POST", "/v1/metric", body={"archive_policy_name": names["policy"]})
        names[alias] = made["id"]
        for batch in batches:
            points = [{"timestamp": time, "value": value} for time, value in batch]
            caller.done("POST", f"/v1/metric/{made['id']}/measures", body=points)
    for resource in case.get("resources", []):
        names[resource["alias"]] = str(uuid4())
        metrics = {name: names[alias] for name, alias in resource["metrics"].items()}
        attributes = filled(resource.get("attributes", {}), names)
        body = {"id": names[resource["alias"]], "metrics": metrics, **attributes}
        caller.done("POST", f"/v1/resource/{resource.get('type', 'generic')}", body=body)
    return names


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """A JSON value with every `{name}` replaced, in keys too."""
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    if isinstance(value, dict):
        return {filled(key, names): filled(item, names) for key, item in value.items()}
    return value


def same(expected: Any, found: Any) -> bool:
    """Equal up to a relative 1e-9 in numbers; `{*}` is any text, lists under `aggregation_methods` have no order."""
    match expected, found:
        case dict(), dict():
            agree = (same_methods(key, value, found.get(key)) for key, value in expected.items())
            return expected.keys() == found.keys() and all(agree)
        case list(), list():
            return len(expected) == len(found) and all(map(same, expected, found))
        case str(), str() | float():
            return same_text(expected, found)
        case (bool(), _) | (_, bool()):
            return expected is found
        case int() | float(), int() | float():
            return math.isclose(expected, found, rel_tol=1e-9)
    return bool(expected == found)


def same_text(expected: str, found: str | float) -> bool:
    if isinstance(found, float):
        return expected in ("NaN", "Infinity", "-Infinity") and str(float(expected)) == str(found)
    before, anything, after = expected.partition("{*}")
    return found.startswith(before) and found.endswith(after) if anything else expected == found


def same_methods(key: str, expected: Any, found: Any) -> bool:
    if key == "aggregation_methods":
        return isinstance(found, list) and sorted(expected) == sorted(found)
    return same(expected, found)


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ([1.0], [1.0 + 1e-8]),
        ({"a": 1}, {"a": 1, "b": 2}),
        ("NaN", 1.0),
        (None, {}),
        (True, 1),
        ([], None),
        ("a{*}c", "abd"),
        ({"aggregation_methods": ["mean"]}, {"aggregation_methods": ["mean", "max"]}),
    ],
)
def test_the_comparison_sees_differences(expected: Any, found: Any) -> None:
    assert not same(expected, found)
    assert same(expected, expected)
