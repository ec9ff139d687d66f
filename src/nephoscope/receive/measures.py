# SPDX-License-Identifier: Apache-2.0
"""Decode the JSON in which Gnocchi's clients send measures: all points of a body at once, as columns."""

import json
import sys
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from nephoscope.model import timestamp
from nephoscope.model.errors import BadPayload, BadRequest, InvalidInput, TooLarge
from nephoscope.model.text import is_storable
from nephoscope.model.timespan import SECOND_NS

Int64s = npt.NDArray[np.int64]
Float64s = npt.NDArray[np.float64]


class Measure(msgspec.Struct, gc=False):
    """One point as sent, its time in any notation."""

    timestamp: str | float
    value: float


class NamedMeasures(msgspec.Struct):
    """Measures of one metric of a resource, with what to create the metric from; other keys are ignored."""

    measures: list[Measure]
    archive_policy_name: str | None = None
    unit: str | None = None


MetricsBody = dict[str, list[Measure]]
ResourcesBody = dict[str, dict[str, list[Measure] | NamedMeasures]]

_one = msgspec.json.Decoder(list[Measure])
_by_metric = msgspec.json.Decoder(MetricsBody)
_by_resource = msgspec.json.Decoder(ResourcesBody)
_REFUSED = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


def decode_list(body: bytes) -> list[Measure]:
    """Read `[{"timestamp": T, "value": V}, …]`; InvalidInput or BadPayload when it is anything else."""
    try:
        return _one.decode(body)
    except _REFUSED:
        return _measures(_loose(body))


def decode_by_metric(body: bytes) -> MetricsBody:
    """Read `{"<metric id>": [measure, …], …}`; InvalidInput or BadPayload when it is anything else."""
    try:
        return _by_metric.decode(body)
    except _REFUSED:
        found = _mapping(_loose(body), [])
        return {metric: _measures(measures) for metric, measures in found.items()}


def decode_by_resource(body: bytes) -> ResourcesBody:
    """Read `{"<resource id>": {"<name>": [measure, …] | {"measures": […], …}}}`; errors as `decode_by_metric`."""
    try:
        return _by_resource.decode(body)
    except _REFUSED:
        found = _mapping(_loose(body), [])
        return {
            resource: {name: _named(value, [resource, name]) for name, value in _mapping(metrics, [resource]).items()}
            for resource, metrics in found.items()
        }


def columns(lists: Sequence[list[Measure]], now_ns: int, count_max: int) -> tuple[Int64s, Float64s]:
    """
    Flatten lists of measures into times (ns since the epoch, UTC) and values, in order.

    In each list the first timestamp's notation decides how all are read. InvalidInput for an unreadable time or one
    before 1970, TooLarge beyond `count_max` points.
    """
    count = sum(map(len, lists))
    if count > count_max:
        raise TooLarge(f"{count} measures in one request, at most {count_max} are taken: send smaller batches")
    flat = list(chain.from_iterable(lists))
    values = np.fromiter(map(attrgetter("value"), flat), np.float64, len(flat))
    texts = list(map(attrgetter("timestamp"), flat))
    times = _uniform_times(texts)
    if times is None:
        times = np.fromiter(chain.from_iterable(_times(measures, now_ns) for measures in lists), np.int64, len(flat))
    if len(times) and int(times.min()) < 0:
        raise _bad_timestamp(timestamp.BEFORE_EPOCH)
    return times, values


def _uniform_times(stamps: list[str | float]) -> Int64s | None:
    """All stamps in one go where they are of one common notation; None where they must be read list by list."""
    kinds = set(map(type, stamps))
    if kinds == {float}:
        return seconds_to_ns(np.array(stamps, np.float64))
    if kinds != {str}:
        return None if kinds else np.empty(0, np.int64)
    try:
        texts = pa.array(stamps, pa.string())
    except UnicodeEncodeError:
        raise _bad_timestamp(timestamp.UNREADABLE) from None
    for unit in (pa.timestamp("ns"), pa.timestamp("ns", "UTC")):
        try:
            return pc.cast(texts, unit).cast(pa.int64()).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:
            continue
    return None


def seconds_to_ns(seconds: Float64s) -> Int64s:
    """
    Epoch seconds to nanoseconds without losing the fraction's digits; InvalidInput for what is no time.

    >>> seconds_to_ns(np.array([1.5, 1700000000.1])).tolist()
    [1500000000, 1700000000100000000]
    """
    if not np.isfinite(seconds).all() or (seconds >= 2**63 / SECOND_NS).any():
        raise _bad_timestamp(timestamp.UNREADABLE)
    if (seconds < 0).any():
        raise _bad_timestamp(timestamp.BEFORE_EPOCH)
    whole = np.floor(seconds)
    nanoseconds: Int64s = whole.astype(np.int64) * SECOND_NS + np.round((seconds - whole) * SECOND_NS).astype(np.int64)
    # The double nearest to 1700000000.1 is 95 ns below it: what was written with up to six decimals is read as such.
    micros = np.rint(seconds * 1e6)
    return np.where(micros / 1e6 == seconds, micros.astype(np.int64) * 1000, nanoseconds)


def _times(measures: list[Measure], now_ns: int) -> Iterable[int]:
    """The slow way, one by one: relative times, mixed notations, and finding out which stamp is wrong."""
    if not measures:
        return []
    numeric = _is_number(measures[0].timestamp)
    return [_time(measure.timestamp, numeric, now_ns) for measure in measures]


def _time(stamp: str | float, numeric: bool, now_ns: int) -> int:
    if numeric and not isinstance(stamp, str):
        return int(seconds_to_ns(np.array([stamp]))[0])
    try:
        if _is_number(stamp) != numeric:
            raise BadRequest(timestamp.UNREADABLE)
        return timestamp.parse(stamp, now_ns)
    except BadRequest as error:
        raise _bad_timestamp(error.message) from None


def _is_number(stamp: str | float) -> bool:
    if not isinstance(stamp, str):
        return True
    try:
        float(stamp)
    except ValueError:
        return False
    return True


def _bad_timestamp(why: str) -> InvalidInput:
    return InvalidInput(f"unexpected timestamp '{why}'", [])


def _loose(body: bytes) -> Any:
    """Parse what the typed decoder refused: NaN and infinities, numbers as text, or plain nonsense."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadPayload(f"the body is not JSON: {error}") from None


def _mapping(found: Any, path: list[str]) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise InvalidInput("expected a dictionary", path)
    if not all(map(is_storable, found)):
        raise BadPayload("NUL characters and unpaired surrogates are not allowed in names")
    return found


def _named(found: Any, path: list[str]) -> list[Measure] | NamedMeasures:
    if not isinstance(found, dict):
        return _measures(found)
    if "measures" not in found:
        raise InvalidInput("required key not provided @ data['measures']", [*path, "measures"])
    parts = {key: found.get(key) for key in ("archive_policy_name", "unit")}
    for key, value in parts.items():
        if value is not None and not isinstance(value, str):
            raise InvalidInput(f"expected str for dictionary value @ data['{key}']", [*path, key])
    return NamedMeasures(measures=_measures(found["measures"]), **parts)


def _measures(found: Any) -> list[Measure]:
    if not isinstance(found, list) or not all(
        isinstance(point, dict) and "timestamp" in point and "value" in point for point in found
    ):
        raise InvalidInput("unexpected measures format", [])
    return [Measure(timestamp=_stamp(point["timestamp"]), value=_value(point["value"])) for point in found]


def _stamp(stamp: Any) -> str | float:
    if isinstance(stamp, str):
        return stamp
    # Beyond what a double holds is beyond what a time can be, whatever the number.
    if isinstance(stamp, int | float) and not isinstance(stamp, bool) and abs(stamp) < sys.float_info.max:
        return float(stamp)
    raise _bad_timestamp(timestamp.UNREADABLE)


def _value(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput("unexpected measures value", []) from None
