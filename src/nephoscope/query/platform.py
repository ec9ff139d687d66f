# SPDX-License-Identifier: Apache-2.0
"""How the store is: how much it holds, and how much room is left."""

from dataclasses import dataclass

from nephoscope.store.contract import Store

SIZES = (
    "SELECT sum(rows) AS rows, sum(bytes_on_disk) AS bytes, "
    "(SELECT min(free_space) FROM system.disks) AS free, (SELECT min(total_space) FROM system.disks) AS total "
    "FROM system.parts WHERE active AND database = currentDatabase()"
)


@dataclass(frozen=True)
class StoreSize:
    """Rows of all tables, their bytes on disk, and the free and total bytes of the disk that has least room."""

    rows: int
    bytes: int
    disk_free_bytes: int
    disk_total_bytes: int


def store_size(store: Store) -> StoreSize:
    """One look at the engine's own tables. StoreUnavailable."""
    row = store.query(SIZES).to_pylist()[0]
    return StoreSize(int(row["rows"] or 0), int(row["bytes"] or 0), int(row["free"] or 0), int(row["total"] or 0))
