# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Stacks that are healed, as the orchestration service's HTTP API v1 takes it; a small endpoint records what comes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from nephoscope.act.notify.contract import Outcome
from nephoscope.act.notify.heat import TrustHeat
from nephoscope.model.errors import BadRequest
from tests.act.notify.made import BODY, KnownTrusts, delivery, tools
from tests.act.notify.receivers import Behaviour, Receiver, answering, dropping, receiver

TARGET = "trust+heat://t-1:delete@"
STACK = answering(302, "Location: http://heat.example:8004/v1/p-1/stacks/web%20shop/stack-1")
GROUP = answering(302, "Location: http://heat.example:8004/v1/p-1/stacks/web-group-x/group-1?a=b")
HEALED = Outcome("delivered", 202)


@pytest.fixture
def heat() -> Iterator[Receiver]:
    """The orchestration service; no networks are allowed to notifications, as the operator has said where it is."""
    with receiver() as made:
        yield made


def body(*members: str, **more: Any) -> dict[str, Any]:
    told = {
        "type": "loadbalancer_member_health",
        "unhealthy_members": [{"id": each, "operating_status": "ERROR"} for each in members],
        "stack_id": "stack-1",
        "asg_id": "group-1",
    }
    return {**BODY, "reason_data": {**told, **more}}


def resources(*pairs: tuple[str, str]) -> Behaviour:
    """Resources of the nested stacks: the member that each is, and the resource of the scaling group around it."""
    listed = [
        {"resource_name": "member", "physical_resource_id": member, "parent_resource": parent, "links": []}
        for member, parent in pairs
    ]
    return answering(200, body=json.dumps({"resources": listed}).encode())


def healed(heat: Receiver, said: dict[str, Any], identity: KnownTrusts | None = None) -> Outcome:
    channel = TrustHeat(tools(identity or KnownTrusts(), heat_url=f"{heat.url}/v1/", allowed_networks=()))
    return channel.notify(delivery(TARGET, body=said))


def test_members_in_error_are_marked_and_their_stack_is_updated(heat: Receiver) -> None:
    heat.behaviours = [STACK, resources(("m/1", "a7")), resources(("m-2", "b8")), GROUP]
    assert HEALED == healed(heat, body("m/1", "m-2"))
    asked = [f"{request.head.split()[0].decode()} {request.target}" for request in heat.requests]
    assert [
        "GET /v1/p-1/stacks/stack-1",
        "GET /v1/p-1/stacks/web%20shop/stack-1/resources?nested_depth=3&physical_resource_id=m%2F1",
        "GET /v1/p-1/stacks/web%20shop/stack-1/resources?nested_depth=3&physical_resource_id=m-2",
        "GET /v1/p-1/stacks/group-1",
        "PATCH /v1/p-1/stacks/web-group-x/group-1/resources/a7",
        "PATCH /v1/p-1/stacks/web-group-x/group-1/resources/b8",
        "PATCH /v1/p-1/stacks/web%20shop/stack-1",
    ] == asked
    marked, _, updated = [each.json for each in heat.requests if each.body]
    assert {"mark_unhealthy": True, "resource_status_reason": "unhealthy load balancer member"} == marked
    assert {} == updated
    assert {"token-of-t-1"} == {each.headers["x-auth-token"] for each in heat.requests}


def test_a_service_that_answers_with_the_stack_itself_is_understood(heat: Receiver) -> None:
    told = answering(200, body=json.dumps({"stack": {"stack_name": "web", "id": "s-9"}}).encode())
    heat.behaviours = [told, resources(("m-1", "a7")), told]
    assert HEALED == healed(heat, body("m-1"))
    assert "/v1/p-1/stacks/web/s-9" == heat.requests[-1].target


def test_one_resource_with_several_members_is_marked_once(heat: Receiver) -> None:
    heat.behaviours = [STACK, resources(("m-1", "a7")), resources(("m-2", "a7"), ("m-3", "c9")), GROUP]
    assert HEALED == healed(heat, body("m-1", "m-2"))
    assert 1 == len([each for each in heat.requests if each.target.endswith("/resources/a7")])
    assert not [each for each in heat.requests if each.target.endswith("/resources/c9")]


@pytest.mark.parametrize("said", [body(), {**BODY, "reason_data": None}, BODY, {}, body(unhealthy_members=[None, {}])])
def test_where_nobody_is_in_error_nothing_is_done(heat: Receiver, said: dict[str, Any]) -> None:
    assert Outcome("delivered") == healed(heat, said)
    assert [] == heat.requests


@pytest.mark.parametrize("missing", ["stack_id", "asg_id"])
def test_an_alarm_that_names_no_stack_is_given_up(heat: Receiver, missing: str) -> None:
    outcome = healed(heat, body("m-1", **{missing: None}))
    assert ("refused", "stack") == (outcome.result, outcome.cause)
    assert [] == heat.requests


def test_members_that_are_none_of_the_stacks_are_given_up(heat: Receiver) -> None:
    heat.behaviours = [STACK, resources(("other", "a7"))]
    outcome = healed(heat, body("m-1"))
    assert ("refused", "stack") == (outcome.result, outcome.cause)


@pytest.mark.parametrize(
    ("behaviours", "result", "cause"),
    [
        ([answering(404)], "refused", "4xx"),
        ([answering(403)], "refused", "4xx"),
        ([answering(503, "Retry-After: 7")], "again", "5xx"),
        ([dropping], "again", "connection"),
        ([answering(200, body=b"<html>")], "again", "protocol"),
        ([answering(200, body=b'{"stack": {}}')], "again", "protocol"),
        ([answering(302, "Location: /elsewhere")], "refused", "redirect"),
        ([STACK, answering(200, body=b'{"resources": 7}')], "again", "protocol"),
        ([STACK, resources(("m-1", "a7")), GROUP, answering(200), answering(409)], "again", "conflict"),
    ],
)
def test_answers_decide_what_comes_of_it(heat: Receiver, behaviours: list[Behaviour], result: str, cause: str) -> None:
    heat.behaviours = behaviours
    outcome = healed(heat, body("m-1"))
    assert (result, cause) == (outcome.result, outcome.cause)
    assert outcome.error


def test_without_a_token_nothing_is_asked(heat: Receiver) -> None:
    identity = KnownTrusts()
    identity.away = True
    assert ("again", "identity") == (
        healed(heat, body("m-1"), identity).result,
        healed(heat, body("m-1"), identity).cause,
    )
    assert [] == heat.requests


def test_what_it_needs_is_named() -> None:
    with pytest.raises(BadRequest, match=r"set \[act\] heat_url"):
        TrustHeat(tools(KnownTrusts()))
    with pytest.raises(BadRequest, match=r"set \[keystone\]"):
        TrustHeat(tools(heat_url="http://heat:8004"))
    with pytest.raises(BadRequest, match=r"names no trust; expected trust\+heat://TRUST@"):
        TrustHeat(tools(KnownTrusts(), heat_url="http://heat:8004")).place("trust+heat://")
