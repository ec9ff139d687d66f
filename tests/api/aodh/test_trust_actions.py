# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Actions with trusts: made with the caller's token, kept as long as an alarm needs them, and never shown."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from nephoscope.api.aodh.parts import AodhSettings
from nephoscope.model.errors import Forbidden, Unavailable
from nephoscope.store.index.alarm_contract import Limits
from nephoscope.store.index.contract import Index
from tests.api.aodh.callers import BLUE, Asker, event_alarm, fault_of
from tests.api.aodh.server import served
from tests.api.asgi import Client

TOKEN = {"X_Auth_Token": "a-token"}
HEAT = "trust+http://heat:8004/v1/p/stacks/s/1/resources/up/signal"
DOWN = "trust+https://heat/down?a=%2F"


class Given:
    """Trusts that were given, in order; those that are there; `refuses` is what is raised instead."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []
        self.there: list[str] = []
        self.refuses: Exception | None = None

    def create(self, token: str) -> str:
        if self.refuses:
            raise self.refuses
        trust_id = f"t{len(self.made) + 1}"
        self.made.append((trust_id, token))
        self.there.append(trust_id)
        return trust_id

    def delete(self, token: str, trust_id: str) -> None:
        if self.refuses:
            raise self.refuses
        self.there.remove(trust_id)


@pytest.fixture
def given() -> Given:
    return Given()


@pytest.fixture
def client(index: Index, given: Given) -> Iterator[Client]:
    with Client(served(index, trusts=given, settings=AodhSettings(quota=Limits(project_max=2)))) as client:
        yield client


def written(**actions: list[str]) -> dict[str, Any]:
    return event_alarm(**{f"{state}_actions": urls for state, urls in actions.items()})


def test_one_trust_is_made_for_all_actions_of_an_alarm(mia: Asker, index: Index, given: Given) -> None:
    body = written(ok=["http://a/b", DOWN], alarm=[HEAT], insufficient_data=["trust+zaqar://?queue_name=q"])
    made = mia.done("POST", "/alarms", body, **TOKEN)
    assert [("t1", "a-token")] == given.made
    assert (["http://a/b", DOWN], [HEAT]) == (made["ok_actions"], made["alarm_actions"])
    kept = index.alarms.get(made["alarm_id"])
    assert ("http://a/b", "trust+https://t1:delete@heat/down?a=%2F") == kept.ok_actions
    assert ("trust+http://t1@heat:8004/v1/p/stacks/s/1/resources/up/signal",) == kept.alarm_actions
    assert ("trust+zaqar://t1@?queue_name=q",) == kept.insufficient_data_actions


def test_trusts_are_never_shown(mia: Asker, ann: Asker) -> None:
    made = mia.done("POST", "/alarms", written(alarm=[HEAT]), **TOKEN)
    path = f"/alarms/{made['alarm_id']}"
    mia.done("PUT", path, written(ok=[DOWN], alarm=[HEAT]), **TOKEN)
    for asker in (mia, ann):
        for method, where, data in (
            ("GET", path, None),
            ("GET", f"{path}/history", None),
            ("GET", f"/alarms?q.field=project_id&q.op=eq&q.value={BLUE}", None),
            ("POST", "/query/alarms", {}),
            ("POST", "/query/alarms/history", {}),
        ):
            for accept in ("application/json", "application/xml"):
                said = asker(method, where, data, Accept=accept).text
                assert "heat" in said
                assert "t1" not in said
    history = mia.done("GET", f"{path}/history")
    assert [DOWN] == json.loads(history[0]["detail"])["ok_actions"]


def test_an_update_keeps_the_trust_as_long_as_it_is_needed(mia: Asker, index: Index, given: Given) -> None:
    made = mia.done("POST", "/alarms", written(alarm=[HEAT]), **TOKEN)
    path = f"/alarms/{made['alarm_id']}"
    mia.done("PUT", path, written(ok=[DOWN], alarm=[HEAT]), **TOKEN)
    kept = index.alarms.get(made["alarm_id"])
    assert ("trust+https://t1:delete@heat/down?a=%2F",) == kept.ok_actions
    assert (["t1"], 1) == (given.there, len(given.made))
    mia.done("PUT", path, written(alarm=["http://a/b"]), **TOKEN)
    assert [] == given.there
    mia.done("PUT", path, written(alarm=[HEAT]), **TOKEN)
    assert ["t2"] == given.there
    mia.done("DELETE", path, **TOKEN)
    assert [] == given.there


def test_a_trust_that_cannot_be_ended_stops_nobody(mia: Asker, given: Given, caplog: pytest.LogCaptureFixture) -> None:
    made = mia.done("POST", "/alarms", written(alarm=[HEAT]), **TOKEN)
    given.refuses = Unavailable("Keystone cannot be reached")
    assert 204 == mia("DELETE", f"/alarms/{made['alarm_id']}", **TOKEN).status
    assert "stays: Keystone cannot be reached" in caplog.text
    assert "t1" not in caplog.text
    given.refuses = None
    other = mia.done("POST", "/alarms", written(alarm=[HEAT]), **TOKEN)
    assert 204 == mia("DELETE", f"/alarms/{other['alarm_id']}").status
    assert "no token of it" in caplog.text


@pytest.mark.parametrize(
    ("problem", "status"), [(Forbidden("Keystone does not let you"), 403), (Unavailable("away"), 503)]
)
def test_without_a_trust_there_is_no_alarm(
    mia: Asker, index: Index, given: Given, problem: Exception, status: int
) -> None:
    given.refuses = problem
    assert str(problem) == fault_of(mia("POST", "/alarms", written(alarm=[HEAT]), **TOKEN), status)
    assert [] == index.alarms.find()


def test_an_alarm_that_is_refused_leaves_no_trust(mia: Asker, given: Given) -> None:
    for _ in range(2):
        mia.makes()
    assert 403 == mia("POST", "/alarms", written(alarm=[HEAT]), **TOKEN).status
    assert ([("t1", "a-token")], []) == (given.made, given.there)


def test_a_changed_alarm_that_is_refused_leaves_things_as_they_were(mia: Asker, given: Given) -> None:
    made = mia.makes()
    path = f"/alarms/{made['alarm_id']}"
    body = {**written(alarm=[HEAT]), "name": "n" * 300}
    assert 400 == mia("PUT", path, body, **TOKEN).status
    assert ([], made) == (given.there, mia.done("GET", path))


@pytest.mark.parametrize("url", ["trust+http://t9@heat/a", "trust+https://t9:delete@heat/a", "trust+zaqar://u:p@?q=1"])
def test_nobody_brings_a_trust_along(mia: Asker, given: Given, url: str) -> None:
    said = mia.refused(400, "POST", "/alarms", written(ok=[url]), **TOKEN)
    assert ("trust URL cannot contain a trust ID.", []) == (said, given.made)
    assert 201 == mia("POST", "/alarms", written(ok=["http://u:p@host/a"])).status


def test_it_takes_a_token(mia: Asker, given: Given) -> None:
    assert "need a token of Keystone" in mia.refused(400, "POST", "/alarms", written(ok=[HEAT]))
    assert 401 == mia("POST", "/alarms", written(ok=[HEAT]), X_Auth_Token="no token").status
    assert [] == given.made


def test_without_keystone_there_are_no_trusts(index: Index) -> None:
    with Client(served(index)) as client:
        mia = Asker(client, "u", BLUE, "member")
        said = mia.refused(400, "POST", "/alarms", written(ok=[HEAT]), **TOKEN)
        assert "set url, username and password in [keystone]" in said
