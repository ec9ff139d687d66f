# SPDX-License-Identifier: Apache-2.0
"""
When a group is told of what: a function of what fires, what was told last, and the time.

    new          an alarm of the group that fires and was not told, or was held back since
    over         one that was told and fires no more
    held back    silenced or inhibited: neither; what is over while it is held back is told when it is not any more

    group that was never told    due `group_wait_s` after the first of its alarms began to fire
    something new or over        due `group_interval_s` after it was told last
    all the same                 due `repeat_interval_s` after it was told last, as long as something fires
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from nephoscope.act.route.alerts import Alert
from nephoscope.model.mute_timing import MINUTES_OF_DAY
from nephoscope.model.route_group import GroupMemory, Told
from nephoscope.model.routing import BY_ALL, Way
from nephoscope.model.timespan import DAY_NS, SECOND_NS

MINUTE_NS = DAY_NS // MINUTES_OF_DAY

Held = Callable[[Mapping[str, str], str], bool]
"""Whether something of these labels, with this fingerprint, is silenced or inhibited."""


@dataclass(frozen=True)
class Step:
    """
    What is to be done about a group now: `firing` and `over` are told, where there are any; `after` is remembered,
    None for nothing. `changed` says whether that is different. At `wake_ns` it is to be looked at again, None for not
    before something changes.
    """

    after: GroupMemory | None
    changed: bool = False
    firing: Sequence[Alert] = ()
    over: Mapping[str, Told] = field(default_factory=dict)
    wake_ns: int | None = None


def group_labels(way: Way, labels: Mapping[str, str]) -> dict[str, str]:
    """What the alarms of a group have in common by its route's wish; labels that are not there are left out."""
    if way.group_by == (BY_ALL,):
        return dict(labels)
    return {name: labels[name] for name in way.group_by if name in labels}


def group_key(project_id: str, way: Way, labels: Mapping[str, str], ordinal: int = 0) -> str:
    """
    What names a group for as long as the matchers that lead to it, its contact point and its labels are the same.

    `ordinal` tells routes apart that are alike in these.
    """
    chain = [[str(each) for each in part] for part in way.chain]
    told = [project_id, chain, way.contact_point, ordinal, sorted(labels.items())]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]


def step(
    empty: GroupMemory,
    memory: GroupMemory | None,
    alerts: Mapping[str, Alert],
    way: Way,
    held: Held,
    *,
    muted: bool,
    tells_over: bool,
    now_ns: int,
) -> Step:
    """
    What is due of a group, by fingerprint, whose memory is None when it was never told; `empty` is the one it gets.

    `tells_over` is whether the contact point wants to know what is over.
    """
    told = memory.told if memory is not None else {}
    firing = {mark: each for mark, each in alerts.items() if not held(each.labels, mark)}
    marked = {
        mark: replace(each, held=True)
        for mark, each in told.items()
        if mark in alerts and mark not in firing and not each.held
    }
    over = {mark: each for mark, each in told.items() if mark not in alerts and not held(each.labels, mark)}
    due_ns = _due_ns(memory, firing, over, way)
    known = memory and replace(memory, told={**told, **marked})
    if muted:
        wake_ns = None if due_ns is None else max(due_ns, (now_ns // MINUTE_NS + 1) * MINUTE_NS)
        return Step(known, changed=bool(marked), wake_ns=wake_ns)
    if due_ns is None or due_ns > now_ns:
        return Step(known, changed=bool(marked), wake_ns=due_ns)
    staying = {mark: each for mark, each in (known or empty).told.items() if mark not in over and mark not in firing}
    if not (over and tells_over) and not _is_told(memory, firing, way, now_ns):
        # Nobody wants to know what is over; so it is only forgotten.
        kept = {mark: told[mark] for mark in firing if mark in told}
        after = replace(memory or empty, told={**kept, **staying})
        following = _due_ns(after, firing, {}, way)
        return Step(after if after.told else None, changed=True, wake_ns=following)
    after = replace(
        memory or empty,
        told={**{mark: each.told() for mark, each in firing.items()}, **staying},
        told_ns=now_ns,
        times=(memory or empty).times + 1,
    )
    return Step(
        after if after.told else None,
        changed=True,
        firing=sorted(firing.values(), key=lambda each: (each.since_ns, each.fingerprint)),
        over=over if tells_over else {},
        wake_ns=_due_ns(after, firing, {}, way),
    )


def _is_told(memory: GroupMemory | None, firing: Mapping[str, Alert], way: Way, now_ns: int) -> bool:
    """Whether what fires is a reason to tell: something is new, or it is time to repeat it."""
    if memory is None or any(_is_new(memory.told.get(mark)) for mark in firing):
        return True
    return bool(firing) and now_ns >= memory.told_ns + _ns(way.repeat_interval_s)


def _due_ns(memory: GroupMemory | None, firing: Mapping[str, Alert], over: Mapping[str, Told], way: Way) -> int | None:
    if memory is None:
        first_ns = min((each.since_ns for each in firing.values()), default=None)
        return None if first_ns is None else first_ns + _ns(way.group_wait_s)
    if over or any(_is_new(memory.told.get(mark)) for mark in firing):
        return memory.told_ns + _ns(way.group_interval_s)
    return memory.told_ns + _ns(way.repeat_interval_s) if firing else None


def _is_new(told: Told | None) -> bool:
    return told is None or told.held


def _ns(seconds: float) -> int:
    return int(seconds * SECOND_NS)
