# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Every recorded request to Aodh, in order: each builds on what those before it have made."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nephoscope.api.aodh.parts import AodhSettings
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.api.aodh.recorded import CASES, Memory
from tests.api.aodh.server import URL, make_instances, served
from tests.api.asgi import Client
from tests.api.gnocchi.server import opened_copy
from tests.services.postgresql import PostgreSQL

# What we answer on purpose instead of what was recorded.
# A definition that is written anew does not lose when the alarm was last decided.
KEEPS_EVALUATION = {"update alarm", "query alarms complex"}
# Rules do not show through which project they are read, which here all are.
NO_SCOPE = {
    "list own alarms newest first",
    "list sorted by name",
    "list filter by enabled",
    "list all projects as admin",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def index(
    request: pytest.FixtureRequest, index_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """An index without alarms, on each kind of database."""
    if request.param == "sqlite":
        with opened_copy(index_template, tmp_path_factory.mktemp("recorded")) as index:
            yield index
        return
    postgresql: PostgreSQL = request.getfixturevalue("postgresql")
    name = postgresql.create_database()
    index = open_index(postgresql.url(name))
    index.upgrade()
    yield index
    index.close()
    postgresql.drop_database(name)


@pytest.fixture(scope="module")
def memory(index: Index) -> Memory:
    """What the cases gave so far."""
    return Memory(base_url=URL)


@pytest.fixture(scope="module")
def client(index: Index) -> Iterator[Client]:
    """A client of the dialect; the external owner's project is the recorded one."""
    make_instances(index)
    with Client(served(index, settings=AodhSettings(evaluation_metrics=True), owners=["p-service"])) as client:
        yield client


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_recorded(case: dict[str, Any], client: Client, memory: Memory) -> None:
    request = case["request"]
    path = "/aodh" + memory.filled(request["path"])
    body = memory.filled(request["raw_body"]).encode() if "raw_body" in request else b""
    data = filled(request["body"], memory) if "body" in request else None

    answer = client.request(request["method"], path, body=body, data=data, headers=request["headers"])

    expected = changed_on_purpose(case)
    assert expected["status"] == answer.status, answer.text
    found = answer.json() if answer.body else None
    assert [] == list(memory.differences(expected["body"], found))
    memory.save(case.get("save", {}), found)
    # Names of character sets are the same in upper and in lower case.
    headers = {name: value.replace("UTF-8", "utf-8") for name, value in expected["headers"].items()}
    assert [] == list(memory.differences(headers, {name: answer.headers.get(name, "") for name in headers}))
    if request["path"].startswith("/v2"):
        assert answer.headers["x-openstack-request-id"].startswith("req-")


def test_all_cases_are_replayed() -> None:
    names = [case["name"] for case in CASES]
    assert (89, 89) == (len(names), len(set(names)))
    assert set(names) >= KEEPS_EVALUATION | NO_SCOPE


def filled(value: Any, memory: Memory) -> Any:
    """A JSON value with its placeholders replaced."""
    if isinstance(value, str):
        return memory.filled(value)
    if isinstance(value, list):
        return [filled(each, memory) for each in value]
    return {key: filled(each, memory) for key, each in value.items()} if isinstance(value, dict) else value


def changed_on_purpose(case: dict[str, Any]) -> dict[str, Any]:
    """A recorded answer with what is different here, and nothing else, put in its place."""
    response: dict[str, Any] = copy.deepcopy(case["response"])
    if case["name"] in KEEPS_EVALUATION:
        alarms = response["body"] if isinstance(response["body"], list) else [response["body"]]
        for alarm in alarms:
            assert alarm["evaluate_timestamp"] is None
            alarm["evaluate_timestamp"] = "<<timestamp>>"
    if case["name"] in NO_SCOPE:
        (composite,) = (alarm for alarm in response["body"] if alarm["type"] == "composite")
        del composite["composite_rule"]["or"][1]["and"][1]["scope_to_project"]
    return response
