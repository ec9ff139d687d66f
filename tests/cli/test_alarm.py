# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""`nephoscope alarm`: what it asks a server for, shows, writes and refuses."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from nephoscope.cli.alarm import alarm
from nephoscope.rehearsal import Failure, Moment, Outcome
from tests.alarm.answering import as_json
from tests.cli.asking import Asked, running
from tests.project import PROJECT

RULES = str(PROJECT / "tests/data/prometheus-rules.yaml")
FILE = """\
version: 1
alarms:
  - name: busy
    type: series
    rule: {metric: cpu, threshold: 80}
"""
BODY = {"name": "busy", "type": "series", "rule": {"metric": "cpu", "threshold": 80}}
SHOWN: dict[str, Any] = {
    **BODY,
    "id": "a1",
    "project_id": "blue",
    "description": "",
    "enabled": True,
    "severity": "low",
    "behaviour": {"pending_s": 60},
    "labels": {},
    "ok_actions": [],
    "alarm_actions": ["https://hooks.example/[team]"],
    "insufficient_data_actions": [],
    "repeat_actions": False,
    "time_constraints": [],
    "state": "alarm",
    "since_ms": 1_767_571_200_000,
    "reason": "Transition to alarm: 1 of 2 instances are: host=[a]",
    "error": "",
}
INSTANCE = {"labels": {"host": "[a]"}, "state": "alarm", "since_ms": 0, "value": 90.5, "reason": "beyond"}
DELIVERY = {"target": "log:", "state": "alarm", "created_ms": 0, "progress": "delivered", "attempts": 1}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "alarms.yaml").write_text(FILE)
    return tmp_path


serving = partial(running, alarm)


def plan(*steps: dict[str, Any], applied: bool = True) -> dict[str, Any]:
    usual = {"project_id": "blue", "id": "a1", "changes": []}
    return {"applied": applied, "steps": [{**usual, **each} for each in steps]}


def test_list_shows_all_pages_as_they_are() -> None:
    class Paged(Asked):
        def __call__(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
            super().__call__(method, path, body)
            is_second = "marker=a1" in path
            off = {**SHOWN, "name": "second", "enabled": False, "error": "the engine is away"}
            return 200, as_json({"alarms": [off if is_second else SHOWN], "next": None if is_second else "a1"})

    asked = Paged()
    with serving(asked) as run:
        done = run("list", "--state", "alarm", "--failing")
        assert (0, "") == (done.exit_code, done.stderr)
        assert "busy" in done.stdout
        assert "2026-01-05 00:00:00" in done.stdout
        assert "alarm, off, failing" in " ".join(done.stdout.split())
        assert "/api/v1/alarms?limit=1000&state=alarm&failing=true" == asked.requests[0][1]
        assert ["busy", "second"] == [each["name"] for each in json.loads(run("list", "--json").stdout)]


def test_an_empty_list_says_how_to_make_one() -> None:
    with serving(Asked(alarms={"alarms": [], "next": None})) as run:
        assert "alarm import --help" in run("list").stdout


def test_show_finds_an_alarm_by_name_or_id() -> None:
    detail = {"alarm": SHOWN, "instances": [INSTANCE], "deliveries": [DELIVERY]}
    asked = Asked(alarms={"alarms": [SHOWN], "next": None}, **{"alarms/a1": detail})
    with serving(asked) as run:
        for name in ("busy", "a1"):
            done = run("show", name)
            assert 0 == done.exit_code, done.output
            for text in ("busy (a1): alarm since", "threshold: 80", "host=[a]", "90.5", "hooks.example/[team]", "log:"):
                assert text in done.stdout
        assert detail == json.loads(run("show", "busy", "--json").stdout)
        missing = run("show", "lazy")
    assert (1, "Error: there is no alarm 'lazy'; `nephoscope alarm list` shows those that there are\n") == (
        missing.exit_code,
        missing.stderr,
    )


def test_a_name_that_several_have_is_not_guessed_at() -> None:
    with serving(Asked(alarms={"alarms": [SHOWN, {**SHOWN, "id": "a2"}], "next": None})) as run:
        done = run("show", "busy")
    assert (1, "Error: 2 alarms have the name 'busy'; say which by its id: a1, a2\n") == (done.exit_code, done.stderr)


def test_export_writes_what_import_reads(tmp_path: Path) -> None:
    listed = [{**BODY, "project_id": "blue"}, {**BODY, "name": "Č", "project_id": "blue"}]
    asked = Asked(**{"alarms/file": {"version": 1, "alarms": listed}})
    path = tmp_path / "out.yaml"
    with serving(asked) as run:
        told = run("export", "--match", "b*", "--secrets", "-o", str(path))
        assert (0, f"2 alarms written to {path}\n", "") == (told.exit_code, told.stderr, told.stdout)
        assert "/api/v1/alarms/file?match=b%2A&secrets=true" == asked.requests[0][1]
        assert path.read_text() == run("export").stdout
        assert 0o600 == path.stat().st_mode & 0o777
        assert {"version": 1, "alarms": listed} == json.loads(run("export", "--json").stdout)
        asked.answers["alarms/file"] = plan({"name": "busy", "action": "same"})
        assert 0 == run("import", str(path)).exit_code
    assert listed == asked.requests[-1][2]["alarms"]


def test_export_warns_of_names_that_are_there_twice() -> None:
    twice = [{**BODY, "project_id": "blue"}] * 2
    with serving(Asked(**{"alarms/file": {"version": 1, "alarms": twice}})) as run:
        assert "warning: 2 alarms of project blue have the name 'busy'" in run("export").stderr


def test_import_draws_the_plan(folder: Path) -> None:
    changes = [
        {"path": "rule.threshold", "before": 80, "after": 90},
        {"path": "labels.team", "before": None, "after": "web"},
        {"path": "alarm_actions", "before": ["https://***@a/"], "after": ["https://***@a/"]},
    ]
    steps = plan(
        {"name": "new", "action": "create"},
        {"name": "busy", "action": "change", "changes": changes},
        {"name": "same", "action": "same"},
        {"name": "old", "action": "delete"},
        applied=False,
    )
    asked = Asked(**{"alarms/file": steps})
    with serving(asked) as run:
        done = run("import", str(folder / "alarms.yaml"), "--dry-run", "--delete", "--project", "blue")
    assert (
        "+ new  (project blue)\n"
        "~ busy  (project blue)\n"
        "    rule.threshold: 80 → 90\n"
        '    labels.team: nothing → "web"\n'
        '    alarm_actions: ["https://***@a/"] with another secret\n'
        "- old  (project blue)\n"
        "1 to create, 1 to change, 1 to delete, 1 the same\n"
    ) == done.output
    sent = {"version": 1, "alarms": [{**BODY, "project_id": "blue"}], "delete": True, "dry_run": True}
    assert [("POST", "/api/v1/alarms/file", sent)] == asked.requests


def test_what_the_server_refuses_is_told_with_its_line(folder: Path) -> None:
    refused = {"detail": "Invalid input: expected a finite number", "field": ["alarms", "0", "rule", "threshold"]}
    file = str(folder / "alarms.yaml")
    with serving(Asked(**{"alarms/file": (400, refused)})) as run:
        done = run("import", file)
    assert (1, f"Error: {file}:5: alarms[0].rule.threshold: expected a finite number\n") == (
        done.exit_code,
        done.stderr,
    )


def test_a_file_that_is_wrong_is_not_sent(folder: Path) -> None:
    (folder / "alarms.yaml").write_text(FILE.replace("type: series", "kind: series"))
    asked = Asked()
    with serving(asked) as run:
        done = run("import", str(folder / "alarms.yaml"))
    assert (1, []) == (done.exit_code, asked.requests)
    assert "alarms.yaml:4: alarms[0].kind: expected one of the keys name, project_id" in done.stderr


def test_rules_of_a_prometheus_are_imported_as_a_whole_or_with_skips() -> None:
    asked = Asked(**{"alarms/file": plan({"name": "HostDown", "action": "create"})})
    with serving(asked) as run:
        refused = run("import-prometheus", RULES)
        assert (1, []) == (refused.exit_code, asked.requests)
        assert f"error: {RULES}:39: Unbalanced: a bracket ) is missing\n" in refused.stderr
        assert "nothing is imported for 1 alert; --skip leaves them out" in refused.stderr
        done = run("import-prometheus", RULES, "--skip", "--project", "blue")
    assert 0 == done.exit_code, done.output
    assert f"skipped: {RULES}:39: Unbalanced" in done.stderr
    assert "warning: " in done.stderr
    ((_, _, sent),) = asked.requests
    assert 7 == len(sent["alarms"])
    assert {"blue"} == {each["project_id"] for each in sent["alarms"]}


def test_rules_of_a_prometheus_become_a_file_of_our_own_rules(folder: Path) -> None:
    out = folder / "out.yaml"
    arguments = ("--native", "--skip", "--attribute", "job=service", "--resource-type", "prometheus")
    with serving(Asked(**{"alarms/file": plan()})) as run:
        assert 0 == run("import-prometheus", RULES, *arguments, "-o", str(out)).exit_code
        assert out.read_text() == run("import-prometheus", RULES, *arguments, "-o", "-").stdout
        assert "type: series" in out.read_text()
        assert 0 == run("import", str(out)).exit_code
        wrong = run("import-prometheus", RULES, "--native", "--attribute", "job")
    assert (2, True) == (wrong.exit_code, "expected LABEL=ATTRIBUTE" in wrong.stderr)


def test_tests_are_told_as_a_runner_does(monkeypatch: pytest.MonkeyPatch) -> None:
    failure = Failure("t.yaml:9", "5m", "busy", "alarm", "a: ok\nb: ok")
    happened = [Moment(3661.0, "busy", "ok", "why")]
    outcomes = [Outcome("t.yaml", "one", 1, [], []), Outcome("t.yaml", "two", 1, [failure], happened)]
    monkeypatch.setattr("nephoscope.cli.alarm_testing._outcomes", lambda files: iter(outcomes[: len(files)]))
    good = CliRunner().invoke(alarm, ["test", "t.yaml"])
    assert (0, "ok    t.yaml: one\n1 test, none failed\n") == (good.exit_code, good.output)
    bad = CliRunner().invoke(alarm, ["test", "t.yaml", "u.yaml"])
    assert (
        1,
        "ok    t.yaml: one\n"
        "FAIL  t.yaml: two\n"
        "      t.yaml:9: at 5m, busy\n"
        "          expected  alarm\n"
        "          there is  a: ok\n"
        "                    b: ok\n"
        "      what happened:\n"
        "            1h1m1s  busy: ok (why)\n"
        "2 tests, 1 failed\n",
    ) == (bad.exit_code, bad.output)
    as_data = CliRunner().invoke(alarm, ["test", "t.yaml", "u.yaml", "--json"])
    assert (1, [[], ["t.yaml:9"]]) == (
        as_data.exit_code,
        [[each["place"] for each in outcome["failures"]] for outcome in json.loads(as_data.output)],
    )


def test_a_file_of_tests_that_is_wrong_is_refused_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("alarms: []\ntests: 5\n")
    done = CliRunner().invoke(alarm, ["test", str(path)])
    assert (1, f"Error: {path}:1: the file: expected alarms, or alarm_files that name some, there is neither\n") == (
        done.exit_code,
        done.stderr,
    )
