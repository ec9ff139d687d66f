# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Samples of notifications: definitions of several files, samples that agents sent, and whatever payloads may be."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope import observe
from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest
from nephoscope.model.reserved import Reserved
from nephoscope.model.sample_json import encode
from nephoscope.model.signature import signature
from nephoscope.receive.notifications.message import Message
from nephoscope.receive.notifications.meters import MeterDefinitions, builtin, read
from tests.model.test_path import JSON
from tests.receive.notifications.recorded import NOW_NS, message

THING = """
  - name: {name}
    event_type: 'thing\\.'
    type: {type}
    unit: {unit}
    volume: {volume}
    resource_id: $.payload.id
    timestamp: $.payload.at
"""


def things(*names: str, **changes: str) -> str:
    """A file with a definition of things under each name."""
    keys = {"type": "gauge", "unit": "GiB", "volume": "$.payload.size"} | changes
    return "metric:" + "".join(THING.format(name=name, **keys) for name in names)


def one_file(text: str) -> MeterDefinitions:
    return read([("meters.yaml", text)])


def shown(definitions: MeterDefinitions, messages: Sequence[Message]) -> list[dict[str, Any]]:
    return list(encode(definitions.samples_of(messages, NOW_NS)))


def dropped(cause: str) -> float:
    return observe.registry.value("nephoscope_dropped_total", station="notifications", cause=cause)


GOOD = message({"id": "r-1", "size": 3})


def test_a_sample_has_the_message_s_time_unless_the_definition_finds_another() -> None:
    definitions = one_file(things("a"))
    assert "2026-03-02T09:15:30.123456+00:00" == shown(definitions, [GOOD])[0]["timestamp"]
    timed = message({"id": "r-1", "size": 3, "at": "2026-03-02 01:00:00"})
    assert "2026-03-02T01:00:00+00:00" == shown(definitions, [timed])[0]["timestamp"]
    blank = message({"id": "r-1", "size": 3, "at": ""})
    assert "2026-03-02T09:15:30.123456+00:00" == shown(definitions, [blank])[0]["timestamp"]


@pytest.mark.parametrize(
    ("size", "volume"), [(3, 3.0), (2.5, 2.5), ("7", 7.0), ("1e3", 1000.0), (True, 1.0), (10**18, 1e18)]
)
def test_numbers_pass_also_those_that_are_texts(size: object, volume: float) -> None:
    assert [volume] == one_file(things("a")).samples_of([message({"id": "r", "size": size})], NOW_NS).volume.tolist()


def test_constants_are_volumes_too() -> None:
    assert [1.0] == one_file(things("a", volume="1")).samples_of([message({"id": "r"})], NOW_NS).volume.tolist()


@pytest.mark.parametrize(
    ("payload", "cause"),
    [
        ({"id": "r"}, "volume is no number"),
        ({"id": "r", "size": None}, "volume is no number"),
        ({"id": "r", "size": "big"}, "volume is no number"),
        ({"id": "r", "size": "nan"}, "volume is no number"),
        ({"id": "r", "size": [1]}, "volume is no number"),
        ({"id": "r", "size": 10**400}, "volume is no number"),
        ({"size": 1}, "no resource id"),
        ({"id": "", "size": 1}, "no resource id"),
        ({"id": {"a": 1}, "size": 1}, "no resource id"),
        ({"id": "r", "size": 1, "at": "soon"}, "time that cannot be read"),
        ({"id": "r", "size": 1, "at": {}}, "time that cannot be read"),
    ],
)
def test_a_sample_that_lacks_something_is_counted_and_the_others_go_on(payload: dict[str, Any], cause: str) -> None:
    definitions = one_file(things("a"))
    bad = message(payload)
    before = dropped(cause)
    assert ["r-1", "r-1"] == definitions.samples_of([GOOD, bad, GOOD], NOW_NS).resource_id.tolist()
    assert before + 1 == dropped(cause)


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"name": "$.payload.nowhere"}, "no meter name"),
        ({"name": "a", "type": "$.payload.id"}, "type that is none"),
    ],
)
def test_a_computed_name_or_type_has_to_be_one(changes: dict[str, str], cause: str) -> None:
    definitions = one_file(things(changes.pop("name"), **changes))
    before = dropped(cause)
    assert 0 == len(definitions.samples_of([GOOD], NOW_NS))
    assert before + 1 == dropped(cause)


def test_one_definition_that_fails_leaves_the_others(caplog: pytest.LogCaptureFixture) -> None:
    bad = THING.format(
        name="b", type="gauge", unit="GiB", volume="{fields: [payload.id, payload.id], plugin: timedelta}"
    )
    definitions = one_file(things("a") + bad + THING.format(name="c", type="gauge", unit="GiB", volume="1"))
    before = dropped("definition that does not go with the message")
    assert ["a", "c", "a", "c"] == definitions.samples_of([GOOD, GOOD], NOW_NS).name.tolist()
    assert before + 2 == dropped("definition that does not go with the message")
    (told,) = caplog.messages
    assert told.startswith("meters.yaml:10: metric[1]: nothing made of message m-1: definition that does not go")


def test_fields_of_different_lengths_make_nothing_and_are_counted() -> None:
    definitions = one_file(things("$.payload.names[*]") + "    lookup: [name, volume]\n")
    before = dropped("fields of different lengths")
    found = definitions.samples_of([message({"id": "r", "names": ["a", "b"], "size": 1}), GOOD], NOW_NS)
    assert 0 == len(found)
    assert before + 1 == dropped("fields of different lengths")


def test_the_last_of_a_name_in_a_file_counts_and_the_first_file_of_several() -> None:
    first, second = things("a", unit="x") + THING.format(name="a", type="gauge", unit="y", volume="1"), things("a", "b")
    found = read([("1.yaml", first), ("2.yaml", second)]).samples_of([GOOD], NOW_NS)
    assert [("a", "y"), ("b", "GiB")] == list(zip(found.name.tolist(), found.unit.tolist(), strict=True))


def test_messages_of_priority_sample_are_made_samples_of_too() -> None:
    assert 1 == len(one_file(things("a")).samples_of([message({"id": "r", "size": 1}, priority="SAMPLE")], NOW_NS))


def test_other_priorities_make_no_samples() -> None:
    definitions = one_file(things("a"))
    others = [message({"id": "r", "size": 1}, priority=each) for each in ("ERROR", "WARN", "AUDIT", "DEBUG")]
    assert 0 == len(definitions.samples_of(others, NOW_NS))


def test_an_empty_file_defines_nothing() -> None:
    assert 0 == len(read([("meters.yaml", "")]).samples_of([GOOD], NOW_NS))
    assert 0 == len(read([]).samples_of([GOOD], NOW_NS))


def test_reserved_metadata_are_those_of_the_settings() -> None:
    text = things("a") + "    user_metadata: $.payload.m\n"
    definitions = read([("meters.yaml", text)], reserved=Reserved(("bill.",)))
    found = definitions.samples_of([message({"id": "r", "size": 1, "m": {"bill.a": 1, "metering.b": 2}})], NOW_NS)
    assert [{"user_metadata": {"a": 1}}] == found.metadata.tolist()


def test_without_paths_for_them_user_and_project_are_not_known() -> None:
    """Not even where the context has them: so were the recorded results."""
    found = one_file(things("a")).samples_of([message({"id": "r", "size": 1}, _context_user_id="u")], NOW_NS)
    assert ([None], [None]) == (found.user_id.tolist(), found.project_id.tolist())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", "meters.yaml:1: the file: expected a map with the keys metric"),
        ("{}", "meters.yaml:1: metric: expected a list of definitions"),
        ("metrics: []", "meters.yaml:1: metrics: expected the key metric"),
        ("metric: {}", "meters.yaml:1: metric: expected a list of definitions"),
        ("metric: [1]", "meters.yaml:1: metric[0]: expected a map with the keys event_type"),
        (things("a", type="rate"), "meters.yaml:4: metric[0].type: expected one of gauge, delta, cumulative"),
        (things("a", "b", volume="$.x["), "meters.yaml:6: metric[0].volume: path '$.x[', sign 5"),
        ("metric: [", "meters.yaml:1: not YAML"),
    ],
)
def test_a_wrong_file_stops_the_start_with_its_line_and_key(text: str, told: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read([("good.yaml", things("z")), ("meters.yaml", text)])
    assert told in caught.value.message


SENT = {
    "counter_name": "cpu",
    "counter_type": "cumulative",
    "counter_unit": "ns",
    "counter_volume": 5,
    "user_id": "u",
    "project_id": "p",
    "resource_id": "vm-1",
    "timestamp": "2026-03-02T09:16:00.100200",
    "resource_metadata": {"tags": ["a", {"b": "c"}], "name": "é"},
    "message_id": "s-1",
    "monotonic_time": 1.5,
}


def polled(*sent: Any, **more: Any) -> Message:
    return message({"samples": list(sent)}, "telemetry.polling", "SAMPLE", **more)


def signed(secret: str, **changes: Any) -> dict[str, Any]:
    return SENT | {"message_signature": signature(SENT, secret)} | changes


def test_samples_on_the_bus_are_taken_as_they_are() -> None:
    found = builtin().samples_of([polled(SENT), message([SENT], "metering", "SAMPLE")], NOW_NS)
    assert (["cpu", "cpu"], [5.0, 5.0], [1.5, 1.5]) == (
        found.name.tolist(),
        found.volume.tolist(),
        found.monotonic_s.tolist(),
    )
    assert [timestamp.parse("2026-03-02T09:16:00.100200", 0)] * 2 == found.time_ns.tolist()
    assert [SENT["resource_metadata"]] * 2 == found.metadata.tolist()


def test_older_agents_sent_samples_as_information() -> None:
    found = builtin().samples_of([message({"samples": [SENT]}, "telemetry.polling", "INFO")], NOW_NS)
    assert ["cpu"] == found.name.tolist()


@pytest.mark.parametrize(
    ("bad", "cause"),
    [
        ({"counter_volume": None}, "volume is no number"),
        ({"counter_name": 7}, "sample that cannot be read"),
        ({"timestamp": "soon"}, "sample that cannot be read"),
        ({"resource_metadata": 3}, "sample that cannot be read"),
    ],
)
def test_one_bad_sample_of_a_list_goes_alone(bad: dict[str, Any], cause: str) -> None:
    before = dropped(cause)
    found = builtin().samples_of([polled(SENT, SENT | bad, SENT | {"resource_id": "vm-2"})], NOW_NS)
    assert ["vm-1", "vm-2"] == found.resource_id.tolist()
    assert before + 1 == dropped(cause)


def test_what_is_no_sample_at_all_is_counted() -> None:
    before, lists = dropped("sample that cannot be read"), dropped("samples that are no list")
    messages = [polled(SENT, None, [1]), message({"sample": []}, "telemetry.polling", "SAMPLE")]
    assert 1 == len(builtin().samples_of(messages, NOW_NS))
    assert (before + 2, lists + 1) == (dropped("sample that cannot be read"), dropped("samples that are no list"))


def test_with_a_secret_only_signed_samples_are_believed() -> None:
    definitions = builtin(telemetry_secret="s3cret")
    before = dropped("wrong signature")
    good, forged = signed("s3cret"), signed("s3cret", counter_volume=6)
    sent = [good, forged, signed("other"), SENT, SENT | {"message_signature": 5}, good]
    assert [5.0, 5.0] == definitions.samples_of([polled(*sent)], NOW_NS).volume.tolist()
    assert before + 4 == dropped("wrong signature")


def test_a_secret_does_not_show() -> None:
    assert "s3cret" not in repr(builtin(telemetry_secret="s3cret"))


EVERYTHING = """
metric:
  - name: $.payload.measurements[*].name
    event_type: '.*'
    type: $.payload.type
    unit: $.payload.measurements[*].unit
    volume: $.payload.measurements[*].value
    resource_id: $.payload.host + '_' + $.payload.name
    lookup: [name, unit, volume]
  - name: "'x.' + $.payload.name"
    event_type: [a, '.']
    type: delta
    unit: payload.unit
    volume: {fields: [payload.created_at, payload.value], plugin: timedelta}
    resource_id: {fields: [payload.host, payload.key], plugin: {name: split, parameters: {segment: 1}}}
    user_id: {fields: payload.b, plugin: {name: map, parameters: {values: {x: y}, case_sensitive: false}}}
    project_id: {fields: payload.*, plugin: {name: bitfield, parameters: {flags: [{path: payload.a, bit: 3}]}}}
    timestamp: payload.timestamp
    metadata: {a: payload.metrics, b: 'payload.a.`len`', c: 'payload.b * payload.a'}
    user_metadata: payload.metadata
"""
OURS = one_file(EVERYTHING + THING.format(name="good", type="gauge", unit="GiB", volume="$.payload.size"))
BUILTIN = builtin(telemetry_secret="s")
TYPES = ["compute.instance.exists", "compute.metrics.update", "objectstore.http.request", "telemetry.polling"]
MORE_KEYS = st.sampled_from(
    ["measurements", "samples", "metadata", "image_meta", "size", "unit", "type", "created_at", "launched_at", "id"]
)
PAYLOADS = JSON | st.dictionaries(MORE_KEYS, JSON, max_size=6) | st.fixed_dictionaries({"samples": st.lists(JSON)})


@settings(max_examples=300, deadline=None)
@given(
    PAYLOADS,
    st.sampled_from([*TYPES, "volume.create.end", "x"]),
    st.sampled_from(["info", "sample", "error"]),
    st.booleans(),
)
def test_no_payload_makes_it_fail_or_disturbs_its_neighbours(
    payload: Any, event_type: str, priority: str, ours: bool
) -> None:
    definitions = OURS if ours else BUILTIN
    size = message({"size": 100, "volume_id": "v", "id": "v"}, "thing.new" if ours else "volume.exists")
    noise = message(payload, event_type, priority)
    alone = shown(definitions, [size])
    both = shown(definitions, [size, noise, size])
    assert 2 == len([each for each in both if each in alone])
