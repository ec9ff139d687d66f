# SPDX-License-Identifier: Apache-2.0
"""A running side of the comparison: where it answers, what it uses, and how it is held still meanwhile."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

SAMPLE_S = 0.25
SAMPLES_A_LISTING = 8


@dataclass
class Peer:
    """
    One side, `ours` or `theirs`.

    `url` is the API's root, `folder` holds its data. `leaders` are the processes that we started, each the leader of a
    process group of its own: a paused side does no work while the other is measured, so what it put off until later is
    done in its own time.
    """

    name: str
    url: str
    folder: Path
    leaders: tuple[int, ...]
    memory_bytes_max: int = field(default=0, init=False)

    def pause(self) -> None:
        """Stop the processes where they are."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let them run on."""
        self._signal(signal.SIGCONT)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Let this side run, and watch its memory, for as long as the block lasts."""
        self.resume()
        done = threading.Event()
        watch = threading.Thread(target=self._watch, args=(done,), daemon=True)
        watch.start()
        try:
            yield
        finally:
            done.set()
            watch.join()
            self.pause()

    def disk_bytes(self) -> int:
        """What the data folder takes up on the disk, in whole blocks."""
        total = 0
        for folder, _, names in os.walk(self.folder):
            for name in names:
                # Files come and go while we look.
                with contextlib.suppress(FileNotFoundError):
                    total += (Path(folder) / name).lstat().st_blocks * 512
        return total

    def _signal(self, number: signal.Signals) -> None:
        for leader in self.leaders:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(leader, number)

    def _watch(self, done: threading.Event) -> None:
        """Sum the resident memory of the process trees; who belongs to them is looked up less often."""
        members: list[psutil.Process] = []
        count = 0
        while True:
            if count % SAMPLES_A_LISTING == 0:
                members = self._members()
            count += 1
            self.memory_bytes_max = max(self.memory_bytes_max, sum(map(_resident, members)))
            if done.wait(SAMPLE_S):
                return

    def _members(self) -> list[psutil.Process]:
        members = []
        for leader in self.leaders:
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(leader)
                members += [process, *process.children(recursive=True)]
        return members


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
