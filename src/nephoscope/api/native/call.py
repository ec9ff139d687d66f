# SPDX-License-Identifier: Apache-2.0
"""One request of our own API: the caller, the body, and whose data it may see."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from nephoscope.act.scale.offer import Offer
from nephoscope.api.aodh.parts import AodhParts
from nephoscope.api.auth.account import Account
from nephoscope.api.auth.logins import Logins
from nephoscope.api.auth.policy import Policy
from nephoscope.api.bodies import BodyLimits
from nephoscope.api.call import DialectCall
from nephoscope.api.caller import Authenticator
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.search import EVERYTHING, Or, Search, equal
from nephoscope.query.metrics import MetricReader
from nephoscope.query.sql.statements import Statements
from nephoscope.store.catalog import Catalog
from nephoscope.store.commit import GroupCommit
from nephoscope.store.contract import Store
from nephoscope.store.index.contract import Index
from nephoscope.store.series import SeriesState


def nobody_waits(_events: Sequence[KeptEvent]) -> None:
    """Nobody waits for events."""


def nobody_sends() -> None:
    """Nobody sends notifications."""


def anything_goes(_target: str) -> None:
    """Nobody knows what is wrong with an action."""


class NativeParts(msgspec.Struct, frozen=True):
    """
    Everything that handlers of this dialect use; `backup` and `backup_done` are those of `Backups`.

    `accounts_changed` is to be called after users, memberships, tokens or sessions changed, so that it counts at once;
    `on_events` with events that are on disk, before their sender is answered: what it raises makes them be sent again;
    `on_notes` after something has become due in the outbox. `scaling` is what those who make groups are told, `aodh`
    what the other dialect of alarms is handed.
    """

    index: Index
    store: Store
    authenticator: Authenticator
    logins: Logins
    accounts_changed: Callable[[], None]
    policy: Policy
    catalog: Catalog
    commit: GroupCommit
    reader: MetricReader
    series: SeriesState
    sql: Statements
    aodh: AodhParts
    backup: Callable[[Path | None], dict[str, object]]
    backup_done: Callable[[], float | None]
    body: BodyLimits = BodyLimits()
    on_events: Callable[[Sequence[KeptEvent]], None] = nobody_waits
    on_notes: Callable[[], None] = nobody_sends
    check_action: Callable[[str], None] = anything_goes
    scaling: Offer = Offer()


class Call(DialectCall[NativeParts]):
    """A request as handlers of this dialect take it."""

    @property
    def account(self) -> Account:
        """Whose credentials were sent: what is known of the caller beyond the project in force."""
        account: Account = self.request.scope["nephoscope.account"]
        return account

    @property
    def sees_all(self) -> bool:
        """Whether the caller sees the data of every project now: an operator's view that no project narrows."""
        return self.parts.policy.allows("operates", self.caller, {}) and not self.caller.chosen_project

    @property
    def visible(self) -> Search:
        """The search that leaves only metrics which the caller may see: all, or its own and its project's."""
        return self._visible("resource.project_id")

    @property
    def visible_resources(self) -> Search:
        """As `visible`, for resources."""
        return self._visible("project_id")

    def _visible(self, project_field: str) -> Search:
        if self.sees_all:
            return EVERYTHING
        own = [equal("creator", self.caller.creator)] if not self.caller.chosen_project else []
        if self.caller.project_id:
            own += [equal(field, self.caller.project_id) for field in (project_field, "created_by_project_id")]
        return Or(tuple(own))
