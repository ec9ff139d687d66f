# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What receivers of a group get: the fields that those of Alertmanager know."""

from nephoscope.act.notify.body import is_group
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.act.notify.template import preview
from nephoscope.act.route.alerts import alerts_of
from nephoscope.act.route.body import ALERTS_MAX, LINES_MAX, grouped
from nephoscope.model.route_group import GroupMemory
from tests.act.notify.made import BODY
from tests.act.route.made import alarm, instance
from tests.store.index.samples import SECOND, START_NS

GROUP = GroupMemory(key="k", project_id="blue", contact_point="ops", labels={"team": "db"}, told={}, told_ns=0)
FIRING = alerts_of(
    alarm("cpu", severity="critical", description="a host is busy", labels={"team": "db"}),
    [instance("cpu", host="h1"), instance("cpu", 5, host="h2")],
)


def test_firing_alerts_come_with_labels_reason_since_and_value() -> None:
    body = grouped(GROUP, FIRING, {}, START_NS + 60 * SECOND)
    assert {
        "version": "4",
        "groupKey": "k",
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "ops",
        "groupLabels": {"team": "db"},
        "externalURL": "",
        "title": "[FIRING:2] team=db",
    }.items() <= body.items()
    first, second = body["alerts"]
    labels = {
        "alarm_id": "cpu",
        "alertname": "cpu",
        "host": "h1",
        "name": "cpu",
        "project_id": "blue",
        "severity": "critical",
        "state": "alarm",
        "team": "db",
        "type": "gnocchi_resources_threshold",
    }
    assert {
        "status": "firing",
        "labels": labels,
        "annotations": {"reason": "{'host': 'h1'} are high", "description": "a host is busy"},
        "startsAt": "2027-01-15T08:00:00+00:00",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "",
        "fingerprint": FIRING[0].fingerprint,
        "value": 93.5,
    } == first
    assert (16, True) == (len(first["fingerprint"]), first["fingerprint"] != second["fingerprint"])
    assert {name: text for name, text in labels.items() if name != "host"} == body["commonLabels"]
    assert {"description": "a host is busy"} == body["commonAnnotations"]


def test_what_is_over_says_since_when() -> None:
    told = {FIRING[0].fingerprint: FIRING[0].told()}
    body = grouped(GROUP, [], told, START_NS + 60 * SECOND)
    assert ("resolved", "[RESOLVED:1] team=db") == (body["status"], body["title"])
    (over,) = body["alerts"]
    assert ("resolved", "2027-01-15T08:01:00+00:00", FIRING[0].fingerprint) == (
        over["status"],
        over["endsAt"],
        over["fingerprint"],
    )
    both = grouped(GROUP, FIRING[1:], told, START_NS)
    assert ("firing", ["firing", "resolved"]) == (both["status"], [each["status"] for each in both["alerts"]])


def test_many_are_counted_and_some_of_them_listed() -> None:
    many = alerts_of(alarm("cpu"), [instance("cpu", host=str(number)) for number in range(ALERTS_MAX + 5)])
    body = grouped(GROUP, many, {}, START_NS)
    assert (ALERTS_MAX, 5) == (len(body["alerts"]), body["truncatedAlerts"])
    lines = body["message"].splitlines()
    assert (LINES_MAX + 1, f"and {ALERTS_MAX + 5 - LINES_MAX} more") == (len(lines), lines[-1])


def test_the_usual_templates_suit_groups() -> None:
    body = grouped(GROUP, FIRING, {}, START_NS)
    settings = NotifierSettings()
    for text in (settings.group_mail_subject, settings.group_mail_body, settings.group_slack_text):
        assert "[FIRING:2] team=db" in preview(text, body)
    assert "firing: cpu since 2027-01-15T08:00:00+00:00" in preview(settings.group_mail_body, body)
    assert [True, False] == [is_group(each) for each in (body, BODY)]
