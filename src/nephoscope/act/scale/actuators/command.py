# SPDX-License-Identifier: Apache-2.0
"""`command`: members are processes of a program that the operator names, or instances of a unit of systemd."""

import os
import re
import socket
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import msgspec
from msgspec import structs

from nephoscope.act.scale.actuators import processes
from nephoscope.act.scale.actuators.entries import Entries, Entry
from nephoscope.act.scale.actuators.options import choose, filled, plain, read
from nephoscope.act.scale.actuators.tools import Tools
from nephoscope.act.scale.actuators.units import Units
from nephoscope.act.scale.contract import Member
from nephoscope.model.errors import BadRequest, Unavailable

UNIT = re.compile(r"[A-Za-z0-9:_.\\-]+@(?:[A-Za-z0-9:_.\\-]*\{(?:name|index)\})[A-Za-z0-9:_.\\-]*\.service", re.ASCII)


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """The command that a member is, and the one that is run before it is ended; or the unit that it is."""

    command: str = ""
    stop: str = ""
    unit: str = ""


class Command:
    """Starts and ends members on this machine; what it has started is in files, which a later server reads."""

    def __init__(self, group: str, options: Mapping[str, Any], tools: Tools) -> None:
        chosen = read(Options, options)
        self._group = plain("the group's name", group)
        self._entries = Entries(tools.folder / "command", group)
        if bool(chosen.command) == bool(chosen.unit):
            raise BadRequest("options: expected either command or unit")
        if chosen.stop and chosen.unit:
            raise BadRequest("options: stop: a unit has its own ExecStop=")
        self._unit = choose("unit", chosen.unit, "units", tools.settings.units) if chosen.unit else ""
        if self._unit and not UNIT.fullmatch(self._unit):
            raise BadRequest(f"[scale] units: expected such as web@{{index}}.service, found '{self._unit[:60]}'")
        self._units = Units(tools)
        self._processes = None if self._unit else _Processes(self._group, chosen, self._entries, tools)
        self._tools = tools

    def members(self) -> Sequence[Member]:
        entries = self._entries.all()
        if self._processes is not None:
            return self._processes.members(entries)
        states = self._units.states([entry.unit for entry in entries])
        return [
            Member(
                id=entry.unit,
                name=entry.name,
                created_ns=entry.created_ns,
                state=states[entry.unit][0],
                resource_id=_resource_id(entry.unit),
                detail=states[entry.unit][1],
            )
            for entry in entries
        ]

    def grow(self, names: Sequence[str]) -> None:
        names = [plain("the member's name", name) for name in names]
        there = {member.name for member in self.members()}
        new = [self._entry(name) for name in names if name not in there]
        if self._processes is not None:
            self._processes.start(new)
            return
        for entry in new:
            self._entries.keep(entry)
        # Those that a server left half done as well: systemd does nothing for what runs.
        units = [entry.unit for entry in self._entries.all() if entry.name in names]
        if units:
            self._units.start(units)

    def shrink(self, members: Sequence[Member]) -> None:
        names = {member.name for member in members}
        entries = [entry for entry in self._entries.all() if entry.name in names]
        if self._processes is not None:
            self._processes.end(entries)
        elif entries:
            self._units.stop([entry.unit for entry in entries])
        for entry in entries:
            self._entries.drop(entry.name)

    def close(self) -> None:
        """What it has started goes on."""

    def _entry(self, name: str) -> Entry:
        unit = filled(self._unit, self._group, name)
        return Entry(name=name, key=uuid4().hex, created_ns=self._tools.now_ns(), unit=unit)


class _Processes:
    """Members that are processes of ours."""

    def __init__(self, group: str, chosen: Options, entries: Entries, tools: Tools) -> None:
        commands = tools.settings.commands
        for name, command in commands.items():
            if not command or not os.path.isabs(command[0]):
                raise BadRequest(
                    f"[scale] commands: {name}: expected the absolute path of a program, and its arguments"
                )
        self._start = commands[choose("command", chosen.command, "commands", commands)]
        self._stop = commands[choose("stop", chosen.stop, "commands", commands)] if chosen.stop else ()
        self._group = group
        self._entries = entries
        self._tools = tools

    def members(self, entries: Sequence[Entry]) -> list[Member]:
        """Those that run, and those that ended by themselves; what was never started is forgotten."""
        return [_member(entry) for entry in self._adopted(entries)]

    def start(self, entries: Sequence[Entry]) -> None:
        """Start members, and see whether they stay alive."""
        running = {}
        for entry in entries:
            # Noted first: if we die in between, the key in its environment tells whose process it is.
            self._entries.keep(entry)
            try:
                pid = processes.start(self._command(self._start, entry), self._environment(entry))
            except Unavailable:
                self._entries.drop(entry.name)
                raise
            running[pid] = processes.started(pid)
            self._entries.keep(structs.replace(entry, pid=pid, started=running[pid]))
        processes.wait(running, self._tools.settings.settle_s, self._tools.monotonic_s)

    def end(self, entries: Sequence[Entry]) -> None:
        """Run the command that stops a member, where there is one, then end what still runs."""
        for entry in entries if self._stop else ():
            self._run(self._command(self._stop, entry), self._environment(entry))
        processes.end(
            {entry.pid: entry.started for entry in entries if entry.pid},
            [entry.key for entry in entries],
            self._tools.settings.stop_grace_s,
            self._tools.monotonic_s,
        )

    def _adopted(self, entries: Sequence[Entry]) -> list[Entry]:
        """The entries, those of a server that died while it started them with the number that it could not note."""
        known = [entry for entry in entries if entry.pid]
        orphans = {entry.key: entry for entry in entries if not entry.pid}
        running = processes.with_keys(orphans)
        for key, entry in orphans.items():
            if not running.get(key):
                self._entries.drop(entry.name)
                continue
            pid = processes.oldest(running[key])
            found = structs.replace(entry, pid=pid, started=processes.started(pid))
            self._entries.keep(found)
            known.append(found)
        return sorted(known, key=lambda entry: entry.name)

    def _command(self, template: Sequence[str], entry: Entry) -> list[str]:
        return [template[0], *(filled(each, self._group, entry.name) for each in template[1:])]

    def _environment(self, entry: Entry) -> dict[str, str]:
        return {
            "NEPHOSCOPE_GROUP": self._group,
            "NEPHOSCOPE_MEMBER": entry.name,
            "NEPHOSCOPE_INDEX": filled("{index}", self._group, entry.name),
            "NEPHOSCOPE_PID": str(entry.pid or ""),
            processes.KEY: entry.key,
        }

    def _run(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run a program to its end, bounded in time; whatever it says, the member is ended after it."""
        pid = processes.start(command, {**environment, processes.KEY: uuid4().hex})
        when = processes.started(pid)
        processes.wait({pid: when}, self._tools.settings.change_timeout_s, self._tools.monotonic_s)
        processes.end({pid: when}, (), 0, self._tools.monotonic_s)


def _member(entry: Entry) -> Member:
    running = bool(entry.started) and processes.started(entry.pid) == entry.started
    code = processes.status(entry.pid)
    why = "its process has ended" if code is None else _ending(code)
    return Member(
        id=str(entry.pid),
        name=entry.name,
        created_ns=entry.created_ns,
        state="running" if running else "failed",
        resource_id=entry.name,
        detail="" if running else why,
    )


def _resource_id(unit: str) -> str:
    """What an agent on this host calls a unit, unless it was given another name for the host."""
    return f"{quote(socket.gethostname(), safe='')}.systemd_unit.{quote(unit, safe='')}"


def _ending(code: int) -> str:
    """
    >>> _ending(3), _ending(-9)
    ('its process ended with status 3', 'its process was ended by signal 9')
    """
    return f"its process ended with status {code}" if code >= 0 else f"its process was ended by signal {-code}"
