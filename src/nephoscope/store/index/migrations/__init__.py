# SPDX-License-Identifier: Apache-2.0
"""The history of the index's schema, applied by Alembic at start."""
