# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A made-up cloud on a real server: filled, broken off and gone on with, looked at by its own users."""

import os
import re
import signal
import subprocess
import time
from datetime import datetime, timedelta
from pathlib import Path

import urllib3

from nephoscope.demo.inventory import MARK
from tests.system.commands import PROGRAMS, answer_of, nephoscope
from tests.system.http import Caller
from tests.system.server import Server, serving

SIZES = ("--instances", "30", "--projects", "2", "--days", "0.1")
STEPS = 29
A_STEP = 30 * 20 + 2 * 4
PASSWORD = "correct horse battery"


def test_a_cloud_is_made_and_its_users_see_their_own_of_it(server: Server) -> None:
    said = nephoscope(server, "demo", *SIZES, "--password", PASSWORD)
    assert "30 instances on 2 hosts in 2 projects" in said
    assert PASSWORD not in said
    assert 30 * 20 + 2 * 4 + 1 == len([each for each in answer_of(server, "show") if each["type"] != "nephoscope"])
    load = answer_of(server, "show", "cpu_util")
    assert 30 == len(load)
    assert {"%"} == {each["unit"] for each in load}
    owner, viewer = (seen_by(server, f"web-shop-{who}") for who in ("owner", "viewer"))
    assert 0 < len(owner) < 30
    assert owner == viewer
    assert not owner & seen_by(server, "payments-owner")
    assert {each["id"] for each in load} == seen_by(server, "demo-operator")


def seen_by(server: Server, user: str) -> set[str]:
    """The ids of the CPU metrics that a user of the cloud sees."""
    caller = Caller(server.url, urllib3.make_headers(basic_auth=f"{user}:{PASSWORD}"))
    return {each["id"] for each in caller.done("GET", "/api/v1/metrics", arguments={"match": "cpu_util"})}


def test_a_second_call_sends_nothing_twice(server: Server) -> None:
    first, second = (stored(nephoscope(server, "demo", *SIZES)) for _ in range(2))
    assert 0.8 * STEPS * A_STEP < first <= (STEPS + 1) * A_STEP
    # At most the one step that the clock may have reached meanwhile.
    assert 0 <= second <= A_STEP
    assert [] == server.api.done("GET", "/api/v1/status")["dropped"]


def stored(said: str) -> int:
    """How many measures the command says that it has stored."""
    found = re.search(r"(\d+) measures stored", said)
    assert found, said
    return int(found[1])


def test_what_was_killed_goes_on_where_it_was(server: Server) -> None:
    sizes = ("--instances", "30", "--projects", "2", "--days", "3")
    env = {**os.environ, "NEPHOSCOPE_SERVER": server.url, "NEPHOSCOPE_TOKEN_FILE": str(server.token_file)}
    first = subprocess.Popen([PROGRAMS / "nephoscope", "demo", *sizes], env=env, stderr=subprocess.DEVNULL)
    try:
        while first.poll() is None and not answer_of(server, "show", "demo.sent.*"):
            time.sleep(0.05)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    nephoscope(server, "demo", *sizes)
    told = server.api.done("GET", "/api/v1/status")
    assert [] == told["dropped"]
    [load] = [each for each in answer_of(server, "show", "cpu.util") if each["resource"] == "compute-r01-01"]
    counted = server.api.done(
        "GET", f"/gnocchi/v1/metric/{load['id']}/measures", arguments={"aggregation": "count", "granularity": 300}
    )
    assert {1.0} == {count for _, _, count in counted}
    assert 3 * 288 <= len(counted) <= 3 * 288 + 2


def test_who_follows_gets_each_point_when_its_time_has_come(server: Server) -> None:
    sizes = ("--instances", "2", "--projects", "1", "--days", "0.01", "--interval", "1")
    env = {**os.environ, "NEPHOSCOPE_SERVER": server.url, "NEPHOSCOPE_TOKEN_FILE": str(server.token_file)}
    following = subprocess.Popen(
        [PROGRAMS / "nephoscope", "demo", *sizes, "--follow"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert following.stdout
        while b"Ctrl-C ends it" not in following.stdout.readline():
            assert following.poll() is None
        began = newest(server)
        give_up = time.monotonic() + 30
        while newest(server) < began + timedelta(seconds=3):
            assert time.monotonic() < give_up
            time.sleep(0.2)
    finally:
        following.send_signal(signal.SIGINT)
        following.communicate()
    assert [] == server.api.done("GET", "/api/v1/status")["dropped"]


def newest(server: Server) -> datetime:
    """The time of the newest point of the cloud's hosts."""
    return max(datetime.fromisoformat(each["time"]) for each in answer_of(server, "show", "cpu.util"))


def test_other_data_is_not_mixed_with_it_unasked(server: Server) -> None:
    nephoscope(server, "send", "mine", "1")
    said = nephoscope(server, "demo", *SIZES, code=1)
    assert "holds 1 other metrics" in said
    assert "--yes" in said
    assert [] == answer_of(server, "show", "--resource", MARK)
    assert "stored" in nephoscope(server, "demo", *SIZES, "--yes")


def test_another_size_than_the_one_that_is_there_is_refused(server: Server) -> None:
    nephoscope(server, "demo", *SIZES)
    said = nephoscope(server, "demo", *SIZES, "--seed", "7", code=1)
    assert "--instances 30 --metrics 20 --projects 2 --interval 300 --seed 1" in said


def test_without_a_server_it_says_what_to_do(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.stop()
        assert "is `nephoscope serve` running there?" in nephoscope(server, "demo", code=1)
