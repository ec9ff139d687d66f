# SPDX-License-Identifier: Apache-2.0
"""
The real evaluator of Aodh: one worker, SQLite, and no identity service, as its metric service believes headers.

Alarms are written straight into the table that its own program has made. What it tells goes to `fake://`, a bus within
its own process, unless there is a real one.
"""

import json
import os
import sqlite3
import subprocess
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.alarms.metric_service import MetricService
from benchmarks.peers import environment

NAME, VERSION = "Aodh", "23.0.0"
CONSTRAINTS = Path(__file__).with_name("aodh-constraints.txt")
REQUIREMENTS = (f"aodh=={VERSION}", "setuptools")
# Longer than any cycle, so that a process is asked for one only.
INTERVAL_S = 3600
LONG_AGO = "2026-03-02 09:00:00.000000"
TIMEOUT_S = 300.0
LOOK_S = 0.01
SETTLED_LOOK_S = 0.1
# What its columns hold; the rest may be null.
COLUMNS = (
    "alarm_id, enabled, name, type, severity, description, timestamp, user_id, project_id, state, state_reason, "
    "state_timestamp, ok_actions, alarm_actions, insufficient_data_actions, repeat_actions, rule, time_constraints, "
    "evaluate_timestamp"
)
CONF = """
[DEFAULT]
transport_url = {transport_url}
use_stderr = true
[database]
connection = sqlite:///{database}
sqlite_synchronous = {synced}
[evaluator]
evaluation_interval = {interval_s}
[service_credentials]
auth_type = gnocchi-noauth
user_id = aodh
project_id = service
roles = admin
endpoint = {metric_url}
"""


@dataclass(frozen=True)
class Defined:
    """An alarm as its table wants it; `target` is the action of both states."""

    alarm_id: str
    type: str
    project_id: str
    rule: dict[str, object]
    target: str


@dataclass(frozen=True)
class Cycle:
    """One cycle: from the first question to the last, the worker's processor time for it, its resident memory."""

    wall_s: float
    cpu_s: float
    resident_bytes: int


def install(folder: Path) -> Path:
    """An environment with Aodh below `folder`; its bin/."""
    return environment.install(NAME, folder, REQUIREMENTS, CONSTRAINTS)


class Aodh:
    """An installation with its database in `folder`, which is made; nothing runs between cycles."""

    def __init__(self, programs: Path, folder: Path, metric_url: str, *, synced: bool, transport_url: str) -> None:
        """`synced` has SQLite sync each commit, as it does unless told otherwise."""
        folder.mkdir(parents=True)
        self._programs, self._folder = programs, folder
        self._database, self._conf = folder / "aodh.sqlite", folder / "aodh.conf"
        self._conf.write_text(
            CONF.format(
                transport_url=transport_url,
                database=self._database,
                synced=str(synced).lower(),
                interval_s=INTERVAL_S,
                metric_url=metric_url,
            )
        )
        # Variables that begin with OS_ would count as options.
        self._env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
        command = [str(programs / "aodh-dbsync"), "--config-file", str(self._conf)]
        made = subprocess.run(command, env=self._env, capture_output=True, text=True, check=False)
        if made.returncode:
            raise RuntimeError(f"aodh-dbsync failed:\n{made.stdout[-2000:]}{made.stderr[-2000:]}")

    def define(self, alarms: Iterable[Defined]) -> None:
        """Put alarms in, all of them ok."""
        rows = [
            (
                *(each.alarm_id, True, each.alarm_id, each.type, "low", "", LONG_AGO, "ann", each.project_id),
                *("ok", "", LONG_AGO, json.dumps([each.target]), json.dumps([each.target]), "[]", False),
                *(json.dumps(each.rule), "[]", LONG_AGO),
            )
            for each in alarms
        ]
        places = ", ".join("?" for _ in COLUMNS.split(", "))
        with closing(sqlite3.connect(self._database)) as database, database:
            database.executemany(f"INSERT INTO alarm ({COLUMNS}) VALUES ({places})", rows)

    def cycle(self, service: MetricService, state: str, core: int) -> Cycle:
        """
        The first cycle of a new process on one core, all alarms being due; its start and its selection do not count.

        AssertionError unless all alarms are in that state afterwards.
        """
        with closing(sqlite3.connect(self._database)) as database, database:
            database.execute("UPDATE alarm SET evaluate_timestamp = ?", (LONG_AGO,))
        alarms = sum(self._states().values())
        log = self._folder / "evaluator.log"
        command = [str(self._programs / "aodh-evaluator"), "--config-file", str(self._conf)]
        with environment.process(command, log, self._env) as started:
            os.sched_setaffinity(started.pid, {core})
            give_up = time.monotonic() + TIMEOUT_S
            while not service.asked:
                self._look(give_up, log, started)
            (worker,) = psutil.Process(started.pid).children(recursive=True)
            cpu_s = _cpu_s(worker)
            while service.asked < alarms:
                self._look(give_up, log, started)
            # The last one is answered, but not decided yet.
            while (states := self._states()) != {state: alarms} and time.monotonic() < give_up:
                time.sleep(SETTLED_LOOK_S)
            found = Cycle(service.last_s - service.first_s, _cpu_s(worker) - cpu_s, worker.memory_info().rss)
        if states != {state: alarms} or service.asked != alarms:
            raise AssertionError(f"{service.asked} questions about {alarms} alarms left them {states}, not {state}")
        return found

    def _states(self) -> dict[str, int]:
        with closing(sqlite3.connect(self._database, timeout=TIMEOUT_S)) as database:
            return dict(database.execute("SELECT state, count(*) FROM alarm GROUP BY state").fetchall())

    def _look(self, give_up: float, log: Path, started: "subprocess.Popen[bytes]") -> None:
        if time.monotonic() > give_up or started.poll() is not None:
            raise RuntimeError(f"Aodh's evaluator did not go through its alarms:\n{log.read_text()[-4000:]}")
        time.sleep(LOOK_S)


def _cpu_s(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)
