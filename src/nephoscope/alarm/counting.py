# SPDX-License-Identifier: Apache-2.0
"""How often decisions gave each state, by alarm: since this process began, of the alarms that it decides."""

import threading
from collections.abc import Container, Iterable, Mapping

from nephoscope.model.alarm import Alarm, Evaluated, State


class Counting:
    """Counts decisions; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_alarm: dict[str, Evaluated] = {}

    def add(self, decided: Iterable[Alarm], entered: Mapping[str, State]) -> None:
        """Count alarms that were decided; those that are not `entered`, by id, stay in their state."""
        with self._lock:
            for alarm in decided:
                counted = self._by_alarm.get(alarm.id)
                if counted is None or counted.project_id != alarm.project_id:
                    counted = self._by_alarm[alarm.id] = Evaluated(alarm.id, alarm.project_id, {})
                state = entered.get(alarm.id, alarm.state)
                counted.states[state] = counted.states.get(state, 0) + 1

    def forget_all_but(self, ids: Container[str]) -> None:
        """Forget alarms that are gone."""
        with self._lock:
            for gone in [alarm_id for alarm_id in self._by_alarm if alarm_id not in ids]:
                del self._by_alarm[gone]

    def of(self, project_id: str | None) -> list[Evaluated]:
        """The counts of a project's alarms, or of all."""
        with self._lock:
            found = [each for each in self._by_alarm.values() if project_id in (None, each.project_id)]
            return [Evaluated(each.alarm_id, each.project_id, dict(each.states)) for each in found]
