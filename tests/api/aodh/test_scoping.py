# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Searches of alarms over resources: narrowed to a project once, in composites too, and tried before they are kept."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from nephoscope.api.aodh.scoping import Owners
from nephoscope.model.errors import Unavailable
from nephoscope.store.index.contract import Index
from tests.api.aodh.callers import BLUE, GREEN, Asker, event_alarm, fault_of, group_alarm
from tests.api.aodh.server import make_instances, served
from tests.api.asgi import Client

RULE = "gnocchi_aggregation_by_resources_threshold_rule"
GROUP = {"=": {"server_group": "g"}}


@pytest.fixture
def client(index: Index) -> Iterator[Client]:
    """A dialect where the telemetry service and agents create resources for others."""
    make_instances(index)
    with Client(served(index, owners=["svc", ""])) as client:
        yield client


def narrowed(project: str, query: Any = GROUP, owners: tuple[str, ...] = ("svc", "")) -> Any:
    """What is kept of a query."""
    created: Any = {"=": {"created_by_project_id": project}}
    of_owners = [{"and": [{"=": {"created_by_project_id": owner}}, {"=": {"project_id": project}}]} for owner in owners]
    return {"and": [{"or": [created, *of_owners]} if owners else created, query]}


def query_of(alarm: Any) -> Any:
    return json.loads(alarm[RULE]["query"])


def test_a_tenants_search_is_narrowed_to_its_project(mia: Asker) -> None:
    made = mia.done("POST", "/alarms", group_alarm(json.dumps(GROUP)))
    assert narrowed(BLUE) == query_of(made)


def test_it_is_narrowed_once_however_often_it_is_written(mia: Asker, ann: Asker) -> None:
    made = mia.done("POST", "/alarms", group_alarm(json.dumps(GROUP)))
    path = f"/alarms/{made['alarm_id']}"
    for asker in (mia, ann, mia):
        assert narrowed(BLUE) == query_of(asker.done("PUT", path, asker.done("GET", path)))


def test_an_alarm_that_moves_is_narrowed_to_its_new_project_alone(ann: Asker) -> None:
    made = ann.done("POST", "/alarms", group_alarm(json.dumps(GROUP), project_id=BLUE))
    assert narrowed(BLUE) == query_of(made)
    moved = ann.done("PUT", f"/alarms/{made['alarm_id']}", {**made, "project_id": GREEN})
    assert narrowed(GREEN) == query_of(moved)


def test_an_administrators_own_search_stays_as_it_is(ann: Asker) -> None:
    text = '{"=":{"server_group":"g"}}'
    made = ann.done("POST", "/alarms", group_alarm(text))
    assert json.loads(text) == query_of(made)


def test_what_looks_like_another_projects_narrowing_is_narrowed(mia: Asker) -> None:
    """Else it would be a way around."""
    made = mia.done("POST", "/alarms", group_alarm(json.dumps(narrowed(GREEN))))
    assert narrowed(BLUE, narrowed(GREEN)) == query_of(made)


def test_the_rules_of_composites_are_narrowed_as_well(mia: Asker) -> None:
    leaf = {**group_alarm(json.dumps(GROUP))[RULE], "type": RULE.removesuffix("_rule")}
    rule = {"or": [{"and": [leaf]}, {"type": "prometheus", "query": "up", "threshold": 1}]}
    made = mia.done("POST", "/alarms", {"name": "c", "type": "composite", "composite_rule": rule})
    inner = made["composite_rule"]["or"][0]["and"][0]
    assert narrowed(BLUE) == json.loads(inner["query"])


def test_without_owners_only_what_the_project_created_counts(index: Index) -> None:
    make_instances(index)
    with Client(served(index)) as client:
        made = Asker(client, "u", BLUE, "member").done("POST", "/alarms", group_alarm("{}"))
        assert {"=": {"created_by_project_id": BLUE}} == query_of(made)
        again = Asker(client, "u", BLUE, "member").done("PUT", f"/alarms/{made['alarm_id']}", made)
        assert query_of(made) == query_of(again)


@pytest.mark.parametrize("query", ["", "{", "nonsense", "[" * 100_000, "{'a': 1}"])
def test_what_is_no_json_is_refused(mia: Asker, query: str) -> None:
    said = mia.refused(400, "POST", "/alarms", group_alarm(query))
    assert said.startswith("Invalid input for field/attribute rule/query. Value: ")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"like": {"server_group": "a", "x": "b"}}, "expected a dictionary with one attribute"),
        ({"=": {}, "!=": {}}, "expected exactly one operator"),
        ({"and": {}}, "expected a list"),
        ({"almost": {"server_group": "g"}}, "extra keys not allowed"),
        ([], "expected a dictionary"),
        ("server_group=g", "expected a dictionary"),
        ({"=~": {"server_group": "g"}}, "extra keys not allowed"),
    ],
)
def test_searches_that_cannot_be_read_are_refused_with_the_metric_services_words(
    mia: Asker, query: Any, reason: str
) -> None:
    said = mia.refused(400, "POST", "/alarms", group_alarm(json.dumps(query)))
    assert {"cause", "reason", "detail"} == set(said)
    assert ("Invalid input", True) == (said["cause"], reason in said["reason"])


@pytest.mark.parametrize(
    "query", [{"=": {"colour": "red"}}, {"=": {"started_at": "yesterday"}}, {">": {"created_by_project_id": "a"}}]
)
def test_searches_of_what_such_resources_do_not_have_are_refused(mia: Asker, ann: Asker, query: Any) -> None:
    for asker in (mia, ann):
        assert isinstance(asker.refused(400, "POST", "/alarms", group_alarm(json.dumps(query))), str)


def test_resource_types_that_are_not_there_are_refused(mia: Asker) -> None:
    said = mia.refused(400, "POST", "/alarms", group_alarm("{}", "spaceship"))
    assert ("Resource type does not exist", "spaceship") == (said["cause"], said["detail"])


def test_searches_beyond_the_limits_are_refused(mia: Asker) -> None:
    deep: Any = GROUP
    for _ in range(40):
        deep = {"not": deep}
    assert "nested deeper" in mia.refused(413, "POST", "/alarms", group_alarm(json.dumps(deep)))


class Directory:
    """Knows projects, unless it is away."""

    def __init__(self) -> None:
        self.projects: dict[str, str] = {}
        self.asked = 0
        self.away = False

    def __call__(self, name: str) -> str | None:
        self.asked += 1
        if self.away:
            raise Unavailable("Keystone cannot be reached")
        return self.projects.get(name)


def test_owners_are_looked_up_now_and_then() -> None:
    now_s = [0.0]
    directory = Directory()
    owners = Owners("service", directory, lambda: now_s[0])
    assert ([""], [""], 1) == (owners(), owners(), directory.asked)
    directory.projects["service"] = "1d"
    now_s[0] = 60.0
    assert (["1d", ""], ["1d", ""], 2) == (owners(), owners(), directory.asked)
    now_s[0] = 3659.0
    assert (["1d", ""], 2) == (owners(), directory.asked)
    now_s[0] = 3660.0
    directory.away = True
    with pytest.raises(Unavailable):
        owners()


def test_owners_without_a_directory_are_named_by_their_ids() -> None:
    assert ["svc", ""] == Owners("svc")()
    assert [""] == Owners("")()
    assert [""] == Owners("", Directory())()


def test_an_unknown_owner_is_unavailable_and_leaves_other_alarms_alone(index: Index) -> None:
    make_instances(index)
    directory = Directory()
    directory.away = True
    with Client(served(index, owners=Owners("service", directory))) as client:
        mia = Asker(client, "u", BLUE, "member")
        answer = mia("POST", "/alarms", group_alarm("{}"))
        assert "Keystone cannot be reached" == fault_of(answer, 503)
        assert "Server" == answer.json()["error_message"]["faultcode"]
        mia.done("POST", "/alarms", event_alarm())
        # An administrator's own alarm needs no owners.
        Asker(client, "u-ann", "p-ann", "admin").done("POST", "/alarms", group_alarm("{}"))
