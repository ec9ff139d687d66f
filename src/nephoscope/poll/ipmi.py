# SPDX-License-Identifier: Apache-2.0
"""Sensors of management controllers (IPMI over the network): temperatures, voltages, currents, fans, power."""

import json
import re
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Namespace, Polled, PollSettings, Target
from nephoscope.poll.failures import Failures, refuse_others, without_secrets
from nephoscope.poll.sample_rows import SampleRows

PORT = 623
# Each is a process of its own.
READERS_AT_ONCE = 4
# Types of sensors, as the specification calls them.
BY_TYPE: Mapping[str, Meter] = {
    "Temperature": Meter("hardware.ipmi.temperature", "gauge", "C"),
    "Voltage": Meter("hardware.ipmi.voltage", "gauge", "V"),
    "Current": Meter("hardware.ipmi.current", "gauge", "A"),
    "Fan": Meter("hardware.ipmi.fan", "gauge", "RPM"),
    "Power": Meter("hardware.ipmi.power", "gauge", "W"),
}


class IpmiFailed(Exception):
    """A controller does not answer, or refuses."""


class Ipmi:
    """Reads controllers, as `ipmi://user:password@host:port` under `resources`, several at once."""

    METERS: ClassVar[tuple[Meter, ...]] = tuple(BY_TYPE.values())
    NAMESPACE: ClassVar[Namespace] = "ipmi"
    DISCOVERY: ClassVar[str] = "ipmi"

    def __init__(self, settings: PollSettings) -> None:
        self._timeout_s = settings.timeout_s
        self._failures = Failures("ipmi")

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Polled:
        """A sample of each sensor with a number; a controller that does not answer is counted, the others go on."""
        refuse_others(targets, ("ipmi",), "ipmi")
        rows = SampleRows(now_ns)
        if not targets or not any(meter.name in meters for meter in self.METERS):
            return rows.polled()
        with ThreadPoolExecutor(READERS_AT_ONCE) as readers:
            for target, found in rows.each(zip(targets, readers.map(self._read, targets), strict=True)):
                for reading in found:
                    _put_down(rows, reading, urlsplit(target.id).hostname or "", meters)
        return rows.polled()

    def _read(self, target: Target) -> list[dict[str, Any]]:
        try:
            return _readings(target.id, self._timeout_s)
        except (IpmiFailed, OSError, ValueError, subprocess.SubprocessError) as error:
            # The text of a timeout would show the command, which holds no secret, and nothing that helps.
            slow = isinstance(error, subprocess.TimeoutExpired)
            self._failures.met(without_secrets(target.id), f"takes over {self._timeout_s:g} s" if slow else error)
            return []


class Controllers:
    """Discovery `ipmi://user:password@host,…`: controllers that polling.yaml names, none where it names none."""

    def __init__(self, settings: PollSettings) -> None:
        """Needs nobody."""

    def discover(self, parameter: str) -> list[Target]:
        """The addresses between the commas of the parameter."""
        return [Target(f"ipmi://{each.strip()}") for each in parameter.split(",") if each.strip()]


def _readings(url: str, timeout_s: float) -> list[dict[str, Any]]:
    """What the reader's process tells of one controller; IpmiFailed with what it says went wrong."""
    parts = urlsplit(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    asked = {"host": parts.hostname, "port": parts.port or PORT, "user": user, "password": password}
    command = [sys.executable, "-m", "nephoscope.poll.ipmi_reader"]
    done = subprocess.run(command, input=json.dumps(asked).encode(), capture_output=True, timeout=timeout_s, check=True)
    told = json.loads(done.stdout)
    if not isinstance(told, list):
        raise IpmiFailed(str(told.get("error")))
    return told


def _put_down(rows: SampleRows, reading: dict[str, Any], host: str, meters: Collection[str]) -> None:
    meter = BY_TYPE.get(reading["type"])
    if meter is None or meter.name not in meters:
        return
    states = ", ".join(reading["states"])
    about = {"host": host, "sensor": reading["name"], "health": reading["health"], "states": states}
    rows.add(meter, reading["value"], f"{host}-{sensor_id(reading['name'])}", metadata=about)


def sensor_id(name: str) -> str:
    """
    A sensor's name as ids have it.

    >>> sensor_id("CPU 1 Temp"), sensor_id("FAN-A (front)")
    ('cpu_1_temp', 'fan-a_front')
    """
    return re.sub(r"[^\w.-]+", "_", name.strip().lower()).strip("_")
