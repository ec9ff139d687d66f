# SPDX-License-Identifier: Apache-2.0
"""
What the index offers: the relational side, which keeps the nouns while the columns keep the numbers.

Every call is one transaction of its own, synchronous, and safe from any thread. Every call raises IndexUnavailable
while the database is away, locked for too long, or full; nothing of the call was stored then, unless the connection was
lost during the commit itself. Calls recover by themselves once the database is back. A race that another node wins
shows as the same problem that its earlier success would have caused (Conflict, NotFound, ...).

`visible` narrows a listing to what a caller may see; it is ANDed to the search. Fields that searches know:

    resources   id, original_resource_id, type, creator, created_by_user_id, created_by_project_id, user_id, project_id,
                started_at, ended_at, lifespan, revision_start, revision_end, and the attributes of the specific type
    metrics     id, name, unit, creator, created_by_user_id, created_by_project_id, archive_policy_name, status,
                resource_id, resource.project_id, resource.type

Both know `any_name` with `like` and a pattern in lower case: of resources the original id, display_name and name, of
metrics the name, without regard to case. `attribute.A` with `eq` and `in` is the text or UUID attribute A of any type.
Neither reaches into histories.

An unknown one is a BadRequest `Resource type T has no A attribute`; a value that its field cannot hold, a BadRequest
``Invalid value: `v' for field `f'``. Ids in searches are UUIDs: `search.with_resource_ids` turns names into them.

Paginated calls raise BadRequest ``Invalid pagination: `...'`` for an unknown sort key or marker.

Administrative calls take `by`, who does it, and record an audit event in the transaction of the act itself: what is
done is recorded, what fails is not.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol
from uuid import UUID

from nephoscope.model.agent_report import AgentReport, KeptReport, Viewer
from nephoscope.model.archive_policy import DEFAULT_METHODS, ArchivePolicy, Definition
from nephoscope.model.archive_policy_rule import ArchivePolicyRule
from nephoscope.model.audit import PROGRAM, Actor
from nephoscope.model.directory import Changes
from nephoscope.model.lease import Lease
from nephoscope.model.lifetime import Carried, MayChange, Step
from nephoscope.model.metric import Metric, MetricDraft
from nephoscope.model.paging import Page
from nephoscope.model.resource import MetricMap, Removed, Resource, ResourceChange, ResourceDraft, SeriesGroup
from nephoscope.model.resource_type import GENERIC, ResourceType
from nephoscope.model.search import EVERYTHING, Search
from nephoscope.model.shared_work import Division, SlotReport
from nephoscope.store.index.account_contract import Audit, Projects, Sessions, Tokens, Users
from nephoscope.store.index.alarm_contract import Alarms, Outbox
from nephoscope.store.series import UInt32s

FIRST_PAGE = Page()
# Before an attribute's name in a search: that attribute whichever types have it.
ANY_TYPE = "attribute."


class ArchivePolicies(Protocol):
    """Archive policies by name."""

    def create(self, policy: ArchivePolicy, *, by: Actor = PROGRAM) -> ArchivePolicy:
        """Keep a new policy. BadRequest when its parts do not fit together; Conflict when the name is taken."""
        ...

    def get(self, name: str) -> ArchivePolicy:
        """NotFound `Archive policy NAME does not exist`."""
        ...

    def list_all(self) -> list[ArchivePolicy]:
        """All of them, by name."""
        ...

    def change(
        self, name: str, definitions: Sequence[Definition], back_window: int | None = None, *, by: Actor = PROGRAM
    ) -> ArchivePolicy:
        """Change retention and back_window. NotFound; BadRequest for any other change of granularities."""
        ...

    def delete(self, name: str, *, by: Actor = PROGRAM) -> None:
        """NotFound; InUse while an active metric or a rule refers to it."""
        ...


class ArchivePolicyRules(Protocol):
    """Rules that choose a policy by a metric's name."""

    def create(self, rule: ArchivePolicyRule, *, by: Actor = PROGRAM) -> ArchivePolicyRule:
        """Conflict when the name is taken; BadRequest for an unknown policy."""
        ...

    def get(self, name: str) -> ArchivePolicyRule:
        """NotFound `Archive policy rule NAME does not exist`."""
        ...

    def list_all(self) -> list[ArchivePolicyRule]:
        """All, in the order in which they are tried: pattern descending, then name."""
        ...

    def rename(self, name: str, new_name: str, *, by: Actor = PROGRAM) -> ArchivePolicyRule:
        """NotFound; BadRequest when the new name is taken."""
        ...

    def delete(self, name: str, *, by: Actor = PROGRAM) -> None:
        """NotFound."""
        ...

    def match(self, metric_name: str | None) -> ArchivePolicyRule:
        """The rule that applies to a name; BadRequest when none does. An unnamed metric is matched as an empty name."""
        ...


class Metrics(Protocol):
    """Metrics by id, and by the name that they have in a resource."""

    def create(self, drafts: Sequence[MetricDraft], *, keep_existing: bool = False) -> list[Metric]:
        """
        Make metrics, all or none, in a fixed number of statements whatever their count.

        Takes   drafts; those without a policy get one by rule. With `keep_existing` a name that its resource has
                already (or that another draft has taken) gives the metric that is there.
        Gives   one metric a draft, in order.
        Errors  NotFound `Resource R does not exist`; BadRequest for an unknown policy, no matching rule, a resource
                without a name, a bad name or unit, or with cause `Named metric already exists`; Conflict for an id
                that is taken.
        """
        ...

    def get(self, ids: Iterable[UUID]) -> dict[UUID, Metric]:
        """The active ones among the ids; unknown ids are left out."""
        ...

    def named(self, resource_ids: Iterable[UUID], names: Iterable[str] | None = None) -> dict[tuple[UUID, str], Metric]:
        """The active metrics of resources, all or those with one of the names, by (resource id, name)."""
        ...

    def find(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[Metric]:
        """Metrics of any status (ask for `status`), paginated; default order: id."""
        ...

    def delete(self, ids: Iterable[UUID]) -> list[UUID]:
        """Mark metrics deleted, which frees their names; gives those that were active."""
        ...

    def deleted(self, limit: int) -> list[Metric]:
        """Metrics that are marked deleted and still await `forget`, whose data may go; by number."""
        ...

    def forget(self, ids: Iterable[UUID]) -> int:
        """Remove metrics that are marked deleted, once their data is gone; gives how many."""
        ...

    def numbers_by_policy(self) -> dict[str, UInt32s]:
        """The numbers of all active metrics by the name of their archive policy, ascending: for work in bulk."""
        ...

    def count_by_policy(self) -> dict[str, int]:
        """How many metrics are active under each archive policy that has any."""
        ...

    def count(self) -> int:
        """How many metrics are active."""
        ...


class ResourceTypes(Protocol):
    """Resource types by name; `generic` is always there."""

    def create(self, resource_type: ResourceType, *, keep_existing: bool = False, by: Actor = PROGRAM) -> ResourceType:
        """Conflict `Resource type T already exists`, or, with `keep_existing`, the type that is there."""
        ...

    def get(self, name: str) -> ResourceType:
        """NotFound `Resource type NAME does not exist`."""
        ...

    def list_all(self) -> list[ResourceType]:
        """All of them, by name."""
        ...

    def change(self, name: str, operations: object, *, by: Actor = PROGRAM) -> ResourceType:
        """
        Apply a JSON Patch (raw, as decoded): add and remove attributes, fill or drop their values everywhere.

        Errors  NotFound; those of `resource_type.patched`; BadRequest for `generic`.
        """
        ...

    def delete(self, name: str, *, by: Actor = PROGRAM) -> None:
        """NotFound; InUse while a resource has it; BadRequest for `generic`."""
        ...


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


class Leases(Protocol):
    """Work shared out among nodes, by compare-and-set; times are the database's."""

    def acquire(self, name: str, holder: str, ttl_ns: int) -> Lease | None:
        """Own `name` for `ttl_ns`; None while another holder's lease runs. One's own running lease is renewed."""
        ...

    def renew(self, held: Lease, ttl_ns: int) -> Lease | None:
        """Prolong a lease from now on; None when somebody else has had it since."""
        ...

    def release(self, held: Lease) -> bool:
        """Give a lease back before its time; False when it was lost already."""
        ...


class SharedWork(Protocol):
    """Agents' work in slots, each held by one agent at a time; times are the database's."""

    def divide(
        self, group: str, holder: str, reports: Sequence[SlotReport], *, slots: int, ttl_ns: int, leave: bool = False
    ) -> Division:
        """
        Hear what an agent says of the slots that it holds, and give it its share of all for `ttl_ns` from now on.

        Reports of slots that another has had since are passed over, and those slots are not granted. Free slots are
        given out until the agent has as many as its part of the members; of what it has above that, some are to be
        given back. Who wants to `leave` is given nothing.
        """
        ...


class AgentReports(Protocol):
    """What agents say of themselves, for a day; times are the database's."""

    def keep(self, report: AgentReport, *, project_id: str, creator: str) -> float:
        """
        Keep the newest report of an agent; gives in how many seconds the next one is wanted.

        Agents of one project are told apart by their names; without a project, those of one creator.

        Errors  BadRequest when there are too many agents.
        """
        ...

    def find(self, viewer: Viewer, *, limit: int, after: tuple[str, str] | None = None) -> list[KeptReport]:
        """What the viewer may see by name and owner, `after` the one of that name and owner."""
        ...

    def get(self, name: str, viewer: Viewer, *, project_id: str | None = None) -> KeptReport:
        """The agent of that name, of several the one that was heard of last; NotFound."""
        ...

    def now_ns(self) -> int:
        """What time it is where the times of reports come from."""
        ...


class Directory(Protocol):
    """
    What changed of metrics and resources, for the directory of names that the store keeps for SQL.

    Several may take and answer the same changes: of two rows of one metric or resource the one with the higher version
    is never the older.
    """

    def version(self) -> int:
        """The highest version that was given out."""
        ...

    def take(self, limit: int) -> Changes | None:
        """The oldest `limit` changes with what they touched as it is now; None when the store knows everything."""
        ...

    def done(self, changes: Changes) -> None:
        """Take changes off the list: the store has them."""
        ...

    def note_all(self, version: int) -> None:
        """Note everything that there is as changed; the versions given out go on above `version`."""
        ...


class Index(Protocol):
    """All of it. `open_index(url)` gives one; call `upgrade` before anything else."""

    @property
    def archive_policies(self) -> ArchivePolicies: ...
    @property
    def rules(self) -> ArchivePolicyRules: ...
    @property
    def metrics(self) -> Metrics: ...
    @property
    def resource_types(self) -> ResourceTypes: ...
    @property
    def resources(self) -> Resources: ...
    @property
    def users(self) -> Users: ...
    @property
    def projects(self) -> Projects: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def leases(self) -> Leases: ...
    @property
    def shared_work(self) -> SharedWork: ...
    @property
    def agent_reports(self) -> AgentReports: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def alarms(self) -> Alarms: ...
    @property
    def outbox(self) -> Outbox: ...

    def upgrade(self) -> None:
        """
        Bring the schema to this program's version; several nodes may do so at once.

        Errors  NephoscopeError when the schema was made by a newer program.
        """
        ...

    def install_builtins(self, default_methods: Iterable[str] = DEFAULT_METHODS) -> bool:
        """Install the built-in policies and their rule, once in an index's life; False when that was done before."""
        ...

    def check(self) -> None:
        """One round trip; IndexUnavailable tells why not."""
        ...

    def dump(self, directory: Path) -> None:
        """
        Write everything, as of one moment and while others work, to portable files in a new or empty directory.

        Errors  BadRequest when the directory holds files already.
        """
        ...

    def load(self, directory: Path) -> None:
        """
        Take in what `dump` wrote, all or nothing, into an index of either database that holds nothing yet.

        Errors  BadRequest when the index holds anything but built-ins, or the files are of another schema version,
                damaged or missing.
        """
        ...

    def close(self) -> None:
        """Give all connections back; safe to call twice."""
        ...
