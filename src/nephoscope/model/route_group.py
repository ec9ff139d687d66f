# SPDX-License-Identifier: Apache-2.0
"""Groups of alarms that a route tells together: what was told last, kept so that nothing is told twice or forgotten."""

import msgspec

from nephoscope.model.delivery import Draft

# Before a group's key, where deliveries have the id of their alarm.
OF_GROUP = "group:"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """
    An alarm, or one instance of it, as it was told last: its labels, since when it fires, and why.

    `held` says that it was silenced or inhibited since, so that it is told again when it is not any more.
    """

    alarm_id: str
    labels: dict[str, str]
    since_ns: int
    reason: str = ""
    value: float | None = None
    held: bool = False


class GroupMemory(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a group was told: `told` by the alerts' fingerprints, when last, and how often so far.

    `key` names the group: its tree, route, contact point and `labels`.
    """

    key: str
    project_id: str
    contact_point: str
    labels: dict[str, str]
    told: dict[str, Told]
    told_ns: int
    times: int = 0


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a group is to be told, with what it will remember then; no `after` forgets the group.

    `times` is how often it had been told when this was decided, 0 for a group that is new.
    """

    key: str
    times: int
    after: GroupMemory | None
    drafts: tuple[Draft, ...] = ()
