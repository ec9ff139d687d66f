# SPDX-License-Identifier: Apache-2.0
"""What a metric counts, as its agent says: gauge, delta or cumulative; and resources by their start."""

import sqlalchemy as sa
from alembic import op

from nephoscope.store.index.migrations.versions.v0001_first_tables import words

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Metrics that are there already have no kind."""
    op.add_column("metric", sa.Column("kind", words(15)))
    op.create_index("ix_resource_started_at_ns_id", "resource", ["started_at_ns", "id"])
