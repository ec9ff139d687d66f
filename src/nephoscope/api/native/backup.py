# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/backup`: copy store and index while serving, and see how far that is."""

from pathlib import Path

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call, at, reply
from nephoscope.model.errors import InvalidInput

ADMIN = frozenset({"admin"})


def post_backup(call: Call) -> Response:
    """
    With `{"folder": PATH}`, or `{}` for a new folder below the data directory's `backups`: 201 once the copy is
    verified, with its folder, and the measures and metrics in it.
    """
    call.need(ADMIN, "make a backup")
    body = call.json()
    if not isinstance(body, dict) or not isinstance(body.get("folder", ""), str):
        raise InvalidInput("expected an object with the text `folder`", ["folder"])
    folder = body.get("folder")
    return reply(call.parts.backup(Path(folder) if folder else None), 201)


def show_backup(call: Call) -> Response:
    """`done`, from 0 to 1, of the backup that is under way; null when there is none."""
    call.need(ADMIN, "see backups")
    return reply({"done": call.parts.backup_done()})


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/backup", POST=post_backup, GET=show_backup)]
