# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Alarms through their lives: whose they are, what replacing leaves, actions, and what deciding leaves alone."""

from typing import Any

import msgspec
import pytest

from nephoscope.api.aodh.parts import AodhSettings
from nephoscope.model.alarm import Alarm
from nephoscope.store.index.alarm_contract import Limits
from nephoscope.store.index.contract import Index
from tests.api.aodh.callers import BLUE, GREEN, Asker, event_alarm, threshold_alarm
from tests.api.aodh.server import URL, served
from tests.api.asgi import Client


def kept(index: Index, made: Any) -> Alarm:
    return index.alarms.get(made["alarm_id"])


def test_an_alarm_is_the_callers_and_its_address_leads_to_it(mia: Asker) -> None:
    answer = mia("POST", "/alarms", event_alarm())
    made = answer.json()
    assert 201 == answer.status
    assert ("u-mia", BLUE) == (made["user_id"], made["project_id"])
    assert f"{URL}/v2/alarms/{made['alarm_id']}" == answer.headers["location"]
    assert made == mia.done("GET", f"/alarms/{made['alarm_id']}")


@pytest.mark.parametrize(("aspect", "other"), [("project", GREEN), ("user", "u-gus")])
def test_only_administrators_make_alarms_for_others(mia: Asker, ann: Asker, aspect: str, other: str) -> None:
    body = event_alarm(**{f"{aspect}_id": other})
    assert f"Not Authorized to access {aspect} {other}" == mia.refused(401, "POST", "/alarms", body)
    assert other == ann.done("POST", "/alarms", body)[f"{aspect}_id"]


def test_naming_oneself_is_allowed(mia: Asker) -> None:
    assert "u-mia" == mia.makes(user_id="u-mia", project_id=BLUE)["user_id"]


def test_only_an_administrators_own_alarm_sees_everything(mia: Asker, ann: Asker, index: Index) -> None:
    of_mia, of_ann, for_blue = mia.makes(), ann.makes(), ann.makes(project_id=BLUE)
    assert [False, True, False] == [kept(index, each).sees_all for each in (of_mia, of_ann, for_blue)]
    # Whoever writes it last decides.
    ann.done("PUT", f"/alarms/{of_mia['alarm_id']}", event_alarm())
    moved = ann.done("PUT", f"/alarms/{of_ann['alarm_id']}", event_alarm(project_id=GREEN))
    assert [False, False] == [kept(index, each).sees_all for each in (of_mia, moved)]
    ann.done("PUT", f"/alarms/{moved['alarm_id']}", event_alarm(project_id="p-ann"))
    assert kept(index, moved).sees_all


def test_replacing_gives_what_is_left_out_its_default(mia: Asker) -> None:
    made = mia.makes(severity="critical", description="mine", ok_actions=["http://a/b"], repeat_actions=True)
    changed = mia.done("PUT", f"/alarms/{made['alarm_id']}", event_alarm(event_rule={"event_type": "x.*"}))
    assert ("low", "Alarm when x.* event occurred.", [], False) == (
        changed["severity"],
        changed["description"],
        changed["ok_actions"],
        changed["repeat_actions"],
    )
    assert made["timestamp"] < changed["timestamp"]


def test_replacing_leaves_alone_when_the_alarm_was_decided(mia: Asker, index: Index) -> None:
    """The original forgets it, and never decides the alarm again."""
    made = mia.makes()
    for body in (event_alarm(name="a"), event_alarm(name="b", evaluate_timestamp=None, state_reason="mine")):
        changed = mia.done("PUT", f"/alarms/{made['alarm_id']}", body)
        assert made["evaluate_timestamp"] == changed["evaluate_timestamp"]
        assert "Not evaluated yet" == changed["state_reason"]


def test_what_clients_send_back_changes_nothing_but_what_they_changed(mia: Asker) -> None:
    made = mia.done("POST", "/alarms", threshold_alarm({"granularity": 300}))
    sent = {**made, "severity": "moderate", "alarm_id": "another", "timestamp": "1970-01-01T00:00:00"}
    changed = mia.done("PUT", f"/alarms/{made['alarm_id']}", sent)
    assert {**made, "severity": "moderate", "timestamp": changed["timestamp"]} == changed


def test_a_colleague_who_changes_an_alarm_becomes_its_user(client: Client, mia: Asker) -> None:
    made = mia.makes()
    max_ = Asker(client, "u-max", BLUE, "member")
    assert "u-max" == max_.done("PUT", f"/alarms/{made['alarm_id']}", made)["user_id"]


def test_an_administrator_who_changes_an_alarm_leaves_it_whose_it_was(mia: Asker, ann: Asker) -> None:
    made = mia.makes()
    changed = ann.done("PUT", f"/alarms/{made['alarm_id']}", event_alarm(severity="critical"))
    assert ("u-mia", BLUE, "critical") == (changed["user_id"], changed["project_id"], changed["severity"])


def test_a_state_is_set_by_hand_when_it_is_another(mia: Asker) -> None:
    made = mia.makes(state="ok")
    assert ("ok", "Not evaluated yet") == (made["state"], made["state_reason"])
    same = mia.done("PUT", f"/alarms/{made['alarm_id']}", event_alarm(state="ok"))
    assert made["state_timestamp"] == same["state_timestamp"]
    # A definition without a state has that of a new one, as clients know it.
    reset = mia.done("PUT", f"/alarms/{made['alarm_id']}", event_alarm())
    assert ("insufficient data", "Manually set via API") == (reset["state"], reset["state_reason"])
    assert made["state_timestamp"] < reset["state_timestamp"]


@pytest.mark.parametrize("state", ["broken", None, 5, ["ok"], {"state": "ok"}])
def test_states_that_are_none_are_refused(mia: Asker, state: object) -> None:
    made = mia.makes()
    answer = mia.raw("PUT", f"/alarms/{made['alarm_id']}/state", msgspec.json.encode(state))
    assert (400, "state invalid") == (answer.status, answer.json()["error_message"]["faultstring"])
    assert 'Missing argument: "state"' == mia.refused(400, "PUT", f"/alarms/{made['alarm_id']}/state")
    assert "insufficient data" == mia.done("GET", f"/alarms/{made['alarm_id']}/state")


def test_alarms_of_others_are_not_there(mia: Asker, gus: Asker) -> None:
    path = f"/alarms/{mia.makes()['alarm_id']}"
    missing = f"Alarm {path.removeprefix('/alarms/')} not found"
    for method, ending, data in (
        ("GET", "", None),
        ("PUT", "", event_alarm()),
        ("DELETE", "", None),
        ("GET", "/state", None),
        ("PUT", "/state", "ok"),
        ("GET", "/history", None),
    ):
        assert missing == gus.refused(404, method, path + ending, data)
    assert 200 == mia("GET", path).status


@pytest.mark.parametrize("action", ["ftp://a", "mailto:a@b", "host/path", "", "trust+ftp://a"])
def test_unknown_kinds_of_actions_are_refused(mia: Asker, action: str) -> None:
    assert f"Unsupported action {action}" == mia.refused(400, "POST", "/alarms", event_alarm(ok_actions=[action]))


def test_a_server_may_offer_more_kinds_of_actions(index: Index) -> None:
    settings = AodhSettings(schemes=frozenset({"mailto", "command"}))
    with Client(served(index, settings=settings)) as client:
        mia = Asker(client, "u-mia", BLUE, "member")
        assert ["mailto:ops@example.org"] == mia.makes(ok_actions=["mailto:ops@example.org"])["ok_actions"]
        mia.refused(400, "POST", "/alarms", event_alarm(ok_actions=["http://a/b"]))
        # A program that is run on the server's host is for administrators.
        mia.refused(401, "POST", "/alarms", event_alarm(ok_actions=["command:page"]))


@pytest.mark.parametrize("action", ["http://[", "http://a b", "trust+http:a"])
def test_actions_that_are_no_urls_are_refused(mia: Asker, action: str) -> None:
    assert f"Unable to parse action {action}" == mia.refused(400, "POST", "/alarms", event_alarm(ok_actions=[action]))


@pytest.mark.parametrize("action", ["log://", "test://x", "LOG:"])
def test_this_hosts_log_is_for_administrators(mia: Asker, ann: Asker, action: str) -> None:
    body = event_alarm(insufficient_data_actions=[action])
    assert f"You are not authorized to create action: {action}" == mia.refused(401, "POST", "/alarms", body)
    assert 201 == ann("POST", "/alarms", body).status
    path = f"/alarms/{mia.makes()['alarm_id']}"
    assert 401 == mia("PUT", path, body).status


def test_actions_count_once_and_keep_their_order(mia: Asker) -> None:
    signed = "http://h:8000/v1/signal/arn%3Aopenstack?Signature=a%2Fb%2Bc%3D&X=1"
    urls = [signed, "https://b/", signed, "zaqar://?topic=t&subscriber=s&ttl=3600"]
    assert [signed, "https://b/", urls[3]] == mia.makes(alarm_actions=urls)["alarm_actions"]


def test_the_number_of_actions_is_limited_where_that_is_set(index: Index) -> None:
    with Client(served(index, settings=AodhSettings(actions_max=1))) as client:
        mia = Asker(client, "u-mia", BLUE, "member")
        mia.makes(ok_actions=["http://a", "http://a"], alarm_actions=["http://a"])
        body = event_alarm(insufficient_data_actions=["http://a", "http://b"])
        said = mia.refused(400, "POST", "/alarms", body)
        assert "insufficient_data_actions count exceeds maximum value 1" == said


@pytest.mark.parametrize("limits", [Limits(user_max=1), Limits(project_max=1)])
def test_settings_limit_the_alarms_of_users_and_projects(index: Index, limits: Limits) -> None:
    with Client(served(index, settings=AodhSettings(quota=limits))) as client:
        mia = Asker(client, "u-mia", BLUE, "member")
        mia.makes()
        said = mia.refused(403, "POST", "/alarms", event_alarm())
        assert f"Alarm quota exceeded for user u-mia on project {BLUE}" == said
        Asker(client, "u-gus", GREEN, "member").makes()


def test_texts_that_no_index_keeps_are_refused(mia: Asker, index: Index) -> None:
    mia.refused(400, "POST", "/alarms", event_alarm(name="n" * 300))
    mia.refused(400, "POST", "/alarms", event_alarm(description="d" * 300_000))
    assert [] == index.alarms.find()


def test_a_deleted_alarm_is_gone_with_its_address(mia: Asker, index: Index) -> None:
    path = f"/alarms/{mia.makes()['alarm_id']}"
    answer = mia("DELETE", path)
    assert (204, b"") == (answer.status, answer.body)
    assert "content-type" not in answer.headers
    assert 404 == mia("DELETE", path).status
    assert 404 == mia("GET", f"{path}/history").status
    assert ["deletion", "creation"] == [each.type for each in index.alarms.history()]


@pytest.mark.parametrize("path", ["/alarms/a%2Fb", "/alarms/%00", "/alarms/..%2F..", "/alarms/" + "a" * 3000])
def test_ids_that_can_be_none_are_not_there(mia: Asker, path: str) -> None:
    assert mia("GET", path).status in (400, 404)


def test_arguments_that_nobody_knows_are_refused(mia: Asker) -> None:
    said = mia.refused(400, "GET", "/alarms?colour=red&size=1&limit=1")
    assert 'Unknown argument: "colour, size"' == said
    path = f"/alarms/{mia.makes()['alarm_id']}?verbose=1"
    assert 'Unknown argument: "verbose"' == mia.refused(400, "GET", path)
