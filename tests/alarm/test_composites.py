# SPDX-License-Identifier: Apache-2.0

"""Rules made of rules: their state, what they look at, and the words of the reason."""

import itertools
from collections.abc import Callable, Mapping
from typing import Literal

import pytest

from nephoscope.alarm.composites import composite_transition
from nephoscope.alarm.recent_events import verdict_about
from nephoscope.alarm.verdicts import Verdict, judge_values, unknown
from nephoscope.model.alarm import Alarm, State, Transition
from nephoscope.model.alarm_rule import Composite, Leaf, PrometheusThreshold, RecentEvents
from nephoscope.query.event_counts import Recent

ABOVE, BELOW = judge_values([9.0, 9.0], 5, "gt"), judge_values([1.0, 1.0], 5, "gt")
RISING, FALLING = judge_values([1.0, 9.0], 5, "gt"), judge_values([9.0, 1.0], 5, "gt")
NOTHING = unknown("2 datapoints are unknown", 2)
BY_MARK: Mapping[str, Verdict] = {"A": ABOVE, "B": BELOW, "R": RISING, "F": FALLING, "N": NOTHING}


def leaf(name: str) -> PrometheusThreshold:
    return PrometheusThreshold(query=name, threshold=5, comparison_operator="gt")


def tree(operator: Literal["and", "or"], *rules: Leaf | Composite) -> Composite:
    return Composite(operator=operator, rules=rules)


FORM = tree("or", leaf("1"), tree("and", leaf("2"), leaf("3")))


def decided(
    rule: Composite, marks: str, state: State = "ok", *, repeats: bool = False
) -> tuple[Transition | None, list[str]]:
    """What becomes of an alarm when its leaves have these verdicts, in order; and the leaves that were looked at."""
    alarm = Alarm(
        id="a",
        name="n",
        description="",
        rule=rule,
        project_id="p",
        user_id="u",
        state=state,
        repeat_actions=repeats,
    )
    seen: list[str] = []

    def verdict_of(each: Leaf) -> Verdict:
        assert isinstance(each, PrometheusThreshold)
        seen.append(each.query)
        return BY_MARK[marks[int(each.query) - 1]]

    return composite_transition(alarm, rule, verdict_of, 5), seen


@pytest.mark.parametrize(
    ("marks", "state", "expected", "seen"),
    [
        ("ABB", "ok", "alarm", ["1"]),
        ("BAA", "ok", "alarm", ["1", "2", "3"]),
        ("BBA", "alarm", "ok", ["1", "2"]),
        ("BAB", "alarm", "ok", ["1", "2", "3"]),
        ("NAA", "ok", "alarm", ["1", "2", "3"]),
        ("NBA", "ok", "insufficient data", ["1", "2", "3"]),
        ("BNB", "alarm", "ok", ["1", "2", "3"]),
        ("BNA", "alarm", "insufficient data", ["1", "2", "3"]),
        ("NNN", "insufficient data", None, ["1", "2", "3"]),
        # Mixed: its trend where nothing was known, else what it was.
        ("RBB", "insufficient data", "alarm", ["1", "2", "3"]),
        ("FBB", "insufficient data", "ok", ["1", "2", "3"]),
        ("RBB", "ok", None, ["1", "2", "3"]),
        ("FBB", "alarm", None, ["1", "2", "3"]),
    ],
)
def test_states_and_what_is_looked_at(marks: str, state: State, expected: State | None, seen: list[str]) -> None:
    found, looked_at = decided(FORM, marks, state)
    assert (expected, seen) == (None if found is None else found.current, sorted(looked_at))
    assert len(set(looked_at)) == len(looked_at)


def test_the_reason_names_the_form_and_the_rules() -> None:
    found, _ = decided(FORM, "BAA")
    assert found is not None
    expected = (
        "Composite rule alarm with composition form: (rule1 or (rule2 and rule3)) transition to alarm, "
        "due to rules: rule2, rule3 outside their threshold."
    )
    assert expected == found.reason
    causes = {
        f"rule{number}": {"query": str(number), "threshold": 5, "comparison_operator": "gt", "type": "prometheus"}
        for number in (2, 3)
    }
    form = "(rule1 or (rule2 and rule3))"
    assert {"type": "composite", "composition_form": form, "causative_rules": causes} == found.reason_data


@pytest.mark.parametrize(
    ("marks", "state", "end"),
    [
        ("BBB", "ok", "remaining as ok, due to rules: rule1, rule2 inside their threshold."),
        ("BBB", "alarm", "transition to ok, due to rules: rule1, rule2 inside their threshold."),
        ("NNA", "ok", "transition to insufficient data, due to rules: rule1, rule2 state evaluated to unknown."),
    ],
)
def test_the_reason_tells_what_became_of_it(marks: str, state: State, end: str) -> None:
    found, _ = decided(FORM, marks, state, repeats=True)
    assert found is not None
    assert found.reason.endswith(end)


def of_events(rule: Composite, found: Mapping[str, Recent]) -> Transition:
    """What becomes of an alarm when there are these events of each type."""
    alarm = Alarm(id="a", name="n", description="", rule=rule, project_id="p", user_id="u", repeat_actions=True)

    def verdict_of(each: Leaf) -> Verdict:
        assert isinstance(each, RecentEvents)
        return verdict_about(each, found[each.event_type])

    made = composite_transition(alarm, rule, verdict_of, 5)
    assert made is not None
    return made


def test_the_reason_says_of_events_which_ones_they_were() -> None:
    newest, none = (RecentEvents(event_type=name, within_s=60) for name in ("volume.*", "image.*"))
    recent = {"volume.*": Recent(2, 10**18, "m1"), "image.*": Recent(0)}
    found = of_events(tree("or", none, newest), recent)
    assert found.reason.endswith(
        "due to rules: rule2 outside their threshold. "
        "rule2: 2 events of type volume.* within 60 s, the newest m1 at 2001-09-09T01:46:40+00:00."
    )
    rule = {"event_type": "volume.*", "query": [], "within_s": 60, "type": "event"}
    assert {"rule2": rule} == found.reason_data["causative_rules"]
    assert {"rule2": verdict_about(newest, recent["volume.*"]).data} == found.reason_data["events"]


def test_of_many_events_some_are_named() -> None:
    rules = [RecentEvents(event_type=f"t{number}", within_s=60) for number in range(8)]
    found = of_events(tree("and", *rules), {each.event_type: Recent(1, 10**18, "m") for each in rules})
    said = "rule5: 1 event of type t4 within 60 s, the newest m at 2001-09-09T01:46:40+00:00"
    assert found.reason.endswith(f"{said} and 3 more of events.")


def test_what_is_unknown_is_not_repeated() -> None:
    assert None is decided(FORM, "NNN", "insufficient data", repeats=True)[0]
    assert None is decided(FORM, "ABB", "alarm")[0]


def test_every_settled_tree_is_in_alarm_as_its_logic_says() -> None:
    """Of leaves that are surely above or below, the state is that of the boolean expression."""
    rules = [
        FORM,
        tree("and", leaf("1"), tree("or", leaf("2"), leaf("3"))),
        tree("and", leaf("1"), leaf("2"), leaf("3")),
    ]
    logics: list[Callable[[bool, bool, bool], bool]] = [
        lambda a, b, c: a or (b and c),
        lambda a, b, c: a and (b or c),
        lambda a, b, c: a and b and c,
    ]
    for rule, logic in zip(rules, logics, strict=True):
        for values in itertools.product([True, False], repeat=3):
            found, _ = decided(rule, "".join("A" if each else "B" for each in values), "insufficient data")
            assert found is not None
            assert ("alarm" if logic(*values) else "ok") == found.current
