# SPDX-License-Identifier: Apache-2.0
"""Debian's snmpd as a child on a free UDP port, with a community and a user."""

import os
import socket
import subprocess
import time
from pathlib import Path
from shutil import which

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
        log = (self._folder / "snmpd.log").open("wb")
        self._process = subprocess.Popen(
            [program, "-f", "-Lo", "-C", "-c", str(settings), "-I", "-smux", f"udp:{self.address}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, "SNMP_PERSISTENT_DIR": str(self._folder), "MIBS": ""},
        )
        log.close()
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait(self) -> None:
        """Until it answers; RuntimeError with its log when it does not."""
        inner = _BEFORE + bytes([4, len(COMMUNITY)]) + COMMUNITY.encode() + _AFTER
        request = bytes([0x30, len(inner)]) + inner
        host, port = self.address.split(":")
        give_up = time.monotonic() + 20
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(0.2)
            while time.monotonic() < give_up and self._process is not None and self._process.poll() is None:
                try:
                    asking.sendto(request, (host, int(port)))
                    if asking.recv(2048):
                        return
                except OSError:
                    time.sleep(0.05)
        raise RuntimeError(f"snmpd does not answer:\n{(self._folder / 'snmpd.log').read_text()}")
