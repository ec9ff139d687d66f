# SPDX-License-Identifier: Apache-2.0
"""Dead letters as they are read: pages of them, the newest first."""

import msgspec

from nephoscope.model.errors import BadArgument
from nephoscope.query.event_search import Parameters
from nephoscope.store.contract import Store

SKIP_MAX = 10_000_000


class DeadLetterFilter(msgspec.Struct, frozen=True):
    """Those of exactly this station and cause, received in [start, stop) ns; empty or None: any."""

    station: str = ""
    cause: str = ""
    start_ns: int | None = None
    stop_ns: int | None = None


class KeptLetter(msgspec.Struct, frozen=True):
    """A record that was refused; `received_ns` since the epoch, UTC."""

    received_ns: int
    station: str
    cause: str
    project_id: str
    record: str


def find(
    store: Store, wanted: DeadLetterFilter, limit: int, marker: str | None = None
) -> tuple[list[KeptLetter], str | None]:
    """
    At most `limit` dead letters after a marker, and the marker of the next page, None after the last one.

    What came together has one time, so a marker is a time and how many of that time were shown.

    Errors  BadArgument for a marker that is none.
    """
    parameters = Parameters()
    until_ns, skip = _read(marker) if marker is not None else (None, 0)
    conditions = ["1"]
    for column, text in (("station", wanted.station), ("cause", wanted.cause)):
        if text:
            conditions.append(f"{column} = {parameters.text(text)}")
    for sign, bound in ((">=", wanted.start_ns), ("<", wanted.stop_ns), ("<=", until_ns)):
        if bound is not None:
            conditions.append(f"received {sign} {parameters.integer(bound)}")
    rows = store.query(
        f"SELECT received AS received_ns, station, cause, project_id, record FROM dead_letters "
        f"WHERE {' AND '.join(conditions)} ORDER BY received DESC, station, cause, project_id, record "
        f"LIMIT {parameters.integer(skip)}, {parameters.integer(limit + 1)}",
        parameters.values,
    ).to_pylist()
    found = [KeptLetter(**row) for row in rows[:limit]]
    if len(rows) <= limit:
        return found, None
    last_ns = found[-1].received_ns
    shown = sum(each.received_ns == last_ns for each in found)
    return found, f"{last_ns}:{shown + (skip if last_ns == until_ns else 0)}"


def _read(marker: str) -> tuple[int, int]:
    time_text, _, skip_text = marker.partition(":")
    digits = time_text + skip_text
    if not (digits.isascii() and digits.isdigit() and time_text and skip_text and len(time_text) < 20):
        raise BadArgument("marker", f"{marker!r} is no marker of this list")
    time_ns, skip = int(time_text), int(skip_text[:20])
    if time_ns >= 2**63 or skip > SKIP_MAX:
        raise BadArgument("marker", f"{marker!r} is no marker of this list")
    return time_ns, skip
