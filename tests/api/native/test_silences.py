# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Silences: what is not told for a time, whose they are, and what one would be about."""

from typing import Any

import pytest

from nephoscope.store.index.contract import Index
from tests.api.native.cloud import Asker
from tests.api.native.test_alarms import decide, make

CRITICAL = {"label": "severity", "op": "=", "value": "critical"}


def silence(asker: Asker, *matchers: dict[str, str], **fields: Any) -> Any:
    return asker.post("/silences", **{"matchers": matchers or [CRITICAL], "until": "+2 hours", **fields})


def refusal(asker: Asker, method: str, path: str, **body: Any) -> tuple[int, str]:
    answer = asker.ask(method, path, body)
    return answer.status, answer.text


def test_a_silence_is_made_listed_lengthened_and_ended(member: Asker) -> None:
    made = silence(member, comment="disks are being changed")
    assert ("active", "blue", "mia") == (made["state"], made["project_id"], made["author"])
    assert [made] == member.get("/silences")["silences"] == member.get("/silences", state="active")["silences"]
    longer = member.ask("PATCH", f"/silences/{made['id']}", {"until": "+3 hours", "comment": "still"}).json()
    assert (made["from_ms"], "still") == (longer["from_ms"], longer["comment"])
    assert longer["until_ms"] > made["until_ms"]
    over = member.post(f"/silences/{made['id']}/expire")
    assert "expired" == over["state"]
    assert [] == member.get("/silences", state="active")["silences"]
    assert [over] == member.get("/silences", state="expired")["silences"]
    assert 409 == member.ask("PATCH", f"/silences/{made['id']}", {"until": "+3 hours"}).status


def test_one_that_is_to_come_may_begin_at_another_time_and_one_that_holds_may_not(member: Asker) -> None:
    pending = silence(member, **{"from": "+1 hour"})
    assert "pending" == pending["state"]
    moved = member.ask("PATCH", f"/silences/{pending['id']}", {"from": "-1 minute"}).json()
    assert "active" == moved["state"]
    status, text = refusal(member, "PATCH", f"/silences/{pending['id']}", **{"from": "+1 minute"})
    assert (400, True) == (status, "from: the silence has begun" in text)
    assert [] == member.get("/silences", state="pending")["silences"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"matchers": []}, "matchers: expected one at least"),
        ({"matchers": [{"label": "name", "op": "=~", "value": "a)(b"}]}, "matchers[0].value: "),
        ({"matchers": [{"label": "name", "op": "~", "value": "a"}]}, "Invalid enum value"),
        ({"until": "-1 hour"}, "until: expected to be after from"),
        ({"until": "-1 hour", "from": "-2 hours"}, "until: expected to be in the future"),
        ({"more": 1}, "more"),
    ],
)
def test_what_cannot_be_is_refused_by_name(member: Asker, change: dict[str, Any], said: str) -> None:
    status, text = refusal(member, "POST", "/silences", **{"matchers": [CRITICAL], "until": "+1 hour", **change})
    assert 400 == status
    assert said in text
    assert [] == member.get("/silences")["silences"]


def test_a_project_sees_and_changes_its_own_alone(member: Asker, admin: Asker) -> None:
    theirs, everybodys = silence(admin, project="red"), silence(admin)
    mine = silence(member)
    assert (None, "red") == (everybodys["project_id"], theirs["project_id"])
    assert [mine] == member.get("/silences")["silences"]
    assert [mine, everybodys, theirs] == admin.get("/silences")["silences"]
    assert [theirs] == admin.get("/silences", project="red")["silences"]
    for each in (theirs, everybodys):
        assert 404 == member.ask("GET", f"/silences/{each['id']}").status
        assert 404 == member.ask("POST", f"/silences/{each['id']}/expire").status
    for project in ("*", "red"):
        assert 403 == refusal(member, "POST", "/silences", matchers=[CRITICAL], until="+1 hour", project=project)[0]


def test_a_preview_says_what_fits_and_what_of_it_fires(index: Index, member: Asker, admin: Asker) -> None:
    one = make(index, "web one", severity="critical")
    make(index, "web two", severity="critical")
    make(index, "web three", labels=(("team", "db"),))
    make(index, "theirs", severity="critical", project_id="red")
    decide(index, one, "alarm")
    found = member.post("/silences/preview", matchers=[CRITICAL])
    assert (2, 1, 3, True) == tuple(found[each] for each in ("count", "firing", "looked_at", "whole"))
    assert ["web one", "web two"] == [each["name"] for each in found["alarms"]]
    assert 3 == admin.post("/silences/preview", matchers=[CRITICAL])["count"]
    for matcher, expected in (
        ({"label": "name", "op": "=~", "value": "web t.*"}, {"web two", "web three"}),
        ({"label": "name", "op": "=~", "value": "web"}, set()),
        ({"label": "team", "op": "!=", "value": ""}, {"web three"}),
        ({"label": "state", "op": "!~", "value": "ok|alarm"}, {"web two", "web three"}),
    ):
        assert expected == {each["name"] for each in member.post("/silences/preview", matchers=[matcher])["alarms"]}
    assert [] == member.get("/silences")["silences"]


def test_alarms_that_are_silenced_say_until_when_and_are_found_by_it(index: Index, member: Asker, admin: Asker) -> None:
    make(index, "web one", severity="critical")
    make(index, "web two", labels=(("team", "db"),))
    make(index, "web three", project_id="red", labels=(("team", "db"),))
    assert [] == member.get("/alarms", silenced="true")["alarms"]
    assert 2 == len(member.get("/alarms", silenced="false")["alarms"])
    mine, everybodys = silence(member), silence(admin, {"label": "team", "op": "=", "value": "db"})
    silence(admin, {"label": "name", "op": "=", "value": "web two"}, project="red")
    until = {each["name"]: each["silenced_until_ms"] for each in admin.get("/alarms")["alarms"]}
    # Of one for all projects a member learns that it holds.
    assert {
        "web one": mine["until_ms"],
        "web two": everybodys["until_ms"],
        "web three": everybodys["until_ms"],
    } == until
    assert everybodys["until_ms"] == member.get("/alarms/id-web two")["alarm"]["silenced_until_ms"]
    member.post(f"/silences/{mine['id']}/expire")
    pages = [admin.get("/alarms", silenced="true", limit="1", sort="name")]
    pages.append(admin.get("/alarms", silenced="true", limit="1", sort="name", marker=pages[0]["next"]))
    assert [["web three"], ["web two"]] == [[each["name"] for each in page["alarms"]] for page in pages]
    assert [None] == [page["next"] for page in pages[1:]]
    assert ["web one"] == [each["name"] for each in member.get("/alarms", silenced="false")["alarms"]]
