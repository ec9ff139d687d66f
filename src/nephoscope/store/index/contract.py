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

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol
from uuid import UUID

from nephoscope.model.agent_report import AgentReport, KeptReport, Viewer
from nephoscope.model.archive_policy import DEFAULT_METHODS, ArchivePolicy, Definition
from nephoscope.model.archive_policy_rule import ArchivePolicyRule
from nephoscope.model.audit import PROGRAM, Actor
from nephoscope.model.directory import Changes, Touched
from nephoscope.model.lease import Lease
from nephoscope.model.metric import Metric, MetricDraft
from nephoscope.model.paging import Page
from nephoscope.model.resource_type import ResourceType
from nephoscope.model.search import EVERYTHING, Search
from nephoscope.model.shared_work import Division, SlotReport
from nephoscope.store.index.account_contract import Audit, Projects, Sessions, Tokens, Users
from nephoscope.store.index.alarm_contract import Alarms, Outbox
from nephoscope.store.index.resource_contract import Resources
from nephoscope.store.index.route_contract import RouteGroups, Routing, Silences
from nephoscope.store.index.scaling_contract import Scaling
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

    def mark(self) -> tuple[int, ...]:
        """The same as before only where no metric and no resource was made, changed or deleted since, by any node."""
        ...

    def since(self, mark: tuple[int, ...]) -> Touched | None:
        """
        What was made, changed or deleted since the index bore a mark.

        None where that cannot be told: after another process told the store of changes meanwhile, or where there are
        too many.
        """
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
    @property
    def scaling(self) -> Scaling: ...
    @property
    def silences(self) -> Silences: ...
    @property
    def routing(self) -> Routing: ...
    @property
    def route_groups(self) -> RouteGroups: ...

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
