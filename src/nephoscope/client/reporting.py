# SPDX-License-Identifier: Apache-2.0
"""An agent tells its server how it is, now and then; only the newest matters, so nothing of it is kept."""

import logging
import threading
from collections.abc import Callable

import msgspec

from nephoscope.client.ask import Server
from nephoscope.model.agent_report import LISTED_MAX, REPORT_BYTES_MAX, AgentReport
from nephoscope.model.errors import NephoscopeError

log = logging.getLogger("nephoscope.client")

PATH = "agents"
# With how many of each list a report is tried, until one is small enough.
LENGTHS = (LISTED_MAX, 100, 20, 5)
PAUSE_S_MAX = 3600.0

Make = Callable[[int], AgentReport]
"""The report of now, with at most so many of each list."""

Tell = Callable[[AgentReport], float]
"""Brings a report to the server; gives how many seconds later it wants the next one, or raises a NephoscopeError."""


class Reporting:
    """Sends a report every `interval_s`, or as seldom as the server wants them, from `start` to `stop`."""

    def __init__(self, make: Make, tell: Tell, interval_s: float) -> None:
        self._make = make
        self._tell = tell
        self._interval_s = interval_s
        self._stopping = threading.Event()
        self._failing = False
        # A daemon, as a server that never answers must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name="report", daemon=True)

    def start(self) -> None:
        """Begin, in the background."""
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Send no more; waits so long for one that is on its way."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        wait_s = self._interval_s
        while not self._stopping.is_set():
            try:
                wait_s = min(max(self._interval_s, self._tell(small(self._make))), PAUSE_S_MAX)
                self._failing = False
            except NephoscopeError as error:
                self._say(str(error.message))
            except Exception as error:  # the page is not worth the agent; whatever it is, it is said
                self._say(repr(error))
            self._stopping.wait(wait_s)

    def _say(self, why: str) -> None:
        if not self._failing:
            log.warning("the server's page of agents is told nothing now (said once): %s", why)
        self._failing = True


def small(make: Make) -> AgentReport:
    """The report with as much of its lists as fits into REPORT_BYTES_MAX."""
    for length in LENGTHS:
        report = make(length)
        if len(msgspec.json.encode(report)) <= REPORT_BYTES_MAX:
            return report
    raise NephoscopeError(f"a report of {LENGTHS[-1]} of each list is larger than {REPORT_BYTES_MAX} bytes")


def over(server: Server) -> Tell:
    """Reports go to this server."""

    def tell(report: AgentReport) -> float:
        return float(server.post(PATH, report)["next_s"])

    return tell
