# SPDX-License-Identifier: Apache-2.0
"""
What the index offers to those who hold alarms back or route them: silences, trees of routes, contact points, and the
memory of what groups were told.

A part of `contract.py`, whose opening words hold here, too. An empty project id stands for all projects. Searches know
of silences `id`, `project_id`, `author`, `starts`, `ends` and `created`; the marker of a page is a silence's id.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_instance import Instance
from nephoscope.model.audit import Actor
from nephoscope.model.delivery import Delivery, Draft
from nephoscope.model.lease import Lease
from nephoscope.model.paging import Page
from nephoscope.model.route_group import GroupMemory, Telling
from nephoscope.model.routing import ContactPoint, Tree
from nephoscope.model.search import EVERYTHING, Search
from nephoscope.model.silence import Silence

FIRST_PAGE = Page()


class Kept(msgspec.Struct, frozen=True):
    """All that decides who is told of what, at a version: silences that are not over yet, trees, contact points."""

    version: int
    silences: Sequence[Silence]
    trees: Sequence[Tree]
    contact_points: Sequence[ContactPoint]


class Firing(msgspec.Struct, frozen=True):
    """
    What became since a version of alarms that are enabled and in alarm: those that are so now, and the ids of others.

    `instances` are, by alarm, those of its instances that are in alarm. `whole` says that `alarms` is all there is.
    """

    version: int
    alarms: Sequence[Alarm]
    instances: Mapping[str, Sequence[Instance]]
    gone: Sequence[str]
    whole: bool = False


class Silences(Protocol):
    """Silences, by their id."""

    def add(self, silence: Silence, *, by: Actor) -> Silence:
        """Keep a new one, its times cut to the microsecond. BadRequest where a project has too many."""
        ...

    def find(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[Silence]:
        """Those that match, newest first."""
        ...

    def change(self, silence: Silence, *, by: Actor) -> Silence:
        """Put one in the place of the one with its id; author and creation stay. NotFound."""
        ...

    def expire(self, before_ns: int, limit: int) -> int:
        """Remove up to `limit` that ended before; gives how many."""
        ...


class Routing(Protocol):
    """Trees of routes and contact points, by project."""

    def tree(self, project_id: str) -> Tree:
        """The tree of a project; an empty one of revision 0 where none was ever kept."""
        ...

    def set_tree(self, tree: Tree, *, by: Actor) -> Tree:
        """
        Put a tree in the place of its project's, whose revision it names; gives it with the next revision.

        Errors  Conflict where another has changed it since; InvalidInput with the place that is wrong.
        """
        ...

    def contact_points(self, project_id: str) -> list[ContactPoint]:
        """Those of a project, by name."""
        ...

    def contact_point(self, project_id: str, name: str) -> ContactPoint:
        """NotFound."""
        ...

    def add_contact_point(self, point: ContactPoint, *, by: Actor) -> ContactPoint:
        """Conflict where the project has one of that name; BadRequest where it has too many."""
        ...

    def change_contact_point(self, point: ContactPoint, *, by: Actor) -> ContactPoint:
        """Put one in the place of the one of its name. NotFound."""
        ...

    def remove_contact_point(self, project_id: str, name: str, *, by: Actor) -> None:
        """NotFound; InUse while a route leads to it."""
        ...

    def changed(self, since: int) -> Kept | None:
        """Everything, where anything changed since a version, 0 for none; one small query where nothing did."""
        ...


class RouteGroups(Protocol):
    """What groups of alarms were told, and what silences hold back: for the one router that holds the lease."""

    def firing(self, since: int) -> Firing:
        """What became of alarms since a version, 0 for all; one small query where nothing has changed."""
        ...

    def memories(self) -> list[GroupMemory]:
        """What every group was told last."""
        ...

    def tell(self, tellings: Sequence[Telling], lease: Lease) -> list[bool]:
        """
        Put notifications in the outbox and remember it, in one transaction: whether each was taken.

        None is where another holds the lease; one is not, where its group was told more often than it knows.
        """
        ...

    def held(self, after: int, limit: int) -> list[Delivery]:
        """Notifications beyond a number that silences hold back and of which nothing more was decided, oldest first."""
        ...

    def settle_held(self, numbers: Sequence[int], drafts: Sequence[Draft], lease: Lease) -> bool:
        """
        Decide these held ones: they stay as they are, and `drafts` go out for those that are made up for.

        False, and nothing changes, where another holds the lease.
        """
        ...
