# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Attributes of bodies: what is converted, what is refused, and in which words."""

from typing import Any

import pytest

from nephoscope.model.alarm import Alarm
from nephoscope.store.index.contract import Index
from tests.api.aodh.callers import Asker, event_alarm, fault_of, group_alarm, threshold_alarm

ABOUT_DATA = "Invalid input for field/attribute data. Value: '{'name'"
PROMETHEUS = {"type": "prometheus", "query": "up", "threshold": 1}


def created(ann: Asker, index: Index, body: dict[str, Any]) -> Alarm:
    return index.alarms.get(ann.done("POST", "/alarms", body)["alarm_id"])


@pytest.mark.parametrize(
    ("rule", "attribute", "expected"),
    [
        ({"threshold": "80.5"}, "threshold", 80.5),
        ({"threshold": True}, "threshold", 1.0),
        ({"granularity": "300"}, "granularity", 300),
        ({"granularity": 300.9}, "granularity", 300),
        ({"evaluation_periods": "7"}, "evaluation_periods", 7),
        ({"evaluation_periods": 100}, "evaluation_periods", 100),
        ({"granularity": 31_536_000}, "granularity", 31_536_000),
        # What Heat sends for properties that a template leaves out.
        ({"granularity": None}, "granularity", 60),
        ({"evaluation_periods": None}, "evaluation_periods", 1),
        ({"comparison_operator": None}, "comparison_operator", "eq"),
        ({"aggregation_method": None}, "aggregation_method", "mean"),
        ({"aggregation_method": "rate:95pct"}, "aggregation_method", "rate:95pct"),
    ],
)
def test_values_are_converted_and_null_is_the_default(
    ann: Asker, index: Index, rule: dict[str, Any], attribute: str, expected: object
) -> None:
    assert expected == getattr(created(ann, index, threshold_alarm(rule)).rule, attribute)


@pytest.mark.parametrize(
    ("written", "expected"),
    [(True, True), (0, False), ("t", True), ("yes", True), ("on", True), ("0", False), ("off", False), (None, True)],
)
def test_booleans_are_read_in_words_too(ann: Asker, index: Index, written: object, expected: bool) -> None:
    assert expected == created(ann, index, event_alarm(enabled=written)).enabled


NULLS = ("description", "enabled", "repeat_actions", "severity", "state", "time_constraints", "project_id", "user_id")


@pytest.mark.parametrize("name", NULLS)
def test_null_is_as_if_it_were_not_there(ann: Asker, name: str) -> None:
    plain = ann.makes()
    assert plain[name] == ann.makes(**{name: None})[name]


def test_null_actions_stay_null(ann: Asker, index: Index) -> None:
    made = ann.makes(ok_actions=None, alarm_actions=["http://a/b"])
    assert (None, ["http://a/b"], []) == tuple(
        made[f"{state}_actions"] for state in ("ok", "alarm", "insufficient_data")
    )
    assert () == index.alarms.get(made["alarm_id"]).actions_on("ok")


MISSING = "Mandatory field missing."
FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"type": "event", "event_rule": {}}, f"Invalid input for field/attribute name. Value: 'None'. {MISSING}"),
    (event_alarm(name=None), f"Invalid input for field/attribute name. Value: 'None'. {MISSING}"),
    (
        event_alarm(name=5),
        "field/attribute name. Value: '5'. Wrong type. Expected '<class 'str'>', got '<class 'int'>'",
    ),
    ({"name": "n", "event_rule": {}}, f"Invalid input for field/attribute type. Value: 'None'. {MISSING}"),
    (
        event_alarm(type="threshold"),
        "Invalid input for field/attribute type. Value: 'threshold'. Value should be one of",
    ),
    (event_alarm(type=["event"]), "Invalid input for field/attribute type. Value: '['event']'. Value should be one of"),
    (event_alarm(colour="red", size=1), "Unknown attributes for argument data: colour, size"),
    (event_alarm(event_rule={"color": 1}), "Unknown attribute for argument data.event_rule: color"),
    (
        event_alarm(event_rule=[]),
        f"{ABOUT_DATA}: 'tried', 'type': 'event', 'event_rule': []}}'. Value not a valid dict",
    ),
    (event_alarm(event_rule=None), "event_rule must be set for event type alarm"),
    (event_alarm(enabled="maybe"), "Value not an unambiguous boolean: maybe"),
    (event_alarm(enabled=[]), "Value not an unambiguous boolean: []"),
    (event_alarm(ok_actions="http://a"), "Value not a valid list: http://a"),
    (event_alarm(ok_actions=[1]), "field/attribute ok_actions. Value: '[1]'. Wrong type. Expected '<class 'str'>'"),
    (event_alarm(severity="urgent"), "severity. Value: 'urgent'. Value should be one of: low, moderate, critical"),
    (event_alarm(state="unknown"), "state. Value: 'unknown'. Value should be one of: ok, alarm, insufficient data"),
    (threshold_alarm({"threshold": "hot"}), "could not convert string to float: 'hot'"),
    (threshold_alarm({"threshold": []}), "float() argument must be"),
    (threshold_alarm({"threshold": "nan"}), "threshold. Value: 'nan'. Value should be a finite number"),
    (threshold_alarm({"threshold": None}), f"field/attribute threshold. Value: 'None'. {MISSING}"),
    (threshold_alarm({"granularity": "5m"}), "invalid literal for int() with base 10: '5m'"),
    (threshold_alarm({"granularity": 0}), "granularity. Value: '0'. Value should be greater or equal to 1"),
    (threshold_alarm({"granularity": 31_536_001}), "Value should be lower or equal to 31536000"),
    (threshold_alarm({"evaluation_periods": "101"}), "Value: '101'. Value should be lower or equal to 100"),
    (threshold_alarm({"comparison_operator": "=="}), "Value should be one of: lt, le, eq, ne, ge, gt"),
    (threshold_alarm({"aggregation_method": "median-ish"}), "not median-ish"),
    (group_alarm("{"), "Invalid input for field/attribute rule/query. Value: '{'. "),
]


@pytest.mark.parametrize(("body", "message"), FAULTS)
def test_what_is_wrong_is_said_as_clients_know_it(ann: Asker, index: Index, body: dict[str, Any], message: str) -> None:
    assert message in ann.refused(400, "POST", "/alarms", body)
    assert [] == index.alarms.find()


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (b"", 400, 'Missing argument: "data"'),
        (b"{", 400, "Request is not in valid JSON format"),
        (b"\xff", 400, "Request is not in valid JSON format"),
        (b"[]", 400, "Invalid input for field/attribute data. Value: '[]'. Value not a valid dict: []"),
        (b'"text"', 400, "Value not a valid dict: text"),
        (b"null", 400, "Value not a valid dict: None"),
        (b'{"name": "\\u0000"}', 400, "NUL characters"),
    ],
)
def test_bodies_that_are_no_alarm(ann: Asker, body: bytes, status: int, message: str) -> None:
    assert message in fault_of(ann.raw("POST", "/alarms", body), status)


def test_other_media_types_are_refused(ann: Asker) -> None:
    assert "Unknown mimetype: text/plain" == fault_of(ann.raw("POST", "/alarms", b"{}", "text/plain"), 415)
    form = ann.raw("POST", "/alarms", b"{}", "application/x-www-form-urlencoded")
    assert 'Missing argument: "data"' == fault_of(form, 400)


def test_long_values_are_cut_off_in_messages(ann: Asker) -> None:
    said = ann.refused(400, "POST", "/alarms", event_alarm(enabled="x" * 100_000))
    assert len(said) < 3000


CONDITION = {"field": "traits.size", "op": "gt", "type": "integer", "value": "5"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": "many"}, "Unable to convert the value many to the expected data type integer."),
        ({"type": "complex"}, "The data type complex is not supported. The supported data type list is: ['integer', "),
        (
            {"type": "datetime", "value": "2026-01-01"},
            "value must be one of ['', 'boolean', 'float', 'integer', 'string']",
        ),
        ({"type": "boolean", "value": "maybe"}, "Unable to convert the value maybe to the expected data type boolean."),
        ({"type": None}, "for dictionary value @ data['value']"),
        ({"op": "like"}, "value must be one of ['eq', 'ge', 'gt', 'le', 'lt', 'ne'] for dictionary value @ data['op']"),
        (
            {"field": "a b"},
            "does not match regular expression ^[a-zA-Z.',0-9_-]*$ for dictionary value @ data['field']",
        ),
        ({"field": "size\n"}, "does not match regular expression"),
        ({"value": 5}, "Invalid input for field/attribute value. Value: '5'. Wrong type. Expected '<class 'str'>'"),
        ({"colour": 1}, "Unknown attribute for argument data.event_rule.query: colour"),
    ],
)
def test_conditions_of_event_alarms(ann: Asker, changes: dict[str, Any], message: str) -> None:
    body = event_alarm(event_rule={"query": [{**CONDITION, **changes}]})
    assert message in ann.refused(400, "POST", "/alarms", body)


def test_an_event_alarm_with_nulls_waits_for_everything(ann: Asker) -> None:
    made = ann.makes(event_rule={"event_type": None, "query": None})
    assert {"event_type": "*", "query": []} == made["event_rule"]
    assert "Alarm when * event occurred." == made["description"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({}, "type must be set in every rule"),
        ([], "Invalid input composite rule: [], it should be a dict"),
        ({"or": {}}, "Invalid input composite rule: {'or': {}}, it should be a dict"),
        ({"or": ["up"]}, "Invalid input composite rule: up, it should be a dict"),
        ({"xor": []}, 'Threshold rules should be combined with "and" or "or"'),
        (PROMETHEUS, 'Threshold rules should be combined with "and" or "or"'),
        (
            {"or": [{"type": "event", "event_type": "*"}]},
            "Unsupported sub-rule type :event in composite rule, should be",
        ),
        ({"or": [{"type": ["prometheus"], "query": "up"}]}, "Unsupported sub-rule type :['prometheus']"),
        ({"or": [{**PROMETHEUS, "threshold": None}]}, f"threshold. Value: 'None'. {MISSING}"),
        (
            {"or": [{**PROMETHEUS, "granularity": 60}]},
            "Unknown attribute for argument data.composite_rule: granularity",
        ),
        ({"and": [PROMETHEUS] * 250}, "more than 250 rules in it"),
    ],
)
def test_composite_rules_that_cannot_be(ann: Asker, rule: object, message: str) -> None:
    body = {"name": "c", "type": "composite", "composite_rule": rule}
    assert message in ann.refused(400, "POST", "/alarms", body)


def test_composite_rules_may_be_empty_and_nested(ann: Asker) -> None:
    rule = {"and": [{"or": []}, {"or": [PROMETHEUS, {"and": [PROMETHEUS]}]}]}
    made = ann.done("POST", "/alarms", {"name": "c", "type": "composite", "composite_rule": rule})
    leaf = {"comparison_operator": "eq", "threshold": 1.0, "query": "up", "type": "prometheus"}
    assert {"and": [{"or": []}, {"or": [leaf, {"and": [leaf]}]}]} == made["composite_rule"]


CONSTRAINT = {"name": "n", "start": "0 1 * * *", "duration": 60}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start": "61 99 * * *"}, "start. Value: '61 99 * * *'. [61 99 * * *] is not acceptable, out of range"),
        ({"start": 5}, "field/attribute start. Value: '5'. Wrong type"),
        ({"duration": -1}, "duration. Value: '-1'. Value should be greater or equal to 0"),
        ({"duration": 2**31}, "Value should be lower or equal to 2147483647"),
        ({"duration": None}, MISSING),
        ({"timezone": "Mars/Crater"}, "Timezone Mars/Crater is not valid"),
        ({"timezone": "../../etc/passwd"}, "Timezone ../../etc/passwd is not valid"),
        ({"zone": ""}, "Unknown attribute for argument data.time_constraints: zone"),
    ],
)
def test_time_constraints_that_cannot_be(ann: Asker, changes: dict[str, Any], message: str) -> None:
    body = event_alarm(time_constraints=[{**CONSTRAINT, **changes}])
    assert message in ann.refused(400, "POST", "/alarms", body)


def test_time_constraints_describe_themselves(ann: Asker) -> None:
    (made,) = ann.makes(time_constraints=[{**CONSTRAINT, "duration": "60", "timezone": None}])["time_constraints"]
    described = {"description": "Time constraint at 0 1 * * * lasting for 60 seconds", "timezone": ""}
    assert {**CONSTRAINT, **described} == made


def test_the_checks_come_in_their_order(ann: Asker) -> None:
    """Each body has all faults but those that were named before."""
    twice = [CONSTRAINT, CONSTRAINT]
    prometheus = {"query": "up", "threshold": 1}
    body = threshold_alarm({"aggregation_method": "x"}, time_constraints=twice, alarm_actions=["ftp://a"])
    kind = "gnocchi_resources_threshold_rule"

    steps = [
        ({**body, kind: None, "prometheus_rule": prometheus}, f"{kind} must be set"),
        ({**body, "prometheus_rule": prometheus}, "cannot be set at the same time"),
        (body, "Unsupported action ftp://a"),
        ({**body, "alarm_actions": []}, "aggregation_method should be in"),
        ({**threshold_alarm(), "time_constraints": twice}, "Time constraint names must be unique"),
    ]
    for written, message in steps:
        assert message in ann.refused(400, "POST", "/alarms", written)
