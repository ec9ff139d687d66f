# SPDX-License-Identifier: Apache-2.0
"""The parts of a server that decide alarms, over a store and an index of their own; the clock is set by hand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import numpy as np

from nephoscope.alarm.evaluator import EvaluationSettings, Evaluator
from nephoscope.alarm.events import EventAlarms
from nephoscope.alarm.instance_reader import InstanceReader
from nephoscope.alarm.members import MemberFinder
from nephoscope.alarm.prometheus import verdict_of
from nephoscope.alarm.readings import Judges
from nephoscope.alarm.recent_events import EventReading
from nephoscope.alarm.series_reading import SeriesReading
from nephoscope.alarm.sharing import Share
from nephoscope.alarm.targets import Targets
from nephoscope.alarm.thresholds import Thresholds
from nephoscope.alarm.verdicts import Verdict
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_rule import PrometheusThreshold
from nephoscope.model.archive_policy import ArchivePolicy, definition
from nephoscope.model.attribute import StringAttribute
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.metric import MetricDraft
from nephoscope.model.resource import ResourceDraft
from nephoscope.model.resource_id import resource_id
from nephoscope.model.resource_type import GENERIC, ResourceType
from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.metrics import MetricReader
from nephoscope.rehearsal.cast import AUTHOR, Needs
from nephoscope.rehearsal.late_store import late
from nephoscope.rehearsal.script import MeasuredSeries, QueriedSeries, Scene
from nephoscope.store import schema
from nephoscope.store.catalog import Catalog
from nephoscope.store.commit import GroupCommit, Measures
from nephoscope.store.contract import Store
from nephoscope.store.engines import open_store
from nephoscope.store.engines.settings import EngineSettings
from nephoscope.store.events import keep
from nephoscope.store.head import Head
from nephoscope.store.index import open_index
from nephoscope.store.index.alarm_contract import Author, Limits
from nephoscope.store.index.contract import Index
from nephoscope.store.series import SeriesState

POLICY = "rehearsal"
HEAD_BYTES = 64 * 2**20
WAIT_S = 60.0
# What is measured at a moment is there when alarms are decided as of it, so nothing has to be waited for.
SETTINGS = EvaluationSettings(interval_s=60.0, settle_s=0.0)
# Reads are of what was before now; below what times are kept to, so that it is not seen.
AFTER_NS = 1


@dataclass
class AnsweredQueries:
    """Answers what a Prometheus would, out of the file."""

    start_ns: int
    series: Sequence[QueriedSeries]
    now_ns: int = 0

    def verdicts(self, rules: Collection[PrometheusThreshold]) -> Mapping[PrometheusThreshold, Verdict]:
        """See `PrometheusJudge`."""
        return {rule: verdict_of(rule, self._values(rule.query)) for rule in rules}

    def _values(self, query: str) -> list[float]:
        found = []
        for each in self.series:
            place = (self.now_ns - self.start_ns) // each.step_ns
            value = each.values[place] if each.query == query and 0 <= place < len(each.values) else None
            if value is not None:
                found.append(value)
        return found


@dataclass
class Stage:
    """The parts, and what is to be measured; `play_to` lets time pass."""

    index: Index
    store: Store
    commit: GroupCommit
    evaluator: Evaluator
    events: EventAlarms
    queries: AnsweredQueries
    clock: list[int]
    numbers: np.ndarray[tuple[int], np.dtype[np.uint32]]
    times: np.ndarray[tuple[int], np.dtype[np.int64]]
    values: np.ndarray[tuple[int], np.dtype[np.float64]]
    _put: int = field(default=0)

    @property
    def now_ns(self) -> int:
        """What time it is."""
        return self.clock[0]

    def measure_to(self, moment_ns: int) -> None:
        """Store what is measured up to a moment."""
        until = int(np.searchsorted(self.times, moment_ns, side="right"))
        if until > self._put:
            part = slice(self._put, until)
            self.commit.submit(Measures(self.numbers[part], self.times[part], self.values[part])).result(WAIT_S)
            self._put = until

    def decide(self, moment_ns: int) -> None:
        """Decide alarms as of a moment, whose measures have just come in."""
        self.measure_to(moment_ns)
        self._set(moment_ns + AFTER_NS)
        self.evaluator.cycle()

    def happen(self, event: KeptEvent) -> None:
        """An event comes in."""
        self._set(event.time_ns)
        keep(self.store, [event])
        self.events.note([event])

    def _set(self, now_ns: int) -> None:
        self.clock[0] = now_ns
        self.queries.now_ns = now_ns


@contextmanager
def opened_store(dsn: str) -> Iterator[Store]:
    """An empty database of its own in the engine, dropped afterwards."""
    database = f"rehearsal_{uuid4().hex[:12]}"
    store = open_store(dsn, EngineSettings(database=database))
    try:
        schema.upgrade(store, schema.Layout())
        yield store
    finally:
        store.execute(f"DROP DATABASE `{database}` SYNC")
        store.close()


@contextmanager
def opened_index(path: Path) -> Iterator[Index]:
    """An index in a file, at this program's schema."""
    index = open_index(f"sqlite:///{path}")
    try:
        index.upgrade()
        yield index
    finally:
        index.close()


@contextmanager
def staged(store: Store, index: Index, scene: Scene, alarms: Sequence[Alarm], needs: Needs) -> Iterator[Stage]:
    """All that a scene needs, at its start. BadRequest with file and line for what cannot be there."""
    store = late(store)
    series = SeriesState(store)
    catalog = Catalog(index, series)
    head = Head(series, HEAD_BYTES)
    reader = MetricReader(store, series, head)
    numbers = _make(index, catalog, scene.measured, needs)
    by = Author(AUTHOR, "")
    for each in alarms:
        index.alarms.create(each, by, Limits())
    clock = [scene.start_ns]
    queries = AnsweredQueries(scene.start_ns, scene.queried, scene.start_ns)
    share = Share(index, AUTHOR)
    judges = Judges(
        Thresholds(Targets(index, catalog), reader, series),
        queries,
        InstanceReader(SeriesReading(MemberFinder(index, catalog), reader, series)),
        events=EventReading(store),
    )
    evaluator = Evaluator(index, judges, share, SETTINGS, wall_ns=lambda: clock[0])
    events = EventAlarms(index.alarms, wall_ns=lambda: clock[0])
    commit = GroupCommit(store, series, head)
    share.start()
    try:
        yield Stage(index, store, commit, evaluator, events, queries, clock, *_columns(scene, numbers))
    finally:
        share.stop()
        commit.close()


def _make(index: Index, catalog: Catalog, measured: Sequence[MeasuredSeries], needs: Needs) -> list[int]:
    """The resources and metrics of series, and the metrics' numbers."""
    kept = tuple(definition(granularity_ns=width_s * SECOND_NS, timespan_ns=None) for width_s in needs.granularities)
    index.archive_policies.create(ArchivePolicy(POLICY, 0, kept, needs.methods))
    attributes: dict[str, dict[str, StringAttribute]] = {}
    for each in measured:
        attributes.setdefault(each.type, {}).update((name, StringAttribute(required=False)) for name in each.attributes)
    for name, known in attributes.items():
        if name != GENERIC:
            index.resource_types.create(ResourceType(name, dict(known)))
    numbers = []
    there: set[str] = set()
    for each in measured:
        try:
            numbers.append(_make_one(index, catalog, each, is_new=each.resource not in there))
        except NephoscopeError as error:
            raise each.part.wrong("a resource that can be", error.message) from None
        there.add(each.resource)
    return numbers


def _make_one(index: Index, catalog: Catalog, each: MeasuredSeries, *, is_new: bool) -> int:
    own_id = resource_id(each.resource, AUTHOR)
    if is_new:
        draft = ResourceDraft(
            id=own_id,
            original_resource_id=each.resource,
            type=each.type,
            creator=AUTHOR,
            project_id=each.project,
            attributes=each.attributes,
        )
        index.resources.create([draft])
    (made,) = index.metrics.create(
        [MetricDraft(name=each.metric, archive_policy_name=POLICY, resource_id=own_id, creator=AUTHOR)]
    )
    catalog.remember([made], new=True)
    return made.number


def _columns(
    scene: Scene, numbers: Sequence[int]
) -> tuple[
    np.ndarray[tuple[int], np.dtype[np.uint32]],
    np.ndarray[tuple[int], np.dtype[np.int64]],
    np.ndarray[tuple[int], np.dtype[np.float64]],
]:
    rows = [
        (scene.start_ns + step * each.step_ns, number, value)
        for each, number in zip(scene.measured, numbers, strict=True)
        for step, value in enumerate(each.values)
        if value is not None
    ]
    rows.sort()
    return (
        np.array([number for _, number, _ in rows], np.uint32),
        np.array([time_ns for time_ns, _, _ in rows], np.int64),
        np.array([value for _, _, value in rows], np.float64),
    )
