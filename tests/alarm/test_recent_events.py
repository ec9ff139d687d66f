# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Events as parts of composite rules: what they say, whose they are, and what is asked of the store for them."""

from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from nephoscope.alarm import recent_events
from nephoscope.alarm.evaluator import EvaluationSettings, Evaluator
from nephoscope.alarm.readings import NO_EVENTS, Judges, Wanted, read
from nephoscope.alarm.recent_events import AskedEvents, EventReading, verdict_about
from nephoscope.alarm.sharing import Share
from nephoscope.model.alarm import Alarm, State
from nephoscope.model.alarm_rule import Composite, EventCondition, Leaf, RecentEvents, ResourceThreshold
from nephoscope.model.errors import BadRequest, StoreUnavailable
from nephoscope.model.event import Trait
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.search import equal
from nephoscope.query.event_counts import RULES_AT_ONCE_MAX, Recent
from nephoscope.store.contract import Store
from nephoscope.store.events import keep
from nephoscope.store.index.alarm_contract import Author, Limits
from tests.alarm.conftest import NOW_NS, SECOND_NS, World

FAILED = EventCondition(field="traits.state", value="error")
RULE = RecentEvents(event_type="compute.instance.*", query=(FAILED,), within_s=600)


def happened(ago_s: float, project: str = "blue", state: str = "error", id_: str = "") -> KeptEvent:
    traits = (Trait("state", "text", state),)
    time_ns = NOW_NS - round(ago_s * SECOND_NS)
    return KeptEvent(id_ or str(uuid4()), "compute.instance.update", time_ns, project, "vm", traits)


def made(rule: Composite, project: str = "blue", **more: Any) -> Alarm:
    about: dict[str, Any] = {"name": "n", "description": "", "project_id": project, "user_id": "u", **more}
    return Alarm(id=str(uuid4()), rule=rule, **about)


def either(*rules: Leaf) -> Composite:
    return Composite(operator="or", rules=rules)


def looked(store: Store, alarm: Alarm, now_ns: int = NOW_NS) -> list[State | None]:
    """What each part of a composite rule says."""
    wanted = Wanted()
    wanted.add(alarm)
    readings = read(Judges(NoThresholds(), events=EventReading(store)), wanted, now_ns)
    assert isinstance(alarm.rule, Composite)
    return [readings.verdict(alarm, leaf).state for leaf in alarm.rule.leaves()]


class NoThresholds:
    """Judges no rule about metrics."""

    def look(self, *_arguments: Any) -> Any:
        """There are none."""

    def verdict(self, *_arguments: Any) -> Any:
        """There are none."""


def test_a_part_is_alarm_while_an_event_is_recent_and_ok_otherwise(store: Store) -> None:
    alarm = made(either(RULE))
    assert ["ok"] == looked(store, alarm)
    keep(store, [happened(0)])
    moments = (-1, 0, 600 * SECOND_NS - 1, 600 * SECOND_NS)
    assert ["ok", "alarm", "alarm", "ok"] == [looked(store, alarm, NOW_NS + each)[0] for each in moments]


def test_the_verdict_names_the_type_how_many_and_the_newest(store: Store) -> None:
    keep(store, [happened(60), happened(30, id_="m1"), happened(10, state="active"), happened(5, "red")])
    asked = AskedEvents(RULE, "blue")
    verdict = EventReading(store).verdicts([asked], NOW_NS)[asked]
    newest = {"message_id": "m1", "generated": "2026-03-02T08:59:30+00:00"}
    assert (
        "2 events of type compute.instance.* within 600 s, the newest m1 at 2026-03-02T08:59:30+00:00" == verdict.noun
    )
    about = {"type": "event", "event_type": "compute.instance.*", "within_s": 600, "count": 2, "newest": newest}
    assert about == verdict.data


def test_without_any_that_is_what_is_told() -> None:
    verdict = verdict_about(RULE, Recent(0))
    assert ("ok", "no events of type compute.instance.* within 600 s") == (verdict.state, verdict.noun)
    assert (0, None) == (verdict.data["count"], verdict.data["newest"])
    assert verdict_about(RULE, Recent(1, NOW_NS, "m")).noun.startswith("1 event of type")


@pytest.mark.parametrize("sees_all", [False, True])
def test_only_events_of_the_alarms_own_project_count(store: Store, sees_all: bool) -> None:
    keep(store, [happened(10, "red"), happened(10, "")])
    blue = made(either(RULE), sees_all=sees_all)
    assert ["ok"] == looked(store, blue)
    assert ["alarm"] == looked(store, made(either(RULE), "red"))
    keep(store, [happened(10)])
    assert ["alarm"] == looked(store, blue)


class Asked:
    """A store that remembers what it was asked, and fails where it is to."""

    def __init__(self, store: Store, fails: str = "") -> None:
        self._store = store
        self._fails = fails
        self.statements = 0

    def query(self, sql: str, parameters: dict[str, Any]) -> Any:
        """See `Store`."""
        self.statements += 1
        if self._fails in parameters.values():
            raise StoreUnavailable("the engine is away")
        return self._store.query(sql, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def asking(count: int) -> list[AskedEvents]:
    """As many rules, each of a project of its own."""
    return [AskedEvents(RecentEvents(event_type=f"kind.{n}", within_s=60 + n), f"p{n}") for n in range(count)]


def test_rules_share_statements(store: Store) -> None:
    counting: Any = Asked(store)
    rules = asking(2 * RULES_AT_ONCE_MAX)
    alike = [AskedEvents(rules[0].rule, f"q{n}") for n in range(50)]
    keep(store, [KeptEvent("m", "kind.3", NOW_NS, "p3", "")])
    found = EventReading(counting).verdicts([*rules, *alike], NOW_NS)
    assert [rules[3]] == [asked for asked, verdict in found.items() if verdict.state == "alarm"]
    assert (2, len(rules) + len(alike)) == (counting.statements, len(found))


def test_what_one_statement_fails_at_does_not_keep_others_from_being_known(store: Store) -> None:
    failing: Any = Asked(store, fails="p0")
    rules = asking(RULES_AT_ONCE_MAX + 1)
    found = EventReading(failing).verdicts(rules, NOW_NS)
    assert "alarm statistics retrieval failed: the engine is away" == found[rules[0]].reason
    assert ["insufficient data", "ok"] == [found[rules[0]].state, found[rules[-1]].state]


def test_where_no_events_are_read_that_is_told() -> None:
    wanted = Wanted()
    alarm = made(either(RULE))
    wanted.add(alarm)
    readings = read(Judges(NoThresholds()), wanted, NOW_NS)
    assert NO_EVENTS == readings.verdict(alarm, RULE)


def test_the_past_of_all_rules_is_limited_together(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(store, [happened(ago_s) for ago_s in (10, 20, 30)])
    rules = [RULE, RecentEvents(within_s=600)]
    at_ns = np.array([NOW_NS - 25 * SECOND_NS, NOW_NS], np.int64)
    found = EventReading(store).past(rules, "blue", at_ns)
    assert [[1, 3], [1, 3]] == [[each.events for each in found[rule]] for rule in rules]
    monkeypatch.setattr(recent_events, "PAST_EVENTS_MAX", 5)
    with pytest.raises(BadRequest, match="more than 2 events"):
        EventReading(store).past(rules, "blue", at_ns)
    assert {} == EventReading(store).past(rules, "blue", at_ns[:0])


def test_alarms_follow_events_over_restarts(world: World) -> None:
    clock = [NOW_NS + SECOND_NS]
    store = world.measured.store
    share = Share(world.index, "test")
    share.beat()

    def started() -> Evaluator:
        judges = Judges(world.thresholds(), events=EventReading(store))
        return Evaluator(world.index, judges, share, EvaluationSettings(), wall_ns=lambda: clock[0])

    about: dict[str, Any] = {"threshold": 50.0, "aggregation_method": "mean", "comparison_operator": "gt"}
    busy = ResourceThreshold(metric="cpu", resource_id="vm", resource_type="instance", **about)
    alarm = made(Composite(operator="and", rules=(busy, RULE)), alarm_actions=("http://192.0.2.1/hook",))
    world.index.alarms.create(alarm, Author("ann", "blue"), Limits())
    world.put(world.metric(world.resource("vm")), [(60.0 * n, 90.0) for n in range(-15, 2)])
    started().cycle()
    assert "ok" == world.index.alarms.get(alarm.id).state
    keep(store, [happened(-70, id_="m1")])
    clock[0] += 2 * 60 * SECOND_NS
    started().cycle()
    now = world.index.alarms.get(alarm.id)
    assert "alarm" == now.state
    assert now.state_reason.endswith(
        "due to rules: rule1, rule2 outside their threshold. rule2: 1 event of type compute.instance.* within 600 s, "
        "the newest m1 at 2026-03-02T09:01:10+00:00."
    )
    (note,) = world.index.outbox.find(equal("alarm_id", alarm.id))
    assert 1 == note.body["reason_data"]["events"]["rule2"]["count"]
    clock[0] += 10 * 60 * SECOND_NS
    started().cycle()
    now = world.index.alarms.get(alarm.id)
    assert "ok" == now.state
    assert now.state_reason.endswith("rule2: no events of type compute.instance.* within 600 s.")
