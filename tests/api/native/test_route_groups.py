# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What is grouped now: its alarms, what holds them back, and when the group was and is told."""

from typing import Any

from nephoscope.model.delivery import Draft
from nephoscope.model.route_group import GroupMemory, Telling, Told
from nephoscope.store.index.contract import Index
from tests.api.native.cloud import Asker
from tests.api.native.test_alarms import decide, make
from tests.api.native.test_contact_points import make as point
from tests.api.native.test_routing import matcher, put, tree


def counts(group: dict[str, Any]) -> tuple[int, ...]:
    return tuple(group[each] for each in ("count", "new", "over", "silenced", "inhibited"))


def test_what_fires_is_in_its_group_before_anybody_is_told(index: Index, member: Asker, admin: Asker) -> None:
    point(member)
    put(member, tree({"contact_point": "ops", "group_by": ["team"], "group_wait_s": 3600}))
    for name, team in (("web", "a"), ("cache", "a"), ("disk", "b")):
        decide(index, make(index, name, labels=(("team", team),)), "alarm")
    make(index, "quiet", labels=(("team", "a"),))
    groups = {each["labels"]["team"]: each for each in member.get("/routing/groups")["groups"]}
    assert {"a": (2, 2, 0, 0, 0), "b": (1, 1, 0, 0, 0)} == {team: counts(each) for team, each in groups.items()}
    first = groups["a"]
    assert ("blue", "routes[0]", "ops", None, 0, "") == tuple(
        first[each] for each in ("project_id", "place", "contact_point", "told_ms", "times", "muted")
    )
    assert first["alarms"][0]["since_ms"] + 3_600_000 == first["next_ms"]
    assert first == member.get(f"/routing/groups/{first['key']}")["group"]
    assert [] == admin.get("/routing/groups")["groups"]
    assert 2 == len(admin.get("/routing/groups", project="blue")["groups"])


def test_what_is_held_back_is_counted_by_why(index: Index, member: Asker) -> None:
    point(member)
    night = {"name": "always", "intervals": [{"times": [{"start_time": "00:00", "end_time": "24:00"}]}]}
    rack = {"source": [matcher("name", "rack")], "target": [matcher("name", "vm")]}
    routes = ({"matchers": [matcher("name", "rack")], "contact_point": "ops", "mute_timings": ["always"]},)
    put(member, tree(*routes, {"contact_point": "ops"}, mute_timings=[night], inhibitions=[rack]))
    for name in ("rack", "vm", "web"):
        decide(index, make(index, name), "alarm")
    member.post("/silences", matchers=[matcher("name", "web")], until="+1 hour")
    groups = {each["place"]: each for each in member.get("/routing/groups")["groups"]}
    assert ("mute timing always holds", None) == (groups["routes[0]"]["muted"], groups["routes[0]"]["next_ms"])
    assert (2, 2, 0, 1, 1) == counts(groups["routes[1]"])
    assert groups["routes[1]"]["next_ms"] is None
    held = {each["labels"]["name"]: each["held"] for each in groups["routes[1]"]["alarms"]}
    assert {"vm": "inhibited", "web": "silenced"} == held


def test_inhibitions_for_all_hold_back_what_is_in_the_groups_of_a_project(
    index: Index, member: Asker, admin: Asker
) -> None:
    put(admin, tree(inhibitions=[{"source": [matcher("name", "rack")], "target": [matcher("name", "vm")]}]))
    point(member)
    put(member, tree({"contact_point": "ops"}))
    decide(index, make(index, "rack", project_id="red"), "alarm")
    decide(index, make(index, "vm"), "alarm")
    (group,) = member.get("/routing/groups")["groups"]
    assert (1, 1, 0, 0, 1) == counts(group)
    assert ["vm"] == [each["labels"]["name"] for each in group["alarms"]]


def test_groups_are_shown_with_what_they_were_told(index: Index, member: Asker, admin: Asker) -> None:
    held = index.leases.acquire("router", "node", 10**10)
    assert held is not None
    told = Told(alarm_id="a", labels={"name": "web"}, since_ns=5_000_000, reason="high", value=1.5)
    memory = GroupMemory(
        key="k", project_id="blue", contact_point="ops", labels={}, told={"f": told}, told_ns=7_000_000, times=2
    )
    body = {"groupKey": "k", "status": "firing"}
    draft = Draft(key="d", alarm_id="group:k", project_id="blue", target="https://u:p@192.0.2.1/", body=body)
    index.route_groups.tell([Telling(key="k", times=0, after=memory, drafts=(draft,))], held)
    (group,) = member.get("/routing/groups")["groups"]
    assert ("k", "", 7, 2, 1, "web") == (
        *(group[each] for each in ("key", "place", "told_ms", "times", "count")),
        group["alarms"][0]["labels"]["name"],
    )
    assert [1, 0] == [len(member.get("/routing/groups", alarm=each)["groups"]) for each in "ab"]
    found = member.get("/routing/groups/k")
    assert group == found["group"] == admin.get("/routing/groups/k")["group"]
    assert [("d", "firing", "https://***@192.0.2.1/")] == [
        (each["key"], each["state"], each["target"]) for each in found["deliveries"]
    ]
    index.route_groups.tell([Telling(key="k", times=2, after=None)], held)
    over = admin.get("/routing/groups/k")
    assert (None, 1) == (over["group"], len(over["deliveries"]))
    assert 404 == member.ask("GET", "/routing/groups/x").status
