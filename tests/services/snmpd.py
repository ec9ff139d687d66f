# SPDX-License-Identifier: Apache-2.0
"""Debian's snmpd as a child on a free UDP port, with a community and a user."""

import os
import socket
import subprocess
from pathlib import Path
from shutil import which

from tests.services.starting import tail, until_ready

START_TIMEOUT_S = 20.0
COMMUNITY = "community-of-tests"
USER, AUTH_KEY, PRIV_KEY = "ann", "authentication-key", "encryption-key-of-ann"
# A request of version 2c for sysUpTime.0: what comes before the community, and what after it.
_BEFORE, _AFTER = bytes.fromhex("020101"), bytes.fromhex("a01902010102010002010030 0e300c06082b060102010103000500")


class Snmpd:
    """Runs within a `with` block; `address` is `127.0.0.1:port`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"

    def __enter__(self) -> "Snmpd":
        program = which("snmpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if program is None:
            raise RuntimeError("there is no snmpd; install Debian's package of that name")
        lines = [
            f"rocommunity {COMMUNITY} 127.0.0.1",
            f"createUser {USER} SHA {AUTH_KEY} AES {PRIV_KEY}",
            f"rouser {USER} priv",
        ]
        settings = self._folder / "snmpd.conf"
        settings.write_text("\n".join(lines) + "\n")
        log_path = self._folder / "snmpd.log"
        with log_path.open("wb") as log:
            self._process = subprocess.Popen(
                [program, "-f", "-Lo", "-C", "-c", str(settings), "-I", "-smux", f"udp:{self.address}"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "SNMP_PERSISTENT_DIR": str(self._folder), "MIBS": ""},
            )
        until_ready("snmpd", self._answers, self._process, lambda: tail(log_path), START_TIMEOUT_S)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        inner = _BEFORE + bytes([4, len(COMMUNITY)]) + COMMUNITY.encode() + _AFTER
        host, port = self.address.split(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(0.2)
            try:
                asking.sendto(bytes([0x30, len(inner)]) + inner, (host, int(port)))
                return bool(asking.recv(2048))
            except OSError:
                return False
