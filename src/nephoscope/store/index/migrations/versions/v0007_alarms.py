# SPDX-License-Identifier: Apache-2.0
"""Alarms with their history and quotas, and the notifications that are on their way."""

import sqlalchemy as sa
from alembic import op

from nephoscope.store.index.migrations.versions.v0001_first_tables import (
    NUMBER,
    index,
    key,
    points_to,
)

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nothing is watched yet."""
    alarms()
    history()
    deliveries()


def alarms() -> None:
    op.create_table(
        "alarm",
        sa.Column("number", NUMBER, nullable=False),
        *(key(name) for name in ("id", "name", "project_id", "user_id")),
        key("type", 63),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("repeat_actions", sa.Boolean, nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("definition", sa.JSON, nullable=False),
        big("timestamp_ns"),
        key("state", 31),
        big("state_timestamp_ns"),
        long_text("state_reason"),
        big("evaluated_ns"),
        long_text("error"),
        big("revision"),
        big("version"),
        sa.PrimaryKeyConstraint("number", name="pk_alarm"),
        sa.UniqueConstraint("id", name="uq_alarm_id"),
        sqlite_autoincrement=True,
    )
    for column in ("name", "user_id", "version"):
        index("alarm", column)
    index("alarm", "timestamp_ns", "id")
    index("alarm", "project_id", "timestamp_ns", "id")
    op.create_table(
        "alarm_gone",
        sa.Column("version", sa.BigInteger, nullable=False, autoincrement=False),
        key("id"),
        big("gone_ns"),
        sa.PrimaryKeyConstraint("version", name="pk_alarm_gone"),
    )
    index("alarm_gone", "gone_ns")
    op.create_table(
        "alarm_quota",
        key("project_id"),
        big("alarms_max"),
        sa.PrimaryKeyConstraint("project_id", name="pk_alarm_quota"),
    )


def history() -> None:
    op.create_table(
        "alarm_history",
        sa.Column("number", NUMBER, nullable=False),
        key("event_id", 36),
        key("alarm_id"),
        key("type", 31),
        sa.Column("detail", sa.JSON, nullable=False),
        *(key(name) for name in ("project_id", "user_id", "on_behalf_of")),
        sa.Column("severity", sa.Integer, nullable=False),
        big("timestamp_ns"),
        sa.PrimaryKeyConstraint("number", name="pk_alarm_history"),
        sa.UniqueConstraint("event_id", name="uq_alarm_history_event_id"),
        sqlite_autoincrement=True,
    )
    index("alarm_history", "timestamp_ns", "number")
    index("alarm_history", "alarm_id", "timestamp_ns", "number")
    index("alarm_history", "on_behalf_of", "timestamp_ns", "number")


def deliveries() -> None:
    op.create_table(
        "outbox",
        sa.Column("number", NUMBER, nullable=False),
        *(key(name) for name in ("key", "alarm_id", "project_id")),
        long_text("target"),
        sa.Column("body", sa.LargeBinary, nullable=False),
        big("created_ns"),
        big("due_ns"),
        key("progress", 15),
        sa.Column("attempts", sa.Integer, nullable=False),
        big("claim"),
        big("claimed_until_ns"),
        sa.PrimaryKeyConstraint("number", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sqlite_autoincrement=True,
    )
    index("outbox", "alarm_id", "progress", "number")
    index("outbox", "project_id", "number")
    index("outbox", "progress", "due_ns", "number")
    index("outbox", "progress", "created_ns", "number")
    op.create_table(
        "outbox_attempt",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("delivery", NUMBER, nullable=False),
        big("at_ns"),
        big("lasted_ns"),
        sa.Column("status", sa.Integer, nullable=False),
        long_text("error"),
        sa.PrimaryKeyConstraint("number", name="pk_outbox_attempt"),
        points_to("outbox_attempt", "delivery", "outbox.number", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    index("outbox_attempt", "delivery")


def big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def long_text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
