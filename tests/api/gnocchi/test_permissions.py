# SPDX-License-Identifier: Apache-2.0
"""The policy at work: each request by each kind of caller, on things that somebody else made for a third one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from starlette.requests import HTTPConnection
from starlette.routing import Match, Route

from nephoscope.api.auth.policy import Policy
from nephoscope.api.caller import Caller
from nephoscope.api.gnocchi import routes
from nephoscope.api.gnocchi.parts import SeriesParts
from nephoscope.store import schema
from nephoscope.store.catalog import Catalog
from nephoscope.store.index.contract import Index
from tests.api.asgi import Answer, Client
from tests.api.auth.test_policy import CALLERS, TABLE
from tests.api.gnocchi.server import opened_copy, served
from tests.store.measured import Measured
from tests.store.opened import Engine


class Personas:
    """Lets a header say which of the callers of `test_policy` asks."""

    challenge = "Persona"
    guards_overview = True

    async def identify(self, connection: HTTPConnection) -> Caller:
        return CALLERS[connection.headers["x-persona"]]


class Things(msgspec.Struct):
    """Names and ids of things that alice of project blue has made, for project green."""

    policy: str
    rule: str
    type: str
    resource: str
    metric: str
    loose: str


@pytest.fixture(scope="module")
def shared_index(index_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with opened_copy(index_template, tmp_path_factory.mktemp("permissions")) as index:
        yield index


@pytest.fixture
def client(shared_index: Index) -> Iterator[Client]:
    with Client(served(shared_index, Personas()), headers={"accept": "application/json"}) as client:
        yield client


def ask(client: Client, who: str, method: str, path: str, data: object = None, **headers: str) -> Answer:
    return client.request(method, "/gnocchi/v1" + path, data=data, headers={"x-persona": who, **headers})


def made(client: Client, who: str, path: str, data: dict[str, Any]) -> Any:
    answer = ask(client, who, "POST", path, data)
    assert answer.status == 201, answer.text
    return answer.json()


@pytest.fixture
def things(client: Client) -> Things:
    word = uuid4().hex
    made(client, "admin", "/archive_policy", {"name": word, "definition": [{"granularity": 60}]})
    rule = {"name": word, "metric_pattern": "nothing", "archive_policy_name": "low"}
    made(client, "admin", "/archive_policy_rule", rule)
    made(client, "admin", "/resource_type", {"name": word})
    draft = {"id": word, "project_id": "green", "metrics": {"cpu": {}}}
    resource = made(client, "creator", "/resource/generic", draft)
    loose = made(client, "creator", "/metric", {"name": "loose"})
    return Things(word, word, word, resource["id"], resource["metrics"]["cpu"], loose["id"])


PATCH_TYPE = {"content-type": "application/json-patch+json"}
RULE_BODY = {"name": "{new}", "metric_pattern": "x", "archive_policy_name": "low"}
DEFINITION = [{"granularity": 60}]
ACTIONS: list[tuple[str, str, str, Any, dict[str, str]]] = [
    ("get status", "GET", "/status", None, {}),
    ("create archive policy", "POST", "/archive_policy", {"name": "{new}", "definition": DEFINITION}, {}),
    ("list archive policy", "GET", "/archive_policy", None, {}),
    ("get archive policy", "GET", "/archive_policy/{policy}", None, {}),
    ("update archive policy", "PATCH", "/archive_policy/{policy}", {"definition": DEFINITION}, {}),
    ("delete archive policy", "DELETE", "/archive_policy/{policy}", None, {}),
    ("create archive policy rule", "POST", "/archive_policy_rule", RULE_BODY, {}),
    ("list archive policy rule", "GET", "/archive_policy_rule", None, {}),
    ("get archive policy rule", "GET", "/archive_policy_rule/{rule}", None, {}),
    ("update archive policy rule", "PATCH", "/archive_policy_rule/{rule}", {"name": "{new}"}, {}),
    ("delete archive policy rule", "DELETE", "/archive_policy_rule/{rule}", None, {}),
    ("create resource type", "POST", "/resource_type", {"name": "{new}"}, {}),
    ("list resource type", "GET", "/resource_type", None, {}),
    ("list resource type", "GET", "/resource", None, {}),
    ("get resource type", "GET", "/resource_type/{type}", None, {}),
    ("update resource type", "PATCH", "/resource_type/{type}", [], PATCH_TYPE),
    ("delete resource type", "DELETE", "/resource_type/{type}", None, {}),
    ("create resource", "POST", "/resource/generic", {"id": "{new}"}, {}),
    ("get resource", "GET", "/resource/generic/{resource}", None, {}),
    ("get resource", "GET", "/resource/generic/{resource}/history", None, {}),
    ("get resource", "GET", "/resource/generic/{resource}/metric", None, {}),
    ("update resource", "PATCH", "/resource/generic/{resource}", {"user_id": "u"}, {}),
    ("update resource", "POST", "/resource/generic/{resource}/metric", {"new": {}}, {}),
    ("update resource", "POST", "/metric", {"name": "new", "resource_id": "{resource}"}, {}),
    ("delete resource", "DELETE", "/resource/generic/{resource}", None, {}),
    ("create metric", "POST", "/metric", {"name": "new"}, {}),
    ("get metric", "GET", "/metric/{metric}", None, {}),
    ("get metric", "GET", "/resource/generic/{resource}/metric/cpu", None, {}),
    ("delete metric", "DELETE", "/metric/{metric}", None, {}),
    ("delete metric", "DELETE", "/resource/generic/{resource}/metric/cpu", None, {}),
]


def filled(value: Any, things: Things) -> Any:
    if isinstance(value, str):
        return value.format(new=uuid4().hex, **msgspec.structs.asdict(things))
    if isinstance(value, dict):
        return {filled(key, things): filled(each, things) for key, each in value.items()}
    return [filled(each, things) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("rule", "method", "path", "data", "headers"), ACTIONS)
@pytest.mark.parametrize("who", CALLERS)
def test_each_request_is_let_through_or_refused_as_its_rule_says(
    client: Client, things: Things, who: str, rule: str, method: str, path: str, data: Any, headers: dict[str, str]
) -> None:
    allowed = TABLE[rule] == "everyone" or who in TABLE[rule].split()

    answer = ask(client, who, method, filled(path, things), filled(data, things), **headers)

    assert answer.status < 300 if allowed else answer.status == 403, answer.text


# Where everyone may, nobody is refused; and whose resource it is, only the body of the last kind tells.
REFUSABLE = [each for each in ACTIONS if TABLE[each[0]] != "everyone" and "resource_id" not in str(each[3])]


@pytest.mark.parametrize(("rule", "method", "path", "data", "headers"), REFUSABLE)
def test_who_is_refused_is_refused_before_the_body_is_looked_at(
    client: Client, things: Things, rule: str, method: str, path: str, data: Any, headers: dict[str, str]
) -> None:
    target = "/gnocchi/v1" + filled(path, things)

    assert client.request(method, target, body=b"{nonsense", headers={"x-persona": "stranger"}).status == 403


SEEN = {
    "/resource/generic": "list resource",
    "/resource/generic?history=true": "list resource",
    "/metric": "list metric",
}


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("path", SEEN)
def test_lists_hold_what_the_caller_may_see(client: Client, things: Things, who: str, path: str) -> None:
    wanted = things.metric if path == "/metric" else things.resource

    answer = ask(client, who, "GET", path)

    if who == "nobody":
        assert answer.status == 403
    else:
        assert (who in TABLE[SEEN[path]].split()) == (wanted in {each["id"] for each in answer.json()})


@pytest.mark.parametrize("who", CALLERS)
def test_searches_hold_what_the_caller_may_see(client: Client, things: Things, who: str) -> None:
    answer = ask(client, who, "POST", "/search/resource/generic", {"=": {"id": things.resource}})

    if who == "nobody":
        assert answer.status == 403
    else:
        assert (who in TABLE["search resource"].split()) == bool(answer.json())


@pytest.mark.parametrize("who", CALLERS)
def test_a_metric_of_no_resource_has_no_owner_but_its_creators(client: Client, things: Things, who: str) -> None:
    allowed = who in ("admin", "service", "creator", "colleague")

    assert (200 if allowed else 403) == ask(client, who, "GET", f"/metric/{things.loose}").status


@pytest.mark.parametrize("who", CALLERS)
def test_bulk_deletion_reaches_only_what_the_caller_may_delete(client: Client, things: Things, who: str) -> None:
    answer = ask(client, who, "DELETE", "/resource/generic", {"=": {"id": things.resource}})

    if who == "nobody":
        assert answer.status == 403
    else:
        assert {"deleted": int(who in TABLE["delete resources"].split())} == answer.json()


def test_an_override_may_look_at_what_is_created(shared_index: Index) -> None:
    policy = Policy({"create resource": "project_id:%(project_id)s"})
    with Client(served(shared_index, Personas(), policy=policy)) as client:
        assert ask(client, "owner", "POST", "/resource/generic", {"id": "o", "project_id": "green"}).status == 201
        assert ask(client, "owner", "POST", "/resource/generic", {"id": "p", "project_id": "blue"}).status == 403
        assert ask(client, "owner", "POST", "/resource/generic", {"id": "q"}).status == 403


POINTS = [{"timestamp": "2025-06-01T12:00:00", "value": 1}]
# Rules of what reads and writes points, which needs a store.
MEASURED_ACTIONS: list[tuple[str, str, str, Any]] = [
    ("get measures", "GET", "/metric/{metric}/measures", None),
    ("get measures", "GET", "/resource/generic/{resource}/metric/cpu/measures", None),
    ("post measures", "POST", "/metric/{metric}/measures", POINTS),
    ("post measures", "POST", "/resource/generic/{resource}/metric/cpu/measures", POINTS),
    ("post measures", "POST", "/batch/metrics/measures", {"{metric}": POINTS}),
    ("post measures", "POST", "/batch/resources/metrics/measures", {"{resource}": {"cpu": POINTS}}),
    ("get metric", "POST", "/aggregates", {"operations": "(metric {metric} mean)"}),
    ("get metric", "GET", "/aggregation/metric?metric={metric}", None),
    ("get metric", "POST", "/aggregation/metric", ["{metric}"]),
    ("search metric", "POST", "/search/metric?metric_id={metric}", {">=": 0}),
    ("create resource type", "POST", "/influxdb/query?q=CREATE%20DATABASE%20{new}", None),
]


@pytest.fixture(scope="module")
def measuring_client(shared_index: Index, embedded_dsn: str) -> Iterator[Client]:
    """A client on a server that takes and gives points."""
    engine = Engine(embedded_dsn, f"test_{uuid4().hex[:12]}")
    with engine.emptied(), engine.store() as store:
        schema.upgrade(store, schema.Layout())
        with Measured.over(store) as measured:
            catalog = Catalog(shared_index, measured.series)
            series = SeriesParts(catalog, measured.commit, measured.reader, measures_max=1000)
            with Client(served(shared_index, Personas(), series=series)) as client:
                yield client


@pytest.mark.parametrize(("rule", "method", "path", "data"), MEASURED_ACTIONS)
def test_points_are_given_and_taken_as_their_rules_say(
    measuring_client: Client, things: Things, rule: str, method: str, path: str, data: Any
) -> None:
    for who in CALLERS:
        allowed = TABLE[rule] == "everyone" or who in TABLE[rule].split()

        answer = ask(measuring_client, who, method, filled(path, things), filled(data, things))

        assert answer.status < 300 if allowed else answer.status == 403, (who, answer.text)


def test_aggregates_over_resources_hold_what_the_caller_may_see(measuring_client: Client, things: Things) -> None:
    ask(measuring_client, "creator", "POST", f"/metric/{things.metric}/measures", POINTS)
    search = {"=": {"id": things.resource}}
    for who in CALLERS:
        answer = ask(measuring_client, who, "POST", "/aggregation/resource/generic/metric/cpu", search)
        body = {"operations": "(metric cpu mean)", "resource_type": "generic", "search": search}
        other = ask(measuring_client, who, "POST", "/aggregates", body)
        sees = who in TABLE["search resource"].split()
        if who == "nobody":
            assert 403 == answer.status == other.status
        else:
            assert sees == bool(answer.json())
            assert (200 if sees else 404) == other.status


def test_foreign_writers_make_things_of_their_own(measuring_client: Client, things: Things) -> None:
    """A name means another resource for each who writes, so nobody reaches anybody else's."""
    for who in ("creator", "stranger"):
        line = f"weather,host={things.resource[:8]} cpu=1 1748779200000000000".encode()
        path = f"/gnocchi/v1/influxdb/write?db={things.type}"
        answer = measuring_client.request("POST", path, body=line, headers={"x-persona": who})
        assert answer.status == 204, answer.text
    seen = ask(measuring_client, "stranger", "GET", f"/resource/{things.type}").json()
    assert {"zoe:red"} == {each["creator"] for each in seen}


# What tells nothing of anybody; and what the tests of lists, searches and other protocols ask.
OPEN = {"GET /", "GET /healthcheck", "GET /v1", "GET /v1/capabilities", "GET /v1/influxdb/ping"}
ASKED_ELSEWHERE = {
    "GET /v1/metric",
    "GET /v1/resource/{type}",
    "DELETE /v1/resource/{type}",
    "POST /v1/search/resource/{type}",
    "POST /v1/aggregation/resource/{type}/metric/{name}",
    "POST /v1/influxdb/write",
    "POST /v1/prometheus/write",
}


def test_every_route_has_a_row() -> None:
    rows = [(each[1], each[2]) for each in ACTIONS] + [(each[1], each[2]) for each in MEASURED_ACTIONS]
    asked = {f"{method} {_route(method, path)}" for method, path in rows}

    every = {
        f"{method} {route.path}"
        for route in routes()
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert every == asked | OPEN | ASKED_ELSEWHERE


def _route(method: str, path: str) -> str:
    scope = {"type": "http", "method": method, "path": "/v1" + path.partition("?")[0], "headers": []}
    return next(each.path for each in routes() if isinstance(each, Route) and each.matches(scope)[0] == Match.FULL)
