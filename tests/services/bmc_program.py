# SPDX-License-Identifier: Apache-2.0
"""A management controller with sensors: `python -m tests.services.bmc_program PORT USER PASSWORD`."""

import struct
import sys
import time
from typing import Any

from pyghmi.ipmi.bmc import Bmc

SHA1 = 1
UNSUPPORTED = 0x04
# Number -> (name, type, unit, multiplier, exponent of ten, raw reading; None when the part is not there).
SENSORS: dict[int, tuple[str, int, int, int, int, int | None]] = {
    1: ("CPU 1 Temp", 0x01, 1, 1, 0, 47),
    2: ("12V", 0x02, 4, 6, -2, 201),
    3: ("PSU 1 Current", 0x03, 5, 1, -1, 23),
    4: ("FAN A", 0x04, 18, 100, 0, 54),
    5: ("System Power", 0x0B, 6, 2, 0, 110),
    6: ("CPU 2 Temp", 0x01, 1, 1, 0, None),
}


def record(number: int) -> bytes:
    """A full sensor record, as table 43-1 of the specification lays it out."""
    name, kind, unit, multiplier, exponent, _ = SENSORS[number]
    body = bytearray(43)
    body[0], body[2], body[3], body[6], body[7], body[8] = 0x20, number, 7, 0x04, kind, 0x01
    body[16], body[19], body[24] = unit, multiplier, (exponent & 0xF) << 4
    body[42] = 0xC0 | len(name)
    body += name.encode()
    return struct.pack("<HBBB", number, 0x51, 0x01, len(body)) + bytes(body)


class Controller(Bmc):  # type: ignore[misc] # has no types
    """Answers what reading sensors takes, beside what every controller answers."""

    def sessionless_data(self, data: Any, sockaddr: Any) -> None:
        """Refuses sessions by SHA-256, which the library's server does not know, so that clients take SHA-1."""
        packet = bytes(data)
        if packet[4:6] == b"\x06\x10" and packet[28] != SHA1:
            answer = bytes([packet[16], UNSUPPORTED, 0, 0]) + packet[20:24]
            header = b"\x06\x00\xff\x07\x06\x11" + bytes(8) + struct.pack("<H", len(answer))
            self.serversocket.sendto(header + answer, sockaddr)
        else:
            super().sessionless_data(data, sockaddr)

    def handle_raw_request(self, request: Any, session: Any) -> None:
        asked = (request["netfn"], request["command"])
        given = bytes(request["data"])
        if asked == (0x0A, 0x20):
            stamp = struct.pack("<II", int(time.time()), 0)
            session.send_ipmi_response(data=[0x51, len(SENSORS), 0, 0, 0, *stamp, 0x02])
        elif asked == (0x0A, 0x22):
            session.send_ipmi_response(data=[1, 0])
        elif asked == (0x0A, 0x23):
            number = struct.unpack("<H", given[2:4])[0] or 1
            after = number + 1 if number + 1 in SENSORS else 0xFFFF
            part = record(number)[given[4] :][: given[5]]
            session.send_ipmi_response(data=[after & 0xFF, after >> 8, *part])
        elif asked == (0x04, 0x2D):
            raw = SENSORS[given[0]][-1]
            session.send_ipmi_response(data=[0, 0x20, 0, 0] if raw is None else [raw, 0x40, 0, 0])
        else:
            super().handle_raw_request(request, session)


if __name__ == "__main__":
    controller = Controller({sys.argv[2]: sys.argv[3]}, port=int(sys.argv[1]), address="127.0.0.1")
    print("ready", flush=True)
    controller.listen()
