# SPDX-License-Identifier: Apache-2.0
"""
Processes that outlive the server that started them.

They are found again by number and start time, so that a later process with the same number is never taken for one of
them, and by a key in their environment, which what they start has as well.
"""

import os
import select
import signal
import subprocess
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from nephoscope.model.errors import Unavailable

KEY = "NEPHOSCOPE_MEMBER_KEY"
PROC = Path("/proc")
KILL_WAIT_S = 10.0
# Those that we started ourselves leave a trace behind when they end, until somebody asks.
_children: "dict[int, subprocess.Popen[bytes]]" = {}


def started(pid: int) -> str:
    """Boot and start time of the process with a number, as one text; "" where none runs."""
    try:
        fields = (PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
    # The state is the third field of proc(5), the start time the twenty-second; two stand before the bracket.
    return "" if fields[0] in "ZX" else f"{boot}.{fields[19]}"


def start(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """
    Start a program in a session of its own, with PATH and this environment, and give its number.

    Its output goes nowhere. Unavailable when it cannot be started.
    """
    try:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", **environment},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise Unavailable(f"{command[0]} cannot be started: {error.strerror}") from None
    _children[process.pid] = process
    return process.pid


def status(pid: int) -> int | None:
    """How a process ended that this server started; None for any other, and for one that runs."""
    child = _children.get(pid)
    return None if child is None else child.poll()


def forget(pid: int) -> None:
    """Let a process that has ended leave no trace."""
    child = _children.pop(pid, None)
    if child is not None:
        child.wait()


def with_keys(keys: Collection[str]) -> dict[str, list[int]]:
    """The processes that have one of these keys in their environment, as far as we may look."""
    found: dict[str, list[int]] = {}
    wanted = {f"{KEY}={key}".encode(): key for key in keys}
    for pid in _pids() if wanted else ():
        with suppress(OSError):
            environment = (PROC / str(pid) / "environ").read_bytes()
            for each in wanted.keys() & set(environment.split(b"\0")):
                found.setdefault(wanted[each], []).append(pid)
    return found


def oldest(pids: Collection[int]) -> int:
    """The one of some processes that has started the others."""
    return min(pids, key=lambda pid: (int(started(pid).rpartition(".")[2] or 0), pid))


def wait(processes: Mapping[int, str], for_s: float, monotonic_s: Callable[[], float]) -> None:
    """Wait until all of these, number and start time, have ended, but no longer than that."""
    until_s = monotonic_s() + for_s
    with _watched(processes) as waiting:
        while waiting and (left_s := until_s - monotonic_s()) > 0:
            poller = select.poll()
            for each in waiting:
                poller.register(each, select.POLLIN)
            for ended, _ in poller.poll(left_s * 1000):
                waiting.discard(ended)


def end(processes: Mapping[int, str], keys: Collection[str], grace_s: float, monotonic_s: Callable[[], float]) -> None:
    """
    End processes, number and start time, and all that have these keys: SIGTERM, and SIGKILL after the grace time.

    Unavailable when they do not end even so.
    """
    for pid, when in processes.items():
        _signal_group(pid, when, signal.SIGTERM)
    wait(processes, grace_s, monotonic_s)
    for pid, when in processes.items():
        _signal_group(pid, when, signal.SIGKILL)
    left = {pid: started(pid) for pids in with_keys(keys).values() for pid in pids}
    for pid, when in left.items():
        _signal(pid, when, signal.SIGKILL)
    wait({**left, **processes}, KILL_WAIT_S, monotonic_s)
    still = [pid for pid, when in {**left, **processes}.items() if when and started(pid) == when]
    if still:
        raise Unavailable(f"the kernel does not end the process {still[0]}")
    for pid in processes:
        forget(pid)


def _pids() -> Iterator[int]:
    return (int(entry) for entry in os.listdir(PROC) if entry.isdecimal())


@contextmanager
def _watched(processes: Mapping[int, str]) -> Iterator[set[int]]:
    """File descriptors of those that run, each readable once its process has ended."""
    with ExitStack() as stack:
        found = set()
        for pid, when in processes.items():
            with suppress(ProcessLookupError):
                watched = os.pidfd_open(pid)
                stack.callback(os.close, watched)
                # Asked now that the number cannot be given to another any more.
                if when and started(pid) == when:
                    found.add(watched)
        yield found


def _signal(pid: int, when: str, number: signal.Signals) -> None:
    with _watched({pid: when}) as found:
        _send(found, number)


def _send(watched: Iterable[int], number: signal.Signals) -> None:
    for each in watched:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(each, number)


def _signal_group(pid: int, when: str, number: signal.Signals) -> None:
    """To a process that leads a session, and all of its group."""
    with _watched({pid: when}) as found, suppress(ProcessLookupError):
        if found:
            os.killpg(pid, number)
