# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/dead-letters`: records that went no further, as agents tell of them and as operators look at them."""

from typing import Annotated

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.shapes import MILLISECOND_NS
from nephoscope.model.instant import Instant
from nephoscope.query import dead_letters
from nephoscope.query.dead_letters import DeadLetterFilter
from nephoscope.store.dead_letters import DeadLetter, keep

RECORD_BYTES_MAX = 64 * 1024

# Of these there are few, by which counters are told apart.
Station = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Cause = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Text = Annotated[str, msgspec.Meta(max_length=255)]


class LetterBody(msgspec.Struct, forbid_unknown_fields=True):
    """A record as text, the station that refused it, and the cause; the first 64 KiB of the record are kept."""

    station: Station
    cause: Cause
    record: str


class LettersBody(msgspec.Struct, forbid_unknown_fields=True):
    """Records that an agent could not use."""

    records: Annotated[list[LetterBody], msgspec.Meta(max_length=1000)]


class DeadLettersQuery(msgspec.Struct):
    """Those of exactly this station and this cause, received from `start` up to `stop`; `marker` is a `next`."""

    station: Text = ""
    cause: Text = ""
    start: Instant | None = None
    stop: Instant | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    marker: Annotated[str, msgspec.Meta(max_length=100)] | None = None


class LetterView(msgspec.Struct):
    """A record that was refused; `project_id` is that of whoever sent it, null where nobody can tell."""

    time_ms: int
    station: str
    cause: str
    project_id: str | None
    record: str


class Letters(msgspec.Struct):
    """Dead letters, the newest first; `next` is the marker of the page after this one."""

    records: list[LetterView]
    next: str | None


def post_dead_letters(call: Call, body: LettersBody) -> None:
    """202 once the records are on disk, where they stay for a week."""
    letters = [DeadLetter(each.station, each.cause, cut(each.record)) for each in body.records]
    keep(call.parts.store, letters, call.caller.project_id)


def cut(record: str) -> str:
    """
    As much of a record as is kept, a whole number of characters.

    >>> len(cut("é" * 40_000).encode()), cut("short")
    (65536, 'short')
    """
    return record.encode()[:RECORD_BYTES_MAX].decode(errors="ignore")


def list_dead_letters(call: Call, query: DeadLettersQuery) -> Letters:
    """Records that were refused or dropped, here or by agents."""
    wanted = DeadLetterFilter(query.station, query.cause, query.start, query.stop)
    found, marker = dead_letters.find(call.parts.store, wanted, query.limit, query.marker)
    shown = [
        LetterView(each.received_ns // MILLISECOND_NS, each.station, each.cause, each.project_id or None, each.record)
        for each in found
    ]
    return Letters(shown, marker)


def routes() -> list[BaseRoute]:
    """The page of this module."""
    return [
        at(
            "/v1/dead-letters",
            GET=operation(list_dead_letters, "see platform"),
            POST=operation(post_dead_letters, "send samples", 202),
        )
    ]
