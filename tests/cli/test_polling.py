# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""`nephoscope polling check`: what it draws, and what it refuses."""

from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result

from nephoscope.cli.polling import NAMESPACES, polling
from nephoscope.model.sample import Meter
from nephoscope.poll import families
from nephoscope.poll.contract import Namespace, PollSettings
from tests.poll.counting import Counting
from tests.project import PROJECT

EXAMPLE = str(PROJECT / "tests/data/polling-example.yaml")


class Vms(Counting):
    """Of this host."""

    METERS: tuple[Meter, ...] = (Meter("cpu"), Meter("memory.usage"))
    NAMESPACE: Namespace = "compute"
    DISCOVERY = "local_instances"

    def __init__(self, settings: PollSettings) -> None:
        super().__init__()
        self.settings = settings


class Images(Vms):
    """Of a service."""

    METERS = (Meter("image.size"),)
    NAMESPACE: Namespace = "central"
    DISCOVERY = "images"


@pytest.fixture(autouse=True)
def two_families(monkeypatch: pytest.MonkeyPatch) -> None:
    """Families of this test instead of all that there are."""
    monkeypatch.setattr(families, "FAMILIES", {"images": f"{__name__}:Images", "vms": f"{__name__}:Vms"})


def called(*arguments: str) -> Result:
    return CliRunner().invoke(polling, arguments)


def test_check_draws_what_is_polled_how_often_by_whom() -> None:
    done = called("check", EXAMPLE)
    assert 0 == done.exit_code, done.output
    nodes = "ipmi://192.0.2.21, ipmi://192.0.2.22"
    assert [
        "every 60 s",
        "  vms (compute)",
        "    instance_counters ─▶ cpu, memory.usage of local_instances",
        "every 120 s",
        "  vms (compute)",
        f"    static_nodes ─▶ cpu, memory.usage of {nodes}",
        "every 120 s, shared among agents",
        "  images (central)",
        f"    static_nodes ─▶ image.size of {nodes}",
        "every 3600 s, shared among agents",
        "  images (central)",
        "    inventory ─▶ image.size of images",
    ] == done.stdout.splitlines()
    assert "source 'inventory': no family has a meter 'volume.size'" in done.stderr


def test_check_draws_the_namespaces_that_are_asked_for() -> None:
    done = called("check", EXAMPLE, "--namespace", "central")
    assert "vms" not in done.stdout
    assert "images (central)" in done.stdout
    assert "has a meter 'cpu'" not in done.stderr, "others poll it"
    assert set(get_args(Namespace)) == set(NAMESPACES)


def test_errors_name_file_line_and_what_is_expected(tmp_path: Path) -> None:
    broken = tmp_path / "polling.yaml"
    broken.write_text(Path(EXAMPLE).read_text().replace("interval: 300", "interval: 5 min", 1))
    done = called("check", str(broken))
    assert 1 == done.exit_code
    assert f"{broken}:14: sources[1].interval: expected a whole number of seconds from 1 to" in done.output
    broken.write_bytes(b"\xff")
    assert "cannot be read" in called("check", str(broken)).output
