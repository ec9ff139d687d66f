# SPDX-License-Identifier: Apache-2.0
"""A command of the operator's, run by the shell: time and output are bounded, and all that it started ends with it."""

import os
import selectors
import signal
import subprocess
import time
from contextlib import suppress

OUTPUT_BYTES_MAX = 1024 * 1024
_CHUNK_BYTES = 64 * 1024


class CommandFailed(Exception):
    """A command took too long, or printed too much."""


def output_of(command: str, timeout_s: float, bytes_max: int = OUTPUT_BYTES_MAX) -> str:
    """
    What a command prints on standard output and standard error, without the last line's end.

    Its exit status means nothing, as with `grep -c`. CommandFailed beyond `timeout_s` or `bytes_max`: then all
    processes of its group are killed.
    """
    # The operator's own line of shell, from a file that only operators write.
    process = subprocess.Popen(  # noqa: S602
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        return _read(process, time.monotonic() + timeout_s, timeout_s, bytes_max)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _read(process: "subprocess.Popen[bytes]", deadline_s: float, timeout_s: float, bytes_max: int) -> str:
    assert process.stdout is not None
    printed = bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        while True:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0 or not waiting.select(left_s):
                raise CommandFailed(f"takes over {timeout_s:g} s")
            chunk = os.read(process.stdout.fileno(), _CHUNK_BYTES)
            if not chunk:
                return printed.decode("utf-8", "replace").removesuffix("\n")
            printed += chunk
            if len(printed) > bytes_max:
                raise CommandFailed(f"prints over {bytes_max} bytes")
