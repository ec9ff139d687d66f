# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/agents`: what agents that collect say of themselves, and how they are."""

from typing import Annotated

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.agent_views import AgentBrief, AgentDetail, brief, detail
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.model.agent_report import REPORT_BYTES_MAX, AgentReport, Viewer
from nephoscope.model.errors import BadArgument, InvalidInput, TooLarge
from nephoscope.model.text import is_storable


class Heard(msgspec.Struct):
    """A report was kept; the next one is wanted in `next_s`."""

    next_s: float


class AgentsQuery(msgspec.Struct):
    """A page of the list; `marker` is a `next`."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 200
    marker: Annotated[str, msgspec.Meta(max_length=2000)] | None = None


class Agents(msgspec.Struct):
    """Agents by name; `next` is the marker of the page after this one, `now_ms` the time by which they were seen."""

    agents: list[AgentBrief]
    now_ms: int
    next: str | None


class AgentQuery(msgspec.Struct):
    """Of several agents of one name, that of this project; else the one that was heard of last."""

    project: Annotated[str, msgspec.Meta(max_length=255)] | None = None


def post_report(call: Call, body: AgentReport) -> Heard:
    """Take the place of what the agent has said before; reports are forgotten after a day."""
    if len(call.body) > REPORT_BYTES_MAX:
        raise TooLarge(f"the report is larger than {REPORT_BYTES_MAX} bytes")
    if not is_storable(body.name):
        raise InvalidInput("the name holds NUL or half a surrogate pair", ["name"])
    _refuse_loose_ends(body)
    caller = call.caller
    next_s = call.parts.index.agent_reports.keep(body, project_id=caller.project_id, creator=caller.creator)
    return Heard(next_s)


def _refuse_loose_ends(report: AgentReport) -> None:
    """Sources lead to sinks of their pipeline, and sinks to outlets of the report."""
    for place, pipeline in enumerate(report.pipelines):
        names = {sink.name for sink in pipeline.sinks}
        for number, source in enumerate(pipeline.sources):
            if unknown := sorted(set(source.sinks) - names):
                where = ["pipelines", str(place), "sources", str(number), "sinks"]
                raise InvalidInput(f"expected sinks of the pipeline, found {unknown[0]!r}", where)
        for number, sink in enumerate(pipeline.sinks):
            if any(outlet >= len(report.outlets) for outlet in sink.outlets):
                where = ["pipelines", str(place), "sinks", str(number), "outlets"]
                raise InvalidInput(f"expected places among {len(report.outlets)} outlets", where)


def list_agents(call: Call, query: AgentsQuery) -> Agents:
    """Agents that have reported within a day: those of the project in force, and one's own."""
    reports = call.parts.index.agent_reports
    found = reports.find(_viewer(call), limit=query.limit + 1, after=_after(query.marker))
    shown, more = found[: query.limit], len(found) > query.limit
    now_ns = reports.now_ns()
    marker = msgspec.json.encode([shown[-1].report.name, shown[-1].owner]).decode() if more else None
    return Agents([brief(each, now_ns) for each in shown], now_ns // 10**6, marker)


def show_agent(call: Call, query: AgentQuery) -> AgentDetail:
    """An agent's sources, pipelines and publishers, with rates."""
    reports = call.parts.index.agent_reports
    kept = reports.get(call.segment("name"), _viewer(call), project_id=query.project)
    return detail(kept, reports.now_ns())


def _viewer(call: Call) -> Viewer:
    if call.sees_all:
        return Viewer(everything=True)
    caller = call.caller
    return Viewer(project_id=caller.project_id, creator="" if caller.chosen_project else caller.creator)


def _after(marker: str | None) -> tuple[str, str] | None:
    if marker is None:
        return None
    try:
        return msgspec.json.decode(marker, type=tuple[str, str])
    except msgspec.MsgspecError:
        raise BadArgument("marker", "expected a `next` of this list") from None


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at("/v1/agents", GET=operation(list_agents, "see data"), POST=operation(post_report, "send samples")),
        at("/v1/agents/{name:path}", GET=operation(show_agent, "see data")),
    ]
