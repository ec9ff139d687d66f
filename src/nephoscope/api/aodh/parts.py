# SPDX-License-Identifier: Apache-2.0
"""What the Aodh dialect is handed: the index, who may do what, limits, and the services that some alarms need."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import uuid4

import msgspec

from nephoscope.api.auth.policy import Policy
from nephoscope.api.bodies import BodyLimits
from nephoscope.api.caller import Authenticator
from nephoscope.model.action_url import SCHEMES
from nephoscope.model.alarm import Evaluated
from nephoscope.model.search import SearchLimits
from nephoscope.store.index.alarm_contract import Limits
from nephoscope.store.index.contract import Index


class AodhSettings(msgspec.Struct, frozen=True):
    """
    Limits: alarms of an answer; of a user and of a project where it has no quota, and actions of a state, -1 for any
    number; sizes of bodies and searches. `schemes` are the kinds of actions that there are; `evaluation_metrics` says
    whether counts of evaluations are shown.
    """

    max_limit: int = 10_000
    quota: Limits = Limits()
    actions_max: int = -1
    schemes: frozenset[str] = SCHEMES
    evaluation_metrics: bool = False
    body: BodyLimits = BodyLimits()
    search: SearchLimits = SearchLimits()


class Trusts(Protocol):
    """Makes and ends trusts: leave to act for somebody, which outlives the token that it is made with."""

    def create(self, token: str) -> str:
        """A trust of the token's user, project and roles, to this server's user; its id. Forbidden, Unavailable."""
        ...

    def delete(self, token: str, trust_id: str) -> None:
        """End a trust, if it is there. Forbidden when the token's user may not, Unavailable."""
        ...


def _no_evaluations(project_id: str | None) -> Sequence[Evaluated]:
    return ()


def _no_owners() -> Sequence[str]:
    return ()


def _new_id() -> str:
    return str(uuid4())


class AodhParts(msgspec.Struct, frozen=True):
    """
    Everything that handlers of this dialect use.

    `owners` are the projects whose resources may be those of any other: the telemetry service's. `evaluations` gives
    what became of a project's alarms, or of all.
    """

    index: Index
    authenticator: Authenticator
    policy: Policy = Policy()
    settings: AodhSettings = AodhSettings()
    owners: Callable[[], Sequence[str]] = _no_owners
    trusts: Trusts | None = None
    evaluations: Callable[[str | None], Sequence[Evaluated]] = _no_evaluations
    now_ns: Callable[[], int] = time.time_ns
    new_id: Callable[[], str] = _new_id
