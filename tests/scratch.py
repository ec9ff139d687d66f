# SPDX-License-Identifier: Apache-2.0
"""
Where a run of the tests keeps its files: in memory where there is room, else where the system keeps temporary files.

What we answer is on disk before, so on a disk most of a run is spent waiting for it. No test is weaker in memory: those
that kill a program find what it had given to the operating system, which outlives it.
"""

import os
import shutil
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")
# Several times what a whole run takes.
ROOM_BYTES = 4 * 2**30


def make(memory: Path = MEMORY, room_bytes: int = ROOM_BYTES) -> Path | None:
    """
    A new folder in `memory` that belongs to this process; None where there is too little room for a run.

    Those of processes that are no more are removed: whoever is killed leaves one behind.
    """
    if not memory.is_dir() or not os.access(memory, os.W_OK):
        return None
    for left in memory.glob("nephoscope-*"):
        pid = left.name.partition("-")[2]
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    about = os.statvfs(memory)
    if about.f_flag & os.ST_NOEXEC:  # tests write programs
        return None
    if min(about.f_bavail * about.f_frsize, psutil.virtual_memory().available) < room_bytes:
        return None
    folder = memory / f"nephoscope-{os.getpid()}"
    # PostgreSQL runs as somebody else, who has to get through.
    folder.mkdir()
    folder.chmod(0o755)
    return folder
