# SPDX-License-Identifier: Apache-2.0
"""The most memory that a side has held during everything before."""

from benchmarks.row import Row
from benchmarks.session import Session


def measure(session: Session) -> float:
    """Resident memory of all processes together, sampled while they worked, GiB; Gnocchi's without its PostgreSQL."""
    return session.peer.memory_bytes_max / 2**30


ROW = Row("peak resident memory", "GiB", measure, ratio_min=1, when="after")
