# SPDX-License-Identifier: Apache-2.0
"""Records that went no further, kept for a week so that somebody can look at them."""

import logging
import time
from collections.abc import Sequence

import msgspec
import pyarrow as pa

from nephoscope.model.errors import NephoscopeError, QueryFailed, StoreUnavailable
from nephoscope.model.timespan import DAY_NS
from nephoscope.store.contract import Store

log = logging.getLogger(__name__)

KEPT_NS = 7 * DAY_NS


class DeadLetter(msgspec.Struct, frozen=True):
    """A record as text, the station that refused it, and the cause."""

    station: str
    cause: str
    record: str


def keep(store: Store, letters: Sequence[DeadLetter], project_id: str = "") -> None:
    """Write dead letters, received now; on return they are on disk. StoreUnavailable when nothing was written."""
    if not letters:
        return
    rows = {
        "received": pa.array([time.time_ns()] * len(letters), pa.int64()),
        "station": pa.array([each.station for each in letters]),
        "cause": pa.array([each.cause for each in letters]),
        "project_id": pa.array([project_id] * len(letters)),
        "record": pa.array([each.record for each in letters]),
    }
    try:
        store.insert("dead_letters", pa.table(rows))
    except QueryFailed as error:
        # A text is a text: whatever the engine has against it is not the sender's doing.
        raise StoreUnavailable(f"dead letters cannot be written: {error.message}") from error


def bury(store: Store, station: str, cause: str, records: Sequence[str], project_id: str = "") -> None:
    """
    Keep refused records, each a text, under the station that refused them and the cause.

    Whoever calls has more important things to do: when the store cannot take them they are only counted.
    """
    try:
        keep(store, [DeadLetter(station, cause, record) for record in records], project_id)
    except NephoscopeError as error:
        log.warning("%d dead letters of %s were not kept: %s", len(records), station, error)


def forget_old(store: Store, local_name: str, on_cluster: str) -> None:
    """Drop the days that are over; a day is a partition."""
    limit = (time.time_ns() - KEPT_NS) // 10**9
    rows = store.query(
        "SELECT DISTINCT _partition_id AS partition FROM dead_letters "
        f"WHERE toYYYYMMDD(fromUnixTimestamp64Nano(received, 'UTC')) < toYYYYMMDD(toDateTime({limit}, 'UTC'))"
    )
    for partition in rows["partition"].to_pylist():
        store.execute(f"ALTER TABLE {local_name}{on_cluster} DROP PARTITION ID '{partition}'")
