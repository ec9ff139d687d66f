# SPDX-License-Identifier: Apache-2.0
"""
Tests of alarms: what they would do with values that a file gives, decided by the very code of the server.

It needs no server and touches no data of one: a store and an index of its own are made, and thrown away.
"""

from collections.abc import Iterator, Sequence
from math import gcd
from pathlib import Path

import msgspec

from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_instance import labels_text
from nephoscope.model.paging import Page
from nephoscope.model.search import equal
from nephoscope.model.timespan import SECOND_NS
from nephoscope.rehearsal.cast import Needs, alarms_from, needs_of
from nephoscope.rehearsal.script import Expectation, Scene, Script, read
from nephoscope.rehearsal.stage import SETTINGS, Stage, opened_index, opened_store, staged
from nephoscope.store.contract import Store

__all__ = ["Failure", "Moment", "Outcome", "read", "rehearse"]

DECISIONS_MAX = 20_000
SHOWN_MAX = 20
EVERY = Page(10_000)


class Failure(msgspec.Struct):
    """An expectation that did not hold: where it stands, what it was about, and what there was instead."""

    place: str
    at: str
    alarm: str
    expected: str
    found: str


class Moment(msgspec.Struct):
    """An alarm went into a state, s after the start, and why."""

    at_s: float
    alarm: str
    state: str
    reason: str


class Outcome(msgspec.Struct):
    """What came of one test; `happened` are the transitions of the alarms whose expectations did not hold."""

    file: str
    name: str
    expected: int
    failures: list[Failure]
    happened: list[Moment]


def rehearse(script: Script, dsn: str, folder: Path) -> Iterator[Outcome]:
    """
    Play the tests of a file, one after the other, over the engine at `dsn`; the index lies in `folder` meanwhile.

    Errors  BadRequest with file and line for alarms that cannot be, and expectations of ones that are not there.
    """
    for number, scene in enumerate(script.scenes):
        alarms = alarms_from(script.alarms, scene.start_ns)
        _check_names(scene, alarms)
        path = folder / f"index-{number}.sqlite"
        with opened_store(dsn) as store:
            yield _played(script.file, scene, alarms, store, path)
        path.unlink(missing_ok=True)


def _played(file: str, scene: Scene, alarms: Sequence[Alarm], store: Store, path: Path) -> Outcome:
    needs = needs_of(alarms)
    failures: list[Failure] = []
    failed: dict[str, Alarm] = {}
    with opened_index(path) as index, staged(store, index, scene, alarms, needs) as stage:
        for expected in _play(stage, scene, needs):
            for alarm in _meant(expected, alarms):
                if (failure := _failure(stage, expected, index.alarms.get(alarm.id))) is not None:
                    failures.append(failure)
                    failed[alarm.id] = alarm
        happened = [each for alarm in failed.values() for each in _happened(stage, scene, alarm)]
    return Outcome(file, scene.name, len(scene.expected), failures, happened)


def _play(stage: Stage, scene: Scene, needs: Needs) -> Iterator[Expectation]:
    """Let time pass, and stop at each expectation; alarms are decided as often as the finest of them is."""
    if not scene.expected:
        return
    interval_s = int(SETTINGS.interval_s)
    step_ns = gcd(interval_s, *needs.granularities, *(min(each, interval_s) for each in needs.looks)) * SECOND_NS
    last_ns = scene.expected[-1].at_ns
    count = (last_ns - scene.decide_from_ns) // step_ns + 1
    if count > DECISIONS_MAX:
        told = f"{count} times {step_ns // SECOND_NS} s"
        raise scene.part.wrong(f"at most {DECISIONS_MAX} decisions; say decide_from", told)
    events, expectations = list(scene.events), list(scene.expected)
    for turn in range(count):
        moment_ns = scene.start_ns + scene.decide_from_ns + turn * step_ns
        while events and events[0].time_ns <= moment_ns:
            stage.happen(events.pop(0))
        stage.decide(moment_ns)
        next_ns = moment_ns + step_ns
        while expectations and scene.start_ns + expectations[0].at_ns < next_ns:
            while events and events[0].time_ns <= scene.start_ns + expectations[0].at_ns:
                stage.happen(events.pop(0))
            yield expectations.pop(0)


def _check_names(scene: Scene, alarms: Sequence[Alarm]) -> None:
    known = ", ".join(dict.fromkeys(each.name for each in alarms))
    for expected in scene.expected:
        if not _meant(expected, alarms):
            raise expected.part.wrong(f"an alarm that is there: {known:.200}", repr(expected.alarm))


def _meant(expected: Expectation, alarms: Sequence[Alarm]) -> list[Alarm]:
    project = expected.project
    return [each for each in alarms if each.name == expected.alarm and project in (None, each.project_id)]


def _failure(stage: Stage, expected: Expectation, alarm: Alarm) -> Failure | None:
    """What of an expectation does not hold, None where all does."""
    if expected.labels is None:
        wrong = [_told(alarm.state, alarm.state_reason)] if _differs(expected, alarm.state, alarm.state_reason) else []
    else:
        there = stage.index.alarms.instances(alarm.id, page=EVERY)
        wanted = expected.labels.items()
        fit = [each for each in there if wanted <= dict(each.labels).items()]
        wrong = [
            f"{labels_text(each.labels)}: {_told(each.state, each.reason)}"
            for each in fit
            if _differs(expected, each.state, each.reason)
        ]
        if not fit:
            known = "; ".join(labels_text(each.labels) or "one without labels" for each in there[:SHOWN_MAX])
            wrong = [f"no such instance, only {known}" if known else "no instance at all"]
    if not wrong:
        return None
    part = expected.part
    return Failure(f"{part.file}:{part.line}", expected.at, alarm.name, _wanted(expected), "\n".join(wrong[:SHOWN_MAX]))


def _differs(expected: Expectation, state: str, reason: str) -> bool:
    return expected.state not in (None, state) or (expected.reason or "") not in reason


def _wanted(expected: Expectation) -> str:
    parts = [expected.state] if expected.state is not None else []
    if expected.reason is not None:
        parts.append(f"a reason that holds {expected.reason!r}")
    about = labels_text(tuple(sorted((expected.labels or {}).items())))
    return f"{about}: {', '.join(parts)}" if about else ", ".join(parts)


def _told(state: str, reason: str) -> str:
    return f"{state} ({reason})" if reason else state


def _happened(stage: Stage, scene: Scene, alarm: Alarm) -> list[Moment]:
    """The newest transitions of an alarm and its instances, oldest first."""
    search = equal("alarm_id", alarm.id)
    found = stage.index.alarms.history(search, page=Page(SHOWN_MAX))
    moments = []
    for each in reversed(found):
        if each.type == "state transition":
            at_s = (each.timestamp_ns - scene.start_ns) // SECOND_NS
            labels = each.detail.get("labels")
            about = f" {{{labels_text(tuple(sorted(labels.items())))}}}" if labels else ""
            state = str(each.detail.get("state", ""))
            moments.append(Moment(at_s, f"{alarm.name}{about}", state, str(each.detail.get("transition_reason", ""))))
    return moments
