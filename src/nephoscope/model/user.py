# SPDX-License-Identifier: Apache-2.0
"""Local users and their tokens, without anything secret in them."""

import msgspec


class User(msgspec.Struct, frozen=True):
    """A local user: `project_id` is the one the user works in, None for no project."""

    name: str
    roles: tuple[str, ...]
    project_id: str | None
    created_ns: int
    disabled: bool = False


class Token(msgspec.Struct, frozen=True):
    """A key that stands for a user, perhaps with fewer roles; `expires_ns` None: until it is deleted."""

    id: str
    user: str
    roles: tuple[str, ...]
    project_id: str | None
    created_ns: int
    expires_ns: int | None = None
    last_used_ns: int | None = None
