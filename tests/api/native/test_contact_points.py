# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Contact points: whom routes tell, their credentials kept to themselves."""

from typing import Any

import pytest

from nephoscope.model.search import equal
from nephoscope.store.index.contract import Index
from tests.api.native.cloud import Asker

HOOK = "https://u:secret@192.0.2.1/hook?token=secret"
CHAT = "slack+https://hooks.example.org/services/secret"


def make(asker: Asker, name: str = "ops", *targets: str, **fields: Any) -> Any:
    return asker.post("/contact-points", name=name, targets=list(targets or (HOOK, CHAT)), **fields)


def test_credentials_are_never_shown_and_stay_when_they_are_sent_back(index: Index, member: Asker) -> None:
    made = make(member)
    assert ["https://***@192.0.2.1/hook?token=***", "slack+https://hooks.example.org/***"] == made["targets"]
    assert "secret" not in member.ask("GET", "/contact-points").text
    changed = member.ask(
        "PUT", "/contact-points/ops", {"targets": [made["targets"][1], "http://192.0.2.2/"], "resolved": False}
    ).json()
    assert ([made["targets"][1], "http://192.0.2.2/"], False) == (changed["targets"], changed["resolved"])
    assert (CHAT, "http://192.0.2.2/") == index.routing.contact_point("blue", "ops").targets


def test_several_that_look_alike_all_stay(index: Index, member: Asker) -> None:
    other = HOOK.replace("secret", "other")
    made = make(member, "ops", HOOK, other)
    assert 1 == len(set(made["targets"]))
    member.ask("PUT", "/contact-points/ops", {"targets": made["targets"]})
    assert (HOOK, other) == index.routing.contact_point("blue", "ops").targets


@pytest.mark.parametrize("written", ["https://***@192.0.2.66/hook?token=***", "slack+https://evil.example.org/***"])
def test_a_kept_secret_goes_nowhere_else(index: Index, member: Asker, written: str) -> None:
    make(member)
    answer = member.ask("PUT", "/contact-points/ops", {"targets": ["http://192.0.2.2/", written]})
    assert (400, ["targets", "1"]) == (answer.status, answer.json()["field"])
    assert (HOOK, CHAT) == index.routing.contact_point("blue", "ops").targets


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        (["http://192.0.2.1/", "gopher://x"], "targets[1]: expected a URL that begins with one of command, http"),
        (["trust+http://192.0.2.1/"], "targets[0]: expected a URL that begins with one of"),
        (["scale:policy"], "targets[0]: expected a URL that begins with one of"),
        (["http://a b/"], "targets[0]: blanks and control characters"),
        (["command:reboot"], "targets[0]: only administrators may have command"),
        (["log:"], "targets[0]: only administrators may have log"),
        (["http://192.0.2.1/"] * 21, "length <= 20"),
        (["https://***@192.0.2.1/hook"], "nothing there looks like https://***@192.0.2.1/hook"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(member: Asker, targets: list[str], said: str) -> None:
    answer = member.ask("POST", "/contact-points", {"name": "ops", "targets": targets})
    assert 400 == answer.status
    assert said in answer.text
    assert [] == member.get("/contact-points")["contact_points"]


def test_a_name_is_taken_once_in_a_project(member: Asker, admin: Asker) -> None:
    make(member)
    assert 409 == member.ask("POST", "/contact-points", {"name": "ops", "targets": []}).status
    assert 400 == member.ask("POST", "/contact-points", {"name": "a/b", "targets": []}).status
    everybodys = make(admin, "ops", "log:")
    assert (None, ["log:"]) == (everybodys["project_id"], everybodys["targets"])
    assert ["blue"] == [each["project_id"] for each in member.get("/contact-points")["contact_points"]]
    assert ["blue"] == [each["project_id"] for each in admin.get("/contact-points", project="blue")["contact_points"]]
    assert 403 == member.ask("GET", "/contact-points", arguments={"project": "red"}).status
    assert 404 == member.ask("DELETE", "/contact-points/other").status


def test_one_that_a_route_leads_to_stays(member: Asker) -> None:
    make(member)
    tree = {"revision": 0, "routes": [{"contact_point": "ops", "routes": [{"contact_point": "ops"}, {}]}]}
    assert 200 == member.ask("PUT", "/routing", tree).status
    assert ["routes[0]", "routes[0].routes[0]", "routes[0].routes[1]"] == member.get("/contact-points/ops")["routes"]
    refused = member.ask("DELETE", "/contact-points/ops")
    assert (400, True) == (refused.status, "routes[0] leads to it" in refused.text)
    assert 200 == member.ask("PUT", "/routing", {"revision": 1, "routes": []}).status
    assert 204 == member.ask("DELETE", "/contact-points/ops").status


def test_a_test_notification_goes_to_each_target(index: Index, member: Asker) -> None:
    make(member)
    sent = member.post("/contact-points/ops/test")["deliveries"]
    # Neither here are credentials shown.
    assert all("secret" not in member.ask("GET", f"/deliveries/{key}").text for key in sent)
    found = [index.outbox.find(equal("key", key))[0] for key in sent]
    assert [HOOK, CHAT] == [each.target for each in found]
    body = found[0].body
    assert ("4", "firing", "ops", "Test") == (
        body["version"],
        body["status"],
        body["receiver"],
        body["commonLabels"]["alertname"],
    )
    assert "mia tries out the contact point ops" in body["message"]
    assert "waiting" == member.get(f"/deliveries/{sent[0]}")["delivery"]["progress"]
