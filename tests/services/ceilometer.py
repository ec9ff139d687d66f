# SPDX-License-Identifier: Apache-2.0
"""Real agents of Ceilometer as children, from an environment of their own, with one folder of configuration."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import yaml

from tests.services.keystone import Keystone
from tests.services.rabbitmq import RabbitMQ
from tests.services.starting import tail, until_ready

PROJECT = Path(__file__).parents[2]
PROGRAMS = PROJECT / ".venv-ceilometer" / "bin"
INSTALL = "Ceilometer is missing: run `make test-ceilometer-env`, which `make test` does as well"
START_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 20.0
UPGRADE_TIMEOUT_S = 90.0
POLL_S = 2
SAMPLES_QUEUE = "notifications.sample"

COMMON = """
[DEFAULT]
transport_url = rabbit://guest:guest@127.0.0.1:{port}/
[compute]
instance_discovery_method = libvirt_metadata
[service_credentials]
auth_type = password
auth_url = {keystone}/v3
username = {user}
password = {password}
project_name = service
user_domain_name = Default
project_domain_name = Default
interface = public
"""
OF_A_HOST = """
[DEFAULT]
host = {host}
libvirt_uri = {libvirt_uri}
"""
# Rates of bytes are what no pollster for libvirt gives.
METERS = ["*", "!network.*.bytes.rate"]
# The packaged event pipeline leads to notifier:// alone.
TO_GNOCCHI = [{"name": "gnocchi", "publishers": ["gnocchi://"]}]
PIPELINES = {
    "polling.yaml": {"sources": [{"name": "all", "interval": POLL_S, "meters": METERS}]},
    "pipeline.yaml": {"sources": [{"name": "meters", "meters": ["*"], "sinks": ["gnocchi"]}], "sinks": TO_GNOCCHI},
    "event_pipeline.yaml": {
        "sources": [{"name": "events", "events": ["*"], "sinks": ["gnocchi"]}],
        "sinks": TO_GNOCCHI,
    },
}


@dataclass(frozen=True)
class Account:
    """Whom the agents log in as, in the project `service`."""

    user: str
    password: str


class Agent:
    """One of the two programs; its workers are children of its own and end with it."""

    def __init__(self, name: str, command: list[str], folder: Path) -> None:
        self._command = command
        self._folder = folder
        self._log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, without waiting for what it does."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=_environment(self._folder),
                # A Ctrl-C at the terminal belongs to pytest, whose fixtures then stop us in order.
                start_new_session=True,
            )

    def wait_for(self, check: Callable[[], object]) -> None:
        """Wait until it has come so far."""
        assert self._process is not None
        until_ready(self._log.stem, check, self._process, lambda: tail(self._log, 60), START_TIMEOUT_S)

    def ask_to_stop(self) -> None:
        """SIGTERM, without waiting; nothing happens when it is down."""
        if self.running and self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """SIGTERM, and kill -9 for itself and its workers should that not do."""
        self.ask_to_stop()
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT_S)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def processes(self) -> list[psutil.Process]:
        """The program and its workers."""
        if self._process is None:
            return []
        first = psutil.Process(self._process.pid)
        return [first, *first.children(recursive=True)]

    def said(self) -> str:
        """Its log so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def complaints(self) -> list[str]:
        """The errors in its log."""
        return [line for line in self.said().splitlines() if " ERROR ceilometer" in line or " CRITICAL " in line]


class Ceilometer:
    """The agents of one cloud: any number that poll compute hosts, one that takes what is on the bus."""

    def __init__(self, folder: Path, keystone: Keystone, bus: RabbitMQ, account: Account) -> None:
        if not (PROGRAMS / "ceilometer-polling").exists():
            raise RuntimeError(INSTALL)
        self.folder = folder
        self._bus = bus
        self._agents: list[Agent] = []
        (folder / "ceilometer.conf").write_text(
            COMMON.format(port=bus.port, keystone=keystone.url, user=account.user, password=account.password)
        )
        for name, content in PIPELINES.items():
            (folder / name).write_text(yaml.safe_dump(content))

    def define_resources(self) -> dict[str, Any]:
        """
        Write gnocchi_resources.yaml: the packaged one, but what only grows is kept by the second, not by five minutes.

        Gives what it says.
        """
        (packaged,) = PROGRAMS.parent.glob("lib/python*/site-packages/ceilometer/publisher/data/gnocchi_resources.yaml")
        text = packaged.read_text().replace(
            "archive_policy_name: ceilometer-low-rate", "archive_policy_name: ceilometer-high-rate"
        )
        (self.folder / "gnocchi_resources.yaml").write_text(text)
        content: dict[str, Any] = yaml.safe_load(text)
        return content

    def upgrade(self) -> subprocess.CompletedProcess[str]:
        """What became of `ceilometer-upgrade`, which makes the resource types; one try."""
        command = [*self._command("ceilometer-upgrade"), "--retry", "1"]
        return subprocess.run(
            command,
            env=_environment(self.folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=UPGRADE_TIMEOUT_S,
            check=False,
        )

    def start_polling(self, host: str, libvirt_uri: str) -> Agent:
        """The agent of a compute host, which polls every other second, beginning as soon as it can."""
        own = self.folder / f"{host}.conf"
        own.write_text(OF_A_HOST.format(host=host, libvirt_uri=libvirt_uri))
        more = ["--config-file", str(own), "--polling-namespaces", "compute"]
        return self._started(Agent(f"polling-{host}", [*self._command("ceilometer-polling"), *more], self.folder))

    def start_notification(self) -> Agent:
        """The agent that takes what is on the bus; it may be waited for with `listening`."""
        command = self._command("ceilometer-agent-notification")
        return self._started(Agent("notification", command, self.folder))

    def listening(self, agent: Agent) -> None:
        """Wait until the agent listens to the bus."""
        agent.wait_for(lambda: self._bus.consumers(SAMPLES_QUEUE))

    def stop(self) -> None:
        """Stop all agents."""
        for agent in self._agents:
            agent.ask_to_stop()
        for agent in self._agents:
            agent.stop()

    def _started(self, agent: Agent) -> Agent:
        self._agents.append(agent)
        agent.start()
        return agent

    def _command(self, program: str) -> list[str]:
        return [str(PROGRAMS / program), "--config-file", str(self.folder / "ceilometer.conf")]


@contextmanager
def configured(folder: Path, keystone: Keystone, bus: RabbitMQ, account: Account) -> Iterator[Ceilometer]:
    """Agents with their configuration in `folder`, none of them started; they are stopped afterwards."""
    cloud = Ceilometer(folder, keystone, bus, account)
    try:
        yield cloud
    finally:
        cloud.stop()


def _environment(folder: Path) -> dict[str, str]:
    # Nothing of ours but the path: OS_* variables would count as options.
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"}
