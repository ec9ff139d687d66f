# SPDX-License-Identifier: Apache-2.0
"""`nephoscope agent`, as a real process where it runs, in this one where it only shows."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from nephoscope.cli.agent import agent
from nephoscope.model.sample import SampleBatch
from tests.client.server import SampleServer, sample_server

RESIDENT_BYTES_MAX = 80 * 1024 * 1024
STOP_S_MAX = 6.0
# Long enough for a busy machine not to leave a poll out.
INTERVAL_S = 0.4


@pytest.fixture
def server() -> Iterator[SampleServer]:
    """A server that takes samples."""
    with sample_server() as running:
        yield running


class Process:
    """Agents on one spool, one after the other, and what they say."""

    def __init__(self, folder: Path, url: str) -> None:
        self.spool = folder / "spool"
        self.log = folder / "log"
        config = folder / "agent.toml"
        config.write_text("[batch]\nwait_s = 0.05\n[poll]\njitter = 0\n[spool]\nretry_s_max = 0.5\n")
        program = "from nephoscope.cli.agent import agent; agent()"
        options = [
            "--config",
            str(config),
            "--server",
            url,
            "--interval",
            str(INTERVAL_S),
            "--spool-dir",
            str(self.spool),
        ]
        self.command = [sys.executable, "-c", program, *options]
        self.running = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Start one."""
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(self.command, stderr=log, stdout=log)
        return self.running

    def end(self, how: signal.Signals) -> int:
        """Send it a signal; gives its exit status."""
        self.running.send_signal(how)
        return self.running.wait(STOP_S_MAX)

    def kept(self) -> int:
        """How many batches are spooled."""
        return len(list(self.spool.glob("*.batch")))


@pytest.fixture
def process(tmp_path: Path, server: SampleServer) -> Iterator[Process]:
    """A running agent."""
    started = Process(tmp_path, server.url)
    yield started
    started.running.kill()
    started.running.wait()


def eventually(true: Callable[[], bool]) -> None:
    """Wait for it."""
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def stamps(batches: list[SampleBatch], meter: str) -> list[int]:
    """When the meter was read, in order of arrival."""
    rows = [(batch.meters[m].name, t) for batch in batches for m, t in zip(batch.meter, batch.time_ns, strict=True)]
    return [t for name, t in rows if name == meter]


def test_this_host_arrives_at_the_server_within_memory_and_stops_cleanly(
    server: SampleServer, process: Process
) -> None:
    eventually(lambda: len(stamps(server.batches, "load.1m")) >= 15)
    meters = {meter.name for batch in server.batches for meter in batch.meters}
    assert {"cpu.util", "memory.used", "disk.read.bytes", "network.incoming.bytes", "filesystem.used"} <= meters
    status = Path(f"/proc/{process.running.pid}/status").read_text()
    resident = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert resident is not None
    assert 1024 * int(resident[1]) < RESIDENT_BYTES_MAX
    assert process.end(signal.SIGTERM) == 0
    assert process.kept() == 0
    assert "stopped" in process.log.read_text()


def test_readings_are_evenly_spaced_and_none_is_missing_after_an_outage(server: SampleServer, process: Process) -> None:
    eventually(lambda: len(server.batches) > 1)
    server.stop()
    eventually(lambda: process.kept() >= 3)
    server.start()
    eventually(lambda: process.kept() == 0)
    assert process.end(signal.SIGINT) == 0
    times = stamps(server.batches, "uptime")
    assert times == sorted(set(times))
    turns = [round((later - times[0]) / (INTERVAL_S * 1e9)) for later in times]
    assert turns == list(range(turns[-1] + 1))


def test_what_was_spooled_survives_kill_9_and_arrives_before_anything_newer(
    server: SampleServer, process: Process
) -> None:
    server.stop()
    for _ in range(3):
        before = process.kept()
        eventually(lambda: process.kept() >= before + 2)  # noqa: B023 - called at once
        process.end(signal.SIGKILL)
        process.start()
    kept = process.kept()
    server.start()
    eventually(lambda: len(server.batches) > kept + 2)
    assert process.end(signal.SIGTERM) == 0
    times = stamps(server.batches, "uptime")
    assert times == sorted(set(times))
    assert len(times) >= kept


def test_a_stop_while_the_server_is_away_keeps_what_was_polled(server: SampleServer, process: Process) -> None:
    eventually(lambda: len(server.batches) > 1)
    server.stop()
    eventually(lambda: process.kept() >= 1)
    assert process.end(signal.SIGTERM) == 0
    assert process.kept() >= 1


def test_a_second_agent_on_the_same_spool_is_told_so(server: SampleServer, process: Process) -> None:
    eventually(lambda: len(server.batches) > 0)
    second = subprocess.run(process.command, capture_output=True, text=True, timeout=20, check=False)
    assert second.returncode == 1
    assert "used by another agent" in second.stderr


def test_once_shows_this_host_grouped_by_resource() -> None:
    ran = CliRunner().invoke(agent, ["--once"], env={"COLUMNS": "100"})
    assert ran.exit_code == 0, ran.output
    host = os.uname().nodename
    assert re.match(rf"{re.escape(host)}  host\n.*kernel {re.escape(os.uname().release)}", ran.output)
    assert re.search(r"^cpu\.util +[\d.]+ +% +gauge", ran.output, re.MULTILINE)
    assert re.search(r"^memory\.total +[\d.]+ +[GMT]iB +gauge", ran.output, re.MULTILINE)
    assert f"{host}.network.lo  host_network_interface" in ran.output


def test_once_speaks_json_to_programs() -> None:
    ran = CliRunner().invoke(agent, ["--once", "--json"])
    shown = json.loads(ran.stdout)
    ids = {resource["id"] for resource in shown["resources"]}
    assert {"resource", "meter", "kind", "unit", "value"} == set(shown["samples"][0])
    assert {sample["resource"] for sample in shown["samples"]} == ids
    assert len(shown["samples"]) > 50


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--config", "/no/such.toml"], "cannot read /no/such.toml"),
        (["--server", "nowhere"], "the command line: server.url: expected an address"),
        (["--token-file", "/no/such"], "the command line: server.token_file: /no/such cannot be read"),
        (["--spool-dir", "/proc/none"], "cannot use the spool folder /proc/none"),
    ],
)
def test_a_mistake_is_named_and_ends_the_start(options: list[str], message: str) -> None:
    program = "from nephoscope.cli.agent import agent; agent()"
    ran = subprocess.run(
        [sys.executable, "-c", program, *options], capture_output=True, text=True, timeout=20, check=False
    )
    assert ran.returncode == 1
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_pollster_that_nobody_offers_is_named(tmp_path: Path) -> None:
    (tmp_path / "agent.toml").write_text('[poll]\npollsters = ["cpus"]')
    ran = CliRunner().invoke(agent, ["--once", "--config", str(tmp_path / "agent.toml")])
    assert ran.exit_code == 1
    assert "no pollster is called 'cpus'" in ran.output


def test_the_options_win_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "agent.toml").write_text('[host]\nname = "from-file"\n[server]\nurl = "http://file"\ntoken = "x"')
    (tmp_path / "token").write_text("t")
    options = ["--config", str(tmp_path / "agent.toml"), "--token-file", str(tmp_path / "token"), "--once", "--json"]
    ran = CliRunner().invoke(agent, options)
    assert ran.exit_code == 0, ran.output
    assert "from-file" in {resource["id"] for resource in json.loads(ran.stdout)["resources"]}


def test_the_agent_needs_nothing_of_the_servers_wheels() -> None:
    program = "import sys, nephoscope.cli.agent as a; a.make_jobs(a.AgentConfig()); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in ran.stdout.split()}
    assert {"urllib3", "msgspec", "psutil"} <= loaded
    assert not {"numpy", "pyarrow", "starlette", "sqlalchemy", "clickhouse_connect", "chdb"} & loaded


def test_json_without_once_is_a_mistake() -> None:
    ran = CliRunner().invoke(agent, ["--json"])
    assert ran.exit_code == 2
    assert "--json goes with --once" in ran.output


def test_the_help_teaches_by_examples() -> None:
    shown = CliRunner().invoke(agent, ["--help"]).output
    assert "nephoscope agent --once" in shown
    assert "[server]" in shown
