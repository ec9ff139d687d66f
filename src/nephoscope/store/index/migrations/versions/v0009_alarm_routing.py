# SPDX-License-Identifier: Apache-2.0
"""Silences, trees of routes with their contact points, and what groups of alarms were told last."""

import sqlalchemy as sa
from alembic import op

from nephoscope.store.index.migrations.versions.v0001_first_tables import NUMBER, index, key, points_to
from nephoscope.store.index.migrations.versions.v0007_alarms import big

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nobody is silenced, and nothing is routed."""
    op.create_table(
        "silence",
        sa.Column("number", NUMBER, nullable=False),
        key("id", 36),
        key("project_id"),
        sa.Column("matchers", sa.JSON, nullable=False),
        big("starts_ns"),
        big("ends_ns"),
        key("comment", 1000),
        key("author"),
        big("created_ns"),
        big("changed_ns"),
        sa.PrimaryKeyConstraint("number", name="pk_silence"),
        sa.UniqueConstraint("id", name="uq_silence_id"),
        sqlite_autoincrement=True,
    )
    index("silence", "ends_ns")
    index("silence", "project_id", "ends_ns")
    op.create_table(
        "routing_tree",
        key("project_id"),
        big("revision"),
        sa.Column("document", sa.JSON, nullable=False),
        big("changed_ns"),
        key("changed_by"),
        sa.PrimaryKeyConstraint("project_id", name="pk_routing_tree"),
    )
    op.create_table(
        "contact_point",
        key("project_id"),
        key("name"),
        sa.Column("targets", sa.JSON, nullable=False),
        sa.Column("resolved", sa.Boolean, nullable=False),
        big("changed_ns"),
        sa.PrimaryKeyConstraint("project_id", "name", name="pk_contact_point"),
    )
    op.create_table(
        "route_group",
        key("key", 64),
        big("times"),
        sa.Column("memory", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_route_group"),
    )
    op.create_table(
        "held_delivery",
        sa.Column("delivery", NUMBER, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("delivery", name="pk_held_delivery"),
        points_to("held_delivery", "delivery", "outbox.number", ondelete="CASCADE"),
    )
