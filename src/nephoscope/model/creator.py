# SPDX-License-Identifier: Apache-2.0
"""Who made a thing: a creator is `user:project`, or only a user."""


def created_by(creator: str | None) -> tuple[str | None, str | None]:
    """
    The user and the project of a creator.

    >>> created_by("alice:blue"), created_by("admin"), created_by(None)
    (('alice', 'blue'), ('admin', ''), (None, None))
    """
    if creator is None:
        return None, None
    user, _, project = creator.partition(":")
    return user, project
