# SPDX-License-Identifier: Apache-2.0
"""Control groups (version 2): which there are, and what the kernel counts of each."""

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nephoscope.model.sample import Meter

ROOT = Path("/sys/fs/cgroup")
GROUPS_MAX = 10_000
DEPTH_MAX = 16
US_PER_S = 1_000_000
# 64-bit limits of the kernel, written out, are as good as none.
UNLIMITED = 2**62

METERS = (
    Meter("cgroup.cpu.util", "gauge", "%"),
    Meter("cgroup.cpu.time", "cumulative", "s"),
    Meter("cgroup.cpu.time.user", "cumulative", "s"),
    Meter("cgroup.cpu.time.system", "cumulative", "s"),
    Meter("cgroup.cpu.periods", "cumulative", "period"),
    Meter("cgroup.cpu.throttled.periods", "cumulative", "period"),
    Meter("cgroup.cpu.throttled.time", "cumulative", "s"),
    Meter("cgroup.memory.usage", "gauge", "B"),
    Meter("cgroup.memory.peak", "gauge", "B"),
    Meter("cgroup.memory.limit", "gauge", "B"),
    Meter("cgroup.memory.anonymous", "gauge", "B"),
    Meter("cgroup.memory.cache", "gauge", "B"),
    Meter("cgroup.memory.kernel", "gauge", "B"),
    Meter("cgroup.memory.faults.major", "cumulative", "fault"),
    Meter("cgroup.memory.oom_kills", "cumulative", "process"),
    Meter("cgroup.swap.usage", "gauge", "B"),
    Meter("cgroup.disk.read.bytes", "cumulative", "B"),
    Meter("cgroup.disk.write.bytes", "cumulative", "B"),
    Meter("cgroup.disk.read.requests", "cumulative", "request"),
    Meter("cgroup.disk.write.requests", "cumulative", "request"),
    Meter("cgroup.processes", "gauge", "process"),
    Meter("cgroup.processes.limit", "gauge", "process"),
    Meter("cgroup.pressure.cpu", "gauge", "%"),
    Meter("cgroup.pressure.memory", "gauge", "%"),
    Meter("cgroup.pressure.io", "gauge", "%"),
    Meter("cgroup.pressure.cpu.time", "cumulative", "s"),
    Meter("cgroup.pressure.memory.time", "cumulative", "s"),
    Meter("cgroup.pressure.io.time", "cumulative", "s"),
)
# Meter -> (file, its key, what its unit has to be divided by).
_KEYED = {
    "cgroup.cpu.time": ("cpu.stat", "usage_usec", US_PER_S),
    "cgroup.cpu.time.user": ("cpu.stat", "user_usec", US_PER_S),
    "cgroup.cpu.time.system": ("cpu.stat", "system_usec", US_PER_S),
    "cgroup.cpu.periods": ("cpu.stat", "nr_periods", 1),
    "cgroup.cpu.throttled.periods": ("cpu.stat", "nr_throttled", 1),
    "cgroup.cpu.throttled.time": ("cpu.stat", "throttled_usec", US_PER_S),
    "cgroup.memory.anonymous": ("memory.stat", "anon", 1),
    "cgroup.memory.cache": ("memory.stat", "file", 1),
    "cgroup.memory.kernel": ("memory.stat", "kernel", 1),
    "cgroup.memory.faults.major": ("memory.stat", "pgmajfault", 1),
    "cgroup.memory.oom_kills": ("memory.events", "oom_kill", 1),
}
_SINGLE = {
    "cgroup.memory.usage": "memory.current",
    "cgroup.memory.peak": "memory.peak",
    "cgroup.memory.limit": "memory.max",
    "cgroup.swap.usage": "memory.swap.current",
    "cgroup.processes": "pids.current",
    "cgroup.processes.limit": "pids.max",
}
_DISK = {
    "rbytes": "cgroup.disk.read.bytes",
    "wbytes": "cgroup.disk.write.bytes",
    "rios": "cgroup.disk.read.requests",
    "wios": "cgroup.disk.write.requests",
}
_PRESSURE = ("cpu", "memory", "io")


@dataclass(frozen=True)
class Group:
    """A control group: its folder, and its path below the root, such as `system.slice/cron.service`."""

    folder: Path
    path: str

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


def groups(root: Path = ROOT) -> Iterator[Group]:
    """
    All groups below the root, parents first, at most GROUPS_MAX of them.

    None where control groups are of version 1, or of both (their hierarchies say nothing alike), or not there.
    """
    if not (root / "cgroup.controllers").exists():
        return
    waiting = [Group(root, "")]
    count = 0
    while waiting and count < GROUPS_MAX:
        group = waiting.pop()
        if group.path:
            count += 1
            yield group
        if group.path.count("/") + 1 < DEPTH_MAX:
            waiting += _below(group)


def _below(group: Group) -> list[Group]:
    with suppress(OSError), os.scandir(group.folder) as entries:
        names = sorted((each.name for each in entries if each.is_dir(follow_symlinks=False)), reverse=True)
        return [Group(group.folder / name, f"{group.path}/{name}".lstrip("/")) for name in names]
    return []  # gone in between


def values_of(group: Group) -> dict[str, float]:
    """What the kernel counts of a group, by meter; what it does not count, as its controller is off, is left out."""
    files = {name: _pairs(group.folder / name) for name in {file for file, _, _ in _KEYED.values()}}
    found = {meter: files[file][key] / divisor for meter, (file, key, divisor) in _KEYED.items() if key in files[file]}
    for meter, file in _SINGLE.items():
        number = _number(_text(group.folder / file).strip())
        # No limit is `max`.
        if number is not None and number < UNLIMITED:
            found[meter] = number
    return found | _disk(_text(group.folder / "io.stat")) | _pressure(group.folder)


class Utilisation:
    """Percent of one core that groups used since they were last looked at."""

    def __init__(self) -> None:
        self._before: dict[str, tuple[int, float]] = {}
        self._now: dict[str, tuple[int, float]] = {}

    def of(self, group: Group, values: dict[str, float], now_ns: int) -> dict[str, float]:
        """`cgroup.cpu.util` of a group, nothing when it is seen for the first time, or anew."""
        used = values.get("cgroup.cpu.time")
        if used is None:
            return {}
        self._now[group.path] = (now_ns, used)
        before_ns, before = self._before.get(group.path, (now_ns, 0.0))
        spent_s = (now_ns - before_ns) / 1e9
        return {"cgroup.cpu.util": 100 * (used - before) / spent_s} if spent_s > 0 and used >= before else {}

    def seen_all(self) -> None:
        """Forget the groups that are gone."""
        self._before, self._now = self._now, {}


def _text(path: Path) -> str:
    """A file's text, '' where the kernel has none, or the group went away."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _number(text: str) -> float | None:
    """
    A number that is none of Python's other notations.

    >>> _number("12"), _number("0.5"), _number("max"), _number("nan")
    (12.0, 0.5, None, None)
    """
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _pairs(path: Path) -> dict[str, float]:
    """Lines such as `usage_usec 12`."""
    words = (line.split() for line in _text(path).splitlines())
    return {pair[0]: number for pair in words if len(pair) == 2 and (number := _number(pair[1])) is not None}


def _disk(stat: str) -> dict[str, float]:
    """
    Sums over all devices of lines such as `8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0`.

    >>> _disk("8:0 rbytes=1 rios=2\\n8:16 rbytes=10 rios=20\\n")
    {'cgroup.disk.read.bytes': 11.0, 'cgroup.disk.read.requests': 22.0}
    """
    found: dict[str, float] = {}
    for line in stat.splitlines():
        for word in line.split()[1:]:
            key, _, text = word.partition("=")
            if key in _DISK and (number := _number(text)) is not None:
                found[_DISK[key]] = found.get(_DISK[key], 0.0) + number
    return found


def _pressure(folder: Path) -> dict[str, float]:
    """Time that some process waited for want of something: percent of the last 10 s, and the sum of it."""
    found: dict[str, float] = {}
    for what in _PRESSURE:
        for line in _text(folder / f"{what}.pressure").splitlines():
            kind, *words = line.split() or [""]
            told = dict(word.split("=", 1) for word in words if "=" in word)
            average, total = _number(told.get("avg10", "")), _number(told.get("total", ""))
            if kind == "some" and average is not None and total is not None:
                found |= {f"cgroup.pressure.{what}": average, f"cgroup.pressure.{what}.time": total / US_PER_S}
    return found
