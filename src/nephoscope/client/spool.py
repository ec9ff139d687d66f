# SPDX-License-Identifier: Apache-2.0
"""
Batches kept on disk, in order, while the server is away: one file each, bounded by size and age.

A file is `<sequence>-<created ns>-<samples>.batch`: one line of JSON about it, then the body as it will be sent. It is
written beside its name, synced, renamed, and its folder synced, so that after a power cut or kill -9 it is there whole
or not at all. What was being written then is used if it is whole, and put aside if not.
"""

import errno
import fcntl
import logging
import os
import re
import time
import zlib
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from nephoscope.client.batch import EncodedBatch
from nephoscope.model.errors import Conflict, NephoscopeError
from nephoscope.observe import dropped, registry

log = logging.getLogger("nephoscope.client")

registry.describe("nephoscope_spool_bytes", "gauge", "Bytes of batches on disk that wait to be sent.")

NAME = re.compile(r"^(?P<sequence>\d{16})-(?P<created_ns>\d+)-(?P<samples>\d+)\.batch(?P<unfinished>\.tmp)?$")
ASIDE = "unreadable"
ASIDE_FILES_MAX = 8
NS_PER_S = 1_000_000_000


class _About(msgspec.Struct):
    """The first line of a file."""

    id: str
    encoding: str
    size_bytes: int
    crc32: int


@dataclass(frozen=True)
class _Entry:
    """A file as its name and size describe it; bodies stay on disk."""

    path: Path
    created_ns: int
    samples: int
    size_bytes: int


class Spool:
    """
    A queue of batches in a folder, which it keeps to itself by a lock; made anew, it goes on where the last one ended.

    `bytes_max` and `age_s_max` bound it: the oldest go first. Everything lost is counted in
    `nephoscope_dropped_total{station="spool"}` by cause: full, too old, unreadable, disk full, unwritable. Used by one
    thread at a time.
    """

    def __init__(
        self, folder: Path, *, bytes_max: int, age_s_max: float, wall_ns: Callable[[], int] = time.time_ns
    ) -> None:
        self._folder = folder
        self._bytes_max = bytes_max
        self._age_ns_max = int(age_s_max * NS_PER_S)
        self._wall_ns = wall_ns
        self._entries: deque[_Entry] = deque()
        self._bytes = 0
        self.lost = 0
        """Samples that were dropped here so far, for whichever cause."""
        self._sequence = 0
        self._given: _Entry | None = None
        self._lock = _locked(folder)
        self._resume()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size_bytes(self) -> int:
        """Bytes of all files that wait."""
        return self._bytes

    def append(self, batch: EncodedBatch) -> None:
        """Keep a batch behind all others. It is on disk when this returns, or counted as dropped; nothing is raised."""
        cause = self.write(batch)
        if cause is not None:
            self._count(cause, batch.samples)
            log.error("cannot keep a batch of %d samples in the spool: %s; they are lost", batch.samples, cause)

    def write(self, batch: EncodedBatch) -> str | None:
        """
        The same, for whoever can hold on to the batch and try again: nothing is counted.

        Gives   None once it is on disk, else the cause: full for a batch that will never fit, disk full, unwritable.
        """
        content = _content(batch)
        if len(content) > self._bytes_max:
            return "full"
        self._expire()
        while self._bytes + len(content) > self._bytes_max:
            self._lose("full")
        self._sequence += 1
        path = self._folder / f"{self._sequence:016}-{batch.created_ns}-{batch.samples}.batch"
        try:
            _write_durably(path, content)
        except OSError as error:
            return _not_written(path, error)
        self._enter(_Entry(path, batch.created_ns, batch.samples, len(content)))
        return None

    def oldest(self) -> EncodedBatch | None:
        """The batch to send next; what is too old or unreadable is counted and passed over."""
        self._expire()
        while self._entries:
            entry = self._entries[0]
            batch = _read(entry.path, entry.created_ns, entry.samples)
            if batch is not None:
                self._given = entry
                return batch
            self._leave(entry)
            self._put_aside(entry.path, entry.samples)
        return None

    def remove_oldest(self) -> None:
        """Forget the batch that `oldest` gave, unless it had to make room in the meantime."""
        if self._entries and self._entries[0] is self._given:
            self._delete(self._entries[0])

    def close(self) -> None:
        """Let another take over the folder; the batches stay."""
        registry.count("nephoscope_spool_bytes", -self._bytes)
        self._bytes = 0
        self._entries.clear()
        os.close(self._lock)

    def _resume(self) -> None:
        for found in sorted(self._folder.iterdir()):
            named = NAME.match(found.name)
            if named is None:
                continue
            samples = int(named["samples"])
            self._sequence = int(named["sequence"])
            path = self._whole(found, bool(named["unfinished"]), samples)
            if path is not None:
                self._enter(_Entry(path, int(named["created_ns"]), samples, path.stat().st_size))
        while self._bytes > self._bytes_max:
            self._lose("full")
        self._expire()

    def _whole(self, path: Path, unfinished: bool, samples: int) -> Path | None:
        """The file under its final name; one that was being written when the last agent died counts if complete."""
        if not unfinished:
            return path
        if _read(path, 0, samples) is None:
            self._put_aside(path, samples)
            return None
        return path.rename(path.with_suffix(""))

    def _expire(self) -> None:
        before_ns = self._wall_ns() - self._age_ns_max
        while self._entries and self._entries[0].created_ns < before_ns:
            self._lose("too old")

    def _lose(self, cause: str) -> None:
        self._count(cause, self._entries[0].samples)
        self._delete(self._entries[0])

    def _count(self, cause: str, samples: int) -> None:
        dropped("spool", cause, samples)
        self.lost += samples

    def _put_aside(self, path: Path, samples: int) -> None:
        self._count("unreadable", samples)
        aside = self._folder / ASIDE
        log.error("the spool's file %s is damaged: %d samples lost; it is put aside in %s", path.name, samples, aside)
        with suppress(OSError):
            aside.mkdir(exist_ok=True)
            path.replace(aside / path.name)
            for old in sorted(aside.iterdir())[:-ASIDE_FILES_MAX]:
                old.unlink()

    def _enter(self, entry: _Entry) -> None:
        self._entries.append(entry)
        self._bytes += entry.size_bytes
        registry.count("nephoscope_spool_bytes", entry.size_bytes)

    def _leave(self, entry: _Entry) -> None:
        self._entries.popleft()
        self._bytes -= entry.size_bytes
        registry.count("nephoscope_spool_bytes", -entry.size_bytes)

    def _delete(self, entry: _Entry) -> None:
        self._leave(entry)
        # Should it stay, it is sent again after a restart, under the same id, which the server knows by then.
        with suppress(OSError):
            entry.path.unlink()


def _locked(folder: Path) -> int:
    """The open lock file of the folder, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"cannot use the spool folder {folder}: {error.strerror}; name another with spool.folder"
        raise NephoscopeError(message) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        message = f"the spool folder {folder} is used by another agent; stop that, or name another with spool.folder"
        raise Conflict(message) from error
    return lock


def _content(batch: EncodedBatch) -> bytes:
    about = _About(batch.id, batch.encoding, len(batch.body), zlib.crc32(batch.body))
    return msgspec.json.encode(about) + b"\n" + batch.body


def _write_durably(path: Path, content: bytes) -> None:
    unfinished = path.with_name(path.name + ".tmp")
    with unfinished.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _not_written(path: Path, error: OSError) -> str:
    """Why a file was not, with what there is of it taken away."""
    for leftover in (path.with_name(path.name + ".tmp"), path):
        with suppress(OSError):
            leftover.unlink(missing_ok=True)
    return "disk full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "unwritable"


def _read(path: Path, created_ns: int, samples: int) -> EncodedBatch | None:
    """The batch in the file, or None where it is not what was once written."""
    try:
        first, _, body = path.read_bytes().partition(b"\n")
        about = msgspec.json.decode(first, type=_About)
    except (OSError, msgspec.DecodeError):
        return None
    if len(body) != about.size_bytes or zlib.crc32(body) != about.crc32:
        return None
    return EncodedBatch(about.id, created_ns, samples, about.encoding, body)
