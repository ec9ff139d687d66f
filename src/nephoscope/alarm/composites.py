# SPDX-License-Identifier: Apache-2.0
"""Rules made of rules: looked at only as far as needed, so that the reason names what has decided."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nephoscope.alarm.transitions import UNKNOWN, made
from nephoscope.alarm.verdicts import Verdict
from nephoscope.model.alarm import Alarm, State, Transition
from nephoscope.model.alarm_body import rule_body
from nephoscope.model.alarm_rule import Composite, Leaf, type_of

TOLD: Mapping[State, str] = {
    "alarm": "outside their threshold.",
    "ok": "inside their threshold.",
    "insufficient data": "state evaluated to unknown.",
}
NAMED_MAX = 5


@dataclass
class _Named:
    """A leaf with its name, and what was found of it once it was looked at."""

    name: str
    rule: Leaf
    state: State | None = None
    trend: State | None = None
    verdict: Verdict | None = None

    @property
    def seen(self) -> bool:
        """Whether it was looked at."""
        return self.verdict is not None


@dataclass
class _Evaluation:
    verdict_of: Callable[[Leaf], Verdict]
    leaves: list[_Named] = field(default_factory=list)

    def form(self, rule: "Leaf | Composite") -> "_Node":
        """The tree over named leaves, numbered from 1, depth first."""
        if isinstance(rule, Composite):
            return _Node(rule.operator, tuple(self.form(each) for each in rule.rules))
        leaf = _Named(f"rule{len(self.leaves) + 1}", rule)
        self.leaves.append(leaf)
        return _Node("", (), leaf)

    def holds(self, node: "_Node", state: State) -> bool:
        """Whether the tree is in a state: alarm as it is written, ok with its connectives swapped; lazily."""
        if node.leaf is not None:
            self.look(node.leaf)
            return node.leaf.state == state
        decides = all if (node.operator == "and") == (state == "alarm") else any
        # Of no rules at all nothing can be said.
        return bool(node.items) and decides(self.holds(each, state) for each in node.items)

    def look(self, leaf: _Named) -> None:
        """Ask for a leaf's verdict, once."""
        if not leaf.seen:
            verdict = self.verdict_of(leaf.rule)
            leaf.state, leaf.trend, leaf.verdict = verdict.state, verdict.trend, verdict

    def settle(self, current: State) -> None:
        """Mixed values count as their trend where nothing was known, else as the opposite of it: what they were."""
        opposite: dict[State, State] = {"alarm": "ok", "ok": "alarm"}
        for leaf in self.leaves:
            if leaf.seen and leaf.state is None and leaf.trend is not None:
                leaf.state = leaf.trend if current == UNKNOWN else opposite[leaf.trend]

    def decided(self, tree: "_Node") -> State | None:
        """The state that the tree is in, None where neither is sure."""
        states: tuple[State, State] = ("alarm", "ok")
        return next((state for state in states if self.holds(tree, state)), None)


@dataclass(frozen=True)
class _Node:
    operator: str
    items: "tuple[_Node, ...]"
    leaf: _Named | None = None

    def __str__(self) -> str:
        if self.leaf is not None:
            return self.leaf.name
        return f"({f' {self.operator} '.join(map(str, self.items))})"


@dataclass(frozen=True)
class Composed:
    """What a composite rule says: the state, and the parts that were looked at for it."""

    state: State
    form: str
    leaves: Sequence[_Named]

    def told(self, previous: State, state: State) -> tuple[str, dict[str, Any]]:
        """How it led from a state to another, or the same once more: in words, and as receivers are told."""
        causes = [leaf for leaf in self.leaves if leaf.seen and leaf.state == state]
        verb = "remaining as" if previous == state else "transition to"
        names = ", ".join(sorted(leaf.name for leaf in causes))
        reason = (
            f"Composite rule alarm with composition form: {self.form} {verb} {state}, "
            f"due to rules: {names} {TOLD[state]}"
        )
        # Events are no values beyond anything: which ones they were is said besides.
        events = {leaf.name: each for leaf in causes if (each := leaf.verdict) is not None and each.about is not None}
        more = f" and {len(events) - NAMED_MAX} more of events" if len(events) > NAMED_MAX else ""
        said = "; ".join(f"{name}: {each.noun}" for name, each in list(events.items())[:NAMED_MAX])
        reason = f"{reason} {said}{more}." if events else reason
        data: dict[str, Any] = {
            "type": "composite",
            "composition_form": self.form,
            "causative_rules": {leaf.name: {**rule_body(leaf.rule), "type": type_of(leaf.rule)} for leaf in causes},
        }
        if events:
            data["events"] = {name: each.data for name, each in events.items()}
        return reason, data


def composed(rule: Composite, verdict_of: Callable[[Leaf], Verdict], current: State) -> Composed:
    """What a composite rule says where an alarm is in a state; `verdict_of` is asked for leaves as they are needed."""
    evaluation = _Evaluation(verdict_of)
    tree = evaluation.form(rule)
    state = evaluation.decided(tree)
    if state is None:
        for leaf in evaluation.leaves:
            evaluation.look(leaf)
        evaluation.settle(current)
        state = evaluation.decided(tree) or UNKNOWN
    return Composed(state, str(tree), evaluation.leaves)


def composite_transition(
    alarm: Alarm, rule: Composite, verdict_of: Callable[[Leaf], Verdict], at_ns: int
) -> Transition | None:
    """What becomes of an alarm whose rule is composite."""
    found = composed(rule, verdict_of, alarm.state)
    if found.state == alarm.state and (found.state == UNKNOWN or not alarm.repeat_actions):
        return None
    return made(alarm, found.state, *found.told(alarm.state, found.state), at_ns)
