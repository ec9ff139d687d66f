# SPDX-License-Identifier: Apache-2.0
"""Sessions: what a browser's cookie stands for."""

from typing import Literal

import msgspec

Identity = Literal["local", "keystone", "headers"]


class ForeignProject(msgspec.Struct, frozen=True):
    """A project as another identity source knows it, with our roles that its user has there."""

    id: str
    name: str
    roles: tuple[str, ...]


class ForeignUser(msgspec.Struct, frozen=True):
    """
    What another identity source, such as Keystone, said of a user when it logged in; no secret is among it.

    `roles` are ours, after mapping, and hold in every project. `project_id` is the default project.
    """

    id: str
    name: str
    domain_id: str = ""
    roles: tuple[str, ...] = ()
    projects: tuple[ForeignProject, ...] = ()
    project_id: str | None = None


class Session(msgspec.Struct, frozen=True):
    """
    A login that lasts.

    `user` is the local user's name, or the id that another identity source gave. For local users `foreign` is None:
    what they may do is looked up when they do it. `csrf` is what unsafe requests must repeat. `expires_ns` is when the
    session ends unless it is used before; `ends_ns` when it ends even then.
    """

    id: str
    user: str
    identity: Identity
    csrf: str
    created_ns: int
    used_ns: int
    expires_ns: int
    ends_ns: int
    peer: str | None = None
    foreign: ForeignUser | None = None
