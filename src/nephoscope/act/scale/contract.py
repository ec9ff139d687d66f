# SPDX-License-Identifier: Apache-2.0
"""What an actuator is: it knows the members of one group, makes new ones, and takes some away."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

import msgspec

MemberState = Literal["starting", "running", "stopping", "failed"]


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """
    One member of a group, as whoever runs it tells.

    `id` is theirs, `name` is ours: what `grow` was told. `resource_id` is how metrics name it, "" for its id.
    `created_ns` is when it was made.
    """

    id: str
    name: str
    created_ns: int
    state: MemberState = "running"
    resource_id: str = ""
    detail: str = ""


class Actuator(Protocol):
    """
    The members of one group; used by one thread at a time, and by whichever server holds the group.

    All three may take long, but no longer than the settings' times. What was begun by a server that died is done again
    by another: names that are there already are left as they are, members that are gone stay so.

    Errors  Unavailable when nobody can tell or do it now, BadRequest when it never can be, both without credentials.
    """

    def members(self) -> Sequence[Member]:
        """All that are there, failed ones included; those that are gone are not."""
        ...

    def grow(self, names: Sequence[str]) -> None:
        """Make members of these names, and wait until they are there: `running` or `failed`."""
        ...

    def shrink(self, members: Sequence[Member]) -> None:
        """Take these away, and wait until they are gone."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class ActuatorType(Protocol):
    """The class of an actuator, as rows name it."""

    def __call__(self, group: str, options: Mapping[str, Any], tools: Any) -> Actuator:
        """`options` are the group's, plain JSON. BadRequest names the option that is wrong."""
        ...
