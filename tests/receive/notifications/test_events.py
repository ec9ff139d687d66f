# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Events of notifications: which definition counts, what traits become, and what stops the start."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope import observe
from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest
from nephoscope.receive.notifications.events import EventDefinitions, builtin, read
from nephoscope.receive.notifications.message import Message
from tests.receive.notifications.recorded import message, shown_event
from tests.receive.notifications.test_meters import PAYLOADS, TYPES

CONTEXT = {"_context_request_id": "req-1", "_context_user_id": "cu", "_context_project_id": "cp"}


def definitions(text: str, **more: Any) -> EventDefinitions:
    return read(text, "events.yaml", **more)


def traits(text: str, found: Message) -> dict[str, Any]:
    """The traits of a message's event beside the default ones."""
    (event,) = definitions(text).events_of([found])
    return {each.name: each.value for each in event.traits if each.name != "service"}


def dropped(cause: str) -> float:
    return observe.registry.value("nephoscope_dropped_total", station="notifications", cause=cause)


def test_default_traits_come_from_the_payload_before_the_context() -> None:
    expected = {"request_id": "req-1", "user_id": "pu", "project_id": "cp", "tenant_id": "cp"}
    assert expected == traits("[]", message({"user_id": "pu"}, **CONTEXT))
    assert {"user_id": "pu"} == traits("[]", message({"user_id": "pu"}))
    expected = {"request_id": "req-1", "user_id": "cu", "project_id": "pt", "tenant_id": "pt"}
    assert expected == traits("[]", message({"tenant_id": "pt"}, **CONTEXT))


def test_a_definition_may_say_otherwise_for_a_default_trait() -> None:
    assert {"user_id": "other"} == traits("[{event_type: '*', traits: {user_id: payload.o}}]", message({"o": "other"}))
    assert {} == traits("[{event_type: '*', traits: {user_id: payload.o}}]", message({"user_id": "u"}))


def test_the_last_definition_that_matches_counts() -> None:
    text = """
- {event_type: 'thing.*', traits: {which: {fields: 1, type: int}}}
- {event_type: 'thing.create.*', traits: {which: {fields: 2, type: int}}}
- {event_type: ['other.*', '*.delete'], traits: {which: {fields: 3, type: int}}}
"""
    found = [traits(text, message({}, each))["which"] for each in ("thing.create.end", "thing.x", "thing.delete")]
    assert [2, 1, 3] == found


@pytest.mark.parametrize(
    ("event_type", "matching"),
    [("'!thing.*'", ["other"]), ("['*', '!other']", ["thing.a", "thing.b"]), ("['thing.*', '!*.b']", ["thing.a"])],
)
def test_excludes_go_before_includes_and_mean_all_others_alone(event_type: str, matching: list[str]) -> None:
    found = definitions(f"[{{event_type: {event_type}, traits: {{}}}}]", drop_unmatched=True)
    messages = [message({}, each) for each in ("thing.a", "thing.b", "other")]
    assert matching == [each.type for each in found.events_of(messages)]


def test_unmatched_notifications_are_dropped_and_counted_where_they_are_not_wanted() -> None:
    before = dropped("event without a definition")
    assert [] == definitions("[]", drop_unmatched=True).events_of([message({})])
    assert before + 1 == dropped("event without a definition")
    assert 1 == len(definitions("[]").events_of([message({})]))


def test_info_and_error_become_events_samples_do_not_and_others_are_counted() -> None:
    before = dropped("priority that nothing reads")
    messages = [message({}, priority=each) for each in ("INFO", "ERROR", "SAMPLE", "WARN")]
    assert 2 == len(definitions("[]").events_of(messages))
    assert before + 1 == dropped("priority that nothing reads")


def test_the_message_is_kept_where_the_settings_say_so() -> None:
    kept = definitions("[]", store_raw=["error"])
    info, error = message({"a": 1}), message({"a": 1}, priority="ERROR")
    assert [{}, error.document] == [each.raw for each in kept.events_of([info, error])]
    with pytest.raises(BadRequest, match="expected info or error, there is 'warn'"):
        definitions("[]", store_raw=["warn"])


TYPED = """
- event_type: '*'
  traits:
    text: payload.v
    int: {fields: payload.v, type: int}
    float: {fields: payload.v, type: float}
    time: {fields: payload.v, type: datetime}
"""
TIME = "2026-03-02 09:15:30.5"
TIME_NS = timestamp.parse(TIME, 0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", {"text": "12", "int": 12, "float": 12.0, "time": 12 * 10**9}),
        (12, {"text": "12", "int": 12, "float": 12.0, "time": 12 * 10**9}),
        (3.7, {"text": "3.7", "int": 3, "float": 3.7, "time": 3_700_000_000}),
        (TIME, {"text": TIME, "time": TIME_NS}),
        ("", {"text": ""}),
        (None, {}),
        ("x" * 300, {"text": "x" * 255}),
        ([1, "a"], {"text": "[1, 'a']"}),
        (10**30, {"text": "1" + "0" * 30, "float": 1e30}),
        ("nan", {"text": "nan"}),
    ],
)
def test_traits_become_what_their_type_says_or_are_left_out(value: Any, expected: dict[str, Any]) -> None:
    assert expected == traits(TYPED, message({"v": value}))


def test_a_trait_that_cannot_be_made_is_counted_and_the_event_goes_on() -> None:
    before = [dropped(f"trait that is no {each}") for each in ("integer", "float", "datetime")]
    assert {"text": "soon"} == traits(TYPED, message({"v": "soon"}))
    assert [each + 1 for each in before] == [
        dropped(f"trait that is no {each}") for each in ("integer", "float", "datetime")
    ]


def test_plugins_make_traits_too() -> None:
    text = """
- event_type: '*'
  traits:
    host: {fields: publisher_id, plugin: {name: split, parameters: {segment: 1, max_split: 1}}}
    seconds: {fields: [payload.a, payload.b], type: float, plugin: timedelta}
    reports:
      fields: [payload.a, payload.c]
      type: int
      plugin: {name: bitfield, parameters: {flags: [{path: payload.a, bit: 0}, {path: payload.c, bit: 1}]}}
    state: {fields: payload.s, plugin: {name: map, parameters: {values: {ok: good}, default: bad}}}
    images: {fields: "payload.m[?key=image_id].value"}
"""
    payload = {
        "a": "2026-03-02T00:00:00",
        "b": "2026-03-02T00:01:00",
        "s": "ok",
        "m": [{"key": "x", "value": 1}, {"key": "image_id", "value": "i"}],
    }
    expected = {"host": "host-1", "seconds": 60.0, "reports": 1, "state": "good", "images": "i"}
    assert expected == traits(text, message(payload))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "events.yaml:1: the file: expected a list of definitions, there is an empty map"),
        ("[1]", "events.yaml:1: [0]: expected a map with the keys event_type, traits"),
        ("- traits: {}", "events.yaml:1: [0].event_type: expected a glob or a list of globs"),
        ("- event_type: x", "events.yaml:1: [0].traits: expected a map of traits"),
        ("- event_type: []\n  traits: {}", "events.yaml:1: [0].event_type: expected at least one glob"),
        ("- event_type: ['!']\n  traits: {}", "events.yaml:1: [0].event_type: expected a glob behind the '!'"),
        ("- event_type: x\n  trait: {}", "events.yaml:2: [0].trait: expected one of the keys event_type, traits"),
        ("- event_type: x\n  traits: []", "events.yaml:2: [0].traits: expected a map with the keys the traits' names"),
        ("- event_type: x\n  traits:\n    a: 'b c'", "events.yaml:3: [0].traits.a: path 'b c', sign 3"),
        ("- event_type: x\n  traits:\n    a: {type: int}", "events.yaml:3: [0].traits.a.fields: expected a path"),
        (
            "- event_type: x\n  traits:\n    a: {fields: b, type: long}",
            "traits.a.type: expected one of text, int, float",
        ),
        (
            "- event_type: x\n  traits:\n    a: {fields: b, typ: int}",
            "traits.a.typ: expected one of the keys fields, plu",
        ),
        (
            "- event_type: x\n  traits:\n    a: {fields: b, plugin: x}",
            "traits.a.plugin: expected one of split, bitfield",
        ),
    ],
)
def test_a_wrong_file_stops_the_start_with_its_line_and_key(text: str, told: str) -> None:
    with pytest.raises(BadRequest) as caught:
        definitions(text)
    assert told in caught.value.message


OURS = definitions(TYPED.replace("payload.v", "payload.(a|b|size)"))
BUILTIN = builtin()


@settings(deadline=None)
@given(PAYLOADS, st.sampled_from([*TYPES, "identity.authenticate", "port.create.end", "x"]), st.booleans())
def test_no_payload_makes_it_fail_or_disturbs_its_neighbours(payload: Any, event_type: str, ours: bool) -> None:
    made = OURS if ours else BUILTIN
    good = message({"size": 1}, "volume.exists")
    alone = [shown_event(each) for each in made.events_of([good])]
    found = [shown_event(each) for each in made.events_of([good, message(payload, event_type), good])]
    assert 3 == len(found)
    assert alone + alone == [found[0], found[2]]
