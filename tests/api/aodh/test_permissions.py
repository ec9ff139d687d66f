# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The policy at work: each request by each kind of caller, on an alarm of project blue."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import HTTPConnection
from starlette.routing import Route

from nephoscope.api.aodh import routes
from nephoscope.api.aodh.parts import AodhParts, AodhSettings
from nephoscope.api.app import HttpSettings, build
from nephoscope.api.auth.policy import Policy
from nephoscope.api.auth.rules import AODH_RULES
from nephoscope.api.caller import Caller
from nephoscope.store.index.contract import Index
from tests.api.aodh.callers import BLUE, GREEN, event_alarm
from tests.api.asgi import Answer, Client
from tests.api.gnocchi.server import opened_copy


def caller(name: str, project: str, *roles: str, must_change_password: bool = False) -> Caller:
    return Caller(
        f"{name}:{project}",
        name,
        project,
        roles=frozenset(roles),
        roles_decide=True,
        must_change_password=must_change_password,
    )


CALLERS = {
    "admin": caller("ann", "p-ann", "admin"),
    "operator": caller("olga", "p-olga", "operator"),
    "member": caller("mia", BLUE, "member"),
    "both": caller("mo", BLUE, "member", "reader"),
    "service": caller("heat", BLUE, "service"),
    "reader": caller("rea", BLUE, "reader"),
    "writer": caller("agent", BLUE, "writer"),
    "other": caller("oscar", BLUE, "auditor"),
    "none": caller("nina", BLUE),
    "stranger": caller("gus", GREEN, "member", "reader"),
    "homeless": caller("hal", "", "member", "reader"),
    "new": caller("neo", BLUE, "admin", must_change_password=True),
}
SEES = "admin operator member both service reader"
CHANGES = "admin member both service"


class Personas:
    """Lets a header say which of the callers asks."""

    challenge = "Persona"
    guards_overview = True

    async def identify(self, connection: HTTPConnection) -> Caller:
        return CALLERS[connection.headers["x-persona"]]


@pytest.fixture(scope="module")
def shared_index(index_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with opened_copy(index_template, tmp_path_factory.mktemp("permissions")) as index:
        yield index


@pytest.fixture(scope="module")
def client(shared_index: Index) -> Iterator[Client]:
    parts = AodhParts(
        index=shared_index, authenticator=Personas(), settings=AodhSettings(evaluation_metrics=True), policy=Policy()
    )
    with Client(build({"aodh": parts}, HttpSettings())) as client:
        yield client


def ask(client: Client, who: str, method: str, path: str, data: object = None, body: bytes = b"") -> Answer:
    headers = {"x-persona": who, "content-type": "application/json"}
    return client.request(method, f"/aodh/v2{path}", data=data, body=body, headers=headers)


@pytest.fixture
def alarm(client: Client) -> str:
    answer = ask(client, "admin", "POST", "/alarms", event_alarm(project_id=BLUE))
    assert 201 == answer.status, answer.text
    alarm_id: str = answer.json()["alarm_id"]
    return alarm_id


QUOTA = {"project_id": BLUE, "quotas": []}
# Rule, method, path, body, and who may.
REQUESTS: list[tuple[str, str, str, Any, str]] = [
    ("get_alarm", "GET", "/alarms/{alarm}", None, SEES),
    ("get_alarm_state", "GET", "/alarms/{alarm}/state", None, SEES),
    ("alarm_history", "GET", "/alarms/{alarm}/history", None, SEES),
    ("change_alarm", "PUT", "/alarms/{alarm}", event_alarm(), CHANGES),
    ("change_alarm_state", "PUT", "/alarms/{alarm}/state", "ok", CHANGES),
    ("delete_alarm", "DELETE", "/alarms/{alarm}", None, CHANGES),
    # These concern the caller's own project, or all.
    ("get_alarms", "GET", "/alarms", None, f"{SEES} stranger"),
    ("get_alarms:all_projects", "GET", "/alarms?q.field=all_projects&q.value=true", None, "admin operator"),
    ("create_alarm", "POST", "/alarms", event_alarm(), f"{CHANGES} operator stranger"),
    ("query_alarm", "POST", "/query/alarms", {}, f"{SEES} stranger"),
    ("query_alarm_history", "POST", "/query/alarms/history", {}, f"{SEES} stranger"),
    ("get_metrics", "GET", "/metrics", None, f"{SEES} stranger"),
    ("get_metrics:all_projects", "GET", "/metrics?all_projects=true", None, "admin operator"),
    ("get_quotas", "GET", f"/quotas?project_id={BLUE}", None, SEES),
    ("update_quotas", "POST", "/quotas", QUOTA, "admin"),
    ("delete_quotas", "DELETE", f"/quotas/{BLUE}", None, "admin"),
]
# What belongs to another project looks as if it were not there.
HIDDEN = {"stranger", "homeless"}


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize(("rule", "method", "path", "data", "allowed"), REQUESTS, ids=[each[0] for each in REQUESTS])
def test_each_request_is_let_through_or_refused_as_its_rule_says(
    client: Client, alarm: str, who: str, rule: str, method: str, path: str, data: Any, allowed: str
) -> None:
    answer = ask(client, who, method, path.format(alarm=alarm), data)

    if who in allowed.split():
        assert answer.status < 300, answer.text
    elif "{alarm}" in path and who in HIDDEN:
        assert 404 == answer.status
    else:
        assert (403, "RBAC Authorization Failed") == (answer.status, answer.json()["error_message"]["faultstring"])


@pytest.mark.parametrize(("rule", "method", "path", "data", "allowed"), REQUESTS, ids=[each[0] for each in REQUESTS])
def test_who_is_refused_is_refused_before_the_body_is_looked_at(
    client: Client, alarm: str, rule: str, method: str, path: str, data: Any, allowed: str
) -> None:
    assert 403 == ask(client, "none", method, path.format(alarm=alarm), body=b"{nonsense").status


def test_an_operator_sees_and_leaves_alone_what_is_others(client: Client, alarm: str) -> None:
    path = f"/alarms?q.field=project_id&q.value={BLUE}"
    listed = ask(client, "operator", "GET", path).json()
    assert alarm in {each["alarm_id"] for each in listed}
    body = event_alarm(project_id=BLUE)
    assert 401 == ask(client, "operator", "POST", "/alarms", body).status
    assert 401 == ask(client, "operator", "POST", "/alarms", event_alarm(ok_actions=["log:"])).status


def test_every_rule_has_a_request() -> None:
    named = {name.removeprefix("telemetry:") for name in AODH_RULES if name.startswith("telemetry:")}
    assert named == {each[0] for each in REQUESTS}


def test_every_route_has_a_request() -> None:
    open_to_all = {("GET", "/"), ("GET", "/healthcheck"), ("GET", "/v2/capabilities")}
    every = {
        (method, route.path)
        for route in routes()
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    asked = {(method, "/v2" + path.partition("?")[0].replace(BLUE, "{project}")) for _, method, path, _, _ in REQUESTS}
    assert every == asked | open_to_all


@pytest.mark.parametrize("who", ["none", "other", "writer"])
def test_capabilities_are_for_every_caller(client: Client, who: str) -> None:
    assert 200 == ask(client, who, "GET", "/capabilities").status


def test_rules_can_be_overridden(shared_index: Index, client: Client, alarm: str) -> None:
    policy = Policy(
        {"telemetry:get_alarm": "role:auditor", "telemetry:delete_alarm": "!", "telemetry:query_alarm": "@"}
    )
    parts = AodhParts(index=shared_index, authenticator=Personas(), policy=policy)
    with Client(build({"aodh": parts}, HttpSettings())) as changed:
        assert 200 == ask(changed, "other", "GET", f"/alarms/{alarm}").status
        assert 403 == ask(changed, "member", "GET", f"/alarms/{alarm}").status
        assert 403 == ask(changed, "admin", "DELETE", f"/alarms/{alarm}").status
        # However wide a rule becomes, other projects' alarms stay theirs.
        assert alarm in ask(changed, "other", "POST", "/query/alarms", {}).text
        assert alarm not in ask(changed, "stranger", "POST", "/query/alarms", {}).text
