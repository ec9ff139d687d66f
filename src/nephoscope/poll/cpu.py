# SPDX-License-Identifier: Apache-2.0
"""CPU use and CPU time by mode, of the whole host and of each core."""

import os
from pathlib import Path

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Host

MODES = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
IDLE = (MODES.index("idle"), MODES.index("iowait"))
ALL_CORES = ""


class Cpu:
    """Reads /proc/stat; `cpu.util` compares with the reading before, so the first poll has none."""

    METERS = (
        Meter("cpu.util", "gauge", "%"),
        *(Meter(f"cpu.time.{mode}", "cumulative", "s") for mode in MODES),
    )

    def __init__(self, host: Host, stat: Path = Path("/proc/stat")) -> None:
        self._host = host
        self._stat = stat
        self._before: dict[str, list[int]] = {}

    def poll(self, now_ns: int) -> Readings:
        """Host and each core: `cpu.util` in percent of its time, `cpu.time.*` in seconds since boot."""
        ticks_per_s = os.sysconf("SC_CLK_TCK")
        ticks = parse(self._stat.read_text())
        readings = Readings(self.METERS, now_ns)
        for core, now in ticks.items():
            util = utilisation(self._before.get(core), now)
            values = {} if util is None else {"cpu.util": util}
            values |= {f"cpu.time.{mode}": value / ticks_per_s for mode, value in zip(MODES, now, strict=True)}
            part = self._host.part("cpu", core, {"core": int(core)}) if core else self._host.resource
            readings.add(part, values)
        self._before = ticks
        return readings


def parse(stat: str) -> dict[str, list[int]]:
    """
    Ticks by mode for each core, and for all cores together under the empty name.

    >>> parse("cpu  1 2 3 4 5 6 7 8 0 0\\ncpu0 1 2 3 4 5 6 7 8 0 0\\nintr 9")["0"]
    [1, 2, 3, 4, 5, 6, 7, 8]
    """
    # The two columns after steal, guest times, are contained in user and nice already.
    lines = (line.split() for line in stat.splitlines() if line.startswith("cpu"))
    return {words[0][3:]: [int(word) for word in words[1 : len(MODES) + 1]] for words in lines}


def utilisation(before: list[int] | None, now: list[int]) -> float | None:
    """
    Percent of the time since `before` that was not idle; None without an earlier reading or when no time passed.

    >>> utilisation([0] * 8, [30, 0, 20, 40, 10, 0, 0, 0])
    50.0
    """
    if before is None:
        return None
    # iowait may step back by itself, and all of them do after a live migration.
    spent = [max(0, after - earlier) for earlier, after in zip(before, now, strict=True)]
    total = sum(spent)
    return 100 * (total - sum(spent[i] for i in IDLE)) / total if total else None
