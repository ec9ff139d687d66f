# SPDX-License-Identifier: Apache-2.0
"""Audit events: who did what to what, from where."""

from collections.abc import Mapping

import msgspec


class Actor(msgspec.Struct, frozen=True):
    """
    Who acts: a user's name, the project it works in and the address it comes from.

    A name with a colon is no user: `cli:root` is somebody at the command line, `system:nephoscope` the program.
    """

    name: str
    project_id: str | None = None
    peer: str | None = None


PROGRAM = Actor("system:nephoscope")


class AuditEvent(msgspec.Struct, frozen=True):
    """
    One administrative act, after it was done.

    `action` is a verb and a noun, as in the rules ("create user"); `target` names the thing; `details` hold plain JSON
    values and never a secret. `id` and `time_ns` are given when it is recorded.
    """

    actor: Actor
    action: str
    target: str
    details: Mapping[str, object] = {}
    id: int = 0
    time_ns: int = 0


class AuditFilter(msgspec.Struct, frozen=True):
    """Which events to find: None means any; times are [start_ns, stop_ns)."""

    actor: str | None = None
    action: str | None = None
    start_ns: int | None = None
    stop_ns: int | None = None
