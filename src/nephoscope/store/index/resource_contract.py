# SPDX-License-Identifier: Apache-2.0
"""What the index offers of resources. A part of `contract.py`, whose opening words hold here, too."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from nephoscope.model.errors import BadRequest
from nephoscope.model.lifetime import Carried, MayChange, Step
from nephoscope.model.metric import Metric
from nephoscope.model.paging import Page
from nephoscope.model.resource import Member, MetricMap, Removed, Resource, ResourceChange, ResourceDraft, SeriesGroup
from nephoscope.model.resource_type import GENERIC
from nephoscope.model.search import EVERYTHING, Search

FIRST_PAGE = Page()


class Resources(Protocol):
    """
    Resources, their history, and searches over both.

    `type_name` says through which type a resource is looked at: through `generic` every resource is found and shown
    without specific attributes (unless `details`), through a specific type only those of that type.
    """

    def create(self, drafts: Sequence[ResourceDraft], *, keep_existing: bool = False) -> list[Resource]:
        """
        Make resources with their metrics, all or none, in a fixed number of statements a type.

        Takes   drafts; with `keep_existing` an id that is there already gives the resource as it is (nothing of the
                draft is applied to it, its metrics neither).
        Gives   one resource a draft, in order, with the attributes of its type.
        Errors  Conflict `Resource UUID already exists`; NotFound for an unknown type; InvalidInput for attributes;
                BadRequest for unknown metrics or policies, started_at after ended_at, or texts that are too long.
        """
        ...

    def get(self, resource_id: UUID, type_name: str = GENERIC, *, details: bool = False) -> Resource:
        """NotFound `Resource UUID does not exist`, also through a wrong specific type, or for an unknown type."""
        ...

    def get_many(self, ids: Iterable[UUID], *, metrics: bool = True) -> dict[UUID, Resource]:
        """The known ones among the ids, with the attributes of their types; without `metrics` their maps are empty."""
        ...

    def ended(self, ids: Iterable[UUID]) -> dict[UUID, int]:
        """Those among the ids that have an end, with it, ns."""
        ...

    def find(
        self,
        type_name: str = GENERIC,
        search: Search = EVERYTHING,
        *,
        visible: Search = EVERYTHING,
        history: bool = False,
        details: bool = False,
        metrics: bool = True,
        page: Page = FIRST_PAGE,
    ) -> list[Resource]:
        """
        Resources that match, paginated; default order: revision_start, started_at, id.

        Without `metrics` their maps of metrics are left empty. With `history` all revisions are searched and given
        (default order as above, then revision). NotFound for an unknown type.
        """
        ...

    def count(
        self, type_name: str = GENERIC, search: Search = EVERYTHING, *, visible: Search = EVERYTHING
    ) -> dict[str, int]:
        """How many resources match, by type; types without any are left out. NotFound for an unknown type."""
        ...

    def history(self, resource_id: UUID, type_name: str = GENERIC, page: Page = FIRST_PAGE) -> list[Resource]:
        """All revisions of one resource, oldest first, the current one last. NotFound as `get`."""
        ...

    def change(
        self,
        resource_id: UUID,
        change: ResourceChange,
        type_name: str = GENERIC,
        *,
        revision_start_ns: int | None = None,
    ) -> Resource:
        """
        Change a resource; a new revision begins when anything but its metrics becomes different.

        Errors  NotFound as `get`; InvalidInput for attributes; BadRequest as `create`; Conflict with cause `Resource
                has changed` when `revision_start_ns` is given and another revision has begun since.
        """
        ...

    def carry_out(self, steps: Sequence[Step], creator: str | None, may_change: MayChange) -> Carried:
        """
        Take steps in their order, as `creator`, in one transaction and few statements however many they are.

        What steps make of a resource begins one new revision of it. `may_change` is asked about every resource that is
        there before it changes; a step for one that it keeps is refused, associates that it keeps stay as they are.
        What is wrong with a step is among those `refused`: NotFound for an unknown type, InvalidInput and BadRequest
        as `create`, Forbidden.
        """
        ...

    def delete(self, resource_id: UUID, type_name: str = GENERIC, *, revision_start_ns: int | None = None) -> Removed:
        """The resource and its history go, its metrics are marked deleted. Errors as `change`."""
        ...

    def delete_matching(self, type_name: str, search: Search, *, visible: Search = EVERYTHING) -> Removed:
        """As `delete` for all that match now. NotFound for an unknown type."""
        ...

    def metrics(self, resource_id: UUID, type_name: str = GENERIC) -> list[Metric]:
        """The active metrics of a resource, by name. NotFound as `get`."""
        ...

    def add_metrics(
        self, resource_id: UUID, metrics: MetricMap, creator: str | None, type_name: str = GENERIC
    ) -> list[Metric]:
        """
        Attach or make metrics beside those that a resource has; new ones belong to `creator`.

        Gives   all metrics of the resource, by name.
        Errors  NotFound as `get`; Conflict for a name that is taken; BadRequest as `create`.
        """
        ...

    def reopen(self, newest_ns: Mapping[UUID, int]) -> list[UUID]:
        """
        Set ended_at back to null, as a new revision, where a point not older than it has arrived.

        Takes   metric id to the time of its newest arrived point.
        Gives   the ids of the resources reopened.
        """
        ...

    def series(
        self,
        type_name: str,
        search: Search,
        names: Sequence[str],
        *,
        groupby: Sequence[str] = (),
        history: bool = False,
        start_ns: int | None = None,
        stop_ns: int | None = None,
        visible: Search = EVERYTHING,
        limit: int = 100_000,
    ) -> list[SeriesGroup]:
        """
        The series that an aggregation over resources reads.

        Takes   metric names, shell globs allowed; attributes to group by. With `history` every revision that matches
                and overlaps [start_ns, stop_ns) counts as a resource of its own (not clipped).
        Gives   groups in the order of their keys, unset first; without `groupby` one group with the key (), or none
                when nothing is found. Series in a group go by resource (its default order), then by name; their
                resources come without metrics maps.
        Errors  NotFound for an unknown type; BadRequest `Invalid groupby attribute`; TooLarge beyond `limit` series.
        """
        ...

    def members(
        self,
        type_name: str,
        search: Search,
        names: Collection[str],
        *,
        field: str = "",
        values: Collection[str] = ("",),
        projects: Collection[str] | None = None,
        numbers: Collection[int] | None = None,
        limit: int = 100_000,
    ) -> dict[str, list[Member] | BadRequest]:
        """
        The metrics that many aggregations over resources read, found at once: those with searches of the same form.

        Takes   metric names, shell globs allowed. With a `field` the resources fulfil `search` and `field = value` for
                one of the `values`. Of `projects` what any of them may see, None for everything. With `numbers` only
                the resources of these numbers are looked at.
        Gives   by value, as given, what `series` finds with it, in no order; BadRequest for a value that the field
                cannot hold. Without a `field` all of it is under "".
        Errors  NotFound for an unknown type; BadRequest for other mistakes in the search; TooLarge beyond `limit`
                metrics of all values together.
        """
        ...
