# SPDX-License-Identifier: Apache-2.0
"""Whatever is sent, almost right or noise, no answer is a failure of our own, and what is refused is not kept."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nephoscope.store.index.contract import Index
from tests.api.aodh.callers import BLUE, Asker, event_alarm, group_alarm, threshold_alarm
from tests.api.aodh.recorded import CASES
from tests.api.aodh.server import make_instances, served
from tests.api.asgi import Answer, Client
from tests.api.gnocchi.server import opened_copy

SETTINGS = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(scope="module")
def shared_index(index_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with opened_copy(index_template, tmp_path_factory.mktemp("fuzz")) as index:
        make_instances(index)
        yield index


@pytest.fixture(scope="module")
def client(shared_index: Index) -> Iterator[Client]:
    with Client(served(shared_index, owners=["svc"])) as client:
        yield client


@pytest.fixture(scope="module")
def member(client: Client) -> Asker:
    return Asker(client, "u", BLUE, "member")


@pytest.fixture(scope="module")
def admin(client: Client) -> Asker:
    return Asker(client, "a", "p", "admin")


def check(answer: Answer) -> None:
    """An answer that says what is wrong, unless nothing is."""
    assert answer.status < 500, answer.text
    if answer.status >= 300:
        fault = json.loads(answer.body)["error_message"]
        assert isinstance(fault, str) or fault["faultstring"]


LEAF = {"type": "prometheus", "query": "up", "threshold": 1}
CONSTRAINT = {"name": "n", "start": "0 1 * * *", "duration": 60, "timezone": "UTC"}
CONDITION = {"field": "traits.a", "op": "eq", "type": "integer", "value": "5"}
VALID = [
    threshold_alarm(time_constraints=[CONSTRAINT], alarm_actions=["http://a/b"], ok_actions=None),
    group_alarm(json.dumps({"and": [{"=": {"server_group": "g"}}, {"in": {"id": ["a", "b"]}}]})),
    event_alarm(event_rule={"event_type": "x.*", "query": [CONDITION]}, severity="critical", state="ok"),
    {"name": "c", "type": "composite", "composite_rule": {"or": [LEAF, {"and": [LEAF, LEAF]}]}, "enabled": "yes"},
]
# Bodies that clients were seen to send, good ones and bad ones.
SENT = [each["request"] for each in CASES if each["request"]["path"] == "/v2/alarms"]
VALID += [request["body"] for request in SENT if "body" in request]
WORDS = st.sampled_from(
    [
        *("", "ok", "and", "or", "type", "{}", "[]", "null", "nan", "-1", "1e400", "9" * 40, "\u0661", "ß", "🐍"),
        *("0 1 * * *", "log:", "http://[", "trust+http://x@y", "trust+http://y", "Europe/Ljubljana", "../x"),
        *("\x00", "\ud800", '{"=": {"id": "a/b"}}'),
    ]
)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | WORDS | st.text()
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=3)
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where there is something in a body, itself included."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield from places(each, (*path, key))


@st.composite
def near_misses(draw: st.DrawFn) -> Any:
    """A good body with one to three things in it replaced, added, renamed or taken away."""
    body = copy.deepcopy(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(1, 3))):
        choices = [each for each in places(body) if each]
        if not choices:
            return body
        *outer, last = draw(st.sampled_from(choices))
        inside = body
        for key in outer:
            inside = inside[key]
        match draw(st.sampled_from(["replace", "drop", "rename", "add"])):
            case "replace":
                inside[last] = draw(ANYTHING)
            case "drop":
                del inside[last]
            case "rename" if isinstance(inside, dict):
                inside[draw(WORDS)] = inside.pop(last)
            case _ if isinstance(inside, dict):
                inside[draw(WORDS)] = draw(ANYTHING)
            case _:
                inside.append(draw(ANYTHING))
    return body


@SETTINGS
@given(near_misses())
def test_almost_good_alarms(member: Asker, shared_index: Index, body: Any) -> None:
    before = shared_index.alarms.count()

    answer = member("POST", "/alarms", body)

    check(answer)
    if answer.status == 201:
        path = f"/alarms/{answer.json()['alarm_id']}"
        # What is shown can be sent back, and then changes nothing.
        again = member.done("PUT", path, answer.json())
        assert {**again, "timestamp": answer.json()["timestamp"]} == answer.json()
        member.done("DELETE", path)
    assert before == shared_index.alarms.count()


@SETTINGS
@given(near_misses())
def test_almost_good_changes(member: Asker, body: Any) -> None:
    made = member.makes()
    path = f"/alarms/{made['alarm_id']}"

    answer = member("PUT", path, body)

    check(answer)
    if answer.status != 200:
        assert made == member.done("GET", path)
    member.done("DELETE", path)


@SETTINGS
@given(st.sampled_from(["/alarms", "/query/alarms", "/quotas"]), ANYTHING)
def test_any_json(admin: Asker, path: str, body: Any) -> None:
    check(admin("POST", path, body))


@SETTINGS
@given(st.binary())
@example(b"[" * 100_000)
@example(b'{"name": ' + b"9" * 10_000 + b"}")
def test_any_bytes(member: Asker, body: bytes) -> None:
    for path in ("/alarms", "/query/alarms/history"):
        check(member.raw("POST", path, body))


FIELDS = st.sampled_from(
    ["name", "project_id", "timestamp", "enabled", "severity", "all_projects", "search_offset", "x"]
)
ARGUMENTS = st.lists(
    st.tuples(st.just("q.field"), FIELDS | WORDS)
    | st.tuples(st.sampled_from(["q.op"]), st.sampled_from(["eq", "lt", "ge", "like", ""]))
    | st.tuples(st.just("q.value"), WORDS | st.sampled_from(["True", BLUE, "2026-01-01", "2026-01-01T25:00"]))
    | st.tuples(st.just("q.type"), st.sampled_from(["integer", "datetime", "boolean", "float", "string", "list"]))
    | st.tuples(st.sampled_from(["limit", "marker", "sort"]), WORDS | st.sampled_from(["1", "name:asc", "severity:"])),
    max_size=8,
)


@SETTINGS
@given(ARGUMENTS)
def test_any_listing(member: Asker, arguments: list[tuple[str, str]]) -> None:
    made = member.makes()
    pairs = "&".join(f"{quote(name)}={quote(value, errors='surrogatepass')}" for name, value in arguments)
    for path in ("/alarms", f"/alarms/{made['alarm_id']}/history"):
        check(member("GET", f"{path}?{pairs}"))
    member.done("DELETE", f"/alarms/{made['alarm_id']}")


LEAVES = st.dictionaries(
    st.sampled_from(["=", "!=", "<", "=>", "=~", "in", "IN", "like"]),
    st.dictionaries(FIELDS | st.sampled_from(["project", "alarm_id", "type"]), SCALARS | st.lists(SCALARS, max_size=3)),
    max_size=2,
)
FILTERS = st.recursive(
    LEAVES,
    lambda inner: st.dictionaries(st.sampled_from(["and", "or", "not", "Not"]), inner | st.lists(inner), max_size=1),
)


@SETTINGS
@given(FILTERS | ANYTHING, ANYTHING | st.lists(st.dictionaries(FIELDS, st.sampled_from(["asc", "DESC", ""]))), SCALARS)
def test_any_complex_query(admin: Asker, filter_: Any, orderby: Any, limit: Any) -> None:
    body = {"filter": json.dumps(filter_), "orderby": json.dumps(orderby), "limit": limit}
    for path in ("/query/alarms", "/query/alarms/history"):
        check(admin("POST", path, body))
        check(admin("POST", path, {**body, "orderby": None, "limit": None}))


@SETTINGS
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_address_and_header(member: Asker, path: str, accept: str) -> None:
    header = accept.encode("ascii", "ignore").decode().replace("\n", "").replace("\r", "")
    address = f"/alarms/{quote(path, errors='ignore')}?{urlencode({'limit': path.encode(errors='ignore')})}"
    answer = member("GET", address, Accept=header)
    assert answer.status < 500
