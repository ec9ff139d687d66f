# SPDX-License-Identifier: Apache-2.0
"""What alarms remember of each thing that they watch, and when they were looked at last."""

import sqlalchemy as sa
from alembic import op

from nephoscope.store.index.migrations.versions.v0001_first_tables import NUMBER, index, key
from nephoscope.store.index.migrations.versions.v0007_alarms import big, long_text

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing is remembered yet."""
    op.create_table(
        "alarm_instance",
        sa.Column("number", NUMBER, nullable=False),
        key("alarm_id"),
        key("digest", 32),
        sa.Column("labels", sa.JSON, nullable=False),
        key("state", 31),
        big("since_ns"),
        sa.Column("value", sa.Float),
        long_text("reason"),
        *(big(f"{what}_since_ns") for what in ("beyond", "cleared", "missing")),
        sa.PrimaryKeyConstraint("number", name="pk_alarm_instance"),
        sa.UniqueConstraint("alarm_id", "digest", name="uq_alarm_instance_alarm_id_digest"),
        sqlite_autoincrement=True,
    )
    index("alarm_instance", "state", "alarm_id")
    op.create_table(
        "alarm_cycle",
        sa.Column("slot", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("slots", sa.Integer, nullable=False),
        *(big(name) for name in ("at_ns", "interval_ns", "settle_ns")),
        sa.PrimaryKeyConstraint("slot", name="pk_alarm_cycle"),
    )
