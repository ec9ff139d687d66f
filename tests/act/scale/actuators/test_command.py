# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Members that are processes: real ones, that outlive whoever started them and are never mistaken for others."""

import json
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from nephoscope.act.scale.actuators import processes
from nephoscope.act.scale.actuators.command import Command
from nephoscope.act.scale.actuators.entries import Entries, Entry
from nephoscope.model.errors import BadRequest, Unavailable
from tests.act.notify.made import NOON_NS
from tests.act.scale.actuators.made import tools
from tests.services.starting import until_ready

SLEEPER = ["/bin/sleep", "1000"]
# Says that it is there, then ignores SIGTERM.
STUBBORN = "trap '' TERM; : >{0}; while :; do sleep 1000; done"
Made = Callable[..., Command]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Actuators of the group `web`, as each new server would make them; what they started ends with the test."""

    def make(options: dict[str, Any] | None = None, **settings: Any) -> Command:
        usual = {"commands": {"sleeper": SLEEPER}}
        return Command(
            "web", {"command": "sleeper"} if options is None else options, tools(tmp_path, **(usual | settings))
        )

    yield make
    for entry in Entries(tmp_path / "command", "web").all():
        pids = processes.with_keys([entry.key]).get(entry.key, [])
        processes.end({pid: processes.started(pid) for pid in (*pids, entry.pid) if pid}, [entry.key], 0, lambda: 0.0)


def states(found: Command) -> dict[str, str]:
    """By name."""
    return {member.name: member.state for member in found.members()}


def pids(found: Command) -> list[int]:
    return [int(member.id) for member in found.members()]


def ended(pid: int, timeout_s: float = 30.0) -> bool:
    """Wait for the end of a process."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], timeout_s)[0])
    finally:
        os.close(watched)


def test_members_are_processes_in_sessions_of_their_own(made: Made) -> None:
    found = made()
    found.grow(["web-1", "web-2"])
    expected = [("web-1", "running", "web-1", NOON_NS), ("web-2", "running", "web-2", NOON_NS)]
    members = found.members()
    assert expected == [(each.name, each.state, each.resource_id, each.created_ns) for each in members]
    for pid in pids(found):
        assert (pid, pid) == (os.getsid(pid), os.getpgid(pid))
        assert "/" == os.readlink(f"/proc/{pid}/cwd")


def test_placeholders_are_filled_in_without_a_shell(made: Made, tmp_path: Path) -> None:
    out = tmp_path / "$(out) {name}"
    script = "import json, os, sys; open(sys.argv[1], 'w').write(json.dumps([sys.argv[2:], dict(os.environ)]))"
    command = [
        sys.executable,
        "-c",
        script,
        str(out),
        "--port=90{index}",
        "{group};x",
        "{y}",
    ]
    found = made({"command": "writer"}, commands={"writer": command})
    found.grow(["web-12"])
    assert ended(pids(found)[0])
    arguments, environment = json.loads((tmp_path / "$(out) web-12").read_text())
    assert ["--port=9012", "web;x", "{y}"] == arguments
    assert {
        "NEPHOSCOPE_MEMBER": "web-12",
        "NEPHOSCOPE_INDEX": "12",
        "NEPHOSCOPE_GROUP": "web",
    }.items() <= environment.items()
    assert "HOME" not in environment


def test_what_is_there_is_left_as_it_is(made: Made) -> None:
    found = made()
    found.grow(["web-1"])
    before = pids(found)
    found.grow(["web-1", "web-2"])
    assert before == pids(found)[:1]
    assert ["web-1", "web-2"] == list(states(found))


def test_a_later_server_finds_them_again_and_ends_them(made: Made) -> None:
    made().grow(["web-1", "web-2"])
    later = made()
    assert {"web-1": "running", "web-2": "running"} == states(later)
    first, second = later.members()
    later.shrink([first])
    assert ended(int(first.id))
    assert {"web-2": "running"} == states(later)
    later.shrink([first, second])
    later.shrink([first, second])
    assert {} == states(later)


def test_one_that_dies_is_failed_until_it_is_taken_away(made: Made) -> None:
    found = made()
    found.grow(["web-1"])
    (pid,) = pids(found)
    os.kill(pid, signal.SIGKILL)
    assert ended(pid)
    (member,) = found.members()
    assert ("failed", "its process was ended by signal 9") == (member.state, member.detail)
    found.shrink([member])
    assert {} == states(found)


def test_a_program_that_ends_at_once_is_failed_with_its_status(made: Made) -> None:
    found = made({"command": "bad"}, commands={"bad": ["/bin/sh", "-c", "exit 3"]}, settle_s=30)
    found.grow(["web-1"])
    (member,) = found.members()
    assert ("failed", "its process ended with status 3") == (member.state, member.detail)


def test_a_process_that_got_the_number_later_is_none_of_ours(made: Made, tmp_path: Path) -> None:
    """Our own number, with another start time, as after a reboot."""
    stale = Entry(name="web-1", key="k", created_ns=NOON_NS, pid=os.getpid(), started="another-boot.17")
    Entries(tmp_path / "command", "web").keep(stale)
    found = made()
    (member,) = found.members()
    assert ("failed", "its process has ended") == (member.state, member.detail)
    found.shrink([member])
    assert [] == found.members()


def test_one_that_does_not_listen_is_killed_with_all_that_it_started(made: Made, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    found = made(
        {"command": "stubborn"}, commands={"stubborn": ["/bin/sh", "-c", STUBBORN.format(ready)]}, stop_grace_s=0.05
    )
    found.grow(["web-1"])
    (entry,) = Entries(tmp_path / "command", "web").all()
    until_ready("its child", lambda: ready.exists() and len(marked(entry)) == 2, child(entry.pid), str, 30)
    both = marked(entry)
    found.shrink(found.members())
    assert [True, True] == [ended(pid) for pid in both]
    assert [] == found.members()


def test_one_that_was_started_and_never_noted_is_found_by_its_key(made: Made, tmp_path: Path) -> None:
    """The server died between the two."""
    found = made()
    found.grow(["web-1"])
    entries = Entries(tmp_path / "command", "web")
    (entry,) = entries.all()
    entries.keep(Entry(name=entry.name, key=entry.key, created_ns=entry.created_ns))
    assert [entry.pid] == pids(made())
    assert [entry] == entries.all()


def test_one_that_was_noted_and_never_started_is_made_again(made: Made, tmp_path: Path) -> None:
    Entries(tmp_path / "command", "web").keep(Entry(name="web-1", key="never", created_ns=NOON_NS))
    found = made()
    assert [] == found.members()
    found.grow(["web-1"])
    assert {"web-1": "running"} == states(found)


def test_the_stopping_command_runs_first(made: Made, tmp_path: Path) -> None:
    out = tmp_path / "out"
    drain = ["/bin/sh", "-c", f'kill -0 "$NEPHOSCOPE_PID" && echo "$1" >{out}', "drain", "{name}"]
    found = made({"command": "sleeper", "stop": "drain"}, commands={"sleeper": SLEEPER, "drain": drain})
    found.grow(["web-1"])
    found.shrink(found.members())
    assert "web-1\n" == out.read_text()
    assert [] == found.members()


def test_a_program_that_cannot_be_started_leaves_nothing_behind(made: Made) -> None:
    found = made({"command": "gone"}, commands={"gone": ["/nowhere/worker"]})
    with pytest.raises(Unavailable, match=r"/nowhere/worker cannot be started: No such file"):
        found.grow(["web-1"])
    assert [] == found.members()


def test_a_file_that_is_no_members_is_told(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "command" / "web"
    folder.mkdir(parents=True)
    (folder / "web-1.json").write_text("{")
    with pytest.raises(Unavailable, match=r"web-1\.json is no member's file"):
        made().members()
    (folder / "web-1.json").unlink()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "expected either command or unit"),
        ({"command": "sleeper", "unit": "web@{index}.service"}, "expected either command or unit"),
        ({"command": "other"}, r"command: there is none of that name in \[scale\] commands: 'other'"),
        ({"command": "sleeper", "stop": "other"}, r"stop: there is none of that name in \[scale\] commands"),
        ({"unit": "sshd.service"}, r"unit: there is none of that name in \[scale\] units"),
        ({"command": ["sleeper"]}, r"Expected `str`, got `array` - at `\$\.command`"),
        ({"command": "sleeper", "shell": "x"}, "unknown field `shell`"),
    ],
)
def test_options_that_are_wrong_are_named(made: Made, options: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        made(options)


def test_only_programs_by_their_whole_path_are_run(made: Made) -> None:
    with pytest.raises(BadRequest, match=r"\[scale\] commands: sleeper: expected the absolute path"):
        made(commands={"sleeper": ["sleep", "9"]})


@pytest.mark.parametrize("name", ["-rf", "a b", "../x", "", "é"])
def test_names_that_are_no_plain_words_reach_no_command_line(made: Made, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadRequest, match="expected letters, digits"):
        made().grow([name])
    with pytest.raises(BadRequest, match="expected letters, digits"):
        Command(name, {"command": "sleeper"}, tools(tmp_path, commands={"sleeper": SLEEPER}))


def marked(entry: Entry) -> Sequence[int]:
    """The processes of a member."""
    return processes.with_keys([entry.key]).get(entry.key, [])


def child(pid: int) -> Any:
    """A process that this test's actuator started."""
    return processes._children[pid]


def test_an_entry_survives_as_it_was(tmp_path: Path) -> None:
    entries = Entries(tmp_path, "..")
    entry = Entry(name="../a", key="k", created_ns=NOON_NS, pid=7, started="b.1", unit="u")
    entries.keep(entry)
    assert [entry] == Entries(tmp_path, "..").all()
    assert ["%2E%2E", "%2E%2E%2Fa.json"] == [each.name for each in sorted(tmp_path.rglob("*"))]
    entries.drop("../a")
    entries.drop("../a")
    assert [] == entries.all()
