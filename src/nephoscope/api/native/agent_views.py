# SPDX-License-Identifier: Apache-2.0
"""How agents look in our own API: each count with its rate, and each part with whether it is in trouble."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from nephoscope.api.native.shapes import MILLISECOND_NS
from nephoscope.model.agent_report import (
    KeptReport,
    LastCycle,
    Outlet,
    Pipeline,
    PipelineSink,
    PipelineSource,
    PollingFamily,
    PollingSource,
    PollingTask,
    SharedSlots,
)
from nephoscope.query.agents import Since, State, paired, state_of

T = TypeVar("T")


class Flow(msgspec.Struct):
    """A count since the agent's start, and by how much it rises each second; null while nobody can tell."""

    total: float
    per_s: float | None


class AgentBrief(msgspec.Struct):
    """An agent in few words; `troubles` are sentences, `project_id` is null for an agent of no project."""

    name: str
    project_id: str | None
    version: str
    started_ms: int
    seen_ms: int
    every_s: float
    state: State
    troubles: list[str]


class CycleView(msgspec.Struct):
    """The cycle of a task that ended last; `late_s` is how long after its time it began."""

    ended_ms: int
    seconds: float
    late_s: float
    samples: float


class TaskView(msgspec.Struct):
    """What is polled together; it is in trouble when cycles begin late, or a family that it asks is."""

    name: str
    interval_s: float
    shared: bool
    cycles: float
    overruns: float
    samples: Flow
    last: CycleView | None
    in_trouble: bool


class FamilyView(msgspec.Struct):
    """What went wrong when a family was asked, since the agent's start."""

    name: str
    errors: float
    timeouts: float
    overruns: float
    in_trouble: bool


class BrokerView(msgspec.Struct):
    """A message broker, and the messages that came from it."""

    address: str
    connected: bool
    queues: list[str]
    received: Flow
    acknowledged: Flow
    redelivered: float
    reconnects: float


class PipelineSourceView(msgspec.Struct):
    """A source of a pipeline, and what it takes."""

    name: str
    takes: list[str]
    sinks: list[str]
    taken: Flow


class StepView(msgspec.Struct):
    """A transformer, and what it lets out."""

    name: str
    out: Flow


class SinkView(msgspec.Struct):
    """A sink: what enters, its transformers in order, and its publishers by their places among the outlets."""

    name: str
    entered: Flow
    steps: list[StepView]
    outlets: list[int]


class PipelineView(msgspec.Struct):
    """What samples (`meters`), or events, pass through."""

    takes: str
    sources: list[PipelineSourceView]
    sinks: list[SinkView]


class OutletView(msgspec.Struct):
    """A publisher with what waits for it on disk; `trouble` is what it last had against a batch."""

    name: str
    away: bool
    waiting: int
    waiting_bytes: int
    sent: Flow
    refused: Flow
    lost: Flow
    trouble: str
    trouble_ms: int | None
    in_trouble: bool


class DropView(msgspec.Struct):
    """Records that went no further than a station, by cause."""

    station: str
    cause: str
    records: Flow


class AgentDetail(msgspec.Struct):
    """All that an agent says of itself; rates are told over the last `window_s`, null while there is one report."""

    agent: AgentBrief
    window_s: float | None
    sources: list[PollingSource]
    tasks: list[TaskView]
    families: list[FamilyView]
    shared: SharedSlots | None
    brokers: list[BrokerView]
    pipelines: list[PipelineView]
    outlets: list[OutletView]
    drops: list[DropView]


def brief(kept: KeptReport, now_ns: int) -> AgentBrief:
    """An agent as a list shows it."""
    report = kept.report
    return AgentBrief(
        name=report.name,
        project_id=kept.project_id or None,
        version=report.version,
        started_ms=report.started_ns // MILLISECOND_NS,
        seen_ms=kept.received_ns // MILLISECOND_NS,
        every_s=kept.every_s,
        state=state_of(kept, now_ns),
        troubles=list(Since(kept).troubles()),
    )


def detail(kept: KeptReport, now_ns: int) -> AgentDetail:
    """An agent as its own page shows it."""
    since, now, before = Since(kept), kept.report, Since(kept).before
    pipelines = paired(now.pipelines, before.pipelines)
    return AgentDetail(
        agent=brief(kept, now_ns),
        window_s=since.seconds,
        sources=list(now.sources),
        tasks=[_task(since, *each) for each in paired(now.tasks, before.tasks)],
        families=[_family(since, *each) for each in paired(now.families, before.families)],
        shared=now.shared,
        brokers=_brokers(since),
        pipelines=[_pipeline(since, *each) for each in pipelines],
        outlets=[_outlet(since, *each) for each in paired(now.outlets, before.outlets)],
        drops=_drops(since),
    )


def _drops(since: Since) -> list[DropView]:
    return [
        DropView(station, cause, Flow(total, since.per_s(total, was))) for station, cause, total, was in since.drops()
    ]


def _flow(since: Since, count: Callable[[T], float], now: T, then: T | None) -> Flow:
    total = count(now)
    return Flow(total, since.per_s(total, None if then is None else count(then)))


def _task(since: Since, task: PollingTask, then: PollingTask | None) -> TaskView:
    return TaskView(
        name=task.name,
        interval_s=task.interval_s,
        shared=task.shared,
        cycles=task.cycles,
        overruns=task.overruns,
        samples=_flow(since, lambda each: each.samples, task, then),
        last=None if task.last is None else _cycle(task.last),
        in_trouble=since.task_in_trouble(task, then) or not since.failing().isdisjoint(task.families),
    )


def _cycle(last: LastCycle) -> CycleView:
    return CycleView(last.ended_ns // MILLISECOND_NS, last.seconds, last.late_s, last.samples)


def _family(since: Since, family: PollingFamily, then: PollingFamily | None) -> FamilyView:
    trouble = since.family_in_trouble(family, then)
    return FamilyView(family.name, family.errors, family.timeouts, family.overruns, trouble)


def _brokers(since: Since) -> list[BrokerView]:
    return [
        BrokerView(
            address=broker.address,
            connected=broker.connected,
            queues=list(broker.queues),
            received=_flow(since, lambda each: each.received, broker, then),
            acknowledged=_flow(since, lambda each: each.acknowledged, broker, then),
            redelivered=broker.redelivered,
            reconnects=broker.reconnects,
        )
        for broker, then in paired(since.now.brokers, since.before.brokers)
    ]


def _pipeline(since: Since, pipeline: Pipeline, then: Pipeline | None) -> PipelineView:
    sources = paired(pipeline.sources, then.sources if then else ())
    sinks = paired(pipeline.sinks, then.sinks if then else ())
    return PipelineView(
        takes=pipeline.takes,
        sources=[_source(since, *each) for each in sources],
        sinks=[_sink(since, *each) for each in sinks],
    )


def _source(since: Since, source: PipelineSource, then: PipelineSource | None) -> PipelineSourceView:
    taken = _flow(since, lambda each: each.taken, source, then)
    return PipelineSourceView(source.name, list(source.takes), list(source.sinks), taken)


def _sink(since: Since, sink: PipelineSink, then: PipelineSink | None) -> SinkView:
    steps = paired(sink.steps, then.steps if then else ())
    return SinkView(
        name=sink.name,
        entered=_flow(since, lambda each: each.entered, sink, then),
        steps=[StepView(step.name, _flow(since, lambda each: each.out, step, was)) for step, was in steps],
        outlets=list(sink.outlets),
    )


def _outlet(since: Since, outlet: Outlet, then: Outlet | None) -> OutletView:
    return OutletView(
        name=outlet.name,
        away=outlet.away,
        waiting=outlet.waiting,
        waiting_bytes=outlet.waiting_bytes,
        sent=_flow(since, lambda each: each.sent, outlet, then),
        refused=_flow(since, lambda each: each.refused, outlet, then),
        lost=_flow(since, lambda each: each.lost, outlet, then),
        trouble=outlet.trouble,
        trouble_ms=None if outlet.trouble_ns is None else outlet.trouble_ns // MILLISECOND_NS,
        in_trouble=since.outlet_in_trouble(outlet, then),
    )
