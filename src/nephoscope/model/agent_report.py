# SPDX-License-Identifier: Apache-2.0
"""
What an agent that collects says of itself: what it runs, and how far everything has been counted since its start.

Counts are cumulative and belong to one life of the agent, which `started_ns` tells from others. What a later release
says beyond this is passed over, so that agents may be newer than their server.
"""

from typing import Annotated, Literal

import msgspec

REPORT_BYTES_MAX = 256 * 1024
# Of what there are many, such as sources, and of the patterns of a source, so many are told at most.
LISTED_MAX = 500

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Text = Annotated[str, msgspec.Meta(max_length=255)]
Names = Annotated[tuple[Text, ...], msgspec.Meta(max_length=LISTED_MAX)]
Count = Annotated[float, msgspec.Meta(ge=0, le=1e18)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
TimeNs = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Outlets = Annotated[tuple[Annotated[int, msgspec.Meta(ge=0, lt=LISTED_MAX)], ...], msgspec.Meta(max_length=LISTED_MAX)]


class PollingSource(msgspec.Struct, frozen=True):
    """A source of a `polling.yaml`: patterns of meters as written, and the families that are asked for them here."""

    name: Name
    interval_s: Seconds
    meters: Names = ()
    families: Names = ()


class LastCycle(msgspec.Struct, frozen=True):
    """The cycle of a task that ended last; `late_s` is how long after its time it began."""

    ended_ns: TimeNs
    seconds: Seconds
    late_s: Seconds
    samples: Count


class PollingTask(msgspec.Struct, frozen=True):
    """What is polled together: its cycles, those that began late, what they read, and the families that they ask."""

    name: Name
    interval_s: Seconds
    shared: bool
    cycles: Count = 0
    overruns: Count = 0
    samples: Count = 0
    families: Names = ()
    last: LastCycle | None = None


class PollingFamily(msgspec.Struct, frozen=True):
    """What went wrong when a family was asked."""

    name: Name
    errors: Count = 0
    timeouts: Count = 0
    overruns: Count = 0


class SharedSlots(msgspec.Struct, frozen=True):
    """The part that the agent holds in the central work of its group."""

    group: Name
    held: Annotated[int, msgspec.Meta(ge=0)]
    slots: Annotated[int, msgspec.Meta(ge=1)]


class Broker(msgspec.Struct, frozen=True):
    """A message broker, without user and password, and the messages that came from it."""

    address: Name
    connected: bool
    queues: Names = ()
    received: Count = 0
    acknowledged: Count = 0
    redelivered: Count = 0
    reconnects: Count = 0


class PipelineSource(msgspec.Struct, frozen=True):
    """A source of a pipeline: the patterns that it takes, the sinks that it feeds, and what it has taken."""

    name: Name
    takes: Names
    sinks: Names
    taken: Count = 0


class PipelineStep(msgspec.Struct, frozen=True):
    """A transformer, and what it has let out."""

    name: Name
    out: Count = 0


class PipelineSink(msgspec.Struct, frozen=True):
    """A sink: what has entered, its transformers in order, and its publishers by their places among the outlets."""

    name: Name
    entered: Count = 0
    steps: Annotated[tuple[PipelineStep, ...], msgspec.Meta(max_length=LISTED_MAX)] = ()
    outlets: Outlets = ()


class Pipeline(msgspec.Struct, frozen=True):
    """What samples, or events, pass through."""

    takes: Literal["meters", "events"]
    sources: Annotated[tuple[PipelineSource, ...], msgspec.Meta(max_length=LISTED_MAX)] = ()
    sinks: Annotated[tuple[PipelineSink, ...], msgspec.Meta(max_length=LISTED_MAX)] = ()


class Outlet(msgspec.Struct, frozen=True):
    """
    A publisher, its URL without user, password and options, with what waits for it on disk.

    `sent`, `refused` and `lost` count samples and events: taken by the peer, refused by it, and dropped as the spool
    was full or they were too old. `trouble` is what the peer, or the way to it, last had against a batch.
    """

    name: Name
    away: bool = False
    waiting: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    waiting_bytes: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    sent: Count = 0
    refused: Count = 0
    lost: Count = 0
    trouble: Text = ""
    trouble_ns: TimeNs | None = None


class Drop(msgspec.Struct, frozen=True):
    """Records that went no further than a station, by cause."""

    station: Name
    cause: Name
    records: Count


class AgentReport(msgspec.Struct, frozen=True):
    """All of it; `time_ns` is when it was counted, by the agent's clock, `interval_s` when the next one is to come."""

    name: Name
    version: Text
    started_ns: TimeNs
    time_ns: TimeNs
    interval_s: Seconds
    sources: Annotated[tuple[PollingSource, ...], msgspec.Meta(max_length=LISTED_MAX)] = ()
    tasks: Annotated[tuple[PollingTask, ...], msgspec.Meta(max_length=LISTED_MAX)] = ()
    families: Annotated[tuple[PollingFamily, ...], msgspec.Meta(max_length=LISTED_MAX)] = ()
    shared: SharedSlots | None = None
    brokers: Annotated[tuple[Broker, ...], msgspec.Meta(max_length=LISTED_MAX)] = ()
    pipelines: Annotated[tuple[Pipeline, ...], msgspec.Meta(max_length=2)] = ()
    outlets: Annotated[tuple[Outlet, ...], msgspec.Meta(max_length=LISTED_MAX)] = ()
    drops: Annotated[tuple[Drop, ...], msgspec.Meta(max_length=LISTED_MAX)] = ()


class KeptReport(msgspec.Struct, frozen=True):
    """
    The newest report of an agent as a server keeps it, with an earlier one of the same life, to tell rates by.

    `project_id`, empty for none, and `creator` are those of whoever sent it; agents of one `owner`, one or the other,
    are told apart by their names. `every_s` is how often it is asked to report. Times are those of the server.
    """

    project_id: str
    creator: str
    owner: str
    received_ns: int
    every_s: float
    report: AgentReport
    before: AgentReport | None = None
    before_ns: int = 0


class Viewer(msgspec.Struct, frozen=True):
    """Who looks: at everything, or at the agents of a project and those of a creator, each empty for none."""

    everything: bool = False
    project_id: str = ""
    creator: str = ""


def shown(text: str) -> str:
    """
    A text as reports may bear it: one line of at most 255 characters, without what no database holds.

    >>> shown("a\\nb" + "\\x00"), len(shown("x" * 300))
    ('a b', 255)
    """
    plain = " ".join(text.replace("\x00", "").encode("utf-8", "replace").decode().split())
    return plain if len(plain) <= 255 else plain[:254] + "…"
