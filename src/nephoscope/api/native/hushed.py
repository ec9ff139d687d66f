# SPDX-License-Identifier: Apache-2.0
"""Which alarms nobody is told of now, for the lists and pages that mark them."""

import time
from collections.abc import Sequence

from nephoscope.act.route.matching import Fitting
from nephoscope.api.native.route_scope import FOR_ALL
from nephoscope.model import timestamp
from nephoscope.model.alarm import Alarm
from nephoscope.model.matcher import labels_of
from nephoscope.model.paging import Page
from nephoscope.model.search import Compare, all_of
from nephoscope.model.silence import Silence
from nephoscope.store.index.contract import Index

MILLISECOND_NS = 1_000_000
READ_AT_ONCE = 1000


class Hushed:
    """
    The silences that hold now, ready to be held against many alarms.

    Those for all projects count for everybody's alarms. What fits some instances of an alarm alone does not silence it.
    """

    def __init__(self, index: Index) -> None:
        self._silences = [(each, Fitting(each.matchers)) for each in _active(index, time.time_ns())]

    def __bool__(self) -> bool:
        return bool(self._silences)

    def until_ms(self, alarm: Alarm) -> int | None:
        """Until when an alarm is silenced, the latest that is known, ms; None for one that is not."""
        ends_ns = [
            each.ends_ns
            for each, fitting in self._silences
            if each.project_id in (FOR_ALL, alarm.project_id) and fitting.fits(labels_of(alarm, (), alarm.state))
        ]
        return max(ends_ns) // MILLISECOND_NS if ends_ns else None


def _active(index: Index, now_ns: int) -> Sequence[Silence]:
    now = timestamp.render(now_ns)
    search = all_of(Compare("gt", "ends", now), Compare("le", "starts", now))
    found: list[Silence] = []
    while True:
        part = index.silences.find(search, page=Page(READ_AT_ONCE, found[-1].id if found else None))
        found += part
        if len(part) < READ_AT_ONCE:
            return found
