# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What alarms remember of each thing that they watch: kept with decisions, and gone with what they were about."""

from typing import Any

import pytest
from msgspec import structs

from nephoscope.model.alarm_behaviour import Behaviour
from nephoscope.model.alarm_instance import Instance, Labels
from nephoscope.model.errors import BadRequest
from nephoscope.model.paging import Page
from nephoscope.model.series_rule import SeriesRule
from nephoscope.store.index.contract import Index
from tests.store.index.counting import counting
from tests.store.index.samples import START_NS, Clock
from tests.store.index.watched import ANN, GROUP, SLOTS, create, decision, holding, watched

RULE = SeriesRule(metric="cpu", threshold=80.0)


def labels(host: str) -> Labels:
    return (("disk", "é" * 300), ("host", host))


def instance(alarm_id: str = "a", host: str = "one", **more: Any) -> Instance:
    return Instance(alarm_id=alarm_id, labels=labels(host), since_ns=START_NS, **more)


def keep(index: Index, *instances: Instance, gone: tuple[Labels, ...] = (), alarm_id: str = "a") -> list[bool]:
    """Keep instances of an alarm that stays in its state."""
    seen = watched(index)[alarm_id]
    told = structs.replace(decision(seen, seen.alarm.state, {}), slot=None)
    return index.alarms.decide([structs.replace(told, instances=instances, gone=gone)], GROUP, "node")


def kept(index: Index, alarm_id: str | None = None, **more: Any) -> list[Instance]:
    return [structs.replace(each, number=0) for each in index.alarms.instances(alarm_id, **more)]


def test_instances_are_kept_over_what_they_were_and_forgotten(index: Index) -> None:
    create(index, "a", RULE)
    one, two = instance(state="alarm", value=1e300, reason="why\x00"), instance(host="two")
    assert [True] == keep(index, one, two)
    stored = structs.replace(one, reason="why\ufffd")
    assert [stored, two] == kept(index, "a")
    later = structs.replace(one, state="ok", value=None, reason="", beyond_since_ns=1, cleared_since_ns=2)
    assert [True] == keep(index, later, gone=(two.labels, labels("nobody")))
    assert [later] == kept(index)
    nobody = Instance(alarm_id="a", missing_since_ns=3)
    keep(index, nobody)
    assert [later, nobody] == kept(index, "a")


def test_they_are_found_by_alarm_and_state_and_in_pages(index: Index) -> None:
    for name in "ab":
        create(index, name, RULE)
    hosts = [f"h{number}" for number in range(5)]
    for name in "ab":
        states: dict[str, Any] = {"h1": "alarm", "h3": "ok"}
        keep(
            index,
            *(instance(name, host, state=states.get(host, "insufficient data")) for host in hosts),
            alarm_id=name,
        )
    assert 10 == len(kept(index))
    assert ["a", "b"] == [each.alarm_id for each in kept(index, state="alarm")]
    found = index.alarms.instances("a", page=Page(2))
    assert "h1" == dict(found[0].labels)["host"]
    listed = [each.number for each in found]
    while found := index.alarms.instances("a", page=Page(2, str(listed[-1]))):
        listed += [each.number for each in found]
    assert [each.number for each in index.alarms.instances("a")] == sorted(listed)
    with pytest.raises(BadRequest, match="marker"):
        index.alarms.instances("a", page=Page(2, "100000"))
    assert {"a"} == {each.alarm_id for each in index.alarms.instances_of(["a", "c"])}
    assert [] == index.alarms.instances_of([])


def test_thousands_are_kept_by_few_statements(index: Index) -> None:
    create(index, "a", RULE)
    few = [instance(host=str(number)) for number in range(3)]
    keep(index, *few)
    with counting(index) as counter:
        keep(index, *few)
    expected = counter.statements
    many = [instance(host=str(number)) for number in range(1000)]
    with counting(index) as counter:
        keep(index, *many)
    assert expected == counter.statements
    assert 1000 == len(kept(index, "a"))


def test_a_decision_that_is_not_taken_keeps_no_instances(index: Index) -> None:
    create(index, "a", RULE)
    held = holding(index)
    seen = watched(index)["a"]
    told = structs.replace(decision(seen, "alarm", held), instances=[instance()])
    for refused in (structs.replace(told, revision=7), structs.replace(told, fencing=told.fencing + 1)):
        assert [False] == index.alarms.decide([refused], GROUP, "node")
    assert [] == kept(index)


def test_who_looks_at_instances_is_told_that_they_moved(index: Index) -> None:
    create(index, "a", RULE)
    seen = watched(index)["a"]
    held = holding(index)
    version = index.alarms.watchlist(0, SLOTS).version
    quiet = structs.replace(decision(seen, seen.alarm.state, held), instances=[instance()])
    index.alarms.decide([quiet], GROUP, "node")
    assert version == index.alarms.watchlist(version, SLOTS).version
    moved = structs.replace(quiet.transition, current="alarm", labels=labels("one"), reason="Instance host=one: it is")
    loud = structs.replace(quiet, moved=[moved])
    assert [True] == index.alarms.decide([loud], GROUP, "node")
    found = index.alarms.watchlist(version, SLOTS)
    assert [(seen.alarm, seen.revision)] == [(each.alarm, each.revision) for each in found.changed]
    record = index.alarms.history()[0]
    assert ("instance transition", "alarm", dict(labels("one"))) == (
        record.type,
        record.detail["state"],
        record.detail["labels"],
    )


def test_they_go_with_their_alarm_or_its_state(index: Index) -> None:
    create(index, "a", RULE)
    keep(index, instance())
    index.alarms.set_state("a", "ok", ANN)
    assert [] == kept(index)
    keep(index, instance())
    index.alarms.delete("a", ANN)
    assert [] == kept(index)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": "other"}, 5),
        ({"behaviour": Behaviour(pending_s=1)}, 0),
        ({"rule": SeriesRule(metric="cpu", threshold=1.0)}, 0),
        ({"state": "alarm"}, None),
    ],
)
def test_how_long_values_waited_counts_anew_for_another_rule(
    index: Index, clock: Clock, change: dict[str, Any], expected: int | None
) -> None:
    create(index, "a", RULE)
    keep(index, instance(beyond_since_ns=5))
    before = index.alarms.get("a")
    index.alarms.change(structs.replace(before, **change, timestamp_ns=clock.forward(1)), ANN)
    assert ([] if expected is None else [expected]) == [each.beyond_since_ns for each in kept(index)]


def test_how_long_values_waited_counts_anew_when_it_is_switched_on(index: Index) -> None:
    create(index, "a", RULE)
    keep(index, instance(beyond_since_ns=5))
    for enabled in (False, True):
        index.alarms.change(structs.replace(index.alarms.get("a"), enabled=enabled), ANN)
    assert [0] == [each.beyond_since_ns for each in kept(index)]


def test_behaviour_and_labels_are_kept_and_their_changes_recorded(index: Index) -> None:
    behaviour = Behaviour(pending_s=60, recovery_threshold=70, no_data="keep")
    made = create(index, "a", behaviour=behaviour, labels=(("team", "web"),))
    assert made == index.alarms.get("a") == watched(index)["a"].alarm
    assert {"team": "web"} == index.alarms.history()[0].detail["labels"]
    plain = structs.replace(made, behaviour=Behaviour(), labels=())
    index.alarms.change(plain, ANN)
    assert ({"behaviour": None, "labels": None}, plain) == (
        index.alarms.history()[0].detail,
        index.alarms.get("a"),
    )
