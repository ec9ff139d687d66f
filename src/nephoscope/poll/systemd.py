# SPDX-License-Identifier: Apache-2.0
"""Units of systemd (services, scopes, slices and whatever else has processes): their resources, and their states."""

import subprocess
from pathlib import Path
from shutil import which

from nephoscope.model.sample import Meter, SampledResource
from nephoscope.poll import cgroup
from nephoscope.poll.cgroup import Group, Utilisation, groups, values_of
from nephoscope.poll.containers import container_of, unescaped
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Attributes, Host, text

KINDS = ("service", "scope", "slice", "socket", "mount", "swap")
SHOW_TIMEOUT_S = 10
RUNNING = Path("/run/systemd/system")
STATES = (
    Meter("systemd.unit.active", "gauge", "1"),
    Meter("systemd.unit.failed", "gauge", "1"),
    Meter("systemd.unit.restarts", "cumulative", "restart"),
)
_PROPERTIES = "Id,ActiveState,NRestarts"


class SystemdUnits:
    """Each unit is a resource; where systemd runs and `systemctl` is there, services that are not running too."""

    METERS = (*cgroup.METERS, *STATES)

    def __init__(self, host: Host, root: Path = cgroup.ROOT, running: Path = RUNNING, systemctl: str = "") -> None:
        self._host = host
        self._root = root
        self._running = running
        self._systemctl = systemctl
        self._utilisation = Utilisation()

    def poll(self, now_ns: int) -> Readings:
        """What the kernel counts of each unit, and what systemd says of each service; nothing without either."""
        readings = Readings(self.METERS, now_ns)
        states = self._states()
        for group in groups(self._root):
            name = unit_of(group)
            if name:
                values = values_of(group)
                values |= self._utilisation.of(group, values, now_ns)
                readings.add(self._resource(name), values | states.pop(name, {}))
        self._utilisation.seen_all()
        for name, values in states.items():
            readings.add(self._resource(name), values)
        return readings

    def _resource(self, name: str) -> SampledResource:
        about: Attributes = {"unit": text(name), "kind": name.rpartition(".")[2]}
        return self._host.thing("systemd_unit", name, about)

    def _states(self) -> dict[str, dict[str, float]]:
        """By name, the services that systemd knows; none where it does not run, or does not answer in time."""
        program = self._systemctl or which("systemctl")
        if not program or not self._running.is_dir():
            return {}
        command = [program, "show", "--all", f"--property={_PROPERTIES}", "--no-pager", "*.service"]
        told = subprocess.run(
            command, capture_output=True, timeout=SHOW_TIMEOUT_S, check=True, stdin=subprocess.DEVNULL
        )
        return parse(told.stdout.decode("utf-8", "replace"))


def unit_of(group: Group) -> str:
    """
    The unit that a group is of, before it the user whose own systemd runs it; empty when it is none, or a container.

    >>> unit_of(Group(Path(), "system.slice/cron.service")), unit_of(Group(Path(), "user.slice/init"))
    ('cron.service', '')
    """
    if group.name.rpartition(".")[2] not in KINDS or not group.name.rpartition(".")[0]:
        return ""
    if container_of(group) is not None:
        return ""
    manager = next((step for step in group.path.split("/")[:-1] if step.startswith("user@")), "")
    return unescaped(f"{manager}/{group.name}" if manager else group.name)


def parse(shown: str) -> dict[str, dict[str, float]]:
    """
    States by unit out of blocks of `Property=value`, with an empty line between.

    >>> parse("NRestarts=2\\nId=a.service\\nActiveState=failed\\n\\nId=b.service\\nActiveState=active\\n")["a.service"]
    {'systemd.unit.active': 0.0, 'systemd.unit.failed': 1.0, 'systemd.unit.restarts': 2.0}
    """
    found: dict[str, dict[str, float]] = {}
    for block in shown.split("\n\n"):
        told = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        if told.get("Id") and "ActiveState" in told:
            values = {
                "systemd.unit.active": float(told["ActiveState"] in {"active", "reloading"}),
                "systemd.unit.failed": float(told["ActiveState"] == "failed"),
            }
            if told.get("NRestarts", "").isdigit():
                values["systemd.unit.restarts"] = float(told["NRestarts"])
            found[told["Id"]] = values
    return found
