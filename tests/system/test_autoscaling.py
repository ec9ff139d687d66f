# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The closed loop, for real: load, workers that measure themselves, alarms, and a group that follows the load."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nephoscope.act.scale.actuators.processes import started as alive
from nephoscope.client.ask import Server
from nephoscope.client.send import bearer_from
from nephoscope.demo.autoscaling.balancer import Balancer, Load
from nephoscope.demo.autoscaling.loop import Loop, Plan, Seen
from nephoscope.demo.autoscaling.serving import free_ports, port_of, settings
from nephoscope.demo.autoscaling.worker import METRIC, TYPE
from tests.system import server as running_server
from tests.system.server import serving

WAIT_S = 60.0
LOOK_S = 0.3
PLAN = Plan(max_size=3, busy=65, cooldown_s=3)
CALM, RUSH = 1.0, 12.0


class Watched:
    """The loop, looked at again and again; the load goes to whoever was there the last time."""

    def __init__(self, loop: Loop, balancer: Balancer, ports: int) -> None:
        self._loop, self._balancer, self._ports = loop, balancer, ports

    def until(self, holds: Callable[[Seen], Any], what: str) -> Seen:
        """What is seen once that holds."""
        give_up_s = time.monotonic() + WAIT_S
        while not holds(seen := self._loop.look()):
            assert time.monotonic() < give_up_s, f"not in {WAIT_S} s: {what}; at last {seen}"
            self._balancer.know([port_of(name, self._ports) for name in seen.running])
            time.sleep(LOOK_S)
        return seen


@contextmanager
def started(folder: Path) -> Iterator[tuple[running_server.Server, int]]:
    """A server that knows the demo's worker, at a port that it keeps; and the first digits of the workers' ports."""
    port, ports = free_ports()
    config = settings(port, ports, folder / "data") + "[watch]\ninterval_s = 0\n"
    with serving(folder, config=config, arguments=["--listen", f"127.0.0.1:{port}"]) as server:
        yield server, ports


@contextmanager
def looping(server: running_server.Server, plan: Plan = PLAN) -> Iterator[Loop]:
    """A group with its alarms; all is gone afterwards, workers included."""
    loop = Loop(Server(server.url, credentials=bearer_from(server.token_file)), plan)
    loop.make()
    try:
        yield loop
    finally:
        loop.remove()
        give_up_s = time.monotonic() + WAIT_S
        while not loop.is_gone():
            assert time.monotonic() < give_up_s, "the group is not gone"
            time.sleep(LOOK_S)


def processes(loop: Loop) -> set[int]:
    """The workers' numbers, as the actuator tells them."""
    return {int(each["id"]) for each in loop.told()["members"]}


def test_a_group_follows_the_load_there_and_back(tmp_path: Path) -> None:
    with started(tmp_path) as (server, ports), looping(server) as loop:
        balancer = Balancer()
        with Load(balancer, CALM) as load:
            watched = Watched(loop, balancer, ports)
            watched.until(lambda seen: len(seen.running) == 1 and seen.busy == "ok", "one worker that is measured")
            load.per_s = RUSH
            watched.until(lambda seen: len(seen.running) == PLAN.max_size, "growth")
            watched.until(lambda seen: seen.busy == "ok", "that the alarm clears")
            balancer.taken()
            load.per_s = CALM
            watched.until(lambda seen: len(seen.running) == PLAN.min_size, "shrinking")
            assert balancer.taken().answered
        changes = [(each["cause"], each["before"], each["wanted"], each["progress"]) for each in loop.news()]
        assert [("signal", 1, 3, "done"), ("signal", 3, 2, "done"), ("signal", 2, 1, "done")] == changes[-3:]


def test_a_group_keeps_the_mean_of_its_workers_at_a_target(tmp_path: Path) -> None:
    """By what its actuator says that metrics call them; its alarms never fire."""
    plan = Plan(max_size=3, busy=1000, idle=-1, cooldown_s=2)
    target = {"type": "target", "metric": METRIC, "target": 50, "granularity": 2, "resource_type": TYPE}
    with started(tmp_path) as (server, ports), looping(server, plan) as loop:
        policies = f"/api/v1/scaling/groups/{loop.group}/policies"
        server.api.done("POST", policies, body={"name": "half", "rule": target})
        balancer = Balancer()
        with Load(balancer, RUSH) as load:
            watched = Watched(loop, balancer, ports)
            watched.until(lambda seen: len(seen.running) == plan.max_size, "growth")
            load.per_s = CALM
            watched.until(lambda seen: len(seen.running) == plan.min_size, "shrinking")
        caused = [(each["before"], each["wanted"]) for each in loop.news() if each["cause"] == "target"]
        # The first measures may fall into a bucket that the load has only begun in.
        assert (1, 3) == (caused[0][0], max(wanted for _, wanted in caused))
        assert 1 == caused[-1][1]


def test_workers_outlive_their_server_and_are_found_again(tmp_path: Path) -> None:
    with started(tmp_path) as (server, ports), looping(server) as loop:
        watched = Watched(loop, Balancer(), ports)
        watched.until(lambda seen: len(seen.running) == 1, "a worker")
        (worker,) = processes(loop)
        server.kill()
        assert alive(worker)
        server.restart()
        watched.until(lambda seen: len(seen.running) == 1, "the same worker")
        assert {worker} == processes(loop)
        os.kill(worker, 9)
        watched.until(lambda seen: len(seen.running) == 1 and processes(loop) != {worker}, "another in its place")
        # Killed while it starts others: each is there once in the end, and nobody else is.
        server.api.done("PUT", f"/api/v1/scaling/groups/{loop.group}/size", body={"size": PLAN.max_size})
        server.kill()
        server.restart()
        watched.until(lambda seen: len(seen.running) == PLAN.max_size, "all of them")
        workers = processes(loop)
        assert PLAN.max_size == len(workers) == len(mentioning("--group\0" + loop.group))
    assert [] == [pid for pid in workers if alive(pid)]


def test_the_demo_leaves_nothing_behind_when_it_is_ended(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "nephoscope.demo.autoscaling"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process:
        assert any("1 of 1" in line for line in process.stdout), "it ended by itself"
        assert len(mentioning(str(tmp_path))) > 1
        process.terminate()
        process.stdout.read()
    assert 130 == process.returncode
    assert ([], []) == (mentioning(str(tmp_path)), list(tmp_path.iterdir()))


def mentioning(words: str) -> list[str]:
    """The command lines with some words in them, which are parted by NUL."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line = path.read_text(errors="replace")
            found += [line] if words in line else []
    return found
