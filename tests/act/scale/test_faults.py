# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Whatever happens to servers, actuators and members: a group comes to rest within its bounds, at the size it says."""

import contextlib
import itertools
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.act.scale.members import size_of
from nephoscope.act.scale.signals import Signals
from nephoscope.act.scale.turn import Turn
from nephoscope.model.errors import Unavailable
from nephoscope.model.scaling import ScalingPolicy
from nephoscope.model.search import equal
from tests.act.scale.fake import TTL_NS, Bench, Killed, change
from tests.store.index.samples import SECOND

EVENTS = st.one_of(
    st.tuples(st.just("signal"), st.sampled_from([-3, -1, 1, 2, 4])),
    st.tuples(st.just("set size"), st.integers(1, 6)),
    st.tuples(st.just("die after"), st.integers(1, 3)),
    st.tuples(st.just("die before"), st.just(0)),
    st.tuples(st.sampled_from(["fail members", "fail grow", "fail shrink"]), st.integers(1, 2)),
    st.tuples(st.sampled_from(["vanish", "break", "protect"]), st.integers(0, 5)),
    st.tuples(st.just("time"), st.sampled_from([1, 20, 40])),
    st.tuples(st.just("work"), st.just(0)),
)
numbers = itertools.count()


class Trial:
    """One group, to which things happen."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.group = f"g{next(numbers)}x"
        bench.world.members.clear()
        bench.group(self.group, size=2, max_size=6, cooldown_s=10)
        self._signals = Signals(bench.index.scaling, bench.index.alarms, bench.clock)

    def happen(self, event: str, amount: int) -> None:
        bench, world = self.bench, self.bench.world
        there = sorted(world.members)
        match event:
            case "signal":
                name = f"{self.group} {next(numbers)}"
                rule = ScalingPolicy(adjustment_type="change_in_capacity", scaling_adjustment=amount)
                self._signals.signal(bench.policy(rule, self.group, name), by="ann")
                bench.index.scaling.delete_policy(name)
            case "set size":
                self._signals.set_size(self.group, amount, "ann")
            case "die after" | "die before":
                self.die(amount)
            case "fail members" | "fail grow" | "fail shrink":
                world.errors.setdefault(event.removeprefix("fail "), []).extend([Unavailable("no")] * amount)
            case "vanish" if amount < len(there):
                del world.members[there[amount]]
            case "break" if amount < len(there):
                change(world, there[amount], state="failed")
            case "protect" if amount < len(kept := bench.index.scaling.members(self.group)):
                bench.index.scaling.protect(self.group, kept[amount].name, True)
            case "time":
                bench.clock.forward(amount)
            case "work":
                bench.work()

    def die(self, after: int) -> None:
        """A server takes the group up and is killed, after so many members were made or taken away, or before."""
        left = [after]

        def dies(_name: str) -> None:
            left[0] -= 1
            if left[0] <= 0:
                raise Killed

        claims = self.bench.index.scaling.claim(1, TTL_NS)
        self.bench.world.after_each = dies
        for claim in claims if after else ():
            turn = Turn(claim, self.bench.tools())
            turn._let_go = turn._release = lambda *_: None  # type: ignore[method-assign,assignment]
            with contextlib.suppress(Killed):
                turn.run()
        self.bench.world.after_each = lambda _name: None

    def rest(self) -> None:
        """Nothing goes wrong any more."""
        self.bench.world.errors.clear()
        for _ in range(6):
            self.bench.later(TTL_NS / SECOND + 31)


@given(events=st.lists(EVENTS, max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_group_comes_to_rest(bench: Bench, events: list[tuple[str, Any]]) -> None:
    trial = Trial(bench)
    for event, amount in events:
        trial.happen(event, amount)
    trial.rest()
    group, kept = bench.now(trial.group), bench.index.scaling.members(trial.group)
    assert (False, None, True, "") == (group.busy, group.changing_to, group.healthy, "")
    assert size_of(kept) == group.desired
    assert group.min_size <= group.desired <= group.max_size
    assert {each.name for each in kept} == set(bench.world.members)
    # Who failed and is protected may stay; nobody else that failed does.
    assert all(each.protected for each in kept if each.state == "failed")
    records = bench.index.scaling.decisions(equal("group_id", trial.group))
    assert {"done", "failed", ""} >= {each.progress for each in records}
    for each in records:
        assert (each.decision.verdict == "accepted") == (each.progress != "")
    bench.index.scaling.delete(trial.group)
