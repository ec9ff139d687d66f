# SPDX-License-Identifier: Apache-2.0
"""The real agents of Ceilometer beside ours: one worker, their own defaults, no identity service in their way."""

import importlib.metadata
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from tests.services.ceilometer import INSTALL, PROGRAMS, Agent

NAME = "Ceilometer"
UPGRADE_TIMEOUT_S = 120.0
# Whose samples to leave out would have to be asked of an identity service.
PUBLISHER = "gnocchi://?enable_filter_project=false"
CONF = """
[DEFAULT]
host = node-1
transport_url = rabbit://guest:guest@127.0.0.1:{port}/
use_stderr = true
{more}
[oslo_messaging_notifications]
topics = {topic}
[service_credentials]
auth_type = gnocchi-basic
user = admin
endpoint = {gnocchi_url}
"""


def version() -> str:
    """Of the package in its environment."""
    (found,) = importlib.metadata.distributions(name="ceilometer", path=[str(_packages())])
    return found.version


def configure(folder: Path, port: int, topic: str, gnocchi_url: str, more: str = "") -> Path:
    """Write all files into `folder`, which is made; the main one. `more` are lines for it, sections included."""
    if not (PROGRAMS / "ceilometer-polling").exists():
        raise RuntimeError(INSTALL)
    folder.mkdir(parents=True)
    for name, takes in (("pipeline.yaml", "meters"), ("event_pipeline.yaml", "events")):
        pipeline = {
            "sources": [{"name": "all", takes: ["*"], "sinks": ["store"]}],
            "sinks": [{"name": "store", "publishers": [PUBLISHER]}],
        }
        (folder / name).write_text(yaml.safe_dump(pipeline))
    path = folder / "ceilometer.conf"
    path.write_text(CONF.format(port=port, topic=topic, gnocchi_url=gnocchi_url, more=more))
    return path


def make_types(conf: Path) -> None:
    """The resource types, as whoever installs it does."""
    command = [str(PROGRAMS / "ceilometer-upgrade"), "--config-file", str(conf), "--retry", "1"]
    # Variables that begin with OS_ would count as options.
    env = {"PATH": os.environ["PATH"], "HOME": str(conf.parent)}
    made = subprocess.run(command, env=env, capture_output=True, text=True, timeout=UPGRADE_TIMEOUT_S, check=False)
    if made.returncode:
        raise RuntimeError(f"ceilometer-upgrade failed:\n{made.stdout[-2000:]}{made.stderr[-2000:]}")


@contextmanager
def agent(program: str, conf: Path, *arguments: str) -> Iterator[Agent]:
    """One of the agents, just started; it is stopped afterwards."""
    command = [str(PROGRAMS / program), "--config-file", str(conf), *arguments]
    running = Agent(program, command, conf.parent)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def leader(running: Agent) -> int:
    """The process that we started."""
    return running.processes()[0].pid


def _packages() -> Path:
    (found,) = (PROGRAMS.parent / "lib").glob("python3.*/site-packages")
    return found
