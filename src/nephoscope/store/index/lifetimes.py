# SPDX-License-Identifier: Apache-2.0
"""
Many resources begin, change and end in one transaction, in a number of statements that does not grow with theirs.

Rows are read once, changed in memory step by step, and written once, so that a resource gets one new revision however
many steps changed it. Searches for associates are asked together ahead of the steps; where earlier steps could change
what a later search finds, what they did is written first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from nephoscope.model import timestamp
from nephoscope.model.attribute import StringAttribute
from nephoscope.model.errors import BadRequest, Forbidden, InvalidInput, NephoscopeError, NotFound
from nephoscope.model.lifetime import Associates, Carried, Fields, MayChange, Step
from nephoscope.model.resource import ResourceDraft
from nephoscope.model.resource_type import GENERIC, ResourceType
from nephoscope.model.search import Compare, Search, map_leaves
from nephoscope.model.text import check_length
from nephoscope.store.index.database import among
from nephoscope.store.index.resource_rows import matching
from nephoscope.store.index.resource_types import load_type
from nephoscope.store.index.resource_writes import (
    TIMES,
    begin_revisions,
    check_draft_texts,
    check_times,
    draft_row,
    index_attributes,
    insert_rows,
    numbers_of,
    set_ones,
)
from nephoscope.store.index.tables import resource, resource_attribute

OWNERS = ("user_id", "project_id")
COMMON = (*OWNERS, "started_at", "ended_at")
CHANGING = (*OWNERS, *TIMES, "attributes")
FOUND_MAX = 100_000
# Fields of searches that are made of others, so that any change may be one of them.
DERIVED = frozenset({"revision_start", "lifespan", "any_name"})
# Stands for all fields of a resource that was not there before.
NEW = "*"


def carry_out(
    connection: Connection, steps: Sequence[Step], creator: str | None, may_change: MayChange, now_ns: int
) -> Carried:
    """Take the steps in their order, as `creator`; `may_change` is asked about every resource that is there."""
    batch = _Batch(connection, creator, may_change, now_ns)
    batch.read(step.id for step in steps)
    for segment in _segments(steps, batch):
        batch.write()
        found = batch.find(each for _, step in segment for each in _followers(step))
        for place, step in segment:
            batch.take(place, step, found)
    batch.write()
    return Carried(sorted(batch.changed), batch.refused)


@dataclass
class _Kept:
    """
    A resource as the batch leaves it: the `values` of its row, and those that were last `written`, None for none yet.

    `row` is as it was read, None for one that the batch made.
    """

    values: dict[str, Any]
    row: Row[Any] | None = None
    written: dict[str, Any] | None = None

    def differs(self) -> bool:
        return self.written is not None and any(self.values[name] != self.written[name] for name in CHANGING)


class _Asked(NamedTuple):
    """A search for associates, as a key: the same one is asked once."""

    type: str
    search: Search


Found = dict[_Asked, list[UUID] | BadRequest]


class _Batch:
    """The rows that steps have to do with, and what is to be written of them."""

    def __init__(self, connection: Connection, creator: str | None, may_change: MayChange, now_ns: int) -> None:
        self.changed: set[UUID] = set()
        self.refused: dict[int, NephoscopeError] = {}
        self._connection = connection
        self._creator = creator
        self._may_change = may_change
        self._now_ns = now_ns
        self._types: dict[str, ResourceType | None] = {}
        self._kept: dict[UUID, _Kept] = {}

    def knows(self, resource_id: UUID) -> bool:
        """Whether such a resource is there, or was made by a step."""
        return resource_id in self._kept

    def read(self, ids: Iterable[UUID]) -> None:
        """Read the rows of those that are there, and keep them from others until the end."""
        # In the order of the ids, so that two batches do not wait for each other in a circle.
        query = select(resource).where(among(self._connection, resource.c.id, set(ids))).order_by(resource.c.id)
        self._keep(self._connection.execute(query.with_for_update()))

    def find(self, asked: Iterable[Associates]) -> Found:
        """The resources that each search finds now, or why it cannot be carried out."""
        found: Found = {}
        alike: dict[tuple[str, str], set[str]] = defaultdict(set)
        for key in {_Asked(each.type, each.search) for each in asked}:
            found[key] = []
            if (seen_as := self._type(key.type)) is None:
                continue
            if (sought := _text_sought(key.search, seen_as)) is not None:
                alike[key.type, sought.field].add(str(sought.value))
                continue
            try:
                found[key] = [row.id for row in self._rows(seen_as, key.search)]
            except BadRequest as error:
                found[key] = error
        # Most ask for one value of the same attribute: one question for all of these.
        for (type_name, name), values in alike.items():
            for row in self._rows(self._needed(type_name), Compare("in", name, tuple(sorted(values)))):
                listed = found[_Asked(type_name, Compare("eq", name, row.attributes[name]))]
                assert isinstance(listed, list)
                listed.append(row.id)
        return found

    def take(self, place: int, step: Step, found: Found) -> None:
        """Take one step in memory; what speaks against it is noted under its place."""
        try:
            self._take(step)
        except NephoscopeError as error:
            self.refused[place] = error
        for each in _followers(step):
            these = found[_Asked(each.type, each.search)]
            if isinstance(these, BadRequest):
                self.refused.setdefault(place, these)
                continue
            for resource_id in these:
                try:
                    self._follow(step, each, self._kept[resource_id])
                except NephoscopeError as error:
                    self.refused.setdefault(place, error)

    def write(self) -> None:
        """Bring the database to what the steps so far have made of the resources."""
        new = [kept for kept in self._kept.values() if kept.written is None]
        different = {each: kept for each, kept in self._kept.items() if kept.differs()}
        if new:
            rows = [kept.values for kept in new]
            insert_rows(self._connection, rows, self._types_of(rows))
        if different:
            begin_revisions(self._connection, list(different), self._now_ns)
            self._update(different)
        self.changed |= different.keys() | {kept.values["id"] for kept in new}
        for kept in (*new, *different.values()):
            kept.written = dict(kept.values)

    def _update(self, different: dict[UUID, _Kept]) -> None:
        change = update(resource).where(resource.c.id == bindparam("this"))
        change = change.values({name: bindparam(f"new_{name}") for name in CHANGING})
        rows = [
            {"this": each, **{f"new_{name}": kept.values[name] for name in CHANGING}}
            for each, kept in different.items()
        ]
        self._connection.execute(change, rows)
        again = [
            kept.values
            for kept in different.values()
            if kept.written is not None and kept.values["attributes"] != kept.written["attributes"]
        ]
        if again:
            numbers = numbers_of(self._connection, [values["id"] for values in again])
            these = among(self._connection, resource_attribute.c.resource_number, numbers.values())
            self._connection.execute(delete(resource_attribute).where(these))
            index_attributes(self._connection, again, self._types_of(again))

    def _take(self, step: Step) -> None:
        kept = self._kept.get(step.id)
        if step.do == "create":
            if kept is None:
                self._create(step)
        elif kept is not None and step.type in {GENERIC, kept.values["type"]}:
            if not self._is_ours(kept):
                raise Forbidden(f"resource {step.original_resource_id} was made by others, who alone may change it")
            self._change(kept, step, step.fields)

    def _create(self, step: Step) -> None:
        type_ = self._needed(step.type)
        common, attributes = _split(step.fields)
        owners = {name: _text(name, value) for name, value in common.items() if name in OWNERS}
        times = {f"{name}_ns": self._time(name, value) for name, value in common.items() if name not in OWNERS}
        draft = ResourceDraft(
            id=step.id,
            original_resource_id=step.original_resource_id,
            type=step.type,
            creator=self._creator,
            **{"started_at_ns": step.at_ns, **owners, **times},  # type: ignore[arg-type]
        )
        check_draft_texts(draft)
        stored = set_ones(type_.store_attributes(attributes))
        self._kept[step.id] = _Kept(draft_row(draft, stored, self._now_ns))

    def _follow(self, step: Step, associates: Associates, kept: _Kept) -> None:
        """An associate goes the way of its resource; those of others, and those that ended before, stay as they are."""
        is_open = step.do == "update" or kept.values["ended_at_ns"] is None
        if is_open and self._is_ours(kept):
            self._change(kept, step, associates.fields)

    def _change(self, kept: _Kept, step: Step, fields: Fields) -> None:
        """Change a resource, or nothing of it when anything is wrong."""
        values = dict(kept.values)
        if step.do == "end":
            # What was made a moment ago, by another's clock, may have begun after that: then it ended when it began.
            values["ended_at_ns"] = max(timestamp.to_microseconds(step.at_ns), values["started_at_ns"])
        else:
            common, attributes = _split(fields)
            for name, value in common.items():
                if name in OWNERS:
                    values[name] = _text(name, value)
                else:
                    values[f"{name}_ns"] = self._time(name, value)
            if attributes:
                stored = self._needed(values["type"]).store_attributes(attributes, partial=True)
                values["attributes"] = set_ones({**values["attributes"], **stored})
            check_times(values["started_at_ns"], values["ended_at_ns"])
        kept.values = values

    def _time(self, name: str, value: object) -> int | None:
        if value is None and name == "ended_at":
            return None
        if not isinstance(value, str | int | float):
            raise InvalidInput("expected a time", [name])
        return timestamp.to_microseconds(timestamp.parse(value, self._now_ns))

    def _is_ours(self, kept: _Kept) -> bool:
        return kept.row is None or self._may_change(kept.row)

    def _rows(self, seen_as: ResourceType, search: Search) -> Iterator[Row[Any]]:
        where = matching(self._connection, seen_as, search, self._now_ns)
        query = select(resource).where(where(resource.c, True)).order_by(resource.c.id).limit(FOUND_MAX)
        rows = self._connection.execute(query.with_for_update()).all()
        self._keep(rows)
        return iter(rows)

    def _keep(self, rows: Iterable[Row[Any]]) -> None:
        for row in rows:
            if row.id not in self._kept:
                self._kept[row.id] = _Kept(dict(row._mapping), row, dict(row._mapping))

    def _type(self, name: str) -> ResourceType | None:
        """A type, whose attributes stay as they are until the end; None for one that is not there."""
        if name not in self._types:
            try:
                self._types[name] = load_type(self._connection, name, lock="use")
            except NotFound:
                self._types[name] = None
        return self._types[name]

    def _types_of(self, rows: Iterable[dict[str, Any]]) -> dict[str, ResourceType]:
        return {name: self._needed(name) for name in {row["type"] for row in rows}}

    def _needed(self, name: str) -> ResourceType:
        found = self._type(name)
        if found is None:
            raise NotFound(f"Resource type {name} does not exist")
        return found


def _segments(steps: Sequence[Step], batch: _Batch) -> Iterator[list[tuple[int, Step]]]:
    """The steps, with their places, in runs within which no step changes what a later one's searches find."""
    segment: list[tuple[int, Step]] = []
    changed: dict[str, set[str]] = defaultdict(set)
    for place, step in enumerate(steps):
        if any(_may_find_others(each, changed) for each in _followers(step)):
            yield segment
            segment = []
            changed.clear()
        segment.append((place, step))
        if step.do != "create":
            changed[step.type].update(step.fields if step.do == "update" else ("ended_at",))
            for each in step.associates:
                changed[each.type].update(each.fields if step.do == "update" else ("ended_at",))
        elif not batch.knows(step.id):
            changed[step.type].add(NEW)
    yield segment


def _followers(step: Step) -> Sequence[Associates]:
    """Those that go the way of a step's resource; what begins takes nobody along."""
    return () if step.do == "create" else step.associates


def _may_find_others(associates: Associates, changed: dict[str, set[str]]) -> bool:
    """Whether a search could find others after these fields of these types have changed."""
    seen = changed.keys() if associates.type == GENERIC else {associates.type, GENERIC} & changed.keys()
    names = {name for each in seen for name in changed[each]}
    return bool(names) and (NEW in names or bool(_fields_of(associates.search) & (names | DERIVED)))


def _fields_of(search: Search) -> set[str]:
    found: set[str] = set()

    def note(leaf: Compare) -> Search:
        found.add(leaf.field)
        return leaf

    map_leaves(search, note)
    return found


def _text_sought(search: Search, seen_as: ResourceType) -> Compare | None:
    """The comparison, where the search is no more than that a text attribute equals some text."""
    plain = isinstance(search, Compare) and search.operator == "eq" and isinstance(search.value, str)
    if plain and isinstance(search, Compare) and isinstance(seen_as.attributes.get(search.field), StringAttribute):
        return search
    return None


def _split(fields: Fields) -> tuple[dict[str, object], dict[str, object]]:
    """The fields that all resources have, and the attributes."""
    common = {name: value for name, value in fields.items() if name in COMMON}
    return common, {name: value for name, value in fields.items() if name not in COMMON}


def _text(name: str, value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise InvalidInput("expected a text or null", [name])
    check_length(name, value, length_min=0)
    return value
