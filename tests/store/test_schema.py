# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The schema is brought up to date by whoever starts first, and reads as intended for a cluster."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

from nephoscope.model.errors import NephoscopeError
from nephoscope.store import schema
from nephoscope.store.contract import Store
from nephoscope.store.engines.settings import EngineSettings
from nephoscope.store.schema import HORIZON_ROWS, HORIZONS, MIGRATIONS, VERSIONS, Layout
from tests.services.clickhouse import PROJECT
from tests.store.measured import Measured
from tests.store.opened import Engine

TABLES = [table for migration in MIGRATIONS for table in migration]
UPGRADE = """
import sys
from nephoscope.store import schema
from nephoscope.store.engines import open_store
store = open_store(sys.argv[1])
print(schema.upgrade(store, schema.Layout()))
store.close()
"""


def tables(store: Store) -> list[str]:
    found = store.query("SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name")
    return [str(name) for name in found["name"].to_pylist()]


def versions(store: Store) -> list[int]:
    rows = store.query("SELECT version FROM schema_versions FINAL ORDER BY version")
    found: list[int] = rows["version"].to_numpy().tolist()
    return found


def test_an_upgrade_makes_every_table_and_may_be_repeated(engine: Engine) -> None:
    with engine.store() as store:
        assert len(MIGRATIONS) == schema.upgrade(store, Layout())
        assert sorted([table.name for table in TABLES] + [VERSIONS.name]) == tables(store)
        store.execute("INSERT INTO measures VALUES (1, 2, 3)")
        assert len(MIGRATIONS) == schema.upgrade(store, Layout())
        assert [1] == store.query("SELECT count() AS rows FROM measures")["rows"].to_pylist()
        assert list(range(1, len(MIGRATIONS) + 1)) == versions(store)


def test_an_upgrade_that_was_cut_off_is_finished_by_the_next(engine: Engine) -> None:
    with engine.store() as store:
        for statement in (*Layout().create(VERSIONS), *Layout().create(TABLES[0])):
            store.execute(statement)
        schema.upgrade(store, Layout())
        assert {table.name for table in TABLES} <= set(tables(store))


def test_several_threads_may_upgrade_at_once(engine: Engine) -> None:
    with engine.store() as store, ThreadPoolExecutor(4) as threads:
        done = [threads.submit(schema.upgrade, store, Layout()) for _ in range(4)]
        assert [len(MIGRATIONS)] * 4 == [each.result() for each in done]
        assert list(range(1, len(MIGRATIONS) + 1)) == versions(store)


def test_several_nodes_may_upgrade_at_once(fresh_clickhouse_url: str) -> None:
    command = [sys.executable, "-c", UPGRADE, fresh_clickhouse_url]
    nodes = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [f"{len(MIGRATIONS)}\n"] * 2 == [node.communicate(timeout=60)[0] for node in nodes]
    with Engine(fresh_clickhouse_url, Path(fresh_clickhouse_url).name).store() as store:
        assert list(range(1, len(MIGRATIONS) + 1)) == versions(store)


def test_a_store_of_a_newer_program_is_refused_and_left_alone(engine: Engine) -> None:
    with engine.store() as store:
        for statement in Layout().create(VERSIONS):
            store.execute(statement)
        store.execute(f"INSERT INTO schema_versions (version) VALUES ({len(MIGRATIONS) + 1})")
        with pytest.raises(NephoscopeError, match="newer program"):
            schema.upgrade(store, Layout())
        assert [VERSIONS.name] == tables(store)


def test_a_cluster_gets_replicated_tables_behind_distributed_ones(measured: Measured) -> None:
    for table in (*TABLES, VERSIONS, HORIZON_ROWS):
        assert_replicated(measured.store, table)


def assert_replicated(store: Store, table: schema.Table) -> None:
    local, distributed = Layout("prod").create(table)
    assert f"CREATE TABLE IF NOT EXISTS {table.name}_local ON CLUSTER `prod` (" in local
    arguments = f", {table.engine_arguments}" if table.engine_arguments else ""
    place = f"'/clickhouse/tables/{{shard}}/{{database}}/{table.name}', '{{replica}}'"
    replicated = f"ENGINE = Replicated{table.engine}({place}{arguments})"
    assert replicated in local
    assert (
        f"CREATE TABLE IF NOT EXISTS {table.name} ON CLUSTER `prod` AS {table.name}_local "
        f"ENGINE = Distributed('prod', currentDatabase(), '{table.name}_local', {table.shard_by})"
    ) == distributed
    for statement, engine in ((local, f"Replicated{table.engine}"), (distributed, "Distributed")):
        assert engine in parsed(store, statement)


def test_on_a_cluster_every_server_fills_its_own_lookup_table(measured: Measured) -> None:
    """From a distributed one, into which the horizons were inserted."""
    layout = Layout("prod")
    *made, emptied = layout.before_horizons()
    assert list(layout.create(HORIZON_ROWS)) == made
    assert "TRUNCATE TABLE horizon_rows_local ON CLUSTER `prod` SYNC" == emptied
    assert "horizon_rows" == layout.horizons_inbox
    dropped, filled = layout.after_horizons()
    assert "DROP TABLE IF EXISTS horizons ON CLUSTER `prod` SYNC" == dropped
    assert "CREATE TABLE horizons ON CLUSTER `prod` (" in filled
    assert f"ENGINE = {HORIZONS.engine} AS SELECT metric, granularity, until FROM horizon_rows" in filled
    for statement in (*made, emptied, dropped, filled):
        assert "horizon" in parsed(measured.store, statement)


def test_the_lookup_table_is_filled_from_the_rows_as_well_as_directly(measured: Measured) -> None:
    """What a cluster does on each server, done on one."""
    rows = pa.table({"metric": pa.array([1, 2], pa.uint32()), "granularity": [0, 60], "until": [7, 8]})
    for statement in (*Layout().create(HORIZON_ROWS), *Layout().before_horizons()):
        measured.store.execute(statement)
    measured.store.insert(HORIZON_ROWS.name, rows)
    for statement in Layout("prod").after_horizons():
        measured.store.execute(statement.replace(" ON CLUSTER `prod`", ""))
    found = measured.store.query("SELECT joinGet('horizons', 'until', toUInt32(2), toInt64(60)) AS until")
    assert [8] == found["until"].to_pylist()
    assert [] == list(Layout().after_horizons())


def test_a_store_of_a_cluster_waits_for_its_shards(embedded: Engine) -> None:
    """The settings are known to the engine, and in force."""
    with embedded.store(EngineSettings(cluster="prod")) as store:
        rows = store.query(
            "SELECT name, value FROM system.settings "
            "WHERE name IN ('distributed_foreground_insert', 'insert_deduplicate')"
        )
        found = {row["name"]: row["value"] for row in rows.to_pylist()}
        assert {"distributed_foreground_insert": "1", "insert_deduplicate": "0"} == found


def test_one_series_stays_on_one_shard() -> None:
    """Roll-ups and FINAL see all rows of a metric only where they lie together."""
    assert {"metric"} == {
        table.shard_by for table in TABLES if any(each.startswith("metric ") for each in table.columns)
    }


def test_one_server_gets_plain_tables() -> None:
    for table in TABLES:
        (statement,) = Layout().create(table)
        assert "CLUSTER" not in statement
        assert f"ENGINE = {table.engine}" in statement
    assert "" == Layout().on_cluster
    assert "measures" == Layout().local("measures")


def parsed(store: Store, statement: str) -> str:
    """The statement as the engine's own parser understood it; QueryFailed where it does not."""
    rows = store.query("SELECT formatQuery({sql:String}) AS sql", {"sql": statement})
    return str(rows["sql"][0].as_py())
