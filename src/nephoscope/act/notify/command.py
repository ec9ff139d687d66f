# SPDX-License-Identifier: Apache-2.0
"""`command:NAME`: a program that the operator has set; users only name it, and what it is told comes over stdin."""

import logging
import os
import selectors
import signal
import subprocess
import tempfile
from contextlib import suppress

from nephoscope.act.notify.body import KEYS, encoded
from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.act.notify.template import as_text, one_line
from nephoscope.model.delivery import Delivery
from nephoscope.model.errors import BadRequest

log = logging.getLogger("nephoscope.notify")

VALUE_LENGTH_MAX = 4000
READ_AT_ONCE = 4096


class Command:
    """
    Runs a program without a shell: the body on standard input, its fields as `NEPHOSCOPE_…` in the environment.

    Nothing else of our environment but PATH is handed on. Status 0 is success; anything else is tried again.
    """

    def __init__(self, tools: Tools) -> None:
        settings = tools.settings
        for name, command in settings.commands.items():
            if not command or not os.path.isabs(command[0]):
                raise BadRequest(f"[act] commands: {name}: expected the absolute path of a program, and its arguments")
        self._commands = settings.commands
        self._timeout_s = settings.command_timeout_s
        self._monotonic_s = tools.monotonic_s
        self._output_bytes_max = settings.command_output_bytes_max

    def place(self, target: str) -> str:
        name = target.partition(":")[2]
        if name not in self._commands:
            raise BadRequest(f"command: there is none of that name in [act] commands: '{one_line(name)[:40]}'")
        return f"command {name}"

    def notify(self, delivery: Delivery) -> Outcome:
        place = self.place(delivery.target)
        command = self._commands[delivery.target.partition(":")[2]]
        with tempfile.TemporaryFile() as body:
            body.write(encoded(delivery.body))
            body.seek(0)
            try:
                process = subprocess.Popen(
                    list(command),
                    stdin=body,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    env=_environment(delivery),
                    cwd="/",
                    start_new_session=True,
                )
            except OSError as error:
                return Outcome("again", cause="command", error=f"{place} cannot be started: {error.strerror}")
            with process:
                output = self._finished(process)
        if process.returncode == 0:
            return Outcome("delivered")
        told = f"status {process.returncode}" if process.returncode > 0 else "it took too long, or was killed"
        log.warning("%s failed, %s: %s", place, told, one_line(output.decode(errors="replace")))
        return Outcome("again", max(process.returncode, 0), "command", f"{place} failed: {told}")

    def _finished(self, process: "subprocess.Popen[bytes]") -> bytes:
        """Wait for a process, and end it with all that it has started once its time is over; gives what it said."""
        assert process.stdout is not None
        output = bytearray()
        ended = os.pidfd_open(process.pid)
        try:
            with selectors.DefaultSelector() as waiting:
                waiting.register(process.stdout, selectors.EVENT_READ)
                waiting.register(ended, selectors.EVENT_READ)
                until_s = self._monotonic_s() + self._timeout_s
                while (left_s := until_s - self._monotonic_s()) > 0:
                    ready = {key.fd for key, _ in waiting.select(left_s)}
                    if process.stdout.fileno() in ready:
                        read = os.read(process.stdout.fileno(), READ_AT_ONCE)
                        output += read[: self._output_bytes_max - len(output)]
                        if not read:
                            waiting.unregister(process.stdout)
                    elif ended in ready:
                        break
        finally:
            os.close(ended)
            _kill_all(process)
        return bytes(output)


def _kill_all(process: "subprocess.Popen[bytes]") -> None:
    """End a process and the others of its group; the status of one that has ended already stays."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _environment(delivery: Delivery) -> dict[str, str]:
    fields = {**{key: delivery.body.get(key) for key in KEYS}, "key": delivery.key}
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        **{f"NEPHOSCOPE_{name.upper()}": _value(value) for name, value in fields.items()},
    }


def _value(value: object) -> str:
    return as_text(value)[:VALUE_LENGTH_MAX].replace("\0", "\N{REPLACEMENT CHARACTER}")
