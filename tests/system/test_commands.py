# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Each command against a serving program: what people read, what programs read, and how it fails."""

import re
import time
from pathlib import Path

import pytest

from tests.system.commands import answer_of, nephoscope, run
from tests.system.http import gnocchi
from tests.system.load import Load, assert_all_there_once
from tests.system.server import BASIC, Server, serving


def test_a_sample_sent_by_hand_is_shown_at_the_end_of_the_journey(shared_server: Server) -> None:
    said = nephoscope(shared_server, "send", "queue.length", "17", "--unit", "job", "--resource", "mailer")
    assert said.startswith("queue.length = 17 job stored")
    (metric,) = answer_of(shared_server, "show", "queue.length", "--resource", "mailer")
    assert ("queue.length", 17.0, "job", "mailer") == tuple(
        metric[key] for key in ("name", "value", "unit", "resource")
    )
    shown = nephoscope(shared_server, "show", "queue")
    assert re.search(r"mailer\s+generic", shown)
    assert re.search(r"queue\.length\s+17\s+job", shown)
    assert [] == answer_of(shared_server, "show", "no.such.meter")
    assert "Nothing found" in nephoscope(shared_server, "show", "no.such.meter")


def test_sql_in_three_forms(shared_server: Server) -> None:
    for value in (1, 2, 3):
        time_ns = str(1_800_000_000_000_000_000 + value)
        nephoscope(shared_server, "send", "asked", str(value), "--resource", "sql", "--time-ns", time_ns)
    sql = "SELECT sum(value) AS total, count() AS points FROM measures WHERE name = 'asked' AND resource = 'sql'"
    answer = answer_of(shared_server, "query", sql)
    assert {
        "columns": [{"name": "total", "type": "Float64"}, {"name": "points", "type": "UInt64"}]
    }.items() <= answer.items()
    assert {"rows": [[6, 3]], "complete": True}.items() <= answer.items()
    assert ["total,points", "6,3"] == nephoscope(shared_server, "query", sql, "--csv").splitlines()
    assert re.search(r"total\s+points\s*\n6\s+3", nephoscope(shared_server, "query", sql))
    assert "only the views" in nephoscope(shared_server, "query", "SELECT * FROM system.tables", code=1)
    assert "SELECT" in nephoscope(shared_server, "query", "DROP TABLE measures", code=1)


def test_status_counts_drops_by_cause_as_the_own_metrics_do(tmp_path: Path) -> None:
    with serving(tmp_path, config=BASIC) as server:
        assert [] == answer_of(server, "status")["dropped"]
        metric = gnocchi(server.url).done("POST", "/v1/metric", body={"archive_policy_name": "low"})["id"]
        for second in (1_748_779_200, 1_748_700_000):
            body = [{"timestamp": second, "value": 1}]
            assert 202 == gnocchi(server.url)("POST", f"/v1/metric/{metric}/measures", body=body).status
        status = answer_of(server, "status")
        assert [{"station": "store", "cause": "late", "records": 1.0}] == status["dropped"]
        assert (1, 1.0) == (status["metrics"], status["measures_accepted"])
        assert 1 == {table["table"]: table["rows"] for table in status["tables"]}["measures"]
        assert re.search(r"store\s+late\s+1", nephoscope(server, "status"))
        own = server.api.done("GET", "/metrics")
        assert 'nephoscope_dropped_total{cause="late",station="store"} 1' in own.splitlines()
        assert "nephoscope_measures_accepted_total 1" in own.splitlines()
        assert "# TYPE nephoscope_dropped_total counter" in own.splitlines()


def test_the_doctor_names_the_station_where_data_stop(tmp_path: Path) -> None:
    def walk(*arguments: str, code: int) -> list[tuple[str, bool]]:
        found = answer_of(server, "doctor", *arguments, code=code)
        assert found["good"] == (code == 0)
        assert all(each["advice"] for each in found["stations"] if not each["good"])
        return [(each["station"], each["good"]) for each in found["stations"]]

    with serving(tmp_path, config=BASIC) as server:
        assert [("index", False)] == walk("--resource", "nobody", code=1)
        assert [("index", False)] == walk("--metric", "00000000-0000-0000-0000-000000000001", code=1)
        empty = gnocchi(server.url).done("POST", "/v1/metric", body={"archive_policy_name": "low"})["id"]
        stations = [("index", True), ("receive", False), ("store", False)]
        assert stations == walk("--metric", empty, code=1)
        nephoscope(server, "send", "old", "1", "--resource", "silent", "--time-ns", str(time.time_ns() - 3_600 * 10**9))
        assert ("receive", True) in walk("--metric", empty, code=1)
        assert ("store", False) in walk("--resource", "silent", code=1)
        nephoscope(server, "send", "new", "1", "--resource", "lively")
        stations = [("index", True), ("receive", True), ("store", True), ("query", True)]
        assert stations == walk("--resource", "lively", code=0)
        assert "stop" in nephoscope(server, "doctor", "--resource", "nobody", code=1)
        assert "stop" not in nephoscope(server, "doctor", "--resource", "lively")


def test_users_and_tokens_are_managed_while_it_serves(shared_server: Server, tmp_path: Path) -> None:
    def user(*arguments: str, code: int = 0, group: str = "user") -> str:
        ended = run("nephoscope", group, "--data-dir", str(shared_server.data_dir), *arguments)
        assert code == ended.returncode, ended.stderr
        return ended.stdout if code == 0 else ended.stderr

    def as_alice(*arguments: str) -> int:
        env = {"NEPHOSCOPE_SERVER": shared_server.url, "NEPHOSCOPE_TOKEN_FILE": str(token_file)}
        return run("nephoscope", *arguments, env=env).returncode

    token_file = tmp_path / "alice.token"
    password = ("--password", "s3cret horse")
    assert "exist" in user("add", "alice", "--project", "blue", *password, code=1)
    assert "project blue added\n" == user("add", "blue", group="project")
    assert "user alice added\n" == user("add", "alice", "--role", "member", "--project", "blue", *password)
    assert re.search(r"^alice\s+person\s+-\s+blue\*\(member\)$", user("list"), re.MULTILINE)
    assert "exists" in user("add", "alice", *password, code=1)
    token_file.write_text(user("token", "alice", "--days", "1"))
    assert 0 == as_alice("send", "seen.by.alice", "1", "--resource", "hers")
    assert 1 == as_alice("status")
    assert ["seen.by.alice"] == [each["name"] for each in answer_of(shared_server, "show", "seen.by.alice")]
    user("delete", "alice")
    assert "alice does not exist" in user("token", "alice", code=1)


@pytest.mark.parametrize(("what", "name"), [("pollsters", "cpu"), ("engines", "chdb://"), ("dialects", "gnocchi")])
def test_what_can_be_configured_is_listed(shared_server: Server, what: str, name: str) -> None:
    assert name in {row["name"] for row in answer_of(shared_server, "list", what)}
    assert re.search(rf"^{re.escape(name)}\s+\S", nephoscope(shared_server, "list", what), re.MULTILINE)


def test_a_server_that_is_not_there_is_said_to_be_so() -> None:
    ended = run("nephoscope", "show", "--server", "http://127.0.0.1:9", env={"NEPHOSCOPE_TOKEN_FILE": ""})
    assert 1 == ended.returncode
    assert "does not answer" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_backup_under_load_brings_back_everything_accepted_before_it(tmp_path: Path) -> None:
    copy, target = tmp_path / "copy", tmp_path / "restored"
    target.mkdir()
    with serving(tmp_path, config=BASIC) as server:
        load = Load(server)
        with load.running():
            load.wait_for(1000)
            before = {series.id: set(series.acknowledged) for group in load.series for series in group}
            said = nephoscope(server, "backup", str(copy))
            load.wait_for(100)
        found = re.fullmatch(rf"{copy}: (\d+) measures, 20 metrics; verified by restoring\n", said)
        assert found, said
        assert sum(map(len, before.values())) <= int(found[1]) <= load.acknowledged
        assert_all_there_once(load)
        assert "not empty" in nephoscope(server, "backup", str(copy), code=1)
    ended = run("nephoscope", "restore", str(copy), "--data-dir", str(target / "data"))
    assert 0 == ended.returncode, ended.stderr
    assert ended.stdout.startswith(f"restored {found[1]} measures and 20 metrics")
    assert "holds rows already" in run("nephoscope", "restore", str(copy), "--data-dir", str(target / "data")).stderr
    with serving(target, config=BASIC) as restored:
        load.server = restored
        for series in (each for group in load.series for each in group):
            series.acknowledged = before[series.id]
        stored = assert_all_there_once(load)
        assert int(found[1]) == stored
        fresh = gnocchi(restored.url).done("POST", "/v1/metric", body={"archive_policy_name": "low"})["id"]
        assert [] == gnocchi(restored.url).done("GET", f"/v1/metric/{fresh}/measures")
        print(f"backup under load: {sum(map(len, before.values()))} acknowledged before, {stored} in the copy")
