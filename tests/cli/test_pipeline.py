# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""`nephoscope pipeline`: what it draws, shows and refuses."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from nephoscope.cli.pipeline import pipeline
from tests.pipeline.made import sample
from tests.project import PROJECT

EXAMPLE = str(PROJECT / "tests/data/pipeline-example.yaml")
CPUS = [
    json.dumps([sample("cpu", volume, at_s, type="cumulative", resource_metadata={"cpu_number": 2})])
    for volume, at_s in ((4e9, 0), (16e9, 10))
]


def called(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(pipeline, arguments, input=given)


def test_check_draws_sources_and_sinks() -> None:
    done = called("check", EXAMPLE)
    assert 0 == done.exit_code
    assert "cpu: cpu\n  ─▶ cpu_util: rate_of_change ─▶ gnocchi://" in done.output


def test_run_shows_what_comes_out_of_each_step() -> None:
    done = called("run", EXAMPLE, given="\n".join(CPUS))
    assert 0 == done.exit_code, done.output
    assert "batch 1, sink cpu_util" in done.output
    assert "rate_of_change: nothing" in done.output
    assert "rate_of_change: 1 sample\n" in done.output
    assert "60 %" in done.output
    assert "sink disk_rates" not in done.output


def test_run_gives_programs_a_line_a_step() -> None:
    done = called("run", EXAMPLE, "--json", given="\n".join(CPUS))
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    (rate,) = [each for each in steps if (2, "cpu_util", "publish") == (each["batch"], each["sink"], each["step"])]
    assert [60.0] == [each["volume"] for each in rate["samples"]]
    assert ["gnocchi://?archive_policy=ceilometer&filter_project=service"] == rate["publishers"]


def test_a_document_over_several_lines_is_one_batch() -> None:
    listed = [json.loads(each)[0] for each in CPUS]
    done = called("run", EXAMPLE, "--json", given=json.dumps({"samples": listed}, indent=1))
    assert {1} == {json.loads(line)["batch"] for line in done.stdout.splitlines()}


def test_what_is_dropped_is_told() -> None:
    done = called("run", EXAMPLE, "--json", given=json.dumps([sample(volume=None)]))
    assert "dropped: volume is no number" in done.stderr


def test_errors_name_file_line_and_what_is_expected(tmp_path: Path) -> None:
    broken = tmp_path / "pipeline.yaml"
    broken.write_text(Path(EXAMPLE).read_text().replace("10**9 *", "10**9 !"))
    done = called("check", str(broken))
    assert 1 == done.exit_code
    assert f"{broken}:48: expression " in done.output
    assert "invalid syntax" in done.output
    refused = called("run", EXAMPLE, given="[{]")
    assert 1 == refused.exit_code
    assert "the samples are not JSON" in refused.output
