# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""SQL over HTTP: views, rows of one's own, progress, cancelling."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest

from nephoscope.model.resource import ResourceChange
from tests.api.asgi import Answer, Client
from tests.api.native.accounts import ADMIN, MEMBER, OPERATOR, READER, WRITER
from tests.api.native.cloud import Asker, Cloud

PROJECT = "nephoscope-project"
LONG = (
    "SELECT count() FROM (SELECT arrayJoin(range(1000000)) AS a) AS x, (SELECT arrayJoin(range(1000000)) AS b) AS y "
    "WHERE (x.a * y.b) % 7 = 3"
)


@pytest.fixture
def filled(cloud: Cloud) -> Cloud:
    """An instance of project blue and one of red, each with three measures."""
    for name, project in (("vm-blue", "blue"), ("vm-red", "red")):
        cloud.put(cloud.metric(cloud.resource(name, project, host="h1"), "cpu.util"), [1, 2, 6])
    return cloud


def test_a_statement_gives_columns_with_types_and_rows(filled: Cloud, member: Asker) -> None:
    found = member.post(
        "/sql",
        sql="SELECT resource, avg(value) AS mean, any(attributes['host']) AS host FROM measures "
        "WHERE name = 'cpu.util' AND time > now() - INTERVAL 1 HOUR GROUP BY resource",
    )
    assert [["vm-blue", 3.0, "h1"]] == found["rows"]
    assert ["resource", "mean", "host"] == [column["name"] for column in found["columns"]]
    assert "Float64" == found["columns"][1]["type"]
    assert found["complete"]
    assert found["rows_read"] >= 3
    assert found["bytes_read"] > 0
    assert found["seconds"] > 0


def test_everybody_sees_what_lists_show(filled: Cloud, client: Client) -> None:
    seen = {
        name: sorted(row[0] for row in Asker(client, headers).post("/sql", sql="SELECT name FROM resources")["rows"])
        for name, headers in {
            "operator": OPERATOR,
            "admin": ADMIN,
            "member": MEMBER,
            "reader": READER,
            "operator in red": OPERATOR | {PROJECT: "red"},
        }.items()
    }
    both = ["vm-blue", "vm-red"]
    assert {
        "operator": both,
        "admin": both,
        "member": ["vm-blue"],
        "reader": ["vm-blue"],
        "operator in red": ["vm-red"],
    } == seen
    assert 403 == Asker(client, WRITER).ask("POST", "/sql", {"sql": "SELECT 1"}).status
    assert 401 == client.request("POST", "/api/v1/sql", data={"sql": "SELECT 1"}).status


def test_what_is_made_moved_and_deleted_counts_with_the_next_statement(filled: Cloud, member: Asker) -> None:
    def names() -> list[str]:
        return sorted(row[0] for row in member.post("/sql", sql="SELECT DISTINCT resource FROM measures")["rows"])

    assert ["vm-blue"] == names()
    late = filled.resource("vm-late", "blue")
    filled.put(filled.metric(late, "cpu.util"), [1])
    assert ["vm-blue", "vm-late"] == names()
    filled.index.resources.change(late.id, ResourceChange(project_id="red"))
    assert ["vm-blue"] == names()
    filled.index.resources.change(late.id, ResourceChange(project_id="blue"))
    assert ["vm-blue", "vm-late"] == names()
    filled.index.resources.delete(late.id)
    assert ["vm-blue"] == names()


def test_views_are_described(member: Asker) -> None:
    views = {view["name"]: view for view in member.get("/sql/views")["views"]}
    assert ["measures", "aggregates", "metrics", "resources", "events", "dead_letters"] == list(views)
    assert {"name": "value", "type": "Float64", "meaning": "the value"} in views["measures"]["columns"]
    shown = member.post("/sql", sql="SHOW TABLES")["rows"]
    assert list(views) == [name for name, _ in shown]
    described = member.post("/sql", sql="DESCRIBE TABLE measures")["rows"]
    assert [[c["name"], c["type"], c["meaning"]] for c in views["measures"]["columns"]] == described


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT * FROM system.tables", "only the views"),
        ("SELECT valu FROM measures", "`valu`"),
        ("SELECT valu FROM measures", "(line 1, column 8)"),
        ("SELECT 1 +", "something is missing"),
        ("SELECT file('/etc/passwd')", "function file is not allowed (line 1, column 8)"),
        ("", "give one SELECT statement"),
        ("DESCRIBE names", "give one SELECT statement"),
    ],
)
def test_a_refusal_is_a_problem_that_says_where(filled: Cloud, member: Asker, sql: str, told: str) -> None:
    answer = member.ask("POST", "/sql", {"sql": sql})
    assert 400 == answer.status
    assert told in answer.json()["detail"]
    assert "names" not in answer.json()["detail"]


def test_no_file_is_written_or_read(filled: Cloud, member: Asker, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    secret, target = folder / "secret", folder / "out"
    secret.write_text("top secret")
    for sql in (
        f"SELECT 1 INTO OUTFILE '{target}'",
        f"SELECT 1 INTO/**/OUTFILE '{target}' TRUNCATE FORMAT CSV",
        f"SELECT value FROM measures INTO OUTFILE '{target}' APPEND",
        f"BACKUP TABLE measures TO File('{target}')",
        f"SELECT 1; SELECT 1 INTO OUTFILE '{target}'",
        f"SELECT file('{secret}')",
        f"SELECT * FROM file('{secret}', 'LineAsString')",
    ):
        answer = member.ask("POST", "/sql", {"sql": sql})
        assert 400 == answer.status, sql
        assert "top secret" not in answer.text
    assert [secret] == list(folder.iterdir())


def test_a_statement_is_watched_and_cancelled_by_its_caller_only(filled: Cloud, client: Client) -> None:
    """All in one loop, as in a server."""
    id_ = str(uuid4())

    async def ask(method: str, path: str, data: object = None, headers: dict[str, str] = MEMBER) -> Answer:
        return await client.send(method, f"/api/v1{path}", data=data, headers=headers)

    async def conversation() -> None:
        asked = asyncio.create_task(ask("POST", "/sql", {"sql": LONG, "id": id_}))
        state = await running(ask, id_)
        assert {"state", "rows_read", "rows_total", "bytes_read", "seconds"} == set(state)
        assert 404 == (await ask("GET", f"/sql/{id_}", headers=READER)).status
        assert 404 == (await ask("DELETE", f"/sql/{id_}", headers=READER)).status
        assert 409 == (await ask("POST", "/sql", {"sql": "SELECT 1", "id": id_})).status
        assert 204 == (await ask("DELETE", f"/sql/{id_}")).status
        answer = await asyncio.wait_for(asked, 20)
        assert (400, "cancelled") == (answer.status, answer.json()["cause"])
        assert [404] * 3 == [
            (await ask(method, f"/sql/{name}")).status
            for method, name in (("GET", id_), ("DELETE", id_), ("DELETE", "no-id"))
        ]
        assert [[1]] == (await ask("POST", "/sql", {"sql": "SELECT 1", "id": id_})).json()["rows"]

    client._runner.run(conversation())


async def running(ask: Callable[[str, str], Awaitable[Answer]], id_: str) -> dict[str, object]:
    """The state of a statement once it runs."""
    give_up = time.monotonic() + 20
    while True:
        assert time.monotonic() < give_up
        answer = await ask("GET", f"/sql/{id_}")
        if answer.status == 200 and answer.json()["state"] == "running":
            found: dict[str, object] = answer.json()
            return found
        await asyncio.sleep(0.02)


def test_an_id_is_a_uuid(member: Asker) -> None:
    assert 400 == member.ask("POST", "/sql", {"sql": "SELECT 1", "id": "x */ SELECT 2"}).status
