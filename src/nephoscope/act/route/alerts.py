# SPDX-License-Identifier: Apache-2.0
"""What fires: alarms and their instances, each with its labels and a fingerprint by which it is known again."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_instance import Instance
from nephoscope.model.matcher import labels_of
from nephoscope.model.route_group import Told


@dataclass(frozen=True, slots=True)
class Alert:
    """An alarm that fires, or one instance of it: since when, why, and with what value if there is one."""

    fingerprint: str
    alarm_id: str
    project_id: str
    labels: Mapping[str, str]
    since_ns: int
    reason: str
    value: float | None = None
    description: str = ""

    def told(self, *, held: bool = False) -> Told:
        """What is remembered of it once it is told."""
        return Told(
            alarm_id=self.alarm_id,
            labels=dict(self.labels),
            since_ns=self.since_ns,
            reason=self.reason,
            value=self.value,
            held=held,
        )


def alerts_of(alarm: Alarm, instances: Sequence[Instance]) -> list[Alert]:
    """What fires of an alarm that is in alarm: the instances that are so, or itself."""
    if not instances:
        return [
            _alert(alarm, Instance(alarm_id=alarm.id, since_ns=alarm.state_timestamp_ns, reason=alarm.state_reason))
        ]
    return [_alert(alarm, each) for each in instances]


def _alert(alarm: Alarm, instance: Instance) -> Alert:
    return Alert(
        fingerprint=fingerprint(alarm.id, instance),
        alarm_id=alarm.id,
        project_id=alarm.project_id,
        labels=labels_of(alarm, instance.labels, "alarm"),
        since_ns=instance.since_ns,
        reason=instance.reason or alarm.state_reason,
        value=instance.value,
        description=alarm.description,
    )


def fingerprint(alarm_id: str, instance: Instance) -> str:
    """Sixteen hexadecimal digits; the same as long as the alarm and its instance's labels are."""
    return hashlib.sha256(msgspec.json.encode([alarm_id, instance.labels])).hexdigest()[:16]
