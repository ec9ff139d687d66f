# SPDX-License-Identifier: Apache-2.0
"""`POST /v1/aggregates`: operations over metrics by id, or over the metrics of resources that a search finds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from uuid import UUID

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.gnocchi import render
from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.fields import read_mapping
from nephoscope.api.gnocchi.measures import allow_metric
from nephoscope.api.gnocchi.points import finite, json_response, rows_of
from nephoscope.api.gnocchi.searches import read_search
from nephoscope.api.gnocchi.targets import visible_resources
from nephoscope.model.errors import BadArgument, BadRequest, InvalidInput, NotFound
from nephoscope.model.metric import Metric
from nephoscope.model.resource import Series, SeriesGroup
from nephoscope.model.search import Search
from nephoscope.query.operations import (
    Fill,
    Life,
    Node,
    Outcome,
    Part,
    Reference,
    choose_granularities,
    compute,
    join_lives,
    parse,
    parse_fill,
    references,
)
from nephoscope.query.series import StoredSeries, read_tables

Measured = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """The arguments of the request that say over what and how to compute; times in ns."""

    start_ns: int | None
    stop_ns: int | None
    granularity_ns: int | None
    fill: Fill | None
    needed_overlap: float | None

    @classmethod
    def of(cls, call: Call) -> "Options":
        """Read them from the query string; BadArgument names the one that is wrong."""
        arguments = call.arguments
        fill = arguments.text("fill")
        return cls(
            arguments.time("start"),
            arguments.time("stop"),
            arguments.timespan("granularity"),
            None if fill is None else parse_fill(fill),
            overlap(arguments.text("needed_overlap")),
        )


def overlap(text: str | None) -> float | None:
    """A percentage; BadArgument for anything else."""
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        raise BadArgument("needed_overlap", "Must be a number") from None


@dataclass(frozen=True)
class Labelled:
    """A stored series with the reference that it answers to, and where it stands in the answer."""

    label: Reference
    series: StoredSeries
    place: tuple[str, ...]


def post_aggregates(call: Call) -> Response:
    """Compute the operations of the body; see `routes`."""
    body = read_mapping(call.json())
    for key in body:
        if key not in ("operations", "resource_type", "search"):
            raise InvalidInput(f"extra keys not allowed @ data['{key}']", [key])
    if "operations" not in body:
        raise InvalidInput("required key not provided @ data['operations']", ["operations"])
    tree = parse(body["operations"])
    options = Options.of(call)
    if "resource_type" in body or "search" in body:
        return _by_resource(call, tree, options, body)
    return _by_id(call, tree, options)


def _by_id(call: Call, tree: Node, options: Options) -> Response:
    wanted = references(tree)
    metrics = _metrics(call, wanted)
    for metric in metrics.values():
        allow_metric(call, "get metric", metric)
    policy = call.parts.measured.catalog.policy
    labelled = [
        Labelled(label, StoredSeries(metric.number, policy(metric.archive_policy_name), label.method), label)
        for label, metric in ((label, metrics[label.ref]) for label in wanted)
    ]
    answer = _Answer()
    body: Measured = {"measures": answer.shape(_compute(call, tree, labelled, options), labelled)}
    if call.arguments.flag("details"):
        body["references"] = _metric_references(call, metrics.values())
    return json_response(body, finite=answer.finite)


def _metrics(call: Call, wanted: Sequence[Reference]) -> dict[str, Metric]:
    """The metrics by the text that refers to them."""
    bad = [list(label) for label in wanted if _uuid(label.ref) is None]
    if bad:
        raise BadRequest(
            "", cause="Invalid metric references", reason="badly formed hexadecimal UUID string", detail=bad
        )
    found = call.parts.measured.catalog.by_text({label.ref for label in wanted})
    unknown = sorted({label.ref for label in wanted if label.ref not in found})
    if unknown:
        raise NotFound("", cause="Unknown metrics", reason="Provided metrics don't exists", detail=unknown)
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _metric_references(call: Call, metrics: Iterable[Metric]) -> list[render.Shape]:
    unique = {metric.id: metric for metric in metrics}
    owners = call.parts.index.resources.get_many({m.resource_id for m in unique.values() if m.resource_id})
    policy = call.parts.measured.catalog.policy
    return [
        render.metric_shown(
            metric, policy(metric.archive_policy_name), owners.get(metric.resource_id) if metric.resource_id else None
        )
        for metric in unique.values()
    ]


def _by_resource(call: Call, tree: Node, options: Options, body: Mapping[str, Any]) -> Response:
    type_name = body.get("resource_type", "generic")
    if not isinstance(type_name, str):
        raise InvalidInput("expected str for dictionary value @ data['resource_type']", ["resource_type"])
    try:
        call.parts.index.resource_types.get(type_name)
    except NotFound:
        raise BadRequest("", cause="Resource type does not exist", detail=type_name) from None
    search = read_search(call, body.get("search", {}))
    names = list(dict.fromkeys(label.ref for label in references(tree)))
    groupby = call.arguments.texts("groupby")
    history = call.arguments.flag("use_history") and bool(groupby)
    groups = _groups(call, type_name, search, names, groupby, options if history else None)
    if not groups:
        raise NotFound(f"Metric {names!r} does not exist")
    answer = _Answer()
    shaped = [_group(call, tree, group, options, answer, history=history) for group in groups]
    if not groupby:
        return json_response(shaped[0], finite=answer.finite)
    listed = [
        {"group": dict(zip(groupby, group.key, strict=True)), "measures": each}
        for group, each in zip(groups, shaped, strict=True)
    ]
    return json_response(listed, finite=answer.finite)


def _groups(
    call: Call, type_name: str, search: Search, names: Sequence[str], groupby: Sequence[str], history: Options | None
) -> list[SeriesGroup]:
    return call.parts.index.resources.series(
        type_name,
        search,
        names,
        groupby=groupby,
        history=history is not None,
        start_ns=None if history is None else history.start_ns,
        stop_ns=None if history is None else history.stop_ns,
        visible=visible_resources(call, "search resource", type_name),
    )


def _group(
    call: Call, tree: Node, group: SeriesGroup, options: Options, answer: "_Answer", *, history: bool
) -> Measured:
    wanted = references(tree)
    if history:
        body: Measured = {"measures": answer.rows(_lives(call, tree, group, options))}
    else:
        labelled = [label for series in group.series for label in _labels(call, series, wanted)]
        body = {"measures": answer.shape(_compute(call, tree, labelled, options), labelled)}
    if call.arguments.flag("details"):
        resources = {series.resource.id: series.resource for series in group.series}
        body["references"] = [render.resource(each) for each in resources.values()]
    return body


def _labels(call: Call, series: Series, wanted: Sequence[Reference]) -> list[Labelled]:
    """A metric answers to every reference that names it, globs included."""
    policy = call.parts.measured.catalog.policy(series.archive_policy_name)
    call.parts.measured.catalog.by_id([series.metric_id])
    return [
        Labelled(
            label,
            StoredSeries(series.metric_number, policy, label.method),
            (str(series.resource.id), series.metric_name, label.method),
        )
        for label in wanted
        if fnmatchcase(series.metric_name, label.ref)
    ]


def _lives(call: Call, tree: Node, group: SeriesGroup, options: Options) -> Sequence[Part]:
    """Each revision of a resource is computed for its own time, then all are added up."""
    by_revision: dict[tuple[UUID, int], list[Series]] = {}
    for series in group.series:
        by_revision.setdefault((series.resource.id, series.resource.revision), []).append(series)
    lives = []
    for members in by_revision.values():
        resource = members[0].resource
        start = max((each for each in (resource.revision_start_ns, options.start_ns) if each is not None), default=None)
        stop = min((each for each in (resource.revision_end_ns, options.stop_ns) if each is not None), default=None)
        clipped = Options(start, stop, options.granularity_ns, options.fill, options.needed_overlap)
        labelled = [label for series in members for label in _labels(call, series, references(tree))]
        outcome = _compute(call, tree, labelled, clipped)
        if not outcome.aggregated:
            raise BadRequest(
                "",
                cause="Metrics cannot be aggregated",
                reason="use_history needs operations that aggregate",
                detail=[],
            )
        lives.append(Life(outcome.series[0], start, stop))
    return join_lives(lives).parts


def _compute(call: Call, tree: Node, labelled: Sequence[Labelled], options: Options) -> Outcome:
    missing = [list(each.label) for each in labelled if not each.series.keeps()]
    if missing:
        raise NotFound("", cause="Metrics with unknown aggregation", detail=missing)
    labels = [each.label for each in labelled]
    kept = [(each.label, each.series.granularities_ns()) for each in labelled]
    granularities = choose_granularities(kept, options.granularity_ns)
    tables = read_tables(
        call.parts.measured.reader,
        [each.series for each in labelled],
        granularities,
        options.start_ns,
        options.stop_ns,
    )
    return compute(
        tree,
        tables,
        labels,
        fill=options.fill,
        needed_overlap=options.needed_overlap,
        start_ns=options.start_ns,
        stop_ns=options.stop_ns,
    )


class _Answer:
    """Shapes outcomes as nested objects, and notes whether any value needs more than strict JSON."""

    def __init__(self) -> None:
        self.finite = True

    def rows(self, parts: Sequence[Part]) -> Measured:
        """One aggregated series."""
        self.finite = self.finite and finite(parts)
        return {"aggregated": rows_of(parts)}

    def shape(self, outcome: Outcome, labelled: Sequence[Labelled]) -> Measured:
        """The aggregated series, or each series at its place: by id and method, or by resource, name and method."""
        if outcome.aggregated:
            return self.rows(outcome.series[0].parts)
        shaped: Measured = {}
        for series in outcome.series:
            assert series.position is not None
            *folders, leaf = labelled[series.position].place
            inner = shaped
            for folder in folders:
                inner = inner.setdefault(folder, {})
            self.finite = self.finite and finite(series.parts)
            inner[leaf] = rows_of(series.parts)
        return shaped


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/aggregates", POST=post_aggregates)]
