# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What was acknowledged is there, once, whatever ends the server."""

import random
import time
from pathlib import Path

import pytest

from tests.system.load import Load, assert_all_there_once
from tests.system.server import BASIC, serving

KILLS = 20


@pytest.mark.timeout(400)
def test_twenty_kills_under_load_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    chance = random.Random(20)
    with serving(tmp_path, config=BASIC) as server:
        load = Load(server)
        with load.running():
            for _ in range(KILLS):
                load.wait_for(200)
                time.sleep(chance.uniform(0, 0.2))
                server.kill()
                server.start()
            load.wait_for(200)
        stored = assert_all_there_once(load)
        assert KILLS <= load.lost_answers
        assert set(load.statuses) == {202}
        print(f"{KILLS} kills: {load.acknowledged} acknowledged, {stored} stored, {load.lost_answers} answers lost")


def test_sigterm_under_load_drains(tmp_path: Path) -> None:
    with serving(tmp_path, config=BASIC) as server:
        load = Load(server, writers=8)
        with load.running():
            load.wait_for(1000)
            assert 0 == server.stop()
            refused = load.lost_answers
            while load.lost_answers == refused:
                time.sleep(0.01)
        server.start()
        stored = assert_all_there_once(load)
        assert set(load.statuses) <= {202, 503}
        print(f"SIGTERM: {load.acknowledged} acknowledged, {stored} stored")
