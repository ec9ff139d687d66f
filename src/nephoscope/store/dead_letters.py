# SPDX-License-Identifier: Apache-2.0
"""Records that went no further, kept for a week so that somebody can look at them."""

import logging
import time
from collections.abc import Sequence

import pyarrow as pa

from nephoscope.model.errors import NephoscopeError
from nephoscope.model.timespan import DAY_NS
from nephoscope.store.contract import Store

log = logging.getLogger(__name__)

KEPT_NS = 7 * DAY_NS


def bury(store: Store, station: str, cause: str, records: Sequence[str], project_id: str = "") -> None:
    """
    Keep refused records, each a text, under the station that refused them and the cause.

    Whoever calls has more important things to do: when the store cannot take them they are only counted.
    """
    now_ns = time.time_ns()
    count = len(records)
    rows = {
        "received": pa.array([now_ns] * count, pa.int64()),
        "station": pa.array([station] * count),
        "cause": pa.array([cause] * count),
        "project_id": pa.array([project_id] * count),
        "record": pa.array(list(records)),
    }
    try:
        store.insert("dead_letters", pa.table(rows))
    except NephoscopeError as error:
        log.warning("%d dead letters of %s were not kept: %s", count, station, error)


def forget_old(store: Store, local_name: str, on_cluster: str) -> None:
    """Drop the days that are over; a day is a partition."""
    limit = (time.time_ns() - KEPT_NS) // 10**9
    rows = store.query(
        "SELECT DISTINCT _partition_id AS partition FROM dead_letters "
        f"WHERE toYYYYMMDD(fromUnixTimestamp64Nano(received, 'UTC')) < toYYYYMMDD(toDateTime({limit}, 'UTC'))"
    )
    for partition in rows["partition"].to_pylist():
        store.execute(f"ALTER TABLE {local_name}{on_cluster} DROP PARTITION ID '{partition}'")
