# SPDX-License-Identifier: Apache-2.0
"""Events as they are read: pages of them, one by its id, counts over time, and which types and traits there are."""

import time
from collections.abc import Sequence
from typing import Any

import msgspec

from nephoscope.model.errors import BadArgument
from nephoscope.model.event import TRAIT_NUMBERS, Trait, TraitType
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.search import EVERYTHING, Search
from nephoscope.query.event_search import EventCompiler, Parameters, glob_pattern
from nephoscope.store.contract import Store

TRAIT_NAMES: dict[int, TraitType] = {number: name for name, number in TRAIT_NUMBERS.items()}
TRAIT_COLUMNS = "trait_names, trait_types, trait_values"
# Partitions are weeks of the key's own time, so that one event's rows never lie in two.
SETTINGS = "SETTINGS do_not_merge_across_partitions_select_final = 1"
EXCLUDE = "!"
FOREVER = 2**63 - 1
# Types that a timeline tells apart; what is rarer is counted together, under no name.
TYPES_APART_MAX = 40
TYPES_MAX = 1000


class EventFilter(msgspec.Struct, frozen=True):
    """
    Which events, all of which must hold; the span is [start, stop) in ns, None for no bound.

    `project_id` None: of every project; empty: of none. `types` are globs with `*` and `?`, of which those with `!` in
    front exclude and one of the others must fit. `resource_id` is the value of any trait, `traits` are pairs of a name
    and a value as text, `text` is a part of the type, the id or the text of any trait in whichever case.
    """

    project_id: str | None
    start_ns: int | None = None
    stop_ns: int | None = None
    types: Sequence[str] = ()
    traits: Sequence[tuple[str, str]] = ()
    resource_id: str = ""
    text: str = ""
    search: Search = EVERYTHING


class TimelineRow(msgspec.Struct, frozen=True):
    """So many events of a type in a bucket, counted from the start; an empty type is all that are rarer."""

    type: str
    bucket: int
    events: int


class TypeRow(msgspec.Struct, frozen=True):
    """A type, how many events it has, and when the newest was, ns."""

    type: str
    events: int
    newest_ns: int


def find(store: Store, wanted: EventFilter, limit: int, marker: str | None = None) -> list[KeptEvent]:
    """
    At most `limit` events after the one that the marker names, without what is raw, the newest first.

    Errors  BadArgument for a marker that is none of `marker_of`, BadRequest for a search that cannot be.
    """
    parameters = Parameters()
    conditions = _conditions(wanted, parameters)
    if marker is not None:
        conditions += _after(marker, parameters)
    matching = f"FROM events FINAL WHERE {' AND '.join(conditions)}"
    last = f"LIMIT {parameters.integer(limit)}"
    # How far back they go is found in the one column of their times; all others are read from there on only.
    oldest = f"SELECT ifNull(minOrNull(time), {FOREVER}) FROM (SELECT time {matching} ORDER BY time DESC {last})"
    rows = store.query(
        f"SELECT time, id, type, project_id, resource_id, {TRAIT_COLUMNS}, '' AS raw {matching} "
        f"AND time >= ({oldest}) ORDER BY time DESC, id DESC, project_id DESC {last} {SETTINGS}",
        parameters.values,
    )
    return [_event(row) for row in rows.to_pylist()]


def get(store: Store, event_id: str, project_id: str | None) -> KeptEvent | None:
    """The event of this id, with what is raw; of several in different projects or times the newest."""
    parameters = Parameters()
    conditions = [f"id = {parameters.text(event_id)}", *_of_project(project_id, parameters)]
    rows = store.query(
        f"SELECT time, id, type, project_id, resource_id, {TRAIT_COLUMNS}, raw FROM events FINAL "
        f"WHERE {' AND '.join(conditions)} ORDER BY time DESC, project_id DESC LIMIT 1 {SETTINGS}",
        parameters.values,
    ).to_pylist()
    return _event(rows[0]) if rows else None


def timeline(store: Store, wanted: EventFilter, origin_ns: int, step_ns: int) -> list[TimelineRow]:
    """
    How many events of each type there are in each bucket of `step_ns`, counted from the one that begins at the origin.

    Gives   no row for what is none; the most frequent type first, then by bucket. Beyond `TYPES_APART_MAX` types the
            rarer ones are counted together.
    """
    parameters = Parameters()
    conditions = _conditions(wanted, parameters)
    bucket = f"intDiv(time - {parameters.integer(origin_ns)}, {parameters.integer(step_ns)})"
    rows = store.query(
        f"SELECT if(place <= {TYPES_APART_MAX}, type, '') AS type, bucket, sum(n) AS events, min(place) AS first FROM ("
        "SELECT type, bucket, n, dense_rank() OVER (ORDER BY total DESC, type) AS place FROM ("
        "SELECT type, bucket, n, sum(n) OVER (PARTITION BY type) AS total FROM ("
        f"SELECT toString(type) AS type, {bucket} AS bucket, count() AS n FROM events FINAL "
        f"WHERE {' AND '.join(conditions)} GROUP BY type, bucket))) "
        f"GROUP BY type, bucket ORDER BY type = '', first, type, bucket {SETTINGS}",
        parameters.values,
    )
    return [TimelineRow(row["type"], row["bucket"], row["events"]) for row in rows.to_pylist()]


def types(store: Store, wanted: EventFilter) -> list[TypeRow]:
    """The types that there are, the most frequent first; at most `TYPES_MAX`."""
    parameters = Parameters()
    rows = store.query(
        "SELECT toString(type) AS type, count() AS events, max(time) AS newest FROM events FINAL "
        f"WHERE {' AND '.join(_conditions(wanted, parameters))} GROUP BY type "
        f"ORDER BY events DESC, type LIMIT {TYPES_MAX} {SETTINGS}",
        parameters.values,
    )
    return [TypeRow(row["type"], row["events"], row["newest"]) for row in rows.to_pylist()]


def trait_names(store: Store, wanted: EventFilter) -> list[tuple[str, TraitType]]:
    """The names of traits that there are, each with the kind it mostly has, in the order of the names."""
    parameters = Parameters()
    matching = " AND ".join(_conditions(wanted, parameters))
    rows = store.query(
        "SELECT toString(one.1) AS name, topK(1)(one.2)[1] AS kind FROM events FINAL "
        f"ARRAY JOIN arrayZip(trait_names, trait_types) AS one WHERE {matching} "
        f"GROUP BY name ORDER BY name LIMIT {TYPES_MAX} {SETTINGS}",
        parameters.values,
    )
    return [(row["name"], TRAIT_NAMES[row["kind"]]) for row in rows.to_pylist()]


def marker_of(event: KeptEvent) -> str:
    """What names an event for the page after it."""
    return f"{event.time_ns}:{len(event.project_id)}:{event.project_id}{event.id}"


def _after(marker: str, parameters: Parameters) -> list[str]:
    try:
        time_text, length, rest = marker.split(":", 2)
        time_ns, size = int(time_text[:20]), int(length[:4])
    except ValueError:
        raise BadArgument("marker", f"{marker!r} is no marker of this list") from None
    if not (0 <= time_ns < 2**63 and 0 <= size <= len(rest)):
        raise BadArgument("marker", f"{marker!r} is no marker of this list")
    at = parameters.integer(time_ns)
    last = f"({at}, {parameters.text(rest[size:])}, {parameters.text(rest[:size])})"
    return [f"time <= {at}", f"(time, id, toString(project_id)) < {last}"]


def _conditions(wanted: EventFilter, parameters: Parameters) -> list[str]:
    found = _of_project(wanted.project_id, parameters)
    if wanted.start_ns is not None:
        found.append(f"time >= {parameters.integer(wanted.start_ns)}")
    if wanted.stop_ns is not None:
        found.append(f"time < {parameters.integer(wanted.stop_ns)}")
    found += _of_types(wanted.types, parameters)
    if wanted.resource_id:
        found.append(f"has(trait_values, {parameters.text(wanted.resource_id)})")
    for name, value in wanted.traits:
        place = f"indexOf(trait_names, {parameters.text(name)})"
        text = parameters.text(value)
        # Asked first, as there is an index for it.
        found.append(f"has(trait_values, {text}) AND {place} > 0 AND trait_values[{place}] = {text}")
    if wanted.text:
        found.append(_of_text(parameters.text(wanted.text)))
    found.append(EventCompiler(parameters, time.time_ns()).condition(wanted.search))
    return found


def _of_project(project_id: str | None, parameters: Parameters) -> list[str]:
    """Nobody owns what belongs to nobody."""
    if project_id is None:
        return []
    return [f"project_id = {parameters.text(project_id)}"] if project_id else ["0"]


def _of_types(globs: Sequence[str], parameters: Parameters) -> list[str]:
    def like(glob: str) -> str:
        return f"type LIKE {parameters.text(glob_pattern(glob))}"

    included = [like(each) for each in globs if not each.startswith(EXCLUDE)]
    excluded = [like(each.removeprefix(EXCLUDE)) for each in globs if each.startswith(EXCLUDE)]
    found = [f"NOT {each}" for each in excluded]
    return [f"({' OR '.join(included)})", *found] if included else found


def _of_text(text: str) -> str:
    def within(expression: str) -> str:
        return f"positionCaseInsensitiveUTF8({expression}, {text}) > 0"

    # Times are kept as digits, in which nobody looks for a part.
    in_trait = f"(one, kind) -> kind != {TRAIT_NUMBERS['datetime']} AND {within('one')}"
    return f"({within('toString(type)')} OR {within('id')} OR arrayExists({in_trait}, trait_values, trait_types))"


def _event(row: dict[str, Any]) -> KeptEvent:
    triples = zip(row["trait_names"], row["trait_types"], row["trait_values"], strict=True)
    return KeptEvent(
        id=row["id"],
        type=row["type"],
        time_ns=row["time"],
        project_id=row["project_id"],
        resource_id=row["resource_id"],
        traits=tuple(_trait(name, TRAIT_NAMES[kind], value) for name, kind, value in triples),
        raw=row["raw"],
    )


def _trait(name: str, kind: TraitType, value: str) -> Trait:
    if kind == "text":
        return Trait(name, kind, value)
    return Trait(name, kind, float(value) if kind == "float" else int(value))
