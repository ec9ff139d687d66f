# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Events as agents send them, and as each caller finds its own."""

import gzip
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.api.native.events import BUCKETS_MAX, RAW_BYTES_MAX, STEPS_S, step_of
from nephoscope.observe import registry
from nephoscope.store.contract import Store
from tests.api.asgi import Answer, Client
from tests.api.native.accounts import ADMIN, MEMBER, OPERATOR, READER, WRITER
from tests.api.native.cloud import Asker, Cloud, seconds

NOW_NS = time.time_ns()
SECOND_NS = 10**9
EVENTS = "/api/v1/events"
SPAN = {"start": seconds(NOW_NS - 3600 * SECOND_NS), "stop": seconds(NOW_NS + SECOND_NS)}


def trait(name: str, value: str | float, kind: str = "text") -> dict[str, Any]:
    return {"name": name, "type": kind, "value": value}


def event(number: int = 0, **changes: Any) -> dict[str, Any]:
    """An event as it is sent, a second earlier the higher its number."""
    told = {
        "id": f"id-{number}",
        "type": "compute.instance.create.end",
        "generated_ns": NOW_NS - number * SECOND_NS,
        "traits": [trait("instance_id", f"vm-{number}"), trait("memory_mb", 512 * number, "integer")],
    }
    return {**told, **changes}


def send(client: Client, headers: dict[str, str], *events: dict[str, Any]) -> Answer:
    return client.request("POST", EVENTS, data={"events": list(events)}, headers=headers)


def found(asker: Asker, **arguments: Any) -> list[str]:
    return [each["id"] for each in asker.get("/events", **arguments)["events"]]


def test_an_event_comes_back_as_it_was_sent(client: Client, member: Asker) -> None:
    traits = [
        trait("instance_id", "vm-1"),
        trait("memory_mb", 2**53 + 1, "integer"),
        trait("load", 0.25, "float"),
        trait("whole", 4, "float"),
        trait("launched_at", NOW_NS, "datetime"),
    ]
    answer = send(client, MEMBER, event(1, traits=traits, raw={"secret": 1}))
    assert (202, b"") == (answer.status, answer.body)

    (shown,) = member.get("/events")["events"]

    time_ns = NOW_NS - SECOND_NS
    assert shown == {
        "id": "id-1",
        "type": "compute.instance.create.end",
        "time_ms": time_ns // 10**6,
        "generated_ns": time_ns,
        "project_id": "blue",
        "resource": "vm-1",
        "traits": traits,
    }
    assert {"event": shown, "raw": None} == member.get("/events/id-1")


def test_what_is_raw_is_shown_as_it_came_to_those_who_may_see_it(client: Client, admin: Asker, member: Asker) -> None:
    raw = {"event_type": "x", "payload": {"b": [1, 2.50, None, "é\u0000"], "a": {}}, "big": 2**70}
    send(client, MEMBER, event(1, raw=raw), event(2, raw={}), event(3, raw=None), event(4))

    text = client.request("GET", f"{EVENTS}/id-1", headers=OPERATOR).text

    assert raw == json.loads(text)["raw"]
    assert [None, None, None] == [admin.get(f"/events/id-{n}")["raw"] for n in (2, 3, 4)]
    assert member.get("/events/id-1")["raw"] is None


def test_an_id_may_look_like_anything(client: Client, member: Asker) -> None:
    ids = ["a/b c?d", "ü%2F", "timeline2"]
    send(client, MEMBER, *(event(n, id=each) for n, each in enumerate(ids)))

    shown = [client.request("GET", f"{EVENTS}/{quoted}", headers=MEMBER) for quoted in ("a/b%20c%3Fd", "%C3%BC%252F")]

    assert ids[:2] == [each.json()["event"]["id"] for each in shown]
    assert ids == found(member)


@pytest.mark.parametrize(("headers", "project"), [(ADMIN, "red"), (WRITER, "red"), (OPERATOR, None), (MEMBER, "blue")])
def test_a_trait_names_the_project_for_those_who_send_for_others(
    client: Client, admin: Asker, headers: dict[str, str], project: str | None
) -> None:
    # Olga, who operates, works in no project, and sends like any agent of none.
    expected = "red" if headers is OPERATOR else project
    send(client, headers, event(1, traits=[trait("tenant_id", "red")]), event(2, traits=[]))

    shown = {each["id"]: each["project_id"] for each in admin.get("/events")["events"]}

    assert expected == shown["id-1"]
    assert ("blue" if headers is MEMBER else None) == shown["id-2"]


def test_what_is_too_long_for_an_id_names_neither_project_nor_resource(client: Client, admin: Asker) -> None:
    long = [trait(name, "x" * 256) for name in ("project_id", "resource_id")]
    send(client, ADMIN, event(1, traits=[*long, trait("tenant_id", "red"), trait("volume_id", "disk")]))

    (shown,) = admin.get("/events")["events"]

    assert ("red", "disk") == (shown["project_id"], shown["resource"])


def test_an_operator_in_a_project_sends_for_that_and_an_admin_for_any(client: Client, admin: Asker) -> None:
    send(client, {**OPERATOR, "nephoscope-project": "blue"}, event(1, traits=[trait("project_id", "red")]))
    send(client, {**ADMIN, "nephoscope-project": "blue"}, event(2, traits=[trait("project_id", "red")]))

    assert ["blue", "red"] == [each["project_id"] for each in admin.get("/events")["events"]]


def test_nobody_sees_or_replaces_the_events_of_another_project(client: Client, admin: Asker, member: Asker) -> None:
    send(client, ADMIN, event(1, type="theirs", traits=[trait("project_id", "red"), trait("x", "red-secret")]))
    send(client, MEMBER, event(1, type="mine"))

    assert ["mine"] == [each["type"] for each in member.get("/events")["events"]]
    assert ["mine", "theirs"] == sorted(each["type"] for each in admin.get("/events")["events"])
    assert "mine" == member.get("/events/id-1")["event"]["type"]
    assert ["mine"] == [each["type"] for each in member.get("/events/types")["types"]]
    assert ["mine"] == [each["type"] for each in member.get("/events/timeline", **SPAN)["types"]]
    for arguments in ({"text": "secret"}, {"project": "red"}, {"filter": "traits.x = 'red-secret' or type = theirs"}):
        assert [] == found(member, **arguments)
        assert ["id-1"] == found(admin, **arguments)
    assert [["mine"]] == member.post("/sql", sql="SELECT type FROM events")["rows"]
    chosen = Asker(client, {**ADMIN, "nephoscope-project": "blue"})
    assert ["mine"] == [each["type"] for each in chosen.get("/events")["events"]]


def test_any_split_and_any_repetition_keeps_each_event_once(client: Client, member: Asker, cloud: Cloud) -> None:
    events = [event(n) for n in range(12)]

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(st.sampled_from(events), max_size=12), max_size=6))
    def check(extra: list[list[dict[str, Any]]]) -> None:
        cloud.parts.store.execute("TRUNCATE TABLE events")
        for batch in [*extra, events[:5], events[4:]]:
            assert 202 == send(client, MEMBER, *batch).status
        assert [f"id-{n}" for n in range(12)] == found(member)

    check()


def test_pages_lead_to_the_end(client: Client, member: Asker) -> None:
    # All of one time, which is the harder case.
    send(client, MEMBER, *(event(n, generated_ns=NOW_NS) for n in range(10)))
    seen: list[str] = []
    arguments: dict[str, Any] = {"limit": 3}
    while True:
        page = member.get("/events", **arguments)
        seen += [each["id"] for each in page["events"]]
        if page["next"] is None:
            break
        arguments["marker"] = page["next"]

    assert [f"id-{n}" for n in reversed(range(10))] == seen
    assert {"events": [], "next": None} == member.get("/events", text="nothing like it")


def test_filters_narrow_the_list(client: Client, member: Asker) -> None:
    volume = event(4, type="volume.attach.end", traits=[trait("resource_id", "disk-1"), trait("instance_id", "vm-1")])
    send(client, MEMBER, *(event(n) for n in range(1, 4)), volume)

    assert ["id-4"] == found(member, type="volume.*")
    assert ["id-1", "id-2", "id-3", "id-4"] == found(member, type=["volume.*", "*.create.end"])
    assert ["id-1", "id-2", "id-3"] == found(member, type="!volume.*")
    assert ["id-2"] == found(member, trait="memory_mb=1024")
    assert [] == found(member, trait=["memory_mb=1024", "instance_id=vm-1"])
    assert ["id-1", "id-4"] == found(member, resource="vm-1")
    assert ["id-1", "id-4"] == found(member, text="VM-1")
    assert ["id-3"] == found(member, filter="type like 'compute.%' and traits.memory_mb > 1024")
    assert ["id-2", "id-3"] == found(
        member, start=seconds(NOW_NS - 3 * SECOND_NS - 1000), stop=seconds(NOW_NS - SECOND_NS - 1000)
    )
    assert ["disk-1"] == [each["resource"] for each in member.get("/events", type="volume.*")["events"]]


def test_a_timeline_counts_each_type_in_steps(client: Client, member: Asker) -> None:
    send(client, MEMBER, event(0), event(1), event(70), event(2, type="b"), event(7200))

    shown = member.get("/events/timeline", buckets=60, **SPAN)

    assert 120 == shown["step_s"]
    assert 0 == shown["times_ms"][0] % 120_000
    assert shown["times_ms"][0] <= 1000 * SPAN["start"] < shown["times_ms"][1]
    assert shown["times_ms"][-1] < 1000 * SPAN["stop"] <= shown["times_ms"][-1] + 120_000
    assert [("compute.instance.create.end", 3), ("b", 1)] == [(each["type"], each["events"]) for each in shown["types"]]
    assert all(len(shown["times_ms"]) == len(each["counts"]) for each in shown["types"])
    assert [3, 1] == [sum(each["counts"]) for each in shown["types"]]
    assert ["b"] == [each["type"] for each in member.get("/events/timeline", type="b", **SPAN)["types"]]


@pytest.mark.parametrize("buckets", [1, 7, 60, BUCKETS_MAX])
@pytest.mark.parametrize("days", [1e-5, 0.01, 1, 90, 36500])
def test_no_timeline_has_more_than_one_step_beyond_what_is_asked_for(days: float, buckets: int) -> None:
    step = step_of(round(days * 86400 * 10**9), buckets)

    assert days * 86400 / step <= buckets
    assert step in STEPS_S or step % (7 * 86400) == 0


def test_types_and_traits_of_a_span_are_listed(client: Client, member: Asker) -> None:
    send(client, MEMBER, event(1), event(2), event(3, type="b", traits=[trait("load", 1.5, "float")]))

    assert member.get("/events/types") == {
        "types": [
            {"type": "compute.instance.create.end", "events": 2, "newest_ms": (NOW_NS - SECOND_NS) // 10**6},
            {"type": "b", "events": 1, "newest_ms": (NOW_NS - 3 * SECOND_NS) // 10**6},
        ],
        "traits": [
            {"name": "instance_id", "type": "text"},
            {"name": "load", "type": "float"},
            {"name": "memory_mb", "type": "integer"},
        ],
    }
    assert {"types": [], "traits": []} == member.get("/events/types", type="c")


def test_a_compressed_body_is_read(client: Client, member: Asker) -> None:
    body = gzip.compress(json.dumps({"events": [event(1)]}).encode())
    headers = {**MEMBER, "content-type": "application/json", "content-encoding": "gzip"}

    assert 202 == client.request("POST", EVENTS, body=body, headers=headers).status
    assert ["id-1"] == found(member)


def test_what_is_of_next_week_is_dropped_counted_and_can_be_looked_at(
    client: Client, admin: Asker, member: Asker
) -> None:
    before = registry.value("nephoscope_dropped_total", station="events", cause="early")
    week = 7 * 86400 * SECOND_NS

    assert 202 == send(client, MEMBER, event(1, generated_ns=NOW_NS + week), event(2), event(3, generated_ns=0)).status

    assert ["id-2", "id-3"] == found(member)
    assert before + 1 == registry.value("nephoscope_dropped_total", station="events", cause="early")
    (letter,) = admin.get("/dead-letters", station="events")["records"]
    assert ("early", "blue", "id-1") == (letter["cause"], letter["project_id"], json.loads(letter["record"])["id"])


def test_a_message_that_is_too_long_is_left_out_and_counted(client: Client, admin: Asker) -> None:
    before = registry.value("nephoscope_dropped_total", station="events", cause="raw too long")

    assert 202 == send(client, MEMBER, event(1, raw={"x": "y" * RAW_BYTES_MAX})).status

    assert admin.get("/events/id-1")["raw"] is None
    assert before + 1 == registry.value("nephoscope_dropped_total", station="events", cause="raw too long")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"id": ""}, "$.events[1].id"),
    ({"id": "x" * 256}, "$.events[1].id"),
    ({"type": 5}, "$.events[1].type"),
    ({"generated_ns": -1}, "$.events[1].generated_ns"),
    ({"generated_ns": 2**63}, "generated_ns"),
    ({"generated_ns": "2025-06-01"}, "$.events[1].generated_ns"),
    ({"colour": "red"}, "colour"),
    ({"raw": [1]}, "raw: expected an object"),
    ({"raw": "text"}, "raw: expected an object"),
    ({"id": "a\u0000"}, "NUL"),
    ({"traits": [trait("a", "b")] * 201}, "$.events[1].traits"),
    ({"traits": [trait("", "b")]}, "$.events[1].traits[0].name"),
    ({"traits": [trait("a", "b" * 4097)]}, "$.events[1].traits[0].value"),
    ({"traits": [trait("a", "b", "boolean")]}, "$.events[1].traits[0].type"),
    ({"traits": [trait("a", "1", "integer")]}, "a: expected a value of type integer, found '1'"),
    ({"traits": [trait("a", 1.5, "integer")]}, "a: expected a value of type integer, found 1.5"),
    ({"traits": [trait("a", 2**63, "integer")]}, "a: expected a value of type integer"),
    ({"traits": [trait("a", 1, "text")]}, "a: expected a value of type text, found 1"),
    ({"traits": [trait("a", "x", "float")]}, "a: expected a value of type float, found 'x'"),
    ({"traits": [trait("a", -1, "datetime")]}, "a: expected a value of type datetime, found -1"),
]


@pytest.mark.parametrize(("changes", "told"), WRONG)
def test_what_is_wrong_is_named_and_nothing_of_the_request_is_kept(
    client: Client, member: Asker, changes: dict[str, Any], told: str
) -> None:
    answer = send(client, MEMBER, event(1), event(2, **changes))

    assert 400 == answer.status
    assert told in answer.text.replace('\\"', '"')
    assert [] == found(member)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{nonsense", 400),
        (b"[]", 400),
        (b'{"events": [' + b'{"raw": ' * 3 + b"}}}]}", 400),
        (b'{"events": [{"id": "a", "type": "b", "generated_ns": 1, "raw": {"x": "\xff"}}]}', 400),
        (b'{"events": [{"id": "a", "type": "b", "generated_ns": 1, "raw": {"x": nonsense}}]}', 400),
        (b'{"events": [{"id": "a", "type": "b", "generated_ns": 1, "raw": ' + b'{"x":' * 100_000 + b"}]}", 400),
        (json.dumps({"events": [event(n) for n in range(10_001)]}).encode(), 400),
    ],
)
def test_what_is_no_such_body_is_refused(client: Client, member: Asker, body: bytes, status: int) -> None:
    answer = client.request("POST", EVENTS, body=body, headers={**MEMBER, "content-type": "application/json"})

    assert status == answer.status
    assert [] == found(member)


def test_another_media_type_is_refused(client: Client) -> None:
    headers = {**MEMBER, "content-type": "text/plain"}
    assert 415 == client.request("POST", EVENTS, body=b'{"events": []}', headers=headers).status


@pytest.mark.parametrize("headers", [READER, MEMBER])
def test_who_only_reads_sends_nothing(client: Client, headers: dict[str, str]) -> None:
    assert (403 if headers is READER else 202) == send(client, headers, event(1)).status


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"filter": "state = active"}, "events have no field 'state'"),
        ({"filter": "traits.a ="}, "expected a value"),
        ({"filter": "(" * 40}, "nested deeper"),
        ({"filter": "x" * 4001}, "4000"),
        ({"trait": "state"}, "NAME=VALUE"),
        ({"marker": "x"}, "no marker"),
        ({"limit": 1001}, "1000"),
        ({"start": "whenever"}, "timestamps"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_argument_is_named(member: Asker, arguments: dict[str, Any], told: str) -> None:
    answer = member.ask("GET", "/events", arguments=arguments)

    assert answer.status in (400, 413)
    assert told in answer.text


def test_a_timeline_that_ends_before_it_starts_is_refused(member: Asker) -> None:
    assert 400 == member.ask("GET", "/events/timeline", arguments={"start": 2, "stop": 1}).status
    assert 400 == member.ask("GET", "/events/timeline", arguments={**SPAN, "buckets": BUCKETS_MAX + 1}).status


def test_what_is_no_event_is_not_found(member: Asker) -> None:
    assert 404 == member.ask("GET", "/events/none").status


def test_a_store_that_cannot_write_refuses_the_events(client: Client, cloud: Cloud, member: Asker) -> None:
    store: Store = cloud.parts.store
    store.execute("RENAME TABLE events TO away")
    try:
        assert 503 == send(client, MEMBER, event(1)).status
    finally:
        store.execute("RENAME TABLE away TO events")
    assert [] == found(member)


SIGNS = ["=", "!=", "<", "like", "in", "[", "]", ",", "(", ")", "and", "or", "not"]
NAMES = ["traits.a", "type", "time", "'traits.a b'", "traits.", "x"]
VALUES = ["null", "true", "'%'", "'a\\'", "1", "1e309", "-1", "'-1 hour'", "2025-06-01", "99999999999999999999"]
WORDS = st.sampled_from([*SIGNS, *NAMES, *VALUES])


def test_any_words_as_a_filter_are_answered_or_refused(client: Client, member: Asker) -> None:
    send(client, MEMBER, event(1))

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(WORDS, max_size=10).map(" ".join))
    def check(text: str) -> None:
        assert member.ask("GET", "/events", arguments={"filter": text}).status in (200, 400, 413)

    check()


NOISE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5), st.just([{}])
)


def test_any_value_anywhere_is_taken_or_refused(client: Client) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(["id", "type", "generated_ns", "traits", "raw", "name", "value", "events"]), NOISE)
    def check(place: str, value: Any) -> None:
        changed = event(1, traits=[{**trait("a", "b"), **({place: value} if place in ("name", "value") else {})}])
        body = {"events": value if place == "events" else [{**changed, **({place: value} if place in changed else {})}]}
        answer = client.request("POST", EVENTS, data=body, headers=MEMBER)
        assert answer.status in (202, 400), answer.text

    check()
