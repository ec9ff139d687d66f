# SPDX-License-Identifier: Apache-2.0
"""What is past its retention is taken away by the engine, a partition at a time, never row by row."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.observe import registry
from nephoscope.store.contract import Store
from nephoscope.store.schema import HORIZONS, Layout
from nephoscope.store.series import NEVER, Int64s, SeriesState, UInt32s

log = logging.getLogger(__name__)

RAW = 0  # the granularity under which the horizon of raw measures stands
ALWAYS = np.iinfo(np.int64).max

registry.describe("nephoscope_expired_rows_total", "counter", "Rows taken away because they were past retention.")


@dataclass(frozen=True)
class Horizon:
    """Rows of `metric` at `granularity` (RAW: its measures) that are older than `until` may go."""

    metric: UInt32s
    granularity: Int64s
    until: Int64s


class Expiry:
    """
    Deletes what retention lets go, and everything of deleted metrics.

    Retention counts from a metric's newest point, not from the clock. A partition is rewritten only when at least
    `share_min` of its rows are past their horizon, so that the cost stays in proportion.
    """

    def __init__(self, store: Store, series: SeriesState, layout: Layout, share_min: float) -> None:
        self._store = store
        self._series = series
        self._layout = layout
        self._share_min = share_min

    def run(self, policies: Sequence[tuple[ArchivePolicy, UInt32s]], deleted: UInt32s) -> int:
        """Take away what is past its horizon; `deleted` are numbers of metrics whose data goes. Gives rows gone."""
        horizons = [horizon for policy, numbers in policies for horizon in self._horizons(policy, numbers)]
        if len(deleted):
            rows = self._kept_granularities(deleted)
            horizons.append(Horizon(rows[0], rows[1], np.full(len(rows[0]), ALWAYS)))
        if not horizons:
            return 0
        self._publish(horizons)
        share = 0.0 if len(deleted) else self._share_min
        gone = self._sweep("measures", f"toInt64({RAW})", share)
        return gone + self._sweep("aggregates", "granularity", share)

    def _horizons(self, policy: ArchivePolicy, numbers: UInt32s) -> list[Horizon]:
        newest = self._series.newest_of(numbers)
        numbers, newest = numbers[newest != NEVER], newest[newest != NEVER]
        if not len(numbers):
            return []
        found = []
        definitions = sorted(policy.definition, key=lambda each: each.granularity_ns)
        for place, each in enumerate(definitions):
            if each.timespan_ns is None:
                continue
            label = newest // each.granularity_ns * each.granularity_ns
            until = label - each.timespan_ns + each.granularity_ns
            granularity = each.granularity_ns
            if place == 0:
                until = self._raw_horizon(policy, numbers, newest, until)
                granularity = RAW
            found.append(Horizon(numbers, np.full(len(numbers), granularity, np.int64), until))
        return found

    def _raw_horizon(self, policy: ArchivePolicy, numbers: UInt32s, newest: Int64s, until: Int64s) -> Int64s:
        """Raw measures stay while a window is open over them, a roll-up still needs them, or a rate looks back."""
        until = np.minimum(until, self._series.open_since(numbers, newest))
        granularities = [each.granularity_ns for each in policy.definition]
        if len(granularities) > 1:
            rolled = np.maximum(self._series.rolled_until[numbers], 0)
            for granularity in granularities:
                until = np.minimum(until, rolled // granularity * granularity)
        return self._last_before(numbers, until) if policy.has_rate else until

    def _last_before(self, numbers: UInt32s, until: Int64s) -> Int64s:
        """The time of each metric's last measure before its horizon: the next difference is taken to it."""
        each = "transform(metric, {metrics:Array(UInt32)}, {untils:Array(Int64)}, toInt64(0))"
        rows = self._store.query(
            "SELECT metric, max(time) AS newest FROM measures "
            f"WHERE metric IN {{metrics:Array(UInt32)}} AND time < {each} GROUP BY metric",
            {"metrics": numbers.tolist(), "untils": until.tolist()},
        )
        found = np.zeros(len(numbers), np.int64)
        order = np.argsort(numbers)
        found[order[np.searchsorted(numbers, rows["metric"].to_numpy(), sorter=order)]] = rows["newest"].to_numpy()
        return found

    def _kept_granularities(self, deleted: UInt32s) -> tuple[UInt32s, Int64s]:
        rows = self._store.query(
            "SELECT DISTINCT metric, granularity FROM aggregates WHERE metric IN {metrics:Array(UInt32)}",
            {"metrics": deleted.tolist()},
        )
        metrics = np.concatenate([deleted, rows["metric"].to_numpy()]).astype(np.uint32)
        return metrics, np.concatenate([np.full(len(deleted), RAW), rows["granularity"].to_numpy()]).astype(np.int64)

    def _publish(self, horizons: Sequence[Horizon]) -> None:
        """Put the horizons where the engine's own statements can look them up."""
        for statement in self._layout.before_horizons():
            self._store.execute(statement)
        self._store.insert(
            self._layout.horizons_inbox,
            pa.table(
                {
                    "metric": np.concatenate([each.metric for each in horizons]),
                    "granularity": np.concatenate([each.granularity for each in horizons]),
                    "until": np.concatenate([each.until for each in horizons]),
                }
            ),
        )
        for statement in self._layout.after_horizons():
            self._store.execute(statement)

    def _sweep(self, table: str, granularity: str, share_min: float) -> int:
        """Rewrite the partitions of `table` that hold enough rows past their horizon."""
        past = f"time < joinGet('{self._store.database}.{HORIZONS.name}', 'until', metric, {granularity})"
        rows = self._store.query(
            f"SELECT _partition_id AS partition, count() AS rows, countIf({past}) AS past "
            f"FROM {table} GROUP BY partition HAVING past > 0"
        ).to_pylist()
        gone = 0
        for row in rows:
            if row["past"] < share_min * row["rows"]:
                continue
            self._store.execute(
                f"ALTER TABLE {self._layout.local(table)}{self._layout.on_cluster} "
                f"DELETE IN PARTITION ID '{row['partition']}' WHERE {past} "
                # What a lookup answers could differ from replica to replica; ours are filled alike.
                "SETTINGS mutations_sync = 1, allow_nondeterministic_mutations = 1"
            )
            gone += row["past"]
            log.info("%s: %d rows of partition %s were past retention", table, row["past"], row["partition"])
        registry.count("nephoscope_expired_rows_total", gone, table=table)
        return gone
