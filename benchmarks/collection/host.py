# SPDX-License-Identifier: Apache-2.0
"""An agent on a compute host full of domains: its memory, its share of a core, its cycles, beside Ceilometer's."""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import click
import yaml
from tests.services import rabbitmq
from tests.services.libvirt_node import domain_xml, node, nova_metadata
from tests.system.agent import collecting
from tests.system.server import Server, serving

from benchmarks.collection import ceilometer, libvirt_agent
from benchmarks.collection.figure import Figure, at_most, figure
from benchmarks.collection.processes import Tree

# The interval of the goal, and the shorter one that is run at and scaled from.
INTERVAL_S, POLLED_S = 60, 20
DOMAINS = 200
RESIDENT_MB_MAX, SHARE_PERCENT_MAX, CYCLE_S_MAX = 120, 2, 2
# The first cycle reads every description; it counts for the memory alone.
CYCLES = 3
TIMEOUT_S = 60.0
LOOK_S = 0.5
QUIET = "[watch]\ninterval_s = 0\n"
LOGGED = re.compile(r"^(\S+ \S+) \d+ INFO ceilometer\.polling\.manager .*?(Polling|Finished polling) pollster (\S+) in")


@dataclass
class Seen:
    """What was seen of an agent, round by round; a share is of one core, at a cycle a minute."""

    resident_mb: list[float] = field(default_factory=list)
    share_percent: list[float] = field(default_factory=list)
    cycle_s: list[float] = field(default_factory=list)
    first_s: list[float] = field(default_factory=list)


def run(folder: Path, rounds: int, give_up: float) -> tuple[list[Figure], list[str]]:
    """Ours, then theirs, round by round; no round but the first is begun after `give_up`, a monotonic time."""
    ours, theirs = Seen(), Seen()
    folder.mkdir(parents=True, exist_ok=True)
    metadata = (nova_metadata(f"vm {number}", flavor_id="1") for number in range(1, DOMAINS + 1))
    uri = node(folder / "node.xml", (domain_xml(number, each) for number, each in enumerate(metadata, 1)))
    calls = libvirt_agent.measured(uri, CYCLES)
    with rabbitmq.started() as bus, serving(folder, config=QUIET) as server:
        for number in range(rounds):
            if number and time.monotonic() > give_up:
                click.echo(f"time is up before round {number + 1}", err=True)
                break
            with _ours(folder / f"ours-{number}", uri, server) as (tree, ended):
                _watch(tree, ended, ours)
            with _theirs(folder / f"theirs-{number}", uri, bus.port) as (tree, ended):
                _watch(tree, ended, theirs)
            for name, seen in (("ours", ours), (ceilometer.NAME, theirs)):
                click.echo(
                    f"agent, round {number + 1}: {name} {seen.resident_mb[-1]:.0f} MB, "
                    f"{seen.share_percent[-1]:.2f} %, cycle {seen.cycle_s[-1]:.2f} s, first {seen.first_s[-1]:.2f} s",
                    err=True,
                )
    return _figures(ours, theirs), [
        f"{DOMAINS} domains of libvirt's test driver, each with two disks and two ports, and all compute meters.",
        f"Polled every {POLLED_S} s, {CYCLES} cycles after the first; "
        f"what a cycle takes of a core is scaled to {INTERVAL_S} s.",
        "The processor time of libvirt itself is in it, as that driver lives in the agent; "
        "it has no bulk call either, so that domains are asked one by one.",
        f"What is ours of that without pipeline, spool and state: {calls['cycle, s']} s a cycle, "
        f"{calls['CPU of a cycle, s']} s of them processor time, for {calls['samples a cycle']:.0f} samples.",
        f"{ceilometer.NAME}: polling agent, compute namespace, one worker, to the message bus.",
    ]


def _figures(ours: Seen, theirs: Seen) -> list[Figure]:
    peer = ceilometer.NAME
    return [
        figure(
            f"agent with {DOMAINS} domains: resident memory",
            "MB",
            ours.resident_mb,
            at_most(RESIDENT_MB_MAX, "MB"),
            peer=peer,
            theirs=theirs.resident_mb,
        ),
        figure(
            f"share of a core at {INTERVAL_S} s",
            "%",
            ours.share_percent,
            at_most(SHARE_PERCENT_MAX, "%"),
            peer=peer,
            theirs=theirs.share_percent,
        ),
        figure("a cycle", "s", ours.cycle_s, at_most(CYCLE_S_MAX, "s"), peer=peer, theirs=theirs.cycle_s),
        figure("the first cycle", "s", ours.first_s, at_most(CYCLE_S_MAX, "s"), peer=peer, theirs=theirs.first_s),
    ]


def _watch(tree: Tree, ended: Callable[[], list[float]], into: Seen) -> None:
    """See the first cycle, then the others; `ended` gives how long each took that has ended so far."""
    give_up = time.monotonic() + TIMEOUT_S + (CYCLES + 2) * POLLED_S
    _until(lambda: len(ended()) >= 1, give_up)
    cpu_s = tree.cpu_s()
    resident: list[int] = []

    def enough() -> bool:
        resident.append(tree.resident_bytes())
        return len(ended()) >= 1 + CYCLES

    _until(enough, give_up)
    cycles = ended()[: 1 + CYCLES]
    into.resident_mb.append(max(resident) / 2**20)
    into.share_percent.append(100 * (tree.cpu_s() - cpu_s) / CYCLES / INTERVAL_S)
    into.first_s.append(cycles[0])
    into.cycle_s.append(statistics.median(cycles[1:]))


def _until(true: Callable[[], bool], give_up: float) -> None:
    """Wait until it is, and then for a while, as what a cycle has read is published behind its end."""
    while not true():
        if time.monotonic() > give_up:
            raise TimeoutError("not enough cycles have ended in time")
        time.sleep(LOOK_S)
    time.sleep(POLLED_S / 4)


def _polling_yaml(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "polling.yaml"
    path.write_text(yaml.safe_dump({"sources": [{"name": "all", "interval": POLLED_S, "meters": ["*"]}]}))
    return path


@contextmanager
def _ours(folder: Path, uri: str, server: Server) -> Iterator[tuple[Tree, Callable[[], list[float]]]]:
    sections = (
        f'[polling]\nfile = "{_polling_yaml(folder)}"\nnamespaces = ["compute"]\nlibvirt_uri = "{uri}"\n'
        "[report]\ninterval_s = 1\n"
    )
    cycles: dict[int, float] = {}
    with collecting(folder, server, sections) as agent:

        def ended() -> list[float]:
            known = {each["name"] for each in server.api.done("GET", "/api/v1/agents")["agents"]}
            if folder.name in known:
                (task,) = server.api.done("GET", f"/api/v1/agents/{folder.name}")["tasks"]
                if task["last"]:
                    cycles[int(task["cycles"])] = task["last"]["seconds"]
            return [cycles[number] for number in sorted(cycles)]

        yield Tree(agent.process.pid), ended


@contextmanager
def _theirs(folder: Path, uri: str, port: int) -> Iterator[tuple[Tree, Callable[[], list[float]]]]:
    # It publishes to the bus, and knows of no store.
    conf = ceilometer.configure(folder, port, "polled", "http://127.0.0.1:1", f"libvirt_uri = {uri}")
    _polling_yaml(folder)
    with ceilometer.agent("ceilometer-polling", conf, "--polling-namespaces", "compute") as agent:
        yield Tree(ceilometer.leader(agent)), lambda: cycles_in(agent.said())


def cycles_in(log: str) -> list[float]:
    """
    How long the cycles took that have ended: from the first pollster's beginning to the last one's end.

    A cycle asks every pollster once, in any order; that it has ended is known when one of them begins anew.
    """
    cycles: list[float] = []
    began: datetime | None = None
    ended: datetime | None = None
    asked: set[str] = set()
    for found in filter(None, map(LOGGED.match, log.splitlines())):
        at = datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S.%f")
        if found[2] != "Polling":
            ended = at
            continue
        if began is not None and ended is not None and found[3] in asked:
            cycles.append((ended - began).total_seconds())
            began, asked = None, set()
        began = began or at
        asked.add(found[3])
    return cycles
