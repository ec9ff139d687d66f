# SPDX-License-Identifier: Apache-2.0
"""Notifications from the bus through conversion and pipelines to storage: ours and Ceilometer's, on a core each."""

import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import click
import pika
from tests.services import rabbitmq
from tests.services.rabbitmq import RabbitMQ
from tests.system.agent import collecting
from tests.system.server import BASIC, Server, serving

from benchmarks.collection import ceilometer
from benchmarks.collection.figure import Figure, figure, times
from benchmarks.collection.messages import Made, made
from benchmarks.collection.processes import Tree, cores, last_change, on_core

PRIORITIES = ("audit", "critical", "debug", "error", "info", "sample", "warn")
RATIO_MIN = 10
BATCH = 100
# Without metrics of the server itself, which would be counted with what is sent.
QUIET = "[watch]\ninterval_s = 0\n"
EVENTS_ONLY = """
sources: [{name: everything, events: ["*"], sinks: [store]}]
sinks: [{name: store, publishers: ["nephoscope://"]}]
"""
READY_TIMEOUT_S, RUN_TIMEOUT_S, STILL_S = 60.0, 600.0, 3.0
STORED = re.compile(r"^nephoscope_(measures|events)_accepted_total (\S+)$", re.MULTILINE)
REQUESTS = re.compile(r'^nephoscope_http_requests_total\{(?!.*"/(?:metrics|v1/agents)").*\} (\S+)$', re.MULTILINE)
# The first line of each; optional libraries that are not there are an error to Ceilometer's log, but not to us.
COMPLAINT = re.compile(r" ERROR +(?:ceilometer\S* \[|oslo_messaging\S* \[|nephoscope)| CRITICAL ")


@dataclass(frozen=True)
class Counts:
    """How many messages each side is given in a round; the slower one fewer, so that rounds stay short."""

    ours: int = 20_000
    theirs: int = 1_000


@dataclass(frozen=True)
class Working:
    """An agent at work: its leading process, and what it has logged so far."""

    leader: int
    said: Callable[[], str]


@dataclass
class Side:
    """
    One of the agents, with how many messages it gets, and what it did with them round by round.

    `start` has it work in a folder, from the queues of a topic, into a server. `keeps_events` says that its store gets
    every event, so that they can be counted. `cpu_s` of the agent and `server_cpu_s` are for 1000 messages; `stored`
    are measures and events, `complaints` the errors in its log.
    """

    name: str
    count: int
    config: str
    keeps_events: bool
    start: Callable[[Path, RabbitMQ, str, Server], AbstractContextManager[Working]]
    messages_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    server_cpu_s: list[float] = field(default_factory=list)
    stored: dict[str, float] = field(default_factory=dict)
    complaints: int = 0


def run(folder: Path, rounds: int, counts: Counts, give_up: float) -> tuple[list[Figure], list[str]]:
    """All sides in turn, round by round; no round but the first is begun after `give_up`, a monotonic time."""
    ours = (
        Side("ours", counts.ours, QUIET, True, _ours),
        Side("ours, no lifetimes", counts.ours, QUIET, True, _ours_without_lifetimes),
    )
    peers = (
        Side(f"{ceilometer.NAME}, batches of 1", counts.theirs, BASIC, False, _theirs),
        Side(f"{ceilometer.NAME}, batches of {BATCH}", counts.theirs, BASIC, False, _theirs_in_batches),
    )
    sides = (*ours, *peers)
    measured, others = cores()
    with on_core(others), rabbitmq.started() as bus:
        for number in range(rounds):
            if number and time.monotonic() > give_up:
                click.echo(f"time is up before round {number + 1}", err=True)
                break
            for place, side in enumerate(sides):
                _measure(side, folder / f"{number}-{place}", bus, measured)
                click.echo(f"notifications, round {number + 1}: {_latest(side)}", err=True)
    rows = [row for side in ours for peer in peers for row in _rows(side, peer)]
    return rows, [
        *map(_told, sides),
        "An agent has a core for itself, from its start; broker, server and all else share the other.",
        "All messages are on the bus before the agent begins; it ends when the server has answered the last request.",
        f"{ceilometer.NAME} keeps no events, it begins, ends and changes resources by some; "
        "ours does that too, and keeps all, but for the rows without lifetimes, which leave resources as they are.",
    ]


def _rows(ours: Side, peer: Side) -> list[Figure]:
    # The goal is for what is built in; the other side shows what that is made of.
    goal, more = (times(RATIO_MIN), "") if ours.name == "ours" else (None, ", no lifetimes")
    name = peer.name
    return [
        figure(
            f"until stored, agent on one core{more}",
            "messages/s",
            ours.messages_s,
            goal,
            peer=name,
            theirs=peer.messages_s,
            more_is_better=True,
        ),
        figure(f"processor time of the agent for 1000{more}", "s", ours.cpu_s, goal, peer=name, theirs=peer.cpu_s),
        figure(
            f"processor time of the server for 1000{more}",
            "s",
            ours.server_cpu_s,
            peer=name,
            theirs=peer.server_cpu_s,
        ),
    ]


def _latest(side: Side) -> str:
    return (
        f"{side.name} {side.messages_s[-1]:.1f} messages/s; for 1000 {side.cpu_s[-1]:.3f} s of processor time, "
        f"the server {side.server_cpu_s[-1]:.3f} s"
    )


def _told(side: Side) -> str:
    stored = " and ".join(f"{count:,.0f} {what}".replace(",", " ") for what, count in side.stored.items())
    return f"{side.name}: {side.count} messages a round became {stored}, with {side.complaints} errors in its log."


def _measure(side: Side, folder: Path, bus: RabbitMQ, core: int) -> None:
    """One round: the agent is held while the bus is filled, so that all is there when it begins."""
    topic, messages = f"bench-{uuid4().hex[:8]}", list(made(side.count))
    folder.mkdir(parents=True)
    with serving(folder, config=side.config) as server:
        with on_core(core):
            starting = side.start(folder / "agent", bus, topic, server)
            working = starting.__enter__()
        try:
            _until_it_listens(bus, topic, working.said)
            lasted_s, cpu_s, server_cpu_s = _worked(Tree(working.leader), bus, topic, messages, server)
            side.stored = _stored(server)
            side.complaints = len(COMPLAINT.findall(working.said()))
        finally:
            starting.__exit__(None, None, None)
    # What it had not acknowledged is back in the queues.
    left = sum(_waiting(bus, topic))
    bus.delete(*_queues(topic))
    expected = sum(each.is_event for each in messages)
    if left or (side.keeps_events and expected != side.stored["events"]):
        raise RuntimeError(f"{side.name}: {left} messages are left; of {expected} events stored: {side.stored}")
    side.messages_s.append(side.count / lasted_s)
    side.cpu_s.append(1000 * cpu_s / side.count)
    side.server_cpu_s.append(1000 * server_cpu_s / side.count)


def _worked(tree: Tree, bus: RabbitMQ, topic: str, messages: list[Made], server: Server) -> tuple[float, float, float]:
    """How long it took, and the processor time of agent and server in between, s."""
    tree.hold()
    _publish(bus, topic, messages)
    serving_tree = Tree(server.pid)
    cpu_s, server_cpu_s, began = tree.cpu_s(), serving_tree.cpu_s(), time.monotonic()
    tree.go_on()

    def look() -> list[float]:
        return [_requests(server), *_waiting(bus, topic)]

    ended = last_change(look, still_s=STILL_S, timeout_s=RUN_TIMEOUT_S)
    return ended - began, tree.cpu_s() - cpu_s, serving_tree.cpu_s() - server_cpu_s


def _queues(topic: str) -> list[str]:
    return [f"{topic}.{each}" for each in PRIORITIES]


def _publish(bus: RabbitMQ, topic: str, messages: list[Made]) -> None:
    """Straight into the queues, and not one by one confirmed, as that would take longer than the agents do."""
    properties = pika.BasicProperties(content_type="application/json", content_encoding="utf-8", delivery_mode=2)
    with bus.channel() as channel:
        for each in messages:
            channel.basic_publish("", f"{topic}.{each.priority}", each.body, properties)


def _waiting(bus: RabbitMQ, topic: str) -> list[int]:
    with bus.channel() as channel:
        return [int(channel.queue_declare(each, passive=True).method.message_count) for each in _queues(topic)]


def _stored(server: Server) -> dict[str, float]:
    """Measures and events that the server has acknowledged."""
    found = dict(STORED.findall(_counters(server)))
    return {name: float(found.get(name, 0)) for name in ("measures", "events")}


def _requests(server: Server) -> float:
    """How many requests the server has answered: while some come, something is still to be stored."""
    return sum(map(float, REQUESTS.findall(_counters(server))))


def _counters(server: Server) -> str:
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=30) as answer:
        return str(answer.read(), "utf-8")


def _until_it_listens(bus: RabbitMQ, topic: str, said: Callable[[], str]) -> None:
    give_up = time.monotonic() + READY_TIMEOUT_S
    while not all(_listeners(bus, topic)):
        if time.monotonic() > give_up:
            raise TimeoutError(f"it did not listen within {READY_TIMEOUT_S:.0f} s; it said:\n{said()[-4000:]}")
        time.sleep(0.2)


def _listeners(bus: RabbitMQ, topic: str) -> Iterator[int]:
    for queue in _queues(topic):
        try:
            with bus.channel() as channel:
                yield int(channel.queue_declare(queue, passive=True).method.consumer_count)
        except pika.exceptions.ChannelClosedByBroker:
            yield 0


@contextmanager
def _ours(folder: Path, bus: RabbitMQ, topic: str, server: Server, more: str = "") -> Iterator[Working]:
    sections = f'[notifications]\nurls = ["{bus.url()}"]\ntopics = ["{topic}"]\n{more}'
    with collecting(folder, server, sections) as agent:
        yield Working(agent.process.pid, agent.said)


def _ours_without_lifetimes(folder: Path, bus: RabbitMQ, topic: str, server: Server) -> AbstractContextManager[Working]:
    folder.mkdir(parents=True)
    path = folder / "event_pipeline.yaml"
    path.write_text(EVENTS_ONLY)
    return _ours(folder, bus, topic, server, f'[pipeline]\nevents_file = "{path}"\n')


@contextmanager
def _theirs(folder: Path, bus: RabbitMQ, topic: str, server: Server, more: str = "") -> Iterator[Working]:
    conf = ceilometer.configure(folder, bus.port, topic, f"{server.url}/gnocchi", more)
    ceilometer.make_types(conf)
    with ceilometer.agent("ceilometer-agent-notification", conf) as agent:
        yield Working(ceilometer.leader(agent), agent.said)


def _theirs_in_batches(folder: Path, bus: RabbitMQ, topic: str, server: Server) -> AbstractContextManager[Working]:
    return _theirs(folder, bus, topic, server, f"[notification]\nbatch_size = {BATCH}\nbatch_timeout = 1\n")
