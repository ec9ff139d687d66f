# SPDX-License-Identifier: Apache-2.0
"""Work that is done again and again in a thread of its own, whatever goes wrong, until it is stopped."""

import logging
import threading
from collections.abc import Callable

from nephoscope.model.errors import NephoscopeError


class Repeating:
    """
    Does `work` every `every_s`, counted from the end of the one before, and at once when it is woken.

    `every_s` may be what is asked each time how long it is until the next.

    What goes wrong is logged: `waits` says what does not happen for now, for errors that people can do something about,
    with what they say; errors of our own come with their trace. `failed` is called after either.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], object],
        every_s: float | Callable[[], float],
        *,
        log: logging.Logger,
        waits: str,
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        self._work = work
        self._every_s = every_s
        self._log = log
        self._waits = waits
        self._failed = failed
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called: work that takes long looks here now and then."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Begin, in the background; the first time comes after `every_s`, unless it is woken before."""
        self._thread.start()

    def wake(self) -> None:
        """Do it at once, or once more when it is under way."""
        self._awake.set()

    def stop(self, timeout_s: float | None = None) -> None:
        """Finish what is under way, for so long at most, and do nothing more; works before `start` and twice."""
        self._stopping.set()
        self._awake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._awake.wait(self._every_s() if callable(self._every_s) else self._every_s)
            self._awake.clear()
            if self._stopping.is_set():
                return
            try:
                self._work()
            except NephoscopeError as error:
                self._log.warning("%s: %s", self._waits, error)
                self._failed()
            except Exception:
                self._log.exception("%s; it is tried again", self._waits)
                self._failed()
