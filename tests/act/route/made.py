# SPDX-License-Identifier: Apache-2.0
"""Alarms, rules and trees for tests of routing."""

from typing import Any

import msgspec

from nephoscope.act.route.rules import Rules
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_instance import Instance
from nephoscope.model.alarm_rule import ResourceThreshold
from nephoscope.model.matcher import Matcher
from nephoscope.model.mute_timing import MuteTiming
from nephoscope.model.routing import ContactPoint, Inhibition, Route, Tree
from nephoscope.model.silence import Silence
from nephoscope.store.index.route_contract import Firing, Kept
from tests.store.index.samples import SECOND, START_NS

CPU = ResourceThreshold(
    metric="cpu", resource_id="vm", resource_type="instance", threshold=80.0, aggregation_method="mean"
)
QUICK = {"group_wait_s": 10, "group_interval_s": 60, "repeat_interval_s": 600}


def matchers(*written: str) -> tuple[Matcher, ...]:
    """Matchers of texts such as `name=~a.*`."""
    found = []
    for text in written:
        for op in ("=~", "!~", "!=", "="):
            label, there, value = text.partition(op)
            if there:
                found.append(msgspec.convert({"label": label, "op": op, "value": value}, Matcher))
                break
    return tuple(found)


def route(*written: str, **fields: Any) -> dict[str, Any]:
    """A route as it is written, to the contact point ops."""
    plain = [msgspec.to_builtins(each) for each in matchers(*written)]
    return {"matchers": plain, "contact_point": "ops", **QUICK, **fields}


def tree(*routes: dict[str, Any], project_id: str = "blue", timings: Any = (), inhibitions: Any = ()) -> Tree:
    """A tree of routes as they are written."""
    return Tree(
        project_id=project_id,
        routes=tuple(msgspec.convert(each, Route) for each in routes),
        mute_timings=msgspec.convert(timings, tuple[MuteTiming, ...]),
        inhibitions=tuple(inhibitions),
    )


def inhibition(source: str, target: str, *equal: str) -> Inhibition:
    """One that holds targets back while a source fires that shares some labels."""
    return Inhibition(source=matchers(source), target=matchers(target), equal=equal)


def silence(*written: str, project_id: str = "blue", **times: int) -> Silence:
    """One that holds from `start` to `end`, seconds from the start of the test, an hour without these."""
    start_s, end_s = times.get("start", 0), times.get("end", 3600)
    return Silence(
        id=f"silence of {' '.join(written)}",
        project_id=project_id,
        matchers=matchers(*written),
        starts_ns=START_NS + start_s * SECOND,
        ends_ns=START_NS + end_s * SECOND,
    )


def rules(*trees: Tree, silences: Any = (), resolved: bool = True) -> Rules:
    """Trees in which every project has the contact points ops and db."""
    points = [
        ContactPoint(project_id=each.project_id, name=name, targets=(f"test:{name}",), resolved=resolved)
        for each in trees
        for name in ("ops", "db")
    ]
    return Rules(Kept(1, list(silences), list(trees), points))


def alarm(name: str, since_s: float = 0, **fields: Any) -> Alarm:
    """An alarm of blue that fires."""
    own: dict[str, Any] = {
        "id": name,
        "name": name,
        "description": "",
        "rule": CPU,
        "project_id": "blue",
        "user_id": "ann",
        "state": "alarm",
        "state_reason": f"{name} is high",
        "state_timestamp_ns": START_NS + int(since_s * SECOND),
    }
    return Alarm(**{**own, **fields, "labels": tuple(sorted(fields.get("labels", {}).items()))})


def instance(alarm_id: str, since_s: float = 0, **labels: str) -> Instance:
    """An instance of an alarm that fires."""
    return Instance(
        alarm_id=alarm_id,
        labels=tuple(sorted(labels.items())),
        state="alarm",
        since_ns=START_NS + int(since_s * SECOND),
        value=93.5,
        reason=f"{labels} are high",
    )


def firing(*alarms: Alarm, gone: Any = (), instances: Any = None, whole: bool = False) -> Firing:
    """What the index says of what fires."""
    return Firing(1, alarms, instances or {}, list(gone), whole)
