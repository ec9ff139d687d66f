# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Files of alarms through our own API: what they show and hide, what is planned, done, and refused as a whole."""

from typing import Any

import msgspec
import pytest

from nephoscope.api.aodh.parts import AodhSettings
from nephoscope.api.app import HttpSettings, build
from nephoscope.model.search import EVERYTHING
from nephoscope.store.index.alarm_contract import Author, Limits
from nephoscope.store.index.contract import Index
from tests.api.asgi import Client
from tests.api.native.accounts import MEMBER, READER
from tests.api.native.cloud import Asker, Cloud

SERIES = {"metric": "cpu", "threshold": 80}
HOOK = "https://ann:secret@hooks.example/a?token=t"
HIDDEN = "https://***@hooks.example/a?token=***"
GROUP = {
    "metric": "cpu",
    "resource_type": "instance",
    "query": '{"=":{"host":"a"}}',
    "threshold": 8,
    "aggregation_method": "mean",
}


def alarm(name: str = "busy", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "series", "rule": SERIES, **more}


def put(asker: Asker, *alarms: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    """What became of each alarm, by name."""
    plan = asker.post("/alarms/file", version=1, alarms=list(alarms), **more)
    return [(each["action"], each["name"]) for each in plan["steps"]]


def names(index: Index) -> list[str]:
    return sorted(each.name for each in index.alarms.find(EVERYTHING))


def test_a_file_is_made_true_and_then_is(index: Index, member: Asker) -> None:
    put(member, alarm("old"), alarm("same"), alarm("busy"))
    id_before = next(each.id for each in index.alarms.find(EVERYTHING) if each.name == "busy")
    louder = alarm("busy", rule={**SERIES, "threshold": 90}, labels={"team": "web"}, alarm_actions=[HOOK])
    wanted = (alarm("new"), louder, alarm("same"))
    expected = [("create", "new"), ("change", "busy"), ("same", "same")]
    assert [*expected, ("delete", "old")] == put(member, *wanted, delete=True, dry_run=True)
    assert ["busy", "old", "same"] == names(index)
    plan = member.post("/alarms/file", version=1, alarms=list(wanted))
    assert plan["applied"]
    assert [
        {"path": "alarm_actions", "before": None, "after": [HIDDEN]},
        {"path": "labels.team", "before": None, "after": "web"},
        {"path": "rule.threshold", "before": 80.0, "after": 90.0},
    ] == plan["steps"][1]["changes"]
    assert ["busy", "new", "old", "same"] == names(index)
    assert [("same", each["name"]) for each in wanted] + [("delete", "old")] == put(member, *wanted, delete=True)
    assert ["busy", "new", "same"] == names(index)
    # It is the same alarm still, with its history.
    assert id_before in {each.id for each in index.alarms.find(EVERYTHING)}


def test_what_is_exported_can_be_imported_as_it_is(index: Index, member: Asker, admin: Asker) -> None:
    constraint = {"name": "nights", "start": "0 22 * * *", "duration": 3600}
    leaf = {"type": "gnocchi_aggregation_by_resources_threshold", **GROUP}
    put(
        member,
        alarm("z", behaviour={"pending_s": 60}, time_constraints=[constraint], severity="critical", enabled=False),
        alarm("group", type="gnocchi_aggregation_by_resources_threshold", rule=GROUP, repeat_actions=True),
        alarm("both", type="composite", rule={"and": [leaf, {"type": "series", **SERIES}]}, description="of two"),
        alarm("hook", ok_actions=[HOOK, "https://hooks.example/b"], alarm_actions=[HOOK]),
        alarm("event", type="event", rule={}),
    )
    for asker in (member, admin):
        file = asker.get("/alarms/file")
        assert ["both", "event", "group", "hook", "z"] == [each["name"] for each in file["alarms"]]
        assert {("same", each["name"]) for each in file["alarms"]} == set(put(asker, *file["alarms"], delete=True))
    shown = {each["name"]: each for each in member.get("/alarms/file")["alarms"]}
    # A search is as its owner wrote it, not as it was narrowed to the project.
    assert '{"=": {"host": "a"}}' == shown["group"]["rule"]["query"]
    assert {"pending_s": 60.0} == shown["z"]["behaviour"]
    assert {"name", "project_id", "type", "rule"} == shown["event"].keys()


def test_filters_choose_what_is_exported(member: Asker) -> None:
    put(member, alarm("one", severity="critical"), alarm("two", enabled=False))
    assert ["two"] == [each["name"] for each in member.get("/alarms/file?enabled=false")["alarms"]]
    assert ["one"] == [each["name"] for each in member.get("/alarms/file?severity=critical&match=on")["alarms"]]


def test_secrets_are_shown_to_those_who_may_change_alarms_and_kept_where_they_are_left_out(
    index: Index, client: Client, member: Asker
) -> None:
    other = HOOK.replace("secret", "other")
    put(member, alarm(alarm_actions=[HOOK, other], ok_actions=["https://hooks.example/b"]))
    (hidden,) = member.get("/alarms/file")["alarms"]
    assert [HIDDEN, HIDDEN] == hidden["alarm_actions"]
    assert [HOOK, other] == member.get("/alarms/file?secrets=true")["alarms"][0]["alarm_actions"]
    reader = Asker(client, READER)
    assert 200 == reader.ask("GET", "/alarms/file").status
    assert 403 == reader.ask("GET", "/alarms/file?secrets=true").status
    assert [("change", "busy")] == put(member, {**hidden, "severity": "critical"})
    (kept,) = index.alarms.find(EVERYTHING)
    assert (HOOK, other) == kept.alarm_actions
    # Another password alone is a change, and is not told.
    plan = member.post("/alarms/file", version=1, alarms=[{**hidden, "alarm_actions": [HOOK]}])
    assert [("alarm_actions", [HIDDEN])] == [(each["path"], each["after"]) for each in plan["steps"][0]["changes"][:1]]
    answer = member.ask("POST", "/alarms/file", {"version": 1, "alarms": [{**hidden, "name": "n"}]})
    assert (400, ["alarms", "0", "alarm_actions", "0"]) == (answer.status, answer.json()["field"])


WRONG: tuple[tuple[dict[str, Any], list[str]], ...] = (
    (alarm(type="magic"), ["type"]),
    (alarm(rule={**SERIES, "threshold": "8"}), ["rule", "threshold"]),
    (alarm(rule={**SERIES, "threshhold": 8}), ["rule", "threshhold"]),
    (alarm(behaviour={"pending_s": -1}), ["behaviour", "pending_s"]),
    (alarm(labels={"a b": "c"}), ["labels", "a b"]),
    (alarm(alarm_actions=["nonsense"]), ["alarm_actions"]),
    (alarm(type="gnocchi_aggregation_by_resources_threshold", rule={**GROUP, "resource_type": "x"}), ["rule"]),
    (alarm(severity="high"), ["severity"]),
    (alarm("fine"), ["name"]),
)


@pytest.mark.parametrize(("wrong", "path"), WRONG)
def test_a_file_with_a_mistake_changes_nothing_and_says_where(
    index: Index, member: Asker, wrong: dict[str, Any], path: list[str]
) -> None:
    answer = member.ask("POST", "/alarms/file", {"version": 1, "alarms": [alarm("fine"), wrong]})
    assert (400, ["alarms", "1", *path]) == (answer.status, answer.json()["field"]), answer.json()
    assert [] == names(index)


def test_projects_are_kept_apart(index: Index, member: Asker, admin: Asker) -> None:
    put(member, alarm())
    assert [("create", "busy")] == put(admin, alarm(project_id="red"))
    # Those of projects that a file does not speak of stay.
    assert [("same", "busy")] == put(admin, alarm(project_id="red"), delete=True)
    assert [] == put(admin, delete=True)
    answer = member.ask("POST", "/alarms/file", {"version": 1, "alarms": [alarm(project_id="red")]})
    assert (403, ["alarms", "0"]) == (answer.status, answer.json()["field"])
    assert [("delete", "busy")] == put(member, delete=True)
    assert ["red"] == [each.project_id for each in index.alarms.find(EVERYTHING)]


def test_an_import_makes_no_alarm_see_more(index: Index, admin: Asker) -> None:
    wide = index.alarms.get(admin.post("/alarms", **alarm("wide"))["id"])
    narrow = msgspec.structs.replace(wide, id="n", name="narrow", sees_all=False)
    index.alarms.create(narrow, Author("mia", wide.project_id), Limits())
    shown = admin.get("/alarms/file")["alarms"]
    assert [("same", "narrow"), ("same", "wide")] == put(admin, *shown)
    put(admin, *({**each, "severity": "critical"} for each in shown))
    assert {"wide": True, "narrow": False} == {each.name: each.sees_all for each in index.alarms.find(EVERYTHING)}


def test_names_that_are_there_twice_are_not_guessed_at(client: Client, member: Asker) -> None:
    for _ in range(2):
        member.post("/alarms", **alarm())
    answer = Asker(client, MEMBER).ask("POST", "/alarms/file", {"version": 1, "alarms": [alarm()]})
    assert (400, ["alarms", "0", "name"]) == (answer.status, answer.json()["field"])
    assert "2 alarms of this name" in answer.json()["detail"]
    assert 2 == len(member.get("/alarms/file")["alarms"])


def test_what_a_quota_refuses_leaves_nothing_behind(cloud: Cloud, index: Index) -> None:
    aodh = msgspec.structs.replace(cloud.parts.aodh, settings=AodhSettings(quota=Limits(project_max=2)))
    parts = msgspec.structs.replace(cloud.parts, aodh=aodh)
    with Client(build({"native": parts}, HttpSettings())) as client:
        mia = Asker(client, MEMBER)
        put(mia, alarm("busy"))
        louder = alarm("busy", severity="critical")
        wanted = [alarm("one"), louder, alarm("two")]
        answer = mia.ask("POST", "/alarms/file", {"version": 1, "alarms": wanted, "delete": True})
    assert (403, "Alarm quota exceeded for user mia on project blue") == (answer.status, answer.json()["detail"])
    assert [("busy", "low")] == [(each.name, each.severity) for each in index.alarms.find(EVERYTHING)]
