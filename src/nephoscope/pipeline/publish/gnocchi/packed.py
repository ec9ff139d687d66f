# SPDX-License-Identifier: Apache-2.0
"""What waits on disk for a metric API: samples grouped by resource and metric, or what events did to resources."""

import gzip
import uuid
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from nephoscope.client.batch import EncodedBatch
from nephoscope.model import timestamp
from nephoscope.model.event import Event
from nephoscope.model.resource_id import NAME_LENGTH_MAX
from nephoscope.model.sample_columns import Int64s, Samples
from nephoscope.model.text import is_storable
from nephoscope.model.timespan import SECOND_NS
from nephoscope.observe import dropped
from nephoscope.pipeline.publish.wire import sendable
from nephoscope.pipeline.resource_definitions import DescribedResource, Operation, ResourceDefinitions, Value

# A part is one request, to be answered within the timeout: a Gnocchi needs about 4 ms for each metric that is new.
MEASURES_MAX = 1000
PART_BYTES_MAX = 4_000_000
OPERATIONS_MAX = 500
UNIT_SIGNS_MAX = 31
GZIP_OVER_BYTES = 1024
# It is written once and read once, and much of it is the same: more effort gains little.
GZIP_LEVEL = 1

STATION = "publish"


class PackedResource(msgspec.Struct, omit_defaults=True):
    """What to create a resource from, and to keep it up to date with."""

    type: str
    user_id: str | None = None
    project_id: str | None = None
    attributes: dict[str, Value] = {}


class Packed(msgspec.Struct, omit_defaults=True):
    """
    The body of a batch.

    `at` is the time of packing, ISO; `measures` the body of the request as it is, `{id: {metric: {…}}}`, and
    `policies` the archive policies that it names.
    """

    at: str
    resources: dict[str, PackedResource] = {}
    policies: list[str] = []
    measures: msgspec.Raw = msgspec.Raw(b"{}")
    operations: list[Operation] = []


class _Measure(msgspec.Struct, gc=False):
    timestamp: str
    value: float


class _Metric(msgspec.Struct, omit_defaults=True):
    measures: list[_Measure]
    archive_policy_name: str
    unit: str = ""


@dataclass(frozen=True)
class _Sorted:
    """Samples by resource and metric: row i is of `ids[resource[i]]`; all columns have the same length."""

    samples: Samples
    resource: Int64s
    ids: list[str]
    about: list[DescribedResource]


def pack(samples: Samples, now_ns: int, definitions: ResourceDefinitions, asked_policy: str) -> Iterator[EncodedBatch]:
    """The samples that belong to resources, in parts of at most MEASURES_MAX measures and PART_BYTES_MAX of JSON."""
    ordered = _sorted(_usable(samples), definitions)
    names = set(ordered.samples.name.tolist())
    policies = {name: definitions.policy_of(name, asked_policy) for name in names}
    for start in range(0, len(ordered.samples), MEASURES_MAX):
        rows = slice(start, min(start + MEASURES_MAX, len(ordered.samples)))
        yield from _parts(ordered, rows, policies, now_ns)


def pack_events(events: Sequence[Event], now_ns: int, definitions: ResourceDefinitions) -> Iterator[EncodedBatch]:
    """What those of the events that concern resources do to them, in their order."""
    operations = [
        msgspec.structs.replace(each, id=escaped(each.id)) for each in map(definitions.for_event, events) if each
    ]
    for start in range(0, len(operations), OPERATIONS_MAX):
        part = operations[start : start + OPERATIONS_MAX]
        body = msgspec.json.encode(Packed(timestamp.render(now_ns), operations=part))
        yield _encoded(body, now_ns, len(part))


def unpack(batch: EncodedBatch) -> Packed:
    """The body of a batch; ValueError where it is none."""
    try:
        body = gzip.decompress(batch.body) if batch.encoding == "gzip" else batch.body
        return msgspec.json.decode(body, type=Packed)
    except (OSError, EOFError, zlib.error, msgspec.DecodeError) as error:
        raise ValueError(f"the batch cannot be read: {error}") from error


def escaped(resource_id: str) -> str:
    """An id as the API takes it: it knows no slash."""
    return resource_id.replace("/", "_")


def without(measures: msgspec.Raw, resource_ids: set[str]) -> tuple[bytes, int, int]:
    """A request's body without some resources, how many measures are left in it, and how many went."""
    body: dict[str, dict[str, Any]] = msgspec.json.decode(measures)
    counts = {each: sum(len(metric["measures"]) for metric in metrics.values()) for each, metrics in body.items()}
    lost = sum(counts[each] for each in resource_ids if each in counts)
    kept = {each: metrics for each, metrics in body.items() if each not in resource_ids}
    return msgspec.json.encode(kept), sum(counts.values()) - lost, lost


def _usable(samples: Samples) -> Samples:
    """Those that JSON and the API can carry."""
    samples = sendable(samples)
    good = samples.time_ns >= 0
    dropped(STATION, "time", int(np.count_nonzero(~good)))
    return samples if good.all() else samples.take(good)


def _sorted(samples: Samples, definitions: ResourceDefinitions) -> _Sorted:
    """
    The samples by resource, then by metric, each metric's in the order in which they came.

    Ids that are the same once they are escaped, or are of two types, are one resource, of the first one's type.
    """
    described = definitions.describe(samples)
    numbers: dict[str, int] = {}
    about: list[DescribedResource] = []
    number_of = np.empty(len(described.resources), np.int64)
    for place, each in enumerate(described.resources):
        name = escaped(each.id)
        if not (len(name) <= NAME_LENGTH_MAX and is_storable(name)):
            number_of[place] = -1
            continue
        number_of[place] = numbers.setdefault(name, len(numbers))
        if len(about) < len(numbers):
            about.append(each)
    resource = number_of[described.resource]
    metrics: dict[str, int] = {}
    listed = described.samples.name.tolist()
    metric = np.fromiter((metrics.setdefault(name, len(metrics)) for name in listed), np.int64, len(listed))
    order = np.lexsort((metric, resource))
    dropped(STATION, "resource id", bad := int(np.count_nonzero(resource < 0)))
    order = order[bad:]
    return _Sorted(described.samples.take(order), resource[order], list(numbers), about)


def _parts(ordered: _Sorted, rows: slice, policies: dict[str, str], now_ns: int) -> Iterator[EncodedBatch]:
    """Those rows as one part, or as several where their JSON would be too long."""
    body = _body(ordered, rows, policies, now_ns)
    count = rows.stop - rows.start
    if len(body) > PART_BYTES_MAX and count > 1:
        middle = rows.start + count // 2
        yield from _parts(ordered, slice(rows.start, middle), policies, now_ns)
        yield from _parts(ordered, slice(middle, rows.stop), policies, now_ns)
    else:
        yield _encoded(body, now_ns, count)


def _body(ordered: _Sorted, rows: slice, policies: dict[str, str], now_ns: int) -> bytes:
    resource = ordered.resource[rows]
    names, units = ordered.samples.name[rows], ordered.samples.unit[rows]
    points = [
        _Measure(time, value)
        for time, value in zip(_iso(ordered.samples.time_ns[rows]), ordered.samples.volume[rows].tolist(), strict=True)
    ]
    # A metric's rows lie together, so only where one begins is there something to decide.
    starts = np.flatnonzero(np.r_[True, (resource[1:] != resource[:-1]) | (names[1:] != names[:-1])])
    stops = np.r_[starts[1:], len(points)]
    body: dict[str, dict[str, _Metric]] = {}
    series = zip(
        starts.tolist(), stops.tolist(), resource[starts].tolist(), names[starts], units[stops - 1], strict=True
    )
    for start, stop, number, name, unit in series:
        metric = _Metric(points[start:stop], policies[name], _unit(unit))
        body.setdefault(ordered.ids[number], {})[name] = metric
    resources = {ordered.ids[number]: _resource(ordered.about[number]) for number in dict.fromkeys(resource.tolist())}
    used = sorted({policies[name] for name in set(names.tolist())})
    measures = msgspec.Raw(msgspec.json.encode(body))
    return msgspec.json.encode(Packed(timestamp.render(now_ns), resources, used, measures))


def _unit(unit: str | None) -> str:
    """What a metric can have for a unit: one that it could not would take the whole request along."""
    return (unit or "").replace("\0", "")[:UNIT_SIGNS_MAX]


def _resource(about: DescribedResource) -> PackedResource:
    return PackedResource(about.type, about.user_id, about.project_id, about.attributes)


def _iso(times_ns: Int64s) -> list[str]:
    """Times as ISO text in UTC, without a zone, which old servers are slow to read; a fraction where any has one."""
    distinct, place = np.unique(times_ns, return_inverse=True)
    unit: Any = "ns" if np.any(distinct % SECOND_NS) else "s"
    texts: npt.NDArray[np.str_] = np.datetime_as_string(distinct.astype("datetime64[ns]"), unit=unit)
    listed: list[str] = texts.astype(object)[place].tolist()
    return listed


def _encoded(body: bytes, now_ns: int, count: int) -> EncodedBatch:
    encoding = ""
    if len(body) > GZIP_OVER_BYTES:
        body, encoding = gzip.compress(body, GZIP_LEVEL, mtime=0), "gzip"
    return EncodedBatch(str(uuid.uuid4()), now_ns, count, encoding, body)
