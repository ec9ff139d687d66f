# SPDX-License-Identifier: Apache-2.0
"""Traffic counters of each network interface."""

from pathlib import Path

import psutil

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Attributes, Host, text


class Network:
    """Reads /proc/net/dev, and address and state of each interface from /sys/class/net."""

    METERS = (
        Meter("network.incoming.bytes", "cumulative", "B"),
        Meter("network.outgoing.bytes", "cumulative", "B"),
        Meter("network.incoming.packets", "cumulative", "packet"),
        Meter("network.outgoing.packets", "cumulative", "packet"),
        Meter("network.incoming.errors", "cumulative", "packet"),
        Meter("network.outgoing.errors", "cumulative", "packet"),
        Meter("network.incoming.dropped", "cumulative", "packet"),
        Meter("network.outgoing.dropped", "cumulative", "packet"),
        Meter("network.link.up", "gauge", "bool"),
    )

    def __init__(self, host: Host, interfaces: Path = Path("/sys/class/net")) -> None:
        self._host = host
        self._interfaces = interfaces

    def poll(self, now_ns: int) -> Readings:
        """Counters since the interface came to be; `network.link.up` is 1 or 0, absent where the kernel hides it."""
        readings = Readings(self.METERS, now_ns)
        for name, io in psutil.net_io_counters(pernic=True, nowrap=False).items():
            values: dict[str, float] = {
                "network.incoming.bytes": io.bytes_recv,
                "network.outgoing.bytes": io.bytes_sent,
                "network.incoming.packets": io.packets_recv,
                "network.outgoing.packets": io.packets_sent,
                "network.incoming.errors": io.errin,
                "network.outgoing.errors": io.errout,
                "network.incoming.dropped": io.dropin,
                "network.outgoing.dropped": io.dropout,
            }
            state = _first_line(self._interfaces / name / "operstate")
            if state is not None:
                # Interfaces that cannot tell, such as the loopback, say unknown, and work.
                values["network.link.up"] = state in ("up", "unknown")
            attributes: Attributes = {"interface": text(name), "mac": _first_line(self._interfaces / name / "address")}
            readings.add(self._host.part("network", name, attributes), values)
        return readings


def _first_line(path: Path) -> str | None:
    try:
        return path.read_text().strip() or None
    except OSError:
        return None
