# SPDX-License-Identifier: Apache-2.0
"""What agents say of themselves: the newest report of each, and earlier ones to tell rates by."""

import sqlalchemy as sa
from alembic import op

from nephoscope.store.index.migrations.versions.v0001_first_tables import words

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nobody has said anything yet."""
    op.create_table(
        "agent_report",
        sa.Column("name", words(), primary_key=True),
        sa.Column("owner", words(), primary_key=True),
        sa.Column("project_id", words(), nullable=False, index=True),
        sa.Column("creator", words(), nullable=False, index=True),
        sa.Column("started_ns", sa.BigInteger, nullable=False),
        sa.Column("received_ns", sa.BigInteger, nullable=False, index=True),
        sa.Column("every_s", sa.Float, nullable=False),
        sa.Column("report", sa.LargeBinary, nullable=False),
        sa.Column("before", sa.LargeBinary),
        sa.Column("before_ns", sa.BigInteger, nullable=False),
        sa.Column("next_before", sa.LargeBinary, nullable=False),
        sa.Column("next_before_ns", sa.BigInteger, nullable=False),
    )
