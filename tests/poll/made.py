# SPDX-License-Identifier: Apache-2.0
"""Trees of control groups as the kernel shows them."""

from pathlib import Path

CONTAINER = "3f4e" * 16


def tree(root: Path, groups: dict[str, dict[str, str]]) -> Path:
    """A hierarchy of version 2 below `root`: the files of each group, by its path."""
    (root / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    for path, files in groups.items():
        folder = root / path
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text)
    return root


BUSY = {
    "cpu.stat": "usage_usec 5000000\nuser_usec 3000000\nsystem_usec 2000000\nnr_periods 10\nnr_throttled 2\n"
    "throttled_usec 150000\nnr_bursts 0\nburst_usec 0\n",
    "memory.current": "104857600\n",
    "memory.peak": "209715200\n",
    "memory.max": "max\n",
    "memory.swap.current": "4096\n",
    "memory.stat": "anon 1000\nfile 2000\nkernel 3000\npgfault 9\npgmajfault 4\n",
    "memory.events": "low 0\nhigh 0\nmax 0\noom 1\noom_kill 1\n",
    "io.stat": "8:0 rbytes=100 wbytes=200 rios=3 wios=4 dbytes=0 dios=0\n8:16 rbytes=1 wbytes=2 rios=1 wios=1\n"
    "252:0 \n",
    "pids.current": "7\n",
    "pids.max": "100\n",
    "cpu.pressure": "some avg10=1.50 avg60=0.00 avg300=0.00 total=2000000\nfull avg10=9.00 avg60=0 avg300=0 total=9\n",
    "io.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n",
}
