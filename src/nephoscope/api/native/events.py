# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/events`: events as agents send them, and as they are searched, counted over time and looked at."""

import time
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.bodies import require_media_type, require_text
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.shapes import MILLISECOND_NS, window_of
from nephoscope.model import timespan
from nephoscope.model.errors import BadArgument, BadPayload, InvalidInput, NotFound
from nephoscope.model.event import Trait, TraitType
from nephoscope.model.instant import Instant
from nephoscope.model.kept_event import PROJECT_TRAITS, RESOURCE_TRAITS, KeptEvent, told_by
from nephoscope.model.search import Search, SearchLimits, all_of, equal
from nephoscope.model.search_text import read_filter
from nephoscope.observe import dropped, registry
from nephoscope.query import events as query_events
from nephoscope.query.events import EventFilter
from nephoscope.store.dead_letters import bury
from nephoscope.store.events import keep

STATION = "events"
# Clocks differ; what claims to be later than that would stand at the head of every list until its day has come.
AHEAD_NS_MAX = timespan.DAY_NS
RAW_BYTES_MAX = 256 * 1024
FILTER_LIMITS = SearchLimits(depth_max=16, nodes_max=100, values_max=500)
# Widths of a timeline's bars that people can read, s; beyond them whole weeks.
STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800)
WEEK_S = 7 * 86400
BUCKETS_MAX = 500

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Text = Annotated[str, msgspec.Meta(max_length=255)]
TraitText = Annotated[str, msgspec.Meta(max_length=4096)]
TimeNs = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]

registry.describe("nephoscope_events_accepted_total", "counter", "Events that were written to the store.")


class TraitBody(msgspec.Struct, forbid_unknown_fields=True):
    """One fact of an event; a `datetime` is in ns since the epoch, UTC."""

    name: Name
    type: TraitType
    value: TraitText | int | float


class EventBody(msgspec.Struct, forbid_unknown_fields=True):
    """An event; `id` is the same however often it is sent. `raw` is the message that it was made of, any object."""

    id: Name
    type: Name
    generated_ns: TimeNs
    traits: Annotated[list[TraitBody], msgspec.Meta(max_length=200)] = []
    raw: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class EventsBody(msgspec.Struct, forbid_unknown_fields=True):
    """Many events at once."""

    events: Annotated[list[EventBody], msgspec.Meta(max_length=10_000)]


_decoder = msgspec.json.Decoder(EventsBody)


def post_events(call: Call) -> Response:
    """
    202 once every event is on disk. What was sent before is not kept twice.

    An event belongs to the caller's project. Administrators, services and callers without a project send for others:
    the project is then what the trait `project_id` or `tenant_id` says. An event of more than a day ahead is dropped,
    and so is what is raw and longer than 256 KiB; both are counted.
    """
    require_media_type(call.request, "application/json")
    latest_ns = time.time_ns() + AHEAD_NS_MAX
    in_time: list[KeptEvent] = []
    early: list[KeptEvent] = []
    for place, each in enumerate(decode(call.body)):
        event = _kept(call, place, each)
        (in_time if event.time_ns <= latest_ns else early).append(event)
    keep(call.parts.store, in_time)
    call.parts.on_events(in_time)
    registry.count("nephoscope_events_accepted_total", len(in_time))
    if early:
        dropped(STATION, "early", len(early))
        records = [msgspec.json.encode(each).decode() for each in early]
        bury(call.parts.store, STATION, "early", records, call.caller.project_id)
    return Response(status_code=202)


def decode(body: bytes) -> list[EventBody]:
    """Read and check a body; BadPayload when it is no JSON, InvalidInput naming the place that is wrong."""
    try:
        # Decoded whole, as what is raw is handed on without a look into its texts.
        text = body.decode()
        events = _decoder.decode(text).events
    except msgspec.ValidationError as error:
        raise InvalidInput(str(error)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadPayload(f"the body is not JSON: {error}") from None
    for each in events:
        named = (text for one in each.traits for text in (one.name, str(one.value)))
        require_text("".join([each.id, each.type, *named]))
    return events


def _kept(call: Call, place: int, sent: EventBody) -> KeptEvent:
    traits = tuple(_trait(place, number, each) for number, each in enumerate(sent.traits))
    project = call.caller.project_id
    if not project or call.parts.policy.allows("send for others", call.caller, {}):
        project = told_by(PROJECT_TRAITS, traits) or project
    return KeptEvent(
        id=sent.id,
        type=sent.type,
        time_ns=sent.generated_ns,
        project_id=project,
        resource_id=told_by(RESOURCE_TRAITS, traits),
        traits=traits,
        raw=_raw(place, bytes(sent.raw)),
    )


def _trait(place: int, number: int, sent: TraitBody) -> Trait:
    """The trait, its value being of its type; InvalidInput names the one that is not."""
    value = sent.value
    match sent.type:
        case "text":
            good = isinstance(value, str)
        case "float":
            good = not isinstance(value, str)
            value = float(value) if good else value
        case "integer":
            good = isinstance(value, int) and -(2**63) <= value < 2**63
        case "datetime":
            good = isinstance(value, int) and 0 <= value < 2**63
    if not good:
        where = ["events", str(place), "traits", str(number), "value"]
        raise InvalidInput(f"{sent.name}: expected a value of type {sent.type}, found {sent.value!r:.80}", where)
    return Trait(sent.name, sent.type, value)


def _raw(place: int, sent: bytes) -> str:
    """The message as it came; empty where there is none, or nothing in it."""
    if sent in (b"", b"null", b"{}"):
        return ""
    if not sent.startswith(b"{"):
        raise InvalidInput("raw: expected an object", ["events", str(place), "raw"])
    if len(sent) > RAW_BYTES_MAX:
        dropped(STATION, "raw too long")
        return ""
    return sent.decode()


class EventsFilter(msgspec.Struct):
    """
    Filters, all of which must hold.

    `type` is a glob with `*` and `?`, with `!` in front one that must not fit, and may be repeated. `trait` is
    NAME=VALUE and may be repeated. `resource` is the value of any trait, `text` a part of the type, of the id or of a
    trait. `filter` is an expression such as `type like 'compute.%' and traits.memory_mb >= 4096`.
    """

    type: Annotated[list[Name], msgspec.Meta(max_length=50)] = []
    trait: Annotated[list[Annotated[str, msgspec.Meta(max_length=4400)]], msgspec.Meta(max_length=10)] = []
    resource: Text = ""
    project: Text = ""
    text: Annotated[str, msgspec.Meta(max_length=200)] = ""
    filter: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    start: Instant | None = None
    stop: Instant | None = None


class EventsQuery(EventsFilter):
    __doc__ = f"{EventsFilter.__doc__}\n`marker` is a `next`."

    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    marker: Annotated[str, msgspec.Meta(max_length=1000)] | None = None


class TimelineQuery(EventsFilter):
    __doc__ = f"{EventsFilter.__doc__}\nThe span is the last hour by default, in at most `buckets` steps."

    buckets: Annotated[int, msgspec.Meta(ge=1, le=BUCKETS_MAX)] = 60


class TraitView(msgspec.Struct):
    """One fact of an event; a `datetime` is in ns since the epoch, UTC."""

    name: str
    type: TraitType
    value: str | int | float


class TypedEvent(msgspec.Struct):
    """An event; `resource` is the name of the resource that it is about, null where no trait tells."""

    id: str
    type: str
    time_ms: int
    generated_ns: int
    project_id: str | None
    resource: str | None
    traits: list[TraitView]


class TypedEvents(msgspec.Struct):
    """Events, the newest first; `next` is the marker of the page after this one."""

    events: list[TypedEvent]
    next: str | None


class EventDetail(msgspec.Struct):
    """An event with the message that it was made of: null where none was kept, or the caller may not see it."""

    event: TypedEvent
    raw: Any


class TypeCounts(msgspec.Struct):
    """Events of one type in each step; an empty type is all that are rarer than those told apart."""

    type: str
    events: int
    counts: list[int]


class Timeline(msgspec.Struct):
    """Counts by type, the most frequent first; each step begins at its time and is `step_s` long."""

    times_ms: list[int]
    step_s: int
    types: list[TypeCounts]


class TypeFound(msgspec.Struct):
    """A type, how many events it has in the span, and when the newest was."""

    type: str
    events: int
    newest_ms: int


class TraitFound(msgspec.Struct):
    """A trait that events of the span have, and its kind."""

    name: str
    type: TraitType


class TypesFound(msgspec.Struct):
    """Types, the most frequent first, and the traits of all their events by name."""

    types: list[TypeFound]
    traits: list[TraitFound]


def list_typed_events(call: Call, query: EventsQuery) -> TypedEvents:
    """Events that one may see, the newest first."""
    found = query_events.find(call.parts.store, _wanted(call, query), query.limit + 1, query.marker)
    shown = found[: query.limit]
    more = len(found) > len(shown)
    return TypedEvents([_view(each) for each in shown], query_events.marker_of(shown[-1]) if more else None)


def show_event(call: Call) -> EventDetail:
    """An event by its id; what is raw is shown to operators."""
    event = query_events.get(call.parts.store, call.segment("id"), _own_project(call))
    if event is None:
        raise NotFound(f"Event {call.segment('id')} does not exist")
    sees_raw = bool(event.raw) and call.parts.policy.allows("see raw events", call.caller, {})
    return EventDetail(_view(event), msgspec.Raw(event.raw.encode()) if sees_raw else None)


def count_events(call: Call, query: TimelineQuery) -> Timeline:
    """How many events of each type there were over time."""
    window = window_of(query.start, query.stop, query.buckets)
    step_s = step_of(window.length_ns, query.buckets)
    step_ns = step_s * timespan.SECOND_NS
    origin_ns = window.start_ns // step_ns * step_ns
    size = -(-(window.stop_ns - origin_ns) // step_ns)
    wanted = msgspec.structs.replace(_wanted(call, query), start_ns=window.start_ns, stop_ns=window.stop_ns)
    counts: dict[str, list[int]] = {}
    for row in query_events.timeline(call.parts.store, wanted, origin_ns, step_ns):
        counts.setdefault(row.type, [0] * size)[row.bucket] = row.events
    times = [(origin_ns + place * step_ns) // MILLISECOND_NS for place in range(size)]
    return Timeline(times, step_s, [TypeCounts(name, sum(each), each) for name, each in counts.items()])


def step_of(length_ns: int, buckets: int) -> int:
    """
    The narrowest readable step, s, of which at most `buckets` whole ones fit into a span.

    >>> step_of(3600 * 10**9, 60), step_of(90 * 86400 * 10**9, 10)
    (60, 1209600)
    """
    least = length_ns / timespan.SECOND_NS / buckets
    return next((each for each in STEPS_S if each >= least), WEEK_S * int(-(-least // WEEK_S)))


def list_event_types(call: Call, query: EventsFilter) -> TypesFound:
    """Which types and traits there are among the events that match."""
    wanted = _wanted(call, query)
    found = query_events.types(call.parts.store, wanted)
    traits = query_events.trait_names(call.parts.store, wanted)
    return TypesFound(
        [TypeFound(each.type, each.events, each.newest_ns // MILLISECOND_NS) for each in found],
        [TraitFound(name, kind) for name, kind in traits],
    )


def _own_project(call: Call) -> str | None:
    """The project whose events the caller sees, None for all."""
    return None if call.sees_all else call.caller.project_id


def _wanted(call: Call, query: EventsFilter) -> EventFilter:
    return EventFilter(
        project_id=_own_project(call),
        start_ns=query.start,
        stop_ns=query.stop,
        types=query.type,
        traits=_pairs(query.trait),
        resource_id=query.resource,
        text=query.text,
        search=_search(query),
    )


def _pairs(texts: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for each in texts:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise BadArgument("trait", f"{each!r} is not NAME=VALUE")
        found.append((name, value))
    return found


def _search(query: EventsFilter) -> Search:
    project = equal("project_id", query.project) if query.project else None
    return all_of(project, read_filter(query.filter, FILTER_LIMITS, dotted=True) if query.filter.strip() else None)


def _view(event: KeptEvent) -> TypedEvent:
    return TypedEvent(
        id=event.id,
        type=event.type,
        time_ms=event.time_ns // MILLISECOND_NS,
        generated_ns=event.time_ns,
        project_id=event.project_id or None,
        resource=event.resource_id or None,
        traits=[TraitView(each.name, each.type, each.value) for each in event.traits],
    )


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at(
            "/v1/events",
            GET=operation(list_typed_events, "see data"),
            POST=operation(post_events, "send samples", 202, body=EventsBody),
        ),
        at("/v1/events/timeline", GET=operation(count_events, "see data")),
        at("/v1/events/types", GET=operation(list_event_types, "see data")),
        # Ids are the senders' own; one that is a word of the two above is not found by its address.
        at("/v1/events/{id:path}", GET=operation(show_event, "see data")),
    ]
