# SPDX-License-Identifier: Apache-2.0
"""
What others know, asked in the background: who is slow to answer, or hangs, holds up only who waits for that answer.

    due ──▶ begin ──▶ desk "prometheus"  8 questions at a time ──┐
                      desk "sql"         2                       ├──▶ take: alarms all of whose answers are there
                      …                                          ┘

Questions have limits of time of their own, so each is answered, if only by why there is no answer.
"""

import logging
import threading
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from nephoscope.alarm.http_json import SIDE_BY_SIDE as REQUESTS_AT_ONCE
from nephoscope.alarm.instances import Asked, Instances
from nephoscope.alarm.readings import InstanceJudge, Judges, Wanted
from nephoscope.alarm.sql_rule import SIDE_BY_SIDE as STATEMENTS_AT_ONCE
from nephoscope.alarm.targets import Scoped
from nephoscope.alarm.thresholds import Judge, Looked
from nephoscope.alarm.verdicts import Verdict, unknown
from nephoscope.model.alarm import RETRIEVAL_FAILED, Alarm
from nephoscope.model.alarm_rule import LoadBalancerHealth, PrometheusThreshold, ThresholdRule, asks_others, leaves_of
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.series_rule import SqlRule
from nephoscope.observe import registry
from nephoscope.store.index.alarm_contract import Watched

log = logging.getLogger("nephoscope.alarm")

Rule = TypeVar("Rule")
# At which desk it is asked, and what: rules that ask the same are one question.
Question = tuple[str, Hashable]
AT_ONCE: Mapping[str, int] = {
    "prometheus": REQUESTS_AT_ONCE,
    "sql": STATEMENTS_AT_ONCE,
    "load balancers": REQUESTS_AT_ONCE,
    "thresholds": REQUESTS_AT_ONCE,
}


@dataclass
class Answers:
    """What others said of rules."""

    prometheus: dict[PrometheusThreshold, Verdict] = field(default_factory=dict)
    sql: dict[Asked, Instances] = field(default_factory=dict)
    load_balancers: dict[LoadBalancerHealth, Verdict] = field(default_factory=dict)
    thresholds: Looked = field(default_factory=Looked)

    def add(self, other: "Answers") -> None:
        """Take in what was said of other rules."""
        self.prometheus |= other.prometheus
        self.sql |= other.sql
        self.load_balancers |= other.load_balancers
        looked = other.thresholds
        self.thresholds.groups += looked.groups
        self.thresholds.places |= looked.places
        self.thresholds.missing |= looked.missing
        self.thresholds.failed |= looked.failed


@dataclass(frozen=True)
class _Waiting:
    """What an alarm waits for, as it was defined then."""

    timestamp_ns: int
    answers: Mapping[Question, Future[Answers]]


class Asking:
    """
    Asks about alarms whose rules only others can judge; for one thread, which never waits.

    With `elsewhere` the metrics of threshold rules are another service's as well. The judges are asked by several
    threads at once, but for the series of rules with instances, and for thresholds that are our own.
    """

    def __init__(self, judges: Judges, *, elsewhere: bool = False) -> None:
        self.elsewhere = elsewhere
        self._judges = judges
        self._desks = {name: _Desk(f"alarm {name}", threads) for name, threads in AT_ONCE.items()}
        self._waiting: dict[str, _Waiting] = {}
        registry.gauge("nephoscope_alarms_asked", "Alarms that wait for what others know.", self._count)

    def close(self) -> None:
        """Ask nobody any more; what is being asked is left to itself."""
        for desk in self._desks.values():
            desk.close()

    def is_waiting(self, alarm: Alarm) -> bool:
        """Whether an alarm, as it is defined, is being asked about."""
        waiting = self._waiting.get(alarm.id)
        return waiting is not None and waiting.timestamp_ns == alarm.timestamp_ns

    def begin(self, due: Sequence[Watched], now_ns: int) -> Sequence[Watched]:
        """
        Ask for all that these alarms want of others, what is the same of several once; gives those who want nothing.

        What was asked about them before does not count any more.
        """
        # One check of each, and nothing else: mostly there are a hundred thousand who want nothing.
        needed = [each for each in due if asks_others(each.alarm.rule) or (self.elsewhere and _is_about_metrics(each))]
        if self._waiting:
            for watched in due:
                self._waiting.pop(watched.alarm.id, None)
        if not needed:
            return due
        wanted: dict[Question, Wanted] = {}
        questions = {each.alarm.id: self._questions(each.alarm, wanted) for each in needed}
        asked = {each: self._submit(each[0], about, now_ns) for each, about in wanted.items()}
        for watched in needed:
            alarm = watched.alarm
            answers = {each: asked[each] for each in questions[alarm.id]}
            self._waiting[alarm.id] = _Waiting(alarm.timestamp_ns, answers)
        return [each for each in due if each.alarm.id not in questions]

    def take(self) -> tuple[list[str], Judges]:
        """The ids of alarms all of whose answers are there, each once, and who judges by these."""
        taken: list[str] = []
        used: dict[Question, Future[Answers]] = {}
        for alarm_id, waiting in list(self._waiting.items()):
            is_there = all(each.done() for each in waiting.answers.values())
            # One answer to a question at a time: who has another is taken the next time.
            if not is_there or any(used.get(each, one) is not one for each, one in waiting.answers.items()):
                continue
            del self._waiting[alarm_id]
            used |= waiting.answers
            taken.append(alarm_id)
        answers = Answers()
        for each in used.values():
            answers.add(each.result())
        return taken, self._judges_by(answers)

    def forget_all_but(self, ids: Collection[str]) -> None:
        """Ask about no others than these any more."""
        for gone in [alarm_id for alarm_id in self._waiting if alarm_id not in ids]:
            del self._waiting[gone]

    def _count(self) -> float:
        return len(self._waiting)

    def _questions(self, alarm: Alarm, wanted: dict[Question, Wanted]) -> list[Question]:
        """What is to be asked about an alarm, which is put with what is `wanted` of others already."""
        of_alarm = Wanted()
        of_alarm.add(alarm)
        questions: set[Question] = set()

        def question(desk: str, about: Hashable) -> Wanted:
            questions.add((desk, about))
            return wanted.setdefault((desk, about), Wanted())

        if self._judges.prometheus is not None:
            for rule in of_alarm.prometheus:
                question("prometheus", rule.query).prometheus.add(rule)
        if self._judges.load_balancers is not None:
            for pool in of_alarm.load_balancers:
                question("load balancers", pool.pool_id).load_balancers.add(pool)
        if self._judges.instances is not None:
            for asked in of_alarm.instances:
                if isinstance(asked.rule, SqlRule):
                    question("sql", (asked.rule.sql, asked.project_id)).instances.add(asked)
        if self.elsewhere:
            for scoped in of_alarm.thresholds:
                question("thresholds", scoped).thresholds.add(scoped)
        return list(questions)

    def _submit(self, desk: str, wanted: Wanted, now_ns: int) -> Future[Answers]:
        return self._desks[desk].submit(lambda: _ask(self._judges, wanted, now_ns))

    def _judges_by(self, answers: Answers) -> Judges:
        judges = self._judges
        thresholds: Judge = _KnownThresholds(judges.thresholds, answers) if self.elsewhere else judges.thresholds
        return replace(
            judges,
            thresholds=thresholds,
            prometheus=None if judges.prometheus is None else _Known(answers.prometheus),
            instances=None if judges.instances is None else _KnownInstances(judges.instances, answers.sql),
            load_balancers=None if judges.load_balancers is None else _Known(answers.load_balancers),
        )


class _Desk:
    """Answers questions in the order in which they came, a few at a time; threads come with the first questions."""

    def __init__(self, name: str, threads_max: int) -> None:
        self._name = name
        self._threads_max = threads_max
        self._threads: list[threading.Thread] = []
        self._questions: SimpleQueue[tuple[Future[Answers], Callable[[], Answers]] | None] = SimpleQueue()

    def submit(self, ask: Callable[[], Answers]) -> Future[Answers]:
        answer: Future[Answers] = Future()
        self._questions.put((answer, ask))
        if len(self._threads) < self._threads_max:
            # Of daemons, as one that hangs must not keep the program from ending.
            name = f"{self._name} {len(self._threads)}"
            self._threads.append(threading.Thread(target=self._run, name=name, daemon=True))
            self._threads[-1].start()
        return answer

    def close(self) -> None:
        """Leave what has not begun unanswered."""
        try:
            while True:
                self._questions.get_nowait()
        except Empty:
            pass
        for _ in self._threads:
            self._questions.put(None)

    def _run(self) -> None:
        while (question := self._questions.get()) is not None:
            answer, ask = question
            answer.set_result(ask())


class _Known(Generic[Rule]):
    """Judges rules by what was answered."""

    def __init__(self, verdicts: Mapping[Rule, Verdict]) -> None:
        self._verdicts = verdicts

    def verdicts(self, rules: Collection[Rule]) -> Mapping[Rule, Verdict]:
        return {each: self._verdicts[each] for each in rules}


class _KnownInstances:
    """An `InstanceJudge` of SQL by what was answered; series are looked at now."""

    def __init__(self, judge: InstanceJudge, sql: Mapping[Asked, Instances]) -> None:
        self._judge = judge
        self._sql = sql

    def look(self, wanted: Collection[Asked], now_ns: int) -> Mapping[Asked, Instances]:
        found = {each: self._sql[each] for each in wanted if isinstance(each.rule, SqlRule)}
        series = [each for each in wanted if each not in found]
        return {**found, **self._judge.look(series, now_ns)} if series else found


class _KnownThresholds:
    """A `Judge` by what was answered."""

    def __init__(self, judge: Judge, answers: Answers) -> None:
        self._judge = judge
        self._looked = answers.thresholds

    def look(self, _rules: Collection[Scoped], _now_ns: int) -> Looked:
        return self._looked

    def verdict(self, looked: Looked, scoped: Scoped) -> Verdict:
        return self._judge.verdict(looked, scoped)


def _is_about_metrics(watched: Watched) -> bool:
    return any(isinstance(each, ThresholdRule) for each in leaves_of(watched.alarm.rule))


def _ask(judges: Judges, wanted: Wanted, now_ns: int) -> Answers:
    """The answer to one question, if only why there is none."""
    try:
        return _answers(judges, wanted, now_ns)
    except NephoscopeError as error:
        return _unanswered(wanted, error.message)
    except Exception as error:
        log.exception("asking about alarms failed; it is tried again")
        return _unanswered(wanted, f"{type(error).__name__} in our own code; the log of the server says more")


def _unanswered(wanted: Wanted, why: str) -> Answers:
    """Nothing was found out, which is an error and no state."""
    # The others are counted when they are decided.
    registry.count("nephoscope_alarm_errors_total", len(wanted.prometheus) + len(wanted.load_balancers))
    verdict = unknown(RETRIEVAL_FAILED + why, 0)
    answers = Answers(
        prometheus=dict.fromkeys(wanted.prometheus, verdict),
        sql=dict.fromkeys(wanted.instances, Instances(failed=why)),
        load_balancers=dict.fromkeys(wanted.load_balancers, verdict),
    )
    answers.thresholds.failed = dict.fromkeys(wanted.thresholds, why)
    return answers


def _answers(judges: Judges, wanted: Wanted, now_ns: int) -> Answers:
    answers = Answers()
    if wanted.prometheus and judges.prometheus is not None:
        answers.prometheus.update(judges.prometheus.verdicts(wanted.prometheus))
    if wanted.load_balancers and judges.load_balancers is not None:
        answers.load_balancers.update(judges.load_balancers.verdicts(wanted.load_balancers))
    if wanted.instances and judges.instances is not None:
        answers.sql.update(judges.instances.look(wanted.instances, now_ns))
    if wanted.thresholds:
        answers.thresholds = judges.thresholds.look(wanted.thresholds, now_ns)
    return answers
