# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Rules about the members of a load balancer's pool, as the service tells them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nephoscope.alarm.load_balancers import LoadBalancers
from nephoscope.alarm.transitions import told
from nephoscope.alarm.verdicts import Verdict
from nephoscope.model.alarm_rule import LoadBalancerHealth
from nephoscope.model.errors import Unavailable
from nephoscope.model.timespan import SECOND_NS
from tests.act.notify.receivers import Behaviour, Receiver, answering, dropping, receiver
from tests.services.ports import free_port

NOON_NS = 1_800_000_000 * SECOND_NS
RULE = LoadBalancerHealth(pool_id="pool/1", stack_id="stack-1", autoscaling_group_id="group-1")
# As the service lists a member; only what a test is about is changed.
MEMBER: dict[str, Any] = {
    "id": "957a1ace-1bd2-449b-8455-820b6e4b63f3",
    "name": "web-1",
    "operating_status": "ERROR",
    "provisioning_status": "ACTIVE",
    "admin_state_up": True,
    "address": "192.0.2.16",
    "protocol_port": 80,
    "weight": 1,
    "backup": False,
    "subnet_id": "bbb35f84-35cc-4b2f-84c2-a6a29bba68aa",
    "project_id": "e3cd678b11784734bc366148aa37580e",
    "created_at": "2027-01-15T07:57:59",
    "updated_at": "2027-01-15T07:59:00",
    "monitor_port": None,
    "monitor_address": None,
    "tags": [],
}
Judge = Callable[..., Verdict]


class Tokens:
    """Gives out tokens one after the other; what is refused is not given again."""

    def __init__(self) -> None:
        self.given = 1

    def __call__(self, refused: str) -> str:
        if refused == f"token-{self.given}":
            self.given += 1
        return f"token-{self.given}"


@pytest.fixture
def octavia() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


def listing(*members: dict[str, Any], more: bool = False) -> Behaviour:
    links = [{"rel": "next", "href": "http://elsewhere/"}] if more else []
    return answering(200, body=json.dumps({"members": members, "members_links": links}).encode())


def judged(url: str, *rules: LoadBalancerHealth, token: Callable[[str], str] | None = None) -> list[Verdict]:
    found = LoadBalancers(url, token or Tokens(), timeout_s=30, now_ns=lambda: NOON_NS)
    try:
        verdicts = found.verdicts(rules or [RULE])
        return [verdicts[rule] for rule in rules or [RULE]]
    finally:
        found.close()


def test_members_in_error_are_told_as_the_service_tells_them(octavia: Receiver) -> None:
    octavia.usual = listing({**MEMBER, "operating_status": "ONLINE"}, MEMBER, {**MEMBER, "name": "web-2"})
    (verdict,) = judged(f"{octavia.url}/v2")
    reason, data = told("ok", "alarm", verdict)
    assert "Transition to alarm due to 2 members unhealthy, most recent: web-2" == reason
    assert {
        "type": "loadbalancer_member_health",
        "count": 2,
        "most_recent": {**MEMBER, "name": "web-2"},
        "unhealthy_members": [MEMBER, {**MEMBER, "name": "web-2"}],
        "pool_id": "pool/1",
        "stack_id": "stack-1",
        "asg_id": "group-1",
    } == data
    (request,) = octavia.requests
    assert "/v2/lbaas/pools/pool%2F1/members?limit=500" == request.target
    assert "token-1" == request.headers["x-auth-token"]


@pytest.mark.parametrize(
    "member",
    [
        {"operating_status": "ONLINE"},
        {"operating_status": "NO_MONITOR"},
        {"admin_state_up": False},
        # A second younger than what a member may take to start.
        {"created_at": "2027-01-15T07:58:01"},
        {"created_at": None},
        {"created_at": "lately"},
    ],
)
def test_all_others_are_well(octavia: Receiver, member: dict[str, Any]) -> None:
    octavia.usual = listing({**MEMBER, **member})
    (verdict,) = judged(octavia.url)
    assert "ok" == verdict.state
    assert "Transition to ok due to 0 members unhealthy, most recent: none" == told("alarm", "ok", verdict)[0]


def test_long_lists_are_read_to_their_end(octavia: Receiver) -> None:
    octavia.behaviours = [listing({**MEMBER, "id": "a/b"}, more=True), listing(MEMBER)]
    (verdict,) = judged(octavia.url)
    assert 2 == verdict.count
    assert octavia.requests[1].target.endswith("?limit=500&marker=a%2Fb")


def test_a_pool_is_asked_for_once_however_many_rules_name_it(octavia: Receiver) -> None:
    octavia.usual = listing(MEMBER)
    other = LoadBalancerHealth(pool_id="pool/1", stack_id="stack-2", autoscaling_group_id="group-2")
    first, second = judged(octavia.url, RULE, other)
    assert ("alarm", "alarm", "stack-2") == (first.state, second.state, second.data["stack_id"])
    assert 1 == len(octavia.requests)


def test_a_token_that_has_ended_is_renewed(octavia: Receiver) -> None:
    octavia.behaviours = [answering(401)]
    octavia.usual = listing(MEMBER)
    (verdict,) = judged(octavia.url)
    assert "alarm" == verdict.state
    assert ["token-1", "token-2"] == [each.headers["x-auth-token"] for each in octavia.requests]


def test_a_connection_that_is_dropped_is_made_again_once(octavia: Receiver) -> None:
    octavia.behaviours = [dropping]
    octavia.usual = listing(MEMBER)
    (verdict,) = judged(octavia.url)
    assert "alarm" == verdict.state
    octavia.usual = dropping
    (verdict,) = judged(octavia.url)
    assert "does not answer" in verdict.reason
    assert 4 == len(octavia.requests)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (answering(404), "the load balancing service knows no pool pool/1"),
        (answering(401), "failed to communicate with load balancing service: URL/v2/lbaas answered 401: "),
        (answering(503), "failed to communicate with load balancing service: URL/v2/lbaas answered 503: "),
        (answering(200, body=b"[]"), "failed to communicate with load balancing service: its answer has no members"),
        (listing({"name": "x"}), "failed to communicate with load balancing service: its answer has a member that"),
    ],
)
def test_without_an_answer_nothing_is_known(octavia: Receiver, behaviour: Behaviour, reason: str) -> None:
    octavia.usual = behaviour
    (verdict,) = judged(octavia.url)
    assert "insufficient data" == verdict.state
    assert verdict.reason.startswith(reason.replace("URL", octavia.url)), verdict.reason
    assert ([], "pool/1") == (verdict.data["unhealthy_members"], verdict.data["pool_id"])


def test_nobody_there_and_no_token_are_told() -> None:
    (verdict,) = judged(f"http://127.0.0.1:{free_port()}")
    assert "does not answer" in verdict.reason

    def away(_refused: str) -> str:
        raise Unavailable("Keystone is away")

    (verdict,) = judged("http://127.0.0.1:9", token=away)
    assert ("insufficient data", "Keystone is away") == (verdict.state, verdict.reason)


def test_no_rules_ask_nobody() -> None:
    found = LoadBalancers("http://127.0.0.1:9", lambda _refused: pytest.fail("asked"))
    assert {} == found.verdicts([])
    found.close()
