# SPDX-License-Identifier: Apache-2.0
"""Alarms that wait for events: decided as events are taken in, before their sender is answered."""

import json
import operator
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from nephoscope.alarm.notes import Quiet, never_quiet, notes_of
from nephoscope.alarm.sharing import GROUP
from nephoscope.alarm.time_constraints import may_decide
from nephoscope.alarm.watching import Watching
from nephoscope.model import timestamp
from nephoscope.model.alarm import Alarm, Transition
from nephoscope.model.alarm_rule import EventCondition, EventRule
from nephoscope.model.comparison import Comparison
from nephoscope.model.errors import IndexUnavailable
from nephoscope.model.event import TRAIT_NUMBERS, Trait
from nephoscope.model.kept_event import KeptEvent
from nephoscope.query.event_conditions import CONVERT
from nephoscope.query.event_search import TRAITS
from nephoscope.store.index.alarm_contract import Alarms, Decided, Watched

# How long a new alarm may have to wait for its first event.
REFRESH_S = 1.0
# Alarms change seldom, and one that events hit changes once by that.
ROUNDS = 5

Hit = tuple[str, KeptEvent]

_COMPARE: Mapping[Comparison, Callable[[Any, Any], Any]] = {
    "lt": operator.lt,
    "le": operator.le,
    "eq": operator.eq,
    "ne": operator.ne,
    "ge": operator.ge,
    "gt": operator.gt,
}


class EventAlarms:
    """
    Fires the alarms that events hit; safe from any thread.

    An alarm only ever goes to alarm by an event, and fires again only where its actions are to be repeated. The same
    event sent again notifies nobody again.
    """

    def __init__(
        self,
        alarms: Alarms,
        *,
        decided: Callable[[], None] = lambda: None,
        may_decide: Callable[[Alarm, int], bool] = may_decide,
        quiet: Quiet = never_quiet,
        monotonic: Callable[[], float] = time.monotonic,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._alarms = alarms
        self._decided = decided
        self._may_decide = may_decide
        self._quiet = quiet
        self._monotonic = monotonic
        self._wall_ns = wall_ns
        self._lock = threading.Lock()
        self._watching = Watching(alarms)
        self._fresh_until = float("-inf")
        self._by_project: dict[str, dict[str, Watched]] = {}

    def note(self, events: Sequence[KeptEvent]) -> None:
        """Decide what these events hit. IndexUnavailable where that cannot be kept: they are to be sent again then."""
        with self._lock:
            if self._monotonic() >= self._fresh_until:
                self._refresh()
            now_ns = self._wall_ns()
            pending = [
                (watched.alarm.id, event)
                for event in events
                for watched in self._by_project.get(event.project_id, {}).values()
                if self._hits(watched.alarm, event, now_ns)
            ]
            for _ in range(ROUNDS):
                if not pending:
                    return
                pending = self._fire(pending, now_ns)
        raise IndexUnavailable("alarms that events hit keep changing; send the events again")

    def _refresh(self) -> None:
        self._watching.refresh()
        by_project: dict[str, dict[str, Watched]] = defaultdict(dict)
        for watched in self._watching.of_events():
            by_project[watched.alarm.project_id][watched.alarm.id] = watched
        self._by_project = dict(by_project)
        self._fresh_until = self._monotonic() + REFRESH_S

    def _fire(self, pending: Sequence[Hit], now_ns: int) -> list[Hit]:
        """Keep what can be decided now; gives what is left, of alarms that have become others in the meantime."""
        decided: list[Decided] = []
        hits: list[Hit] = []
        later: list[Hit] = []
        entering: set[str] = set()
        for alarm_id, event in pending:
            watched = self._by_project.get(event.project_id, {}).get(alarm_id)
            if watched is None or not self._hits(watched.alarm, event, now_ns):
                continue
            if alarm_id in entering:
                later.append((alarm_id, event))
                continue
            if watched.alarm.state != "alarm":
                entering.add(alarm_id)
            decided.append(_decided(watched, event, now_ns, self._quiet))
            hits.append((alarm_id, event))
        taken = self._alarms.decide(decided, GROUP, "") if decided else []
        if any(taken):
            self._decided()
        self._refresh()
        return later + [hit for hit, yes in zip(hits, taken, strict=True) if not yes]

    def _hits(self, alarm: Alarm, event: KeptEvent, now_ns: int) -> bool:
        rule = alarm.rule
        assert isinstance(rule, EventRule)
        if alarm.state == "alarm" and not alarm.repeat_actions:
            return False
        return (
            fnmatchcase(event.type, rule.event_type)
            and all(holds(condition, event) for condition in rule.query)
            and self._may_decide(alarm, now_ns)
        )


def holds(condition: EventCondition, event: KeptEvent) -> bool:
    """Whether an event fulfils a condition; what is not there equals nothing, and is not less or more than anything."""
    wanted: object = condition.value
    if condition.field.startswith(TRAITS):
        name = condition.field.removeprefix(TRAITS)
        wanted = CONVERT[condition.type](condition.value)
        found: object = next((each.value for each in event.traits if each.name == name), None)
    else:
        found = event_body(event)
        for part in condition.field.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    comparable = found is not None and isinstance(found, str) == isinstance(wanted, str)
    if condition.op in ("eq", "ne"):
        return (comparable and found == wanted) == (condition.op == "eq")
    return comparable and bool(_COMPARE[condition.op](found, wanted))


def event_body(event: KeptEvent) -> dict[str, Any]:
    """An event as its receivers know it; traits are [name, number of the type, value]."""
    return {
        "message_id": event.id,
        "event_type": event.type,
        "generated": timestamp.render(event.time_ns),
        "traits": [[each.name, TRAIT_NUMBERS[each.type], _shown(each)] for each in event.traits],
        "raw": msgspec.json.decode(event.raw) if event.raw else {},
    }


def _shown(trait: Trait) -> str | int | float:
    return timestamp.render(int(trait.value)) if trait.type == "datetime" else trait.value


def _decided(watched: Watched, event: KeptEvent, now_ns: int, quiet: Quiet) -> Decided:
    alarm = watched.alarm
    assert isinstance(alarm.rule, EventRule)
    conditions = [msgspec.to_builtins(each) for each in alarm.rule.query]
    query = json.dumps(conditions, sort_keys=True)
    found = Transition(
        alarm_id=alarm.id,
        previous=alarm.state,
        current="alarm",
        reason=f"Event <id={event.id},event_type={event.type}> hits the query <query={query}>.",
        reason_data={"type": "event", "event": event_body(event)},
        at_ns=now_ns,
    )
    return Decided(
        transition=found,
        revision=watched.revision,
        slot=None,
        fencing=0,
        notes=notes_of(alarm, found, event.id, quiet),
        recorded=alarm.repeat_actions,
    )
