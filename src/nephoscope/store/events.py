# SPDX-License-Identifier: Apache-2.0
"""Events on their way to the disk, and their end when they are past retention."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from nephoscope.model.errors import QueryFailed, StoreUnavailable
from nephoscope.model.event import TRAIT_NUMBERS
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.timespan import SECOND_NS
from nephoscope.store.contract import Store


def keep(store: Store, events: Sequence[KeptEvent]) -> None:
    """
    Write events; on return they are on disk.

    An event with the time, id and project of one that is there already takes its place, so that sending again adds
    nothing.

    Errors  StoreUnavailable; some may be on disk then, and sending all again makes it right.
    """
    if not events:
        return
    traits = [one for each in events for one in each.traits]
    edges = pa.array(np.cumsum([0, *(len(each.traits) for each in events)]), pa.int32())

    def listed(flat: "pa.Array[Any]") -> "pa.Array[Any]":
        """What belongs to traits, in a list for each event."""
        return pa.ListArray.from_arrays(edges, flat)

    rows = {
        "time": pa.array([each.time_ns for each in events], pa.int64()),
        "id": pa.array([each.id for each in events]),
        "project_id": pa.array([each.project_id for each in events]),
        "type": pa.array([each.type for each in events]),
        "resource_id": pa.array([each.resource_id for each in events]),
        "trait_names": listed(pa.array([each.name for each in traits], pa.string())),
        "trait_types": listed(pa.array([TRAIT_NUMBERS[each.type] for each in traits], pa.uint8())),
        "trait_values": listed(pa.array([str(each.value) for each in traits], pa.string())),
        "raw": pa.array([each.raw for each in events]),
    }
    try:
        store.insert("events", pa.table(rows))
    except QueryFailed as error:
        # Rows were checked before: whatever the engine has against them is not the sender's doing.
        raise StoreUnavailable(f"events cannot be written: {error.message}") from error


def forget_old(store: Store, local_name: str, on_cluster: str, kept_ns: int) -> None:
    """Drop the weeks that are over for longer than `kept_ns`; a week is a partition."""
    limit_s = max(time.time_ns() - kept_ns, 0) // SECOND_NS
    rows = store.query(
        "SELECT DISTINCT _partition_id AS partition FROM events WHERE "
        f"toMonday(fromUnixTimestamp64Nano(time, 'UTC')) < toMonday(toDateTime64({limit_s}, 0, 'UTC'))"
    )
    for partition in rows["partition"].to_pylist():
        store.execute(f"ALTER TABLE {local_name}{on_cluster} DROP PARTITION ID '{partition}'")
