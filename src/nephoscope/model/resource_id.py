# SPDX-License-Identifier: Apache-2.0
"""Resource ids: a UUID stands for itself, any other name becomes one that depends on who asks."""

import re
from uuid import UUID, uuid5

from nephoscope.model.errors import BadRequest
from nephoscope.model.text import is_storable

NAMESPACE = UUID("0a7a15ff-aa13-4ac2-897c-9bdf30ce175b")
NAME_LENGTH_MAX = 289

_UUID = re.compile(r"[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{12}", re.ASCII)


def as_uuid(text: str) -> UUID | None:
    """
    The UUID that a text spells, with or without dashes; None when it is none.

    >>> as_uuid("0a7a15ffaa134ac2897c9bdf30ce175b"), as_uuid("vm-1")
    (UUID('0a7a15ff-aa13-4ac2-897c-9bdf30ce175b'), None)
    """
    return UUID(text) if _UUID.fullmatch(text) else None


def resource_id(text: str, creator: str | None) -> UUID:
    """
    The id of the resource that `creator` calls `text`.

    Takes   a UUID, or a name of 1 to 289 characters without a slash.
    Gives   the UUID itself, or UUIDv5(NAMESPACE, name + NUL + creator): the same name, another creator, another id.
    Errors  BadRequest for a slash, an empty or too long name, or characters that cannot be stored.

    >>> resource_id("vm-1", "admin")
    UUID('9d39a774-01a9-55f4-8fb2-99893e191076')
    """
    uuid = as_uuid(text)
    if uuid is not None:
        return uuid
    if "/" in text:
        raise BadRequest(f"'/' is not supported in resource id: {text[:NAME_LENGTH_MAX]}")
    if not 1 <= len(text) <= NAME_LENGTH_MAX:
        raise BadRequest(f"A resource id that is no UUID has 1 to {NAME_LENGTH_MAX} characters, not {len(text)}")
    if not is_storable(text):
        raise BadRequest("A resource id cannot hold NUL or unpaired surrogates")
    return uuid5(NAMESPACE, f"{text}\0{creator or ''}")
