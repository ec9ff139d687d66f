# SPDX-License-Identifier: Apache-2.0
"""
Decode Prometheus' remote write, version 1: all series of a request at once, as columns.

    WriteRequest  1 timeseries    TimeSeries  1 labels  2 samples  3 exemplars  4 histograms
    Label         1 name  2 value                       Sample      1 value (double)  2 timestamp (ms)

The bytes are read as they are, and their fields counted: a message object for each label of two bytes would let a
hostile sender fill the memory before anything could be counted.
"""

from dataclasses import dataclass

import cramjam
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from nephoscope.model import timestamp
from nephoscope.model.errors import BadPayload, InvalidInput, TooLarge
from nephoscope.receive.protobuf import BYTES, EIGHT_BYTES, PADDING, VARINT, Found, Walk, doubles, eight_bytes
from nephoscope.receive.series import Float64s, Int64s, SeriesBatch, without_slashes
from nephoscope.receive.slices import Bytes, distinct

NOBODY = "none"
"""The job or instance of series that have none."""

# The NaN that says: this series has ended. It is no reading.
_STALE = 0x7FF0_0000_0000_0002
_MS = 1_000_000
_TIME_MS_MAX = (2**63 - 1) // _MS
# Snappy's longest copy is 64 bytes out of 3, so nothing honest grows more.
_GROWTH_MAX = 22
# A sample is a field of its series and has two itself; a label the same. A series of one sample and ten labels has 34,
# so that with a million points allowed a request may still hold a hundred thousand of those. A field takes some 100
# bytes while it is read.
_FIELDS_PER_POINT = 4
_FIELDS_MIN = 1_000_000


def decode(payload: bytes, *, points_max: int = 1_000_000, bytes_max: int = 256 * 2**20) -> SeriesBatch:
    """
    Turn a remote-write request into points.

    Takes   a WriteRequest message, compressed with snappy (its block format), of at most `bytes_max` unpacked.
    Gives   a point for each sample. The resource is `job@instance` with these labels as attributes, `none` where one
            is missing or empty; the metric is `__name__`. Slashes in names become `_`. Stale markers, exemplars and
            native histograms are left out and counted.
    Errors  BadPayload for anything else, a series without `__name__` too; InvalidInput for times before 1970; TooLarge
            beyond a limit.
    Source  the Prometheus remote-write 1.0 specification.
    """
    raw = unpack(payload, bytes_max)
    data = np.frombuffer(raw + PADDING, np.uint8)
    walk = Walk(data, max(_FIELDS_MIN, _FIELDS_PER_POINT * points_max))
    request = _Request.read(walk, len(raw))
    if len(request.sample.owner) > points_max:
        raise TooLarge(f"more than {points_max} samples in one request: send smaller batches")
    value, time_ms = _samples(walk, data, request.sample)
    live = value.view(np.uint64) != _STALE
    left_out = {**request.left_out, "stale marker": int(len(live) - live.sum())}
    job, instance, name = _labels(walk, data, request)
    owner = request.sample.owner[live]
    if (name.end[owner] == name.start[owner]).any():
        raise BadPayload("a time series has no __name__")
    (jobs, job_of), (instances, instance_of), (names, name_of) = (
        _distinct_texts(data, each) for each in (job, instance, name)
    )
    code = (job_of * len(instances) + instance_of) * len(names) + name_of
    found = pa.array(code[owner]).dictionary_encode()
    resource, metric = np.divmod(found.dictionary.to_numpy(zero_copy_only=False), max(len(names), 1))
    pairs = {
        each: (jobs[each // len(instances)], instances[each % len(instances)]) for each in np.unique(resource).tolist()
    }
    resources = {each: without_slashes("@".join(text or NOBODY for text in pair)) for each, pair in pairs.items()}
    attributes = {
        resources[each]: {"job": pair[0] or NOBODY, "instance": pair[1] or NOBODY} for each, pair in pairs.items()
    }
    metrics = [without_slashes(each) for each in names]
    series = [(resources[of], metrics[each]) for of, each in zip(resource.tolist(), metric.tolist(), strict=True)]
    place = found.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return SeriesBatch(series, place, time_ms[live] * _MS, value[live], attributes, left_out)


def unpack(payload: bytes, bytes_max: int) -> bytes:
    """Undo snappy's block format. BadPayload; TooLarge, before anything is unpacked, beyond `bytes_max` bytes."""
    try:
        size = cramjam.snappy.decompress_raw_len(payload)
        if size > bytes_max:
            raise TooLarge(f"the body is larger than {bytes_max} bytes unpacked; send smaller batches")
        if size > _GROWTH_MAX * len(payload):
            raise BadPayload("the body is not compressed with snappy: it says to be larger than it can be")
        return bytes(cramjam.snappy.decompress_raw(payload))
    except cramjam.DecompressionError as error:
        raise BadPayload(f"the body is not compressed with snappy: {error}") from None


@dataclass(frozen=True)
class _Pieces:
    """Pieces of the buffer, and the series that each belongs to."""

    owner: Int64s
    start: Int64s
    end: Int64s

    @classmethod
    def gathered(cls, parts: list[Found]) -> "_Pieces":
        """The pieces of all rounds, series by series, in order."""
        if not parts:
            return cls(*np.empty((3, 0), np.int64))
        owner = np.concatenate([part.message for part in parts])
        start = np.concatenate([part.value for part in parts])
        end = np.concatenate([part.end for part in parts])
        if (owner[1:] >= owner[:-1]).all():
            return cls(owner, start, end)
        order = np.argsort(owner, kind="stable")
        return cls(owner[order], start[order], end[order])


@dataclass(frozen=True)
class _Request:
    """The labels and samples of a request, how many series it has, and what is not for us."""

    series: int
    label: _Pieces
    sample: _Pieces
    left_out: dict[str, int]

    @classmethod
    def read(cls, walk: Walk, size: int) -> "_Request":
        fields = list(walk.fields(np.zeros(1, np.int64), np.full(1, size)))
        if any(((each.number == 4) | (each.number == 5)).any() for each in fields):
            raise BadPayload("this is remote write 2.0; set the sender to protobuf_message: prometheus.WriteRequest")
        series = _Pieces.gathered([each.those(1, BYTES) for each in fields])
        parts: dict[int, list[Found]] = {1: [], 2: [], 3: [], 4: []}
        for found in walk.fields(series.start, series.end):
            for number, of in parts.items():
                of.append(found.those(number, BYTES))
        left_out = {what: sum(len(part.value) for part in parts[n]) for what, n in (("exemplar", 3), ("histogram", 4))}
        return cls(len(series.start), _Pieces.gathered(parts[1]), _Pieces.gathered(parts[2]), left_out)


def _samples(walk: Walk, data: Bytes, sample: _Pieces) -> tuple[Float64s, Int64s]:
    """Value and time (ms since the epoch) of each sample; what a message leaves out is 0."""
    value, time_ms = np.zeros(len(sample.start)), np.zeros(len(sample.start), np.int64)
    for found in walk.fields(sample.start, sample.end):
        values, times = found.those(1, EIGHT_BYTES), found.those(2, VARINT)
        value[values.message] = doubles(data, values.value)
        time_ms[times.message] = times.value
    if len(time_ms) and int(time_ms.min()) < 0:
        raise InvalidInput(f"unexpected timestamp '{timestamp.BEFORE_EPOCH}'", [])
    if len(time_ms) and int(time_ms.max()) > _TIME_MS_MAX:
        raise InvalidInput(f"unexpected timestamp '{timestamp.UNREADABLE}'", [])
    return value, time_ms


@dataclass(frozen=True)
class _Texts:
    """One label's value for each series, as pieces of the buffer; empty where the series has no such label."""

    start: Int64s
    end: Int64s


def _labels(walk: Walk, data: Bytes, request: _Request) -> tuple[_Texts, _Texts, _Texts]:
    """The values of `job`, `instance` and `__name__`."""
    count = len(request.label.start)
    name_start, name_end, value_start, value_end = np.zeros((4, count), np.int64)
    for found in walk.fields(request.label.start, request.label.end):
        names, values = found.those(1, BYTES), found.those(2, BYTES)
        name_start[names.message], name_end[names.message] = names.value, names.end
        value_start[values.message], value_end[values.message] = values.value, values.end
    head, size = eight_bytes(data, name_start), name_end - name_start

    def valued(label: bytes) -> _Texts:
        bits = np.uint64(2 ** (8 * len(label)) - 1)
        this = (size == len(label)) & (head & bits == np.uint64(int.from_bytes(label, "little")))
        start, end = np.zeros((2, request.series), np.int64)
        start[request.label.owner[this]], end[request.label.owner[this]] = value_start[this], value_end[this]
        return _Texts(start, end)

    return valued(b"job"), valued(b"instance"), valued(b"__name__")


def _distinct_texts(data: Bytes, texts: _Texts) -> tuple[list[str], npt.NDArray[np.int64]]:
    found, code = distinct(data, texts.start, texts.end)
    try:
        return [each.decode() for each in found], code
    except UnicodeDecodeError:
        raise BadPayload("a label is not UTF-8") from None
