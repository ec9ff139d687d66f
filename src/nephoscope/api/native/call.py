# SPDX-License-Identifier: Apache-2.0
"""One request of our own API: the caller, the body, and whose data it may see."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request

from nephoscope.api.arguments import Arguments
from nephoscope.api.auth.account import Account
from nephoscope.api.auth.logins import Logins
from nephoscope.api.auth.policy import Policy
from nephoscope.api.bodies import BodyLimits, decode_json, require_media_type, require_text
from nephoscope.api.caller import Authenticator, Caller
from nephoscope.api.proxy import client_of
from nephoscope.model.audit import Actor
from nephoscope.model.search import EVERYTHING, Or, Search, equal
from nephoscope.query.metrics import MetricReader
from nephoscope.query.sql.statements import Statements
from nephoscope.store.catalog import Catalog
from nephoscope.store.commit import GroupCommit
from nephoscope.store.contract import Store
from nephoscope.store.index.contract import Index
from nephoscope.store.series import SeriesState


class NativeParts(msgspec.Struct, frozen=True):
    """
    Everything that handlers of this dialect use; `backup` and `backup_done` are those of `Backups`.

    `accounts_changed` is to be called after users, memberships, tokens or sessions changed, so that it counts at once.
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
    backup: Callable[[Path | None], dict[str, object]]
    backup_done: Callable[[], float | None]
    body: BodyLimits = BodyLimits()


class Call:
    """A request with its caller known and its body read."""

    def __init__(self, request: Request, parts: NativeParts, caller: Caller, body: bytes) -> None:
        self.request = request
        self.parts = parts
        self.caller = caller
        self.body = body

    @cached_property
    def arguments(self) -> Arguments:
        """The arguments of the query string."""
        return Arguments.of(self.request)

    def segment(self, name: str) -> str:
        """The part of the path that the route calls `name`."""
        return require_text(str(self.request.path_params[name]))

    def json(self) -> Any:
        """The decoded body. Raises 415 for another Content-Type, BadPayload, TooLarge."""
        require_media_type(self.request, "application/json")
        return decode_json(self.body, self.parts.body)

    @property
    def account(self) -> Account:
        """Whose credentials were sent: what is known of the caller beyond the project in force."""
        account: Account = self.request.scope["nephoscope.account"]
        return account

    @property
    def actor(self) -> Actor:
        """The caller as the audit names it."""
        return Actor(self.caller.user_id, self.caller.project_id or None, client_of(self.request.scope) or None)

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
