# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Agents ask which part of their group's work is their own."""

import base64
from typing import Any

import pytest

from tests.api.asgi import Client
from tests.api.native.accounts import ADMIN, MEMBER


def ask(client: Client, holder: str, who: dict[str, str] = MEMBER, **body: Any) -> Any:
    return client.request("POST", "/api/v1/shared-work/central", data={"holder": holder, **body}, headers=who)


def test_slots_move_with_claims_and_state(client: Client) -> None:
    slots = ask(client, "a", slots=2).json()["slots"]
    assert [(0, 1), (1, 1)] == [(each["slot"], each["fencing"]) for each in slots]
    state = base64.b64encode(b"remembered").decode()
    held = [{"slot": 0, "fencing": 1, "claims": {"t": 3}, "state": state, "release": True}]
    assert [] == ask(client, "a", slots=2, held=held, leave=True).json()["slots"]
    given = ask(client, "b", slots=2).json()
    assert ({"t": 3}, state, ["b"]) == (given["slots"][0]["claims"], given["slots"][0]["state"], given["members"])


def test_agents_of_another_project_are_another_group(client: Client) -> None:
    ask(client, "a", slots=2)
    assert [0, 1] == [each["slot"] for each in ask(client, "x", ADMIN, slots=2).json()["slots"]]


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"slots": 0}, 400, "slots"),
        ({"ttl_s": 0.1}, 400, "ttl_s"),
        ({"held": [{"slot": 5000, "fencing": 1}]}, 400, "slot"),
        ({"held": [{"slot": 1, "fencing": 1, "state": "?"}]}, 400, "state"),
        ({"held": [{"slot": 1, "fencing": 1, "claims": {str(n): n for n in range(1001)}}]}, 413, "1000 claims"),
        ({"other": 1}, 400, "other"),
    ],
)
def test_what_cannot_be_is_refused(client: Client, body: dict[str, Any], status: int, message: str) -> None:
    answer = ask(client, "a", **body)
    assert status == answer.status
    assert message in answer.text


def test_a_long_name_is_no_group(client: Client) -> None:
    answer = client.request("POST", f"/api/v1/shared-work/{'g' * 300}", data={"holder": "a"}, headers=MEMBER)
    assert 400 == answer.status
