# SPDX-License-Identifier: Apache-2.0
"""
What silences, routes and inhibitions choose alarms by: comparisons with labels, all of which must hold.

The labels of an alarm are those that everybody's have, its own, and those of its instance:

    name, alertname   the alarm's name, under Prometheus's word as well
    alarm_id          its id
    type, severity    as in the alarm
    project_id        whose it is
    state             the state that it is in, or that it enters where that is told

What an alarm or an instance calls like one of these is known as `label_NAME`, so that nobody poses as another. A label
that is not there is as one that is empty.
"""

import re
from typing import Annotated, Literal

import msgspec

from nephoscope.model.alarm import Alarm, State
from nephoscope.model.alarm_instance import Labels
from nephoscope.model.errors import BadRequest

Operator = Literal["=", "!=", "=~", "!~"]
LabelName = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]

MATCHERS_MAX = 20
_WRITTEN = re.compile(r"(?P<label>[^=!~]+)(?P<op>=~|!~|!=|=)(?P<value>.*)", re.DOTALL)
OF_EVERY_ALARM = ("name", "alertname", "alarm_id", "type", "severity", "project_id", "state")


class Matcher(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A comparison of one label: equal, different, or a regular expression (RE2) that the whole value is, or is not."""

    label: LabelName
    op: Operator = "="
    value: Annotated[str, msgspec.Meta(max_length=255)]

    def __str__(self) -> str:
        return f"{self.label}{self.op}{msgspec.json.encode(self.value).decode()}"


Matchers = Annotated[tuple[Matcher, ...], msgspec.Meta(max_length=MATCHERS_MAX)]


def parse(text: str) -> Matcher:
    """
    A matcher as people write it, its value in quotes or not. BadRequest for what is none.

    >>> parse("rack=~r1[0-9]") == parse('rack =~ "r1[0-9]"'), parse('team!=""').value
    (True, '')
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise BadRequest(f"{text!r}: expected a label, one of = != =~ !~, and a value, such as team=db")
    label, op, value = found["label"].strip(), found["op"], found["value"].strip()
    try:
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = msgspec.json.decode(value, type=str)
        return msgspec.convert({"label": label, "op": op, "value": value}, Matcher)
    except msgspec.MsgspecError as error:
        raise BadRequest(f"{text!r}: {error}") from None


def labels_of(alarm: Alarm, instance: Labels, state: State) -> dict[str, str]:
    """All labels of an instance of an alarm, in the order of their names."""
    own = {
        "name": alarm.name,
        "alertname": alarm.name,
        "alarm_id": alarm.id,
        "type": alarm.type,
        "severity": alarm.severity,
        "project_id": alarm.project_id,
        "state": state,
    }
    added = {f"label_{name}" if name in own else name: value for name, value in (*alarm.labels, *instance)}
    return dict(sorted((added | own).items()))
