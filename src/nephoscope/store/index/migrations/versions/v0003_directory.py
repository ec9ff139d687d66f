# SPDX-License-Identifier: Apache-2.0
"""A list of the metrics and resources that changed, kept by triggers, from which the store's directory is renewed."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from nephoscope.store.index.migrations.versions.v0001_first_tables import NUMBER

revision = "0003"
down_revision = "0002"

NOTED = ("metric", "resource")
# The rows that a statement touched, by the name that PostgreSQL gives them.
TOUCHED = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def upgrade() -> None:
    """Make list and triggers, and note everything that is there already."""
    op.create_table(
        "directory_change",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("metric", NUMBER),
        sa.Column("resource", NUMBER),
        sa.PrimaryKeyConstraint("number", name="pk_directory_change"),
        sqlite_autoincrement=True,
    )
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in NOTED:
        for statement in _on_postgresql(table) if postgresql else _on_sqlite(table):
            op.execute(statement)
        op.execute(f"INSERT INTO directory_change ({table}) SELECT number FROM {table}")


def _on_sqlite(table: str) -> Iterator[str]:
    for event, row in TOUCHED.items():
        yield (
            f"CREATE TRIGGER note_{table}_{event.lower()} AFTER {event} ON {table} "
            f"BEGIN INSERT INTO directory_change ({table}) VALUES ({row}.number); END"
        )


def _on_postgresql(table: str) -> Iterator[str]:
    """Once a statement, however many rows it touches."""
    yield (
        f"CREATE FUNCTION note_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"INSERT INTO directory_change ({table}) SELECT number FROM touched; RETURN NULL; END $$"
    )
    for event, rows in TOUCHED.items():
        yield (
            f"CREATE TRIGGER note_{table}_{event.lower()} AFTER {event} ON {table} "
            f"REFERENCING {rows} TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_{table}()"
        )
