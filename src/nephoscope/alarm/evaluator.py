# SPDX-License-Identifier: Apache-2.0
"""The thread that decides alarms: those that are due, all together; what is to be told of it goes into the outbox."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nephoscope.alarm.composites import composite_transition
from nephoscope.alarm.notes import notes_of
from nephoscope.alarm.prometheus import Prometheus
from nephoscope.alarm.sharing import GROUP, Share
from nephoscope.alarm.targets import Scoped
from nephoscope.alarm.thresholds import Judge, Looked
from nephoscope.alarm.time_constraints import may_decide
from nephoscope.alarm.transitions import UNKNOWN, transition
from nephoscope.alarm.verdicts import ALARM, OK, Verdict, unknown
from nephoscope.alarm.watching import Watching, step_ns
from nephoscope.model.alarm import Alarm, Transition
from nephoscope.model.alarm_rule import (
    Composite,
    Leaf,
    MetricsThreshold,
    PrometheusThreshold,
    ResourcesThreshold,
    ResourceThreshold,
    ThresholdRule,
)
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.timespan import SECOND_NS
from nephoscope.observe import registry
from nephoscope.store.index.alarm_contract import Decided, Watched
from nephoscope.store.index.contract import Index

log = logging.getLogger("nephoscope.alarm")

AT_ONCE = 20_000
KEPT_AT_ONCE = 2000
TICK_S = 1.0
# Who holds it does what only one has to do.
FIRST_SLOT = 0
NO_LOAD_BALANCER = unknown("datapoints are unknown: no load balancer service is asked", 0)
NO_PROMETHEUS = unknown("datapoints are unknown: no Prometheus is asked, set [alarm] prometheus_url", 0)
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
    """What a round of decisions is to change: transitions, reasons of what stays unknown, errors by alarm."""

    transitions: list[tuple[Watched, Transition]] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def add(self, watched: Watched, verdict: Verdict, at_ns: int) -> None:
        """What a verdict makes of an alarm with one rule."""
        alarm = watched.alarm
        if (found := transition(alarm, verdict, at_ns)) is not None:
            self.transitions.append((watched, found))
        elif verdict.state == UNKNOWN and verdict.reason != alarm.state_reason:
            self.reasons[alarm.id] = verdict.reason


class Evaluator:
    """
    Decides the alarms in the slots that this process holds.

    Alarms are due once a bucket of their granularity, when it has closed, and at least once an interval. `decided` is
    called after decisions with notifications were kept; `may_decide` tells whether an alarm's time constraints allow
    it now. Rules that ask a `prometheus` see all that it has. One evaluator is asked, now and then, to `forget`.
    """

    def __init__(
        self,
        index: Index,
        thresholds: Judge,
        share: Share,
        settings: EvaluationSettings,
        *,
        prometheus: Prometheus | None = None,
        forget: Callable[[], None] = lambda: None,
        decided: Callable[[], None] = lambda: None,
        may_decide: Callable[[Alarm, int], bool] = may_decide,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._index = index
        self._thresholds = thresholds
        self._share = share
        self._settings = settings
        self._prometheus = prometheus
        self._forget = forget
        self._decided = decided
        self._may_decide = may_decide
        self._wall_ns = wall_ns
        self._watching = Watching(index.alarms)
        # The step in which each alarm was decided last, and how it was defined then.
        self._done: dict[str, tuple[int, int]] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="alarm evaluator", daemon=True)

    def start(self) -> None:
        """Begin, in the background."""
        self._share.start()
        self._thread.start()

    def stop(self) -> None:
        """Finish the decisions under way, and leave the rest to others at once."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._share.stop()

    def cycle(self) -> int:
        """Decide what is due now; gives how many alarms that was."""
        self._watching.refresh()
        now_ns = self._wall_ns()
        held = self._share.slots()
        due = self._due(held, now_ns)
        for start in range(0, len(due), AT_ONCE):
            if self._stopping.is_set():
                break
            part = due[start : start + AT_ONCE]
            self._keep(self._decide(part, now_ns), held)
            registry.count("nephoscope_alarms_decided_total", len(part))
        if FIRST_SLOT in held:
            self._forget()
        return len(due)

    def _run(self) -> None:
        while not self._stopping.wait(TICK_S):
            try:
                with registry.timed("nephoscope_alarm_cycle"):
                    self.cycle()
            except NephoscopeError as error:
                registry.count("nephoscope_alarm_errors_total")
                log.warning("alarms are not decided now: %s", error)
            except Exception:
                registry.count("nephoscope_alarm_errors_total")
                log.exception("deciding alarms failed; it is tried again")

    def _due(self, held: Mapping[int, int], now_ns: int) -> list[Watched]:
        interval_ns = int(self._settings.interval_s * SECOND_NS)
        settled_ns = now_ns - int(self._settings.settle_s * SECOND_NS)
        due: list[Watched] = []
        done: dict[str, tuple[int, int]] = {}
        for watched in self._watching.polled(held):
            alarm = watched.alarm
            now = (settled_ns // step_ns(watched, interval_ns), alarm.timestamp_ns)
            if self._done.get(alarm.id) != now:
                if not self._may_decide(alarm, now_ns):
                    continue
                due.append(watched)
            done[alarm.id] = now
        self._done = done
        return due

    def _decide(self, due: Sequence[Watched], now_ns: int) -> Outcome:
        plain: dict[Scoped, list[Watched]] = defaultdict(list)
        composite: list[tuple[Watched, Composite]] = []
        outcome = Outcome()
        asked = self._asked_elsewhere(due)
        for watched in due:
            match watched.alarm.rule:
                case ResourceThreshold() | MetricsThreshold() | ResourcesThreshold() as rule:
                    plain[_scoped(watched.alarm, rule)].append(watched)
                case Composite() as rule:
                    composite.append((watched, rule))
                case PrometheusThreshold() as rule:
                    outcome.add(watched, asked[rule], now_ns)
                case _:
                    outcome.add(watched, NO_LOAD_BALANCER, now_ns)
        leaves = {
            _scoped(watched.alarm, leaf)
            for watched, rule in composite
            for leaf in rule.leaves()
            if not isinstance(leaf, PrometheusThreshold)
        }
        looked = self._thresholds.look(plain.keys() | leaves, now_ns)
        self._add_plain(plain, looked, outcome, now_ns)
        for watched, rule in composite:
            self._add_composite(watched, rule, looked, asked, outcome, now_ns)
        self._note_errors(plain, looked, outcome)
        return outcome

    def _asked_elsewhere(self, due: Sequence[Watched]) -> Mapping[PrometheusThreshold, Verdict]:
        """The verdicts of rules whose values a Prometheus knows."""
        rules: set[PrometheusThreshold] = set()
        for watched in due:
            match watched.alarm.rule:
                case PrometheusThreshold() as rule:
                    rules.add(rule)
                case Composite() as rule:
                    rules |= {leaf for leaf in rule.leaves() if isinstance(leaf, PrometheusThreshold)}
        if not rules:
            return {}
        if self._prometheus is None:
            return dict.fromkeys(rules, NO_PROMETHEUS)
        return self._prometheus.verdicts(rules)

    def _add_plain(self, plain: Mapping[Scoped, list[Watched]], looked: Looked, outcome: Outcome, now_ns: int) -> None:
        for group in looked.groups:
            for scoped, code in zip(group.rules, group.judged.states().tolist(), strict=True):
                for watched in plain.get(scoped, ()):
                    # Most stay as they are: nothing is made of those.
                    if watched.alarm.repeat_actions or CODES.get(watched.alarm.state) != code:
                        outcome.add(watched, self._thresholds.verdict(looked, scoped), now_ns)
        for scoped in (*looked.missing, *looked.failed):
            for watched in plain.get(scoped, ()):
                outcome.add(watched, self._thresholds.verdict(looked, scoped), now_ns)

    def _add_composite(
        self,
        watched: Watched,
        rule: Composite,
        looked: Looked,
        asked: Mapping[PrometheusThreshold, Verdict],
        outcome: Outcome,
        now_ns: int,
    ) -> None:
        def verdict_of(leaf: Leaf) -> Verdict:
            if isinstance(leaf, PrometheusThreshold):
                return asked[leaf]
            return self._thresholds.verdict(looked, _scoped(watched.alarm, leaf))

        found = composite_transition(watched.alarm, rule, verdict_of, now_ns)
        if found is not None:
            outcome.transitions.append((watched, found))

    def _note_errors(self, plain: Mapping[Scoped, list[Watched]], looked: Looked, outcome: Outcome) -> None:
        """An alarm that could not be decided says so until it can be again."""
        for scoped, listed in plain.items():
            error = looked.failed.get(scoped, "")
            outcome.errors |= {each.alarm.id: error for each in listed if each.alarm.error != error}
        if looked.failed:
            registry.count("nephoscope_alarm_errors_total", len(looked.failed))

    def _keep(self, outcome: Outcome, held: Mapping[int, int]) -> None:
        alarms = self._index.alarms
        told = False
        for start in range(0, len(outcome.transitions), KEPT_AT_ONCE):
            part = outcome.transitions[start : start + KEPT_AT_ONCE]
            decided = [_decided(watched, found, held[watched.slot]) for watched, found in part]
            taken = alarms.decide(decided, GROUP, self._share.holder)
            told = told or any(yes and each.notes for yes, each in zip(taken, decided, strict=True))
            _count(part, taken)
        if outcome.reasons:
            alarms.note_reasons(outcome.reasons)
        if outcome.errors:
            alarms.note_errors(outcome.errors)
        if told:
            self._decided()


def _scoped(alarm: Alarm, rule: ThresholdRule) -> Scoped:
    return Scoped(rule, None if alarm.sees_all else alarm.project_id)


def _decided(watched: Watched, found: Transition, fencing: int) -> Decided:
    notes = notes_of(watched.alarm, found, str(found.at_ns))
    return Decided(transition=found, revision=watched.revision, slot=watched.slot, fencing=fencing, notes=notes)


def _count(part: Iterable[tuple[Watched, Transition]], taken: Iterable[bool]) -> None:
    for (_, found), yes in zip(part, taken, strict=True):
        if yes and found.previous != found.current:
            registry.count("nephoscope_alarm_transitions_total", state=found.current)
