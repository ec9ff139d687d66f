# SPDX-License-Identifier: Apache-2.0
"""The thread that decides alarms: those that are due, all together; what is to be told of it goes into the outbox."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nephoscope.alarm.asking import Asking
from nephoscope.alarm.composites import composite_transition
from nephoscope.alarm.counting import Counting
from nephoscope.alarm.course import Course
from nephoscope.alarm.courses import Courses
from nephoscope.alarm.notes import Quiet, never_quiet, notes_of
from nephoscope.alarm.readings import Judges, Readings, Wanted, read, scoped_of
from nephoscope.alarm.sharing import GROUP, SLOTS, Share
from nephoscope.alarm.targets import Scoped
from nephoscope.alarm.thresholds import Looked
from nephoscope.alarm.time_constraints import closed_until_ns
from nephoscope.alarm.transitions import UNKNOWN, transition
from nephoscope.alarm.verdicts import ALARM, OK, Verdict
from nephoscope.alarm.watching import Watching
from nephoscope.model.alarm import Alarm, State, Transition
from nephoscope.model.alarm_rule import (
    Composite,
    LoadBalancerHealth,
    MetricsThreshold,
    PrometheusThreshold,
    ResourcesThreshold,
    ResourceThreshold,
    step_ns,
)
from nephoscope.model.timespan import SECOND_NS
from nephoscope.observe import registry
from nephoscope.repeating import Repeating
from nephoscope.store.index.alarm_contract import Cycle, Decided, Watched
from nephoscope.store.index.contract import Index

log = logging.getLogger("nephoscope.alarm")

AT_ONCE = 20_000
KEPT_AT_ONCE = 2000
TICK_S = 1.0
TELL_NS = 10 * SECOND_NS
# Who holds it does what only one has to do.
FIRST_SLOT = 0
CODES: dict[str, int] = {"ok": OK, "alarm": ALARM}

registry.describe("nephoscope_alarms_decided_total", "counter", "Decisions about alarms, whatever came of them.")
registry.describe("nephoscope_alarm_transitions_total", "counter", "Changes of alarms' states, by the new state.")
registry.describe("nephoscope_alarm_errors_total", "counter", "Decisions that could not be made.")


@dataclass(frozen=True)
class EvaluationSettings:
    """
    How often alarms are decided, s; a new bucket is waited for so long after the one before has closed.

    `lag_s` makes windows reach further back, for measures that come late.
    """

    interval_s: float = 60.0
    settle_s: float = 1.0
    lag_s: float = 0.0


@dataclass
class Outcome:
    """
    What a round of decisions is to change: transitions, reasons of what stays unknown, errors by alarm.

    `failed` are those that could not be decided, be their errors new or not.
    """

    transitions: list[tuple[Watched, Transition]] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    courses: Sequence[tuple[Watched, Course]] = ()

    def add(self, watched: Watched, verdict: Verdict, at_ns: int) -> None:
        """What a verdict makes of an alarm with one rule."""
        alarm = watched.alarm
        if (found := transition(alarm, verdict, at_ns)) is not None:
            self.transitions.append((watched, found))
        elif verdict.state == UNKNOWN and verdict.reason != alarm.state_reason:
            self.reasons[alarm.id] = verdict.reason

    def entered(self) -> dict[str, State]:
        """The states that alarms go into, or are told of once more, by id."""
        found = {watched.alarm.id: each.current for watched, each in self.transitions}
        return found | {watched.alarm.id: each.transition.current for watched, each in self.courses}

    def add_courses(self, found: Sequence[tuple[Watched, Course]]) -> None:
        """What becomes of alarms that remember their instances."""
        self.courses = found
        for watched, each in found:
            alarm = watched.alarm
            if each.transition.current == alarm.state == UNKNOWN and each.reason != alarm.state_reason:
                self.reasons[alarm.id] = each.reason
            self.note_error(alarm, each.error)

    def note_error(self, alarm: Alarm, error: str) -> None:
        """An alarm that could not be decided says so until it can be again, which "" is for."""
        if alarm.error != error:
            self.errors[alarm.id] = error
        if error:
            self.failed.add(alarm.id)


class Evaluator:
    """
    Decides the alarms in the slots that this process holds.

    Alarms are due once a bucket of their granularity, when it has closed, and at least once an interval. `decided` is
    called after decisions with notifications were kept; `closed_until_ns` tells until when an alarm's time constraints
    do not allow it. What is `quiet` is decided and not told. Rules that ask a Prometheus see all that it has. One
    evaluator is asked, now and then, to `forget`.

    With `asking`, what only others know is asked in the background, and an alarm that needs it is decided in the first
    cycle in which all of its answers are there; until then it is not due again. Without, each cycle waits for it.
    """

    def __init__(
        self,
        index: Index,
        judges: Judges,
        share: Share,
        settings: EvaluationSettings,
        *,
        asking: Asking | None = None,
        forget: Callable[[], None] = lambda: None,
        decided: Callable[[], None] = lambda: None,
        closed_until_ns: Callable[[Alarm, int], int] = closed_until_ns,
        quiet: Quiet = never_quiet,
        counting: Counting | None = None,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._index = index
        self._judges = judges
        self._share = share
        self._settings = settings
        self._asking = asking
        self._forget = forget
        self._decided = decided
        self._closed_until_ns = closed_until_ns
        self._quiet = quiet
        self._counting = counting
        self._wall_ns = wall_ns
        self._watching = Watching(index.alarms)
        self._courses = Courses(index.alarms, quiet)
        # The step in which each alarm was decided last, and how it was defined then.
        self._done: dict[str, tuple[int, int]] = {}
        # Until when alarms are outside of their times, and how they were defined then: cron lines are slow to ask.
        self._closed: dict[str, tuple[int, int]] = {}
        self._told_ns = -TELL_NS
        # When those that could not be decided are due again, be their next step a day away.
        self._again_ns: dict[str, int] = {}
        # When alarms that have to be asked about were decided last, as far as nobody was told yet.
        self._decided_ns: dict[str, int] = {}
        self._cycling = Repeating(
            "alarm evaluator",
            self._timed_cycle,
            self._until_tick_s,
            log=log,
            waits="alarms are not decided now",
            failed=lambda: registry.count("nephoscope_alarm_errors_total"),
        )

    def start(self) -> None:
        """Begin, in the background."""
        self._share.start()
        self._cycling.start()

    def stop(self) -> None:
        """Finish the decisions under way, wait for nobody's answer, and leave the rest to others at once."""
        self._cycling.stop()
        if self._asking is not None:
            self._asking.close()
        self._share.stop()

    def cycle(self) -> int:
        """Decide what is due now; gives how many alarms that was."""
        self._watching.refresh()
        now_ns = self._wall_ns()
        held = self._share.slots()
        due = self._due(held, now_ns)
        if self._asking is None:
            found = self._decide_all(due, self._judges, held, now_ns)
        else:
            found = self._decide_and_ask(self._asking, due, held, now_ns)
        if not self._cycling.is_stopping:
            self._note_cycle(held, now_ns)
        if FIRST_SLOT in held:
            self._forget()
        return found

    def _decide_and_ask(self, asking: Asking, due: Sequence[Watched], held: Mapping[int, int], now_ns: int) -> int:
        """Decide what is due and asks nobody, and what has been asked about; gives how many."""
        at_once = asking.begin(due, now_ns)
        found = self._decide_all(at_once, self._judges, held, now_ns)
        # Those asked about come last: many answers are there by then.
        answered, judges = asking.take()
        there = [watched for each in answered if (watched := self._watching.get(each)) is not None]
        found += self._decide_all(there, judges, held, now_ns)
        self._decided_ns |= {each.alarm.id: now_ns for each in (*there, *(at_once if asking.elsewhere else ()))}
        return found

    def _decide_all(self, due: Sequence[Watched], judges: Judges, held: Mapping[int, int], now_ns: int) -> int:
        """Decide alarms by these judges, and keep what becomes of them; gives how many, fewer when it is to stop."""
        for start in range(0, len(due), AT_ONCE):
            if self._cycling.is_stopping:
                return start
            part = due[start : start + AT_ONCE]
            try:
                outcome = self._decide(part, judges, held, now_ns)
                self._keep(outcome, held)
                for each in part if self._again_ns else ():
                    self._again_ns.pop(each.alarm.id, None)
                self._fail(outcome.failed, now_ns)
            except Exception:
                # What was not kept is due in the next cycle, be its next step a day away.
                for each in due[start:]:
                    self._done.pop(each.alarm.id, None)
                raise
            if self._counting is not None:
                self._counting.add((each.alarm for each in part), outcome.entered())
            registry.count("nephoscope_alarms_decided_total", len(part))
        return len(due)

    def _fail(self, ids: Collection[str], now_ns: int) -> None:
        """Try again in an interval what could not be decided."""
        if ids:
            registry.count("nephoscope_alarm_errors_total", len(ids))
            self._again_ns |= dict.fromkeys(ids, now_ns + self._interval_ns)

    def _note_cycle(self, held: Mapping[int, int], now_ns: int) -> None:
        """Let others know that alarms are decided, now and then."""
        if not held or now_ns < self._told_ns + TELL_NS:
            return
        self._index.alarms.note_decided(self._decided_ns)
        self._decided_ns = {}
        # With metrics elsewhere each alarm is noted by itself: a cycle would say that all about metrics are decided.
        if self._asking is None or not self._asking.elsewhere:
            cycle = Cycle(
                at_ns=now_ns,
                interval_ns=self._interval_ns,
                settle_ns=int(self._settings.settle_s * SECOND_NS),
                slots=SLOTS,
            )
            self._index.alarms.note_cycle(cycle, held.keys())
        self._told_ns = now_ns

    @property
    def _interval_ns(self) -> int:
        return int(self._settings.interval_s * SECOND_NS)

    def _until_tick_s(self) -> float:
        """Buckets end with seconds: none waits for its decision longer than it has to."""
        settled_s = self._wall_ns() / SECOND_NS - self._settings.settle_s
        return TICK_S - settled_s % TICK_S

    def _timed_cycle(self) -> None:
        with registry.timed("nephoscope_alarm_cycle"):
            self.cycle()

    def _due(self, held: Mapping[int, int], now_ns: int) -> list[Watched]:
        for again in [alarm_id for alarm_id, at_ns in self._again_ns.items() if now_ns >= at_ns]:
            del self._again_ns[again]
            self._done.pop(again, None)
        interval_ns = self._interval_ns
        settled_ns = now_ns - int(self._settings.settle_s * SECOND_NS)
        due: list[Watched] = []
        done: dict[str, tuple[int, int]] = {}
        closed: dict[str, tuple[int, int]] = {}
        for watched in self._watching.polled(held):
            alarm = watched.alarm
            now = (settled_ns // step_ns(alarm.rule, interval_ns), alarm.timestamp_ns)
            if self._done.get(alarm.id) != now:
                if alarm.time_constraints and (until := self._outside(alarm, now_ns)) is not None:
                    closed[alarm.id] = until
                    continue
                if self._asking is not None and self._asking.is_waiting(alarm):
                    done[alarm.id] = self._done.get(alarm.id, now)
                    continue
                due.append(watched)
            done[alarm.id] = now
        self._done, self._closed = done, closed
        self._courses.forget_all_but(done.keys())
        if self._asking is not None:
            self._asking.forget_all_but(done.keys())
        if self._counting is not None:
            self._counting.forget_all_but(self._watching)
        return due

    def _outside(self, alarm: Alarm, now_ns: int) -> tuple[int, int] | None:
        """Until when an alarm is outside of its times, and how it is defined; None where it is within."""
        known = self._closed.get(alarm.id)
        if known is not None and known[1] == alarm.timestamp_ns and now_ns < known[0]:
            return known
        until_ns = self._closed_until_ns(alarm, now_ns)
        return (until_ns, alarm.timestamp_ns) if until_ns else None

    def _decide(self, due: Sequence[Watched], judges: Judges, held: Mapping[int, int], now_ns: int) -> Outcome:
        plain: dict[Scoped, list[Watched]] = defaultdict(list)
        composite: list[tuple[Watched, Composite]] = []
        other: list[Watched] = []
        remembering: list[Watched] = []
        wanted = Wanted()
        for watched in due:
            alarm = watched.alarm
            if alarm.keeps_instances:
                remembering.append(watched)
                wanted.add(alarm)
                continue
            match alarm.rule:
                case ResourceThreshold() | MetricsThreshold() | ResourcesThreshold() as rule:
                    plain[scoped_of(alarm, rule)].append(watched)
                case Composite() as rule:
                    composite.append((watched, rule))
                    wanted.add_leaves(alarm, rule.leaves())
                case _:
                    other.append(watched)
                    wanted.add(alarm)
        wanted.thresholds.update(plain)
        readings = read(judges, wanted, now_ns)
        outcome = Outcome()
        _add_plain(plain, readings, outcome, now_ns)
        for watched in other:
            asked = watched.alarm.rule
            assert isinstance(asked, PrometheusThreshold | LoadBalancerHealth)
            outcome.add(watched, readings.verdict(watched.alarm, asked), now_ns)
            outcome.note_error(watched.alarm, "")
        for watched, rule in composite:
            _add_composite(watched, rule, readings, outcome, now_ns)
            outcome.note_error(watched.alarm, "")
        _note_errors(plain, readings.looked, outcome)
        outcome.add_courses(self._courses.decide(remembering, readings, held, now_ns))
        return outcome

    def _keep(self, outcome: Outcome, held: Mapping[int, int]) -> None:
        alarms = self._index.alarms
        for start in range(0, len(outcome.transitions), KEPT_AT_ONCE):
            part = outcome.transitions[start : start + KEPT_AT_ONCE]
            decided = [_decided(watched, found, held[watched.slot], self._quiet) for watched, found in part]
            taken = alarms.decide(decided, GROUP, self._share.holder)
            _count(part, taken)
            # The first are on their way while the others are kept.
            if any(yes and each.notes for yes, each in zip(taken, decided, strict=True)):
                self._decided()
        told = False
        for watched, found, yes in self._courses.keep(outcome.courses, held, GROUP, self._share.holder):
            told = told or (yes and bool(found.told))
            _count([(watched, each) for each in (found.moved or [found.transition])], [yes] * (len(found.moved) or 1))
        if outcome.reasons:
            alarms.note_reasons(outcome.reasons)
        if outcome.errors:
            alarms.note_errors(outcome.errors)
        if told:
            self._decided()


def _add_plain(plain: Mapping[Scoped, list[Watched]], readings: Readings, outcome: Outcome, now_ns: int) -> None:
    looked = readings.looked
    for group in looked.groups:
        for scoped, code in zip(group.rules, group.judged.states().tolist(), strict=True):
            for watched in plain.get(scoped, ()):
                # Most stay as they are: nothing is made of those.
                if watched.alarm.repeat_actions or CODES.get(watched.alarm.state) != code:
                    outcome.add(watched, readings.judge.verdict(looked, scoped), now_ns)
    for scoped in (*looked.missing, *looked.failed):
        for watched in plain.get(scoped, ()):
            outcome.add(watched, readings.judge.verdict(looked, scoped), now_ns)


def _add_composite(watched: Watched, rule: Composite, readings: Readings, outcome: Outcome, now_ns: int) -> None:
    alarm = watched.alarm
    found = composite_transition(alarm, rule, lambda leaf: readings.verdict(alarm, leaf), now_ns)
    if found is not None:
        outcome.transitions.append((watched, found))


def _note_errors(plain: Mapping[Scoped, list[Watched]], looked: Looked, outcome: Outcome) -> None:
    for scoped, listed in plain.items():
        error = looked.failed.get(scoped, "")
        for each in listed:
            # Mostly there is none, and was none.
            if error or each.alarm.error:
                outcome.note_error(each.alarm, error)


def _decided(watched: Watched, found: Transition, fencing: int, quiet: Quiet) -> Decided:
    notes = notes_of(watched.alarm, found, str(found.at_ns), quiet)
    return Decided(transition=found, revision=watched.revision, slot=watched.slot, fencing=fencing, notes=notes)


def _count(part: Iterable[tuple[Watched, Transition]], taken: Iterable[bool]) -> None:
    for (_, found), yes in zip(part, taken, strict=True):
        if yes and found.previous != found.current:
            registry.count("nephoscope_alarm_transitions_total", state=found.current)
