# SPDX-License-Identifier: Apache-2.0
"""Secrets out of files that settings name, and the signature made with one."""

import hashlib
import hmac

from nephoscope.model import text_file
from nephoscope.model.errors import BadRequest, NephoscopeError, Unavailable

SIGNATURE_HEADER = "X-Nephoscope-Signature"


class SecretFile:
    """The first line of a file, read anew each time, so that a secret can be renewed while we run; "" for no file."""

    def __init__(self, setting: str, file: str) -> None:
        """BadRequest names the setting when there is nothing to read."""
        self._setting = setting
        self._file = file
        try:
            self.read()
        except Unavailable as error:
            raise BadRequest(error.message) from None

    def read(self) -> str:
        """The secret. Unavailable when the file has gone, or is empty."""
        if not self._file:
            return ""
        try:
            found = text_file.read(self._file).partition("\n")[0].strip()
        except NephoscopeError as error:
            raise Unavailable(f"[act] {self._setting}: {error.message}") from None
        if not found:
            raise Unavailable(f"[act] {self._setting}: {self._file} is empty")
        return found


def signature(body: bytes, secret: str, at_s: int) -> str:
    """
    What the header says: the time, and the HMAC-SHA256 in hexadecimal over the time, a dot and the body.

    >>> signature(b"{}", "k", 7) == "t=7,v1=" + hmac.new(b"k", b"7.{}", "sha256").hexdigest()
    True
    """
    mac = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256)
    return f"t={at_s},v1={mac.hexdigest()}"
