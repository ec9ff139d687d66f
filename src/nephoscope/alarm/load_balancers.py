# SPDX-License-Identifier: Apache-2.0
"""Rules about load balancers: whether members of a pool are in error, as OpenStack's load balancing service says."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from nephoscope.alarm.http_json import Asker
from nephoscope.alarm.verdicts import Verdict
from nephoscope.model import timestamp
from nephoscope.model.alarm_rule import LoadBalancerHealth, type_of
from nephoscope.model.errors import BadRequest, NephoscopeError, NotFound, Unauthenticated, Unavailable
from nephoscope.model.timespan import SECOND_NS

PAGE = 500
# More than a load balancer ever has; a service that never comes to an end is left.
PAGES_MAX = 20
TOLD_MAX = 100

Token = Callable[[str], str]
"""A token of the service's user, another than the one that was refused; raises Unavailable."""


class PoolMember(msgspec.Struct):
    """A member as the service tells it, as far as it is looked at."""

    id: str
    created_at: str | None = None
    admin_state_up: bool = True
    operating_status: str = ""
    name: str = ""


class LoadBalancers:
    """
    Judges rules by the members of their pools; safe from any thread.

    One that is younger than `creation_s` seconds is passed over: it is in error until its program has started.
    """

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        creation_s: float = 120,
        timeout_s: float = 10,
        ca_file: str | None = None,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        """`url` is where the service is, before `/v2`."""
        self._token = token
        self._in_use = ""
        self._creation_ns = int(creation_s * SECOND_NS)
        self._now_ns = now_ns
        base = url.rstrip("/").removesuffix("/v2").removesuffix("/v2.0")
        self._asker = Asker(f"{base}/v2/lbaas", self._headers, timeout_s=timeout_s, ca_file=ca_file)

    def close(self) -> None:
        """Let go of the connections."""
        self._asker.close()

    def verdicts(self, rules: Collection[LoadBalancerHealth]) -> dict[LoadBalancerHealth, Verdict]:
        """The verdict about each rule; unknown, with the reason, where the service does not tell."""
        if not rules:
            return {}
        try:
            self._in_use = self._token("")
        except NephoscopeError as error:
            return {rule: _unknown(rule, error.message) for rule in rules}
        answers = {pool_id: self._unhealthy(pool_id) for pool_id in {rule.pool_id for rule in rules}}
        return {rule: _verdict(rule, answers[rule.pool_id]) for rule in rules}

    def _unhealthy(self, pool_id: str) -> list[dict[str, Any]] | str:
        """The members in error, as the service tells them, or what went wrong."""
        try:
            found = self._members(pool_id)
            return [each for each in found if self._is_unhealthy(each)]
        except NotFound:
            return f"the load balancing service knows no pool {pool_id}"
        except NephoscopeError as error:
            return f"failed to communicate with load balancing service: {error.message}"

    def _members(self, pool_id: str) -> list[dict[str, Any]]:
        members: list[dict[str, Any]] = []
        page: Mapping[str, str] = {"limit": str(PAGE)}
        for _ in range(PAGES_MAX):
            answer = self._asked(f"/pools/{quote(pool_id, safe='')}/members", page)
            found = answer.get("members") if isinstance(answer, dict) else None
            if not isinstance(found, list):
                raise Unavailable("its answer has no members")
            members += found
            links = answer.get("members_links") or []
            if not found or not any(isinstance(each, dict) and each.get("rel") == "next" for each in links):
                break
            page = {"limit": str(PAGE), "marker": _read(found[-1]).id}
        return members

    def _asked(self, path: str, arguments: Mapping[str, str]) -> Any:
        token = self._in_use
        try:
            return self._asker.ask("GET", path, arguments)
        except Unauthenticated:
            self._in_use = self._token(token)
            return self._asker.ask("GET", path, arguments)

    def _headers(self) -> Mapping[str, str]:
        return {"X-Auth-Token": self._in_use}

    def _is_unhealthy(self, told: dict[str, Any]) -> bool:
        member = _read(told)
        if not member.admin_state_up or member.operating_status != "ERROR":
            return False
        try:
            created_ns = timestamp.parse_absolute(member.created_at or "")
        except BadRequest:
            return False
        return self._now_ns() - created_ns >= self._creation_ns


def _read(told: Any) -> PoolMember:
    try:
        return msgspec.convert(told, PoolMember)
    except msgspec.ValidationError as error:
        raise Unavailable(f"its answer has a member that cannot be read: {error}") from None


def _verdict(rule: LoadBalancerHealth, found: Sequence[dict[str, Any]] | str) -> Verdict:
    if isinstance(found, str):
        return _unknown(rule, found)
    last = found[-1] if found else None
    named = "none" if last is None else str(last.get("name") or last["id"])
    return Verdict(
        "alarm" if found else "ok",
        outside=len(found),
        count=len(found),
        noun=f"{len(found)} members unhealthy, most recent: {named}",
        about=_about(rule, found),
    )


def _unknown(rule: LoadBalancerHealth, reason: str) -> Verdict:
    return Verdict("insufficient data", reason=reason, about=_about(rule, ()))


def _about(rule: LoadBalancerHealth, found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What receivers are told, the one that heals stacks included; not more members than a notification can carry."""
    return {
        "type": type_of(rule),
        "count": len(found),
        "most_recent": found[-1] if found else None,
        "unhealthy_members": list(found[:TOLD_MAX]),
        "pool_id": rule.pool_id,
        "stack_id": rule.stack_id,
        "asg_id": rule.autoscaling_group_id,
    }
