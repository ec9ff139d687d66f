# SPDX-License-Identifier: Apache-2.0
"""Temperatures, where the machine has sensors; virtual machines mostly have none."""

import psutil

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Host, text


class Temperature:
    """Reads the kernel's hardware monitor."""

    METERS = (
        Meter("temperature", "gauge", "Cel"),
        Meter("temperature.high", "gauge", "Cel"),
        Meter("temperature.critical", "gauge", "Cel"),
    )

    def __init__(self, host: Host) -> None:
        self._host = host

    def poll(self, now_ns: int) -> Readings:
        """Degrees Celsius of each sensor, and the limits that it declares, if any."""
        readings = Readings(self.METERS, now_ns)
        for chip, sensors in psutil.sensors_temperatures().items():
            for number, sensor in enumerate(sensors):
                # Labels repeat (two sockets both have a "Core 0"), the position does not.
                label = f"{number} {sensor.label}".strip()
                part = self._host.part("sensor", f"{chip}.{label}", {"chip": text(chip), "label": text(label)})
                limits = {"temperature.high": sensor.high, "temperature.critical": sensor.critical}
                known = {name: limit for name, limit in limits.items() if limit is not None}
                readings.add(part, {"temperature": sensor.current, **known})
        return readings
