# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Every route of our own API, asked by every role, about what is its project's own and what is another's."""

import string
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from nephoscope.api.native import routes
from nephoscope.api.native.operation import OperationRoute
from nephoscope.model.agent_report import AgentReport
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_rule import EventRule, ResourceThreshold
from nephoscope.model.audit import PROGRAM
from nephoscope.model.delivery import Draft
from nephoscope.model.event import Trait
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.matcher import Matcher
from nephoscope.model.routing import ContactPoint
from nephoscope.model.scaling import KeptPolicy, ScalingGroup, ScalingPolicy
from nephoscope.model.silence import Silence
from nephoscope.model.user import Membership
from nephoscope.store import schema
from nephoscope.store.events import keep
from nephoscope.store.index.alarm_contract import Author, Limits
from tests.api.asgi import Answer, Client, basic
from tests.api.gnocchi.server import opened_copy
from tests.api.native.accounts import PASSWORD
from tests.api.native.cloud import NOW_NS, STEP_NS, Cloud, seconds
from tests.store.measured import Measured
from tests.store.opened import Engine

# Everybody but admins and operators works in project blue.
ROLES = ("admin", "operator", "member", "reader", "writer", "service", "none")
ANONYMOUS = "anonymous"
SEE_ALL = {"admin", "operator"}

EVERYONE = set(ROLES)
READERS = {"admin", "operator", "member", "reader", "service"}
SENDERS = {"admin", "operator", "member", "writer", "service"}
OPERATORS = {"admin", "operator"}
CHANGERS = {"admin", "operator", "member", "service"}
POLICY_MAKERS = {"admin", "service"}
ADMIN = {"admin"}
# Who has none but narrow roles reads what is to be known before writing, and makes nothing.
CATALOGUE = EVERYONE


class Row(msgspec.Struct):
    """
    Who may ask; what an answer's status is about one's own thing and, for who does not see all, about a foreign one.

    `foreign` None: there is nothing of anybody in the request. `body` and `query` are sent beside the path.
    """

    may: set[str]
    own: int = 200
    foreign: int | None = None
    body: Any = None
    query: str = ""


OPERATIONS = "(metric {metric} mean)"
SPAN = {"start": seconds(NOW_NS - 12 * STEP_NS)}
SAMPLES = {
    "resources": [{"id": "{fresh}", "project_id": None}],
    "meters": [{"name": "x"}],
    "resource": [0],
    "meter": [0],
    "time_ns": [NOW_NS],
    "value": [1.0],
}
EVENT = {"id": "{fresh}", "type": "test.sent", "generated_ns": NOW_NS, "traits": []}
AGENT = {"name": "{fresh}", "version": "1", "started_ns": 1, "time_ns": 2, "interval_s": 10}
POLICY = {"name": "{fresh}", "definition": [{"granularity_s": 60}]}
UP: dict[str, Any] = {"adjustment_type": "change_in_capacity", "scaling_adjustment": 1}
SILENCE = {"matchers": [{"label": "name", "value": "x"}]}
OF_PROJECT = "?project={project}"
ALARM_TYPE = "gnocchi_resources_threshold"
RULE = {
    "metric": "cpu.util",
    "resource_id": "vm-blue",
    "resource_type": "instance",
    "aggregation_method": "mean",
    "threshold": 1,
    "granularity": 300,
}
TABLE: dict[str, Row] = {
    "POST /v1/session": Row(EVERYONE | {ANONYMOUS}, body={"user": "member", "password": PASSWORD}),
    "GET /v1/session": Row(EVERYONE),
    "DELETE /v1/session": Row(EVERYONE, 204),
    "POST /v1/session/password": Row(EVERYONE, 400, body={"old": PASSWORD, "new": "short"}),
    "GET /v1/users": Row(OPERATORS),
    "POST /v1/users": Row(ADMIN, 201, body={"name": "{fresh}", "password": "battery staple"}),
    "GET /v1/users/{name}": Row(OPERATORS, 200, 200),
    "PATCH /v1/users/{name}": Row(ADMIN, 200, 200, body={"roles": []}),
    "DELETE /v1/users/{name}": Row(ADMIN, 204, 204),
    "PUT /v1/users/{name}/password": Row(ADMIN, 204, 204, body={"password": "battery staple"}),
    "GET /v1/projects": Row(EVERYONE),
    "POST /v1/projects": Row(ADMIN, 201, body={"name": "{fresh}"}),
    "PATCH /v1/projects/{id}": Row(ADMIN, 200, 200, body={"description": "x"}),
    "DELETE /v1/projects/{id}": Row(ADMIN, 204, 204),
    "PUT /v1/projects/{id}/members/{user}": Row(ADMIN, 200, 200, body={"roles": ["member"]}),
    "DELETE /v1/projects/{id}/members/{user}": Row(ADMIN, 204, 204),
    "GET /v1/tokens": Row(EVERYONE),
    "POST /v1/tokens": Row(EVERYONE, 201, body={"name": "{fresh}"}),
    "DELETE /v1/tokens/{id}": Row(EVERYONE, 204, 404),
    "GET /v1/audit": Row(OPERATORS),
    "POST /v1/samples": Row(SENDERS, 202, body=SAMPLES),
    "POST /v1/shared-work/{group}": Row(SENDERS, 200, 200, body={"holder": "{fresh}"}),
    "GET /v1/agents": Row(READERS),
    "POST /v1/agents": Row(SENDERS, 200, body=AGENT),
    "GET /v1/agents/{name:path}": Row(READERS, 200, 404),
    "GET /v1/metrics": Row(READERS),
    "GET /v1/metrics/{id}/measures": Row(READERS, 200, 404),
    "GET /v1/status": Row(OPERATORS),
    "GET /v1/sql/views": Row(READERS),
    "POST /v1/sql": Row(READERS, body={"sql": "SELECT * FROM measures"}),
    "GET /v1/sql/{id}": Row(READERS, 404, 404),
    "DELETE /v1/sql/{id}": Row(READERS, 404, 404),
    "GET /v1/journey": Row(READERS, 200, 200, query="?metric={metric}"),
    "POST /v1/backup": Row(ADMIN, 400, body={"folder": "/"}),
    "GET /v1/backup": Row(ADMIN),
    "GET /v1/resource-types": Row(READERS),
    "GET /v1/resources": Row(READERS, query="?ended=true"),
    "POST /v1/resources/lifetimes": Row(
        SENDERS,
        200,
        200,
        body={"steps": [{"do": "update", "type": "generic", "id": "{resource}", "fields": {"user_id": "u"}}]},
    ),
    "POST /v1/resources/latest": Row(READERS, 200, 200, body={"ids": ["{resource}"]}),
    "GET /v1/resources/{id}": Row(READERS, 200, 404),
    "GET /v1/resources/{id}/history": Row(READERS, 200, 404),
    "POST /v1/series": Row(READERS, 200, 200, body={"metrics": ["{metric}"]}),
    "POST /v1/query": Row(READERS, 200, 404, body={"operations": OPERATIONS, **SPAN}),
    "GET /v1/search": Row(READERS, query="?q=vm"),
    "GET /v1/overview": Row(READERS),
    "GET /v1/archive-policies": Row(CATALOGUE),
    "POST /v1/archive-policies": Row(POLICY_MAKERS, 201, body=POLICY),
    "GET /v1/archive-policies/{name:path}": Row(CATALOGUE),
    "PATCH /v1/archive-policies/{name:path}": Row(ADMIN, body={"definition": [{"granularity_s": 60}]}),
    "DELETE /v1/archive-policies/{name:path}": Row(ADMIN, 204),
    "GET /v1/archive-policy-rules": Row(CATALOGUE),
    "POST /v1/archive-policy-rules": Row(
        ADMIN, 201, body={"name": "{fresh}", "metric_pattern": "x", "archive_policy_name": "low"}
    ),
    "DELETE /v1/archive-policy-rules/{name:path}": Row(ADMIN, 204),
    "GET /v1/events": Row(READERS),
    "POST /v1/events": Row(SENDERS, 202, body={"events": [EVENT]}),
    "GET /v1/events/timeline": Row(READERS),
    "GET /v1/events/types": Row(READERS),
    "GET /v1/events/{id:path}": Row(READERS, 200, 404),
    "GET /v1/dead-letters": Row(OPERATORS),
    "POST /v1/dead-letters": Row(
        SENDERS, 202, body={"records": [{"station": "poll", "cause": "malformed", "record": "{fresh}"}]}
    ),
    "GET /v1/alarms": Row(READERS),
    "POST /v1/alarms": Row(CHANGERS, 201, body={"name": "{fresh}", "type": ALARM_TYPE, "rule": RULE}),
    "POST /v1/alarms/enabled": Row(CHANGERS, 200, 404, body={"ids": ["{id}"], "enabled": True}),
    "GET /v1/alarms/file": Row(READERS),
    "POST /v1/alarms/file": Row(CHANGERS, body={"version": 1, "alarms": []}),
    "POST /v1/alarms/preview": Row(READERS, body={"type": ALARM_TYPE, "rule": RULE}),
    "GET /v1/alarms/{id}": Row(READERS, 200, 404),
    "PUT /v1/alarms/{id}": Row(CHANGERS, 200, 404, body={"name": "{fresh}", "type": ALARM_TYPE, "rule": RULE}),
    "DELETE /v1/alarms/{id}": Row(CHANGERS, 204, 404),
    "GET /v1/alarms/{id}/instances": Row(READERS, 200, 404),
    "GET /v1/alarms/{id}/history": Row(READERS, 200, 404),
    "GET /v1/alarms/{id}/past": Row(READERS, 200, 404),
    "GET /v1/silences": Row(READERS),
    "POST /v1/silences": Row(CHANGERS, 201, 403, body={**SILENCE, "until": "+1 hour", "project": "{project}"}),
    "POST /v1/silences/preview": Row(READERS, 200, 403, body={**SILENCE, "project": "{project}"}),
    "GET /v1/silences/{id}": Row(READERS, 200, 404),
    "PATCH /v1/silences/{id}": Row(CHANGERS, 200, 404, body={"comment": "so"}),
    "POST /v1/silences/{id}/expire": Row(CHANGERS, 200, 404),
    "GET /v1/routing": Row(READERS, 200, 403, query=OF_PROJECT),
    # Who may write is told that it has another revision.
    "PUT /v1/routing": Row(CHANGERS, 409, 403, body={"revision": -1, "routes": []}, query=OF_PROJECT),
    "POST /v1/routing/test": Row(READERS, 200, 403, body={"labels": {"name": "x"}, "project": "{project}"}),
    "GET /v1/routing/groups": Row(READERS, 200, 403, query=OF_PROJECT),
    "GET /v1/routing/groups/{key}": Row(READERS, 200, 404),
    "GET /v1/contact-points": Row(READERS, 200, 403, query=OF_PROJECT),
    "POST /v1/contact-points": Row(CHANGERS, 201, 403, body={"name": "{fresh}", "targets": []}, query=OF_PROJECT),
    "GET /v1/contact-points/{name}": Row(READERS, 200, 403, query=OF_PROJECT),
    "PUT /v1/contact-points/{name}": Row(CHANGERS, 200, 403, body={"targets": []}, query=OF_PROJECT),
    "DELETE /v1/contact-points/{name}": Row(CHANGERS, 204, 403, query=OF_PROJECT),
    "POST /v1/contact-points/{name}/test": Row(CHANGERS, 200, 403, query=OF_PROJECT),
    "GET /v1/deliveries/{key}": Row(READERS, 200, 404),
    "POST /v1/deliveries/{key}/again": Row(CHANGERS, 200, 404),
    "GET /v1/scaling/groups": Row(READERS),
    "POST /v1/scaling/groups": Row(CHANGERS, 201, body={"name": "{fresh}", "actuator": "x", "max_size": 3}),
    "GET /v1/scaling/groups/{id}": Row(READERS, 200, 404),
    "PATCH /v1/scaling/groups/{id}": Row(CHANGERS, 200, 404, body={"paused": True}),
    "DELETE /v1/scaling/groups/{id}": Row(CHANGERS, 204, 404, query="?members=keep"),
    "PUT /v1/scaling/groups/{id}/size": Row(CHANGERS, 200, 404, body={"size": 2}),
    "GET /v1/scaling/groups/{id}/members": Row(READERS, 200, 404),
    "PUT /v1/scaling/groups/{id}/members/{member}": Row(CHANGERS, 404, 404, body={"protected": True}),
    "GET /v1/scaling/groups/{id}/decisions": Row(READERS, 200, 404),
    "GET /v1/scaling/groups/{id}/policies": Row(READERS, 200, 404),
    "POST /v1/scaling/groups/{id}/policies": Row(
        CHANGERS, 201, 404, body={"name": "{fresh}", "rule": {"type": "adjustment", **UP}}
    ),
    "GET /v1/scaling/policies/{id}": Row(READERS, 200, 404),
    "PATCH /v1/scaling/policies/{id}": Row(CHANGERS, 200, 404, body={"enabled": False}),
    "DELETE /v1/scaling/policies/{id}": Row(CHANGERS, 204, 404),
    "POST /v1/scaling/policies/{id}/signal": Row(CHANGERS, 200, 404),
    "POST /v1/scaling/policies/{id}/rotate": Row(CHANGERS, 200, 404),
    "POST /v1/scaling/policies/{id}/dry-run": Row(READERS, 200, 404),
    # Without its signature an address leads nowhere, for whomever.
    "POST /v1/scaling/signals/{id}": Row(EVERYONE | {ANONYMOUS}, 404, 404),
    "POST /v1/scaling/dry-run": Row(READERS, body={"group": {"min_size": 1, "max_size": 9}, "size": 2, "policy": UP}),
    "GET /v1/openapi.json": Row(EVERYONE),
}

KEPT_FROM_OPERATORS = {
    "PATCH /v1/scaling/groups/{id}": 403,
    "DELETE /v1/scaling/groups/{id}": 403,
    "PUT /v1/scaling/groups/{id}/size": 403,
    "PUT /v1/scaling/groups/{id}/members/{member}": 403,
    "POST /v1/scaling/groups/{id}/policies": 403,
    "PATCH /v1/scaling/policies/{id}": 403,
    "DELETE /v1/scaling/policies/{id}": 403,
    "POST /v1/scaling/policies/{id}/signal": 403,
    "POST /v1/scaling/policies/{id}/rotate": 403,
    "DELETE /v1/tokens/{id}": 404,
    "POST /v1/alarms/enabled": 403,
    "POST /v1/silences": 403,
    "PATCH /v1/silences/{id}": 403,
    "POST /v1/silences/{id}/expire": 403,
    "PUT /v1/routing": 403,
    "POST /v1/contact-points": 403,
    "PUT /v1/contact-points/{name}": 403,
    "DELETE /v1/contact-points/{name}": 403,
    "POST /v1/contact-points/{name}/test": 403,
    "PUT /v1/alarms/{id}": 403,
    "DELETE /v1/alarms/{id}": 403,
    "POST /v1/deliveries/{key}/again": 403,
}


def operations() -> Iterator[str]:
    for route in routes():
        assert isinstance(route, OperationRoute), f"{route} tells no rule"
        yield from (f"{method} {route.path}" for method in route.operations)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert set(operations()) == set(TABLE)


@pytest.fixture(scope="module")
def cloud(
    index_template: Path, embedded_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Cloud, dict[str, dict[str, str]]]]:
    """One cloud for all; with the things of either project by what paths and bodies call them."""
    folder = tmp_path_factory.mktemp("cloud")
    engine = Engine(embedded_dsn, f"test_{uuid4().hex[:12]}")
    with engine.emptied(), engine.store() as store, opened_copy(index_template, folder) as index:
        schema.upgrade(store, schema.Layout())
        with Measured.over(store) as measured, Cloud.over(index, measured, folder / "copies") as made:
            yield made, {project: things(made, project) for project in ("blue", "green")}


def things(cloud: Cloud, project: str) -> dict[str, str]:
    """A project with a user of every role, and an instance with a metric whose value gives it away."""
    index = cloud.index
    index.projects.add(f"The {project} one", project_id=project)
    if project == "blue":
        for role in ROLES:
            inside = role in ("member", "reader")
            cloudwide = [] if inside or role == "none" else [role]
            membership = Membership("blue", (role,) if inside else ())
            index.users.add(role, PASSWORD, roles=cloudwide, memberships=[membership], project_id="blue")
    resource = cloud.resource(f"vm-{project}", project, display_name=f"{project}-secret")
    metric = cloud.metric(resource, "cpu.util")
    traits = (Trait("state", "text", "new"),)
    happened = KeptEvent(f"event-{project}", f"{project}-secret.happened", NOW_NS, project, "", traits)
    keep(cloud.parts.store, [happened])
    said = AgentReport(f"agent-{project}", f"{project}-secret", 1, 2, 10)
    index.agent_reports.keep(said, project_id=project, creator="ann")
    cloud.put(metric, [len(project) + 0.123456789] * 12)
    rule = ResourceThreshold(
        metric="cpu.util", resource_id="vm", resource_type="instance", threshold=1.0, aggregation_method="mean"
    )
    alarm = Alarm(
        id=f"alarm-{project}", name=f"{project}-secret", description="", rule=rule, project_id=project, user_id="ann"
    )
    index.alarms.create(alarm, Author("ann", project), Limits())
    note = Draft(key=f"note-{project}", alarm_id=alarm.id, project_id=project, target="log:", body={"a": alarm.name})
    index.outbox.add([note])
    # Its actuator is what lists give away.
    group = ScalingGroup(
        id=f"group-{project}", name="g", project_id=project, actuator=f"{project}-secret", min_size=0, max_size=9
    )
    index.scaling.create(group, "ann", groups_max=9, size=None)
    return {"project": project, "resource": str(resource.id), "metric": str(metric.id)}


@pytest.fixture(scope="module")
def client(cloud: tuple[Cloud, object]) -> Iterator[Client]:
    with Client(cloud[0].app) as client:
        yield client


def credentials(role: str) -> dict[str, str]:
    return {} if role == ANONYMOUS else basic(role, PASSWORD)


def ask(client: Client, cloud: Cloud, name: str, role: str, known: dict[str, str]) -> Answer:
    """The request of a row, about fresh things where it may change them."""
    method, path = name.split(" ")
    row = TABLE[name]
    places = {**known, "fresh": f"f{uuid4().hex}", "role": role, "group": "central", **target(cloud, name, role, known)}
    shown = filled(path.replace(":path}", "}"), places) + filled(row.query, places)
    return client.request(method, "/api" + shown, data=filled(row.body, places), headers=credentials(role))


def target(cloud: Cloud, name: str, role: str, known: dict[str, str]) -> dict[str, str]:
    """What stands in the path: made for this request, so that it may be deleted."""
    index, fresh = cloud.index, f"t{uuid4().hex}"
    if "/users/" in name or "/projects/" in name:
        return account(cloud, name, fresh, known["project"])
    if "/tokens/" in name:
        # Of everybody's tokens nobody's is foreign to an admin.
        whose = role if known["project"] == "blue" and role != ANONYMOUS else "member" if role != "member" else "admin"
        return {"id": index.tokens.add(whose, name=fresh)[0].id}
    for parts, make in (
        (("/scaling/groups/", "/scaling/policies/"), scaled),
        (("/silences/{", "/contact-points/", "/groups/{key}"), routed),
    ):
        if any(part in name for part in parts):
            return make(cloud, fresh, known["project"])
    for part in ("alarm", "event", "agent", "deliver"):
        if f"/{part}" in name:
            made = "note" if part == "deliver" else part
            is_fresh = name in ("PUT /v1/alarms/{id}", "DELETE /v1/alarms/{id}")
            place = watched(cloud, fresh, known["project"]) if is_fresh else f"{made}-{known['project']}"
            return dict.fromkeys(("id", "name", "key"), place)
    if "/archive-policies/" in name or "/archive-policy-rules/" in name:
        headers = credentials("admin")
        with Client(cloud.app, headers=headers) as client:
            client.request("POST", "/api/v1/archive-policies", data={**POLICY, "name": fresh})
            if "rules" in name:
                rule = {"name": fresh, "metric_pattern": fresh, "archive_policy_name": "low"}
                client.request("POST", "/api/v1/archive-policy-rules", data=rule)
        return {"name": fresh}
    return {"id": str(uuid4())} if "/sql/" in name else {"id": known["resource" if "/resources/" in name else "metric"]}


def routed(cloud: Cloud, fresh: str, project: str) -> dict[str, str]:
    """A silence and a contact point, to be changed and deleted."""
    now_ns = time.time_ns()
    matchers = (Matcher(label="name", value=f"{project}-secret"),)
    silence = Silence(id=fresh, project_id=project, matchers=matchers, starts_ns=now_ns, ends_ns=now_ns + 3600 * 10**9)
    cloud.index.silences.add(silence, by=PROGRAM)
    point = ContactPoint(project_id=project, name=fresh, targets=(f"test:{project}-secret",))
    cloud.index.routing.add_contact_point(point, by=PROGRAM)
    told = Draft(
        key=fresh, alarm_id=f"group:{fresh}", project_id=project, target="test:", body={"a": f"{project}-secret"}
    )
    cloud.index.outbox.add([told])
    return dict.fromkeys(("id", "name", "key"), fresh)


def watched(cloud: Cloud, fresh: str, project: str) -> str:
    """An alarm, to be changed and deleted."""
    rule = EventRule()
    alarm = Alarm(id=fresh, name=fresh, description="", rule=rule, project_id=project, user_id="ann")
    return cloud.index.alarms.create(alarm, Author("ann", project), Limits()).id


def account(cloud: Cloud, name: str, fresh: str, project: str) -> dict[str, str]:
    """A user of a project, or a project with a user."""
    if "/projects/" in name:
        cloud.index.projects.add(fresh)
        project = fresh
    cloud.index.users.add(fresh, "battery staple", memberships=[Membership(project, ("member",))])
    return {"name": fresh, "id": fresh, "user": fresh}


def scaled(cloud: Cloud, fresh: str, project: str) -> dict[str, str]:
    """A scaling group with a policy, to be changed and deleted; a list of groups gives away whose it is."""
    group = ScalingGroup(id=fresh, name=fresh, project_id=project, min_size=0, max_size=9)
    cloud.index.scaling.create(group, "ann", groups_max=1_000_000, size=None)
    rule = ScalingPolicy(**UP)
    policy = KeptPolicy(id=fresh, group_id=fresh, name=f"{project}-secret", rule=rule, secret="s")
    cloud.index.scaling.add_policy(policy, policies_max=9)
    return {"id": fresh, "member": "m"}


def filled(value: Any, places: dict[str, str]) -> Any:
    if isinstance(value, str):
        names = {name for _, name, _, _ in string.Formatter().parse(value) if name} if "{" in value else set()
        return value.format(**{name: places[name] for name in names}) if names else value
    if isinstance(value, dict):
        return {key: filled(each, places) for key, each in value.items()}
    return [filled(each, places) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("role", [*ROLES, ANONYMOUS])
@pytest.mark.parametrize("name", TABLE)
def test_each_role_is_let_through_or_refused_as_the_table_says(
    cloud: tuple[Cloud, dict[str, dict[str, str]]], client: Client, name: str, role: str
) -> None:
    made, known = cloud
    row = TABLE[name]
    for project in ("blue", "green") if row.foreign is not None else ("blue",):
        answer = ask(client, made, name, role, known[project])
        sees = project == "blue" or role in SEE_ALL
        if role not in row.may:
            assert (401 if role == ANONYMOUS else 403) == answer.status, answer.text
        elif role == "operator" and name in KEPT_FROM_OPERATORS and project == "green":
            # An operator sees everything, and changes nothing of others.
            assert KEPT_FROM_OPERATORS[name] == answer.status
        else:
            assert (row.own if sees else row.foreign) == answer.status, answer.text
        if role not in SEE_ALL:
            assert "green-secret" not in answer.text
            assert "5.123456789" not in answer.text


TELLING = [
    "GET /v1/scaling/groups",
    "GET /v1/scaling/groups/{id}",
    "GET /v1/scaling/groups/{id}/policies",
    "GET /v1/scaling/policies/{id}",
    "GET /v1/alarms",
    "GET /v1/alarms/file",
    "GET /v1/alarms/{id}",
    "GET /v1/alarms/{id}/history",
    "GET /v1/silences/{id}",
    "GET /v1/contact-points/{name}",
    "GET /v1/deliveries/{key}",
    "GET /v1/metrics",
    "GET /v1/resources",
    "GET /v1/resources/{id}",
    "POST /v1/resources/latest",
    "POST /v1/series",
    "POST /v1/query",
    "GET /v1/search",
    "GET /v1/overview",
    "GET /v1/metrics/{id}/measures",
    "GET /v1/events",
    "GET /v1/events/timeline",
    "GET /v1/events/types",
    "GET /v1/events/{id:path}",
    "GET /v1/agents",
    "GET /v1/agents/{name:path}",
]


@pytest.mark.parametrize("name", TELLING)
@pytest.mark.parametrize("project", ["blue", "green"])
def test_what_gives_a_project_away_is_there_for_who_may_see_it(
    cloud: tuple[Cloud, dict[str, dict[str, str]]], client: Client, name: str, project: str
) -> None:
    """Or else the test above would find nothing, whatever leaks."""
    made, known = cloud
    marks = (f"{project}-secret", f"{len(project)}.123456789")

    answer = ask(client, made, name, "admin" if project == "green" else "member", known[project])

    assert any(mark in answer.text for mark in marks), answer.text


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.body is not None and ADMIN <= row.may])
def test_who_is_refused_is_refused_before_the_body_is_looked_at(
    cloud: tuple[Cloud, dict[str, dict[str, str]]], client: Client, name: str
) -> None:
    method, path = name.split(" ")
    refused = sorted(set(ROLES) - TABLE[name].may)
    for role in refused:
        places = cloud[1]["green"] | dict.fromkeys(("name", "id", "user", "group", "member"), "x")
        shown = filled(path.replace(":path}", "}"), places)
        headers = {**credentials(role), "content-type": "application/json"}
        assert 403 == client.request(method, "/api" + shown, body=b"{nonsense", headers=headers).status
    assert refused or TABLE[name].may >= EVERYONE


def test_an_operator_that_chose_a_project_sees_that_alone(
    cloud: tuple[Cloud, dict[str, dict[str, str]]], client: Client
) -> None:
    headers = {**credentials("operator"), "nephoscope-project": "blue"}

    found = client.request("GET", "/api/v1/resources?sort=name", headers=headers).json()

    assert "vm-blue" in [each["name"] for each in found["resources"]]
    assert "green-secret" not in str(found)
    assert client.request("GET", "/api/v1/overview", headers=headers).json()["platform"] is None
    path = f"/api/v1/resources/{cloud[1]['green']['resource']}"
    assert 404 == client.request("GET", path, headers=headers).status
