# SPDX-License-Identifier: Apache-2.0
"""A small cloud whose measures alarms look at, over a real index and the embedded engine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nephoscope.alarm.targets import Targets
from nephoscope.alarm.thresholds import Thresholds
from nephoscope.model.archive_policy import ArchivePolicy, definition
from nephoscope.model.attribute import StringAttribute
from nephoscope.model.metric import Metric, MetricDraft
from nephoscope.model.resource import Resource, ResourceDraft
from nephoscope.model.resource_id import resource_id
from nephoscope.model.resource_type import ResourceType
from nephoscope.store.catalog import Catalog
from nephoscope.store.commit import Measures
from nephoscope.store.index.contract import Index
from tests.api.gnocchi.server import make_template, opened_copy
from tests.store.measured import Measured

SECOND_NS = 10**9
# A whole hour: 2026-03-02T09:00:00Z.
NOW_NS = 1_772_442_000 * SECOND_NS
METHODS = ("mean", "min", "max", "sum", "count", "rate:mean", "rate:max")
INSTANCE = ResourceType("instance", {"server_group": StringAttribute(required=False)})


@dataclass
class World:
    """Resources, metrics and measures, and what looks at them."""

    index: Index
    measured: Measured
    catalog: Catalog

    def thresholds(self, lag_s: float = 0) -> Thresholds:
        """What judges rules here, with nothing remembered."""
        targets = Targets(self.index, self.catalog)
        return Thresholds(targets, self.measured.reader, self.measured.series, int(lag_s * SECOND_NS))

    def resource(self, name: str, project: str = "blue", creator: str = "admin", **attributes: Any) -> Resource:
        """A new instance."""
        draft = ResourceDraft(
            id=resource_id(name, creator),
            original_resource_id=name,
            type="instance",
            creator=creator,
            project_id=project,
            attributes=attributes,
        )
        return self.index.resources.create([draft])[0]

    def metric(self, owner: Resource, name: str = "cpu", policy: str = "watched") -> Metric:
        """A new metric without points."""
        draft = MetricDraft(name=name, archive_policy_name=policy, resource_id=owner.id, creator="admin")
        (made,) = self.index.metrics.create([draft])
        self.catalog.remember([made], new=True)
        return made

    def put(self, metric: Metric, points: Sequence[tuple[float, float]]) -> None:
        """Store (seconds before now, value) of a metric."""
        if not points:
            return
        times = np.array([NOW_NS - round(ago_s * SECOND_NS) for ago_s, _ in points], np.int64)
        values = np.array([value for _, value in points])
        numbers = np.full(len(points), metric.number, np.uint32)
        self.measured.commit.submit(Measures(numbers, times, values)).result(30)


@pytest.fixture(scope="session")
def index_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that was made once."""
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def world(index_template: Path, tmp_path: Path, measured: Measured) -> Iterator[World]:
    """A cloud with nothing in it but the type of instances and the policy `watched`: 60 s and 300 s for a day."""
    with opened_copy(index_template, tmp_path) as index:
        index.resource_types.create(INSTANCE)
        kept = tuple(definition(granularity_ns=width * SECOND_NS, timespan_ns=86400 * SECOND_NS) for width in (60, 300))
        index.archive_policies.create(ArchivePolicy("watched", 0, kept, frozenset(METHODS)))
        yield World(index, measured, Catalog(index, measured.series))
