# SPDX-License-Identifier: Apache-2.0
"""Alembic runs this to apply migrations, on the connection and in the transaction that `schema.py` hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="index_version")
context.run_migrations()
