# SPDX-License-Identifier: Apache-2.0
"""A fleet of agents that all post once a minute into one server: how soon each batch is acknowledged."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

import click
import numpy as np
from tests.system.server import Server, serving

from benchmarks.collection.bodies import Fleet
from benchmarks.collection.figure import Figure, Goal, at_most, figure
from benchmarks.collection.poster import Posted, Poster
from benchmarks.collection.processes import Tree

INTERVAL_S = 60.0
ACKNOWLEDGED_S_MAX = 1.0
# Agents that meet the server for the first time, at once; more of them would only wait in its queue.
FIRST_AT_ONCE = 16
FIRST_S_MAX = 900.0
# An agent's first minute is not counted: its connection is new, and the fleet has only just been made.
SETTLING_S = 60.0
LOOK_S = 1.0
QUIET = "[watch]\ninterval_s = 0\n"


@dataclass(frozen=True)
class Load:
    """Who posts, and for how long after the first minute."""

    fleet: Fleet
    seconds: float


@dataclass
class Usage:
    """What a process has used while it was watched."""

    cores: float = 0.0
    resident_bytes: int = 0


@dataclass
class Run:
    """What came of it; `posted` are those of the load, `late_s` how long after their times they were sent."""

    first_s: float = 0.0
    first: list[Posted] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)
    late_s: list[float] = field(default_factory=list)
    server: Usage = field(default_factory=Usage)
    client: Usage = field(default_factory=Usage)


def run(folder: Path, load: Load) -> tuple[list[Figure], list[str]]:
    """A new server, first contact of all agents, then the load, once."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving(folder, config=QUIET) as server:
        found = asyncio.run(_loaded(server, load))
    return _figures(found, load), _told(found, load)


def _figures(found: Run, load: Load) -> list[Figure]:
    fleet = load.fleet
    seconds = [each.seconds for each in found.posted if each.is_acknowledged] or [float("inf")]
    refused = sum(not each.is_acknowledged for each in found.posted)
    p50, p90, p99 = (float(np.percentile(seconds, percent)) for percent in (50, 90, 99))
    name = f"{fleet.agents} agents, acknowledgement"
    acknowledged = (len(found.posted) - refused) * fleet.samples / load.seconds
    return [
        figure(f"{name}, p99", "s", [p99], at_most(ACKNOWLEDGED_S_MAX, "s")),
        figure(f"{name}, p90", "s", [p90]),
        figure(f"{name}, p50", "s", [p50]),
        figure(f"{name}, longest", "s", [max(seconds)]),
        figure("batches not acknowledged", "batches", [float(refused)], Goal("none", lambda ours, ratio: not ours)),
        figure("acknowledged", "samples/s", [acknowledged]),
        figure("processor time of the server", "cores", [found.server.cores]),
        figure("resident memory of the server, most", "MB", [found.server.resident_bytes / 2**20]),
        figure("first contact of all agents", "s", [found.first_s]),
    ]


def _told(found: Run, load: Load) -> list[str]:
    fleet = load.fleet
    metrics = fleet.agents * fleet.samples
    first_refused = sum(not each.is_acknowledged for each in found.first)
    late_s = float(np.percentile(found.late_s, 99)) if found.late_s else 0.0
    return [
        f"{fleet.agents} agents, each with {fleet.machines} machines and {fleet.meters} meters, post gzipped batches "
        f"of {fleet.samples} samples every {INTERVAL_S:.0f} s, over connections and at times of their own.",
        f"First contact, {FIRST_AT_ONCE} at once, made {metrics} metrics of {fleet.agents * fleet.machines} resources; "
        f"{first_refused} batches had to be sent again.",
        f"{len(found.posted)} batches in {load.seconds:.0f} s were counted, after {SETTLING_S:.0f} s that were not.",
        f"The client is one process with one event loop on the same cores: it took {found.client.cores:.2f} of one, "
        f"and sent 99 % of the batches within {late_s:.3f} s of their times.",
    ]


async def _loaded(server: Server, load: Load) -> Run:
    found = Run()
    posters = [Poster(server.url, server.token_file.read_text().strip()) for _ in range(load.fleet.agents)]
    began = time.monotonic()
    await _first_contact(posters, load.fleet, found)
    found.first_s = time.monotonic() - began
    click.echo(f"fleet: first contact took {found.first_s:.0f} s", err=True)
    start = time.monotonic()
    count_from, end = start + SETTLING_S, start + SETTLING_S + load.seconds
    async with asyncio.TaskGroup() as tasks:
        for agent, poster in enumerate(posters):
            tasks.create_task(_agent(agent, poster, load.fleet, (start, count_from, end), found))
        tasks.create_task(_watched(server, count_from, end, found))
    for poster in posters:
        poster.close()
    return found


async def _first_contact(posters: list[Poster], fleet: Fleet, found: Run) -> None:
    """Every agent's first batch, until it is taken."""
    waiting = list(enumerate(posters))[::-1]
    give_up = time.monotonic() + FIRST_S_MAX
    chance = np.random.default_rng(1)

    async def work() -> None:
        while waiting:
            if time.monotonic() > give_up:
                raise TimeoutError(f"{len(waiting)} agents had not been heard after {FIRST_S_MAX:.0f} s")
            agent, poster = waiting.pop()
            posted = await poster.post(fleet.body(agent, time.time_ns(), chance))
            found.first.append(posted)
            # Agents that have a long time to wait would not keep their connections.
            poster.close()
            if not posted.is_acknowledged:
                waiting.insert(0, (agent, poster))
            if len(found.first) % 200 == 0:
                click.echo(f"fleet: first contact of {len(found.first)} agents", err=True)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(FIRST_AT_ONCE):
            tasks.create_task(work())


async def _agent(agent: int, poster: Poster, fleet: Fleet, times: tuple[float, float, float], found: Run) -> None:
    """Post once an interval, at a phase of one's own; `times` are the start, from when it counts, and the end."""
    start, count_from, end = times
    chance = np.random.default_rng(agent)
    due = start + INTERVAL_S * chance.random()
    while due < end:
        await asyncio.sleep(due - time.monotonic())
        body = fleet.body(agent, time.time_ns(), chance)
        sent = time.monotonic()
        posted = await poster.post(body)
        if due >= count_from:
            found.posted.append(posted)
            found.late_s.append(sent - due)
        due += INTERVAL_S


async def _watched(server: Server, begin: float, end: float, found: Run) -> None:
    """What server and client use from `begin` to `end`, monotonic."""
    await asyncio.sleep(begin - time.monotonic())
    tree = Tree(server.pid)
    began, cpu_s, own_s = time.monotonic(), tree.cpu_s(), time.process_time()
    while time.monotonic() < end:
        await asyncio.sleep(LOOK_S)
        found.server.resident_bytes = max(found.server.resident_bytes, tree.resident_bytes())
    lasted_s = time.monotonic() - began
    found.server.cores = (tree.cpu_s() - cpu_s) / lasted_s
    found.client.cores = (time.process_time() - own_s) / lasted_s
