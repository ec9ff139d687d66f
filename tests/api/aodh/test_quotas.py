# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Quotas of projects, and counts of evaluations."""

from collections.abc import Sequence
from typing import Any

import pytest

from nephoscope.api.aodh.parts import AodhSettings
from nephoscope.model.alarm import Evaluated
from nephoscope.store.index.alarm_contract import Limits
from nephoscope.store.index.contract import Index
from tests.api.aodh.callers import BLUE, GREEN, Asker, event_alarm
from tests.api.aodh.server import served
from tests.api.asgi import Client


def quota(project: str, limit: int) -> dict[str, Any]:
    return {"project_id": project, "quotas": [{"resource": "alarms", "limit": limit}]}


def test_a_quota_is_kept_and_goes_and_is_the_settings_again(index: Index) -> None:
    with Client(served(index, settings=AodhSettings(quota=Limits(project_max=7)))) as client:
        ann, mia = Asker(client, "u-ann", "p-ann", "admin"), Asker(client, "u-mia", BLUE, "member")
        assert quota(BLUE, 7) == mia.done("GET", "/quotas")
        assert quota(BLUE, 1) == ann.done("POST", "/quotas", quota(BLUE, 1))
        assert quota(BLUE, 1) == mia.done("GET", f"/quotas?project_id={BLUE}&whatever=1")
        mia.makes()
        assert 403 == mia("POST", "/alarms", event_alarm()).status
        assert 204 == ann("DELETE", f"/quotas/{BLUE}").status
        assert quota(BLUE, 7) == ann.done("GET", f"/quotas?project_id={BLUE}")
        mia.makes()


def test_quotas_of_others_are_for_administrators(mia: Asker, ann: Asker) -> None:
    for method, path, data in (
        ("GET", f"/quotas?project_id={GREEN}", None),
        ("POST", "/quotas", quota(BLUE, 5)),
        ("DELETE", f"/quotas/{BLUE}", None),
    ):
        assert "RBAC Authorization Failed" == mia.refused(403, method, path, data)
        assert ann(method, path, data).status < 300


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"quotas": []}, "field/attribute project_id. Value: 'None'. Mandatory field missing."),
        ({"project_id": BLUE, "quotas": [{"limit": 1}]}, "field/attribute resource. Value: 'None'. Mandatory"),
        ({"project_id": BLUE, "quotas": [{"resource": "cores", "limit": 1}]}, "Value should be one of: alarms"),
        (quota(BLUE, -2), "limit. Value: '-2'. Value should be greater or equal to -1"),
        (quota(BLUE, 2**31), "Value should be lower or equal to 2147483647"),
        ({**quota(BLUE, 1), "user_id": "u"}, "Unknown attribute for argument body: user_id"),
        ({"project_id": "p" * 300, "quotas": [{"resource": "alarms", "limit": 1}]}, "project_id"),
        ([], "Value not a valid dict: []"),
    ],
)
def test_quotas_that_cannot_be(ann: Asker, body: Any, message: str) -> None:
    assert message in ann.refused(400, "POST", "/quotas", body)


def test_a_quota_without_limits_changes_nothing(ann: Asker) -> None:
    ann.done("POST", "/quotas", quota(BLUE, 3))
    assert quota(BLUE, 3) == ann.done("POST", "/quotas", {"project_id": BLUE})


def test_one_projects_quotas_have_no_page_of_their_own(ann: Asker) -> None:
    answer = ann("GET", f"/quotas/{BLUE}")
    assert (405, "DELETE") == (answer.status, answer.headers["allow"])


COUNTED = [Evaluated("a1", BLUE, {"ok": 3, "alarm": 1}), Evaluated("a2", GREEN, {"insufficient data": 2})]


def counted(project_id: str | None) -> Sequence[Evaluated]:
    return [each for each in COUNTED if project_id in (None, each.project_id)]


def test_evaluations_are_counted_for_the_caller_or_for_all(index: Index) -> None:
    settings = AodhSettings(evaluation_metrics=True)
    with Client(served(index, settings=settings, evaluations=counted)) as client:
        ann, mia = Asker(client, "u-ann", "p-ann", "admin"), Asker(client, "u-mia", BLUE, "member")
        of_blue = {"insufficient data": 0, "ok": 3, "alarm": 1}
        shown = {"alarm_id": "a1", "project_id": BLUE, "state_counters": of_blue}
        assert {"evaluation_results": [shown]} == mia.done("GET", "/metrics")
        assert 403 == mia("GET", "/metrics?all_projects=true").status
        everything = ann.done("GET", "/metrics?all_projects=true")["evaluation_results"]
        assert (shown, "a2") == (everything[0], everything[1]["alarm_id"])
        assert {"evaluation_results": []} == ann.done("GET", "/metrics?all_projects=false")
        assert "unambiguous boolean: maybe" in mia.refused(400, "GET", "/metrics?all_projects=maybe")
        table = mia("GET", "/metrics", Accept="application/xml").text
        assert "<item><key>ok</key><value>3</value></item>" in table


def test_evaluations_are_not_counted_unless_asked_for(mia: Asker) -> None:
    assert "metrics endpoint is disabled" == mia.refused(403, "GET", "/metrics")
