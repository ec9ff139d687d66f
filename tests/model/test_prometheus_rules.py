# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Alerting rules of Prometheus as alarms: a recorded file, both ways, and every word of what cannot be taken over."""

import json
from typing import Any

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.model.prometheus_rules import Converted, Native, convert
from tests.project import PROJECT

RECORDED = (PROJECT / "tests/data/prometheus-rules.yaml").read_text()


def rules(converted: Converted) -> dict[str, Any]:
    return {each["name"]: each["rule"] for each in converted.bodies}


def one(expr: str, native: Native | None = None) -> Converted:
    alert = {"alert": "A", "expr": expr}
    return convert(json.dumps({"groups": [{"name": "g", "rules": [alert]}]}), "r.yaml", native)


def test_a_recorded_file_becomes_alarms_that_ask_a_prometheus() -> None:
    found = convert(RECORDED, "r.yaml")
    several = 'count(up{job="node"} == 0) or vector(0)'
    share = "max(sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])))"
    free = 'min(node_filesystem_free_bytes{mountpoint=~"/|/var", fstype!="tmpfs"})'
    errors = 'max(sum by (job) (rate(errors_total{env="prod"}[5m])))'
    assert {
        "HostDown": {"query": several, "threshold": 0, "comparison_operator": "gt"},
        "LoadHigh (warning)": {"query": "max(node_load1)", "threshold": 8.0, "comparison_operator": "gt"},
        "LoadHigh (page)": {"query": "max(node_load1)", "threshold": 16.0, "comparison_operator": "gt"},
        "DiskFills": {"query": free, "threshold": 5.0 * 2**20, "comparison_operator": "lt"},
        "ErrorsMany": {"query": errors, "threshold": 0.5, "comparison_operator": "gt"},
        "ErrorsShare": {"query": share, "threshold": 0.05, "comparison_operator": "ge"},
        "NobodyAnswers": {
            "query": 'count(absent(up{job="api"})) or vector(0)',
            "threshold": 0,
            "comparison_operator": "gt",
        },
    } == rules(found)
    assert {"prometheus"} == {each["type"] for each in found.bodies}
    assert ["r.yaml:39: Unbalanced: a bracket ) is missing"] == found.problems


def test_waits_labels_severities_and_annotations_come_along() -> None:
    found = {each["name"]: each for each in convert(RECORDED, "r.yaml").bodies}
    down = found["HostDown"]
    assert ("critical", {"team": "infra"}, {"pending_s": 300}) == (down["severity"], down["labels"], down["behaviour"])
    assert "{{ $labels.instance }} is away\nrunbook_url: https://runbooks.example/host-down" == down["description"]
    assert {"pending_s": 900, "keep_firing_s": 5400} == found["LoadHigh (warning)"]["behaviour"]
    assert ("moderate", "critical", "low") == tuple(
        found[name]["severity"] for name in ("LoadHigh (warning)", "LoadHigh (page)", "DiskFills")
    )
    assert {"severity", "behaviour", "labels", "description"}.isdisjoint(found["ErrorsMany"])


def test_what_is_left_out_is_told() -> None:
    assert [
        "r.yaml:8: job:requests:rate5m is left out: it records, which is for a Prometheus",
        "r.yaml:26: DiskFills: the severity 'curious' is taken as low",
        "r.yaml:26: DiskFills: the label disk is left out: it is a template",
    ] == convert(RECORDED, "r.yaml").warnings


def test_simple_ones_become_series_of_our_own() -> None:
    found = convert(RECORDED, "r.yaml", Native(resource_type="prometheus", attributes={"job": "service"}))
    by_name = rules(found)
    assert {
        "metric": "up",
        "resource_type": "prometheus",
        "aggregation_method": "mean",
        "threshold": 0.0,
        "comparison_operator": "eq",
        "granularity": 60,
        "query": '{"=": {"service": "node"}}',
    } == by_name["HostDown"]
    errors = by_name["ErrorsMany"]
    assert ("sum", ["service"], "rate:sum", 300, 150.0) == tuple(
        errors[key] for key in ("across", "group_by", "aggregation_method", "granularity", "threshold")
    )
    assert {"and": [{"in": {"mountpoint": ["/", "/var"]}}, {"!=": {"fstype": "tmpfs"}}]} == json.loads(
        by_name["DiskFills"]["query"]
    )
    form = "not of a form that can be evaluated here: "
    assert [
        f"r.yaml:35: ErrorsShare: {form}expected nothing more, there is '/'",
        f"r.yaml:37: NobodyAnswers: {form}no comparison with a number alone",
        "r.yaml:39: Unbalanced: a bracket ) is missing",
    ] == found.problems


@pytest.mark.parametrize(
    ("matcher", "expected"),
    [
        ('a=~"x|y"', {"in": {"a": ["x", "y"]}}),
        ('a=~"(x|y)"', {"in": {"a": ["x", "y"]}}),
        ('a=~"x.*"', {"like": {"a": "x%"}}),
        ('a!~"x"', {"not": {"in": {"a": ["x"]}}}),
        ('a!="x"', {"!=": {"a": "x"}}),
        ('a=~".+"', None),
        ('a=~"x[12]"', None),
        ('a=~"10%.*"', None),
        ('a=""', None),
    ],
)
def test_matchers_become_searches_or_are_refused(matcher: str, expected: Any) -> None:
    found = one(f"x{{{matcher}}} > 1", Native())
    assert (expected is None) == bool(found.problems)
    assert [] == found.problems or "of a form that can be evaluated here" in found.problems[0]
    assert expected in [json.loads(each["rule"]["query"]) for each in found.bodies] or expected is None


def test_a_granularity_of_ones_own_makes_a_rate_of_it() -> None:
    (body,) = one("rate(x[5m]) > 2", Native(granularity_s=60)).bodies
    assert (60, 120.0) == (body["rule"]["granularity"], body["rule"]["threshold"])


def test_two_alerts_of_one_name_need_different_severities() -> None:
    alerts = [{"alert": "A", "expr": f"x > {n}", "labels": {"severity": "low"}} for n in range(2)]
    found = convert(json.dumps({"groups": [{"name": "g", "rules": alerts}]}, indent=0), "r.yaml")
    assert ["A (low)"] == [each["name"] for each in found.bodies]
    assert ["r.yaml:14: A (low): the name of the alert in line 7"] == found.problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rules: []", "r.yaml:1: groups: expected a list of groups of rules, there is no such key, only rules"),
        ("groups: {}", "r.yaml:1: groups: expected a list of groups of rules, there is an empty map"),
        ("groups:\n- name: g", "r.yaml:2: groups[0].rules: expected a list of rules"),
        ("groups:\n- rules:\n  - alert: A", "r.yaml:3: groups[0].rules[0].expr: expected an expression in PromQL"),
        ("groups:\n- rules:\n  - expr: x > 1", "r.yaml:3: groups[0].rules[0].alert: expected a name"),
        (
            "groups:\n- rules:\n  - alert: A\n    expr: x\n    for: 5 min",
            "r.yaml:5: groups[0].rules[0].for: expected a duration such as 5m or 1h30m, there is '5 min'",
        ),
        (
            "groups:\n- rules:\n  - alert: A\n    expr: x\n    labels: {a: 1}",
            "r.yaml:5: groups[0].rules[0].labels.a: expected text, there is 1",
        ),
    ],
)
def test_what_is_no_file_of_rules_is_refused_at_its_line(text: str, expected: str) -> None:
    with pytest.raises(BadRequest) as caught:
        convert(text, "r.yaml")
    assert caught.value.message.startswith(expected)
