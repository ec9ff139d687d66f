# SPDX-License-Identifier: Apache-2.0
"""Events as a part of composite rules: whether such ones of the alarm's project were there lately."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nephoscope.alarm.verdicts import Verdict, unknown
from nephoscope.model import timestamp
from nephoscope.model.alarm import RETRIEVAL_FAILED
from nephoscope.model.alarm_rule import RecentEvents
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.event_counts import Recent, count_recent, past_of, together
from nephoscope.store.contract import Store

# What is played again is read one by one.
PAST_EVENTS_MAX = 100_000


@dataclass(frozen=True, slots=True)
class AskedEvents:
    """A rule, and the project whose events count: the alarm's own, also where the alarm sees everything else."""

    rule: RecentEvents
    project_id: str


class EventReading:
    """Looks at the events that are kept; safe from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def verdicts(self, wanted: Collection[AskedEvents], now_ns: int) -> Mapping[AskedEvents, Verdict]:
        """The verdict about each rule now; what one statement fails at does not keep the others from being known."""
        projects: dict[RecentEvents, set[str]] = defaultdict(set)
        for asked in wanted:
            projects[asked.rule].add(asked.project_id)
        found: dict[AskedEvents, Verdict] = {}
        for rules in together(projects):
            found |= self._verdicts({rule: projects[rule] for rule in rules}, now_ns)
        return found

    def past(
        self, rules: Collection[RecentEvents], project_id: str, at_ns: npt.NDArray[np.int64]
    ) -> Mapping[RecentEvents, Sequence[Recent]]:
        """
        What each rule saw at moments, in ascending order.

        Errors  BadRequest for more than PAST_EVENTS_MAX events in all; StoreUnavailable.
        """
        found: dict[RecentEvents, Sequence[Recent]] = {}
        left = PAST_EVENTS_MAX
        for rule in rules if len(at_ns) else ():
            past = past_of(self._store, rule, project_id, int(at_ns[0]), int(at_ns[-1]), left)
            left -= len(past.ids)
            found[rule] = past.within(at_ns, rule.within_s * SECOND_NS)
        return found

    def _verdicts(self, part: Mapping[RecentEvents, Collection[str]], now_ns: int) -> Mapping[AskedEvents, Verdict]:
        try:
            counted = count_recent(self._store, part, now_ns)
        except NephoscopeError as error:
            failed = unknown(RETRIEVAL_FAILED + error.message, 0)
            return {AskedEvents(rule, each): failed for rule, projects in part.items() for each in projects}
        return {AskedEvents(rule, each): verdict_about(rule, recent) for (rule, each), recent in counted.items()}


def verdict_about(rule: RecentEvents, recent: Recent) -> Verdict:
    """What the events of a rule say: alarm where there are any."""
    count = recent.events
    kind = f"event{'' if count == 1 else 's'} of type {rule.event_type} within {rule.within_s} s"
    about: dict[str, Any] = {"type": "event", "event_type": rule.event_type, "within_s": rule.within_s, "count": count}
    if not count:
        return Verdict("ok", "ok", noun=f"no {kind}", about={**about, "newest": None})
    when = timestamp.render(recent.newest_ns)
    noun = f"{count} {kind}, the newest {recent.newest_id} at {when}"
    newest = {"message_id": recent.newest_id, "generated": when}
    return Verdict("alarm", "alarm", count, count, noun=noun, about={**about, "newest": newest})
