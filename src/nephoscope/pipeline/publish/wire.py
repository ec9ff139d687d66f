# SPDX-License-Identifier: Apache-2.0
"""Samples and events as plain maps, the way telemetry agents write them, and those as batches of bounded size."""

import logging
import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nephoscope.client.batch import EncodedBatch
from nephoscope.model import timestamp
from nephoscope.model.event import TRAIT_NUMBERS, Event, Trait
from nephoscope.model.sample_columns import Samples
from nephoscope.model.signature import FIELD, signature
from nephoscope.observe import dropped

log = logging.getLogger(__name__)

SOURCE = "openstack"
SAMPLES_MAX = 1000
# What proxies in front of collectors take without being told to take more.
BATCH_BYTES_MAX = 1_000_000

# Where the groups of a UUID's digits begin and end.
_GROUPS = ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))

UNENCODABLE = (ValueError, OverflowError, TypeError, RecursionError)

Map = dict[str, Any]
Encode = Callable[[Map], bytes]


def object_maps(samples: Samples) -> list[Map]:
    """Each sample as files and HTTP have it, under a new id; the time is naive UTC."""
    names = ("name", "type", "unit", "volume")
    return [
        {"id": identity, **dict(zip(names, named, strict=True)), **rest}
        for identity, named, rest in _parts(samples, names)
    ]


def wire_maps(samples: Samples) -> list[Map]:
    """Each sample as the bus and sockets have it, under a new id, not signed yet."""
    names = ("counter_name", "counter_type", "counter_unit", "counter_volume")
    return [
        {**dict(zip(names, named, strict=True)), **rest, "message_id": identity}
        for identity, named, rest in _parts(samples, names)
    ]


def signing(encode: Encode, secret: str) -> Encode:
    """The same encoding of samples that are signed with the telemetry secret first; without one, with nothing."""
    return lambda found: encode({**found, FIELD: signature(found, secret)})


def event_maps(events: Iterable[Event]) -> list[Map]:
    """Each event with its traits as `[name, number of the type, value]`; times are naive UTC."""
    return [
        {
            "message_id": event.id,
            "event_type": event.type,
            "generated": naive(event.generated_ns),
            "traits": [[each.name, TRAIT_NUMBERS[each.type], _trait_value(each)] for each in event.traits],
            "raw": event.raw,
        }
        for event in events
    ]


def naive(time_ns: int) -> str:
    """
    A time in UTC that does not say so.

    >>> naive(1_772_442_000_500_000_000)
    '2026-03-02T09:00:00.500000'
    """
    return timestamp.render(time_ns).removesuffix("+00:00")


def sendable(samples: Samples) -> Samples:
    """Those with a number for a volume and texts that UTF-8 can hold; the rest is counted and left out."""
    good = np.isfinite(samples.volume)
    dropped("publish", "volume", int(len(samples) - np.count_nonzero(good)))
    for column in (samples.name, samples.unit, samples.type, samples.resource_id, samples.user_id, samples.project_id):
        if broken := {each for each in set(column.tolist()) if each and not _has_utf8(each)}:
            bad = good & np.fromiter((each in broken for each in column.tolist()), bool, len(samples))
            dropped("publish", "cannot be encoded", int(np.count_nonzero(bad)))
            good &= ~bad
    return samples if good.all() else samples.take(good)


def encoded(maps: Iterable[Map], encode: Encode) -> Iterator[bytes]:
    """
    Each map's bytes.

    Half a character becomes a question mark, and a number that the encoding cannot hold a text. What can still not be
    written is counted and left out.
    """
    lost = 0
    for each in maps:
        try:
            yield encode(each)
        except UNENCODABLE:
            try:
                yield encode(_plain(each))
            except UNENCODABLE:
                lost += 1
    if lost:
        dropped("publish", "cannot be encoded", lost)
        log.warning("%d samples or events cannot be encoded; lost", lost)


def in_parts(
    pieces: Iterable[bytes], *, count_max: int = SAMPLES_MAX, bytes_max: int = BATCH_BYTES_MAX
) -> Iterator[list[bytes]]:
    """The pieces in order, in parts within both bounds; a piece beyond `bytes_max` travels alone."""
    part: list[bytes] = []
    size = 0
    for piece in pieces:
        if part and (len(part) == count_max or size + len(piece) > bytes_max):
            yield part
            part, size = [], 0
        part.append(piece)
        size += len(piece)
    if part:
        yield part


def batch(body: bytes, samples: int, now_ns: int) -> EncodedBatch:
    """Final bytes under a new id."""
    return EncodedBatch(new_ids(1)[0], now_ns, samples, "", body)


def framed(pieces: Iterable[bytes]) -> bytes:
    """Each piece behind its length, eight bytes, the lowest first."""
    return b"".join(len(piece).to_bytes(8, "little") + piece for piece in pieces)


def unframed(body: bytes) -> Iterator[bytes]:
    """The pieces of `framed`."""
    at = 0
    while at < len(body):
        end = at + 8 + int.from_bytes(body[at : at + 8], "little")
        yield body[at + 8 : end]
        at = end


def new_ids(count: int) -> list[str]:
    """
    That many random UUIDs, made at once.

    >>> len(new_ids(2)[1])
    36
    """
    raw = np.frombuffer(bytearray(os.urandom(16 * count)), np.uint8).reshape(count, 16)
    raw[:, 6] = raw[:, 6] & 0x0F | 0x40
    raw[:, 8] = raw[:, 8] & 0x3F | 0x80
    text = raw.tobytes().hex()
    return ["-".join(text[at + a : at + b] for a, b in _GROUPS) for at in range(0, 32 * count, 32)]


def _plain(found: Any) -> Any:
    """The same as far as every encoding can hold it."""
    if isinstance(found, str):
        return found.encode("utf-8", "replace").decode()
    if isinstance(found, dict):
        return {_plain(str(key)): _plain(value) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [_plain(each) for each in found]
    if isinstance(found, int) and not -(2**63) <= found < 2**63:
        return str(found)
    return found


def _has_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parts(samples: Samples, names: Sequence[str]) -> Iterator[tuple[str, tuple[Any, ...], Map]]:
    """Of each sample its id, the four values that have two sets of names, and all others."""
    assert len(names) == 4
    named = zip(*(getattr(samples, each).tolist() for each in ("name", "type", "unit", "volume")), strict=True)
    rest = zip(
        *(getattr(samples, each).tolist() for each in ("user_id", "project_id", "resource_id")),
        _times(samples.time_ns),
        samples.metadata.tolist(),
        samples.monotonic_s.tolist(),
        strict=True,
    )
    for identity, four, (user, project, resource, time, metadata, read_s) in zip(
        new_ids(len(samples)), named, rest, strict=True
    ):
        yield (
            identity,
            four,
            {
                "user_id": user,
                "user_name": None,
                "project_id": project,
                "project_name": None,
                "resource_id": resource,
                "timestamp": time,
                "resource_metadata": metadata,
                "source": SOURCE,
                "monotonic_time": None if math.isnan(read_s) else read_s,
            },
        )


def _times(times_ns: npt.NDArray[np.int64]) -> list[str]:
    """As texts; all samples of a poll share one time, so few have to be made."""
    distinct, place = np.unique(times_ns, return_inverse=True)
    texts = [naive(each) for each in distinct.tolist()]
    return [texts[i] for i in place.tolist()]


def _trait_value(trait: Trait) -> str | int | float:
    return naive(int(trait.value)) if trait.type == "datetime" else trait.value
