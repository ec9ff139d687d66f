# SPDX-License-Identifier: Apache-2.0
"""
What the index offers of scaling groups: definitions, policies, members as last seen, decisions, and who works on which.

A part of `contract.py`, whose opening words hold here, too. Fields that searches know:

    groups      id, name, project_id, actuator, busy, healthy
    decisions   group_id, project_id, policy_id, cause, verdict, at

Markers are a group's name and a decision's number.

Whoever works on a group holds it for a time, under a fencing number that grows with each who takes it up: what is
written under an older one is refused as Conflict, so of two at most one changes anything.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from nephoscope.model.paging import Page
from nephoscope.model.scaling import (
    Cause,
    GroupMember,
    KeptPolicy,
    Progress,
    ScalingDecision,
    ScalingGroup,
    ScalingRecord,
)
from nephoscope.model.search import EVERYTHING, Search

FIRST_PAGE = Page()

Change = Callable[[ScalingGroup], ScalingGroup]
Decider = Callable[[ScalingGroup, Sequence[GroupMember]], ScalingDecision]
"""Decides about a group as it is in the transaction; may be asked again from the start."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """
    Why there is to be a decision, and by whom.

    The same `key` is decided once: whoever asks again is told what was decided then. Whoever holds the group names its
    `fencing`. Of a policy that decides by itself, `done_ns` is noted with the decision.
    """

    group_id: str
    cause: Cause
    by: str = ""
    policy_id: str = ""
    key: str = ""
    fencing: int | None = None
    done_ns: int | None = None


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an accepted decision."""

    number: int
    progress: Progress
    at_ns: int
    failure: str = ""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A group that is held, with all that is to be known for working on it; `change` is the decision under way."""

    group: ScalingGroup
    policies: Sequence[KeptPolicy]
    members: Sequence[GroupMember]
    change: ScalingRecord | None
    fencing: int


class Scaling(Protocol):
    """Scaling groups and all that belongs to them."""

    def create(self, group: ScalingGroup, by: str, *, groups_max: int, size: int | None) -> ScalingGroup:
        """
        Make a group; with a `size` a change to that many members begins, decided by hand.

        Errors  Conflict for a name that the project has already; Forbidden beyond `groups_max` of the project;
                BadRequest for texts that cannot be kept.
        """
        ...

    def get(self, group_id: str) -> ScalingGroup:
        """NotFound `Scaling group ID not found`."""
        ...

    def find(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[ScalingGroup]:
        """Groups that match, by name."""
        ...

    def change(self, group_id: str, change: Change) -> ScalingGroup:
        """Put a changed definition in place, and have the group looked at. NotFound; Conflict for a name."""
        ...

    def delete(self, group_id: str) -> None:
        """The group goes with its policies; its decisions stay, one under way as failed. NotFound."""
        ...

    def members(self, group_id: str) -> list[GroupMember]:
        """Members as they were last seen, the oldest first."""
        ...

    def protect(self, group_id: str, name: str, protected: bool) -> GroupMember:
        """Keep a member from being taken away, or no more. NotFound."""
        ...

    def policies(self, group_ids: Sequence[str]) -> list[KeptPolicy]:
        """The policies of groups, by name."""
        ...

    def policy(self, policy_id: str) -> KeptPolicy:
        """NotFound `Scaling policy ID not found`."""
        ...

    def add_policy(self, policy: KeptPolicy, *, policies_max: int) -> KeptPolicy:
        """Conflict for a name that the group has already; Forbidden beyond `policies_max`; NotFound for the group."""
        ...

    def change_policy(self, policy: KeptPolicy) -> KeptPolicy:
        """Put a policy in the place of the one with its id. NotFound; Conflict for a name."""
        ...

    def delete_policy(self, policy_id: str) -> None:
        """NotFound."""
        ...

    def note_policy(self, policy_id: str, done_ns: int, note: str) -> None:
        """Keep that a policy was looked at, and what came of it, where that is no decision."""
        ...

    def decide(self, asked: Asked, decider: Decider, first: Change | None = None) -> ScalingRecord:
        """
        Decide and keep the decision; one that is accepted makes the group busy, in the same transaction.

        `first` changes the definition before, whatever is decided. NotFound for the group; Conflict for an old fencing.
        """
        ...

    def decisions(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[ScalingRecord]:
        """Decisions that match, newest first."""
        ...

    def expire_decisions(self, before_ns: int, limit: int) -> int:
        """Remove up to `limit` that are older and not under way; gives how many."""
        ...

    def claim(self, limit: int, ttl_ns: int) -> list[Claim]:
        """Take up to `limit` groups that are due, or whose holder has died; nobody else is given them for `ttl_ns`."""
        ...

    def renew(self, held: Mapping[str, int], ttl_ns: int) -> set[str]:
        """Hold groups, by their fencing, for longer; gives those that are still held."""
        ...

    def keep(
        self,
        group_id: str,
        fencing: int,
        change: Change,
        members: Sequence[GroupMember] | None = None,
        ended: Ended | None = None,
    ) -> ScalingGroup:
        """
        Write down what whoever holds a group has seen and done, in one transaction; protection of members stays.

        Errors  Conflict when another holds it, or it is gone.
        """
        ...

    def disown(self, group_id: str, fencing: int, why: str) -> int:
        """
        Give up on what is under way: its decision has failed, the group is not healthy, and who works on it is refused.

        Gives   the new fencing, under which the group is held on. Conflict as `keep`.
        """
        ...

    def release(self, group_id: str, fencing: int, due_ns: int) -> None:
        """Hold a group no longer; it is due then, or sooner if something has come up meanwhile."""
        ...

    def wake(self, group_id: str) -> None:
        """Have a group looked at now."""
        ...
