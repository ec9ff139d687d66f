# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The real `aodh` command line client against the running program, through every recorded command in order."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.aodh.recorded import COMMANDS, Memory
from tests.system.commands import run
from tests.system.http import gnocchi
from tests.system.server import BASIC, Server, serving

# The client names its caller itself, which only a front end on this host may; nothing is decided meanwhile.
CONFIG = f"""{BASIC}
[aodh]
auth_mode = "headers"
enable_evaluation_results_metrics = true
[http]
trusted_proxies = ["127.0.0.1"]
[alarm]
enabled = false
"""


@pytest.fixture(scope="module")
def memory() -> Memory:
    """What the commands gave so far."""
    return Memory()


@pytest.fixture(scope="module")
def aodh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without alarms, with the resource type that the commands search."""
    with serving(tmp_path_factory.mktemp("aodh"), config=CONFIG) as server:
        attributes = {"server_group": {"type": "string", "required": False}}
        gnocchi(server.url).done("POST", "/v1/resource_type", body={"name": "instance", "attributes": attributes})
        yield server


@pytest.mark.parametrize("command", COMMANDS, ids=[" ".join(each["argv"][1:5]) for each in COMMANDS])
def test_recorded_command(command: dict[str, Any], aodh_server: Server, memory: Memory) -> None:
    program, *arguments = (each.format(**memory.names) for each in command["argv"])
    env = {
        "OS_AUTH_TYPE": "aodh-noauth",
        "AODH_USER_ID": "u1",
        "AODH_PROJECT_ID": "p1",
        "AODH_AODH_ENDPOINT": f"{aodh_server.url}/aodh",
    }

    ended = run(program, *arguments, env=env)

    assert command["exit"] == ended.returncode, ended.stderr
    expected, found = command["stdout"].splitlines(), ended.stdout.splitlines()
    assert [] == list(memory.differences(expected, found))


def test_all_commands_are_run() -> None:
    assert 22 == len(COMMANDS)
