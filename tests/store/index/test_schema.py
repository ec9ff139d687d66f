# SPDX-License-Identifier: Apache-2.0
"""The schema: migrations give what the program expects, however many nodes start at once."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from nephoscope.model.errors import NephoscopeError
from nephoscope.model.resource_type import GENERIC
from nephoscope.store.index import open_index
from nephoscope.store.index.schema import VERSION_TABLE, current_version, newest_version
from nephoscope.store.index.tables import metadata

UPGRADE = "import sys; from nephoscope.store.index import open_index; open_index(sys.argv[1]).upgrade()"


def test_migrations_from_nothing_give_the_tables_that_the_program_uses(index_url: str) -> None:
    opened = open_index(index_url)
    opened.upgrade()
    opened.upgrade()
    engine = create_engine(index_url)
    with engine.connect() as connection:
        assert newest_version() == current_version(connection)
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        difference = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        assert difference == []
        found = {each["name"] for each in inspect(connection).get_indexes("metric")}
    engine.dispose()
    assert "ix_metric_deleted" in found
    assert [each.name for each in opened.resource_types.list_all()] == [GENERIC]
    opened.close()


def test_nodes_that_start_at_once_upgrade_once(index_url: str) -> None:
    programs = [
        subprocess.Popen([sys.executable, "-c", UPGRADE, index_url], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    endings = [(program.communicate(timeout=60)[1], program.returncode) for program in programs]
    assert endings == [("", 0)] * 4
    opened = open_index(index_url)
    assert opened.install_builtins()
    opened.close()


def test_a_schema_of_a_newer_program_is_refused(index_url: str) -> None:
    opened = open_index(index_url)
    opened.upgrade()
    engine = create_engine(index_url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = 'f00d'"))
    engine.dispose()
    with pytest.raises(NephoscopeError, match="schema version f00d") as refused:
        opened.upgrade()
    assert "newer program" in refused.value.message
    opened.close()


def test_a_migration_that_fails_leaves_nothing_behind(index_url: str) -> None:
    engine = create_engine(index_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE lease (x INTEGER)"))
    opened = open_index(index_url)
    with pytest.raises(Exception, match="lease"):
        opened.upgrade()
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == ["lease"]
        connection.execute(text("DROP TABLE lease"))
    opened.upgrade()
    assert opened.install_builtins()
    engine.dispose()
    opened.close()


def test_sqlites_planner_is_told_of_every_index(tmp_path: Path) -> None:
    opened = open_index(f"sqlite:///{tmp_path}/index.db")
    opened.upgrade()
    opened.close()
    with sqlite3.connect(tmp_path / "index.db") as connection:
        indexes = connection.execute("SELECT tbl_name, name FROM sqlite_schema WHERE type = 'index'").fetchall()
        told = connection.execute("SELECT tbl, idx FROM sqlite_stat1").fetchall()
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM resource WHERE type = 'a' AND number IN "
            "(SELECT resource_number FROM resource_attribute WHERE name = 'b' AND value = 'c') "
            "ORDER BY revision_start_ns, started_at_ns, id LIMIT 1000"
        ).fetchall()
        waiting = connection.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM outbox WHERE alarm_id = 'a' AND progress = 'waiting' "
            "ORDER BY created_ns, number LIMIT 200"
        ).fetchall()
    large = {"resource", "resource_history", "resource_attribute", "metric", "alarm", "alarm_history", "outbox"}
    partial = {("metric", "ix_metric_deleted")}
    # The primary key of a table without row numbers goes by the table's name.
    keys = {("resource_attribute", "resource_attribute")}
    assert {each for each in indexes if each[0] in large} - partial | keys == set(told)
    assert "SEARCH resource USING INTEGER PRIMARY KEY" in plan[0][3]
    assert "ix_outbox_alarm_id_progress_number" in waiting[0][3]
