# SPDX-License-Identifier: Apache-2.0
"""
What receivers are told of a group: the fields of Alertmanager's webhooks, version 4, so that those who know them do.

`title` and `message` say it to people; beside an alert's `annotations`, which are texts, it has its `value`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from nephoscope.act.route.alerts import Alert
from nephoscope.model import timestamp
from nephoscope.model.route_group import GroupMemory, Told

ALERTS_MAX = 100
LINES_MAX = 20
VERSION = "4"
# What Alertmanager says of what has not ended.
NEVER = "0001-01-01T00:00:00Z"


def grouped(group: GroupMemory, firing: Sequence[Alert], over: Mapping[str, Told], now_ns: int) -> dict[str, Any]:
    """The body of a notification: first what fires, oldest first, then what is over."""
    alerts = [_firing(each) for each in firing] + [_over(mark, each, now_ns) for mark, each in sorted(over.items())]
    shown = alerts[:ALERTS_MAX]
    status = "firing" if firing else "resolved"
    return {
        "version": VERSION,
        "groupKey": group.key,
        "truncatedAlerts": len(alerts) - len(shown),
        "status": status,
        "receiver": group.contact_point,
        "groupLabels": group.labels,
        "commonLabels": _common([each["labels"] for each in alerts]),
        "commonAnnotations": _common([each["annotations"] for each in alerts]),
        "externalURL": "",
        "alerts": shown,
        "title": _title(group, len(firing), len(over)),
        "message": _message(alerts),
    }


def _firing(alert: Alert) -> dict[str, Any]:
    annotations = {"reason": alert.reason} | ({"description": alert.description} if alert.description else {})
    return _alert("firing", alert.labels, annotations, alert.since_ns, None, alert.fingerprint, alert.value)


def _over(mark: str, told: Told, now_ns: int) -> dict[str, Any]:
    return _alert("resolved", told.labels, {"reason": told.reason}, told.since_ns, now_ns, mark, told.value)


def _alert(
    status: str,
    labels: Mapping[str, str],
    annotations: dict[str, str],
    since_ns: int,
    ended_ns: int | None,
    mark: str,
    value: float | None,
) -> dict[str, Any]:
    return {
        "status": status,
        "labels": dict(labels),
        "annotations": annotations,
        "startsAt": timestamp.render(since_ns),
        "endsAt": NEVER if ended_ns is None else timestamp.render(ended_ns),
        "generatorURL": "",
        "fingerprint": mark,
        "value": value,
    }


def _common(listed: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """
    What all have alike.

    >>> _common([{"a": "1", "b": "2"}, {"a": "1", "b": "3"}])
    {'a': '1'}
    """
    if not listed:
        return {}
    first, *others = listed
    return {name: text for name, text in first.items() if all(each.get(name) == text for each in others)}


def _title(group: GroupMemory, firing: int, over: int) -> str:
    """
    One line.

    >>> group = GroupMemory(key="", project_id="", contact_point="", labels={"severity": "low"}, told={}, told_ns=0)
    >>> _title(group, 2, 1)
    '[FIRING:2, RESOLVED:1] severity=low'
    """
    counts = [f"{word}:{count}" for word, count in (("FIRING", firing), ("RESOLVED", over)) if count]
    return f"[{', '.join(counts)}] {' '.join(f'{name}={text}' for name, text in group.labels.items())}".strip()


def _message(alerts: Sequence[Mapping[str, Any]]) -> str:
    """A line for each alert, as many as people read."""
    lines = [
        f"{each['status']}: {each['labels'].get('name', '')} since {each['startsAt']}: {each['annotations']['reason']}"
        for each in alerts[:LINES_MAX]
    ]
    left = len(alerts) - len(lines)
    return "\n".join([*lines, *([f"and {left} more"] if left else [])])
