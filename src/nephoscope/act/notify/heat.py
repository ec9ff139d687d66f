# SPDX-License-Identifier: Apache-2.0
"""`trust+heat://`: members of a load balancer that are in error are replaced by the stack that they belong to."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.act.notify.exchange import Failed
from nephoscope.act.notify.http import required, trust_token
from nephoscope.act.notify.stacks import Stack, Stacks
from nephoscope.model.action_url import trust_of
from nephoscope.model.delivery import Delivery
from nephoscope.model.errors import BadRequest

NESTED_DEPTH = 3
MEMBERS_MAX = 100
REASON = "unhealthy load balancer member"


class TrustHeat:
    """
    Marks the resources of a stack's scaling group whose members are in error, then updates the stack.

    Alarms of type `loadbalancer_member_health` tell all that it takes; the trust in `trust+heat://TRUST@` lets us.
    """

    def __init__(self, tools: Tools) -> None:
        self._stacks = Stacks(tools)
        self._identity = required(tools)

    def place(self, target: str) -> str:
        self._trust(target)
        return self._stacks.place

    def notify(self, delivery: Delivery) -> Outcome:
        trust_id = self._trust(delivery.target)
        told = delivery.body.get("reason_data")
        if not isinstance(told, dict) or not (members := _members(told)):
            return Outcome("delivered")
        stack_id, group_id = (str(told.get(key) or "") for key in ("stack_id", "asg_id"))
        if not stack_id or not group_id:
            return Outcome("refused", cause="stack", error="the alarm names no stack, or no scaling group of one")
        token = trust_token(self._identity, trust_id)
        if isinstance(token, Outcome):
            return token
        try:
            return self._healed(delivery.project_id, stack_id, group_id, members, token)
        except Failed as failed:
            return failed.outcome

    def _healed(self, project_id: str, stack_id: str, group_id: str, members: Sequence[str], token: str) -> Outcome:
        deadline_s = self._stacks.deadline_s()
        stack = self._stacks.found(project_id, stack_id, token, deadline_s)
        unhealthy = self._unhealthy(stack, members, token, deadline_s)
        if not unhealthy:
            # Replaced meanwhile, or never the stack's.
            return Outcome("refused", cause="stack", error="no resource of the stack is one of the members in error")
        group = self._stacks.found(project_id, group_id, token, deadline_s)
        for resource in unhealthy:
            self._stacks.mark_unhealthy(group, resource, REASON, token, deadline_s)
        self._stacks.update(stack, token, deadline_s)
        return Outcome("delivered", 202)

    def _unhealthy(self, stack: Stack, members: Sequence[str], token: str, deadline_s: float) -> Collection[str]:
        """The resources of the scaling group that hold the members, by name, each once."""
        found: dict[str, None] = {}
        for member in members:
            wanted: Mapping[str, str] = {"nested_depth": str(NESTED_DEPTH), "physical_resource_id": member}
            for resource in self._stacks.resources(stack, token, deadline_s, wanted):
                if resource.physical_resource_id == member and resource.parent_resource:
                    found[resource.parent_resource] = None
        return found

    @staticmethod
    def _trust(target: str) -> str:
        trust = trust_of(target)
        if trust is None or not trust.id:
            raise BadRequest("the action's URL names no trust; expected trust+heat://TRUST@")
        return trust.id


def _members(told: dict[str, Any]) -> list[str]:
    """The ids of members in error."""
    listed = told.get("unhealthy_members")
    ids = [each.get("id") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [each for each in ids if isinstance(each, str) and each][:MEMBERS_MAX]
