# SPDX-License-Identifier: Apache-2.0
"""The alarms that there are, kept in memory and brought up to date by what changed since the last look."""

from collections.abc import Iterable, Iterator

from nephoscope.alarm.sharing import SLOTS
from nephoscope.model.alarm_rule import EventRule
from nephoscope.store.index.alarm_contract import Alarms, Watched


class Watching:
    """All enabled alarms; `refresh` costs one small query where nothing has changed."""

    def __init__(self, alarms: Alarms) -> None:
        self._alarms = alarms
        self._version = 0
        self._by_id: dict[str, Watched] = {}

    def refresh(self) -> None:
        """Take in what changed."""
        found = self._alarms.watchlist(self._version, SLOTS)
        if found.whole:
            self._by_id.clear()
        for each in found.gone:
            self._by_id.pop(each, None)
        for watched in found.changed:
            self._by_id[watched.alarm.id] = watched
        self._version = found.version

    def get(self, alarm_id: str) -> Watched | None:
        """An alarm; None where it is gone or switched off."""
        return self._by_id.get(alarm_id)

    def __contains__(self, alarm_id: object) -> bool:
        return alarm_id in self._by_id

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Watched]:
        return iter(self._by_id.values())

    def polled(self, slots: Iterable[int]) -> Iterator[Watched]:
        """Those in the slots that are decided by looking, again and again; events come by themselves."""
        mine = set(slots)
        return (each for each in self if each.slot in mine and not isinstance(each.alarm.rule, EventRule))

    def of_events(self) -> Iterator[Watched]:
        """Those that wait for events."""
        return (each for each in self if isinstance(each.alarm.rule, EventRule))
