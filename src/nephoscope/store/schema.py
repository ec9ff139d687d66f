# SPDX-License-Identifier: Apache-2.0
"""The engine's tables, for one server or a cluster, and the forward migrations that bring a store up to them."""

import logging
from collections.abc import Iterator

import msgspec

from nephoscope.model.errors import NephoscopeError
from nephoscope.store.contract import Store

log = logging.getLogger(__name__)

# Durable on return, small blocks for quick reads of one metric, and merged parts that leave soon; the figures behind
# these numbers are in docs/decisions/0002-clickhouse-dialect.md.
SETTINGS = {
    "index_granularity": 2048,
    "min_compress_block_size": 16384,
    "max_compress_block_size": 65536,
    "fsync_after_insert": 1,
    "fsync_part_directory": 1,
    "min_rows_to_fsync_after_merge": 1,
    "old_parts_lifetime": 30,
    "cleanup_delay_period": 10,
    "cleanup_delay_period_random_add": 1,
    # The engine would stretch the pause to five minutes where inserts are few, and keep the replaced parts as long.
    "max_cleanup_delay_period": 10,
}


class Table(msgspec.Struct, frozen=True):
    """
    One table: `columns` as the dialect writes them, `shard_by` an expression that keeps a series on one shard.

    `engine_arguments` are those that the engine takes beside the place of its replicas.
    """

    name: str
    columns: tuple[str, ...]
    engine: str
    order_by: str
    partition_by: str = ""
    shard_by: str = "metric"
    engine_arguments: str = ""


TIME = "time Int64 CODEC(DoubleDelta, ZSTD(1))"
METRIC = "metric UInt32 CODEC(Delta, ZSTD(1))"
MONTH = "toYYYYMM(fromUnixTimestamp64Nano(time, 'UTC'))"

# One row per (metric, time); what was written last stays. Times are nanoseconds since the epoch, UTC.
MEASURES = Table(
    name="measures",
    columns=(METRIC, TIME, "value Float64 CODEC(ZSTD(1))"),
    engine="ReplacingMergeTree",
    partition_by=MONTH,
    order_by="(metric, time)",
)

# Closed buckets of granularities that outlive their raw measures; time is the bucket's start.
AGGREGATES = Table(
    name="aggregates",
    columns=(
        METRIC,
        "granularity Int64 CODEC(ZSTD(1))",
        "method LowCardinality(String)",
        TIME,
        "value Float64 CODEC(ZSTD(1))",
    ),
    engine="ReplacingMergeTree",
    partition_by=MONTH,
    order_by="(metric, granularity, method, time)",
)

# How far a metric's measures may hold two rows for one time: reads that start at or before it ask for FINAL.
REWRITES = Table(
    name="rewrites",
    columns=("metric UInt32", "until SimpleAggregateFunction(max, Int64)"),
    engine="AggregatingMergeTree",
    order_by="metric",
)

# How far a metric is rolled up: buckets that end at or before it are read from `aggregates`.
ROLLUPS = Table(
    name="rollups",
    columns=("metric UInt32", "until SimpleAggregateFunction(max, Int64)"),
    engine="AggregatingMergeTree",
    order_by="metric",
)

# Records that were refused or dropped, kept a week so that somebody can look at them.
DEAD_LETTERS = Table(
    name="dead_letters",
    columns=(
        "received Int64 CODEC(DoubleDelta, ZSTD(1))",
        "station LowCardinality(String)",
        "cause LowCardinality(String)",
        "project_id String CODEC(ZSTD(1))",
        "record String CODEC(ZSTD(1))",
    ),
    engine="MergeTree",
    partition_by="toYYYYMMDD(fromUnixTimestamp64Nano(received, 'UTC'))",
    order_by="received",
    shard_by="rand()",
)

# Up to where rows of a metric may go, by granularity (0: measures); replaced whole before each expiry.
HORIZONS = Table(
    name="horizons",
    columns=("metric UInt32", "granularity Int64", "until Int64"),
    engine="Join(ANY, LEFT, metric, granularity)",
    order_by="",
)

# On a cluster what is put into `horizons` passes through this table, from which each server fills its own.
HORIZON_ROWS = Table(
    name="horizon_rows",
    columns=HORIZONS.columns,
    engine="MergeTree",
    order_by="(metric, granularity)",
)

# What the index knows of each metric and its resource, for SQL. Of several rows the one of the highest version counts;
# one that is `gone` hides those before it.
NAMES = Table(
    name="names",
    columns=(
        "metric UInt32",
        "id String",
        "name LowCardinality(String)",
        "unit LowCardinality(String)",
        "resource String",
        "resource_id String",
        "type LowCardinality(String)",
        "project_id LowCardinality(String)",
        "creator LowCardinality(String)",
        "creator_project LowCardinality(String)",
        "policy LowCardinality(String)",
        "attributes Map(LowCardinality(String), String)",
        "version UInt64",
        "gone UInt8",
    ),
    engine="ReplacingMergeTree",
    engine_arguments="version, gone",
    order_by="metric",
)

# The same of each resource, whether it has metrics or not.
RESOURCE_NAMES = Table(
    name="resource_names",
    columns=(
        "number UInt64",
        "id String",
        "name String",
        "type LowCardinality(String)",
        "project_id LowCardinality(String)",
        "user_id LowCardinality(String)",
        "creator LowCardinality(String)",
        "creator_project LowCardinality(String)",
        "started Int64",
        "ended Nullable(Int64)",
        "revision Int64",
        "attributes Map(LowCardinality(String), String)",
        "version UInt64",
        "gone UInt8",
    ),
    engine="ReplacingMergeTree",
    engine_arguments="version, gone",
    order_by="number",
    shard_by="number",
)

# What happened; the same event sent again is the same row. By time first, as lists show the newest; the project belongs
# to the key, so that nobody can replace another project's event. `resource_id` is empty where no trait tells.
EVENTS = Table(
    name="events",
    columns=(
        "time Int64 CODEC(DoubleDelta, ZSTD(1))",
        "id String CODEC(ZSTD(1))",
        "project_id LowCardinality(String)",
        "type LowCardinality(String)",
        "resource_id String CODEC(ZSTD(1))",
        "trait_names Array(LowCardinality(String)) CODEC(ZSTD(1))",
        "trait_types Array(UInt8) CODEC(ZSTD(1))",
        "trait_values Array(String) CODEC(ZSTD(1))",
        "raw String CODEC(ZSTD(3))",
        "INDEX of_id id TYPE bloom_filter GRANULARITY 1",
        "INDEX of_values trait_values TYPE bloom_filter GRANULARITY 1",
    ),
    engine="ReplacingMergeTree",
    partition_by="toMonday(fromUnixTimestamp64Nano(time, 'UTC'))",
    order_by="(time, id, project_id)",
    shard_by="cityHash64(id)",
)

MIGRATIONS: tuple[tuple[Table, ...], ...] = (
    (MEASURES, AGGREGATES, REWRITES, ROLLUPS, DEAD_LETTERS),
    (NAMES, RESOURCE_NAMES),
    (EVENTS,),
)


class Layout(msgspec.Struct, frozen=True):
    """Where the tables live: on one server, or sharded and replicated over a named cluster."""

    cluster: str = ""

    def create(self, table: Table) -> Iterator[str]:
        """The statements that make one table; each may run again without harm."""
        if not self.cluster:
            arguments = f"({table.engine_arguments})" if table.engine_arguments else ""
            yield self._merge_tree(table, table.name, table.engine + arguments, "")
            return
        place = f"'/clickhouse/tables/{{shard}}/{{database}}/{table.name}', '{{replica}}'"
        arguments = f", {table.engine_arguments}" if table.engine_arguments else ""
        engine = f"Replicated{table.engine}({place}{arguments})"
        yield self._merge_tree(table, self.local(table.name), engine, self.on_cluster)
        yield (
            f"CREATE TABLE IF NOT EXISTS {table.name}{self.on_cluster} AS {self.local(table.name)} "
            f"ENGINE = Distributed('{self.cluster}', currentDatabase(), '{self.local(table.name)}', {table.shard_by})"
        )

    def _merge_tree(self, table: Table, name: str, engine: str, where: str) -> str:
        settings = dict(SETTINGS)
        partition = f" PARTITION BY {table.partition_by}" if table.partition_by else ""
        listed = ", ".join(f"{key} = {value}" for key, value in settings.items())
        return (
            f"CREATE TABLE IF NOT EXISTS {name}{where} ({', '.join(table.columns)}) "
            f"ENGINE = {engine}{partition} ORDER BY {table.order_by} SETTINGS {listed}"
        )

    def before_horizons(self) -> Iterator[str]:
        """The statements after which new horizons can be inserted into `horizons_inbox`."""
        if not self.cluster:
            yield from self._new_lookup("")
            return
        yield from self.create(HORIZON_ROWS)
        yield f"TRUNCATE TABLE {self.local(HORIZON_ROWS.name)}{self.on_cluster} SYNC"

    @property
    def horizons_inbox(self) -> str:
        """The table into which horizons are inserted."""
        return HORIZON_ROWS.name if self.cluster else HORIZONS.name

    def after_horizons(self) -> Iterator[str]:
        """The statements after which every server can look the horizons up: a Join table lives on one server alone."""
        if self.cluster:
            yield from self._new_lookup(f" AS SELECT metric, granularity, until FROM {HORIZON_ROWS.name}")

    def _new_lookup(self, filled: str) -> Iterator[str]:
        name = HORIZONS.name
        yield f"DROP TABLE IF EXISTS {name}{self.on_cluster} SYNC"
        yield f"CREATE TABLE {name}{self.on_cluster} ({', '.join(HORIZONS.columns)}) ENGINE = {HORIZONS.engine}{filled}"

    @property
    def on_cluster(self) -> str:
        """The clause that spreads a statement over the cluster; empty on one server."""
        return f" ON CLUSTER `{self.cluster}`" if self.cluster else ""

    def local(self, name: str) -> str:
        """The table that holds the rows: deletes, merges and partitions are addressed to it."""
        return f"{name}_local" if self.cluster else name


VERSIONS = Table(
    name="schema_versions",
    columns=("version UInt32", "applied DateTime DEFAULT now()"),
    engine="ReplacingMergeTree",
    order_by="version",
    shard_by="version",
)


def upgrade(store: Store, layout: Layout) -> int:
    """
    Bring the store to this program's schema and give its version.

    Every statement is idempotent, so several nodes may do this at once. A store from a newer program is refused.
    """
    for statement in layout.create(VERSIONS):
        store.execute(statement)
    found = store.query("SELECT max(version) AS version FROM schema_versions")["version"][0].as_py()
    if found > len(MIGRATIONS):
        raise NephoscopeError(
            f"the store has schema version {found}, this program knows {len(MIGRATIONS)}: run the newer program"
        )
    for version in range(found + 1, len(MIGRATIONS) + 1):
        for table in MIGRATIONS[version - 1]:
            for statement in layout.create(table):
                store.execute(statement)
        store.execute(f"INSERT INTO schema_versions (version) VALUES ({version})")
        log.info("store schema brought to version %d", version)
    return len(MIGRATIONS)
