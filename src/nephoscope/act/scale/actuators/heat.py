# SPDX-License-Identifier: Apache-2.0
"""
`heat`: members are those of a scaling group in a stack of OpenStack's, whose policies are signalled until it has them.

Heat decides what a member is, which one goes and what they are called; only how many there are is decided here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from nephoscope.act.notify.answer import Answer
from nephoscope.act.notify.stacks import StackResource
from nephoscope.act.notify.url import WebUrl
from nephoscope.act.scale.actuators.asking import Asking, decoded
from nephoscope.act.scale.actuators.options import read
from nephoscope.act.scale.actuators.tools import Tools
from nephoscope.act.scale.contract import Member, MemberState
from nephoscope.model import timestamp
from nephoscope.model.action_url import TRUST, trust_of
from nephoscope.model.errors import BadRequest, NotFound, Unavailable

# Heat passes over what comes in its own cooldown without a word.
SIGNAL_AGAIN_S = 60.0
DETAIL_LENGTH_MAX = 200
_STATES: dict[str, MemberState] = {
    "CREATE_IN_PROGRESS": "starting",
    "INIT_COMPLETE": "starting",
    "DELETE_IN_PROGRESS": "stopping",
}


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """
    The stack, the name of the scaling group in it, and the addresses that signal its policies.

    `stack_url` is `trust+http://TRUST@HOST:8004/v1/PROJECT/stacks/NAME/ID`; the others are such addresses too
    (`signal_url`), or signed ones (`alarm_url`).
    """

    stack_url: str
    group: str
    grow_url: str
    shrink_url: str


class Told(msgspec.Struct):
    """What Heat says of the resources of a stack."""

    resources: list[StackResource]


class _Address:
    """An address at Heat, with the trust in it."""

    def __init__(self, option: str, text: str) -> None:
        trust = trust_of(text)
        if text.startswith(TRUST) and (trust is None or not trust.id):
            raise BadRequest(f"options: {option}: it names no trust; expected trust+http://TRUST@HOST/…")
        self.trust = trust.id if trust else ""
        try:
            self.url = WebUrl.of(text.removeprefix(TRUST))
        except BadRequest as error:
            raise BadRequest(f"options: {option}: {error.message}") from None


class Heat:
    """Signals and waits; what is read needs a trust, what is signalled a trust or a signed address."""

    def __init__(self, group: str, options: Mapping[str, Any], tools: Tools) -> None:
        chosen = read(Options, options)
        self._stack = _Address("stack_url", chosen.stack_url)
        if not self._stack.trust:
            raise BadRequest("options: stack_url: expected trust+http://TRUST@HOST/…: members are read with a trust")
        self._resources = replace(self._stack.url, path=f"{self._stack.url.path.rstrip('/')}/resources?nested_depth=1")
        self._grow = _Address("grow_url", chosen.grow_url)
        self._shrink = _Address("shrink_url", chosen.shrink_url)
        if tools.requests.identity is None:
            raise BadRequest("options: stack_url: trusts need the identity service; set [keystone]")
        self._identity = tools.requests.identity
        self._name = chosen.group
        self._group = group
        self._asking = Asking(tools)
        self._tools = tools

    def members(self) -> Sequence[Member]:
        return self._look()[0]

    def grow(self, names: Sequence[str]) -> None:
        """As many more as there are names; what Heat calls them is told by `members`."""
        before = _alive(self.members())
        wanted = before + len(names)
        self._signal_until(self._grow, lambda found: _alive(found) >= wanted, _alive)

    def shrink(self, members: Sequence[Member]) -> None:
        """As many less as there are members; Heat takes those that failed, then the oldest, as we would."""
        there = self.members()
        ids = {member.id for member in members} & {member.id for member in there}
        wanted = len(there) - len(ids)
        self._signal_until(self._shrink, lambda found: len(found) <= wanted, len)

    def close(self) -> None:
        self._asking.close()

    def _look(self) -> tuple[list[Member], bool]:
        """The members, and whether the group is being changed."""
        answer = decoded(self._stack.url, self._ask("GET", self._stack, self._resources))
        try:
            told = msgspec.convert(answer, Told).resources
        except msgspec.ValidationError as error:
            raise Unavailable(f"{self._stack.url.place} answered with other than resources: {error}") from None
        group = [each for each in told if each.resource_name == self._name and not each.parent_resource]
        if not group:
            raise BadRequest(f"options: group: the stack has no resource {self._name[:60]}")
        members = [_member(each) for each in told if each.parent_resource == self._name]
        changing = group[0].resource_status.endswith("_IN_PROGRESS")
        return [each for each in members if each is not None], changing

    def _signal_until(
        self, address: _Address, done: Callable[[list[Member]], bool], count: Callable[[list[Member]], int]
    ) -> None:
        """Signal, once more whenever Heat has followed, or has not for a while, until it is done."""
        signalled_s, seen = -SIGNAL_AGAIN_S, -1

        def followed() -> bool:
            nonlocal signalled_s, seen
            members, changing = self._look()
            if changing:
                return False
            if done(members):
                return True
            now_s = self._tools.monotonic_s()
            if count(members) != seen or now_s - signalled_s >= SIGNAL_AGAIN_S:
                self._signal(address)
                signalled_s, seen = now_s, count(members)
            return False

        if not self._tools.until(followed):
            limit_s = self._tools.settings.change_timeout_s
            raise Unavailable(f"Heat has not followed within {limit_s:g} s: see its bounds and its cooldown")

    def _signal(self, address: _Address) -> None:
        body = msgspec.json.encode({"current": "alarm", "reason": f"scaling group {self._group}"})
        self._ask("POST", address, address.url, body)

    def _ask(self, method: str, address: _Address, url: WebUrl, body: bytes = b"") -> Answer:
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            if address.trust:
                headers["X-Auth-Token"] = self._identity.trust_token(address.trust)
            return self._asking.ask(method, url, headers, body)
        except NotFound as error:
            raise BadRequest(error.message) from None


def _alive(members: Sequence[Member]) -> int:
    return sum(member.state in ("starting", "running") for member in members)


def _member(told: StackResource) -> Member | None:
    """A resource as a member; None for one that has gone."""
    status = told.resource_status
    if status == "DELETE_COMPLETE":
        return None
    state: MemberState = _STATES.get(status, "failed" if status.endswith("_FAILED") else "running")
    try:
        created_ns = timestamp.parse_absolute(told.creation_time)
    except BadRequest:
        created_ns = 0
    why = f"{status} {told.resource_status_reason or ''}".strip() if state == "failed" else ""
    return Member(
        id=told.physical_resource_id or told.resource_name,
        name=told.resource_name,
        created_ns=created_ns,
        state=state,
        detail=why[:DETAIL_LENGTH_MAX],
    )
