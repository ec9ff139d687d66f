# SPDX-License-Identifier: Apache-2.0
"""Notifications and settings for tests."""

import socket
from typing import Any

from nephoscope.act.notify.contract import Identity, Resolve, Tools
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.model.delivery import Delivery, Draft
from nephoscope.model.errors import BadRequest, NotFound, Unavailable
from nephoscope.model.timespan import SECOND_NS

NOON_S = 1_800_000_000
NOON_NS = NOON_S * SECOND_NS
LOOPBACK = ("127.0.0.0/8", "::1/128")
# As a receiver of the alarming service of old has got it; the keys below are in another order on purpose.
RECORDED = (
    b'{"alarm_name":"cli1","alarm_id":"a-1","severity":"low","previous":"insufficient data","current":"alarm",'
    b'"reason":"Transition to alarm due to 3 samples outside threshold, most recent: 50.0",'
    b'"reason_data":{"type":"threshold","disposition":"outside","count":3,"most_recent":50.0}}'
)
BODY: dict[str, Any] = {
    "reason_data": {"most_recent": 50.0, "count": 3, "type": "threshold", "disposition": "outside"},
    "current": "alarm",
    "previous": "insufficient data",
    "alarm_id": "a-1",
    "alarm_name": "cli1",
    "severity": "low",
    "reason": "Transition to alarm due to 3 samples outside threshold, most recent: 50.0",
}

GROUP_BODY: dict[str, Any] = {
    "groupKey": "k",
    "receiver": "ops",
    "title": "[FIRING:1] team=<db>",
    "message": "firing: cpu since noon: high",
}


class KnownTrusts:
    """An identity service that knows one trust, `t-1`; it is away while `away`."""

    def __init__(self) -> None:
        self.away = False
        self.issued = 0

    def trust_token(self, trust_id: str) -> str:
        if self.away:
            raise Unavailable("Keystone cannot be reached")
        if trust_id != "t-1":
            raise NotFound("no such trust")
        return f"token-of-{trust_id}"

    def service_token(self, refused: str = "") -> str:
        if self.away:
            raise Unavailable("Keystone cannot be reached")
        if not self.issued or refused == f"service-{self.issued}":
            self.issued += 1
        return f"service-{self.issued}"


class KnownPolicies:
    """Scaling groups with policies that alarms signal: `p-1` is refused, `p-2` is of another project."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.away = False

    def by_alarm(self, policy_id: str, *, alarm_id: str, project_id: str, key: str) -> str:
        if self.away:
            raise Unavailable("the index's database is away")
        if policy_id not in {"p-1", "p-3"}:
            raise NotFound(f"Scaling policy {policy_id} not found")
        if policy_id == "p-3":
            raise BadRequest("policy p-3 decides by itself; only adjustments can be signalled")
        self.keys.append(f"{project_id} {alarm_id} {key}")
        return "refused: cooldown until tomorrow"


def tools(identity: Identity | None = None, resolve: Resolve = socket.getaddrinfo, **settings: Any) -> Tools:
    """Tools that reach loopback, and wait for as long as a busy machine may need; it is always noon."""
    usual: dict[str, Any] = {
        "allowed_networks": LOOPBACK,
        "connect_timeout_s": 30,
        "read_timeout_s": 30,
        "total_timeout_s": 30,
    }
    made = NotifierSettings(**(usual | settings))
    return Tools(made, identity, resolve, wall_s=lambda: NOON_S, random=lambda: 0.0)


def delivery(target: str, number: int = 1, **more: Any) -> Delivery:
    """A claimed delivery of the alarm `a-1`."""
    usual: dict[str, Any] = {
        "number": number,
        "key": f"a-1.{number}",
        "alarm_id": "a-1",
        "project_id": "p-1",
        "target": target,
        "body": BODY,
        "created_ns": NOON_NS,
        "due_ns": NOON_NS,
        "claim": 1,
    }
    return Delivery(**(usual | more))


def draft(target: str, key: str = "a-1.1", alarm_id: str = "a-1", body: dict[str, Any] | None = None) -> Draft:
    """A notification to be put into an outbox."""
    return Draft(key=key, alarm_id=alarm_id, project_id="p-1", target=target, body=BODY if body is None else body)
