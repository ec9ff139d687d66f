# SPDX-License-Identifier: Apache-2.0
"""What the members of a scaling group measure in one bucket, within what the group's project may see."""

import math
from collections.abc import Collection, Mapping

import msgspec
import numpy as np

from nephoscope.alarm.targets import visible_to
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.paging import Page
from nephoscope.model.resource import Resource
from nephoscope.model.resource_id import as_uuid
from nephoscope.model.scaling import TargetTracking
from nephoscope.model.search import Compare, Or, Search, read_query, with_resource_ids
from nephoscope.model.timespan import SECOND_NS, seconds
from nephoscope.query.metrics import FOREVER, MetricReader
from nephoscope.store.catalog import Catalog
from nephoscope.store.index.contract import Index

MEMBERS_MAX = 10_000


class MemberValues:
    """Reads what targets are tracked by; safe for several threads."""

    def __init__(self, index: Index, catalog: Catalog, reader: MetricReader) -> None:
        self._index = index
        self._catalog = catalog
        self._reader = reader

    def read(
        self, project_id: str | None, rule: TargetTracking, names: Collection[str], bucket_ns: int
    ) -> Mapping[str, float] | str:
        """
        The values of one bucket by the name of their resource, of those that have one; or why nothing is known.

        `names` are the ids or names of resources, which a rule with a query does not ask for. `project_id` None reads
        whatever there is.
        """
        try:
            resources = self._resources(project_id, rule, names)
        except msgspec.DecodeError as error:
            return f"the query is not JSON: {error}"
        except NotFound:
            return f"there is no resource type {rule.resource_type}"
        except BadRequest as error:
            return error.message
        if not resources:
            return f"no resource matches {rule.query}" if rule.query else "no member is known as a resource"
        return self._values(rule, resources, bucket_ns)

    def _resources(
        self, project_id: str | None, rule: TargetTracking, names: Collection[str]
    ) -> Mapping[str, Resource]:
        search = _named(names)
        if rule.query:
            search = with_resource_ids(read_query(msgspec.json.decode(rule.query)), None)
        found = self._index.resources.find(
            rule.resource_type, search, visible=visible_to(project_id), metrics=False, page=Page(MEMBERS_MAX)
        )
        called: dict[str, Resource] = {}
        for each in found:
            if rule.query:
                if each.ended_at_ns is None:
                    called.setdefault(each.original_resource_id, each)
                continue
            for name in (each.original_resource_id, str(each.id)):
                if name in names:
                    called.setdefault(name, each)
        return called

    def _values(
        self, rule: TargetTracking, resources: Mapping[str, Resource], bucket_ns: int
    ) -> Mapping[str, float] | str:
        metrics = self._catalog.by_name({(each.id, rule.metric) for each in resources.values()})
        # By number: two names may be those of one resource.
        named = {
            metric.number: (name, metric)
            for name, each in resources.items()
            if (metric := metrics.get((each.id, rule.metric))) is not None
        }
        if not named:
            return f"none of {len(resources)} resources has a metric {rule.metric}"
        width_ns = rule.granularity * SECOND_NS
        timespans: list[int] = []
        for _, metric in named.values():
            policy = self._catalog.policy(metric.archive_policy_name)
            kept = {each.granularity_ns: each.timespan_ns for each in policy.definition}
            if rule.method not in policy.aggregation_methods:
                return f"archive policy {policy.name} keeps no {rule.method}"
            if width_ns not in kept:
                widths = ", ".join(f"{seconds(each):g} s" for each in sorted(kept))
                return f"archive policy {policy.name} keeps {widths}, not {rule.granularity} s"
            timespans.append(kept[width_ns] or FOREVER)
        numbers, spans = np.array(list(named), np.uint32), np.array(timespans, np.int64)
        points = self._reader.read(numbers, rule.method, width_ns, spans, bucket_ns, bucket_ns + width_ns)
        names = [name for name, _ in named.values()]
        found = zip(points.series.tolist(), points.value.tolist(), strict=True)
        values = {names[place]: value for place, value in found if math.isfinite(value)}
        return values or f"none of {len(names)} members has a value of {rule.metric} in the last {rule.granularity} s"


def _named(names: Collection[str]) -> Search:
    uuids = tuple(str(uuid) for each in names if (uuid := as_uuid(each)))
    searches: list[Search] = [Compare("in", "original_resource_id", tuple(sorted(names)))] if names else []
    if uuids:
        searches.append(Compare("in", "id", uuids))
    return Or(tuple(searches))
