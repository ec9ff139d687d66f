# SPDX-License-Identifier: Apache-2.0
"""
The connection to libvirt: opened when needed, again when it broke, and left behind when it hangs.

Never are two calls under way on one connection. libvirt allows it, but before release 10.4 a call that is woken by
another thread's leaves a pointer to its stack behind, through which a later answer writes (CVE-2024-4418): processes
crash. libvirt's own keepalives wake calls likewise, so a peer that does not answer is noticed by our patience instead.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

from nephoscope.poll.libvirt.call import Call

log = logging.getLogger("nephoscope.poll.libvirt")

T = TypeVar("T")

# A call that has no answer after this part of the timeout is given up.
PATIENCE = 1 / 4
HANGING_MAX = 4
RETRY_S_FIRST = 1.0
RETRY_S_MAX = 60.0

_event_loop = threading.Lock()
_event_loop_threads: list[threading.Thread] = []


class Connection:
    """
    One connection to libvirt, to be shared by all who ask the same hypervisor; safe for several threads.

    Without libvirt, or its Python library, answers are None: this is said once, and tried again ever more rarely,
    at least once a minute. `timeout_s` is how long all that one poll asks may take.
    """

    def __init__(self, uri: str, timeout_s: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Connects to nobody yet."""
        self.uri = uri
        self.generation = 0
        """Goes up with each new connection: whatever was learnt through an older one may have changed."""
        self._patience_s = timeout_s * PATIENCE
        self._monotonic = monotonic
        self._turn = threading.Lock()
        self._opened: Any = None
        self._callbacks: list[int] = []
        self._opening: Call[Any] | None = None
        self._hanging: list[Call[Any]] = []
        self._changed: set[str] = set()
        self._changes = threading.Lock()
        self._silent = False
        self._retry_s = 0.0
        self._retry_at = 0.0

    @property
    def hanging(self) -> bool:
        """Whether a call that was given up is still out."""
        return any(not call.done for call in self._hanging)

    def ask(self, question: Callable[[Any], T]) -> T | None:
        """
        What `question` gives when it is handed the open connection; None when there is no libvirt to ask.

        It runs in a thread of its own, and should do no more than ask. A connection that broke meanwhile is opened
        again, once, and the question repeated. One that does not answer in time is left behind, and the next question
        opens another.

        Raises  TimeoutError in that case, and at once while too many are left behind; other errors of the question.
        """
        with self._turn:
            for _ in range(2):
                opened = self._connected()
                if opened is None:
                    return None
                call = Call("libvirt-ask", lambda opened=opened: question(opened))  # type: ignore[misc]
                try:
                    return call.result(self._patience_s)
                except TimeoutError:
                    self._leave_behind(opened, call)
                    raise self._unanswered() from None
                except Exception as error:
                    if opened.isAlive():
                        raise
                    log.info("lost the connection to libvirt at %s: %s", self.uri, error)
                    _release(opened, self._callbacks)
                    self._opened, self._callbacks = None, []
        return None

    def changed(self) -> set[str]:
        """UUIDs of the domains whose description may have changed since the last call."""
        with self._changes:
            found, self._changed = self._changed, set()
        return found

    def _connected(self) -> Any:
        if self._opened is not None or self._monotonic() < self._retry_at:
            return self._opened
        self._hanging = [call for call in self._hanging if not call.done]
        if len(self._hanging) >= HANGING_MAX:
            raise self._unanswered()
        # An attempt that hangs is not joined by others; when it comes through at last, it is used.
        self._opening = self._opening or Call("libvirt-open", self._open)
        try:
            self._opened, self._callbacks = self._opening.result(self._patience_s)
        except TimeoutError:
            self._failed(f"no answer within {self._patience_s:g} s")
        except Exception as error:  # no library, no socket, no right to use it: the host goes unmeasured
            self._opening = None
            self._failed(str(error))
        else:
            self._opening = None
            self._succeeded()
        return self._opened

    def _open(self) -> tuple[Any, list[int]]:
        _watch_events()
        import libvirt

        # Reading is all that we do, and what libvirt allows to users who may do nothing else.
        opened = libvirt.openReadOnly(self.uri)
        events = (
            libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE,
            libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_ADDED,
            libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED,
            libvirt.VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
        )
        return opened, [opened.domainEventRegisterAny(None, event, self._on_event, None) for event in events]

    def _on_event(self, _: Any, domain: Any, *__: Any) -> None:
        with self._changes:
            self._changed.add(domain.UUIDString())

    def _succeeded(self) -> None:
        self.generation += 1
        self._silent, self._retry_s = False, 0.0
        log.info("connected to libvirt at %s", self.uri)

    def _failed(self, why: str) -> None:
        self._retry_s = min(max(RETRY_S_FIRST, self._retry_s * 2), RETRY_S_MAX)
        self._retry_at = self._monotonic() + self._retry_s
        if not self._silent:
            log.warning("no domain is measured while libvirt at %s cannot be asked: %s", self.uri, why)
        self._silent = True

    def _unanswered(self) -> TimeoutError:
        return TimeoutError(f"libvirt at {self.uri} did not answer within {self._patience_s:g} s")

    def _leave_behind(self, opened: Any, call: Call[Any]) -> None:
        callbacks, self._opened, self._callbacks = self._callbacks, None, []
        self._hanging.append(call)

        def release() -> None:
            call.wait()
            _release(opened, callbacks)

        Call("libvirt-left-behind", release)


@cache
def shared(uri: str, timeout_s: float) -> Connection:
    """The one connection of this process to that hypervisor."""
    return Connection(uri, timeout_s)


def _release(opened: Any, callbacks: list[int]) -> None:
    """Take back the callbacks that would keep a connection in memory; it closes once nobody refers to it any more."""
    import libvirt

    for callback in callbacks:
        with suppress(libvirt.libvirtError):
            opened.domainEventDeregisterAny(callback)


def _watch_events() -> None:
    """Run libvirt's event loop, once a process: events need one before the first connection opens."""
    with _event_loop:
        if _event_loop_threads:
            return
        import libvirt

        # Its default prints each error, also those that we expect, to standard error.
        libvirt.registerErrorHandler(lambda _, __: None, None)
        libvirt.virEventRegisterDefaultImpl()
        _event_loop_threads.append(threading.Thread(target=_run_events, name="libvirt-events", daemon=True))
        _event_loop_threads[0].start()


def _run_events() -> None:
    import libvirt

    while True:
        try:
            libvirt.virEventRunDefaultImpl()
        except libvirt.libvirtError as error:
            log.warning("libvirt's event loop: %s", error)
            time.sleep(1)
