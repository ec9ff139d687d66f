# SPDX-License-Identifier: Apache-2.0
"""What was started on this machine, in files that survive us: one for each member of a group."""

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import msgspec

from nephoscope.model.errors import Unavailable


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """
    A member that was started, or was about to be: then `pid` is 0.

    `key` is in the environment of all its processes; `started` tells the process from a later one with its number.
    `unit` is the unit that runs it, "" for a process of ours.
    """

    name: str
    key: str
    created_ns: int
    pid: int = 0
    started: str = ""
    unit: str = ""


class Entries:
    """The files of one group; a change is on disk when a call returns."""

    def __init__(self, folder: Path, group: str) -> None:
        self._folder = folder / _file_name(group)

    def all(self) -> list[Entry]:
        """By name; Unavailable for files that cannot be read."""
        try:
            return sorted(map(self._read, self._folder.glob("*.json")), key=lambda entry: entry.name)
        except OSError as error:
            raise Unavailable(f"the members in {self._folder} cannot be read: {error.strerror}") from None

    def keep(self, entry: Entry) -> None:
        """Write an entry, over the one of its name; Unavailable when the disk does not take it."""
        path = self._path(entry.name)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            beside = path.with_suffix(".new")
            with beside.open("wb") as file:
                file.write(msgspec.json.encode(entry))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
            self._sync()
        except OSError as error:
            raise Unavailable(f"the member cannot be noted in {self._folder}: {error.strerror}") from None

    def drop(self, name: str) -> None:
        """Forget an entry; nothing happens where there is none."""
        try:
            with suppress(FileNotFoundError):
                self._path(name).unlink()
                self._sync()
        except OSError as error:
            raise Unavailable(f"the member cannot be forgotten in {self._folder}: {error.strerror}") from None

    def _path(self, name: str) -> Path:
        return self._folder / f"{_file_name(name)}.json"

    def _read(self, path: Path) -> Entry:
        try:
            return msgspec.json.decode(path.read_bytes(), type=Entry)
        except msgspec.DecodeError:
            raise Unavailable(f"{path} is no member's file; see what runs, then take it away") from None

    def _sync(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _file_name(name: str) -> str:
    """
    >>> _file_name("web/1"), _file_name("..")
    ('web%2F1', '%2E%2E')
    """
    return quote(name, safe="").replace(".", "%2E")
