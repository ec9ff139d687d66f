# SPDX-License-Identifier: Apache-2.0
"""The first tables: archive policies and rules, resource types, resources, metrics, users, tokens, leases."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables, and the resource type that always exists."""
    policies()
    resources()
    metrics()
    users_and_leases()


def policies() -> None:
    op.create_table(
        "setting", key("name"), sa.Column("value", DOCUMENT), sa.PrimaryKeyConstraint("name", name="pk_setting")
    )
    op.create_table(
        "archive_policy",
        key("name"),
        sa.Column("back_window", sa.BigInteger, nullable=False),
        sa.Column("definition", DOCUMENT, nullable=False),
        sa.Column("aggregation_methods", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_archive_policy"),
    )
    op.create_table(
        "archive_policy_rule",
        key("name"),
        key("metric_pattern"),
        key("archive_policy_name"),
        sa.PrimaryKeyConstraint("name", name="pk_archive_policy_rule"),
        points_to("archive_policy_rule", "archive_policy_name", "archive_policy.name"),
    )
    index("archive_policy_rule", "archive_policy_name")


def resources() -> None:
    op.create_table(
        "resource_type",
        key("name"),
        key("state"),
        sa.Column("attributes", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_resource_type"),
    )
    op.execute("INSERT INTO resource_type (name, state, attributes) VALUES ('generic', 'active', '[]')")
    op.create_table(
        "resource",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        *resource_columns(),
        sa.PrimaryKeyConstraint("number", name="pk_resource"),
        sa.UniqueConstraint("id", name="uq_resource_id"),
        points_to("resource", "type", "resource_type.name"),
        sqlite_autoincrement=True,
    )
    for column in ("original_resource_id", "creator", "created_by_project_id", "user_id", "project_id", "ended_at_ns"):
        index("resource", column)
    index("resource", "revision_start_ns", "started_at_ns", "id")
    index("resource", "type", "revision_start_ns", "started_at_ns", "id")
    op.create_table(
        "resource_history",
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        *resource_columns(),
        sa.Column("revision_end_ns", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_resource_history"),
        points_to("resource_history", "id", "resource.id", ondelete="CASCADE"),
        points_to("resource_history", "type", "resource_type.name"),
        sqlite_autoincrement=True,
    )
    index("resource_history", "id", "revision_start_ns")
    index("resource_history", "type", "revision_start_ns")
    op.create_table(
        "resource_attribute",
        key("name", 63),
        key("value", 256),
        sa.Column("resource_number", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", "value", "resource_number", name="pk_resource_attribute"),
        points_to("resource_attribute", "resource_number", "resource.number", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    index("resource_attribute", "resource_number")


def resource_columns() -> Iterator[sa.Column[Any]]:
    yield key("original_resource_id", 289)
    yield key("type")
    for name in ("creator", "created_by_user_id", "created_by_project_id", "user_id", "project_id"):
        yield sa.Column(name, words())
    yield sa.Column("started_at_ns", sa.BigInteger, nullable=False)
    yield sa.Column("ended_at_ns", sa.BigInteger)
    yield sa.Column("revision_start_ns", sa.BigInteger, nullable=False)
    yield sa.Column("attributes", DOCUMENT, nullable=False)


def metrics() -> None:
    op.create_table(
        "metric",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", words()),
        sa.Column("unit", words(31)),
        sa.Column("creator", words()),
        sa.Column("created_by_user_id", words()),
        sa.Column("created_by_project_id", words()),
        sa.Column("resource_id", sa.Uuid),
        sa.Column("archive_policy_name", words()),
        key("status", 15),
        sa.PrimaryKeyConstraint("number", name="pk_metric"),
        sa.UniqueConstraint("id", name="uq_metric_id"),
        sa.UniqueConstraint("resource_id", "name", name="uq_metric_resource_id_name"),
        points_to("metric", "resource_id", "resource.id"),
        points_to("metric", "archive_policy_name", "archive_policy.name"),
        sqlite_autoincrement=True,
    )
    for column in ("name", "creator", "created_by_project_id", "archive_policy_name"):
        index("metric", column)
    deleted = sa.text("status = 'delete'")
    op.create_index("ix_metric_deleted", "metric", ["number"], sqlite_where=deleted, postgresql_where=deleted)


def users_and_leases() -> None:
    op.create_table(
        "user_account",
        key("name"),
        key("password_hash"),
        sa.Column("roles", DOCUMENT, nullable=False),
        sa.Column("project_id", words()),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_user_account"),
    )
    op.create_table(
        "token",
        key("id", 32),
        sa.Column("secret_sha256", sa.LargeBinary(32), nullable=False),
        key("user_name"),
        sa.Column("roles", DOCUMENT, nullable=False),
        sa.Column("project_id", words()),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("expires_ns", sa.BigInteger),
        sa.Column("last_used_ns", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        points_to("token", "user_name", "user_account.name", ondelete="CASCADE"),
    )
    index("token", "user_name")
    op.create_table(
        "lease",
        key("name"),
        sa.Column("holder", words()),
        sa.Column("until_ns", sa.BigInteger, nullable=False),
        sa.Column("fencing", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )


def words(length: int = 255) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def key(name: str, length: int = 255) -> sa.Column[Any]:
    return sa.Column(name, words(length), nullable=False)


def points_to(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}", ondelete=ondelete)


def index(table: str, *columns: str) -> None:
    op.create_index("_".join(["ix", table, *columns]), table, list(columns))
