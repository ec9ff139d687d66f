# SPDX-License-Identifier: Apache-2.0
"""Agents that share work, and the slots in which it lies."""

import sqlalchemy as sa
from alembic import op

from nephoscope.store.index.migrations.versions.v0001_first_tables import DOCUMENT, words

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nobody shares anything yet."""
    op.create_table(
        "work_member",
        sa.Column("work_group", words(600), primary_key=True),
        sa.Column("holder", words(), primary_key=True),
        sa.Column("until_ns", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "work_slot",
        sa.Column("work_group", words(600), primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True),
        sa.Column("holder", words()),
        sa.Column("until_ns", sa.BigInteger, nullable=False),
        sa.Column("fencing", sa.BigInteger, nullable=False),
        sa.Column("claims", DOCUMENT, nullable=False),
        sa.Column("state", sa.LargeBinary),
    )
