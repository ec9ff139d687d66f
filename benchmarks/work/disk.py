# SPDX-License-Identifier: Apache-2.0
"""What a measure takes up on the disk when six methods are kept of it."""

import time

from benchmarks.row import Row
from benchmarks.session import Session

TIMEOUT_S = 180.0


def measure(session: Session) -> float:
    """How much the data folder has grown by the readers' history, in bytes a measure, once it changes no more."""
    give_up = time.monotonic() + TIMEOUT_S
    size, since = session.peer.disk_bytes(), time.monotonic()
    while time.monotonic() < min(since + session.sizes.still_s, give_up):
        time.sleep(1)
        found = session.peer.disk_bytes()
        if found != size:
            size, since = found, time.monotonic()
    return (size - session.history_bytes_before) / (len(session.readers) * session.sizes.points)


ROW = Row("disk per measure with six methods", "bytes", measure, ours_max=6, when="before")
