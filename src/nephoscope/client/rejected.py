# SPDX-License-Identifier: Apache-2.0
"""What the server refused, kept for a look: one line of JSON per batch, in a file of bounded size."""

import gzip
import logging
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Refused

log = logging.getLogger("nephoscope.client")

BODY_BYTES_MAX = 64 * 1024


class Rejected:
    """Appends to `path`; past half of `bytes_max` the file moves to `<path>.1` and a new one begins."""

    def __init__(self, path: Path, *, bytes_max: int = 1024 * 1024, wall_s: Callable[[], float] = time.time) -> None:
        self._path = path
        self._bytes_max = bytes_max
        self._wall_s = wall_s

    def keep(self, batch: EncodedBatch, refused: Refused) -> None:
        """Write the batch down with the server's words; long bodies are left out. Failing to is logged, not raised."""
        body = gzip.decompress(batch.body) if batch.encoding == "gzip" else batch.body
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._wall_s())),
            "id": batch.id,
            "samples": batch.samples,
            "status": refused.status,
            "message": refused.message,
            "body": _shown(body) if len(body) <= BODY_BYTES_MAX else None,
        }
        try:
            self._append(msgspec.json.encode(line) + b"\n")
        except OSError as error:
            log.warning("cannot write down a refused batch in %s: %s", self._path, error)

    def _append(self, line: bytes) -> None:
        if self._path.exists() and self._path.stat().st_size + len(line) > self._bytes_max // 2:
            self._path.replace(self._path.with_name(self._path.name + ".1"))
        with self._path.open("ab") as file:
            file.write(line)


def _shown(body: bytes) -> object:
    """JSON as it is, anything else as text."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body.decode("utf-8", "backslashreplace")
