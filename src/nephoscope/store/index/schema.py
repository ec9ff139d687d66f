# SPDX-License-Identifier: Apache-2.0
"""Brings the schema to this program's version, however many nodes try at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from nephoscope.model.errors import NephoscopeError
from nephoscope.store.index.database import Database
from nephoscope.store.index.statistics import tell_planner

VERSION_TABLE = "index_version"
# Any number, as long as all nodes ask for the same: it names the lock that one of them gets.
ADVISORY_LOCK = 0x6E657068


def upgrade(database: Database) -> None:
    """
    Apply the migrations that are missing, all in one transaction.

    Nodes that start together take turns: on SQLite by the write lock, on PostgreSQL by an advisory lock. The later
    ones find nothing to do.

    Errors  NephoscopeError when the schema was made by a newer program; IndexUnavailable.
    """
    with database.exclusive() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
        _refuse_newer(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if database.is_sqlite:
            tell_planner(connection)
    # SQLite reads the planner's counts when it opens a file; PostgreSQL loses nothing but a connection.
    database.close()


def newest_version() -> str:
    """The schema version that this program works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def current_version(connection: Connection) -> str | None:
    """The schema version of a database, None before the first migration."""
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


def _refuse_newer(connection: Connection) -> None:
    current = current_version(connection)
    known = {step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()}
    if current is not None and current not in known:
        raise NephoscopeError(
            f"the index has schema version {current}, this program knows {newest_version()} at most: "
            "a newer program has upgraded it; install that version or restore an older backup"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
