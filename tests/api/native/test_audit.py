# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Audit events as operators read them."""

from collections.abc import Iterator

import pytest

from nephoscope.model.audit import Actor, AuditEvent
from nephoscope.store.index.contract import Index
from tests.api.asgi import Client
from tests.api.native.accounts import ADMIN, ALL_BUT_OPERATORS, OPERATOR, fill
from tests.api.native.door import served

AUDIT = "/api/v1/audit"


@pytest.fixture
def client(index: Index) -> Iterator[Client]:
    """A client that calls as an operator, after five logins of guests."""
    fill(index)
    for n in range(5):
        index.audit.record(AuditEvent(Actor("guest", "blue", "192.0.2.1"), "log in", f"guest{n}", {"try": n}))
    with Client(served(index), headers=OPERATOR) as client:
        yield client


def test_events_are_shown_whole_and_newest_first(client: Client) -> None:
    newest, *_, oldest = client.request("GET", AUDIT).json()["events"]

    assert 0 < newest.pop("id")
    assert 0 < newest.pop("time_ms")
    assert newest == {
        "actor": "guest",
        "project_id": "blue",
        "action": "log in",
        "target": "guest4",
        "details": {"try": 4},
        "peer": "192.0.2.1",
    }
    assert ("system:nephoscope", "create project") == (oldest["actor"], oldest["action"])


def test_pages_follow_one_another_to_the_end(client: Client) -> None:
    address = f"{AUDIT}?actor=guest&limit=2"
    seen: list[list[str]] = []
    marker = ""
    while marker is not None:
        page = client.request("GET", address + (f"&marker={marker}" if marker else "")).json()
        seen.append([each["target"] for each in page["events"]])
        marker = page["next"]
    assert [["guest4", "guest3"], ["guest2", "guest1"], ["guest0"]] == seen


def test_events_are_narrowed_by_what_and_when(client: Client) -> None:
    def count(query: str) -> int:
        return len(client.request("GET", f"{AUDIT}?{query}").json()["events"])

    assert 2 == count("action=create%20project")
    assert 5 == count("actor=guest&start=-1%20hour")
    assert 0 == count("actor=guest&stop=-1%20hour")
    assert 0 == count("actor=nobody")


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "marker=x", "start=soon", "actors=guest"])
def test_what_cannot_be_asked_is_refused(client: Client, query: str) -> None:
    assert 400 == client.request("GET", f"{AUDIT}?{query}").status


def test_only_operators_see_events(client: Client) -> None:
    assert 200 == client.request("GET", AUDIT, headers=ADMIN).status
    for caller in ALL_BUT_OPERATORS:
        assert 403 == client.request("GET", AUDIT, headers=caller).status
