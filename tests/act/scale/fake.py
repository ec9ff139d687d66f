# SPDX-License-Identifier: Apache-2.0
"""A world of members in memory, an actuator over it that can be made to fail or hang, and groups to work on."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from nephoscope.act.scale.contract import Actuator, Member
from nephoscope.act.scale.tools import WorkSettings, WorkTools
from nephoscope.act.scale.turn import Turn
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.sample import SampleBatch
from nephoscope.model.scaling import KeptPolicy, PolicyRule, ScalingGroup, ScalingRecord, TargetTracking
from nephoscope.store.index.contract import Index
from tests.store.index.samples import SECOND, Clock

TTL_NS = 15 * SECOND


@dataclass
class World:
    """All members of all groups by name; `errors` are raised by the next calls of a method, `gate` holds calls up."""

    clock: Clock
    members: dict[str, Member] = field(default_factory=dict)
    calls: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    errors: dict[str, list[Exception]] = field(default_factory=dict)
    # What new members are; a name in `doomed` fails at once.
    doomed: set[str] = field(default_factory=set)
    # Called with each name, after that member was made or taken away.
    after_each: Callable[[str], None] = lambda _name: None
    gate: threading.Event | None = None
    at_gate: threading.Event = field(default_factory=threading.Event)

    def opened(self, group: ScalingGroup) -> Actuator:
        """The actuator of a group."""
        return FakeActuator(self, group.id)

    def names(self) -> list[str]:
        """Who is there."""
        return sorted(self.members)


class FakeActuator:
    """Members of one group in a world."""

    def __init__(self, world: World, group: str) -> None:
        self._world = world
        self._group = group

    def members(self) -> Sequence[Member]:
        self._begin("members", ())
        return [each for name, each in sorted(self._world.members.items()) if name.startswith(f"{self._group}-")]

    def grow(self, names: Sequence[str]) -> None:
        self._begin("grow", names)
        for name in names:
            is_doomed = name in self._world.doomed
            made = Member(
                id=f"id-{name}",
                name=name,
                created_ns=self._world.clock(),
                state="failed" if is_doomed else "running",
                detail="no room" if is_doomed else "",
            )
            if name not in self._world.members or self._world.members[name].state == "starting":
                self._world.members[name] = made
            self._world.after_each(name)

    def shrink(self, members: Sequence[Member]) -> None:
        self._begin("shrink", [each.name for each in members])
        for each in members:
            self._world.members.pop(each.name, None)
            self._world.after_each(each.name)

    def close(self) -> None:
        """There is nothing to let go of."""

    def _begin(self, method: str, names: Sequence[str]) -> None:
        self._world.calls.append((method, tuple(names)))
        if self._world.gate is not None and method != "members":
            self._world.at_gate.set()
            self._world.gate.wait(60)
        if self._world.errors.get(method):
            raise self._world.errors[method].pop(0)


class Killed(BaseException):
    """Stands for kill -9: nothing that comes after it is done."""


@dataclass
class Bench:
    """An index, a world, and what works on groups there."""

    index: Index
    clock: Clock
    world: World
    values: dict[str, float] | str = "nobody has measured anything"
    published: list[SampleBatch] = field(default_factory=list)
    ticks: dict[str, list[int]] = field(default_factory=dict)
    settings: WorkSettings = field(default_factory=WorkSettings)
    asked: list[frozenset[str]] = field(default_factory=list)

    def tools(self, **other: Any) -> WorkTools:
        """What turns are made with; the time is that of the bench."""
        given: dict[str, Any] = {
            "scaling": self.index.scaling,
            "opened": self.world.opened,
            "values": self._values,
            "last_tick": lambda line, _zone, now: max((each for each in self.ticks[line] if each <= now), default=None),
            "next_tick": lambda line, _zone, now: min((each for each in self.ticks[line] if each > now), default=None),
            "publish": self.published.append,
            "settings": self.settings,
            "wall_ns": self.clock,
            "monotonic_s": lambda: self.clock() / SECOND,
        }
        return WorkTools(**(given | other))

    def group(self, name: str = "web", size: int | None = 2, **fields: Any) -> ScalingGroup:
        """A new group of project blue; with a size, one whose members are there."""
        own: dict[str, Any] = {"id": name, "name": name, "project_id": "blue", "actuator": "fake"}
        bounds: dict[str, Any] = {"min_size": 1, "max_size": 10, "healthy": False, "desired": size or 1}
        made = self.index.scaling.create(ScalingGroup(**(own | bounds | fields)), "ann", groups_max=100, size=size)
        if size is not None:
            self.work()
            self.world.calls.clear()
        return self.index.scaling.get(made.id)

    def policy(self, rule: PolicyRule, group: str = "web", name: str = "p", **fields: Any) -> KeptPolicy:
        """A new policy of a group; its id is its name."""
        made = KeptPolicy(**({"id": name, "group_id": group, "name": name, "rule": rule, "secret": "s"} | fields))
        return self.index.scaling.add_policy(made, policies_max=20)

    def work(self, turns_max: int = 10, **tools: Any) -> int:
        """Take turns as long as something is due now; gives how many."""
        for done in range(turns_max):
            claims = self.index.scaling.claim(10, TTL_NS)
            if not claims:
                return done
            for claim in claims:
                Turn(claim, self.tools(**tools)).run()
        return turns_max

    def later(self, seconds: float) -> int:
        """Let time go by, then work."""
        self.clock.forward(seconds)
        return self.work()

    def now(self, group: str = "web") -> ScalingGroup:
        """A group as it is kept."""
        return self.index.scaling.get(group)

    def records(self) -> list[ScalingRecord]:
        """All decisions, the oldest first."""
        return self.index.scaling.decisions()[::-1]

    def last(self) -> ScalingRecord:
        """The newest decision."""
        return self.index.scaling.decisions()[0]

    def _values(
        self, _project: str | None, _rule: TargetTracking, names: Collection[str], _bucket_ns: int
    ) -> Mapping[str, float] | str:
        self.asked.append(frozenset(names))
        if isinstance(self.values, str):
            return self.values
        return {name: value for name, value in self.values.items() if name in names}


def change(world: World, name: str, **fields: Any) -> None:
    """Let something become of a member."""
    world.members[name] = structs.replace(world.members[name], **fields)


def failing(world: World, method: str, error: NephoscopeError, times: int = 1) -> None:
    """Let the next calls of a method fail."""
    world.errors[method] = [error] * times
