# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What agents could not use is kept for operators to look at."""

from typing import Any

import pytest

from nephoscope.api.native.dead_letters import RECORD_BYTES_MAX
from tests.api.asgi import Client
from tests.api.native.accounts import ALL_BUT_OPERATORS, MEMBER, WRITER
from tests.api.native.cloud import Asker

LETTERS = "/api/v1/dead-letters"


def letter(**changes: Any) -> dict[str, Any]:
    return {"station": "notifications", "cause": "malformed", "record": '{"a": 1}', **changes}


def send(client: Client, *records: dict[str, Any], headers: dict[str, str] = MEMBER) -> int:
    return client.request("POST", LETTERS, data={"records": list(records)}, headers=headers).status


def test_operators_see_what_agents_told(client: Client, admin: Asker) -> None:
    assert 202 == send(client, letter(), letter(cause="unknown"))
    assert 202 == send(client, letter(station="poll"), headers=WRITER)
    assert 202 == send(client)

    records = admin.get("/dead-letters")["records"]

    assert 0 < records[0].pop("time_ms")
    assert {"station": "poll", "cause": "malformed", "record": '{"a": 1}', "project_id": None} == records[0]
    assert ["blue", "blue"] == [each["project_id"] for each in records[1:]]
    assert ["unknown"] == [each["cause"] for each in admin.get("/dead-letters", cause="unknown")["records"]]
    assert 2 == len(admin.get("/dead-letters", station="notifications", start="-1 minute")["records"])
    assert [] == admin.get("/dead-letters", stop="-1 minute")["records"]


def test_pages_lead_to_the_end(client: Client, admin: Asker) -> None:
    send(client, *(letter(record=str(n)) for n in range(7)))
    seen: list[str] = []
    arguments: dict[str, Any] = {"limit": 3}
    while True:
        page = admin.get("/dead-letters", **arguments)
        seen += [each["record"] for each in page["records"]]
        if page["next"] is None:
            break
        arguments["marker"] = page["next"]

    assert [str(n) for n in range(7)] == sorted(seen)


def test_a_long_record_is_cut(client: Client, admin: Asker) -> None:
    send(client, letter(record="é" * RECORD_BYTES_MAX))

    assert "é" * (RECORD_BYTES_MAX // 2) == admin.get("/dead-letters")["records"][0]["record"]


@pytest.mark.parametrize(
    "records",
    [
        [letter()] * 1001,
        [letter(station="")],
        [letter(station="x" * 65)],
        [letter(cause="")],
        [letter(record=5)],
        [letter(colour="red")],
        [letter(record="a\u0000")],
    ],
)
def test_what_is_wrong_is_refused_whole(client: Client, admin: Asker, records: list[dict[str, Any]]) -> None:
    assert 400 == send(client, letter(), *records)
    assert [] == admin.get("/dead-letters")["records"]


@pytest.mark.parametrize("headers", ALL_BUT_OPERATORS)
def test_others_do_not_see_them(client: Client, headers: dict[str, str]) -> None:
    assert 403 == client.request("GET", LETTERS, headers=headers).status


def test_a_marker_of_nothing_is_refused(admin: Asker) -> None:
    assert 400 == admin.ask("GET", "/dead-letters", arguments={"marker": "x"}).status
