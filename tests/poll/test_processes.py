# SPDX-License-Identifier: Apache-2.0
"""Counts of processes."""

import subprocess
import sys
from pathlib import Path

from nephoscope.poll.host import Host
from nephoscope.poll.processes import Processes


def read(proc: Path = Path("/proc")) -> dict[str, float]:
    """The counts by meter."""
    batch = Processes(Host("box"), proc).poll(1).batch()
    return dict(zip((batch.meters[m].name for m in batch.meter), batch.value, strict=True))


def test_counts_come_from_the_list_of_processes_and_two_small_files(tmp_path: Path) -> None:
    for name in ("1", "77", "self", "bus"):
        (tmp_path / name).mkdir()
    (tmp_path / "loadavg").write_text("0.31 0.19 0.10 2/90 4896\n")
    (tmp_path / "stat").write_text("cpu  1 2 3\nctxt 8\nprocesses 4896\nprocs_running 2\nprocs_blocked 1\n")
    assert read(tmp_path) == {
        "processes.total": 2.0,
        "processes.threads": 90.0,
        "processes.created": 4896.0,
        "processes.running": 2.0,
        "processes.blocked": 1.0,
    }


def test_a_process_that_is_started_is_counted() -> None:
    before = read()
    subprocess.run([sys.executable, "-c", ""], check=True)
    assert read()["processes.created"] > before["processes.created"]
    assert before["processes.total"] >= 1
