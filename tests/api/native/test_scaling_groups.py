# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Scaling groups over HTTP: made, shown, changed, signalled and deleted; whose they are, and what is never shown."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from nephoscope.act.scale.contract import Member
from nephoscope.act.scale.turn import Turn
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_rule import ResourceThreshold
from nephoscope.model.errors import NotFound
from nephoscope.store.index.alarm_contract import Author, Limits
from nephoscope.store.index.contract import Index
from tests.act.scale.fake import TTL_NS, Bench, World
from tests.api.asgi import Client
from tests.api.native.accounts import READER
from tests.api.native.cloud import Asker, Cloud
from tests.store.index.samples import Clock

WEB = {"name": "web", "actuator": "fake", "min_size": 1, "max_size": 9, "desired": 2}
UP = {"type": "adjustment", "adjustment_type": "change_in_capacity", "scaling_adjustment": 1}
TARGET = {"type": "target", "metric": "cpu", "target": 50}
NIGHTLY = {"type": "schedule", "cron": "0 22 * * *", "timezone": "Europe/Ljubljana", "desired": 1}


def make(asker: Asker, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = asker.post("/scaling/groups", **(WEB | fields))
    return found


def add(asker: Asker, rule: dict[str, Any] | None = None, name: str = "up", group: str = "web") -> dict[str, Any]:
    found: dict[str, Any] = asker.post(f"/scaling/groups/{group}/policies", name=name, rule=rule or UP)
    return found


def work(index: Index) -> World:
    """Carry out what is under way; gives the world in which it was."""
    clock = Clock()
    world = World(clock)
    for claim in index.scaling.claim(10, TTL_NS):
        for each in claim.members:
            world.members[each.name] = Member(id=each.id, name=each.name, created_ns=each.created_ns)
        Turn(claim, Bench(index, clock, world).tools()).run()
    return world


def test_a_group_is_made_and_its_members_follow(member: Asker, cloud: Cloud) -> None:
    made = make(member, cooldown_s=60)
    group = made["group"]
    assert ("web", "blue", 2, 0, True, False) == tuple(
        group[each] for each in ("name", "project_id", "desired", "size", "busy", "healthy")
    )
    assert group["id"].startswith("web-")
    assert "have not been looked at yet" in group["problem"]
    assert [f"{group['id']}-1", f"{group['id']}-2"] == work(cloud.index).names()
    shown = member.get("/scaling/groups/web")
    assert (2, False, True) == tuple(shown["group"][each] for each in ("size", "busy", "healthy"))
    assert ["running", "running"] == [each["state"] for each in shown["members"]]
    assert [group["id"]] == [each["id"] for each in member.get("/scaling/groups")["groups"]]


def test_a_signal_is_answered_with_its_decision_and_kept(member: Asker, cloud: Cloud) -> None:
    make(member)
    work(cloud.index)
    policy = add(member)
    assert f"scale:{policy['id']}" == policy["alarm_action"]
    path = f"/scaling/policies/{policy['id']}"
    assert ("accepted", 3, True) == tuple(
        member.post(f"{path}/dry-run")[each] for each in ("verdict", "wanted", "dry_run")
    )
    said = member.post(f"{path}/signal")
    assert ("accepted", 2, 3, "mia", "under way") == tuple(
        said[each] for each in ("verdict", "before", "wanted", "by", "progress")
    )
    assert "refused" == member.post(f"{path}/signal")["verdict"]
    work(cloud.index)
    kept = member.get("/scaling/groups/web/decisions", limit=2)
    assert ["refused", "accepted"] == [each["verdict"] for each in kept["decisions"]]
    assert "done" == kept["decisions"][1]["progress"]
    rest = member.get("/scaling/groups/web/decisions", marker=kept["next"])
    assert (["hand"], None) == ([each["cause"] for each in rest["decisions"]], rest["next"])
    assert 1 == len(member.get("/scaling/groups/web/decisions", verdict="refused", cause="signal")["decisions"])


def test_the_signed_address_needs_no_credentials_and_can_be_taken_back(
    member: Asker, client: Client, cloud: Cloud
) -> None:
    make(member)
    work(cloud.index)
    policy = add(member)
    parts = urlsplit(policy["signal_url"])
    address = f"{parts.path}?{parts.query}"
    told = client.request("POST", address, data={"alarm_id": "a-1", "current": "alarm"})
    assert (200, "accepted", "address, alarm a-1") == (told.status, told.json()["verdict"], told.json()["by"])
    again = client.request("POST", address, headers={"idempotency-key": "k"})
    assert (200, "refused") == (again.status, again.json()["verdict"])
    rotated = member.post(f"/scaling/policies/{policy['id']}/rotate")
    assert policy["signal_url"] != rotated["signal_url"]
    for bad in (address, parts.path, f"{parts.path}?signature=é", "/api/v1/scaling/signals/x?signature=y"):
        assert 404 == client.request("POST", bad).status
    assert "" == Asker(client, READER).get(f"/scaling/policies/{policy['id']}")["signal_url"]


def test_a_signal_with_the_same_idempotency_key_is_decided_once(member: Asker, client: Client, cloud: Cloud) -> None:
    make(member)
    work(cloud.index)
    parts = urlsplit(add(member)["signal_url"])
    ids = {
        client.request("POST", f"{parts.path}?{parts.query}", headers={"idempotency-key": "k"}).json()["id"]
        for _ in range(2)
    }
    assert 1 == len(ids)


def test_secrets_are_never_shown_and_stay_when_they_come_back_hidden(member: Asker, cloud: Cloud) -> None:
    options = {"url": "https://ann:s3cret@host/x", "api_token": "s3cret", "headers": {"password": "s3cret"}, "n": 1}
    made = make(member, options=options)
    assert "s3cret" not in str(made)
    shown = made["group"]["options"]
    changed = member.ask("PATCH", "/scaling/groups/web", {"options": {**shown, "n": 2}})
    assert (200, 2) == (changed.status, changed.json()["group"]["options"]["n"])
    assert "s3cret" not in changed.text
    assert {**options, "n": 2} == cloud.index.scaling.find()[0].options


def test_secrets_do_not_go_along_to_another_address(member: Asker, cloud: Cloud) -> None:
    make(member, options={"url": "https://host/x", "secret": "s3cret"})
    elsewhere = {"url": "https://evil/x", "secret": "***"}
    answer = member.ask("PATCH", "/scaling/groups/web", {"options": elsewhere})
    assert (400, True) == (answer.status, "secret has to be given anew" in answer.text)
    assert 200 == member.ask("PATCH", "/scaling/groups/web", {"options": elsewhere | {"secret": "n3w"}}).status
    assert {"url": "https://evil/x", "secret": "n3w"} == cloud.index.scaling.find()[0].options


def test_a_size_is_set_by_hand_within_the_bounds(member: Asker, cloud: Cloud) -> None:
    make(member)
    work(cloud.index)
    said = member.ask("PUT", "/scaling/groups/web/size", {"size": 4})
    assert ("accepted", "hand") == tuple(said.json()[each] for each in ("verdict", "cause"))
    assert 400 == member.ask("PUT", "/scaling/groups/web/size", {"size": 10}).status


def test_a_member_is_protected(member: Asker, cloud: Cloud) -> None:
    group = make(member)["group"]["id"]
    work(cloud.index)
    path = f"/scaling/groups/web/members/{group}-1"
    assert member.ask("PUT", path, {"protected": True}).json()["protected"]
    assert [True, False] == [each["protected"] for each in member.get("/scaling/groups/web/members")]
    assert 404 == member.ask("PUT", "/scaling/groups/web/members/x", {"protected": True}).status


def test_a_group_with_members_goes_only_when_it_is_said_what_becomes_of_them(member: Asker, cloud: Cloud) -> None:
    make(member)
    work(cloud.index)
    refused = member.ask("DELETE", "/scaling/groups/web")
    assert (409, True) == (refused.status, "members=remove" in refused.text)
    assert 204 == member.ask("DELETE", "/scaling/groups/web?members=remove").status
    assert member.get("/scaling/groups/web")["group"]["deleting"]
    assert [] == work(cloud.index).names()
    assert 404 == member.ask("GET", "/scaling/groups/web").status
    group = make(member)["group"]["id"]
    assert 204 == member.ask("DELETE", "/scaling/groups/web?members=keep").status
    assert "the group was deleted" == member.get(f"/scaling/groups/{group}/decisions")["decisions"][0]["failure"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"min_size": 5, "max_size": 1}, "min_size <= max_size"),
        ({"desired": 20}, "desired: expected 1 to 9"),
        ({"name": "a/b"}, "name: expected a letter"),
        ({"cooldown_s": 1e9}, "cooldown_s"),
        ({"options": {"x": "y" * 20_000}}, "at most 16000 bytes"),
        ({"colour": "red"}, "colour"),
        ({"warm_up_s": -1}, "warm_up_s"),
    ],
)
def test_a_group_that_cannot_be_is_refused(member: Asker, body: dict[str, Any], message: str) -> None:
    answer = member.ask("POST", "/scaling/groups", WEB | body)
    assert 400 == answer.status
    assert message in answer.text
    assert [] == member.get("/scaling/groups")["groups"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({**UP, "adjustment_type": "percent_change_in_capacity", "scaling_adjustment": 0}, "0 percent"),
        ({**UP, "min_adjustment_step": 2}, "only a policy of type percent"),
        ({**UP, "colour": 1}, "colour"),
        ({"type": "magic"}, "magic"),
        ({**TARGET, "target": 0}, "target: expected a number above 0"),
        ({**TARGET, "query": "{"}, "query: expected JSON"),
        ({**TARGET, "query": '{"~": 1}'}, "rule"),
        ({**NIGHTLY, "cron": "61 * * * *"}, "cron"),
        ({**NIGHTLY, "timezone": "Mars/Base"}, "Timezone Mars/Base is not valid"),
        ({"type": "schedule", "cron": "0 1 * * *"}, "one of them at least"),
        ({**NIGHTLY, "min_size": 5}, "min_size: 5 is above desired"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(member: Asker, rule: dict[str, Any], message: str) -> None:
    make(member)
    answer = member.ask("POST", "/scaling/groups/web/policies", {"name": "p", "rule": rule})
    assert 400 == answer.status, answer.text
    assert message in answer.text


def test_policies_are_changed_switched_off_and_deleted(member: Asker, cloud: Cloud) -> None:
    make(member)
    work(cloud.index)
    policy = add(member)["id"]
    add(member, NIGHTLY, "night")
    add(member, TARGET, "target")
    listed = member.get("/scaling/groups/web/policies")
    assert ["night", "target", "up"] == [each["name"] for each in listed]
    assert 409 == member.ask("POST", "/scaling/groups/web/policies", {"name": "up", "rule": UP}).status
    changed = member.ask("PATCH", f"/scaling/policies/{policy}", {"enabled": False, "name": "off"})
    assert (200, "off") == (changed.status, changed.json()["name"])
    assert "the policy is switched off" == member.post(f"/scaling/policies/{policy}/signal")["reason"]
    target = next(each["id"] for each in listed if each["name"] == "target")
    answer = member.ask("POST", f"/scaling/policies/{target}/signal")
    assert (400, True) == (answer.status, "decides by itself" in answer.text)
    assert 204 == member.ask("DELETE", f"/scaling/policies/{policy}").status
    assert 404 == member.ask("GET", f"/scaling/policies/{policy}").status


def test_traps_are_told_of(member: Asker, cloud: Cloud) -> None:
    make(member, min_size=0, cooldown_s=30)
    percent = {**UP, "adjustment_type": "percent_change_in_capacity", "scaling_adjustment": 50}
    policy = add(member, percent)["id"]
    add(member, TARGET, "busy")
    rule = ResourceThreshold(
        metric="cpu",
        resource_id="vm",
        resource_type="instance",
        threshold=1.0,
        aggregation_method="mean",
        granularity=300,
    )
    alarm = Alarm(
        id="a",
        name="hot",
        description="",
        rule=rule,
        project_id="blue",
        user_id="mia",
        alarm_actions=(f"scale:{policy}",),
    )
    cloud.index.alarms.create(alarm, Author("mia", "blue"), Limits())
    told = member.get("/scaling/groups/web")["warnings"]
    assert 3 == len(told), told
    assert "does not grow by percent" in told[0]
    assert "alarm hot decides by buckets of 300 s, the cooldown is 30 s" in told[1]
    assert "policy busy shrinks again after 30 s" in told[2]


def test_groups_of_others_are_neither_seen_nor_signalled(
    member: Asker, admin: Asker, client: Client, cloud: Cloud
) -> None:
    theirs = make(admin, project_id="red", name="theirs")["group"]["id"]
    policy = add(admin, group="theirs")["id"]
    assert [] == member.get("/scaling/groups")["groups"]
    for method, path, body in (
        ("GET", f"/scaling/groups/{theirs}", None),
        ("DELETE", f"/scaling/groups/{theirs}?members=keep", None),
        ("PUT", f"/scaling/groups/{theirs}/size", {"size": 1}),
        ("GET", f"/scaling/groups/{theirs}/decisions", None),
        ("GET", f"/scaling/policies/{policy}", None),
        ("POST", f"/scaling/policies/{policy}/signal", None),
        ("POST", f"/scaling/policies/{policy}/dry-run", None),
    ):
        assert 404 == member.ask(method, path, body).status, path
    assert 403 == member.ask("POST", "/scaling/groups", WEB | {"project_id": "red"}).status
    make(member)
    assert 403 == Asker(client, READER).ask("PUT", "/scaling/groups/web/size", {"size": 1}).status
    assert 403 == Asker(client, READER).ask("POST", "/scaling/groups", WEB | {"name": "more"}).status


def test_a_project_has_so_many_groups_of_different_names(
    member: Asker, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(member)
    assert 409 == member.ask("POST", "/scaling/groups", WEB).status
    create = cloud.index.scaling.create
    monkeypatch.setattr(
        cloud.index.scaling, "create", lambda *args, **more: create(*args, **(more | {"groups_max": 1}))
    )
    answer = member.ask("POST", "/scaling/groups", WEB | {"name": "more"})
    assert (403, True) == (answer.status, "as many as it may have" in answer.text)
    with pytest.raises(NotFound):
        cloud.index.scaling.get("more")
