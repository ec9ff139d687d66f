# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/backup`: copy store and index while serving, and see how far that is."""

from pathlib import Path

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation


class BackupWish(msgspec.Struct, forbid_unknown_fields=True):
    """Where the copy goes; without a folder, into a new one below the data directory's `backups`."""

    folder: str | None = None


class BackupProgress(msgspec.Struct):
    """From 0 to 1; null when no backup is under way."""

    done: float | None


class BackupMade(msgspec.Struct):
    """The folder of the copy, and the measures and metrics in it."""

    folder: str
    measures: int
    metrics: int


def post_backup(call: Call, body: BackupWish) -> BackupMade:
    """Copy store and index while serving: answered once the copy is verified."""
    made = call.parts.backup(Path(body.folder) if body.folder else None)
    return msgspec.convert(made, BackupMade)


def show_backup(call: Call) -> BackupProgress:
    """How far the backup is that is under way."""
    return BackupProgress(call.parts.backup_done())


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at(
            "/v1/backup",
            POST=operation(post_backup, "make backup", 201),
            GET=operation(show_backup, "see backup"),
        )
    ]
