# SPDX-License-Identifier: Apache-2.0
"""
Reads the sensors of one management controller, in a process of its own: `python -m nephoscope.poll.ipmi_reader`.

The library keeps sessions and sockets in globals, and waits without a limit; a process can be ended. Takes a JSON map
with `host`, `port`, `user` and `password` on standard input, gives a JSON list of readings, or `{"error": …}`.
"""

import json
import sys
from typing import Any

# Reading sensors needs no more than the level of a user.
USER_LEVEL = 2
SENSORS_MAX = 1_000


def readings(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """All sensors that have a number now: name, type, value, health (0 is well) and states."""
    from pyghmi.ipmi.command import Command

    command = Command(
        bmc=asked["host"],
        userid=asked["user"],
        password=asked["password"],
        port=asked["port"],
        privlevel=USER_LEVEL,
        keepalive=False,
    )
    found: list[dict[str, Any]] = []
    for reading in command.get_sensor_data():
        # Parts that are not there have no number, and neither have sensors that only know states.
        if not reading.unavailable and reading.value is not None:
            about = {"name": str(reading.name), "type": str(reading.type), "value": float(reading.value)}
            found.append({**about, "health": int(reading.health), "states": [str(each) for each in reading.states]})
        if len(found) >= SENSORS_MAX:
            break
    command.ipmi_session.logout()
    return found


def main() -> None:
    """Answer the one request."""
    try:
        told: Any = readings(json.load(sys.stdin))
    except Exception as error:  # whatever the library raises is the answer
        told = {"error": f"{type(error).__name__}: {str(error)[:200]}"}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
