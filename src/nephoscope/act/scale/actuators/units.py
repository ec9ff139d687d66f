# SPDX-License-Identifier: Apache-2.0
"""Units of systemd as members: instances of a template that the operator has installed, by `systemctl`."""

import subprocess
from collections.abc import Sequence

from nephoscope.act.scale.actuators.tools import Tools
from nephoscope.act.scale.contract import MemberState
from nephoscope.model.errors import Unavailable

ASK_TIMEOUT_S = 30.0
_STATES: dict[str, MemberState] = {
    "active": "running",
    "reloading": "running",
    "activating": "starting",
    "deactivating": "stopping",
}
_PROPERTIES = ("Id", "LoadState", "ActiveState", "SubState", "Result")


class Units:
    """Starts, stops and asks units; systemd keeps them, whoever started them."""

    def __init__(self, tools: Tools) -> None:
        self._systemctl = tuple(tools.settings.systemctl)
        self._timeout_s = tools.settings.change_timeout_s

    def states(self, units: Sequence[str]) -> dict[str, tuple[MemberState, str]]:
        """The state of each unit, and what is the matter with one that is `failed`, as one that has stopped is."""
        if not units:
            return {}
        told = self._told(["show", f"--property={','.join(_PROPERTIES)}", "--", *units])
        states: dict[str, tuple[MemberState, str]] = dict.fromkeys(units, ("failed", "systemd does not know it"))
        for block in told.split("\n\n"):
            said = dict(line.partition("=")[::2] for line in block.splitlines() if "=" in line)
            if (unit := said.get("Id", "")) in states:
                state = _STATES.get(said.get("ActiveState", ""), "failed")
                states[unit] = (state, _why(said) if state == "failed" else "")
        return states

    def start(self, units: Sequence[str]) -> None:
        """Start units and wait for them; how it went is told by `states`."""
        self._done(["start", "--", *units])

    def stop(self, units: Sequence[str]) -> None:
        """Stop units, and wait until they have; Unavailable when systemd says no."""
        failed = self._done(["stop", "--", *units])
        states = self.states(units)
        if any(state != "failed" for state, _ in states.values()):
            raise Unavailable(f"units were not stopped: {failed or 'they run again'}")
        self._done(["reset-failed", "--", *units])

    def _told(self, arguments: list[str]) -> str:
        done = self._run(arguments, ASK_TIMEOUT_S)
        if done.returncode:
            raise Unavailable(f"systemctl {arguments[0]}: {_last_line(done.stderr)}")
        return done.stdout

    def _done(self, arguments: list[str]) -> str:
        """What was said when it failed."""
        done = self._run(arguments, self._timeout_s)
        return _last_line(done.stderr) if done.returncode else ""

    def _run(self, arguments: list[str], timeout_s: float) -> "subprocess.CompletedProcess[str]":
        try:
            return subprocess.run(
                [*self._systemctl, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unavailable(f"systemctl {arguments[0]} did not end within {timeout_s:g} s") from None
        except OSError as error:
            raise Unavailable(f"{self._systemctl[0]} cannot be started: {error.strerror}") from None


def _why(said: dict[str, str]) -> str:
    if said.get("LoadState") not in ("loaded", None):
        return f"its unit is {said['LoadState']}"
    return f"{said.get('ActiveState', '')} ({said.get('SubState', '')}, {said.get('Result', '')})"


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it did not say why"])[-1][:200]
