# SPDX-License-Identifier: Apache-2.0
"""Scaling groups with their policies and members, and what was decided about them."""

import sqlalchemy as sa
from alembic import op

from nephoscope.store.index.migrations.versions.v0001_first_tables import NUMBER, index, key, points_to, words
from nephoscope.store.index.migrations.versions.v0007_alarms import big, long_text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """There are no groups yet."""
    groups()
    policies()
    members()
    decisions()


def groups() -> None:
    op.create_table(
        "scaling_group",
        key("id"),
        key("name", 63),
        key("project_id"),
        key("actuator", 63),
        sa.Column("definition", sa.JSON, nullable=False),
        whole("desired"),
        yes("healthy"),
        long_text("problem"),
        yes("deleting"),
        yes("busy"),
        sa.Column("changing_to", sa.Integer),
        sa.Column("change", sa.BigInteger),
        *(big(name) for name in ("cooldown_out_ns", "cooldown_in_ns", "changed_ns", "looked_ns")),
        *(big(name) for name in ("due_ns", "held_until_ns", "fencing")),
        sa.PrimaryKeyConstraint("id", name="pk_scaling_group"),
        sa.UniqueConstraint("project_id", "name", name="uq_scaling_group_project_id_name"),
    )
    index("scaling_group", "due_ns")
    index("scaling_group", "held_until_ns")


def policies() -> None:
    op.create_table(
        "scaling_policy",
        key("id", 36),
        key("group_id"),
        key("name", 63),
        sa.Column("rule", sa.JSON, nullable=False),
        yes("enabled"),
        key("secret"),
        big("changed_ns"),
        big("done_ns"),
        long_text("note"),
        sa.PrimaryKeyConstraint("id", name="pk_scaling_policy"),
        sa.UniqueConstraint("group_id", "name", name="uq_scaling_policy_group_id_name"),
        points_to("scaling_policy", "group_id", "scaling_group.id", ondelete="CASCADE"),
    )


def members() -> None:
    op.create_table(
        "scaling_member",
        key("group_id"),
        key("name"),
        key("id"),
        big("created_ns"),
        key("state", 15),
        key("resource_id"),
        long_text("detail"),
        big("running_ns"),
        yes("protected"),
        sa.PrimaryKeyConstraint("group_id", "name", name="pk_scaling_member"),
        points_to("scaling_member", "group_id", "scaling_group.id", ondelete="CASCADE"),
    )


def decisions() -> None:
    op.create_table(
        "scaling_decision",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("key", words(255)),
        key("group_id"),
        key("project_id"),
        key("policy_id", 36),
        key("cause", 15),
        key("asker"),
        key("verdict", 15),
        whole("size_before"),
        whole("size_wanted"),
        long_text("reason"),
        big("at_ns"),
        sa.Column("cooldown_s", sa.Float, nullable=False),
        yes("by_direction"),
        key("progress", 15),
        long_text("failure"),
        big("ended_ns"),
        sa.PrimaryKeyConstraint("number", name="pk_scaling_decision"),
        sa.UniqueConstraint("key", name="uq_scaling_decision_key"),
        sqlite_autoincrement=True,
    )
    index("scaling_decision", "group_id", "number")
    index("scaling_decision", "project_id", "number")
    index("scaling_decision", "at_ns")


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def yes(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)
