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

from typing import Annotated, Literal

import msgspec

from nephoscope.model.alarm import Alarm, State
from nephoscope.model.alarm_instance import Labels

Operator = Literal["=", "!=", "=~", "!~"]
LabelName = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]

MATCHERS_MAX = 20
OF_EVERY_ALARM = ("name", "alertname", "alarm_id", "type", "severity", "project_id", "state")


class Matcher(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A comparison of one label: equal, different, or a regular expression (RE2) that the whole value is, or is not."""

    label: LabelName
    op: Operator = "="
    value: Annotated[str, msgspec.Meta(max_length=255)]

    def __str__(self) -> str:
        return f"{self.label}{self.op}{msgspec.json.encode(self.value).decode()}"


Matchers = Annotated[tuple[Matcher, ...], msgspec.Meta(max_length=MATCHERS_MAX)]


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
