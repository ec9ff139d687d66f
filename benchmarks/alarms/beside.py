# SPDX-License-Identifier: Apache-2.0
"""Our evaluator and Aodh's, each with a core for itself, on the same rules: alarms a second, processor time, memory."""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import click
from tests.services import rabbitmq

from benchmarks.alarms import cloud, runs
from benchmarks.alarms.evaluating import Took
from benchmarks.alarms.loopback import answering
from benchmarks.alarms.metric_service import MetricService
from benchmarks.collection.figure import Figure, figure, times
from benchmarks.collection.processes import cores, on_core
from benchmarks.peers import aodh

RATIO_MIN, RATIO_AIM = 25, 100
STEADY, CHANGING = 5, 3
# Nobody listens there, and nobody is told: what tells is not part of an evaluator.
TARGET = "http://127.0.0.1:9/hook"


@dataclass(frozen=True)
class Case:
    """
    What is decided; `synced` has Aodh's commits reach the disk, as ours always do, `bus` gives it a real one.

    Of `moving` groups a member goes or comes before each cycle.
    """

    name: str
    kind: cloud.Kind
    alarms: int
    changing: bool = False
    moving: int = 0
    synced: bool = False
    bus: bool = False
    is_goal: bool = True


@dataclass
class Seen:
    """What was seen of both in a case, round by round."""

    ours: list[Took] = field(default_factory=list)
    theirs: list[Took] = field(default_factory=list)
    our_bytes: list[float] = field(default_factory=list)
    their_bytes: list[float] = field(default_factory=list)


def cases(alarms: int, more: int, few: int) -> tuple[Case, ...]:
    """What is measured, at three sizes."""
    return (
        Case(f"{alarms} thresholds, no change", "thresholds", alarms),
        Case(f"{more} thresholds, no change", "thresholds", more),
        Case(f"{alarms} thresholds, all change", "thresholds", alarms, changing=True),
        Case(f"{alarms} thresholds, all change, RabbitMQ", "thresholds", alarms, changing=True, bus=True),
        Case(f"{few} thresholds, no change, synced", "thresholds", few, synced=True, is_goal=False),
        Case(f"{alarms} groups of {cloud.GROUP_MEMBERS}, no change", "groups", alarms),
        *(
            Case(f"{alarms} groups of {cloud.GROUP_MEMBERS}, members of {count} change", "groups", alarms, moving=count)
            for count in (1, alarms // 100, alarms)
        ),
    )


def run(
    folder: Path, programs: Path, chosen: Sequence[Case], rounds: int, give_up: float
) -> tuple[list[Figure], list[str]]:
    """Ours, then theirs, case by case and round by round; no round but the first is begun after `give_up`."""
    found = {case: Seen() for case in chosen}
    clouds: dict[tuple[cloud.Kind, int], runs.Evaluations] = {}
    service = MetricService()
    with ExitStack() as started:
        (url,) = started.enter_context(answering(service.answer))
        bus = started.enter_context(rabbitmq.started()) if any(case.bus for case in chosen) else None
        installed = {}
        for place, case in enumerate(chosen):
            if (case.kind, case.alarms) not in clouds:
                ours = runs.Evaluations(folder / f"ours-{place}", case.kind, case.alarms, [TARGET])
                clouds[case.kind, case.alarms] = ours
            transport_url = f"rabbit://guest:guest@127.0.0.1:{bus.port}/" if case.bus and bus else "fake://"
            theirs = aodh.Aodh(
                programs, folder / f"theirs-{place}", url, synced=case.synced, transport_url=transport_url
            )
            theirs.define(map(_defined(case.kind), range(case.alarms)))
            installed[case] = theirs
        for number in range(1, rounds + 1):
            if number > 1 and time.monotonic() > give_up:
                click.echo(f"time is up before round {number}", err=True)
                break
            for case, seen in found.items():
                _measure(case, clouds[case.kind, case.alarms], installed[case], service, number, seen)
    return _figures(found), _told()


def _defined(kind: cloud.Kind) -> Callable[[int], aodh.Defined]:
    return lambda number: aodh.Defined(
        cloud.alarm_id(number), cloud.TYPES[kind], cloud.project(number), cloud.rule(kind, number), TARGET
    )


def _measure(
    case: Case, ours: runs.Evaluations, theirs: aodh.Aodh, service: MetricService, number: int, seen: Seen
) -> None:
    measured, _ = cores()
    with on_core(measured):
        found = ours.run(
            steady=0 if case.changing else STEADY, changing=CHANGING if case.changing else 0, moving=case.moving
        )
    seen.ours.append(runs.middle(found.changing if case.changing else found.steady))
    seen.our_bytes.append(found.peak_bytes)
    # To and fro: what has changed in one round changes back in the next.
    loud = case.changing and number % 2 == 1
    service.give(cloud.LOUD if loud else cloud.QUIET, cloud.GRANULARITY_S)
    cycle = theirs.cycle(service, "alarm" if loud else "ok", measured)
    seen.theirs.append(Took(cycle.wall_s, cycle.cpu_s))
    seen.their_bytes.append(cycle.resident_bytes)
    click.echo(
        f"round {number}: {case.name}: ours {seen.ours[-1].wall_s:.3f} s, {seen.ours[-1].cpu_s:.3f} s of a processor; "
        f"{aodh.NAME} {cycle.wall_s:.2f} s, {cycle.cpu_s:.2f} s; load {os.getloadavg()[0]:.1f}",
        err=True,
    )


def _figures(found: dict[Case, Seen]) -> list[Figure]:
    rows = []
    for case, seen in found.items():
        goal = times(RATIO_MIN) if case.is_goal else None
        ours, theirs = ([case.alarms / each.wall_s for each in took] for took in (seen.ours, seen.theirs))
        rows.append(figure(case.name, "alarms/s", ours, goal, peer=aodh.NAME, theirs=theirs, more_is_better=True))
    for case, seen in found.items():
        ours, theirs = ([1000 * each.cpu_s / case.alarms for each in took] for took in (seen.ours, seen.theirs))
        name = f"processor time for 1000: {case.name}"
        rows.append(figure(name, "s", ours, peer=aodh.NAME, theirs=theirs))
    largest = max(found, key=lambda case: case.alarms)
    ours, theirs = ([each / 2**20 for each in held] for held in (found[largest].our_bytes, found[largest].their_bytes))
    rows.append(figure(f"resident memory: {largest.name}", "MiB", ours, peer=aodh.NAME, theirs=theirs))
    return rows


def _told() -> list[str]:
    return [
        f"What is aimed at is {RATIO_AIM} ×; a verdict is given for {RATIO_MIN} ×.",
        f"The same rules on both sides: mean over {cloud.GRANULARITY_S} s, {cloud.PERIODS} periods, "
        f"{cloud.ALARMS_A_PROJECT} alarms a project, an action for either state. Each side has a core for itself.",
        "Ours reads measures out of its own store, which came a minute before; "
        "what it decides, with history and notifications, is synced to disk. Store and index are in its memory.",
        "Where members change, a resource leaves each of so many groups before one cycle and comes back before the "
        f"next; that itself is not counted. {aodh.NAME} has no part in it: its metric service would look for members "
        "at every question.",
        f"A round has the median of {STEADY} of our cycles without changes or {CHANGING} with them; "
        "the first after the start is left out.",
        f"{aodh.NAME}: one worker, SQLite. Its metric service is a stub on the other core that answers with "
        "fixed points at once, so that no time is spent there on measures, groups or search.",
        f"{aodh.NAME}'s cycle counts from its first question to its last; its selection of alarms before is left out. "
        "It does not sync its commits but where that is said, and its notifications stay within its process "
        "(`fake://`) but where RabbitMQ is named.",
        f"{aodh.NAME}'s memory is that of its worker, without its parent.",
    ]
