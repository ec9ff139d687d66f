# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Archive policies and the rules that choose one."""

from typing import Any

import pytest

from nephoscope.model.audit import AuditFilter
from nephoscope.model.paging import Page
from tests.api.native.cloud import Asker, Cloud

POLICIES, RULES = "/archive-policies", "/archive-policy-rules"
NEW: dict[str, Any] = {
    "name": "fine",
    "methods": ["mean", "max"],
    "back_window": 2,
    "definition": [{"granularity_s": 3600, "timespan_s": 86400}, {"granularity_s": 0.5, "points": 100}],
}


def test_policies_are_listed_with_how_many_metrics_they_have(admin: Asker, cloud: Cloud) -> None:
    cloud.metric(cloud.resource("vm-1"), "cpu", policy="medium")

    found = {each["name"]: each for each in admin.get(POLICIES)["policies"]}

    assert ["bool", "high", "low", "medium"] == list(found)
    assert {"bool": 0, "high": 0, "low": 0, "medium": 1} == {name: each["metrics"] for name, each in found.items()}
    assert [
        {"granularity_s": 60.0, "points": 10080, "timespan_s": 604800.0},
        {"granularity_s": 3600.0, "points": 8760, "timespan_s": 31536000.0},
    ] == found["medium"]["definition"]


def test_a_policy_is_made_changed_and_deleted_and_the_audit_knows(admin: Asker, cloud: Cloud) -> None:
    made = admin.post(POLICIES, **NEW)

    assert {
        "name": "fine",
        "methods": ["max", "mean"],
        "back_window": 2,
        "definition": [
            {"granularity_s": 0.5, "points": 100, "timespan_s": 50.0},
            {"granularity_s": 3600.0, "points": 24, "timespan_s": 86400.0},
        ],
        "metrics": 0,
    } == made
    assert made == admin.get(f"{POLICIES}/fine")
    longer = [{"granularity_s": 3600, "timespan_s": 172800}, {"granularity_s": 0.5}]
    changed = admin.ask("PATCH", f"{POLICIES}/fine", {"definition": longer}).json()
    assert [(0.5, None), (3600.0, 172800.0)] == [
        (each["granularity_s"], each["timespan_s"]) for each in changed["definition"]
    ]
    assert 204 == admin.ask("DELETE", f"{POLICIES}/fine").status
    assert 404 == admin.ask("GET", f"{POLICIES}/fine").status
    acts = [each.action for each in cloud.index.audit.find(AuditFilter(actor="ann"), Page())]
    assert ["delete archive policy", "update archive policy", "create archive policy"] == acts


def test_reads_see_a_changed_policy_at_once(admin: Asker, cloud: Cloud) -> None:
    admin.post(POLICIES, **NEW)
    cloud.metric(cloud.resource("vm-1"), "cpu", policy="fine")
    admin.ask("PATCH", f"{POLICIES}/fine", {"definition": NEW["definition"], "back_window": 7})

    assert 7 == cloud.parts.catalog.policy("fine").back_window


def test_rules_are_made_listed_in_their_order_and_deleted(admin: Asker) -> None:
    body = {"name": "disks", "metric_pattern": "disk.*", "archive_policy_name": "medium"}

    assert body == admin.post(RULES, **body)
    assert ["disks", "default"] == [each["name"] for each in admin.get(RULES)["rules"]]
    assert 204 == admin.ask("DELETE", f"{RULES}/disks").status
    assert ["default"] == [each["name"] for each in admin.get(RULES)["rules"]]


@pytest.mark.parametrize(
    ("status", "method", "path", "body"),
    [
        (409, "POST", POLICIES, {**NEW, "name": "low"}),
        (400, "POST", POLICIES, {**NEW, "name": ""}),
        (400, "POST", POLICIES, {**NEW, "definition": []}),
        (400, "POST", POLICIES, {**NEW, "definition": [{}]}),
        (400, "POST", POLICIES, {**NEW, "definition": [{"granularity_s": 60}, {"granularity_s": 60}]}),
        (400, "POST", POLICIES, {**NEW, "definition": [{"granularity_s": -1}]}),
        (400, "POST", POLICIES, {**NEW, "methods": ["average"]}),
        (400, "POST", POLICIES, {**NEW, "colour": "blue"}),
        (404, "PATCH", f"{POLICIES}/none", {"definition": [{"granularity_s": 60}]}),
        (400, "PATCH", f"{POLICIES}/low", {"definition": [{"granularity_s": 60}]}),
        (400, "DELETE", f"{POLICIES}/low", None),
        (404, "DELETE", f"{POLICIES}/none", None),
        (409, "POST", RULES, {"name": "default", "metric_pattern": "*", "archive_policy_name": "low"}),
        (400, "POST", RULES, {"name": "x", "metric_pattern": "*", "archive_policy_name": "none"}),
        (404, "DELETE", f"{RULES}/none", None),
    ],
)
def test_what_cannot_be_is_refused(admin: Asker, status: int, method: str, path: str, body: Any) -> None:
    before = admin.get(POLICIES), admin.get(RULES)

    assert status == admin.ask(method, path, body).status
    assert before == (admin.get(POLICIES), admin.get(RULES))
