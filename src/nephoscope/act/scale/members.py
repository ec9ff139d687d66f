# SPDX-License-Identifier: Apache-2.0
"""The members of a group: which count, which are taken away first, and what new ones are called."""

import itertools
from collections.abc import Collection, Sequence

from nephoscope.act.scale.contract import Member
from nephoscope.model.scaling import GroupMember

ALIVE = frozenset({"starting", "running"})


def size_of(members: Collection[GroupMember]) -> int:
    """How many there are: those that failed, or are on their way out, do not count."""
    return sum(each.state in ALIVE for each in members)


def seen(
    found: Sequence[Member], before: Sequence[GroupMember], now_ns: int, made: Collection[str] = ()
) -> list[GroupMember]:
    """
    Members as they are to be kept; what is new and was not `made` by us just now has run since it was created.

    >>> [each.running_ns for each in seen([Member(id="1", name="a", created_ns=5)], [], 9)]
    [5]
    """
    known = {each.name: each for each in before}
    listed = []
    for each in found:
        was = known.get(each.name)
        running_ns = was.running_ns if was is not None else 0
        if each.state == "running" and not running_ns:
            running_ns = each.created_ns if was is None and each.name not in made else now_ns
        listed.append(
            GroupMember(
                name=each.name,
                id=each.id,
                created_ns=each.created_ns,
                state=each.state,
                resource_id=each.resource_id,
                detail=each.detail,
                running_ns=running_ns,
                protected=was is not None and was.protected,
            )
        )
    return listed


def leaving(members: Sequence[GroupMember], wanted: int) -> list[GroupMember]:
    """
    Whom to take away so that `wanted` are left: who failed or is half gone, then the oldest, of equals by name.

    Who is protected stays, be there more than wanted.
    """
    free = sorted((each for each in members if not each.protected), key=lambda each: (each.created_ns, each.name))
    lost = [each for each in free if each.state not in ALIVE]
    alive = [each for each in free if each.state in ALIVE]
    return lost + alive[: max(size_of(members) - wanted, 0)]


def new_names(group_id: str, taken: Collection[str], count: int) -> list[str]:
    """
    Names for new members, the lowest numbers that are free: who has to begin again finds the same ones.

    >>> new_names("web", {"web-1", "web-3"}, 2)
    ['web-2', 'web-4']
    """
    numbered = (f"{group_id}-{number}" for number in itertools.count(1))
    return list(itertools.islice((name for name in numbered if name not in taken), max(count, 0)))
