# SPDX-License-Identifier: Apache-2.0
"""`file://`: a line for each sample or event, in a file that is turned over when it gets long."""

import fcntl
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import msgspec

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Accepted, Outcome, RetryLater
from nephoscope.model.event import Event
from nephoscope.model.sample_columns import Samples
from nephoscope.pipeline.publish.contract import PublishSettings
from nephoscope.pipeline.publish.url import PublisherUrl
from nephoscope.pipeline.publish.wire import batch, encoded, event_maps, in_parts, object_maps, sendable

# The longest beginning of a line that a power cut can leave and that is still looked for.
UNFINISHED_BYTES_MAX = 1 << 20


class File:
    """
    Appends lines, which are on disk once a batch is taken; a batch that could not be written leaves no part of a line.

    Like the files of telemetry agents, it is turned over only where both `max_bytes` and `backup_count` are given.
    """

    OPTIONS: ClassVar[dict[str, str]] = {
        "max_bytes": "turn the file over before it gets longer than this; needs `backup_count` (default: never)",
        "backup_count": "how many old files to keep, as `<file>.1` and so on, the youngest first; needs `max_bytes`",
        "json": "lines are JSON; without it they are maps as Python writes them",
    }
    TAKES_EVENTS = True

    def __init__(self, url: PublisherUrl, settings: PublishSettings) -> None:
        if url.host or not url.path.strip("/"):
            raise url.lacking("the path of a file, such as file:///var/log/samples")
        self._path = Path(url.path)
        self._bytes_max = int(url.number("max_bytes", 0))
        self._backups = int(url.number("backup_count", 0))
        self._encode = msgspec.json.encode if url.flag("json", False) else _as_python
        # How much of a batch is on disk already, should the disk be full in the middle of it.
        self._written = ("", 0)

    def pack(self, samples: Samples, now_ns: int) -> Iterable[EncodedBatch]:
        return self._packed(object_maps(sendable(samples)), now_ns)

    def pack_events(self, events: Sequence[Event], now_ns: int) -> Iterable[EncodedBatch]:
        return self._packed(event_maps(events), now_ns)

    def send(self, batch: EncodedBatch) -> Outcome:
        identity, at = self._written
        at = at if identity == batch.id else 0
        try:
            while at < len(batch.body):
                with _opened(self._path) as file:
                    end = self._end(batch.body, at, os.fstat(file).st_size)
                    if end > at:
                        _append(file, batch.body[at:end])
                at = end
                self._written = (batch.id, at)
                if at < len(batch.body):
                    self._turn_over()
        except OSError as error:
            return RetryLater(f"{self._path}: {error.strerror or error}")
        return Accepted()

    def close(self) -> None:
        """Nothing is kept open."""

    def _packed(self, maps: list[dict[str, object]], now_ns: int) -> Iterator[EncodedBatch]:
        for part in in_parts(encoded(maps, self._encode)):
            yield batch(b"\n".join(part) + b"\n", len(part), now_ns)

    def _end(self, body: bytes, start: int, size: int) -> int:
        """How far the lines from `start` fit; a line longer than a whole file has one to itself."""
        if not (self._bytes_max and self._backups):
            return len(body)
        end = body.rfind(b"\n", start, start + max(0, self._bytes_max - size)) + 1
        if end > start:
            return end
        return start if size else body.index(b"\n", start) + 1

    def _turn_over(self) -> None:
        for number in range(self._backups - 1, 0, -1):
            with suppress(FileNotFoundError):
                _numbered(self._path, number).replace(_numbered(self._path, number + 1))
        self._path.replace(_numbered(self._path, 1))
        _sync_folder(self._path.parent)


def _as_python(found: object) -> bytes:
    return str(found).encode()


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """The file at its end, to ourselves; made if need be, and without a line that a power cut left unfinished."""
    there = path.exists()
    # Without O_NONBLOCK a pipe that nobody reads would hold us up before we see that it is one.
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o640)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError("is no regular file")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _mend(file)
        if not there:
            _sync_folder(path.parent)
        yield file
    finally:
        os.close(file)


def _mend(file: int) -> None:
    """Take an unfinished line of ours away, whose batch will come again; end one that somebody else has written."""
    size = os.fstat(file).st_size
    start = max(0, size - UNFINISHED_BYTES_MAX)
    tail = os.pread(file, size - start, start)
    if not tail or tail.endswith(b"\n"):
        return
    last = tail.rfind(b"\n") + 1
    if tail[last : last + 1] == b"{" and (last or not start):
        os.ftruncate(file, start + last)
    else:
        _append(file, b"\n")


def _append(file: int, lines: bytes) -> None:
    """Write all of it down to the disk, or nothing."""
    size = os.fstat(file).st_size
    try:
        rest = memoryview(lines)
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    except OSError:
        os.ftruncate(file, size)
        raise


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
