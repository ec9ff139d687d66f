# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests, made on the spot: an authority, and what it signs."""

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple


class Certificate(NamedTuple):
    """Two PEM files."""

    certificate: Path
    key: Path


class Authority:
    """An authority of its own in a folder; `certificate` is what others have to trust."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        if shutil.which("openssl") is None:
            raise RuntimeError("openssl is missing: run `make test`, or `apt-get install openssl` as root")
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._own = self._made(name, [])

    @property
    def certificate(self) -> Path:
        return self._own.certificate

    def issue(self, name: str) -> Certificate:
        """A certificate for 127.0.0.1 and localhost, or for a client, with its key."""
        signed = ["-CA", str(self._own.certificate), "-CAkey", str(self._own.key)]
        return self._made(name, [*signed, "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"])

    def _made(self, name: str, more: list[str]) -> Certificate:
        made = Certificate(self._folder / f"{name}.crt", self._folder / f"{name}.key")
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        command += ["-days", "2", "-subj", f"/CN={name}", "-keyout", str(made.key), "-out", str(made.certificate)]
        subprocess.run([*command, *more], check=True, capture_output=True)
        return made
