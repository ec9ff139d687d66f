# SPDX-License-Identifier: Apache-2.0
"""Alarms that remember more than a state: decided with what the index keeps of their instances, and kept together."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nephoscope.alarm.composites import composed
from nephoscope.alarm.course import NOBODY, Course, course, of_composite
from nephoscope.alarm.notes import Quiet, never_quiet, notes_of
from nephoscope.alarm.readings import Readings
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_instance import Instance, Labels
from nephoscope.model.alarm_rule import Composite
from nephoscope.store.index.alarm_contract import Alarms, Decided, Watched

ROWS_AT_ONCE = 20_000
ALARMS_AT_ONCE = 2000


@dataclass
class _Kept:
    """The instances of an alarm as the index has them, as long as it is of this revision and in our hands."""

    revision: int
    fencing: int
    instances: Mapping[Labels, Instance]


class Courses:
    """
    Decides alarms by their instances, which it reads out of the index once and then knows.

    Nobody else changes instances of an alarm but with its revision, or in a slot that is ours no more.
    """

    def __init__(self, alarms: Alarms, quiet: Quiet = never_quiet) -> None:
        self._alarms = alarms
        self._quiet = quiet
        self._kept: dict[str, _Kept] = {}

    def decide(
        self, due: Sequence[Watched], readings: Readings, held: Mapping[int, int], now_ns: int
    ) -> list[tuple[Watched, Course]]:
        """What becomes of alarms by what was read."""
        self._load(due, held)
        return [(watched, self._course(watched.alarm, readings, now_ns)) for watched in due]

    def keep(
        self, decided: Sequence[tuple[Watched, Course]], held: Mapping[int, int], group: str, holder: str
    ) -> Iterator[tuple[Watched, Course, bool]]:
        """Keep what has changed, all of an alarm or nothing; gives whether each was taken."""
        for part in _parts([each for each in decided if not each[1].is_nothing]):
            listed = [decision(watched, found, held[watched.slot], self._quiet) for watched, found in part]
            # What cannot be kept is not known any more either.
            before = {watched.alarm.id: self._kept.pop(watched.alarm.id, None) for watched, _ in part}
            taken = self._alarms.decide(listed, group, holder)
            for (watched, found), each, yes in zip(part, listed, taken, strict=True):
                if yes and before[watched.alarm.id] is not None:
                    moves = each.transition.previous != each.transition.current
                    self._kept[watched.alarm.id] = _Kept(watched.revision + moves, each.fencing, found.instances)
                yield watched, found, yes

    def forget_all_but(self, ids: Collection[str]) -> None:
        """Know nothing of others than these any more."""
        for gone in [alarm_id for alarm_id in self._kept if alarm_id not in ids]:
            del self._kept[gone]

    def _load(self, due: Sequence[Watched], held: Mapping[int, int]) -> None:
        unknown = [each for each in due if not self._knows(each, held)]
        if not unknown:
            return
        found: dict[str, dict[Labels, Instance]] = {each.alarm.id: {} for each in unknown}
        for instance in self._alarms.instances_of(found):
            found[instance.alarm_id][instance.labels] = instance
        for each in unknown:
            self._kept[each.alarm.id] = _Kept(each.revision, held[each.slot], found[each.alarm.id])

    def _knows(self, watched: Watched, held: Mapping[int, int]) -> bool:
        kept = self._kept.get(watched.alarm.id)
        return kept is not None and (kept.revision, kept.fencing) == (watched.revision, held[watched.slot])

    def _course(self, alarm: Alarm, readings: Readings, now_ns: int) -> Course:
        kept = self._kept[alarm.id].instances
        rule = alarm.rule
        if not isinstance(rule, Composite):
            return course(alarm, kept, readings.of(alarm), now_ns)
        current = kept[NOBODY].state if NOBODY in kept else alarm.state
        found = composed(rule, lambda leaf: readings.verdict(alarm, leaf), current)
        seen, words = of_composite(found, current)
        return course(alarm, kept, seen, now_ns, words)


def decision(watched: Watched, found: Course, fencing: int, quiet: Quiet) -> Decided:
    """A decision to be kept, with a notification for each transition that somebody is to be told of."""
    mark = str(found.transition.at_ns)
    return Decided(
        transition=found.transition,
        revision=watched.revision,
        slot=watched.slot,
        fencing=fencing,
        notes=[note for told in found.told for note in notes_of(watched.alarm, told, mark, quiet)],
        instances=found.changed,
        gone=found.gone,
        moved=found.moved,
    )


def _parts(decided: Sequence[tuple[Watched, Course]]) -> Iterator[list[tuple[Watched, Course]]]:
    """Alarms together whose rows one transaction can well hold."""
    part: list[tuple[Watched, Course]] = []
    rows = 0
    for each in decided:
        rows += len(each[1].changed) + len(each[1].gone) + len(each[1].moved)
        if part and (rows > ROWS_AT_ONCE or len(part) >= ALARMS_AT_ONCE):
            yield part
            part, rows = [], 0
        part.append(each)
    if part:
        yield part
