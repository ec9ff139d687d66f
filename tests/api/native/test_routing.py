# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Trees of routes: one document with a revision, checked whole, and tried out."""

from typing import Any

import pytest

from nephoscope.store.index.contract import Index
from tests.api.native.cloud import Asker
from tests.api.native.test_alarms import decide, make
from tests.api.native.test_contact_points import make as point

NIGHT = {"name": "night", "intervals": [{"times": [{"start_time": "00:00", "end_time": "06:00"}]}]}
NOON_MS = 12 * 3_600_000


def matcher(label: str, value: str, op: str = "=") -> dict[str, str]:
    return {"label": label, "op": op, "value": value}


def tree(*routes: dict[str, Any], revision: int = 0, **more: Any) -> dict[str, Any]:
    return {"revision": revision, "routes": list(routes), **more}


def put(asker: Asker, document: dict[str, Any], project: str = "") -> Any:
    answer = asker.ask("PUT", f"/routing?project={project}", document)
    assert 200 == answer.status, answer.text
    return answer.json()


def test_a_tree_is_kept_as_it_is_written_under_its_next_revision(member: Asker) -> None:
    point(member)
    assert (0, []) == tuple(member.get("/routing")[each] for each in ("revision", "routes"))
    route = {
        "matchers": [matcher("severity", "critical")],
        "contact_point": "ops",
        "group_by": ["alertname"],
        "group_wait_s": 0,
        "continue": True,
        "mute_timings": ["night"],
    }
    inhibition = {"source": [matcher("name", "rack")], "target": [matcher("name", "vm")], "equal": ["rack"]}
    kept = put(member, tree(route, mute_timings=[NIGHT], inhibitions=[inhibition]))
    assert (1, "mia", "blue") == (kept["revision"], kept["changed_by"], kept["project_id"])
    assert kept == member.get("/routing")
    assert route.items() <= kept["routes"][0].items()
    again = {key: kept[key] for key in ("revision", "routes", "mute_timings", "inhibitions")}
    assert 2 == put(member, again)["revision"]
    late = member.ask("PUT", "/routing", again)
    assert (409, True) == (late.status, "revision 2 by now" in late.text)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (tree({"contact_point": "ops"}, {"contact_point": "gone"}), "routes[1].contact_point: there is no contact po"),
        (tree({"routes": [{}]}), "routes[0].routes[0].contact_point: expected a name here, or in a route above"),
        (tree({"contact_point": "ops", "group_wait_s": -1}), "group_wait_s"),
        (tree({"contact_point": "ops", "mute_timings": ["x"]}), "routes[0].mute_timings[0]: there is no mute timing"),
        (tree({"contact_point": "ops", "group_by": ["...", "a"]}), "routes[0].group_by: '...' stands for all"),
        (
            tree({"contact_point": "ops", "matchers": [matcher("a", "b"), matcher("a", "(", "=~")]}),
            "routes[0].matchers[1].value: ",
        ),
        (
            tree(mute_timings=[{"name": "a", "intervals": [{"weekdays": ["monday:x"]}]}]),
            "mute_timings[0].intervals[0].weekdays[0]: expected a range such as monday:friday",
        ),
        (tree(mute_timings=[NIGHT, NIGHT]), "mute_timings[1].name: 'night' is taken"),
        (tree(mute_timings=[{"name": "a", "intervals": [{"location": "Mars"}]}]), "Timezone Mars is not valid"),
        (tree(inhibitions=[{"source": [], "target": [matcher("a", "b")]}]), "inhibitions[0].source: expected a match"),
    ],
)
def test_what_is_wrong_is_named_by_its_place_and_changes_nothing(
    member: Asker, document: dict[str, Any], said: str
) -> None:
    point(member)
    answer = member.ask("PUT", "/routing", document)
    assert 400 == answer.status
    assert said in answer.text
    assert 0 == member.get("/routing")["revision"]


def test_an_alarm_is_tried_out(index: Index, member: Asker, admin: Asker) -> None:
    point(member, "ops")
    point(member, "db")
    routes = (
        {"matchers": [matcher("team", "d.", "=~")], "contact_point": "db", "group_by": ["team"], "continue": True},
        {"contact_point": "ops", "mute_timings": ["night"], "routes": [{"matchers": [matcher("severity", "low")]}]},
    )
    put(member, tree(*routes, mute_timings=[NIGHT]))
    alarm = make(index, "web", labels=(("team", "db"),))
    found = member.post("/routing/test", alarm=alarm.id, at_ms=NOON_MS)
    assert ["routes[0]", "routes[1].routes[0]"] == [each["place"] for each in found["routes"]]
    assert {"team": "db"} == found["routes"][0]["group"]
    assert ["db", "ops"] == found["told"]
    muted = member.post("/routing/test", labels={"name": "x", "severity": "critical"}, at_ms=3_600_000)
    assert [("routes[1]", "mute timing night holds")] == [(each["place"], each["muted"]) for each in muted["routes"]]
    assert [] == muted["told"]
    admin.post("/silences", matchers=[matcher("name", "web")], until="+1 hour", comment="secret")
    silenced = member.post("/routing/test", alarm=alarm.id)
    assert [None] == [each["id"] for each in silenced["silenced"]]
    assert ([], "") == (silenced["told"], silenced["silenced"][0]["comment"])
    assert "secret" == admin.post("/routing/test", alarm=alarm.id)["silenced"][0]["comment"]
    assert 400 == member.ask("POST", "/routing/test", {}).status
    assert 404 == member.ask("POST", "/routing/test", {"alarm": "none"}).status


def test_what_inhibits_an_alarm_is_named_to_who_may_see_it(index: Index, member: Asker, admin: Asker) -> None:
    rack = [matcher("name", "rack")]
    inhibition = {"name": "racks", "source": rack, "target": [matcher("name", "vm")]}
    put(admin, tree(inhibitions=[inhibition]))
    point(member)
    put(member, tree({"contact_point": "ops"}, inhibitions=[inhibition | {"equal": ["team"]}]))
    decide(index, make(index, "rack", project_id="red"), "alarm")
    found = member.post("/routing/test", labels={"name": "vm"})
    assert [{"rule": "", "by": None}] == found["inhibited"]
    assert ("racks", "red") == (
        (named := admin.post("/routing/test", labels={"name": "vm", "project_id": "blue"})["inhibited"][0])["rule"],
        named["by"]["project_id"],
    )
    mine = make(index, "my rack")
    assert [] == member.post("/routing/test", labels={"name": "other"})["inhibited"]
    assert [] == member.post("/routing/test", alarm=mine.id)["inhibited"]


def test_the_tree_for_all_is_of_those_who_see_all(member: Asker, admin: Asker) -> None:
    point(admin)
    kept = put(admin, tree({"contact_point": "ops"}))
    assert (None, 1) == (kept["project_id"], kept["revision"])
    assert 0 == member.get("/routing")["revision"] == admin.get("/routing", project="blue")["revision"]
    assert [] == member.post("/routing/test", labels={"name": "x"})["routes"]
    reached = admin.post("/routing/test", labels={"name": "x", "project_id": "blue"})["routes"]
    assert [None] == [each["project_id"] for each in reached]
    assert 403 == member.ask("PUT", "/routing?project=*", tree()).status
    assert [] == member.get("/routing/groups")["groups"]
