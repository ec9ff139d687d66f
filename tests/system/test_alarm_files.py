# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Alarms as files against a serving program: out, in, changed, taken from a Prometheus, and tested without one."""

from pathlib import Path

import pytest

from tests.project import PROJECT
from tests.system.commands import answer_of, nephoscope, run
from tests.system.server import Server

RULES = str(PROJECT / "tests/data/prometheus-rules.yaml")
FILE = """\
version: 1
alarms:
  - name: cpu is busy
    project_id: filed
    type: series
    rule: {metric: cpu.util, threshold: 80}
    behaviour: {pending_s: 300}
    alarm_actions: ["https://ann:secret@hooks.example/a"]
  - name: group is busy
    project_id: filed
    type: gnocchi_aggregation_by_resources_threshold
    rule: {metric: cpu.util, resource_type: generic, query: '{"=": {"id": "vm"}}', threshold: 80,
           aggregation_method: mean}
"""
TESTS = """\
alarm_files: [alarms.yaml]
tests:
  - name: a busy host fires once it was busy for five minutes
    input:
      - {resource: vm, metric: cpu.util, project: filed, values: "10x4 90x10"}
    expect:
      - {at: 10m, alarm: cpu is busy, state: ok}
      - {at: 11m, alarm: cpu is busy, state: alarm}
"""
OF_PROJECT = ("--project", "filed")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "alarms.yaml"
    path.write_text(FILE)
    return str(path)


def test_a_file_goes_in_and_out_and_is_the_same(shared_server: Server, tmp_path: Path, file: str) -> None:
    plan = nephoscope(shared_server, "alarm", "import", file, "--dry-run")
    assert "+ cpu is busy  (project filed)\n" in plan
    assert "2 to create, 0 to change, 0 to delete, 0 the same\n" in plan
    assert "2 created, 0 changed, 0 deleted, 0 the same\n" in nephoscope(shared_server, "alarm", "import", file)
    out = tmp_path / "out.yaml"
    nephoscope(shared_server, "alarm", "export", *OF_PROJECT, "-o", str(out))
    assert "secret" not in out.read_text()
    assert "ann:secret@" in nephoscope(shared_server, "alarm", "export", *OF_PROJECT, "--secrets")
    for name in (file, str(out)):
        unchanged = nephoscope(shared_server, "alarm", "import", name, "--delete")
        assert "0 created, 0 changed, 0 deleted, 2 the same\n" == unchanged
    # What is exported again is the same to the letter.
    assert out.read_text() == nephoscope(shared_server, "alarm", "export", *OF_PROJECT)
    out.write_text(out.read_text().replace("threshold: 80.0", "threshold: 90.0", 1))
    changed = nephoscope(shared_server, "alarm", "import", str(out))
    assert "    rule.threshold: 80.0 → 90.0\n" in changed
    assert "ann:secret@" in nephoscope(shared_server, "alarm", "export", *OF_PROJECT, "--secrets")
    (listed, _) = sorted(answer_of(shared_server, "alarm", "list", *OF_PROJECT), key=lambda each: each["name"])
    assert ("cpu is busy", 90.0) == (listed["name"], listed["threshold"])
    assert "threshold: 90.0" in nephoscope(shared_server, "alarm", "show", "cpu is busy")
    out.write_text(FILE.partition("  - name: group")[0].replace("threshold: 80", "threshold: much"))
    refused = nephoscope(shared_server, "alarm", "import", str(out), "--delete", code=1)
    assert f"{out}:6: alarms[0].rule.threshold: Expected `float`, got `str`" in refused
    assert 2 == len(answer_of(shared_server, "alarm", "list", *OF_PROJECT))
    out.write_text(FILE.partition("  - name: group")[0])
    assert "- group is busy  (project filed)\n" in nephoscope(shared_server, "alarm", "import", str(out), "--delete")


def test_rules_of_a_prometheus_become_alarms(shared_server: Server) -> None:
    project = ("--project", "ruled")
    arguments = ("alarm", "import-prometheus", RULES, *project)
    assert "Unbalanced" in nephoscope(shared_server, *arguments, code=1)
    assert [] == answer_of(shared_server, "alarm", "list", *project)
    assert "7 created" in nephoscope(shared_server, *arguments, "--skip")
    assert "7 the same" in nephoscope(shared_server, *arguments, "--skip")
    native = nephoscope(shared_server, *arguments, "--skip", "--native")
    assert "0 created, 5 changed, 0 deleted, 0 the same" in native
    kinds = {each["name"]: each["type"] for each in answer_of(shared_server, "alarm", "list", *project)}
    assert ("series", "prometheus") == (kinds["HostDown"], kinds["NobodyAnswers"])


def test_tests_need_no_server(tmp_path: Path, file: str) -> None:
    tests = Path(file).with_name("t.yaml")
    tests.write_text(TESTS)
    good = run("nephoscope", "alarm", "test", str(tests))
    assert (0, "1 test, none failed") == (good.returncode, good.stdout.splitlines()[-1]), good.stderr
    tests.write_text(TESTS.replace("at: 11m", "at: 10m"))
    bad = run("nephoscope", "alarm", "test", str(tests))
    assert (1, "1 test, 1 failed") == (bad.returncode, bad.stdout.splitlines()[-1])
    assert f"{tests}:8: at 10m, cpu is busy\n          expected  alarm\n          there is  ok" in bad.stdout
